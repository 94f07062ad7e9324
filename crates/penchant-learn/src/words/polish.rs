//! From the user's words to the third person: what to strip, what to bend.

use std::collections::BTreeSet;
use std::sync::LazyLock;

static VERBS: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| include_str!("../../data/words/verbs.txt").split_whitespace().collect());

/// Whether `word` is the base form of a common verb.
#[must_use]
pub fn is_verb(word: &str) -> bool {
    VERBS.contains(word)
}

/// Words that open a clause without adding to it.
const OPENERS: &[&str] = &[
    "from now on",
    "from here on",
    "going forward",
    "henceforth",
    "from today",
    "these days",
    "by the way",
    "of course",
    "in general",
    "in future",
    "next time",
    "as always",
    "hm",
    "ideally",
    "basically",
    "mostly",
    "please",
    "pls",
    "plz",
    "just",
    "really",
    "also",
    "then",
    "so",
    "ok",
    "okay",
    "well",
    "and",
    "but",
    "oh",
    "yes",
    "yeah",
    "yep",
    "hey",
    "hi",
    "btw",
    "honestly",
    "actually",
    "anyway",
    "now",
    "still",
    "even",
    "always",
    "ever",
    "maybe",
    "perhaps",
    "simply",
    "quite",
    "rather",
    "again",
    "though",
    "plus",
    "or",
    "because",
    "since",
    "that",
    "to",
    "of",
    "it",
    "hmm",
    "ah",
    "alright",
    "right",
    "look",
    "sorry",
    "seriously",
    "lol",
    "haha",
    "um",
    "uh",
    "no,",
    "nah",
    "kindly",
    "me",
    "is",
    "are",
    "was",
    "been",
    "being",
    "very",
    "about",
];

/// Words that close a clause without adding to it, longest first.
const CLOSERS: &[&str] = &[
    "next time",
    "henceforth",
    "from today",
    "throughout",
    "if you have it",
    "before you ask",
    "at least",
    "obviously",
    "of course",
    "everywhere",
    "lads",
    "from now on",
    "from here on in",
    "from here on out",
    "from here on",
    "from today on",
    "from this point",
    "as of now",
    "in the future",
    "in future",
    "going forward",
    "if possible",
    "if you can",
    "if you don't mind",
    "if you please",
    "thank you",
    "for good",
    "till the end of time",
    "at the moment",
    "these days",
    "for the moment",
    "for now",
    "every time",
    "each time",
    "any more",
    "any longer",
    "at all",
    "to be honest",
    "once and for all",
    "and that's that",
    "as always",
    "as usual",
    "as ever",
    "for me",
    "with me",
    "on me",
    "to me",
    "to you",
    "by me",
    "or so",
    "or anything",
    "or something",
    "and such",
    "and so on",
    "full stop",
    "ever again",
    "please",
    "pls",
    "plz",
    "thanks",
    "thx",
    "ok",
    "okay",
    "though",
    "anyway",
    "tbh",
    "honestly",
    "now",
    "lately",
    "anymore",
    "always",
    "too",
    "ever",
    "again",
    "then",
    "instead",
    "haha",
    "lol",
    "right",
    "really",
    "again and again",
    "forever",
    "permanently",
    "nowadays",
    "either",
    "myself",
    "and",
    "but",
    "or",
    "so",
    "it",
    "because",
    "actually",
    "today",
    "that's all",
    "man",
    "mate",
    "folks",
    "yes",
    "you know",
    "i think",
    "i guess",
    "i suppose",
    "by the way",
    "btw",
    "personally",
];

/// Cuts what adds nothing at both ends and puts pronouns in the third person.
#[must_use]
pub fn tidy(words: &str) -> String {
    let mut text = strip_symbols(words);
    loop {
        let before = text.len();
        text = trim_marks(&text).to_owned();
        let lower = text.to_ascii_lowercase();
        if let Some(opener) = OPENERS
            .iter()
            .find(|o| lower.strip_prefix(**o).is_some_and(|rest| rest.starts_with([' ', ','])))
        {
            text = text[opener.len()..].to_owned();
            continue;
        }
        if let Some(closer) = CLOSERS
            .iter()
            .find(|c| lower.strip_suffix(**c).is_some_and(|rest| rest.ends_with([' ', ','])))
        {
            text.truncate(text.len() - closer.len());
            continue;
        }
        if text.len() == before {
            break;
        }
    }
    third_person(&without_asides(&text))
}

/// Without the words that only colour a wish, wherever they stand.
fn without_asides(text: &str) -> String {
    const ASIDES: &[&str] = &[
        "please", "pls", "plz", "lol", "haha", "btw", "tbh", "lmao", "honestly", "thanks", "kindly",
    ];
    let mut out: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
        if !ASIDES.contains(&bare.as_str()) {
            out.push(word);
        } else if word.ends_with(',') && out.last().is_some_and(|last| !last.ends_with(',')) {
            out.push(",");
        }
    }
    out.join(" ").replace(" ,", ",")
}

