//! Measures what is learnt from edits, without a service: PRELUDE's protocol over a file of
//! `{id, user, task, source, context, draft, edited, latent, noise}` lines.
//!
//! Per user all items form one stream shuffled by seed; of each source the last three are asked
//! about before they are learnt. Right is an answer whose description is nearest to the item's
//! own latent preference among the user's.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex};

use anyhow::Context as _;
use async_trait::async_trait;
use penchant_core::event::{Edit, Event, EventBody};
use penchant_core::{
    CheckpointDelta, Context, EventId, Partition, Position, TenantId, Timestamp, UserCommit,
    UserId, UserKey, UserState, Vector,
};
use penchant_embed::MiniLm;
use penchant_learn::edits::EditReader;
use penchant_learn::fold::{self, Cause, FoldConfig};
use penchant_learn::lane::Readers;
use penchant_learn::reading::{Reader, Surroundings};
use penchant_ports::clock::ManualClock;
use penchant_ports::memory::MemoryStore;
use penchant_ports::{CommitBatch, Embedder, EmbedderInfo, PortError, PreferenceStore};
use penchant_retrieve::{RetrieveQuery, Retriever};
use serde::Deserialize;

/// How to measure.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The file of items.
    file: std::path::PathBuf,
    /// How many shuffles.
    #[arg(long, default_value_t = 10)]
    seeds: u64,
    /// Preferences per answer.
    #[arg(long, default_value_t = 8)]
    k: usize,
    /// Show what was answered where it was wrong.
    #[arg(long)]
    errors: bool,
    /// Show what each edit claims, and stop.
    #[arg(long)]
    claims: bool,
    /// Folder of the model; the default one when absent.
    #[arg(long)]
    model: Option<std::path::PathBuf>,
}

#[derive(Debug, Clone, Deserialize)]
struct Item {
    id: String,
    user: String,
    task: String,
    source: String,
    context: String,
    draft: String,
    edited: String,
    latent: String,
    #[serde(default)]
    noise: bool,
}

/// Embeds every text once, however often the streams are shuffled.
struct Remembering {
    inner: MiniLm,
    known: Mutex<HashMap<String, Vector>>,
}

#[async_trait]
impl Embedder for Remembering {
    fn info(&self) -> &EmbedderInfo {
        self.inner.info()
    }

    async fn embed(&self, texts: &[String]) -> Result<Vec<Vector>, PortError> {
        let unknown: Vec<String> = match self.known.lock() {
            Ok(known) => texts.iter().filter(|t| !known.contains_key(*t)).cloned().collect(),
            Err(_) => texts.to_vec(),
        };
        let fresh =
            if unknown.is_empty() { Vec::new() } else { self.inner.embed(&unknown).await? };
        let Ok(mut known) = self.known.lock() else { return self.inner.embed(texts).await };
        known.extend(unknown.into_iter().zip(fresh));
        Ok(texts.iter().map(|t| known.get(t).cloned().unwrap_or_default()).collect())
    }
}

/// A generator good enough to shuffle by (SplitMix64).
struct Shuffler(u64);

impl Shuffler {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, (self.next() % (i as u64 + 1)) as usize);
        }
    }
}

#[derive(Default)]
struct Score {
    asked: u32,
    right: u32,
    chance: f32,
    pairs: u32,
    won: f32,
    confused: BTreeMap<(String, String), u32>,
    lost: BTreeMap<String, u32>,
    clusters: f32,
    streams: u32,
    purity: f32,
}

/// Runs the measurement and prints it.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let items = read(&args.file)?;
    if args.claims {
        return show_claims(&items);
    }
    let dir = args.model.clone().unwrap_or_else(penchant_embed::model::default_dir);
    let embedder = Arc::new(Remembering {
        inner: MiniLm::load(&dir).context("loading the model")?,
        known: Mutex::default(),
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut score = Score::default();
        for seed in 0..args.seeds {
            let mut users: Vec<&str> = items.iter().map(|i| i.user.as_str()).collect();
            users.sort_unstable();
            users.dedup();
            for user in users {
                let mut stream: Vec<&Item> = items.iter().filter(|i| i.user == user).collect();
                Shuffler(seed).shuffle(&mut stream);
                one(&stream, &embedder, args, &mut score).await?;
            }
        }
        report(&score);
        Ok(())
    })
}

fn read(file: &Path) -> anyhow::Result<Vec<Item>> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    text.lines().filter(|l| !l.trim().is_empty()).map(|l| Ok(serde_json::from_str(l)?)).collect()
}

fn show_claims(items: &[Item]) -> anyhow::Result<()> {
    for item in items {
        let event = event(item)?;
        let reading = EditReader::new().read(&event, &Surroundings::default(), &[]);
        let claims: Vec<String> =
            reading.claims.iter().map(|c| format!("{} {:.1}", c.description, c.strength)).collect();
        println!("{} [{}]\n    {}", item.id, item.latent, claims.join("; "));
    }
    Ok(())
}

fn event(item: &Item) -> anyhow::Result<Event> {
    Ok(Event {
        id: EventId::try_new(&item.id)?,
        user: UserKey::new(TenantId::try_new("t")?, UserId::try_new(&item.user)?),
        session: None,
        occurred_at: Timestamp::from_millis(0),
        imported: true,
        context: Context {
            text: item.context.clone(),
            task: item.task.clone(),
            attributes: BTreeMap::new(),
        },
        body: EventBody::Edit(Edit { draft: item.draft.clone(), revised: item.edited.clone() }),
    })
}

