//! Wishes put down by a describer, and messages that it has read, to be asked about notes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use penchant_ports::{Ending, Ends, Note, Wish};

use super::encoder::Encoder;
use super::plan;
use super::threads::Threads;
use crate::describer::source::Source;
use crate::describer::{Describer, Drafted};

/// A describer, and what it needs of the sentence model.
#[derive(Clone)]
pub(super) struct Reader {
    pub(super) encoder: Arc<Encoder>,
    pub(super) describer: Arc<Describer>,
    pub(super) threads: Arc<Threads>,
}

/// One message.
struct Message {
    encoder: Arc<Encoder>,
    threads: Arc<Threads>,
    source: Source,
}

impl Reader {
    /// A note per wish.
    pub(super) fn describe(&self, wishes: &[Wish]) -> Result<Vec<Option<Note>>, String> {
        let sources = self.encoder.sources(wishes)?;
        let spell = |id| self.encoder.spell(id);
        let lengths: Vec<usize> = sources.iter().map(|source| source.pieces.len()).collect();
        let mut drafted: Vec<Option<Drafted>> = wishes.iter().map(|_| None).collect();
        for group in plan::groups(&lengths) {
            let own = group.iter().filter_map(|at| wishes.get(*at).zip(sources.get(*at)));
            let own: Vec<_> = own.collect();
            let drafts = self.describer.draft(&own, spell).map_err(|e| e.to_string())?;
            for (at, draft) in group.into_iter().zip(drafts) {
                if let Some(slot) = drafted.get_mut(at) {
                    *slot = Some(draft);
                }
            }
        }
        let mut texts = Vec::new();
        for (wish, drafted) in wishes.iter().zip(&drafted) {
            texts.extend(drafted.iter().flat_map(Drafted::texts));
            texts.extend(Some(&wish.told).filter(|told| !told.is_empty()));
        }
        let vectors = self.encoder.vectors(&texts)?;
        let mut left = vectors.as_slice();
        let notes = wishes.iter().zip(sources).zip(drafted).map(|((wish, source), drafted)| {
            let count = drafted.iter().flat_map(Drafted::texts).count();
            let (own, rest) = left.split_at(count.min(left.len()));
            let told = if wish.told.is_empty() { None } else { rest.split_first() };
            left = told.map_or(rest, |(_, rest)| rest);
            drafted.map(|drafted| drafted.choose(own, told.map(|(own, _)| own), self.ends(source)))
        });
        Ok(notes.collect())
    }

    /// What a message ends, where there is what can tell.
    fn ends(&self, source: Source) -> Ends {
        if self.encoder.endings().is_none() {
            return Ends::default();
        }
        let (encoder, threads) = (Arc::clone(&self.encoder), Arc::clone(&self.threads));
        Ends::new(Message { encoder, threads, source })
    }
}

impl Message {
    fn ended(&self, notes: &[&str]) -> Result<Vec<f32>, String> {
        let Some(endings) = self.encoder.endings() else { return Ok(vec![NEVER; notes.len()]) };
        let pieces = notes.iter().map(|note| Ok(self.encoder.split(note)?.ids));
        let pieces: Vec<Vec<u32>> = pieces.collect::<Result<_, String>>()?;
        endings.odds(&self.source, &pieces).map_err(|e| e.to_string())
    }
}

impl Ending for Message {
    fn odds(&self, notes: &[&str]) -> Vec<f32> {
        // Whoever folds has nothing to put in the place of a panic: the log would stop at this event.
        // Nothing is changed by asking, so nothing half-done can be seen afterwards.
        let ask = || {
            catch_unwind(AssertUnwindSafe(|| self.ended(notes)))
                .unwrap_or_else(|_| Err("what tells what a message ends panicked".to_owned()))
        };
        self.threads.here(ask).unwrap_or_else(|error| {
            tracing::error!(error, "notes could not be asked about; none of them counts as ended");
            vec![NEVER; notes.len()]
        })
    }
}

/// Log-odds of what cannot be.
const NEVER: f32 = -20.0;
