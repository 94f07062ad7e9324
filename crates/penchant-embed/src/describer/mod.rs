//! Puts a wish down as a note-taker would: "drinks black coffee at lunch" out of "I've gone over to
//! coffee at lunch, black, no more cola for me please".
//!
//! The user's own clause is what was said, but not what one would look it up by: it says "it" and
//! "that one", explains itself, and leaves out what the talk was about. A small network, the
//! sentence model before it was trained for this, reads the message and writes the note. It points
//! at words far more often than it says some of its own: its vocabulary holds verbs of liking,
//! little words and common nouns, so what a note is about can only come from what was said. It
//! writes several drafts; the one nearest to all becomes the note, or none, and the user's own words
//! stand.
//!
//! What it says first is no word of the note but what the words are: something wanted, something
//! not wanted, or no wish at all. It has seen the whole message and the reply by then, token by
//! token, where the linear heads have seen means of hidden states.
//!
//! The weights are part of the binary; `data/README.md` says how they are trained.

mod choice;
mod doubt;
mod network;
mod search;
pub mod source;
mod spelling;

use candle_core::{Device, Error, Result, Tensor};
use candle_nn::VarBuilder;
use penchant_core::Vector;
use penchant_ports::{Ends, Note, Wish};

use crate::{packed, transformer};
use network::{Given, Memory, Network, Said, WIDTH};
use source::{Kind, Source};

pub use network::LONGEST;

const BINARY: &[u8] = include_bytes!("../../data/describer.bin");

/// The piece that ends a description, the sentence model's `[SEP]`.
pub const END: u32 = 102;
/// The piece that comes before a note of what is wanted, the word "like".
pub const WANTED: u32 = 2066;
/// The piece that comes before a note of what is not wanted, the word "avoid".
pub const UNWANTED: u32 = 4468;
/// What can be said first. [`END`] there says that no wish is made.
pub const OPENINGS: [u32; 3] = [END, WANTED, UNWANTED];
/// What is said next: that a wish holds always, in its context, this time only; the words
/// "always", "when" and "now".
pub const SCOPES: [u32; 3] = [2467, 2043, 2085];
/// The style of notes.
const NOTES: u32 = 2;
/// Log-odds by which what was known of a wish before weighs in whether it is wanted.
const KNOWN: f32 = 4.0;

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
    /// Word vectors of the sentence model, by piece.
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
        let (weights, vocabulary) = packed::read(bytes)?;
        if vocabulary.is_empty() {
            return Err(Error::Msg("no vocabulary".to_owned()));
        }
        let said = words.index_select(&Tensor::new(vocabulary.as_slice(), &Device::Cpu)?, 0)?;
        let vb = VarBuilder::from_tensors(weights, words.dtype(), &Device::Cpu);
        let network = Network::new(&vb, &unit(&said)?)?;
        Ok(Self { network, vocabulary, words: words.clone() })
    }

    /// What may be noted of some wishes, each with its source, none of which is empty. `spell`
    /// turns pieces into text.
    ///
    /// # Errors
    /// Arithmetic that does not fit, which is a fault of this program.
    pub(crate) fn draft(
        &self,
        wishes: &[(&Wish, &Source)],
        spell: impl Fn(u32) -> String,
    ) -> Result<Vec<Drafted>> {
        let sources: Vec<&Source> = wishes.iter().map(|(_, source)| *source).collect();
        let given = given(&sources, &self.words)?;
        let read = self.network.read(&given)?;
        let memory = self.network.memory(&read, &given)?;
        let styles = vec![NOTES; sources.len()];
        let start = self.network.start(&Tensor::new(styles, &Device::Cpu)?)?;
        let mut before = Said::default();
        let states = self.network.follow(&memory, &mut before, &start)?;
        let scores = self.network.say(&memory, &states)?.flatten(0, 1)?.to_vec2::<f32>()?;
        let openings: Vec<Opening> = wishes
            .iter()
            .zip(&scores)
            .map(|((w, _), scores)| Opening::of(scores, w.avoid))
            .collect();
        let mut drafted: Vec<Drafted> = openings
            .into_iter()
            .map(|Opening { wished, avoid }| Drafted {
                notes: Vec::new(),
                wished,
                avoid,
                scopes: [0.0; 3],
            })
            .collect();
        let mut noted: Vec<(&Wish, &Source, &mut Drafted)> = wishes
            .iter()
            .zip(&mut drafted)
            .filter(|((wish, _), _)| !wish.idle)
            .map(|((wish, source), drafted)| (*wish, *source, drafted))
            .collect();
        if noted.is_empty() {
            return Ok(drafted);
        }
        let rows = (0_u32..).zip(wishes).filter(|(_, (wish, _))| !wish.idle);
        let rows = Tensor::new(rows.map(|(row, _)| row).collect::<Vec<_>>(), &Device::Cpu)?;
        let (memory, mut before) = (memory.rows(&rows)?, before.rows(&rows)?);
        let first = noted.iter().map(|(.., own)| if own.avoid { UNWANTED } else { WANTED });
        let scores = self.say(&memory, &mut before, first.collect())?;
        let scopes: Vec<([f32; 3], u32)> = scores.iter().map(|scores| scopes(scores)).collect();
        let scope: Vec<u32> = scopes.iter().map(|(_, piece)| *piece).collect();
        let sources: Vec<&Source> = noted.iter().map(|(_, source, _)| *source).collect();
        let found = search::search(self, memory, before, &sources, &scope)?;
        for (((wish, source, own), drafts), (scopes, _)) in noted.iter_mut().zip(found).zip(scopes)
        {
            own.scopes = scopes;
            own.notes.extend(drafts.into_iter().filter_map(|draft| {
                let pieces = draft.said.iter().map(|said| spelling::Piece {
                    text: spell(said.id),
                    from: said.from.and_then(|at| source.pieces.get(at)),
                });
                let note = spelling::join(wish, &pieces.collect::<Vec<_>>())?;
                let doubtful =
                    doubt::doubtful(source, &draft.said, &self.vocabulary, &spell, &note);
                (!doubtful).then(|| (note, draft.likely()))
            }));
        }
        Ok(drafted)
    }

    /// Log-probabilities of what comes next, one row per piece that was said last; of each source
    /// there are as many.
    fn say(&self, memory: &Memory, before: &mut Said, last: Vec<u32>) -> Result<Vec<Vec<f32>>> {
        let last = self.words.index_select(&Tensor::new(last, &Device::Cpu)?, 0)?;
        let states = self.network.follow(memory, before, &last.unsqueeze(1)?)?;
        self.network.say(memory, &states)?.flatten(0, 1)?.to_vec2()
    }
}

