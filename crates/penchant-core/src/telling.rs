//! The words of a description that tell what it is about.
//!
//! `prefers short answers when I write to customers` is about *short*, *answer*, *write*,
//! *customer*; that it is a liking is said by its polarity. Comparing these words is what keeps
//! two preferences apart whose embeddings lie close (`light roast`, `dark roast`).

/// Words that say that something is liked, or nothing at all. Stems, sorted.
const EMPTY: &[&str] = &[
    "a",
    "about",
    "absolutely",
    "actual",
    "actually",
    "after",
    "again",
    "ah",
    "all",
    "almost",
    "also",
    "always",
    "am",
    "an",
    "and",
    "any",
    "anything",
    "are",
    "as",
    "at",
    "avoid",
    "back",
    "be",
    "because",
    "been",
    "before",
    "being",
    "best",
    "better",
    "but",
    "by",
    "can",
    "can't",
    "cannot",
    "care",
    "choose",
    "could",
    "did",
    "dislike",
    "do",
    "does",
    "doesn't",
    "don't",
    "dont",
    "drink",
    "each",
    "eat",
    "else",
    "enjoy",
    "every",
    "everything",
    "fan",
    "far",
    "favor",
    "favorite",
    "favour",
    "favourite",
    "find",
    "fine",
    "for",
    "from",
    "get",
    "getting",
    "give",
    "given",
    "go",
    "going",
    "gone",
    "good",
    "got",
    "great",
    "guide",
    "had",
    "has",
    "hate",
    "have",
    "he",
    "help",
    "her",
    "here",
    "hers",
    "him",
    "his",
    "how",
    "i",
    "i'd",
    "i'm",
    "i've",
    "if",
    "in",
    "instead",
    "into",
    "is",
    "it",
    "it's",
    "its",
    "just",
    "keep",
    "know",
    "less",
    "let",
    "like",
    "little",
    "look",
    "love",
    "made",
    "make",
    "many",
    "may",
    "me",
    "might",
    "more",
    "most",
    "much",
    "must",
    "my",
    "need",
    "never",
    "new",
    "no",
    "nor",
    "not",
    "nothing",
    "now",
    "of",
    "off",
    "often",
    "oh",
    "ok",
    "on",
    "one",
    "only",
    "or",
    "other",
    "our",
    "out",
    "over",
    "own",
    "particular",
    "please",
    "prefer",
    "preference",
    "put",
    "quite",
    "rather",
    "really",
    "recommend",
    "right",
    "same",
    "see",
    "set",
    "shall",
    "she",
    "should",
    "so",
    "some",
    "something",
    "still",
    "stop",
    "such",
    "suggest",
    "sure",
    "take",
    "tell",
    "than",
    "thank",
    "thanks",
    "that",
    "that's",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "thing",
    "think",
    "this",
    "those",
    "to",
    "too",
    "try",
    "two",
    "up",
    "upon",
    "us",
    "use",
    "user",
    "usual",
    "usually",
    "very",
    "want",
    "was",
    "way",
    "we",
    "well",
    "were",
    "what",
    "when",
    "where",
    "whether",
    "which",
    "while",
    "who",
    "whose",
    "why",
    "will",
    "wish",
    "with",
    "without",
    "won't",
    "would",
    "wouldn't",
    "yes",
    "yet",
    "you",
    "your",
];

/// Words by which a description says that something is *not* wanted.
const NEGATING: &[&str] = &[
    "no", "not", "never", "without", "avoid", "avoids", "avoiding", "dislikes", "dislike", "hates",
    "hate", "don't", "doesn't", "dont", "doesnt", "isn't", "won't", "can't", "cannot", "stop",
    "skip", "nothing", "nor", "loathes", "detests", "allergic",
];

