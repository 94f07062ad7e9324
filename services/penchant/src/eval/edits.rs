//! PRELUDE's protocol (Gao et al. 2024). Per user all items of all sources form one shuffled
//! stream; each source's last items are asked about before they are learnt. The answer's
//! descriptions, joined, are right when the item's own latent style is the nearest of the user's.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use penchant_core::event::Edit;
use penchant_core::{Context, EventBody};
use penchant_ports::{Clock as _, SystemClock};
use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;

use super::data::{EditItem, read};
use super::instance::{Instance, NewEvent};
use super::report::{Report, WrongCase, share};
use super::{Settings, scorer};

/// Test items per source.
const HELD_OUT: usize = 3;

/// The data gives no times: one edit an hour, the last one just now. Were they dated, all would be
/// answered as what has faded since.
const HOUR: Duration = Duration::from_secs(3_600);

#[derive(Default)]
struct Tally {
    right: usize,
    asked: usize,
    preferred: usize,
    compared: usize,
    chance: f64,
    by_source: BTreeMap<String, (usize, usize)>,
    wrong: Vec<WrongCase>,
}

pub(super) async fn run(instance: &Instance, data: &Path, settings: &Settings) -> Result<Report> {
    let items: Vec<EditItem> = read(data, "edits.jsonl")?;
    let users: BTreeSet<String> = items.iter().map(|item| item.user.clone()).collect();
    let mut tally = Tally::default();
    for seed in settings.seed..settings.seed + settings.seeds.max(1) {
        for user in &users {
            let mut stream: Vec<&EditItem> =
                items.iter().filter(|item| item.user == *user).collect();
            stream.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
            one_user(instance, &format!("{user}-{seed}"), &stream, &mut tally).await?;
        }
    }
    Ok(Report {
        suite: "edits",
        figures: vec![
            ("accuracy", share(tally.right, tally.asked)),
            ("chance", if tally.asked == 0 { 0.0 } else { tally.chance / tally.asked as f64 }),
            ("pairwise", share(tally.preferred, tally.compared)),
            ("n", tally.asked as f64),
        ],
        groups: tally.by_source.into_iter().map(|(source, (r, n))| (source, r, n)).collect(),
        wrong: tally.wrong,
        ..Report::default()
    })
}

async fn one_user(
    instance: &Instance,
    name: &str,
    stream: &[&EditItem],
    tally: &mut Tally,
) -> Result<()> {
    let user = instance.user(name)?;
    let sources: BTreeMap<&str, &str> =
        stream.iter().map(|item| (item.source.as_str(), item.latent.as_str())).collect();
    let latents: Vec<String> = sources.values().map(|latent| (*latent).to_owned()).collect();
    let latent_vectors = scorer::embed(&**instance.embedder(), &latents).await?;
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for item in stream {
        *left.entry(&item.source).or_default() += 1;
    }
    let mut learnt = None;
    let start = SystemClock.now().minus(HOUR * u32::try_from(stream.len()).unwrap_or(0));
    for (at, item) in stream.iter().enumerate() {
        let context =
            Context { text: item.context.clone(), task: item.task.clone(), ..Context::default() };
        let remaining = left.entry(&item.source).or_default();
        if *remaining <= HELD_OUT {
            let answer = instance.retrieve(&user, context.clone(), None, learnt).await?;
            let said: Vec<&str> = answer
                .served
                .iter()
                .map(|served| served.neighbour.preference.description.as_str())
                .collect();
            // Descriptions hold commas of their own.
            let joined = said.join("; ");
            let vector =
                scorer::embed(&**instance.embedder(), std::slice::from_ref(&joined)).await?;
            let found = vector.first().and_then(|v| {
                if v.is_empty() { None } else { scorer::nearest(v, &latent_vectors) }
            });
            let own = sources.keys().position(|source| *source == item.source);
            let right = found.is_some() && found.map(|(at, _)| at) == own;
            tally.asked += 1;
            tally.right += usize::from(right);
            tally.chance += 1.0 / sources.len() as f64;
            let group = tally.by_source.entry(item.source.clone()).or_default();
            group.0 += usize::from(right);
            group.1 += 1;
            if !right {
                let nearest = found.and_then(|(at, _)| sources.keys().nth(at)).copied();
                tally.wrong.push(WrongCase {
                    id: format!("{name}/{}", item.id),
                    expected: format!("{}: {}", item.source, item.latent),
                    found: format!("{}: {joined}", nearest.unwrap_or("nothing")),
                });
            }
            if !item.noise {
                let drafts = [item.draft.as_str(), item.edited.as_str()];
                let ranked = instance.rank(&user, context.clone(), &drafts, learnt).await?;
                tally.compared += 1;
                let first = ranked.ranked.first().map(|r| r.index);
                if first == Some(1) {
                    tally.preferred += 1;
                } else {
                    tally.wrong.push(WrongCase {
                        id: format!("{name}/{} (pairwise)", item.id),
                        expected: "the edited text ranks first".to_owned(),
                        found: format!("{:?}", ranked.ranked),
                    });
                }
            }
        }
        *remaining -= 1;
        let event = NewEvent {
            id: format!("{name}-{at}"),
            user: &user,
            session: "",
            at: start.plus(HOUR * u32::try_from(at).unwrap_or(0)),
            context,
            body: EventBody::Edit(Edit { draft: item.draft.clone(), revised: item.edited.clone() }),
        };
        learnt = instance.record(vec![event]).await?;
    }
    Ok(())
}