/// What may be noted of a wish.
pub(crate) struct Drafted {
    /// Notes with their mean log-probability per piece, likeliest first.
    notes: Vec<(String, f32)>,
    wished: f32,
    avoid: bool,
    scopes: [f32; 3],
}

impl Drafted {
    /// The notes, of which one is to be chosen.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &String> {
        self.notes.iter().map(|(text, _)| text)
    }

    /// What becomes of the wish: `vectors` are the meanings of its notes, and of the user's own
    /// words if there are any; `ends` is what it ends.
    pub(crate) fn choose(mut self, vectors: &[Vector], own: Option<&Vector>, ends: Ends) -> Note {
        let likely: Vec<f32> = self.notes.iter().map(|(_, likely)| *likely).collect();
        let chosen = choice::choose(&likely, vectors, own).filter(|at| *at < self.notes.len());
        let meaning = chosen.map_or(own, |at| vectors.get(at)).cloned().unwrap_or_default();
        let text = chosen.map(|at| self.notes.swap_remove(at).0);
        let Self { wished, avoid, scopes, .. } = self;
        Note { text, wished, avoid, scopes, ends, meaning }
    }
}

/// What the words are, before any of them is put down.
struct Opening {
    /// Probability that there is a wish.
    wished: f32,
    /// Whether the note is one of something not wanted.
    avoid: bool,
}

impl Opening {
    /// A note is drafted even where no wish is likely, for the caller may know better. `avoid` is
    /// what was known before.
    fn of(scores: &[f32], avoid: bool) -> Self {
        let share = |n: usize| scores.get(n).map_or(0.0, |score| score.exp());
        let (none, wanted, unwanted) = (share(0), share(1), share(2));
        let all = (none + wanted + unwanted).max(f32::MIN_POSITIVE);
        let odds = (unwanted.max(f32::MIN_POSITIVE) / wanted.max(f32::MIN_POSITIVE)).ln();
        Self {
            wished: ((wanted + unwanted) / all).clamp(0.0, 1.0),
            avoid: odds + if avoid { KNOWN } else { -KNOWN } > 0.0,
        }
    }
}

