//! How fast events are learnt, against a bare consumer that only decodes the same log.
//!
//! The window measured lies between the learners' first commit and the last: joining a group and
//! opening stores are told apart, as the time before it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use futures::future::select_all;
use penchant_core::{Checkpoint, Event, Partition, TenantId};
use penchant_learn::lane::Learner;
use penchant_ports::{Clock as _, EventLog, SystemClock};
use penchant_telemetry::MetricsHandle;
use serde::Serialize;
use tokio::sync::watch::Receiver;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::bed::{Bed, Place};
use super::mix::Mix;
use super::timed::{Counted, Timed};
use super::{line, processor_time, ratio};
use crate::config::{Config, EmbedderKind};
use crate::parts::Parts;
use crate::roles;

/// Events per append, and records per read of the bare consumer.
const CHUNK: usize = 1_000;
/// Learners that make no progress for this long have failed.
const PATIENCE: Duration = Duration::from_secs(120);

/// What to measure.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How many events.
    pub events: usize,
    /// Of how many users.
    pub users: usize,
    /// How many learners share the log, where it can be shared.
    pub learners: usize,
    /// Which stream.
    pub seed: u64,
}

/// Where the lanes' time went, in seconds over all lanes. Lanes that wait for a processor, or for
/// each other at a lock, count that as time of the stage they are in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Stages {
    /// For deliveries.
    pub wait: f64,
    /// For users' memories from the store.
    pub load: f64,
    /// For vectors.
    pub embed: f64,
    /// Reading what events say, without embedding.
    pub read: f64,
    /// For the language model, if one takes part.
    pub propose: f64,
    /// Folding it into the memory.
    pub fold: f64,
    /// For the store to hold it durably.
    pub commit: f64,
}

/// What one run found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ingested {
    /// What the log is.
    pub log: String,
    /// What the store is.
    pub store: String,
    /// Which embedder.
    pub embedder: String,
    /// Events produced.
    pub events: u64,
    /// Of how many users.
    pub users: usize,
    /// Partitions of the log.
    pub partitions: usize,
    /// Learners that shared it.
    pub learners: usize,
    /// Produced per second, each acknowledged as durable.
    pub produced_per_second: f64,
    /// Decoded per second by the bare consumer.
    pub bare_per_second: f64,
    /// Learnt per second by all learners together.
    pub learnt_per_second: f64,
    /// Learning over bare consuming.
    pub ratio: f64,
    /// From starting the learners to their first commit, in seconds.
    pub first_commit_seconds: f64,
    /// From the first commit to the last, in seconds.
    pub seconds: f64,
    /// Processor time of the whole process per event learnt, in milliseconds.
    pub processor_ms_per_event: Option<f64>,
    /// Texts that vectors were asked for.
    pub texts: u64,
    /// Where the lanes' time went.
    pub stages: Stages,
    /// Bytes of the embedded log and store per event and per user, afterwards.
    pub footprint: Option<Footprint>,
    /// Bytes of a record's key and value on a shared log, uncompressed.
    pub record_bytes: Option<f64>,
    /// The name of the topics and the collection that the run leaves on servers.
    pub left_behind: Option<String>,
}

/// What an embedded run leaves on disk.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Footprint {
    /// Bytes of the data folder per event.
    pub bytes_per_event: f64,
    /// Bytes of the data folder per user.
    pub bytes_per_user: f64,
}

impl Ingested {
    /// For people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = format!(
            "ingest  (log {}, store {}, embedder {})\n",
            self.log, self.store, self.embedder
        );
        let rate = |per_second: f64| format!("{per_second:.0} events/s");
        let say = &mut |what: &str, value: &str| line(&mut table, what, value);
        say(
            "events",
            &format!("{} of {} users, {} partition(s)", self.events, self.users, self.partitions),
        );
        say("produced, durably", &rate(self.produced_per_second));
        say("bare consumer, decoding only", &rate(self.bare_per_second));
        say(&format!("{} learner(s)", self.learners), &rate(self.learnt_per_second));
        say("ratio", &format!("{:.4}", self.ratio));
        say("until the first commit", &format!("{:.2} s", self.first_commit_seconds));
        say("from there to the end", &format!("{:.2} s", self.seconds));
        if let Some(ms) = self.processor_ms_per_event {
            let per_core = ratio(1_000.0, ms);
            say("processor per event", &format!("{ms:.3} ms, {per_core:.0} events/s per core"));
        }
        if let Some(footprint) = self.footprint {
            say("on disk per event", &format!("{:.0} bytes", footprint.bytes_per_event));
            say("on disk per user", &format!("{:.0} bytes", footprint.bytes_per_user));
        }
        if let Some(bytes) = self.record_bytes {
            say("record, uncompressed", &format!("{bytes:.0} bytes"));
        }
        if let Some(name) = &self.left_behind {
            say("left on the servers", &format!("{name}… (topics are kept for a day)"));
        }
        let Stages { wait, load, embed, read, propose, fold, commit } = self.stages;
        let all = wait + load + embed + read + propose + fold + commit;
        say("texts to embed", &self.texts.to_string());
        for (stage, seconds) in [
            ("wait for deliveries", wait),
            ("load", load),
            ("read", read),
            ("embed", embed),
            ("language model", propose),
            ("fold", fold),
            ("commit", commit),
        ] {
            let percent = 100.0 * ratio(seconds, all);
            say(&format!("  {stage}"), &format!("{percent:5.1} %  {seconds:.2} s"));
        }
        table
    }
}

