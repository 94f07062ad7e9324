//! Rebuilding the store from the log into a new generation, while the old one serves.
//!
//! 1. *Survey.* The log is read once for its users and its erasures.
//! 2. *Learn.* The learner's own lanes fold the log into the generation being built, up to what the
//!    serving one reflects: no further, because what a language model proposed is taken from the
//!    serving one's records (INV-1), and beyond those there are none.
//! 3. *Compare*, user by user, at equal positions: where the serving generation has moved on, the
//!    new one is brought further first.
//! 4. *Switch*, if nothing differs. What was learnt into the old generation in the last moment is
//!    brought over; learners find their epochs refused and go on from the new checkpoint.
//!
//! It may die anywhere: the next one goes on from the checkpoint of the generation being built.

mod feed;
mod memory;
mod patience;
mod recorded;
mod verify;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use penchant_core::{Checkpoint, CheckpointDelta, Partition};
use penchant_learn::lane::Learner;
use penchant_ports::{
    Building, EventLog, Generation, Generations, PortError, PortErrorKind, PreferenceStore,
};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use self::feed::Feed;
pub use self::memory::{Difference, Digest};
use self::patience::patiently;
use self::recorded::Spared;
pub use self::verify::Different;
use crate::config::Config;
use crate::parts::Parts;
use crate::roles;

/// How often progress is told while records are learnt.
const TELL: Duration = Duration::from_millis(200);

/// What a rebuild is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Begin anew instead of going on with what is half built.
    pub from_start: bool,
    /// Switch whatever differs: the normal case once rules or models have changed.
    pub accept_differences: bool,
    /// Remove the generation that served before, once the switch is done.
    pub discard_old: bool,
    /// Of how many users it is told what differs.
    pub shown: usize,
}

/// What is told on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Which generation is built, beside which.
    Building {
        /// The one being built.
        number: u64,
        /// The one that serves.
        serving: u64,
        /// Whether an earlier run began it.
        resumed: bool,
    },
    /// The first pass over the log.
    Reading {
        /// Records read so far.
        records: u64,
    },
    /// Learning.
    Learning {
        /// Records reflected so far, those of earlier runs included.
        done: u64,
        /// Records to be reflected.
        total: u64,
        /// Users seen on the log.
        users: usize,
        /// What stands in the way just now.
        trouble: Option<String>,
    },
    /// Comparing.
    Comparing {
        /// Users compared so far.
        done: u64,
        /// Users to be compared.
        total: u64,
    },
    /// The new generation serves.
    Switched,
}

/// Listens to what happens.
pub type Told<'a> = &'a (dyn Fn(Step) + Send + Sync);

/// How a rebuild ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The generation that was built.
    pub generation: u64,
    /// The one that served when it began.
    pub previous: u64,
    /// Whether an earlier run had begun it.
    pub resumed: bool,
    /// Whether it serves now.
    pub switched: bool,
    /// Whether the one that served before was removed.
    pub discarded: bool,
    /// Records of the log that it reflects, those that came meanwhile not counted.
    pub records: u64,
    /// Of these, how many earlier runs had learnt.
    pub records_before: u64,
    /// Users seen on the log.
    pub users: usize,
    /// Users erased at least once.
    pub erased_users: usize,
    /// Records that this run passed over because their content was erased.
    pub erased_records: u64,
    /// Users whose memory is the same in both.
    pub equal: u64,
    /// Users whose memory differs.
    pub different: u64,
    /// Users not compared, because they were just being erased.
    pub pending: u64,
    /// The first of those that differ.
    pub differences: Vec<Different>,
    /// Of all compared memories of the new generation; the same log and rules give the same one.
    pub digest: String,
    /// How long this run took.
    pub seconds: f64,
}

/// A generation in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its number.
    pub number: u64,
    /// Whether it serves.
    pub serving: bool,
    /// How far it reflects the log, as offsets of all partitions together.
    pub reflects: u64,
}

/// A rebuild over opened parts.
pub struct Replay {
    config: Config,
    parts: Parts,
    generations: Arc<dyn Generations>,
}

/// The two generations, and what brings one to where the other is.
struct Work {
    feed: Feed,
    learner: Learner,
    old: Generation,
    new: Building,
}

