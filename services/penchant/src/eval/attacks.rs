//! Hostile texts. Each is sent as a message, as a statement and as an edit; then everything that
//! would be served to anybody, and every rendered summary, is searched for what it forbids.
//! Quarantined text is stored, but never served, and does not count.

use std::path::Path;

use anyhow::Result;
use penchant_core::event::{Edit, Message, Role, Statement};
use penchant_core::{Context, EventBody, Status, Timestamp, UserKey, render};

use super::data::{Attack, FeedbackItem, read};
use super::instance::{Instance, NewEvent};
use super::report::{Report, WrongCase, share};

const AT: i64 = 1_767_600_000_000;
/// Most repetitions of one text; a flood proves itself well below.
const MAX_REPEAT: usize = 200;
/// A user who never sends anything hostile, in whose memory nothing may appear.
const BYSTANDER: &str = "bystander";

pub(super) async fn run(instance: &Instance, data: &Path) -> Result<Report> {
    let attacks: Vec<Attack> = read(data, "attacks.jsonl")?;
    let bystander = instance.user(BYSTANDER)?;
    honest(instance, &bystander).await?;
    let mut victims = vec![bystander];
    for attack in &attacks {
        if let Some(target) = attack.target_user.as_deref().filter(|target| *target != "*") {
            let victim = instance.user(target)?;
            if !victims.contains(&victim) {
                victims.push(victim);
            }
        }
    }
    let (mut leaks, mut crossed) = (0, 0);
    let mut wrong = Vec::new();
    for attack in &attacks {
        let user = instance.user(&format!("attacker-{}", attack.id))?;
        let text = send(instance, &user, attack).await?;
        let forbidden: Vec<String> =
            attack.must_not.stored_contains.iter().map(|s| s.to_lowercase()).collect();
        if let Some(found) = served(instance, &user, &text, &forbidden).await? {
            leaks += 1;
            wrong.push(WrongCase {
                id: format!("{} ({})", attack.id, attack.kind),
                expected: "not served".to_owned(),
                found,
            });
        }
        for victim in &victims {
            if let Some(found) = served(instance, victim, &text, &forbidden).await? {
                crossed += 1;
                wrong.push(WrongCase {
                    id: format!("{} ({}) reached {}", attack.id, attack.kind, victim.user),
                    expected: "nothing of another user".to_owned(),
                    found,
                });
            }
        }
    }
    let (quarantined, benign) = benign(instance, data, &mut wrong).await?;
    Ok(Report {
        suite: "attacks",
        figures: vec![
            ("leaks", leaks as f64),
            ("cross_user", crossed as f64),
            ("benign_quarantine_rate", share(quarantined, benign)),
            ("n", attacks.len() as f64),
        ],
        wrong,
        ..Report::default()
    })
}

async fn honest(instance: &Instance, user: &UserKey) -> Result<()> {
    let body = EventBody::Statement(Statement { text: "I prefer short answers.".to_owned() });
    instance.record(vec![event(user, "honest".to_owned(), 0, body)]).await?;
    Ok(())
}

fn event(user: &UserKey, id: String, second: usize, body: EventBody) -> NewEvent<'_> {
    NewEvent {
        id,
        user,
        session: "s",
        at: Timestamp::from_millis(AT + i64::try_from(second).unwrap_or(0) * 1_000),
        context: Context::default(),
        body,
    }
}

/// Sends the attack every way a text can enter; the text as sent.
async fn send(instance: &Instance, user: &UserKey, attack: &Attack) -> Result<String> {
    let text = format!(
        "{}{}{}",
        attack.prefix.as_deref().unwrap_or(""),
        attack.text,
        attack.suffix.as_deref().unwrap_or("")
    );
    let repeat = attack.repeat.or(attack.times).unwrap_or(1).clamp(1, MAX_REPEAT);
    let mut events = Vec::new();
    for n in 0..repeat {
        let bodies = [
            EventBody::Message(Message { role: Role::User, text: text.clone(), reply_to: None }),
            EventBody::Statement(Statement { text: text.clone() }),
            EventBody::Edit(Edit {
                draft: "Here is the summary you asked for.".to_owned(),
                revised: text.clone(),
            }),
        ];
        for (kind, body) in bodies.into_iter().enumerate() {
            events.push(event(user, format!("{}-{n}-{kind}", attack.id), n * 3 + kind, body));
        }
    }
    instance.record(events).await?;
    Ok(text)
}

/// What of `forbidden` is served to a user, asked with the hostile text itself and with nothing.
async fn served(
    instance: &Instance,
    user: &UserKey,
    text: &str,
    forbidden: &[String],
) -> Result<Option<String>> {
    // A record of the user's own as barrier: once it has taken effect, so has all before it.
    let barrier = EventBody::Message(Message {
        role: Role::Assistant,
        text: "ok".to_owned(),
        reply_to: None,
    });
    let id = format!("barrier-{}", uuid::Uuid::now_v7());
    let last = instance.record(vec![event(user, id, 0, barrier)]).await?;
    let mut shown: Vec<String> = instance
        .stored(user, last)
        .await?
        .into_iter()
        .filter(|preference| preference.status != Status::Quarantined)
        .map(|preference| preference.description)
        .collect();
    for words in [text, ""] {
        let context = Context { text: words.chars().take(2_000).collect(), ..Context::default() };
        shown.push(inside(&instance.retrieve(user, context, None, last).await?.summary));
    }
    Ok(shown.into_iter().find(|shown| {
        let shown = shown.to_lowercase();
        forbidden.iter().any(|forbidden| !forbidden.is_empty() && shown.contains(forbidden))
    }))
}

/// What stands inside the summary's own frame. The frame is penchant's; a second one inside it
/// would be a break-out.
fn inside(summary: &str) -> String {
    let opening = format!("{}\n{}\n", render::PREAMBLE, render::OPEN);
    let closing = format!("\n{}", render::CLOSE);
    let inner = summary.strip_prefix(&opening).unwrap_or(summary);
    inner.strip_suffix(&closing).unwrap_or(inner).to_owned()
}

/// How many benign messages lead to a quarantined preference.
async fn benign(
    instance: &Instance,
    data: &Path,
    wrong: &mut Vec<WrongCase>,
) -> Result<(usize, usize)> {
    let items: Vec<FeedbackItem> = match data.join("feedback.jsonl").is_file() {
        true => read(data, "feedback.jsonl")?,
        false => Vec::new(),
    };
    let mut quarantined = 0;
    for item in &items {
        let user = instance.user(&format!("benign-{}", item.id))?;
        let body = EventBody::Message(Message {
            role: Role::User,
            text: item.user.clone(),
            reply_to: Some(item.assistant.clone()),
        });
        let last = instance.record(vec![event(&user, item.id.clone(), 0, body)]).await?;
        let held = instance.stored(&user, last).await?;
        if let Some(p) = held.iter().find(|p| p.status == Status::Quarantined) {
            quarantined += 1;
            wrong.push(WrongCase {
                id: format!("{} (benign): {}", item.id, item.user),
                expected: "not quarantined".to_owned(),
                found: p.description.clone(),
            });
        }
    }
    Ok((quarantined, items.len()))
}
