//! Brings a question near the notes that its answer has to follow.
//!
//! A sentence model puts texts near that say alike. A question and the note that matters for it
//! rarely do: "need shoes for the office", "avoids leather". So questions are compared through a
//! linear map that is learnt from labelled questions (`cargo xtask relevance`): the identity plus a
//! map of low rank (Hu et al. 2022, "LoRA"), and a direction in which notes lie that matter whatever
//! is asked ("wants short answers"). Only the question is mapped, once; notes stay as they are
//! stored.

use std::sync::LazyLock;

use penchant_core::Vector;
use penchant_ports::EmbedderInfo;

const BINARY: &[u8] = include_bytes!("../data/adapter.bin");
const MAGIC: &[u8; 4] = b"PNA1";

/// A test reads the file, so a failure here was a failed build; without it questions are compared
/// as they are.
static EMBEDDED: LazyLock<Option<Adapter>> = LazyLock::new(|| match Adapter::read(BINARY) {
    Ok(adapter) => Some(adapter),
    Err(error) => {
        tracing::error!(%error, "questions are not adapted to notes: run `cargo xtask relevance`");
        None
    }
});

/// Why an adapter was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an adapter, or cut short")]
pub struct Malformed;

/// The map, and how sure it is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Adapter {
    /// The embedding model that it is for, without its version.
    pub model: String,
    /// What cosine, shared words and nothing at all are worth, in log-odds.
    pub worth: [f32; 3],
    /// Notes that matter whatever is asked lie this way.
    pub always: Vec<f32>,
    /// Rows of the map of low rank: what it looks for in questions, and in notes.
    pub rows: Vec<(Vec<f32>, Vec<f32>)>,
}

impl Adapter {
    /// The one for an embedder, if there is one.
    #[must_use]
    pub fn of(embedder: &EmbedderInfo) -> Option<&'static Self> {
        let name = embedder.model.split('@').next().unwrap_or_default();
        EMBEDDED
            .as_ref()
            .filter(|adapter| adapter.model == name && adapter.always.len() == embedder.dimension)
    }

    /// A question, mapped: its dot product with a note's vector is the log-odds that the note
    /// matters, but for what [`Self::odds`] adds.
    #[must_use]
    pub fn question(&self, question: &Vector) -> Vector {
        let own = question.as_slice();
        if own.len() != self.always.len() {
            return Vector::default();
        }
        let mut mapped: Vec<f32> = own
            .iter()
            .zip(&self.always)
            .map(|(own, always)| self.worth[0] * own + always)
            .collect();
        for (seek, find) in &self.rows {
            let found: f32 = own.iter().zip(seek).map(|(a, b)| a * b).sum();
            mapped.iter_mut().zip(find).for_each(|(to, find)| *to += found * find);
        }
        Vector::new(mapped)
    }

    /// Log-odds that a note matters. `question` is mapped; `words` is the share of the note's
    /// telling words that the question mentions.
    #[must_use]
    pub fn odds(&self, question: &Vector, note: &Vector, words: f32) -> f32 {
        question.dot(note) + self.worth[1] * words + self.worth[2]
    }

    /// As bytes.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        let name = self.model.as_bytes();
        for number in [name.len(), self.always.len(), self.rows.len()] {
            out.extend((number as u32).to_le_bytes());
        }
        out.extend(name);
        let rows = self.rows.iter().flat_map(|(seek, find)| seek.iter().chain(find));
        let numbers = self.worth.iter().chain(&self.always).chain(rows);
        numbers.for_each(|number| out.extend(number.to_le_bytes()));
        out
    }

    /// From bytes.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut rest = bytes.strip_prefix(MAGIC.as_slice()).ok_or(Malformed)?;
        let mut take = |length: usize| {
            let (part, after) = rest.split_at_checked(length).ok_or(Malformed)?;
            rest = after;
            Ok(part)
        };
        let mut count = || {
            let four: [u8; 4] = take(4)?.try_into().map_err(|_| Malformed)?;
            Ok(u32::from_le_bytes(four) as usize)
        };
        let (name, dimension, rank) = (count()?, count()?, count()?);
        let model = String::from_utf8(take(name)?.to_vec()).map_err(|_| Malformed)?;
        let mut floats = |length: usize| -> Result<Vec<f32>, Malformed> {
            let bytes = take(length.checked_mul(4).ok_or(Malformed)?)?;
            let four = bytes.chunks_exact(4).filter_map(|four| four.try_into().ok());
            Ok(four.map(f32::from_le_bytes).collect())
        };
        let worth = floats(3)?.try_into().map_err(|_| Malformed)?;
        let always = floats(dimension)?;
        let rows = (0..rank).map(|_| Ok((floats(dimension)?, floats(dimension)?)));
        let rows = rows.collect::<Result<Vec<_>, Malformed>>()?;
        if rest.is_empty() { Ok(Self { model, worth, always, rows }) } else { Err(Malformed) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn adapter() -> Adapter {
        Adapter {
            model: "small".to_owned(),
            worth: [2.0, 1.0, -1.0],
            always: vec![0.0, 0.5],
            rows: vec![(vec![1.0, 0.0], vec![0.0, 3.0])],
        }
    }

    #[test]
    fn a_question_is_drawn_to_what_its_answer_has_to_follow() {
        let adapter = adapter();
        let (shoes, leather) = (Vector::new(vec![1.0, 0.0]), Vector::new(vec![0.0, 1.0]));
        let odds =
            |question: &Vector, words| adapter.odds(&adapter.question(question), &leather, words);
        assert!((odds(&shoes, 0.0) - 2.5).abs() < 1e-6);
        assert!((odds(&shoes, 0.5) - 3.0).abs() < 1e-6);
        assert!((odds(&leather, 0.0) - 1.5).abs() < 1e-6, "the map goes one way");
    }

    #[test]
    fn what_is_written_is_read_back_and_damage_is_refused() {
        let bytes = adapter().write();
        assert_eq!(Adapter::read(&bytes), Ok(adapter()));
        let cut = bytes.get(..bytes.len() - 1).unwrap();
        assert_eq!(Adapter::read(cut), Err(Malformed));
        assert_eq!(Adapter::read(&[bytes.as_slice(), &[0]].concat()), Err(Malformed));
        assert_eq!(Adapter::read(b"PNA1 nonsense and more"), Err(Malformed));
        assert!(Adapter::read(BINARY).is_ok());
    }

    #[test]
    fn another_model_has_none() {
        let info = |model: &str, dimension| EmbedderInfo {
            model: model.to_owned(),
            dimension,
            lexical_fallback: false,
        };
        assert!(Adapter::of(&info("all-MiniLM-L6-v2@53aa5117", 384)).is_some());
        assert!(Adapter::of(&info("all-MiniLM-L6-v2@53aa5117", 256)).is_none());
        assert!(Adapter::of(&info("another@1", 384)).is_none());
    }
}
