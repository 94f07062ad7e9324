//! Reactions that only make sense with the assistant's turn: "shorter", "more of that", "keep it
//! exactly like this".

use penchant_core::Polarity;

use crate::words::describe::{self, Described};
use crate::words::{polish, text};

/// Comparatives that stand alone, and what they are about.
const BARE: &[(&[&str], &str)] = &[
    (
        &[
            "shorter", "longer", "briefer", "simpler", "tighter", "crisper", "clearer", "plainer",
            "denser",
        ],
        "text",
    ),
    (
        &[
            "warmer",
            "softer",
            "sharper",
            "colder",
            "friendlier",
            "funnier",
            "nicer",
            "kinder",
            "drier",
            "bolder",
            "harsher",
            "gentler",
            "blunter",
            "snappier",
            "stronger",
            "calmer",
            "politer",
        ],
        "tone",
    ),
    (
        &[
            "cheaper",
            "quieter",
            "closer",
            "nearer",
            "smaller",
            "bigger",
            "larger",
            "newer",
            "older",
            "faster",
            "slower",
            "earlier",
            "later",
            "lighter",
            "darker",
            "healthier",
        ],
        "options",
    ),
    (&["harder", "easier"], "level"),
];

/// Completes a description that is only a comparative: "prefers shorter" → "prefers shorter text".
#[must_use]
pub fn complete(description: &str) -> String {
    let last = description.split(' ').next_back().unwrap_or("");
    let words = description.split(' ').count();
    if words > 3 {
        return description.to_owned();
    }
    BARE.iter()
        .find(|(list, _)| list.contains(&last))
        .map_or_else(|| description.to_owned(), |(_, noun)| format!("{description} {noun}"))
}

/// What the assistant's turn shows, as something wanted or not: "I kept the message to two lines."
/// → "prefers keeping the message to two lines". A question shows nothing.
#[must_use]
pub fn shown(reply: &str, polarity: Polarity) -> Option<Described> {
    let first = text::sentences(reply).into_iter().next().filter(|s| !s.text.ends_with('?'))?;
    let mut words = polish::tidy(&first.text);
    let lower = words.to_ascii_lowercase();
    const OPENERS: &[&str] = &[
        "they have ",
        "they've ",
        "they will ",
        "they'll ",
        "they'm ",
        "they would ",
        "they ",
        "here is ",
        "here's ",
        "here are ",
        "done ",
        "sure ",
        "okay ",
        "great ",
        "there is ",
        "there are ",
        "this is ",
    ];
    for opener in OPENERS {
        if lower.starts_with(opener) {
            words = words[opener.len()..].to_owned();
            break;
        }
    }
    for tail in [
        " as asked",
        " as requested",
        " as instructed",
        " as wished",
        " as usual",
        " as always",
        " as agreed",
        " as ever",
    ] {
        if let Some(at) = words.to_ascii_lowercase().find(tail) {
            words.truncate(at);
        }
    }
    let words = polish::shorten(words.trim_matches(['.', ',', ' ']), 14);
    if words.split(' ').count() < 2 {
        return None;
    }
    let mut described = describe::verbatim(&present(&words), polarity)?;
    described.snippet = String::new();
    Some(described)
}

/// The first word from the past tense into the gerund.
fn present(words: &str) -> String {
    let (first, rest) = words.split_once(' ').unwrap_or((words, ""));
    let lower = first.to_ascii_lowercase();
    const IRREGULAR: &[(&str, &str)] = &[
        ("kept", "keep"),
        ("wrote", "write"),
        ("gave", "give"),
        ("made", "make"),
        ("put", "put"),
        ("found", "find"),
        ("left", "leave"),
        ("set", "set"),
        ("cut", "cut"),
        ("took", "take"),
        ("told", "tell"),
        ("sent", "send"),
        ("began", "begin"),
        ("drew", "draw"),
        ("chose", "choose"),
        ("held", "hold"),
        ("built", "build"),
        ("read", "read"),
        ("spoke", "speak"),
        ("brought", "bring"),
        ("got", "get"),
        ("split", "split"),
        ("did", "do"),
        ("used", "use"),
        ("broke", "break"),
    ];
    let base =
        IRREGULAR.iter().find(|(past, _)| *past == lower).map(|(_, base)| (*base).to_owned());
    let base = base.or_else(|| {
        let stem = lower.strip_suffix("ed")?;
        let doubled =
            stem.len() > 2 && stem.as_bytes()[stem.len() - 1] == stem.as_bytes()[stem.len() - 2];
        [format!("{stem}e"), stem.to_owned(), stem[..stem.len() - usize::from(doubled)].to_owned()]
            .into_iter()
            .chain(stem.strip_suffix('i').map(|s| format!("{s}y")))
            .find(|candidate| polish::is_verb(candidate))
    });
    match base {
        Some(base) if !rest.is_empty() => polish::gerund(&format!("{base} {rest}")),
        _ => words.to_owned(),
    }
}

/// Whether a reaction points at the assistant's turn instead of saying what is meant.
#[must_use]
pub fn pointing(lower: &str) -> bool {
    const POINTERS: &[&str] = &[
        "like that",
        "like this",
        "of that",
        "of this",
        "of these",
        "of those",
        "this way",
        "that way",
        "this is how",
        "that's how",
        "just like",
        "keep it",
        "keep that",
        "keep this",
        "keep doing",
        "exactly this",
        "exactly that",
        "the same way",
        "same again",
        "this kind",
        "that kind",
        "this sort",
        "that sort",
        "this format",
        "this style",
        "that style",
        "this length",
        "this tone",
        "that's it",
        "this is it",
        "stay like",
        "stick with this",
        "stick to this",
        "as it is",
        "more like",
        "such",
        "so beibehalten",
        "comme ça",
        "comme ca",
        "genau so",
        "así",
        "asi",
        "exactly the",
        "that's the way",
        "more please",
        "do that",
        "doing that",
        "every time",
        "all my",
        "always do",
    ];
    POINTERS.iter().any(|p| lower.contains(p))
}

/// Whether an order is about one thing at hand: "make it shorter", "this one in German".
#[must_use]
pub fn amends(lower: &str) -> bool {
    const AT_HAND: &[&str] =
        &["it", "this", "these", "them", "shorter", "longer", "redo", "rewrite"];
    lower.split(|c: char| !(c.is_alphanumeric() || c == '\'')).any(|word| AT_HAND.contains(&word))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn bare_comparatives_get_their_noun() {
        assert_eq!(complete("prefers shorter"), "prefers shorter text");
        assert_eq!(complete("prefers a warmer"), "prefers a warmer tone");
        assert_eq!(complete("prefers shorter walks"), "prefers shorter walks");
    }

    #[test]
    fn the_assistants_turn_becomes_what_is_wanted() {
        let d = shown("I kept the message to two lines.", Polarity::Prefer).unwrap();
        assert_eq!(d.text, "prefers keeping the message to two lines");
        let d = shown(
            "Summarised the minutes in four bullets: who, what, when, why.",
            Polarity::Prefer,
        );
        assert!(d.unwrap().text.starts_with("prefers summarising the minutes in four bullets"));
        assert!(shown("Ok.", Polarity::Prefer).is_none());
        assert!(shown("How did the curry come out?", Polarity::Prefer).is_none());
    }
}