impl Replay {
    /// Opens log, store and embedder. The serving generation may be of another embedding model.
    ///
    /// # Errors
    /// What cannot be opened, and a store that has no generations, saying what to do.
    pub async fn open(config: &Config) -> Result<Self> {
        let (parts, generations) = Parts::open_to_rebuild(config).await?;
        Ok(Self::over(config.clone(), parts, generations))
    }

    /// Over parts that are open already.
    #[must_use]
    pub fn over(config: Config, parts: Parts, generations: Arc<dyn Generations>) -> Self {
        Self { config, parts, generations }
    }

    /// What operators should know about the parts.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.parts.warnings
    }

    /// Rebuilds, compares and switches.
    ///
    /// # Errors
    /// What stands in the way; what was built so far stays, and the next run goes on with it.
    /// Differences are no error: see [`Report::switched`].
    pub async fn run(&self, options: Options, told: Told<'_>) -> Result<Report> {
        let started = std::time::Instant::now();
        let serving = patiently(|| self.generations.serving()).await?;
        let old = patiently(|| self.generations.open(serving)).await?;
        let target = patiently(|| old.store.checkpoint()).await?;
        if target.iter().all(|(_, next)| next == 0) {
            bail!(
                "generation {serving} reflects nothing of the log yet, so there is nothing to \
                 rebuild; a learner fills it"
            );
        }
        let new = self.begin(options.from_start).await?;
        told(Step::Building { number: new.number, serving, resumed: new.resumed });
        let work = self.work(old, new, options);
        let built = patiently(|| work.new.store.checkpoint()).await?;
        let surveyed =
            work.feed.survey(&target, &built, &|records| told(Step::Reading { records })).await?;
        let learning = |learner: &Learner| {
            let status = learner.status();
            told(Step::Learning {
                done: (surveyed.done + status.records).min(surveyed.records),
                total: surveyed.records,
                users: work.feed.users(),
                trouble: status.trouble,
            });
        };
        work.catch_up(&target, &learning).await?;
        let verified = verify::verify(&work, options.shown, told).await?;
        let mut report = Report {
            generation: work.new.number,
            previous: serving,
            resumed: work.new.resumed,
            switched: false,
            discarded: false,
            records: surveyed.records,
            records_before: surveyed.done,
            users: work.feed.users(),
            erased_users: work.feed.erased_users(),
            erased_records: work.feed.left_out(),
            equal: verified.equal,
            different: verified.different,
            pending: verified.pending,
            differences: verified.shown,
            digest: verified.digest.to_string(),
            seconds: 0.0,
        };
        if report.different == 0 || options.accept_differences {
            self.switch(&work).await?;
            report.switched = true;
            told(Step::Switched);
            if options.discard_old {
                patiently(|| self.generations.discard(serving)).await?;
                report.discarded = true;
            }
        }
        report.seconds = started.elapsed().as_secs_f64();
        Ok(report)
    }

    /// All generations, and the log's end, as offsets of all partitions together.
    ///
    /// # Errors
    /// A log or store that cannot be asked.
    pub async fn list(&self) -> Result<(Vec<Listed>, u64)> {
        let serving = self.generations.serving().await?;
        let end = self.parts.log.ends().await?.values().sum();
        let mut all = Vec::new();
        for number in self.generations.list().await? {
            let checkpoint = self.generations.open(number).await?.store.checkpoint().await?;
            let reflects = checkpoint.iter().map(|(_, next)| next).sum();
            all.push(Listed { number, serving: number == serving, reflects });
        }
        Ok((all, end))
    }

    /// Lets an earlier generation serve again; answers which one served until now.
    ///
    /// # Errors
    /// A generation that does not exist, or is not an earlier one: a later one may be half built,
    /// and is compared before it serves.
    pub async fn switch_back(&self, number: u64) -> Result<u64> {
        let serving = self.generations.serving().await?;
        if number >= serving {
            bail!(
                "generation {serving} serves; only an earlier one can be gone back to. `penchant \
                 replay` finishes a later one"
            );
        }
        self.generations.switch(number).await?;
        Ok(serving)
    }

    /// Removes a generation.
    ///
    /// # Errors
    /// The serving one, and one that does not exist.
    pub async fn discard(&self, number: u64) -> Result<()> {
        self.generations.open(number).await?;
        Ok(self.generations.discard(number).await?)
    }

    async fn begin(&self, from_start: bool) -> Result<Building> {
        let begun = patiently(|| self.generations.build()).await?;
        if !(from_start && begun.resumed) {
            return Ok(begun);
        }
        patiently(|| self.generations.discard(begun.number)).await?;
        Ok(patiently(|| self.generations.build()).await?)
    }

    fn work(&self, old: Generation, new: Building, options: Options) -> Work {
        let feed = Feed::new(Arc::clone(&self.parts.log));
        let log: Arc<dyn EventLog> = Arc::new(feed.clone());
        let parts = Parts { log, ..self.parts.clone() };
        let proposals = Spared::new(Arc::clone(&old.reader), options.accept_differences);
        let store: Arc<dyn PreferenceStore> = Arc::clone(&new.store);
        let learner = roles::learner::over(&parts, &self.config, store, Some(Arc::new(proposals)));
        Work { feed, learner, old, new }
    }

    async fn switch(&self, work: &Work) -> Result<()> {
        let (old, new) = (&work.old, &work.new);
        work.catch_up(&patiently(|| old.store.checkpoint()).await?, &|_| {}).await?;
        let serving = patiently(|| self.generations.serving()).await?;
        if serving != old.number {
            bail!(
                "generation {serving} serves meanwhile instead of {}: another rebuild was faster; \
                 generation {} stays",
                old.number,
                new.number
            );
        }
        patiently(|| self.generations.switch(new.number)).await?;
        work.bring_over().await.with_context(|| {
            format!(
                "generation {} serves; what was learnt into {} in the last moment was not brought \
                 over and is learnt again by the learners",
                new.number, old.number
            )
        })
    }
}

