//! Says which older notes a message puts an end to: "sold the bike last week, I take the tram now" and
//! "cycles to work".
//!
//! Message and notes are read together, and the notes see each other: of several alike, one is
//! mostly meant, and which one is told by what the others say. So the answer for a note depends on
//! those that are asked about with it.
//!
//! The weights are part of the binary; `data/README.md` says how they are trained.

use candle_core::{DType, Device, Result, Tensor};

use crate::describer::source::{self, Source};
use crate::together::{Laid, Network, Size};

const BINARY: &[u8] = include_bytes!("../data/endings.bin");

/// What stands before each note, the sentence model's `[SEP]`.
const BREAK: u32 = 102;
/// Most notes that are read at once.
pub(crate) const AT_ONCE: usize = 6;
/// Most pieces of a note.
const OF_NOTE: usize = 16;
/// The kind of a note's pieces; those of the message's texts come before.
const NOTE: u32 = 4;
/// The kind of what is marked as the wish, in the place of the message's.
const WISH: u32 = 5;
const SIZE: Size = Size { layers: 12, places: 256, kinds: 6 };

const _: () = assert!(source::MOST + AT_ONCE * (1 + OF_NOTE) <= SIZE.places);

/// The model, with its weights.
pub(crate) struct Endings(Network);

impl Endings {
    /// The one that is part of the binary, over the word vectors of the sentence model.
    ///
    /// # Errors
    /// When the weights do not fit this build.
    pub(crate) fn embedded(words: &Tensor) -> Result<Self> {
        Network::new(BINARY, &SIZE, words).map(Self)
    }

    /// The log-odds that each of some notes, in pieces, holds no longer after a message.
    ///
    /// # Errors
    /// Arithmetic that does not fit, which is a fault of this program.
    pub(crate) fn odds(&self, message: &Source, notes: &[Vec<u32>]) -> Result<Vec<f32>> {
        let mut odds = Vec::with_capacity(notes.len());
        for lot in notes.chunks(AT_ONCE) {
            let laid = laid(message, lot);
            // Nothing is hidden.
            let open = Tensor::zeros((1, 1, 1, laid.ids.len()), DType::F32, &Device::Cpu)?;
            odds.extend(self.0.odds(&laid, &open)?);
        }
        Ok(odds)
    }
}

/// A message and notes, one after the other.
fn laid(message: &Source, notes: &[Vec<u32>]) -> Laid {
    let mut laid = Laid::default();
    for piece in &message.pieces {
        let kind = if piece.marked { WISH } else { piece.kind as u32 };
        laid.put([piece.id], laid.ids.len() as u32, kind);
    }
    for note in notes {
        let from = laid.ids.len() as u32;
        laid.notes.push(from);
        laid.put([BREAK].into_iter().chain(note.iter().take(OF_NOTE).copied()), from, NOTE);
    }
    laid
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use penchant_ports::Wish;

    use super::*;
    use crate::describer::source::Tokens;

    fn tokens(ids: impl Iterator<Item = u32>) -> Tokens {
        let ids: Vec<u32> = ids.collect();
        Tokens { places: (0..ids.len()).map(|n| n * 5..n * 5 + 4).collect(), ids }
    }

    #[test]
    fn the_wish_is_told_from_the_rest_of_the_message_and_notes_follow_it() {
        let wish = Wish { place: 5..9, ..Wish::default() };
        let none = Tokens::default();
        let message = Source::new(&wish, &tokens(7..9), &none, &tokens(9..10));
        let laid = laid(&message, &[vec![11], vec![12, 13]]);
        let frame = 3;
        let expected = Laid {
            ids: vec![101, 7, 8, BREAK, BREAK, 9, BREAK, BREAK, 11, BREAK, 12, 13],
            places: (0..12).collect(),
            kinds: vec![frame, 0, WISH, frame, frame, 2, frame, NOTE, NOTE, NOTE, NOTE, NOTE],
            notes: vec![7, 9],
        };
        assert_eq!(laid, expected);
    }

    #[test]
    fn texts_of_any_length_stay_within_the_places_there_are() {
        let long = tokens(200..1_200);
        let message = Source::new(&Wish::default(), &long, &long, &long);
        let laid = laid(&message, &vec![long.ids.clone(); AT_ONCE]);
        assert_eq!(laid.notes.len(), AT_ONCE);
        assert!(laid.places.iter().all(|place| (*place as usize) < SIZE.places));
    }
}
