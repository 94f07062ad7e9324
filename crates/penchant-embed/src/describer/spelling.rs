//! From pieces to text: which stand together, and how they are written.

use penchant_ports::Wish;

use super::source::{self, Kind};

/// One piece of a description.
pub(super) struct Piece<'a> {
    /// As the tokenizer writes it: lower case, `##` before what continues a word.
    pub(super) text: String,
    /// Where it was pointed at.
    pub(super) from: Option<&'a source::Piece>,
}

/// The text; `None` where it would be none that anybody could read, or holds a number that nobody
/// said.
pub(super) fn join(wish: &Wish, pieces: &[Piece<'_>]) -> Option<String> {
    let number = |piece: &Piece<'_>| piece.text.contains(|c: char| c.is_ascii_digit());
    if pieces.iter().any(|piece| piece.from.is_none() && number(piece)) {
        return None;
    }
    let mut out = String::new();
    let mut before: Option<&Piece<'_>> = None;
    for piece in pieces {
        let continues = piece.text.strip_prefix("##");
        let bare = continues.unwrap_or(&piece.text);
        let written = written(wish, piece).unwrap_or(bare);
        if !out.is_empty() && continues.is_none() && !touches(before, piece) {
            out.push(' ');
        }
        out.push_str(written);
        before = Some(piece);
    }
    let first = out.chars().next()?;
    (first.is_alphanumeric() && out.contains(' ')).then_some(out)
}

/// Whether a piece, as the tokenizer writes it, goes on with a word.
pub(super) fn continues(text: &str) -> bool {
    text.starts_with("##")
}

/// Whether a piece stands right behind the one before it.
fn touches(before: Option<&Piece<'_>>, piece: &Piece<'_>) -> bool {
    let Some(before) = before else { return true };
    if let (Some(a), Some(b)) = (before.from, piece.from)
        && a.kind == b.kind
        && a.place.end == b.place.start
    {
        return true;
    }
    let joins = |text: &str| matches!(text, "-" | "'" | "/" | "##-");
    let ends = |text: &str| matches!(text, "," | "." | ":" | ";" | "!" | "?" | "%" | ")");
    let opens = |text: &str| matches!(text, "(" | "$" | "#" | "\u{20ac}" | "\u{a3}");
    joins(&before.text) || joins(&piece.text) || ends(&piece.text) || opens(&before.text)
}

/// A piece as it was written where it was pointed at, but for the capital of a sentence's start.
fn written<'a>(wish: &'a Wish, piece: &Piece<'_>) -> Option<&'a str> {
    let from = piece.from?;
    let text = match from.kind {
        Kind::Message => &wish.text,
        Kind::Task => &wish.task,
        Kind::Reply => &wish.reply,
        Kind::Frame => return None,
    };
    let written = text.get(from.place.clone())?;
    let bare = piece.text.trim_start_matches("##");
    // The tokenizer strips accents; pieces are compared without regard to case only.
    if written.chars().count() != bare.chars().count() {
        return None;
    }
    let before = text.get(..from.place.start)?.trim_end_matches([' ', '"', '(', '\'', '\n']);
    let opening = before.is_empty() || before.ends_with(['.', '!', '?', ':']);
    let capital = written.chars().next().is_some_and(char::is_uppercase)
        && !written.chars().skip(1).any(char::is_uppercase);
    if opening && capital { None } else { Some(written) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn wish(text: &str) -> Wish {
        Wish { text: text.to_owned(), place: 0..text.len(), ..Wish::default() }
    }

    fn pointed(at: std::ops::Range<usize>) -> source::Piece {
        source::Piece { id: 0, kind: Kind::Message, marked: true, place: at }
    }

    #[test]
    fn words_are_written_as_the_user_wrote_them() {
        let wish = wish("Sugar-free Cola, never ZÜRICH");
        let places = [pointed(0..5), pointed(5..6), pointed(6..10), pointed(11..15)];
        let mut pieces = vec![Piece { text: "drinks".to_owned(), from: None }];
        let texts = ["sugar", "-", "free", "cola"];
        pieces.extend(
            texts
                .iter()
                .zip(&places)
                .map(|(text, from)| Piece { text: (*text).to_owned(), from: Some(from) }),
        );
        assert_eq!(join(&wish, &pieces).unwrap(), "drinks sugar-free Cola");
    }

    #[test]
    fn what_continues_a_word_touches_it() {
        let piece = |text: &str| Piece { text: text.to_owned(), from: None };
        let pieces = [piece("likes"), piece("ka"), piece("##yak"), piece("##ing")];
        assert_eq!(join(&wish("x"), &pieces).unwrap(), "likes kayaking");
        assert_eq!(join(&wish("x"), &[piece("likes")]), None);
        assert_eq!(join(&wish("x"), &[piece("at"), piece("30")]), None);
    }
}