fn trim_marks(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || ",;:.!?…-–—\"'*_()[]".contains(c))
}

/// Without emoji and other pictures.
fn strip_symbols(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| {
            let picture = matches!(u32::from(c),
                0x2190..=0x21ff | 0x2300..=0x27bf | 0x2b00..=0x2bff | 0xfe00..=0xfe0f
                | 0x1f000..=0x1faff | 0x200d);
            if picture { ' ' } else { c }
        })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Pronouns of the speaker in the third person; "my" and "our" fall away. "You" stays: who reads
/// a description is the assistant that it was said to.
pub(crate) fn third_person(text: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    for word in text.split(' ') {
        let bare = word.trim_end_matches([',', '.', ';', '!']);
        let replaced = match bare.to_ascii_lowercase().as_str() {
            "my" | "our" => "",
            "me" | "us" => "them",
            "mine" | "ours" => "their own",
            "myself" | "ourselves" => "themselves",
            "i" | "we" => "they",
            "i'm" | "we're" | "im" => "they are",
            "i've" | "we've" => "they have",
            "i'd" | "we'd" => "they would",
            "i'll" | "we'll" => "they will",
            "am" => "are",
            _ => {
                out.push(word);
                continue;
            }
        };
        if !replaced.is_empty() {
            out.push(replaced);
        }
    }
    out.join(" ")
}

/// The first word as a gerund when it is a verb: "sit by the window" → "sitting by the window".
#[must_use]
pub fn gerund(text: &str) -> String {
    bend(text, |verb| {
        let stem = verb.as_bytes();
        if verb == "be" || verb == "see" || verb.ends_with("ee") {
            return format!("{verb}ing");
        }
        if let Some(root) = verb.strip_suffix("ie") {
            return format!("{root}ying");
        }
        if let Some(root) = verb.strip_suffix('e') {
            return format!("{root}ing");
        }
        const DOUBLED: &[&str] = &[
            "sit", "set", "put", "get", "cut", "let", "run", "swim", "shop", "stop", "skip",
            "drop", "trim", "split", "swap", "begin", "chat", "dip", "step", "tip", "wrap", "plan",
            "knit", "omit", "hum", "rub", "submit",
        ];
        if DOUBLED.contains(&verb) {
            let last = char::from(stem[stem.len() - 1]);
            return format!("{verb}{last}ing");
        }
        format!("{verb}ing")
    })
}

/// The first word in the third person singular when it is a verb: "take the stairs" → "takes the
/// stairs".
#[must_use]
pub fn singular(text: &str) -> String {
    bend(text, |verb| match verb {
        "have" => "has".to_owned(),
        "be" => "is".to_owned(),
        _ if verb.ends_with(['s', 'x', 'z', 'o'])
            || verb.ends_with("ch")
            || verb.ends_with("sh") =>
        {
            format!("{verb}es")
        }
        _ => match verb.strip_suffix('y') {
            Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
            _ => format!("{verb}s"),
        },
    })
}

fn bend(text: &str, how: impl Fn(&str) -> String) -> String {
    let (first, rest) = text.split_once(' ').map_or((text, ""), |(a, b)| (a, b));
    let lower = first.to_ascii_lowercase();
    if !is_verb(&lower) {
        return text.to_owned();
    }
    if rest.is_empty() { how(&lower) } else { format!("{} {rest}", how(&lower)) }
}

/// At most `max` words, cut before a dangling connective.
#[must_use]
pub fn shorten(text: &str, max: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() <= max {
        return words.join(" ");
    }
    let mut kept = words[..max].to_vec();
    while kept.last().is_some_and(|w| {
        matches!(
            w.to_ascii_lowercase().as_str(),
            "and"
                | "or"
                | "the"
                | "a"
                | "an"
                | "of"
                | "to"
                | "with"
                | "for"
                | "in"
                | "on"
                | "that"
                | "so"
        )
    }) {
        kept.pop();
    }
    kept.join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn fillers_go_and_pronouns_turn() {
        assert_eq!(tidy("so please just oat milk for me from now on, thanks! 🙏"), "oat milk");
        assert_eq!(tidy("the way I like my eggs"), "the way they like eggs");
        assert_eq!(tidy("no slang in what you send me"), "no slang in what you send them");
    }

    #[test]
    fn verbs_bend_and_other_words_do_not() {
        assert_eq!(gerund("sit by the aisle"), "sitting by the aisle");
        assert_eq!(gerund("write short mails"), "writing short mails");
        assert_eq!(gerund("window seats"), "window seats");
        assert_eq!(singular("carry cash"), "carries cash");
        assert_eq!(singular("watch subtitled films"), "watches subtitled films");
        assert_eq!(singular("pay by card"), "pays by card");
    }

    #[test]
    fn long_descriptions_do_not_end_in_a_connective() {
        assert_eq!(shorten("tea with milk and sugar", 4), "tea with milk");
    }
}