/// The probabilities of the [`SCOPES`], and the piece of the likeliest. `scores` are those after
/// the opening.
fn scopes(scores: &[f32]) -> ([f32; 3], u32) {
    let mut shares = [0.0_f32; 3];
    let own = scores.iter().skip(OPENINGS.len());
    shares.iter_mut().zip(own).for_each(|(share, score)| *share = score.exp());
    let all = shares.iter().sum::<f32>().max(f32::MIN_POSITIVE);
    let shares = shares.map(|share| share / all);
    let first = (1.0 / 3.0, SCOPES[0]);
    let best = shares.into_iter().zip(SCOPES).fold(
        first,
        |best, own| {
            if own.0 > best.0 { own } else { best }
        },
    );
    (shares, best.1)
}

/// Sources as tensors, padded to the longest; `words` are the sentence model's word vectors.
///
/// # Errors
/// Pieces that the sentence model does not know.
fn given(sources: &[&Source], words: &Tensor) -> Result<Given> {
    let rows = sources.len();
    let length = sources.iter().map(|s| s.pieces.len()).max().unwrap_or(0).max(1);
    let mut ids = vec![0_u32; rows * length];
    let mut kinds = vec![0_u32; rows * length];
    let mut marks = vec![0_u32; rows * length];
    let mut read = vec![0.0_f32; rows * length];
    let mut pointed = vec![0.0_f32; rows * length];
    for (row, source) in sources.iter().enumerate() {
        for (at, piece) in (row * length..).zip(&source.pieces) {
            let put = |slot: Option<&mut u32>, value: u32| slot.map(|slot| *slot = value);
            put(ids.get_mut(at), piece.id);
            put(kinds.get_mut(at), piece.kind as u32);
            put(marks.get_mut(at), u32::from(piece.marked));
            read.get_mut(at).into_iter().for_each(|slot| *slot = 1.0);
            let can_be = f32::from(u8::from(piece.kind != Kind::Frame));
            pointed.get_mut(at).into_iter().for_each(|slot| *slot = can_be);
        }
    }
    let device = &Device::Cpu;
    let shape = (rows, length);
    let words = words.index_select(&Tensor::from_vec(ids, rows * length, device)?, 0)?;
    Ok(Given {
        words: words.reshape((rows, length, WIDTH))?,
        kinds: Tensor::from_vec(kinds, shape, device)?,
        marks: Tensor::from_vec(marks, shape, device)?,
        penalty: transformer::penalty(&Tensor::from_vec(read, shape, device)?)?,
        hidden: transformer::penalty(&Tensor::from_vec(pointed, shape, device)?)?.squeeze(1)?,
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
    #![allow(clippy::unwrap_used)]
    use super::*;
    use source::Tokens;

    #[test]
    fn what_frames_the_texts_is_read_and_cannot_be_pointed_at() {
        let tokens = |ids: &[u32]| Tokens { ids: ids.to_vec(), places: vec![0..1; ids.len()] };
        let none = Tokens::default();
        let wish = Wish::default();
        let long = Source::new(&wish, &tokens(&[7, 8]), &none, &tokens(&[9]));
        let short = Source::new(&wish, &tokens(&[7]), &none, &none);
        let words = Tensor::zeros((200, WIDTH), candle_core::DType::F32, &Device::Cpu).unwrap();
        let given = given(&[&long, &short], &words).unwrap();
        let open = |penalties: &Tensor| -> Vec<Vec<bool>> {
            let rows = penalties.reshape((2, ())).unwrap().to_vec2::<f32>().unwrap();
            rows.iter().map(|row| row.iter().map(|penalty| *penalty == 0.0).collect()).collect()
        };
        // Start, message, end of it, of the task and of the reply; then padding.
        let (yes, no) = (true, false);
        let read = [vec![yes; 7], vec![yes, yes, yes, yes, yes, no, no]];
        assert_eq!(open(&given.penalty), read);
        let pointed = [[no, yes, yes, no, no, yes, no], [no, yes, no, no, no, no, no]];
        assert_eq!(open(&given.hidden), pointed);
    }

    #[test]
    fn what_is_known_of_a_wish_decides_where_the_model_hardly_does() {
        let avoid = |wanted: f32, unwanted: f32, known: bool| {
            let opening = Opening::of(&[0.2_f32, wanted, unwanted].map(f32::ln), known);
            assert!((opening.wished - 0.8).abs() < 1e-6);
            opening.avoid
        };
        assert!(avoid(0.35, 0.45, true) && !avoid(0.35, 0.45, false));
        assert!(avoid(0.005, 0.795, false) && !avoid(0.795, 0.005, true));
    }
}