/// Runs once, with one embedder.
///
/// # Errors
/// When a part cannot be opened or fails, or the learners stand still.
pub async fn run(
    config: &Config,
    place: &Place,
    embedder: EmbedderKind,
    asked: Settings,
) -> Result<Ingested> {
    let metrics = penchant_telemetry::install_metrics().context("metrics")?;
    let bed = Bed::fresh(config, place, embedder)?;
    let learners = if bed.shared() { asked.learners.max(1) } else { 1 };
    let first = bed.open().await?;

    let produced = produce(&*first.log, asked).await?;
    let (records, bytes, bare) = bed.bare(&first, learners).await?;
    let ends = first.log.ends().await?;

    let counted = Arc::new(Counted::default());
    let (log, store) = (first.log_name.to_owned(), first.store_name.to_owned());
    let model = first.embedder.info().model.clone();
    let mut parts = vec![first];
    while parts.len() < learners {
        parts.push(bed.open().await?);
    }
    for one in &mut parts {
        one.embedder = Arc::new(Timed::new(Arc::clone(&one.embedder), Arc::clone(&counted)));
    }
    let learnt = learn(&parts, &bed.config, &ends, &metrics, &counted).await?;
    drop(parts);

    let learnt_per_second = ratio(learnt.events as f64, learnt.seconds);
    let bare_per_second = ratio(records as f64, bare.as_secs_f64());
    let per_event = |time: Duration| 1_000.0 * ratio(time.as_secs_f64(), learnt.events as f64);
    Ok(Ingested {
        log,
        store,
        embedder: model,
        events: asked.events as u64,
        users: asked.users,
        partitions: ends.len(),
        learners,
        produced_per_second: ratio(asked.events as f64, produced.as_secs_f64()),
        bare_per_second,
        learnt_per_second,
        ratio: ratio(learnt_per_second, bare_per_second),
        first_commit_seconds: learnt.first_commit.as_secs_f64(),
        seconds: learnt.seconds,
        processor_ms_per_event: learnt.processor.map(per_event),
        texts: learnt.texts,
        stages: learnt.stages,
        record_bytes: bytes.map(|bytes| ratio(bytes as f64, records as f64)),
        left_behind: bed.left_behind().map(str::to_owned),
        footprint: bed.bytes().map(|bytes| Footprint {
            bytes_per_event: ratio(bytes as f64, asked.events as f64),
            bytes_per_user: ratio(bytes as f64, asked.users as f64),
        }),
    })
}

async fn produce(log: &dyn EventLog, asked: Settings) -> Result<Duration> {
    let tenant = TenantId::try_new("measured")?;
    let ago = Duration::from_secs(asked.events as u64);
    let mut mix = Mix::new(asked.seed, asked.users, tenant, SystemClock.now().minus(ago));
    let mut left = asked.events;
    let mut spent = Duration::ZERO;
    while left > 0 {
        let chunk: Vec<Event> = mix.by_ref().take(left.min(CHUNK)).collect();
        left -= chunk.len();
        let started = Instant::now();
        for outcome in log.append(chunk).await {
            outcome.context("an event was not recorded")?;
        }
        spent += started.elapsed();
    }
    Ok(spent)
}

/// Reads a log from its beginning to its end by the port's own means: records, and time.
pub(super) async fn read_all(log: &dyn EventLog) -> Result<(u64, Duration)> {
    let ends = log.ends().await?;
    let started = Instant::now();
    let mut records = 0_u64;
    for (partition, end) in ends {
        let mut next = 0;
        while next < end {
            let read = log.read(partition, next, CHUNK).await?;
            let Some(last) = read.last() else { break };
            next = last.position.next_offset();
            records += read.len() as u64;
        }
    }
    Ok((records, started.elapsed()))
}