async fn one(
    stream: &[&Item],
    embedder: &Arc<Remembering>,
    args: &Args,
    score: &mut Score,
) -> anyhow::Result<()> {
    let store = Arc::new(MemoryStore::new());
    let partition = Partition(0);
    let epoch = store.fence(partition).await?;
    let mut state = UserState::default();
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    let mut latents: BTreeMap<&str, &str> = BTreeMap::new();
    for item in stream {
        *left.entry(item.source.as_str()).or_default() += 1;
        latents.insert(&item.source, &item.latent);
    }
    let clock = Arc::new(ManualClock::default());
    let retriever = Retriever::new(store.clone(), embedder.clone(), clock.clone());
    let readers = Readers::default();
    let mut members: BTreeMap<u32, BTreeMap<&str, u32>> = BTreeMap::new();
    for (offset, item) in stream.iter().enumerate() {
        let at = Timestamp::from_millis(offset as i64 * 3_600_000);
        clock.set(at);
        let event = event(item)?;
        let remaining = left.entry(item.source.as_str()).or_default();
        if *remaining <= 3 {
            ask(item, &event, &latents, &retriever, embedder, args, score).await?;
        }
        *remaining -= 1;
        let base_revision = state.head.revision;
        let around = Surroundings::default();
        let reading = readers.read(&event, &around, &**embedder).await?;
        let cause = Cause { event: &event, position: Position::new(0, offset as u64), at };
        let before: Vec<(u32, u32)> = state.head.contexts.iter().map(|c| (c.id, c.count)).collect();
        let out = fold::apply(&mut state, &cause, &reading, &FoldConfig::default());
        if let Some(c) = state.head.contexts.iter().find(|c| !before.contains(&(c.id, c.count))) {
            *members.entry(c.id).or_default().entry(&item.source).or_default() += 1;
        }
        state.head.revision += 1;
        let checkpoint = CheckpointDelta { partition, next_offset: offset as u64 + 1 };
        state.head.checkpoint.advance(checkpoint)?;
        let commit = UserCommit {
            user: event.user.clone(),
            base_revision,
            head: state.head.clone(),
            preferences: out.changed.into_values().collect(),
            revisions: out.revisions,
            erase: out.erase,
        };
        store.commit(CommitBatch { epoch, checkpoint, users: vec![commit] }).await?;
    }
    score.streams += 1;
    score.clusters += state.head.contexts.len() as f32;
    let all: u32 = members.values().flat_map(|m| m.values()).sum();
    let most: u32 = members.values().filter_map(|m| m.values().max()).sum();
    score.purity += most as f32 / all.max(1) as f32;
    Ok(())
}

async fn ask(
    item: &Item,
    event: &Event,
    latents: &BTreeMap<&str, &str>,
    retriever: &Retriever,
    embedder: &Arc<Remembering>,
    args: &Args,
    score: &mut Score,
) -> anyhow::Result<()> {
    let mut query = RetrieveQuery::new(event.user.clone(), event.context.clone());
    query.k = args.k;
    let drafts = [item.draft.clone(), item.edited.clone()];
    let (ranked, answer) = retriever.rank(&query, &drafts).await?;
    let said: Vec<String> =
        answer.served.iter().map(|s| s.neighbour.preference.description.clone()).collect();
    let joined = said.join("; ");
    let mut texts = vec![joined.clone()];
    texts.extend(latents.values().map(|l| (*l).to_owned()));
    let vectors = embedder.embed(&texts).await?;
    let (own, others) = vectors.split_first().context("no vector")?;
    let nearest = latents
        .keys()
        .zip(others)
        .max_by(|a, b| own.cosine(a.1).total_cmp(&own.cosine(b.1)))
        .map_or("", |(source, _)| *source);
    score.asked += 1;
    score.chance += 1.0 / latents.len() as f32;
    let nearest = if joined.is_empty() { "nothing" } else { nearest };
    if nearest == item.source {
        score.right += 1;
    } else {
        *score.confused.entry((item.source.clone(), nearest.to_owned())).or_default() += 1;
        if args.errors {
            println!("{} as {nearest}: {joined}", item.id);
        }
    }
    if !item.noise {
        score.pairs += 1;
        let score_of = |index| ranked.iter().find(|r| r.index == index).map_or(0.0, |r| r.score);
        let (draft, edited) = (score_of(0), score_of(1));
        if edited > draft {
            score.won += 1.0;
        } else {
            *score.lost.entry(item.id.clone()).or_default() += 1;
            if args.errors {
                println!("{} ranked {draft:.3} over {edited:.3}", item.id);
            }
        }
    }
    Ok(())
}

fn report(score: &Score) {
    let asked = score.asked.max(1) as f32;
    println!("accuracy {:.3}", score.right as f32 / asked);
    println!("chance   {:.3}", score.chance / asked);
    println!("pairwise {:.3}", score.won / score.pairs.max(1) as f32);
    println!("n        {}", score.asked);
    let streams = score.streams.max(1) as f32;
    println!(
        "clusters {:.1} a user, purity {:.3}",
        score.clusters / streams,
        score.purity / streams
    );
    for ((source, taken), n) in &score.confused {
        println!("  {source} taken for {taken}: {n}");
    }
    for (id, n) in &score.lost {
        println!("  {id} not preferred: {n}");
    }
}
