//! What single messages teach. Each line is a user and a conversation of its own: an assistant
//! turn, then the user's. Judged by what the learner stored and how it classed the message.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use penchant_core::event::{Message, Role};
use penchant_core::{Context, Event, EventBody, EventId, Preference, Status, Timestamp, Vector};
use penchant_learn::lane::Readers;
use penchant_learn::reading::{Reading, Signal, Surroundings};

use super::data::{FeedbackItem, read};
use super::instance::{Instance, NewEvent};
use super::report::{Report, WrongCase, f1, share};
use super::scorer;

const AT: i64 = 1_767_600_000_000;

#[derive(Default)]
struct Tally {
    lines: usize,
    signal_right: usize,
    /// Per signal: hits, false alarms, misses.
    signals: BTreeMap<String, (usize, usize, usize)>,
    preference: (usize, usize, usize),
    hard_negatives: (usize, usize),
    polarity: (usize, usize),
    scope: (usize, usize),
    matched: (usize, usize),
    retractions: (usize, usize),
    wrong: Vec<WrongCase>,
}

pub(super) async fn run(instance: &Instance, data: &Path) -> Result<Report> {
    let items: Vec<FeedbackItem> = read(data, "feedback.jsonl")?;
    let readers = Readers::default();
    let mut tally = Tally::default();
    for item in &items {
        let (reading, stored) = learn(instance, &readers, item).await?;
        judge(instance, item, &reading, &stored, &mut tally).await?;
    }
    let macro_f1 = if tally.signals.is_empty() {
        0.0
    } else {
        let sum: f64 =
            tally.signals.values().map(|(hits, alarms, misses)| f1(*hits, *alarms, *misses)).sum();
        sum / tally.signals.len() as f64
    };
    let of = |(part, whole): (usize, usize)| share(part, whole);
    let (hits, alarms, misses) = tally.preference;
    Ok(Report {
        suite: "feedback",
        figures: vec![
            ("preference_f1", f1(hits, alarms, misses)),
            ("signal_accuracy", share(tally.signal_right, tally.lines)),
            ("signal_macro_f1", macro_f1),
            ("polarity_accuracy", of(tally.polarity)),
            ("scope_accuracy", of(tally.scope)),
            ("description_match", of(tally.matched)),
            ("hard_negative_false_positive_rate", of(tally.hard_negatives)),
            ("retraction_recall", of(tally.retractions)),
            ("n", tally.lines as f64),
        ],
        groups: tally
            .signals
            .into_iter()
            .map(|(signal, (hits, _, misses))| (signal, hits, hits + misses))
            .collect(),
        wrong: tally.wrong,
        ..Report::default()
    })
}

/// Feeds one conversation; how its message was read, and what is stored because of it.
async fn learn(
    instance: &Instance,
    readers: &Readers,
    item: &FeedbackItem,
) -> Result<(Reading, Vec<Preference>)> {
    let user = instance.user(&item.id)?;
    let turn = |id: &str, role, text: &str, second: i64| NewEvent {
        id: format!("{}-{id}", item.id),
        user: &user,
        session: "s",
        at: Timestamp::from_millis(AT + second * 1_000),
        context: Context::default(),
        body: EventBody::Message(Message { role, text: text.to_owned(), reply_to: None }),
    };
    let mut events = Vec::new();
    if !item.assistant.trim().is_empty() {
        events.push(turn("a", Role::Assistant, &item.assistant, 0));
    }
    events.push(turn("u", Role::User, &item.user, 1));
    let asked = Event {
        id: EventId::try_new(format!("{}-u", item.id))?,
        user: user.clone(),
        session: None,
        occurred_at: Timestamp::from_millis(AT + 1_000),
        imported: true,
        context: Context::default(),
        body: EventBody::Message(Message {
            role: Role::User,
            text: item.user.clone(),
            reply_to: None,
        }),
    };
    let around = Surroundings { reply_to: item.assistant.clone() };
    let reading = readers.read(&asked, &around, &**instance.embedder()).await?;
    let last = instance.record(events).await?;
    let mut stored = instance.stored(&user, last).await?;
    stored.retain(|preference| preference.status == Status::Active);
    Ok((reading, stored))
}