/// A word without the commonest English endings. Crude on purpose: it must give equal words equal
/// stems, not linguists' stems.
#[must_use]
pub fn stem(word: &str) -> String {
    let n = word.len();
    let cut = |end: &str, least: usize| -> Option<&str> {
        word.strip_suffix(end).filter(|rest| rest.len() >= least)
    };
    if !word.is_ascii() || n <= 3 {
        return word.to_owned();
    }
    if let Some(rest) = cut("ies", 2) {
        return format!("{rest}y");
    }
    if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") {
        return word.to_owned();
    }
    if let Some(rest) = cut("'s", 2) {
        return stem(rest);
    }
    for end in ["sses", "shes", "ches", "xes", "zes"] {
        if word.ends_with(end) {
            return word[..n - 2].to_owned();
        }
    }
    if let Some(rest) = cut("ing", 3).or_else(|| cut("ed", 3)) {
        return undoubled(rest);
    }
    if let Some(rest) = cut("ly", 4) {
        return rest.to_owned();
    }
    if let Some(rest) = cut("s", 3) {
        return silent(rest);
    }
    silent(word)
}

/// `stopp` to `stop`, `writ` stays.
fn undoubled(word: &str) -> String {
    let bytes = word.as_bytes();
    match bytes {
        [.., a, b] if a == b && !b"lsaeiou".contains(b) => word[..word.len() - 1].to_owned(),
        _ => silent(word),
    }
}

/// Without a final silent e, so that `write` meets `writing`.
fn silent(word: &str) -> String {
    match word.strip_suffix('e') {
        Some(rest) if rest.len() >= 3 => rest.to_owned(),
        _ => word.to_owned(),
    }
}

/// Lower-case words and numbers, in order. Apostrophes stay inside words.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    // "No longer" denies; "longer" alone is about length.
    let lower = text.to_lowercase().replace('’', "'").replace("no longer", "not");
    lower
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .map(|w| w.trim_matches('\''))
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Stems of all words, in order, the empty ones included.
#[must_use]
pub fn stems(text: &str) -> Vec<String> {
    words(text).iter().map(|w| stem(w)).collect()
}

/// Whether a word says nothing about the subject.
#[must_use]
pub fn empty(word: &str) -> bool {
    EMPTY.binary_search(&word).is_ok() || EMPTY.binary_search(&stem(word).as_str()).is_ok()
}

/// The telling words, as stems, sorted, each once.
#[must_use]
pub fn telling(text: &str) -> Vec<String> {
    let mut found: Vec<String> = words(text)
        .iter()
        .filter(|w| !empty(w))
        .map(|w| stem(w))
        .filter(|s| !empty_stem(s))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn empty_stem(stem: &str) -> bool {
    // `use` and `love` lose their final e.
    const STEMS: &[&str] =
        &["us", "lov", "hat", "mak", "tak", "hav", "giv", "dislik", "lik", "car", "becaus", "mor"];
    STEMS.contains(&stem)
}

/// Whether the wording says that something is not wanted.
#[must_use]
pub fn negated(text: &str) -> bool {
    words(text).iter().any(|w| NEGATING.contains(&w.as_str()))
}

/// How many words two sorted lists share.
#[must_use]
pub fn shared(a: &[String], b: &[String]) -> usize {
    let (mut i, mut j, mut n) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                n += 1;
                i += 1;
                j += 1;
            }
        }
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_empty_words_is_sorted_so_that_it_can_be_searched() {
        assert!(
            EMPTY.windows(2).all(|w| w[0] < w[1]),
            "{:?}",
            EMPTY.windows(2).find(|w| w[0] >= w[1])
        );
    }

    #[test]
    fn telling_words_are_what_a_description_is_about() {
        assert_eq!(telling("The user prefers short answers"), ["answer", "short"]);
        assert_eq!(telling("likes writing letters"), telling("loves to write a letter"));
        assert_eq!(telling("uses buses; hates boxes"), ["box", "bus"]);
        assert!(telling("I would like that, please").is_empty());
    }

    #[test]
    fn negation_is_heard() {
        assert!(negated("does not want emoji") && negated("no emoji") && !negated("wants emoji"));
    }
}
