//! Preferences that change over weeks. Turns are fed with their own times; at each check the
//! answer's preferences are assigned to the nearest gold description. An active one is met when
//! something is assigned to it; one that no longer (or never) held is violated when something is.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use penchant_core::event::{Feedback, Message, Role};
use penchant_core::{Context, EventBody, Timestamp};

use super::data::{Check, Scenario, Turn, read};
use super::instance::{Instance, NewEvent};
use super::report::{Report, WrongCase, share};
use super::scorer;

#[derive(Default)]
struct Tally {
    passed: usize,
    checks: usize,
    met: usize,
    active: usize,
    violated: usize,
    inactive: usize,
    themes: BTreeMap<String, (usize, usize)>,
    reasons: BTreeMap<String, (usize, usize)>,
    wrong: Vec<WrongCase>,
}

pub(super) async fn run(instance: &Instance, data: &Path) -> Result<Report> {
    let scenarios: Vec<Scenario> = read(data, "evolution.jsonl")?;
    let mut tally = Tally::default();
    for scenario in &scenarios {
        one(instance, scenario, &mut tally)
            .await
            .with_context(|| format!("scenario {}", scenario.id))?;
    }
    let themes = tally.themes.into_iter().map(|(theme, (r, n))| (theme, r, n));
    let reasons = tally
        .reasons
        .into_iter()
        .map(|(reason, (bad, n))| (format!("not shown: {reason}"), n - bad, n));
    Ok(Report {
        suite: "evolution",
        figures: vec![
            ("check_accuracy", share(tally.passed, tally.checks)),
            ("active_recall", share(tally.met, tally.active)),
            ("violation_rate", share(tally.violated, tally.inactive)),
            ("n", tally.checks as f64),
        ],
        groups: themes.chain(reasons).collect(),
        wrong: tally.wrong,
        ..Report::default()
    })
}

async fn one(instance: &Instance, scenario: &Scenario, tally: &mut Tally) -> Result<()> {
    let user = instance.user(&scenario.id)?;
    for (at, turn) in scenario.turns.iter().enumerate() {
        let event = NewEvent {
            id: format!("{}-{at}", scenario.id),
            user: &user,
            session: &turn.session,
            at: Timestamp::parse(&turn.t).map_err(anyhow::Error::msg)?,
            context: Context { task: turn.context.clone(), ..Context::default() },
            body: body(turn),
        };
        let learnt = instance.record(vec![event]).await?;
        for check in scenario.checks.iter().filter(|check| check.after_turn == at) {
            let context = Context { text: check.query.clone(), ..Context::default() };
            let now = Timestamp::parse(&check.t).map_err(anyhow::Error::msg)?;
            let answer = instance.retrieve(&user, context, Some(now), learnt).await?;
            let said: Vec<String> = answer
                .served
                .iter()
                .map(|served| served.neighbour.preference.description.clone())
                .collect();
            judge(instance, scenario, check, &said, tally).await?;
        }
    }
    Ok(())
}

/// Text in brackets is an observer's note of what the user did, not the user's words to the
/// assistant; it enters as a comment on the response.
fn body(turn: &Turn) -> EventBody {
    let role = if turn.role == "assistant" { Role::Assistant } else { Role::User };
    match turn.text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(note) if role == Role::User => EventBody::Feedback(Feedback {
            target: String::new(),
            rating: 0.0,
            comment: note.to_owned(),
        }),
        _ => EventBody::Message(Message { role, text: turn.text.clone(), reply_to: None }),
    }
}

async fn judge(
    instance: &Instance,
    scenario: &Scenario,
    check: &Check,
    said: &[String],
    tally: &mut Tally,
) -> Result<()> {
    let gold: Vec<String> = check.active.iter().chain(&check.not_active).cloned().collect();
    let gold_vectors = scorer::embed(&**instance.embedder(), &gold).await?;
    let said_vectors = scorer::embed(&**instance.embedder(), said).await?;
    let mut assigned = vec![false; gold.len()];
    for vector in &said_vectors {
        if let Some((at, similarity)) = scorer::nearest(vector, &gold_vectors)
            && similarity >= scorer::MATCH
            && let Some(slot) = assigned.get_mut(at)
        {
            *slot = true;
        }
    }
    let (met, violated) = assigned.split_at(check.active.len());
    let passed = met.iter().all(|met| *met) && !violated.iter().any(|bad| *bad);
    tally.checks += 1;
    tally.passed += usize::from(passed);
    tally.active += met.len();
    tally.met += met.iter().filter(|met| **met).count();
    tally.inactive += violated.len();
    tally.violated += violated.iter().filter(|bad| **bad).count();
    for (bad, reason) in violated.iter().zip(&check.not_active_reason) {
        let entry = tally.reasons.entry(reason.clone()).or_default();
        entry.0 += usize::from(*bad);
        entry.1 += 1;
    }
    let theme = tally.themes.entry(scenario.theme.clone()).or_default();
    theme.0 += usize::from(passed);
    theme.1 += 1;
    if !passed {
        tally.wrong.push(WrongCase {
            id: format!("{} after turn {}: {}", scenario.id, check.after_turn, check.query),
            expected: format!("{:?}, not {:?}", check.active, check.not_active),
            found: format!("{said:?}"),
        });
    }
    Ok(())
}
