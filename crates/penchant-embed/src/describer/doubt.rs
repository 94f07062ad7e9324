//! Reasons not to believe a note, whatever its probability.
//!
//! A small decoder that points at words can still put the wrong ones together. What it got wrong on
//! messages that it had not learnt from mostly shows on the surface: words that nobody said, the
//! same word twice.

use std::collections::BTreeSet;

use penchant_core::telling;

use super::source::Source;
use super::{Chosen, spelling};

/// Whether a note should not be believed. `said` are its pieces, `spell` their spelling.
pub(super) fn doubtful(
    source: &Source,
    said: &[Chosen],
    vocabulary: &[u32],
    spell: &impl Fn(u32) -> String,
    note: &str,
) -> bool {
    !whole_words(source, said, vocabulary, spell) || repeats(note)
}

/// Whether each word was either said as one piece or taken whole from where it stands.
fn whole_words(
    source: &Source,
    said: &[Chosen],
    vocabulary: &[u32],
    spell: &impl Fn(u32) -> String,
) -> bool {
    let continues = |id: u32| spelling::continues(&spell(id));
    let mut rest = said;
    while let Some(first) = rest.first() {
        let more = rest.iter().skip(1).take_while(|piece| continues(piece.id)).count();
        let (word, others) = rest.split_at(more + 1);
        rest = others;
        let one = more == 0 && !continues(first.id) && vocabulary.contains(&first.id);
        if one || taken(source, word, &continues) {
            continue;
        }
        return false;
    }
    true
}

/// Whether pieces stand side by side in the source and are a whole word there.
fn taken(source: &Source, word: &[Chosen], continues: &impl Fn(u32) -> bool) -> bool {
    let pieces = &source.pieces;
    let fits = |start: usize| {
        let end = start + word.len();
        let same = pieces
            .get(start..end)
            .is_some_and(|own| own.iter().zip(word).all(|(piece, chosen)| piece.id == chosen.id));
        same && word.first().is_some_and(|first| !continues(first.id))
            && pieces.get(end).is_none_or(|next| !continues(next.id))
    };
    (0..pieces.len()).any(fits)
}

/// Whether a telling word stands in it twice.
fn repeats(note: &str) -> bool {
    let mut met = BTreeSet::new();
    let apart = |c: char| c.is_whitespace() || "()[]{}".contains(c);
    note.split(apart).flat_map(telling::telling).any(|word| !met.insert(word))
}

#[cfg(test)]
mod tests {
    use super::super::source::{Kind, Piece};
    use super::*;

    const SPELLING: [&str; 6] = ["[SEP]", "likes", "ka", "##yak", "##ing", "tea"];

    fn spell(id: u32) -> String {
        SPELLING.get(id as usize).map_or_else(String::new, |text| (*text).to_owned())
    }

    fn chosen(ids: &[u32]) -> Vec<Chosen> {
        ids.iter().map(|id| Chosen { id: *id, from: None }).collect()
    }

    #[test]
    fn a_word_is_said_whole_or_taken_whole() {
        let piece = |id: &u32| Piece { id: *id, kind: Kind::Message, marked: true, place: 0..1 };
        let source = Source { pieces: [2, 3, 4, 5].iter().map(piece).collect() };
        let whole = |ids: &[u32]| whole_words(&source, &chosen(ids), &[0, 1, 3], &spell);
        assert!(whole(&[1, 2, 3, 4]), "likes kayaking");
        assert!(whole(&[1, 5]), "likes tea");
        assert!(!whole(&[1, 2, 3]), "likes kayak, which was kayaking");
        assert!(!whole(&[1, 3]), "likes ##yak");
        assert!(!whole(&[5, 4]), "teaing");
    }

    #[test]
    fn a_note_that_repeats_itself_is_doubted() {
        assert!(repeats("runs the town in the town"));
        assert!(repeats("wants require(require(functions"));
        assert!(!repeats("no chili when the children visit"));
    }
}
