//! Puts a wish down as a note-taker would: "drinks black coffee at lunch" out of "I've gone over to
//! coffee at lunch, black, no more cola for me please".
//!
//! The user's own clause is what was said, but not what one would look it up by: it says "it" and
//! "that one", explains itself, and leaves out what the talk was about. A small decoder over the
//! sentence model's hidden states writes the note. It points at words far more often than it says
//! some of its own: its vocabulary holds verbs of liking, little words and common nouns, so what a
//! note is about can only come from what was said. Where it is unsure of the words it writes none,
//! and the user's own stand.
//!
//! What it says first is no word of the note but what the words are: something wanted, something
//! not wanted, or no wish at all. It has seen the whole message and the reply by then, token by
//! token, where the linear heads have seen means of hidden states.
//!
//! `cargo xtask describer` trains it; the weights are part of the binary.

mod doubt;
pub mod file;
pub mod network;
pub mod source;
mod spelling;

use std::collections::BTreeMap;

use candle_core::{Device, Error, Result, Tensor};
use candle_nn::VarBuilder;
use penchant_ports::{Note, Wish};

use network::{Given, LONGEST, Network, Said};
use source::Source;

const BINARY: &[u8] = include_bytes!("../../data/describer.bin");

/// Hidden states of these layers are read; the last layer counts from 1 like the first.
pub const LAYERS: [usize; 3] = [2, 4, 6];
/// The piece that ends a description, the sentence model's `[SEP]`.
pub const END: u32 = 102;
/// The piece that comes before a note of what is wanted, the word "like".
pub const WANTED: u32 = 2066;
/// The piece that comes before a note of what is not wanted, the word "avoid".
pub const UNWANTED: u32 = 4468;
/// What a vocabulary begins with: what can be said first. [`END`] there says that no wish is made.
pub const OPENINGS: [u32; 3] = [END, WANTED, UNWANTED];
/// The style of notes.
const NOTES: u32 = 2;
/// Mean log-probability per piece below which the note is left out: from there on the user's own
/// words are as near to what a person would have noted (measured on 1,070 wishes it had not learnt
/// from).
const SURE: f32 = -0.6;
/// Log-odds by which what was known of a wish before weighs in whether it is wanted.
const KNOWN: f32 = 4.0;
/// How much of its probability a piece keeps that was just said.
const AGAIN: f32 = 0.05;
/// Descriptions made at once.
const AT_ONCE: usize = 16;

/// One piece of a description.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Chosen {
    id: u32,
    /// Where in the source it stands, if it does.
    from: Option<usize>,
}

/// The describer, with its weights.
pub struct Describer {
    network: Network,
    vocabulary: Vec<u32>,
    /// Unit word vectors of the sentence model, by piece.
    words: Tensor,
}

impl Describer {
    /// The describer that is part of the binary, over the word vectors of the sentence model.
    ///
    /// # Errors
    /// When the weights do not fit this build.
    pub fn embedded(words: &Tensor) -> Result<Self> {
        Self::new(BINARY, words)
    }

    /// A describer out of a file's bytes.
    ///
    /// # Errors
    /// When the weights do not fit this build.
    pub fn new(bytes: &[u8], words: &Tensor) -> Result<Self> {
        let (weights, vocabulary) = file::read(bytes)?;
        let words = unit(words)?;
        let said = words.index_select(&Tensor::new(vocabulary.as_slice(), &Device::Cpu)?, 0)?;
        let vb = VarBuilder::from_tensors(weights, words.dtype(), &Device::Cpu);
        let numbers = LAYERS.len() * words.dim(1)?;
        Ok(Self { network: Network::new(&vb, &said, numbers)?, vocabulary, words })
    }

    /// One note per wish, or `None` for one that the model sees nothing of. `spell` turns pieces
    /// into text.
    ///
    /// # Errors
    /// Arithmetic that does not fit, which is a fault of this program.
    pub fn describe(
        &self,
        wishes: &[(&Wish, Source)],
        spell: impl Fn(u32) -> String,
    ) -> Result<Vec<Option<Note>>> {
        let mut out = Vec::with_capacity(wishes.len());
        for block in wishes.chunks(AT_ONCE) {
            for ((wish, source), row) in block.iter().zip(self.say(block)?) {
                if source.pieces.is_empty() {
                    out.push(None);
                    continue;
                }
                let (wished, avoid) = (row.wished, row.avoid);
                let text = row.finish().and_then(|said| {
                    let pieces = said.iter().map(|said| spelling::Piece {
                        text: spell(said.id),
                        from: said.from.and_then(|at| source.pieces.get(at)),
                    });
                    let note = spelling::join(wish, &pieces.collect::<Vec<_>>())?;
                    let vocabulary = &self.vocabulary;
                    let doubtful = doubt::doubtful(source, &said, vocabulary, &spell, &note);
                    (!doubtful).then_some(note)
                });
                out.push(Some(Note { text, wished, avoid }));
            }
        }
        Ok(out)
    }

