//! What a description is made from: the tokens of the message, the task and the reply.

use std::ops::Range;

use penchant_ports::Wish;

use super::END;

/// Most tokens of the message; of a longer one, those round the wish.
const OF_MESSAGE: usize = 72;
/// How many of them stand before the wish.
const BEFORE: usize = 24;
/// Most tokens of the task.
const OF_TASK: usize = 8;
/// Most tokens of the reply: its end, which is what the message answers.
const OF_REPLY: usize = 32;

/// What stands before the texts, the sentence model's `[CLS]`; [`END`] stands after each.
const START: u32 = 101;

/// Most pieces of a source.
pub(crate) const MOST: usize = OF_MESSAGE + OF_TASK + OF_REPLY + 4;

/// A text in tokens, as the sentence model sees them, without the framing ones.
#[derive(Debug, Clone, Default)]
pub struct Tokens {
    /// Their numbers in the tokenizer.
    pub ids: Vec<u32>,
    /// Their places in the text, in bytes.
    pub places: Vec<Range<usize>>,
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
    /// None: it stands before the texts or between them, and cannot be pointed at.
    Frame,
}

/// One token.
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

/// All that one description is made from: the message, the task and the reply, framed as the
/// sentence model's texts are.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The tokens; none where there is no text.
    pub pieces: Vec<Piece>,
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
        let texts = [
            (message, Kind::Message, OF_MESSAGE),
            (task, Kind::Task, OF_TASK),
            (reply, Kind::Reply, OF_REPLY),
        ];
        if texts.iter().all(|(tokens, ..)| tokens.ids.is_empty()) {
            return Self::default();
        }
        let mut source = Self { pieces: vec![frame(START)] };
        for (tokens, kind, most) in texts {
            let count = tokens.ids.len();
            let from = if kind == Kind::Message { from } else { count.saturating_sub(most) };
            let own = tokens.ids.iter().zip(&tokens.places).skip(from).take(most);
            source.pieces.extend(own.map(|(id, place)| Piece {
                id: *id,
                kind,
                marked: kind == Kind::Message && marked(place),
                place: place.clone(),
            }));
            source.pieces.push(frame(END));
        }
        source
    }
}

fn frame(id: u32) -> Piece {
    Piece { id, kind: Kind::Frame, marked: false, place: 0..0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(count: usize, first: u32) -> Tokens {
        let ids: Vec<u32> = (first..).take(count).collect();
        Tokens { places: (0..count).map(|n| n * 5..n * 5 + 4).collect(), ids }
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
        assert_eq!(source.pieces.len(), OF_MESSAGE + 1 + OF_REPLY + 4, "with the frame");
    }

    #[test]
    fn of_no_text_nothing_is_made() {
        let none = Tokens::default();
        assert!(Source::new(&Wish::default(), &none, &none, &none).pieces.is_empty());
    }
}
