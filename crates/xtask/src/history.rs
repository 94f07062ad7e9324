//! What an event costs as one user's history grows: folding alone, reading and folding, and the
//! whole way from the log to the committed memory, with embedding and without.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use async_trait::async_trait;
use penchant_core::event::{
    Action, Edit, Event, EventBody, Interaction, Item, Message, Role, Statement,
};
use penchant_core::{
    Context, EventId, Position, SessionId, TenantId, Timestamp, UserId, UserKey, UserState, Vector,
};
use penchant_embed::{Lexical, MiniLm};
use penchant_learn::fold::{self, Cause, FoldConfig};
use penchant_learn::lane::{Learner, LearnerConfig, Readers};
use penchant_learn::reading::{Reading, Surroundings, laid_out};
use penchant_ports::clock::ManualClock;
use penchant_ports::{
    Embedder, EmbedderInfo, EventLog, Look, Marked, Note, PortError, PreferenceStore, Wish,
};
use penchant_sqlite::{SqliteLog, SqliteStore};

use crate::train::model_dir;

/// Histories up to this long are put down by the model.
const DESCRIBED: u64 = 1_000;

/// How to measure.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Sizes of the history, smallest first.
    #[arg(long, value_delimiter = ',', default_values_t = [10, 100, 1_000, 10_000])]
    sizes: Vec<u64>,
    /// Events measured at each size.
    #[arg(long, default_value_t = 240)]
    samples: u64,
    /// Fail when an event costs more than this many times what it cost at the first size.
    #[arg(long)]
    at_most: Option<f64>,
    /// Reads with the sentence model and all that comes with it: slow, and it is what decides.
    #[arg(long)]
    minilm: bool,
    /// Where the model files are.
    #[arg(long)]
    model: Option<PathBuf>,
}

/// What one event cost, in microseconds.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    fold: f64,
    read: f64,
    append: f64,
    /// Embedding left out.
    learn: f64,
    /// Embedding included.
    whole: f64,
}

#[derive(Debug, Default)]
struct Row {
    size: u64,
    costs: Vec<Cost>,
    head: usize,
    live: usize,
}

/// An embedder, and how long it took.
struct Timed {
    inner: Arc<dyn Embedder>,
    micros: AtomicU64,
    /// Whether wishes are put down by the model. A long history is laid down without, for it would
    /// take half an hour; what it holds is as much.
    describes: AtomicBool,
}

impl Timed {
    async fn timed<T>(&self, work: impl Future<Output = T>) -> T {
        let started = Instant::now();
        let done = work.await;
        let spent = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.micros.fetch_add(spent, Ordering::Relaxed);
        done
    }
}

#[async_trait]
impl Embedder for Timed {
    fn info(&self) -> &EmbedderInfo {
        self.inner.info()
    }

    async fn embed(&self, texts: &[String]) -> Result<Vec<Vector>, PortError> {
        self.timed(self.inner.embed(texts)).await
    }

    async fn look(&self, texts: &[Marked]) -> Result<Vec<Look>, PortError> {
        self.timed(self.inner.look(texts)).await
    }

    async fn describe(&self, wishes: &[Wish]) -> Result<Vec<Option<Note>>, PortError> {
        if !self.describes.load(Ordering::Relaxed) {
            return Ok(vec![None; wishes.len()]);
        }
        self.timed(self.inner.describe(wishes)).await
    }
}

/// Runs the measurement and prints it.
pub(crate) async fn run(args: &Args) -> anyhow::Result<()> {
    let inner: Arc<dyn Embedder> = if args.minilm {
        Arc::new(MiniLm::load(&model_dir(args.model.as_deref()))?)
    } else {
        Arc::new(Lexical::default())
    };
    println!("embedder: {}", inner.info().model);
    // Word lists are read and the disk is woken before anything counts.
    measure(20, 40, &inner).await.context("warming up")?;
    let mut rows = Vec::new();
    for size in &args.sizes {
        rows.push(
            measure(*size, args.samples, &inner).await.with_context(|| format!("size {size}"))?,
        );
    }
    report(&rows, args)
}

