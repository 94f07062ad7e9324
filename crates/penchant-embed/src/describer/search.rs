//! The likeliest notes of a wish: beam search.

use std::collections::BTreeMap;

use candle_core::{Device, Result, Tensor};

use super::network::{LONGEST, Memory, Said};
use super::source::Source;
use super::{Chosen, Describer, END};

/// Notes followed at once, and most of what is found.
const BEAMS: usize = 6;
/// Pieces before a note: what it opens with, and its scope.
const PREFIX: usize = 2;
/// How much of its probability a piece keeps that was just said.
const AGAIN: f32 = 0.05;

/// A note in the making, or made.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Draft {
    pub(super) said: Vec<Chosen>,
    /// Log-probability of all that was said.
    sum: f32,
    ended: bool,
}

impl Draft {
    /// Mean log-probability per piece, the end among them.
    pub(super) fn likely(&self) -> f32 {
        self.sum / (self.said.len() + 1) as f32
    }

    /// The likeliest ways to go on: what the vocabulary gives a piece and each place where it
    /// stands.
    fn next(&self, scores: &[f32], sayable: &Sayable) -> Vec<Self> {
        let mut shares = sayable.shares(scores);
        if let Some(last) = self.said.last() {
            shares.iter_mut().filter(|share| share.id == last.id).for_each(|s| s.share *= AGAIN);
        }
        likeliest(shares)
            .into_iter()
            .map(|Share { id, share, place }| {
                let mut draft = self.clone();
                draft.sum += share.clamp(f32::MIN_POSITIVE, 1.0).ln();
                if id == END {
                    draft.ended = true;
                } else {
                    draft.said.push(Chosen { id, from: place.map(|(_, at)| at) });
                }
                draft
            })
            .collect()
    }
}

/// A piece that may come next.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Share {
    id: u32,
    share: f32,
    /// Where in the source it most likely stands, and how likely.
    place: Option<(f32, usize)>,
}

/// The pieces that can be said of a source: those of the vocabulary, then its own others.
struct Sayable {
    ids: Vec<u32>,
    /// How many of them are of the vocabulary.
    common: usize,
    /// Per place of the source, which of them stands there.
    places: Vec<usize>,
}

impl Sayable {
    fn new(vocabulary: &[u32], source: &Source) -> Self {
        let mut ids = vocabulary.to_vec();
        let mut known: BTreeMap<u32, usize> = ids.iter().copied().zip(0..).collect();
        let mut slot = |id: u32| {
            *known.entry(id).or_insert_with(|| {
                ids.push(id);
                ids.len() - 1
            })
        };
        let places = source.pieces.iter().map(|piece| slot(piece.id)).collect();
        Self { ids, common: vocabulary.len(), places }
    }

    fn shares(&self, scores: &[f32]) -> Vec<Share> {
        let (said, pointed) = scores.split_at(self.common.min(scores.len()));
        let said = said.iter().map(|score| score.exp()).chain(std::iter::repeat(0.0));
        let own = |(id, share): (&u32, f32)| Share { id: *id, share, place: None };
        let mut shares: Vec<Share> = self.ids.iter().zip(said).map(own).collect();
        for (at, (slot, score)) in self.places.iter().zip(pointed).enumerate() {
            let Some(share) = shares.get_mut(*slot) else { continue };
            let here = score.exp();
            share.share += here;
            if share.place.is_none_or(|(other, _)| here > other) {
                share.place = Some((here, at));
            }
        }
        shares
    }
}

/// The likeliest of all, as many as are followed; of equals the one that comes first.
fn likeliest(shares: Vec<Share>) -> Vec<Share> {
    let mut best: Vec<Share> = Vec::with_capacity(BEAMS + 1);
    for share in shares {
        let behind = best.partition_point(|other| other.share >= share.share);
        if behind < BEAMS {
            best.insert(behind, share);
            best.truncate(BEAMS);
        }
    }
    best
}

/// The notes that one source may become.
struct Search {
    sayable: Sayable,
    /// The piece that was said before them.
    last: u32,
    going: Vec<Draft>,
    ended: Vec<Draft>,
}

impl Search {
    fn new(vocabulary: &[u32], source: &Source, last: u32) -> Self {
        let sayable = Sayable::new(vocabulary, source);
        Self { sayable, last, going: vec![Draft::default()], ended: Vec::new() }
    }

    /// What each of the drafts said last.
    fn said_last(&self) -> Vec<u32> {
        self.going.iter().map(|draft| draft.said.last().map_or(self.last, |said| said.id)).collect()
    }

    /// Lets the drafts grow by a piece, each by its row of scores. Returns which draft each of the
    /// new ones comes from; of none there are when the search is over.
    fn grow(&mut self, scores: &[Vec<f32>]) -> Vec<u32> {
        let mut next: Vec<(u32, Draft)> = Vec::new();
        for (from, (draft, scores)) in (0..).zip(self.going.iter().zip(scores)) {
            let grown = draft.next(scores, &self.sayable);
            next.extend(grown.into_iter().map(|draft| (from, draft)));
        }
        // Stable: of equals the one that came first.
        next.sort_by(|a, b| b.1.sum.total_cmp(&a.1.sum));
        next.truncate(BEAMS);
        let (done, more): (Vec<_>, Vec<_>) = next.into_iter().partition(|(_, draft)| draft.ended);
        self.ended.extend(done.into_iter().map(|(_, draft)| draft));
        let more = if self.ended.len() < BEAMS { more } else { Vec::new() };
        let (from, going) = more.into_iter().unzip();
        self.going = going;
        from
    }