    /// The likeliest pieces, one after the other.
    fn say(&self, wishes: &[(&Wish, Source)]) -> Result<Vec<Row>> {
        let sources: Vec<&Source> = wishes.iter().map(|(_, source)| source).collect();
        let given = given(&sources, self.words.dim(1)? * LAYERS.len())?;
        let mut keep = Ok;
        let memory = self.network.read(&given, &mut keep)?;
        let styles = Tensor::from_vec(vec![NOTES; sources.len()], sources.len(), &Device::Cpu)?;
        let mut heard = self.network.start(&styles)?;
        let mut before = Said::default();
        let mut rows: Vec<Row> = sources.iter().map(|_| Row::default()).collect();
        for step in 0..LONGEST {
            let scores = self.network.say(&memory, &mut before, &heard, &mut keep)?;
            let scores = scores.squeeze(1)?.to_vec2::<f32>()?;
            for ((row, (wish, source)), scores) in rows.iter_mut().zip(wishes).zip(&scores) {
                if step == 0 {
                    row.open(scores, wish.avoid);
                } else {
                    row.add(scores, &self.vocabulary, source);
                }
            }
            if rows.iter().all(|row| row.done) {
                break;
            }
            let last: Vec<u32> = rows.iter().map(Row::last).collect();
            let last = self.words.index_select(&Tensor::new(last, &Device::Cpu)?, 0)?;
            heard = self.network.hear(&last.unsqueeze(1)?)?;
        }
        Ok(rows)
    }
}

/// A description in the making.
#[derive(Default)]
struct Row {
    /// Probability that there is a wish.
    wished: f32,
    /// Whether the note is one of something not wanted.
    avoid: bool,
    said: Vec<Chosen>,
    likely: f32,
    done: bool,
}

impl Row {
    /// Hears what the words are; a note is begun even where no wish is likely, for the caller may
    /// know better. `avoid` is what was known before.
    fn open(&mut self, scores: &[f32], avoid: bool) {
        let share = |n: usize| scores.get(n).map_or(0.0, |score| score.exp());
        let (none, wanted, unwanted) = (share(0), share(1), share(2));
        let all = (none + wanted + unwanted).max(f32::MIN_POSITIVE);
        self.wished = ((wanted + unwanted) / all).clamp(0.0, 1.0);
        let odds = (unwanted.max(f32::MIN_POSITIVE) / wanted.max(f32::MIN_POSITIVE)).ln();
        self.avoid = odds + if avoid { KNOWN } else { -KNOWN } > 0.0;
    }

    /// What was said last.
    fn last(&self) -> u32 {
        let opening = if self.avoid { UNWANTED } else { WANTED };
        self.said.last().map_or(opening, |said| said.id)
    }

    /// Adds the likeliest piece: what the vocabulary gives it and each place where it stands.
    fn add(&mut self, scores: &[f32], vocabulary: &[u32], source: &Source) {
        if self.done {
            return;
        }
        let (said, pointed) = scores.split_at(vocabulary.len().min(scores.len()));
        let mut shares: BTreeMap<u32, (f32, Option<(f32, usize)>)> = BTreeMap::new();
        for (id, score) in vocabulary.iter().zip(said) {
            shares.entry(*id).or_default().0 += score.exp();
        }
        for (at, (piece, score)) in source.pieces.iter().zip(pointed).enumerate() {
            let (share, place) = shares.entry(piece.id).or_default();
            let own = score.exp();
            *share += own;
            if place.is_none_or(|(other, _)| own > other) {
                *place = Some((own, at));
            }
        }
        if let Some((share, _)) = self.said.last().and_then(|last| shares.get_mut(&last.id)) {
            *share *= AGAIN;
        }
        let best = shares.into_iter().max_by(|a, b| a.1.0.total_cmp(&b.1.0).then(b.0.cmp(&a.0)));
        let Some((id, (share, place))) = best else { return };
        self.likely += share.clamp(f32::MIN_POSITIVE, 1.0).ln();
        if id == END {
            self.done = true;
        } else {
            self.said.push(Chosen { id, from: place.map(|(_, at)| at) });
        }
    }

    fn finish(self) -> Option<Vec<Chosen>> {
        let mean = self.likely / (self.said.len() + 1) as f32;
        let sure = mean >= SURE;
        (self.done && !self.said.is_empty() && sure).then_some(self.said)
    }
}

