//! Says which notes an answer has to follow: "what do I order at the bar in Turin" and "drinks
//! espresso without sugar".
//!
//! Vectors tell what is about the same thing. Whether a note matters is another question: one for
//! another occasion shares its subject and does not, one about a habit matters where none of its
//! words stands. So question and notes are read together, every piece of a note meeting every piece
//! of the question (Nogueira and Cho 2019, "Passage re-ranking with BERT"). The question is read once
//! for all notes, and no note sees another, so that each gets the answer that it would get alone
//! (MacAvaney et al. 2020, "PreTTR", keep the halves apart in the same way).
//!
//! The weights are part of the binary; `data/README.md` says how they are trained.

mod network;

use candle_core::{Device, Result, Tensor};
use candle_nn::VarBuilder;

use crate::packed;
use network::{Given, NOTE_AT, Network, WIDTH};

const BINARY: &[u8] = include_bytes!("../../data/fits.bin");

/// The sentence model's `[CLS]`, before the question.
const START: u32 = 101;
/// The sentence model's `[SEP]`, which stands after the question, after the task, and before each
/// note, where the answer is read off.
const BREAK: u32 = 102;
/// Most pieces of a question that are read: its beginning.
const OF_QUESTION: usize = 48;
/// Most pieces of the task.
const OF_TASK: usize = 8;
/// Most pieces of a note.
const OF_NOTE: usize = 20;

/// The model, with its weights.
pub(crate) struct Fits {
    network: Network,
    /// Word vectors of the sentence model, by piece.
    words: Tensor,
}

impl Fits {
    /// The one that is part of the binary, over the word vectors of the sentence model.
    ///
    /// # Errors
    /// When the weights do not fit this build.
    pub(crate) fn embedded(words: &Tensor) -> Result<Self> {
        let (weights, _) = packed::read(BINARY)?;
        let vb = VarBuilder::from_tensors(weights, words.dtype(), &Device::Cpu);
        Ok(Self { network: Network::new(&vb)?, words: words.clone() })
    }

    /// The log-odds that an answer has to follow each of some notes. All texts are in pieces.
    ///
    /// # Errors
    /// Arithmetic that does not fit, which is a fault of this program.
    pub(crate) fn odds(
        &self,
        question: &[u32],
        task: &[u32],
        notes: &[Vec<u32>],
    ) -> Result<Vec<f32>> {
        if notes.is_empty() {
            return Ok(Vec::new());
        }
        let laid = Laid::out(question, task, notes);
        let count = laid.ids.len();
        let device = &Device::Cpu;
        let row = |numbers: Vec<u32>| Tensor::from_vec(numbers, count, device);
        let words = self.words.index_select(&row(laid.ids)?, 0)?.reshape((1, count, WIDTH))?;
        let given = Given { words, places: row(laid.places)?, kinds: row(laid.kinds)? };
        let states = self.network.read(&given, &network::apart(&laid.owners)?)?;
        self.network.answers(&states, &Tensor::new(laid.notes.as_slice(), device)?)?.to_vec1()
    }
}

/// A question and notes, side by side.
#[derive(Debug, Default, PartialEq)]
struct Laid {
    /// Pieces.
    ids: Vec<u32>,
    /// Where each stands in its text; every note begins at the same place.
    places: Vec<u32>,
    /// Whether it is of the question (0), the task (1) or a note (2).
    kinds: Vec<u32>,
    /// 0 for the question and the task, from 1 the note's number.
    owners: Vec<u32>,
    /// Where each note begins.
    notes: Vec<u32>,
}

impl Laid {
    fn out(question: &[u32], task: &[u32], notes: &[Vec<u32>]) -> Self {
        let mut laid = Self::default();
        let asked = std::iter::once(&START).chain(question.iter().take(OF_QUESTION));
        laid.put(asked.chain([&BREAK]), 0, 0, 0);
        let after = laid.ids.len() as u32;
        laid.put(task.iter().take(OF_TASK).chain([&BREAK]), after, 1, 0);
        for (note, owner) in notes.iter().zip(1..) {
            laid.notes.push(laid.ids.len() as u32);
            laid.put([&BREAK].into_iter().chain(note.iter().take(OF_NOTE)), NOTE_AT, 2, owner);
        }
        laid
    }

    fn put<'a>(&mut self, pieces: impl Iterator<Item = &'a u32>, from: u32, kind: u32, owner: u32) {
        for (piece, place) in pieces.zip(from..) {
            self.ids.push(*piece);
            self.places.push(place);
            self.kinds.push(kind);
            self.owners.push(owner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_note_begins_at_the_same_place_and_is_its_own() {
        let laid = Laid::out(&[7, 8], &[], &[vec![9], vec![10, 11]]);
        let expected = Laid {
            ids: vec![START, 7, 8, BREAK, BREAK, BREAK, 9, BREAK, 10, 11],
            places: vec![0, 1, 2, 3, 4, NOTE_AT, NOTE_AT + 1, NOTE_AT, NOTE_AT + 1, NOTE_AT + 2],
            kinds: vec![0, 0, 0, 0, 1, 2, 2, 2, 2, 2],
            owners: vec![0, 0, 0, 0, 0, 1, 1, 2, 2, 2],
            notes: vec![5, 7],
        };
        assert_eq!(laid, expected);
    }

    #[test]
    fn texts_of_any_length_stay_within_the_places_there_are() {
        let long = vec![5; 1_000];
        let laid = Laid::out(&long, &long, std::slice::from_ref(&long));
        let last = laid.places.iter().max().copied().unwrap_or_default();
        assert!((last as usize) < network::PLACES);
        assert!(laid.notes.iter().all(|at| *at <= NOTE_AT));
    }
}