async fn judge(
    instance: &Instance,
    item: &FeedbackItem,
    reading: &Reading,
    stored: &[Preference],
    tally: &mut Tally,
) -> Result<()> {
    let mut faults: Vec<String> = Vec::new();
    tally.lines += 1;
    let signal = reading.signal.unwrap_or(Signal::Neutral).as_str();
    if signal == item.signal {
        tally.signal_right += 1;
        tally.signals.entry(item.signal.clone()).or_default().0 += 1;
    } else {
        tally.signals.entry(signal.to_owned()).or_default().1 += 1;
        tally.signals.entry(item.signal.clone()).or_default().2 += 1;
        faults.push(format!("signal {signal}, not {}", item.signal));
    }
    match (stored.is_empty(), item.preferences.is_empty()) {
        (false, false) => tally.preference.0 += 1,
        (false, true) => {
            tally.preference.1 += 1;
            faults.push("a preference where there is none".to_owned());
        }
        (true, false) => {
            tally.preference.2 += 1;
            faults.push("no preference".to_owned());
        }
        (true, true) => {}
    }
    if item.tags.iter().any(|tag| tag == "hard_negative") {
        tally.hard_negatives.1 += 1;
        tally.hard_negatives.0 += usize::from(!stored.is_empty());
    }
    if !item.retracts.is_empty() {
        tally.retractions.1 += 1;
        let seen = !reading.withdrawals.is_empty() || signal == Signal::Retraction.as_str();
        tally.retractions.0 += usize::from(seen);
    }
    descriptions(instance, item, stored, tally, &mut faults).await?;
    if !faults.is_empty() {
        let stored: Vec<String> = stored
            .iter()
            .map(|p| format!("{} [{} {}]", p.description, p.polarity.as_str(), p.scope.as_str()))
            .collect();
        tally.wrong.push(WrongCase {
            id: format!("{}: {} => {}", item.id, item.user, faults.join("; ")),
            expected: format!(
                "{:?}",
                item.preferences
                    .iter()
                    .map(|p| (&p.text, &p.polarity, &p.scope))
                    .collect::<Vec<_>>()
            ),
            found: format!("{stored:?}"),
        });
    }
    Ok(())
}

/// Each gold preference is compared with the stored one that is nearest to it.
async fn descriptions(
    instance: &Instance,
    item: &FeedbackItem,
    stored: &[Preference],
    tally: &mut Tally,
    faults: &mut Vec<String>,
) -> Result<()> {
    let gold: Vec<String> = item.preferences.iter().map(|p| p.text.clone()).collect();
    let said: Vec<String> = stored.iter().map(|p| p.description.clone()).collect();
    let gold_vectors = scorer::embed(&**instance.embedder(), &gold).await?;
    let said_vectors: Vec<Vector> = scorer::embed(&**instance.embedder(), &said).await?;
    for (expected, vector) in item.preferences.iter().zip(&gold_vectors) {
        tally.matched.1 += 1;
        let Some((at, similarity)) = scorer::nearest(vector, &said_vectors) else { continue };
        let Some(found) = stored.get(at) else { continue };
        let same_polarity = found.polarity.as_str() == expected.polarity;
        tally.polarity.1 += 1;
        tally.polarity.0 += usize::from(same_polarity);
        tally.scope.1 += 1;
        tally.scope.0 += usize::from(found.scope.as_str() == expected.scope);
        if !same_polarity {
            faults.push("polarity".to_owned());
        }
        if found.scope.as_str() != expected.scope {
            faults.push(format!("scope {}, not {}", found.scope.as_str(), expected.scope));
        }
        let described = same_polarity
            && (similarity >= scorer::MATCH
                || stored.iter().zip(&said_vectors).any(|(p, v)| {
                    p.polarity.as_str() == expected.polarity && v.cosine(vector) >= scorer::MATCH
                }));
        tally.matched.0 += usize::from(described);
        if !described {
            faults.push(format!("description ({similarity:.2})"));
        }
    }
    Ok(())
}