/// What the learners did within the window.
struct Learnt {
    events: u64,
    first_commit: Duration,
    seconds: f64,
    processor: Option<Duration>,
    texts: u64,
    stages: Stages,
}

/// Everything that is counted, at one instant.
struct Mark {
    at: Instant,
    events: u64,
    processor: Option<Duration>,
    stages: BTreeMap<&'static str, f64>,
    embed: Duration,
    texts: u64,
}

impl Mark {
    fn now(events: u64, metrics: &MetricsHandle, counted: &Counted) -> Self {
        let stage = |name: &'static str| {
            let series = format!("penchant_learn_stage_seconds_sum{{stage=\"{name}\"}}");
            (name, metrics.value(&series).unwrap_or(0.0))
        };
        let (embed, texts) = counted.so_far();
        Self {
            at: Instant::now(),
            events,
            processor: processor_time(),
            stages: ["load", "read", "propose", "fold", "commit"].map(stage).into(),
            embed,
            texts,
        }
    }

    fn until(&self, end: &Self, lanes: usize) -> (f64, Stages) {
        let seconds = end.at.duration_since(self.at).as_secs_f64();
        let spent = |stage: &str| {
            let of = |mark: &Self| mark.stages.get(stage).copied().unwrap_or(0.0);
            (of(end) - of(self)).max(0.0)
        };
        let embed = end.embed.saturating_sub(self.embed).as_secs_f64();
        let (load, propose) = (spent("load"), spent("propose"));
        let (fold, commit) = (spent("fold"), spent("commit"));
        let read = (spent("read") - embed).max(0.0);
        let busy = load + embed + read + propose + fold + commit;
        let wait = (lanes as f64 * seconds - busy).max(0.0);
        (seconds, Stages { wait, load, embed, read, propose, fold, commit })
    }
}

async fn learn(
    parts: &[Parts],
    config: &Config,
    ends: &BTreeMap<Partition, u64>,
    metrics: &MetricsHandle,
    counted: &Counted,
) -> Result<Learnt> {
    let total: u64 = ends.values().sum();
    let stop = CancellationToken::new();
    let mut tasks = JoinSet::new();
    let begin = Mark::now(0, metrics, counted);
    let learners: Vec<Learner> =
        parts.iter().map(|parts| roles::learner::build(parts, config)).collect();
    for (learner, parts) in learners.iter().zip(parts) {
        tasks.spawn(roles::learner::run(learner.clone(), parts.clone(), stop.clone()));
    }
    let mut progress: Vec<_> = learners.iter().map(Learner::progress).collect();
    let mut first: Option<Mark> = None;
    let last = loop {
        // A partition may change hands on the way: whoever is furthest knows.
        let done: u64 = ends
            .keys()
            .map(|partition| {
                let of =
                    |p: &mut Receiver<Checkpoint>| p.borrow_and_update().next_offset(*partition);
                progress.iter_mut().map(of).max().unwrap_or(0)
            })
            .sum();
        if done > 0 && first.is_none() {
            first = Some(Mark::now(done, metrics, counted));
        }
        if done >= total {
            break Mark::now(done, metrics, counted);
        }
        let changed = select_all(progress.iter_mut().map(|p| Box::pin(p.changed())));
        tokio::select! {
            (outcome, ..) = changed => outcome.context("a learner ended")?,
            Some(ended) = tasks.join_next() => bail!("a learner ended early: {ended:?}"),
            () = tokio::time::sleep(PATIENCE) => {
                let trouble: Vec<_> = learners.iter().filter_map(|l| l.status().trouble).collect();
                bail!("no progress for {PATIENCE:?} at {done} of {total} records; {trouble:?}");
            }
        }
    };
    stop.cancel();
    while let Some(ended) = tasks.join_next().await {
        ended.context("a learner failed")??;
    }
    let first_commit = first.as_ref().map_or(last.at, |mark| mark.at).duration_since(begin.at);
    // When one batch took everything the window is empty: the whole run is then the window.
    let from = first.as_ref().filter(|mark| mark.events < last.events).unwrap_or(&begin);
    let (seconds, stages) = from.until(&last, ends.len());
    Ok(Learnt {
        events: last.events - from.events,
        first_commit,
        seconds,
        processor: last.processor.zip(from.processor).map(|(end, start)| end - start),
        texts: last.texts - from.texts,
        stages,
    })
}
