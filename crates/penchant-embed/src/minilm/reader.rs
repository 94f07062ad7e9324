//! Wishes put down by a describer, and messages that it has read, to be asked about notes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use penchant_ports::{Ending, Ends, Note, Wish};

use super::encoder::Encoder;
use super::plan;
use super::threads::Threads;
use crate::describer::{Describer, Drafted, Read};

/// A describer, and what it needs of the sentence model.
#[derive(Clone)]
pub(super) struct Reader {
    pub(super) encoder: Arc<Encoder>,
    pub(super) describer: Arc<Describer>,
    pub(super) threads: Arc<Threads>,
}

/// One message.
struct Message {
    reader: Reader,
    read: Read,
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
        let notes = wishes.iter().zip(drafted).map(|(wish, drafted)| {
            let count = drafted.iter().flat_map(Drafted::texts).count();
            let (own, rest) = left.split_at(count.min(left.len()));
            let told = if wish.told.is_empty() { None } else { rest.split_first() };
            left = told.map_or(rest, |(_, rest)| rest);
            let ends = |read| self.ends(read);
            drafted.map(|drafted| drafted.choose(own, told.map(|(own, _)| own), ends))
        });
        Ok(notes.collect())
    }

    /// What a message ends.
    pub(super) fn ends(&self, read: Read) -> Ends {
        Ends::new(Message { reader: self.clone(), read })
    }

    /// Log-odds that each of some notes is ended by a message.
    fn ended(&self, read: &Read, notes: &[&str]) -> Result<Vec<f32>, String> {
        let pieces = notes.iter().map(|note| Ok(self.encoder.split(note)?.ids));
        let pieces: Vec<Vec<u32>> = pieces.collect::<Result<_, String>>()?;
        self.describer.ended(read, &pieces).map_err(|e| e.to_string())
    }
}

impl Ending for Message {
    fn odds(&self, notes: &[&str]) -> Vec<f32> {
        // Whoever folds has nothing to put in the place of a panic: the log would stop at this event.
        // Nothing is changed by asking, so nothing half-done can be seen afterwards.
        let ask = || {
            catch_unwind(AssertUnwindSafe(|| self.reader.ended(&self.read, notes)))
                .unwrap_or_else(|_| Err("the describer panicked".to_owned()))
        };
        self.reader.threads.here(ask).unwrap_or_else(|error| {
            tracing::error!(error, "notes could not be asked about; none of them counts as ended");
            vec![NEVER; notes.len()]
        })
    }
}

/// Log-odds of what cannot be.
const NEVER: f32 = -20.0;