    /// Notes, likeliest first.
    fn found(mut self) -> Vec<Draft> {
        self.ended.retain(|draft| !draft.said.is_empty());
        self.ended.sort_by(|a, b| b.likely().total_cmp(&a.likely()));
        self.ended
    }
}

/// Notes of each source, likeliest first; those that found no end are left out. `before` has heard
/// how a description starts but for the pieces said `last`, one per source. The searches go side by
/// side: a product with many rows takes hardly longer than one with few.
///
/// # Errors
/// Arithmetic that does not fit, which is a fault of this program.
pub(super) fn search(
    describer: &Describer,
    mut memory: Memory,
    mut before: Said,
    sources: &[&Source],
    last: &[u32],
) -> Result<Vec<Vec<Draft>>> {
    let begun =
        |(source, last): (&&Source, &u32)| Search::new(&describer.vocabulary, source, *last);
    let mut going: Vec<(usize, Search)> = sources.iter().zip(last).map(begun).enumerate().collect();
    let mut over: Vec<(usize, Search)> = Vec::new();
    // Rows per search: the most drafts that one of them follows. Where there are fewer, the first
    // is followed again for nothing.
    let mut side = 1;
    for _ in PREFIX..LONGEST {
        let last = going.iter().flat_map(|(_, search)| filled(search.said_last(), side));
        let scores = describer.say(&memory, &mut before, last.collect())?;
        let mut still: Vec<(usize, Search)> = Vec::new();
        let (mut kept, mut origins) = (Vec::new(), Vec::new());
        for ((row, (at, mut search)), scores) in (0_u32..).zip(going).zip(scores.chunks(side)) {
            let from = search.grow(scores);
            if from.is_empty() {
                over.push((at, search));
                continue;
            }
            kept.push(row);
            origins
                .push(from.into_iter().map(|draft| row * side as u32 + draft).collect::<Vec<_>>());
            still.push((at, search));
        }
        going = still;
        let Some(most) = origins.iter().map(Vec::len).max() else { break };
        let rows: Vec<u32> = origins.into_iter().flat_map(|own| filled(own, most)).collect();
        before = before.rows(&Tensor::new(rows, &Device::Cpu)?)?;
        memory = memory.rows(&Tensor::new(kept, &Device::Cpu)?)?;
        side = most;
    }
    over.append(&mut going);
    over.sort_by_key(|(at, _)| *at);
    Ok(over.into_iter().map(|(_, search)| search.found()).collect())
}

/// As many of something as are asked for, the first again where there are fewer.
fn filled(own: Vec<u32>, count: usize) -> impl Iterator<Item = u32> {
    let first = own.first().copied().unwrap_or_default();
    own.into_iter().chain(std::iter::repeat(first)).take(count)
}

#[cfg(test)]
mod tests {
    use super::super::source::{Kind, Piece};
    use super::*;

    fn source(ids: &[u32]) -> Source {
        let piece = |id: &u32| Piece { id: *id, kind: Kind::Message, marked: true, place: 0..1 };
        Source { pieces: ids.iter().map(piece).collect() }
    }

    fn logs(shares: &[f32]) -> Vec<f32> {
        shares.iter().map(|share| share.ln()).collect()
    }

    #[test]
    fn the_likeliest_come_first_and_of_equals_the_first() {
        let share = |id, share| Share { id, share, place: None };
        let all = (0..20).map(|id| share(id, if id == 7 { 0.5 } else { 0.02 })).collect();
        let ids: Vec<u32> = likeliest(all).iter().map(|share| share.id).collect();
        assert_eq!(ids, [7, 0, 1, 2, 3, 4]);
    }

    #[test]
    fn what_is_said_and_pointed_at_counts_together() {
        // The vocabulary says 7 with 0.4; 8 stands twice in the source with 0.3 each.
        let scores = logs(&[1e-6, 0.4, 0.3, 0.3]);
        let next = Draft::default().next(&scores, &Sayable::new(&[END, 7], &source(&[8, 8])));
        let said: Vec<_> = next.iter().map(|draft| draft.said.first().map(|c| c.id)).collect();
        assert_eq!(said, [Some(8), Some(7), None]);
        assert!((next[0].sum - 0.6_f32.ln()).abs() < 1e-6);
        assert!(next[2].ended);
    }

    #[test]
    fn the_same_piece_is_hardly_said_twice_in_a_row() {
        let scores = logs(&[1e-6, 0.7, 0.3]);
        let sayable = Sayable::new(&[END, 7], &source(&[8]));
        let first = Draft::default().next(&scores, &sayable);
        let next = first[0].next(&scores, &sayable);
        assert_eq!(next[0].said.iter().map(|c| c.id).collect::<Vec<_>>(), [7, 8]);
    }
}