async fn measure(size: u64, samples: u64, inner: &Arc<dyn Embedder>) -> anyhow::Result<Row> {
    // Early in a history few events are early: they are taken from several users.
    let each = (size / 2).clamp(1, samples);
    let users = samples.div_ceil(each);
    let mut row = Row { size, ..Row::default() };
    let folder = tempfile::tempdir()?;
    let clock = Arc::new(ManualClock::default());
    let embedder = Arc::new(Timed {
        inner: inner.clone(),
        micros: AtomicU64::new(0),
        describes: AtomicBool::new(true),
    });
    // A second reader beside the learner costs little only where no model reads.
    let apart = inner.info().lexical_fallback;
    let log = Arc::new(SqliteLog::open(folder.path(), clock.clone())?);
    let store = Arc::new(SqliteStore::open(folder.path(), embedder.info())?);
    let config = LearnerConfig { linger: Duration::ZERO, ..LearnerConfig::default() };
    let learner = Learner::new(log.clone(), store.clone(), embedder.clone(), config);
    let stop = tokio_util::sync::CancellationToken::new();
    let (running, stopping) = (learner.clone(), stop.clone());
    let learning = tokio::spawn(async move { running.run(stopping).await });
    let mut progress = learner.progress();
    for user in 0..users {
        let key = user_key(user)?;
        let mut alone = Alone::default();
        embedder.describes.store(apart || size <= DESCRIBED, Ordering::Relaxed);
        if apart {
            for n in 0..size {
                alone.take(&event(&key, user, n)?, n, &embedder).await?;
            }
        }
        let mut history = Vec::new();
        for n in 0..size {
            history.push(event(&key, user, n)?);
            if history.len() == 500 || n + 1 == size {
                let mut last = None;
                for outcome in log.append(std::mem::take(&mut history)).await {
                    last = Some(outcome.map_err(|e| anyhow::anyhow!("append: {e:?}"))?);
                }
                if let Some(last) = last {
                    progress.wait_for(|c| c.reflects(last)).await?;
                }
            }
        }
        embedder.describes.store(true, Ordering::Relaxed);
        for n in size..size + each {
            let event = event(&key, user, n)?;
            let (fold, read) =
                if apart { alone.take(&event, n, &embedder).await? } else { (0.0, 0.0) };
            embedder.micros.store(0, Ordering::Relaxed);
            let started = Instant::now();
            let outcome = log.append(vec![event]).await.pop().context("no outcome")?;
            let at: Position = outcome.map_err(|e| anyhow::anyhow!("append: {e:?}"))?;
            let append = started.elapsed();
            progress.wait_for(|c| c.reflects(at)).await?;
            let embedding = Duration::from_micros(embedder.micros.load(Ordering::Relaxed));
            let whole = started.elapsed().saturating_sub(append);
            row.costs.push(Cost {
                fold,
                read,
                append: micros(append),
                learn: micros(whole.saturating_sub(embedding)),
                whole: micros(whole),
            });
        }
        let stored = store.load(&[key]).await?.pop().context("no state")?;
        row.head = row.head.max(postcard::to_allocvec(&stored.head)?.len());
        row.live = row.live.max(stored.preferences.len());
    }
    stop.cancel();
    learning.await??;
    Ok(row)
}

fn micros(span: Duration) -> f64 {
    span.as_secs_f64() * 1e6
}

/// A memory that is read for and folded here, without log and store.
#[derive(Default)]
struct Alone {
    state: UserState,
    readers: Readers,
}

impl Alone {
    /// Reads and folds one event; microseconds of folding and of reading.
    async fn take(
        &mut self,
        event: &Event,
        offset: u64,
        embedder: &Timed,
    ) -> anyhow::Result<(f64, f64)> {
        let around = Surroundings::default();
        let mut reading = Reading::default();
        let mut spent = Duration::ZERO;
        if let Some(reader) = self.readers.of(event) {
            let started = Instant::now();
            let texts = reader.prepare(event, &around);
            spent += started.elapsed();
            let vectors = laid_out(embedder.look(&texts).await?);
            let started = Instant::now();
            reading = reader.read(event, &around, &vectors);
            spent += started.elapsed();
            reading.fill(&embedder.embed(&reading.descriptions()).await?);
        }
        let position = Position::new(0, offset);
        let cause = Cause { event, position, at: event.occurred_at };
        let started = Instant::now();
        let outcome = fold::apply(&mut self.state, &cause, &reading, &FoldConfig::default());
        let folding = started.elapsed();
        drop(outcome);
        Ok((micros(folding), micros(spent)))
    }
}

fn user_key(user: u64) -> anyhow::Result<UserKey> {
    Ok(UserKey::new(TenantId::try_new("t")?, UserId::try_new(format!("u{user}"))?))
}

const THINGS: &[&str] = &[
    "coffee",
    "tea",
    "bread",
    "cheese",
    "hiking",
    "running",
    "novels",
    "poems",
    "jazz",
    "opera",
    "trains",
    "ferries",
    "museums",
    "markets",
    "gardens",
    "bicycles",
    "chess",
    "puzzles",
    "films",
    "podcasts",
    "keyboards",
    "lamps",
    "chairs",
    "jackets",
    "boots",
    "tents",
    "maps",
    "stamps",
    "coins",
    "pottery",
    "soup",
    "salad",
    "curry",
    "noodles",
    "rice",
    "beans",
    "olives",
    "grapes",
    "pears",
    "plums",
];
const KINDS: &[&str] = &[
    "dark", "light", "quiet", "loud", "cheap", "fancy", "old", "modern", "small", "large", "warm",
    "cold", "sweet", "bitter", "plain", "spicy", "soft", "firm", "green", "red", "local",
    "foreign", "wooden", "paper", "striped",
];
const TASKS: &[&str] = &["email", "summary", "report", "code review", "travel plan"];
const PROSE: &str = "The team met on Tuesday and went through the plan for the autumn. There was \
    some discussion of the budget, which was approved after a short break, and of the rooms.";