/// Sources as tensors, padded to the longest.
///
/// # Errors
/// Sources whose states are not `numbers` per token.
pub fn given(sources: &[&Source], numbers: usize) -> Result<Given> {
    let rows = sources.len();
    let length = sources.iter().map(|s| s.pieces.len()).max().unwrap_or(0).max(1);
    let mut states = vec![0.0_f32; rows * length * numbers];
    let mut kinds = vec![0_u32; rows * length];
    let mut marks = vec![0_u32; rows * length];
    let mut mask = vec![0.0_f32; rows * length];
    for (row, source) in sources.iter().enumerate() {
        let from = row * length;
        states
            .get_mut(from * numbers..from * numbers + source.states.len())
            .filter(|_| source.states.len() == source.pieces.len() * numbers)
            .ok_or_else(|| Error::Msg("states and pieces do not fit".to_owned()))?
            .copy_from_slice(&source.states);
        for (at, piece) in source.pieces.iter().enumerate() {
            let put = |slot: Option<&mut u32>, value: u32| slot.map(|slot| *slot = value);
            put(kinds.get_mut(from + at), piece.kind as u32);
            put(marks.get_mut(from + at), u32::from(piece.marked));
            mask.get_mut(from + at).into_iter().for_each(|slot| *slot = 1.0);
        }
    }
    let device = &Device::Cpu;
    Ok(Given {
        states: Tensor::from_vec(states, (rows, length, numbers), device)?,
        kinds: Tensor::from_vec(kinds, (rows, length), device)?,
        marks: Tensor::from_vec(marks, (rows, length), device)?,
        penalty: network::penalty(&Tensor::from_vec(mask, (rows, length), device)?)?,
    })
}

/// Vectors at unit length.
///
/// # Errors
/// None that is known.
pub fn unit(vectors: &Tensor) -> Result<Tensor> {
    let lengths = vectors.sqr()?.sum_keepdim(1)?.sqrt()?;
    vectors.broadcast_div(&lengths.maximum(f32::MIN_POSITIVE)?)
}

#[cfg(test)]
mod tests {
    use super::source::{Kind, Piece};
    use super::*;

    fn source(ids: &[u32]) -> Source {
        let piece = |id: &u32| Piece { id: *id, kind: Kind::Message, marked: true, place: 0..1 };
        Source { pieces: ids.iter().map(piece).collect(), states: Vec::new() }
    }

    fn logs(shares: &[f32]) -> Vec<f32> {
        shares.iter().map(|share| share.ln()).collect()
    }

    #[test]
    fn what_is_said_and_pointed_at_counts_together() {
        let mut row = Row::default();
        // The vocabulary says 7 with 0.4; 8 stands twice in the source with 0.3 each.
        row.add(&logs(&[1e-6, 0.4, 0.3, 0.3]), &[END, 7], &source(&[8, 8]));
        assert_eq!(row.said, [Chosen { id: 8, from: Some(0) }]);
    }

    #[test]
    fn what_is_known_of_a_wish_decides_where_the_model_hardly_does() {
        let avoid = |wanted: f32, unwanted: f32, known: bool| {
            let mut row = Row::default();
            row.open(&logs(&[0.2, wanted, unwanted]), known);
            assert!((row.wished - 0.8).abs() < 1e-6);
            row.avoid
        };
        assert!(avoid(0.35, 0.45, true) && !avoid(0.35, 0.45, false));
        assert!(avoid(0.005, 0.795, false) && !avoid(0.795, 0.005, true));
    }

    #[test]
    fn the_same_piece_is_not_said_twice_in_a_row() {
        let mut row = Row::default();
        for _ in 0..2 {
            row.add(&logs(&[1e-6, 0.7, 0.3]), &[END, 7], &source(&[8]));
        }
        assert_eq!(row.said.iter().map(|said| said.id).collect::<Vec<_>>(), [7, 8]);
    }

    #[test]
    fn what_is_unsure_or_has_no_end_is_not_said() {
        let said = |first: f32, end: f32| {
            let mut row = Row::default();
            row.add(&logs(&[1e-6, first]), &[END, 7], &source(&[]));
            row.add(&logs(&[end, 1e-6]), &[END, 7], &source(&[]));
            row.finish()
        };
        assert!(said(0.9, 0.9).is_some());
        assert!(said(0.2, 0.2).is_none());
        let mut endless = Row::default();
        endless.add(&logs(&[1e-6, 0.9]), &[END, 7], &source(&[]));
        assert!(endless.finish().is_none());
    }
}
