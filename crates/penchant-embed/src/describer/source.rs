//! What a description is made from: the tokens of the message, the task and the reply.

use std::ops::Range;

use penchant_ports::Wish;

/// Most tokens of the message; of a longer one, those round the wish.
const OF_MESSAGE: usize = 72;
/// How many of them stand before the wish.
const BEFORE: usize = 24;
/// Most tokens of the task.
const OF_TASK: usize = 8;
/// Most tokens of the reply: its end, which is what the message answers.
const OF_REPLY: usize = 32;

/// A text in tokens, as the sentence model sees them, without the framing ones.
#[derive(Debug, Clone, Default)]
pub struct Tokens {
    /// Their numbers in the tokenizer.
    pub ids: Vec<u32>,
    /// Their places in the text, in bytes.
    pub places: Vec<Range<usize>>,
    /// Their hidden states, one after the other.
    pub states: Vec<f32>,
}

impl Tokens {
    fn width(&self) -> usize {
        self.states.len() / self.ids.len().max(1)
    }
}

/// Which text a token is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The message.
    Message,
    /// The task's label.
    Task,
    /// The reply that the message answers.
    Reply,
}

/// One token that can be pointed at.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Its number in the tokenizer.
    pub id: u32,
    /// Which text it is of.
    pub kind: Kind,
    /// Whether it is part of the wish.
    pub marked: bool,
    /// Its place in that text, in bytes.
    pub place: Range<usize>,
}

/// All that one description is made from.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The tokens.
    pub pieces: Vec<Piece>,
    /// Their hidden states, one after the other.
    pub states: Vec<f32>,
}

impl Source {
    /// Out of the tokens of a wish's three texts.
    #[must_use]
    pub fn new(wish: &Wish, message: &Tokens, task: &Tokens, reply: &Tokens) -> Self {
        let marked =
            |place: &Range<usize>| place.start < wish.place.end && place.end > wish.place.start;
        let count = message.ids.len();
        let from = if count > OF_MESSAGE {
            let first = message.places.iter().position(marked).unwrap_or(0);
            first.saturating_sub(BEFORE).min(count - OF_MESSAGE)
        } else {
            0
        };
        let mut source = Self::default();
        source.add(message, from..(from + OF_MESSAGE).min(count), Kind::Message, marked);
        for (tokens, kind, most) in [(task, Kind::Task, OF_TASK), (reply, Kind::Reply, OF_REPLY)] {
            let count = tokens.ids.len();
            source.add(tokens, count.saturating_sub(most)..count, kind, |_| false);
        }
        source
    }

    /// The same without one of the texts.
    pub fn leave_out(&mut self, kind: Kind) {
        let width = self.states.len() / self.pieces.len().max(1);
        let states = std::mem::take(&mut self.states);
        let kept = self.pieces.iter().zip(states.chunks(width.max(1)));
        self.states = kept
            .filter(|(piece, _)| piece.kind != kind)
            .flat_map(|(_, own)| own)
            .copied()
            .collect();
        self.pieces.retain(|piece| piece.kind != kind);
    }

    fn add(
        &mut self,
        tokens: &Tokens,
        range: Range<usize>,
        kind: Kind,
        marked: impl Fn(&Range<usize>) -> bool,
    ) {
        let width = tokens.width();
        let states = tokens.states.get(range.start * width..range.end * width);
        self.states.extend_from_slice(states.unwrap_or_default());
        let ids = tokens.ids.iter().zip(&tokens.places).skip(range.start).take(range.len());
        self.pieces.extend(ids.map(|(id, place)| Piece {
            id: *id,
            kind,
            marked: marked(place),
            place: place.clone(),
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(count: usize, first: u32) -> Tokens {
        let ids: Vec<u32> = (first..).take(count).collect();
        Tokens {
            states: ids.iter().flat_map(|id| [*id as f32, 0.5]).collect(),
            places: (0..count).map(|n| n * 5..n * 5 + 4).collect(),
            ids,
        }
    }

    #[test]
    fn of_a_long_message_what_stands_round_the_wish_is_read() {
        let wish = Wish { place: 1_000..1_010, ..Wish::default() };
        let source = Source::new(&wish, &tokens(400, 1_000), &tokens(1, 7), &tokens(90, 5_000));
        let marked: Vec<u32> = source.pieces.iter().filter(|p| p.marked).map(|p| p.id).collect();
        assert_eq!(marked, [1_200, 1_201]);
        let count = |kind| source.pieces.iter().filter(|p| p.kind == kind).count();
        assert_eq!((count(Kind::Message), count(Kind::Task)), (OF_MESSAGE, 1));
        let reply = source.pieces.iter().find(|p| p.kind == Kind::Reply).map(|p| p.id);
        assert_eq!(reply, Some(5_000 + 90 - OF_REPLY as u32), "its end");
        assert_eq!(source.states.len(), 2 * source.pieces.len());
    }

    #[test]
    fn a_text_is_left_out_with_its_states() {
        let wish = Wish { place: 0..4, ..Wish::default() };
        let mut source = Source::new(&wish, &tokens(3, 10), &tokens(2, 20), &tokens(1, 30));
        source.leave_out(Kind::Task);
        let ids: Vec<u32> = source.pieces.iter().map(|p| p.id).collect();
        assert_eq!(ids, [10, 11, 12, 30]);
        assert_eq!(source.states, [10.0, 0.5, 11.0, 0.5, 12.0, 0.5, 30.0, 0.5]);
    }
}
