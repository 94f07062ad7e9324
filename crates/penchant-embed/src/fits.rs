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

use candle_core::{Device, Result, Tensor};

use crate::together::{Laid, Network, Size};
use crate::transformer::HIDDEN;

const BINARY: &[u8] = include_bytes!("../data/fits.bin");

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
/// The place at which every note begins.
const NOTE_AT: u32 = 64;
/// As many layers as the sentence model has; question, task and note are the kinds.
const SIZE: Size = Size { layers: 6, places: 96, kinds: 3 };

/// The model, with its weights.
pub(crate) struct Fits(Network);

impl Fits {
    /// The one that is part of the binary, over the word vectors of the sentence model.
    ///
    /// # Errors
    /// When the weights do not fit this build.
    pub(crate) fn embedded(words: &Tensor) -> Result<Self> {
        Network::new(BINARY, &SIZE, words).map(Self)
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
        let (laid, owners) = laid(question, task, notes);
        self.0.odds(&laid, &apart(&owners)?)
    }
}

/// A question and notes, side by side: every note begins at the same place. With it the owner of each
/// piece: 0 for the question and the task, from 1 the note's number.
fn laid(question: &[u32], task: &[u32], notes: &[Vec<u32>]) -> (Laid, Vec<u32>) {
    let mut laid = Laid::default();
    let asked = question.iter().take(OF_QUESTION).copied();
    laid.put([START].into_iter().chain(asked).chain([BREAK]), 0, 0);
    let after = laid.ids.len() as u32;
    laid.put(task.iter().take(OF_TASK).copied().chain([BREAK]), after, 1);
    let mut owners = vec![0; laid.ids.len()];
    for (note, owner) in notes.iter().zip(1..) {
        laid.notes.push(laid.ids.len() as u32);
        laid.put([BREAK].into_iter().chain(note.iter().take(OF_NOTE).copied()), NOTE_AT, 2);
        owners.resize(laid.ids.len(), owner);
    }
    (laid, owners)
}

/// Lets each piece see the question and its own note, by the owner of each: (1, 1, pieces, pieces).
///
/// # Errors
/// None that is known.
fn apart(owners: &[u32]) -> Result<Tensor> {
    let count = owners.len();
    let sees = |own: u32, other: u32| other == 0 || other == own;
    let penalty = owners.iter().flat_map(|own| {
        owners.iter().map(|other| if sees(*own, *other) { 0.0 } else { HIDDEN as f32 })
    });
    Tensor::from_vec(penalty.collect::<Vec<f32>>(), (1, 1, count, count), &Device::Cpu)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_note_begins_at_the_same_place_and_is_its_own() {
        let (laid, owners) = laid(&[7, 8], &[], &[vec![9], vec![10, 11]]);
        let expected = Laid {
            ids: vec![START, 7, 8, BREAK, BREAK, BREAK, 9, BREAK, 10, 11],
            places: vec![0, 1, 2, 3, 4, NOTE_AT, NOTE_AT + 1, NOTE_AT, NOTE_AT + 1, NOTE_AT + 2],
            kinds: vec![0, 0, 0, 0, 1, 2, 2, 2, 2, 2],
            notes: vec![5, 7],
        };
        assert_eq!(laid, expected);
        assert_eq!(owners, [0, 0, 0, 0, 0, 1, 1, 2, 2, 2]);
    }

    #[test]
    fn texts_of_any_length_stay_within_the_places_there_are() {
        let long = vec![5; 1_000];
        let (laid, _) = laid(&long, &long, std::slice::from_ref(&long));
        let last = laid.places.iter().max().copied().unwrap_or_default();
        assert!((last as usize) < SIZE.places);
        assert!(laid.notes.iter().all(|at| *at <= NOTE_AT));
    }

    #[test]
    fn a_note_sees_the_question_and_itself_and_the_question_no_note() {
        let penalty = apart(&[0, 1, 2]).unwrap().reshape((3, 3)).unwrap().to_vec2::<f32>().unwrap();
        let open: Vec<Vec<bool>> =
            penalty.iter().map(|row| row.iter().map(|cost| *cost == 0.0).collect()).collect();
        assert_eq!(open, [[true, false, false], [true, true, false], [true, false, true]]);
    }
}