/// The `n`th event of a busy user: chats, wishes, changes of mind, edits, and things clicked.
fn event(user: &UserKey, seed: u64, n: u64) -> anyhow::Result<Event> {
    let mut dice = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ seed.wrapping_mul(0xd1b5_4a32_d192_ed03);
    let mut roll = |sides: usize| {
        dice ^= dice >> 29;
        dice = dice.wrapping_mul(0xbf58_476d_1ce4_e5b9);
        dice ^= dice >> 32;
        usize::try_from(dice % sides.max(1) as u64).unwrap_or(0)
    };
    let (thing, kind) = (THINGS[roll(THINGS.len())], KINDS[roll(KINDS.len())]);
    let task = TASKS[roll(TASKS.len())];
    let said =
        |text: String| EventBody::Message(Message { role: Role::User, text, reply_to: None });
    let body = match n % 20 {
        0..=4 => said(format!("What do you know about {kind} {thing}?")),
        5 | 6 => said(format!("How many {thing} fit on the shelf?")),
        7 => EventBody::Message(Message {
            role: Role::Assistant,
            text: format!("Here is what I know about {thing}."),
            reply_to: None,
        }),
        8..=10 => EventBody::Statement(Statement { text: format!("I like {kind} {thing}.") }),
        11 => {
            EventBody::Statement(Statement { text: format!("I prefer {kind} {thing} these days.") })
        }
        12 | 13 => EventBody::Edit(Edit {
            draft: format!("{PROSE} It was about {thing}."),
            revised: format!("- Met on Tuesday\n- Budget approved\n- About {kind} {thing}"),
        }),
        14 => EventBody::Edit(Edit {
            draft: format!("Hi, I wanted to ask about {thing}. Thanks!"),
            revised: format!("Dear all,\n\nI would like to ask about {thing}.\n\nKind regards"),
        }),
        _ => EventBody::Interaction(Interaction {
            item: Item {
                id: format!("i{n}"),
                text: format!("{kind} {thing}"),
                attributes: [
                    ("kind".to_owned(), kind.to_owned()),
                    ("thing".to_owned(), thing.to_owned()),
                ]
                .into(),
            },
            action: [Action::Click, Action::Like, Action::Skip, Action::Purchase][roll(4)],
            dwell_ms: 0,
            list_position: 3,
        }),
    };
    let text = format!("about {kind} {thing} for the {} group", KINDS[roll(KINDS.len())]);
    Ok(Event {
        id: EventId::try_new(format!("e{n}"))?,
        user: user.clone(),
        session: Some(SessionId::try_new(format!("s{}", n / 15))?),
        occurred_at: Timestamp::from_millis(1_760_000_000_000)
            .plus(Duration::from_secs(1_800) * u32::try_from(n)?),
        imported: true,
        context: Context { text, task: task.to_owned(), ..Context::default() },
        body,
    })
}

/// Mean of the middle: what else the machine does must not decide.
fn typical(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let cut = values.len() / 20;
    let kept = values.get(cut..values.len().saturating_sub(cut)).unwrap_or_default();
    kept.iter().sum::<f64>() / kept.len().max(1) as f64
}

fn report(rows: &[Row], args: &Args) -> anyhow::Result<()> {
    println!(
        "{:>8} {:>10} {:>12} {:>12} {:>14} {:>14} {:>9} {:>12}",
        "history",
        "fold µs",
        "+ reading µs",
        "learning µs",
        "+ appending µs",
        "+ embedding µs",
        "head KiB",
        "preferences"
    );
    let figures = |row: &Row| -> [f64; 5] {
        [
            typical(row.costs.iter().map(|c| c.fold)),
            typical(row.costs.iter().map(|c| c.fold + c.read)),
            typical(row.costs.iter().map(|c| c.learn)),
            typical(row.costs.iter().map(|c| c.learn + c.append)),
            typical(row.costs.iter().map(|c| c.whole + c.append)),
        ]
    };
    let base = rows.first().map(&figures).unwrap_or([1.0; 5]);
    let mut worst = 0.0_f64;
    for row in rows {
        let own = figures(row);
        println!(
            "{:>8} {:>10.0} {:>12.0} {:>12.0} {:>14.0} {:>14.0} {:>9.1} {:>12}",
            row.size,
            own[0],
            own[1],
            own[2],
            own[3],
            own[4],
            row.head as f64 / 1024.0,
            row.live
        );
        let times: Vec<f64> =
            own.iter().zip(base).map(|(a, b)| if b > 0.0 { a / b } else { 1.0 }).collect();
        println!(
            "{:>8} {:>9.2}x {:>11.2}x {:>11.2}x {:>13.2}x {:>13.2}x",
            "", times[0], times[1], times[2], times[3], times[4]
        );
        worst = worst.max(times[if args.minilm { 4 } else { 2 }]);
    }
    println!("learning: reading, folding and committing, embedding left out; disk waits included");
    if args.minilm {
        println!(
            "folding and reading are not measured apart; what a message ends is read in learning"
        );
    }
    match args.at_most {
        Some(most) if worst > most => bail!("{worst:.2} times the first size, allowed {most}"),
        _ => Ok(()),
    }
}