impl Work {
    /// Brings the new generation to a checkpoint.
    async fn catch_up(
        &self,
        target: &Checkpoint,
        tell: &(dyn Fn(&Learner) + Send + Sync),
    ) -> Result<()> {
        self.learn_until(target.iter().collect(), tell).await.map_err(|error| {
            let taken = error.kind == PortErrorKind::Fenced;
            let error = anyhow::Error::new(error);
            if taken {
                error.context(format!(
                    "another rebuild works on generation {}, or it serves already",
                    self.new.number
                ))
            } else {
                error
            }
        })
    }

    async fn learn_until(
        &self,
        bounds: BTreeMap<Partition, u64>,
        tell: &(dyn Fn(&Learner) + Send + Sync),
    ) -> Result<(), PortError> {
        let built = patiently(|| self.new.store.checkpoint()).await?;
        let behind = |(partition, until): &(Partition, u64)| built.next_offset(*partition) < *until;
        let bounds: BTreeMap<Partition, u64> = bounds.into_iter().filter(behind).collect();
        if bounds.is_empty() {
            return Ok(());
        }
        self.feed.until(bounds);
        let running = self.learner.run(CancellationToken::new());
        tokio::pin!(running);
        let mut ticks = tokio::time::interval(TELL);
        loop {
            tokio::select! {
                outcome = &mut running => {
                    tell(&self.learner);
                    return outcome;
                }
                _ = ticks.tick() => tell(&self.learner),
            }
        }
    }

    /// After the switch: what learners still wrote into the old generation before they noticed.
    /// Where one has noticed and taken the partition over, it does so itself.
    async fn bring_over(&self) -> Result<(), PortError> {
        let target = patiently(|| self.old.store.checkpoint()).await?;
        for bound in target.iter() {
            match self.learn_until(BTreeMap::from([bound]), &|_| {}).await {
                Err(error) if error.kind == PortErrorKind::Fenced => {}
                outcome => outcome?,
            }
        }
        Ok(())
    }

    /// A checkpoint of one partition.
    fn upto(partition: Partition, next_offset: u64) -> Checkpoint {
        let mut checkpoint = Checkpoint::default();
        // Moving on from nothing never goes back.
        checkpoint.advance(CheckpointDelta { partition, next_offset }).ok();
        checkpoint
    }
}
