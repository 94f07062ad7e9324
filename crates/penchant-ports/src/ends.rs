//! What a message puts an end to.

use std::sync::Arc;

/// A message that a model has read, to be asked what becomes of older notes.
///
/// # Obligations
/// - `odds` answers one finite number per note, in order: the log-odds that the note holds no longer
///   after the message, or, where the message's wish is for now only, that it is not to be followed
///   while that holds.
/// - The same notes in the same order give the same answers every time (to 1e-2): replay depends on
///   it (INV-1). Of notes that are asked about together each may be answered with regard to the
///   others: a message mostly ends one of several alike.
/// - It is asked while events are folded: it computes, within some ten milliseconds for six notes,
///   and waits for nothing.
pub trait Ending: Send + Sync {
    /// Log-odds that each of some notes is ended.
    fn odds(&self, notes: &[&str]) -> Vec<f32>;
}

impl<F: Fn(&str) -> f32 + Send + Sync> Ending for F {
    fn odds(&self, notes: &[&str]) -> Vec<f32> {
        notes.iter().map(|note| self(note)).collect()
    }
}

/// What a message ends, or that nobody could say.
#[derive(Clone, Default)]
pub struct Ends(Option<Arc<dyn Ending>>);

impl Ends {
    /// As a model that has read the message says.
    #[must_use]
    pub fn new(read: impl Ending + 'static) -> Self {
        Self(Some(Arc::new(read)))
    }

    /// Whether no model has read the message.
    #[must_use]
    pub fn unknown(&self) -> bool {
        self.0.is_none()
    }

    /// Log-odds that each of some notes is ended; `None` where nobody could say.
    #[must_use]
    pub fn odds(&self, notes: &[&str]) -> Option<Vec<f32>> {
        let read = self.0.as_ref()?;
        Some(if notes.is_empty() { Vec::new() } else { read.odds(notes) })
    }
}

impl std::fmt::Debug for Ends {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.unknown() { "Ends(unknown)" } else { "Ends(read)" })
    }
}

/// Equal if they are of the same reading.
impl PartialEq for Ends {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(own), Some(other)) => Arc::ptr_eq(own, other),
            (None, None) => true,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_read_cannot_be_asked_and_no_notes_need_no_asking() {
        assert_eq!(Ends::default().odds(&["drinks tea"]), None);
        let read = Ends::new(|note: &str| note.len() as f32);
        assert_eq!(read.odds(&["a", "bcd"]), Some(vec![1.0, 3.0]));
        assert_eq!(read.odds(&[]), Some(Vec::new()));
        assert!(read == read.clone() && read != Ends::default());
    }
}
