//! Measures of words, sentences and tone.

use super::lexicon::{List, holds, looks_past, mask};
use super::text::Pieces;
use super::{Measure as M, Style};

/// Rates per hundred words of the word lists.
struct Rates {
    masks: Vec<u64>,
    count: f32,
}

impl Rates {
    fn of(&self, list: List) -> f32 {
        self.masks.iter().filter(|m| holds(**m, list)).count() as f32 / self.count * 100.0
    }

    fn number(&self, list: List) -> f32 {
        self.masks.iter().filter(|m| holds(**m, list)).count() as f32
    }
}

/// `rate` over the rate at which it is clear, saturating at 1.5.
fn over(rate: f32, clear: f32) -> f32 {
    (rate / clear).min(1.5)
}

/// Fills in what words and punctuation show.
pub(super) fn measure(pieces: &Pieces, style: &mut Style) {
    let rates =
        Rates { masks: pieces.words.iter().map(|w| mask(w)).collect(), count: pieces.count() };
    punctuation(pieces, style);
    size(pieces, style);
    person_and_tense(pieces, &rates, style);
    tones(pieces, &rates, style);
    registers(pieces, &rates, style);
    conventions(pieces, style);
}

fn share(pieces: &Pieces, mark: impl Fn(&str) -> bool) -> f32 {
    let n = pieces.sentences.len().max(1) as f32;
    pieces.sentences.iter().filter(|s| mark(s)).count() as f32 / n
}

fn punctuation(pieces: &Pieces, style: &mut Style) {
    let per_sentence =
        |c: char| pieces.raw.matches(c).count() as f32 / pieces.sentences.len().max(1) as f32;
    style.set(M::Exclamation, over(share(pieces, |s| s.contains('!')), 0.25));
    style.set(M::Questions, over(share(pieces, |s| s.contains('?')), 0.25));
    let last = pieces.sentences.iter().rev().find(|s| s.split_whitespace().count() > 3);
    style.set(M::ClosingQuestion, f32::from(u8::from(last.is_some_and(|s| s.contains('?')))));
    let dots = (pieces.raw.matches("...").count() + pieces.raw.matches('…').count()) as f32;
    style.set(M::Ellipsis, (dots / 1.5).min(1.5));
    let shouted = pieces
        .raw
        .split(|c: char| !c.is_alphabetic())
        .filter(|w| w.len() >= 4 && w.chars().all(char::is_uppercase))
        .count() as f32;
    style.set(M::Shouting, over(shouted / pieces.count() * 100.0, 3.0));
    let starts = share(pieces, |s| s.starts_with(char::is_lowercase));
    let any_upper = pieces.raw.chars().any(char::is_uppercase);
    style.set(M::LowerCase, if any_upper { starts } else { 1.5 });
    let dashes = (pieces.raw.matches(" - ").count()
        + pieces.raw.matches('—').count()
        + pieces.raw.matches(" – ").count()) as f32;
    style.set(M::Dashes, (dashes / 2.0).min(1.5));
    style.set(M::Brackets, over(per_sentence('('), 0.4));
    let quotes = (pieces.raw.matches(['"', '“', '”']).count() / 2) as f32;
    style.set(M::Quotes, (quotes / 2.0).min(1.5));
    style.set(M::Dialogue, over(quotes / pieces.sentences.len().max(1) as f32, 0.3));
    let figures = pieces.rate(|w| w.starts_with(|c: char| c.is_ascii_digit()));
    style.set(M::Figures, over(figures, 6.0));
    let cited = pieces.raw.matches("et al").count()
        + pieces.raw.matches("http").count()
        + usize::from(pieces.says("doi"))
        + pieces
            .raw
            .split('[')
            .skip(1)
            .filter(|r| {
                r.split(']').next().is_some_and(|n| {
                    !n.is_empty() && n.chars().all(|c| c.is_ascii_digit() || c == ',')
                })
            })
            .count();
    style.set(M::Citations, (cited as f32 / 1.5).min(1.5));
}

fn size(pieces: &Pieces, style: &mut Style) {
    let n = pieces.count();
    style.set(M::Length, (n / 100.0).ln());
    style.set(M::SentenceLength, (n / pieces.sentences.len().max(1) as f32 - 16.0) / 6.0);
    style.set(M::Paragraphs, ((pieces.paragraphs.len() as f32 - 1.0) / 3.0).min(1.5));
    let letters: Vec<&String> =
        pieces.words.iter().filter(|w| w.starts_with(char::is_alphabetic)).collect();
    let total = letters.len().max(1) as f32;
    let mean = letters.iter().map(|w| w.chars().count()).sum::<usize>() as f32 / total;
    let long = letters.iter().filter(|w| super::text::syllables(w) >= 3).count() as f32 / total;
    style.set(M::PlainWords, (4.7 - mean) / 1.0 + (0.13 - long) / 0.14);
}

fn person_and_tense(pieces: &Pieces, rates: &Rates, style: &mut Style) {
    style.set(M::FirstPerson, over(rates.of(List::FirstSingular), 4.0));
    style.set(M::FirstPlural, over(rates.of(List::FirstPlural), 3.0));
    style.set(M::SecondPerson, over(rates.of(List::Second), 4.0));
    let impersonal = pieces.said(&[
        "the author",
        "the authors",
        "the poster",
        "the reviewer",
        "the writer",
        "the paper",
        "this paper",
        "the article",
        "the study",
        "the user",
        "the narrator",
        "the post",
    ]);
    style.set(M::ThirdPerson, (rates.of(List::Third) / 8.0 + impersonal / 3.0).min(1.5));
    let past =
        rates.number(List::Past) + pieces.words.iter().filter(|w| looks_past(w)).count() as f32;
    let present = rates.number(List::Present)
        + pieces.words.iter().filter(|w| w.ends_with("'s") || w.ends_with("'re")).count() as f32;
    let verbs = (past + present).max(1.0);
    style.set(M::PresentTense, (present - past) / verbs * (verbs / 4.0).min(1.0));
    let passive = pieces
        .words
        .windows(2)
        .filter(|w| {
            matches!(w[0].as_str(), "is" | "are" | "was" | "were" | "be" | "been" | "being")
                && (looks_past(&w[1])
                    || matches!(
                        w[1].as_str(),
                        "made"
                            | "given"
                            | "known"
                            | "shown"
                            | "taken"
                            | "found"
                            | "held"
                            | "built"
                            | "seen"
                            | "done"
                            | "written"
                    ))
        })
        .count() as f32;
    style.set(M::Passive, over(passive / pieces.sentences.len().max(1) as f32, 0.5));
    let contracted = pieces.rate(|w| {
        w.ends_with("n't")
            || ["'re", "'ve", "'ll", "'d", "'m"].iter().any(|e| w.ends_with(e))
            || matches!(
                w,
                "it's"
                    | "that's"
                    | "there's"
                    | "what's"
                    | "he's"
                    | "she's"
                    | "let's"
                    | "who's"
                    | "here's"
                    | "where's"
            )
    });
    let full = [
        "do not",
        "does not",
        "did not",
        "cannot",
        "can not",
        "is not",
        "are not",
        "was not",
        "it is",
        "that is",
        "i am",
        "i have",
        "i would",
        "i will",
        "we are",
        "we have",
        "will not",
        "would not",
        "there is",
        "have not",
        "has not",
        "you are",
    ];
    let full = pieces.said(&full) / pieces.count() * 100.0;
    style.set(M::Contractions, over(contracted, 2.5) - (full / 2.5).min(1.0));
}

fn tones(pieces: &Pieces, rates: &Rates, style: &mut Style) {
    let formal = rates.of(List::Formal) / 5.0;
    let casual = rates.of(List::Casual) / 6.0;
    style.set(M::Formality, (formal - casual).clamp(-1.5, 1.5));
    let long_drawn = pieces.rate(|w| {
        let c: Vec<char> = w.chars().collect();
        c.windows(3).any(|t| t[0] == t[1] && t[1] == t[2] && t[0].is_alphabetic())
    });
    let doubled = pieces.words.windows(2).filter(|w| w[0] == w[1] && w[0].len() > 2).count() as f32;
    let playful = rates.of(List::Interjection) + long_drawn + doubled / pieces.count() * 100.0;
    style.set(M::Playful, over(playful, 2.5));
    style.set(M::Emotion, over(rates.of(List::Emotion), 4.0));
    style.set(
        M::Positive,
        ((rates.of(List::Positive) - rates.of(List::Negative)) / 3.5).clamp(-1.5, 1.5),
    );
    style.set(M::Hedging, over(rates.of(List::Hedge), 2.5));
    style.set(M::Polite, over(rates.of(List::Polite), 4.0));
    let stem = |stems: &[&str]| pieces.rate(|w| stems.iter().any(|s| w.starts_with(s)));
    style.set(M::Thanks, over(stem(&["thank", "grateful", "gratitude", "appreciat"]), 2.5));
    style.set(M::Apology, over(stem(&["sorry", "apolog", "regret", "forgive"]), 1.5));
    let empathy = [
        "i understand",
        "i know how",
        "must be",
        "must have been",
        "sorry to hear",
        "i can imagine",
        "i hear you",
        "you're not alone",
        "no pressure",
        "take your time",
        "that sounds",
        "we understand",
        "here for you",
        "i realise",
        "i realize",
    ];
    style.set(M::Empathy, (pieces.said(&empathy) / 1.5).min(1.5));
    let kind = [
        "hope you",
        "hope this finds you",
        "hope all is well",
        "how are you",
        "so glad",
        "glad to",
        "happy to",
        "looking forward",
        "take care",
        "best wishes",
        "warm wishes",
        "warmest",
        "all my best",
        "wishing you",
        "lovely to",
        "a pleasure to",
        "means a lot",
        "thinking of you",
        "good luck",
        "well done",
        "congratulations",
        "welcome",
    ];
    let warm = stem(&["warm", "lovely", "delight", "hug", "dearest", "cherish", "kindly", "smil"]);
    style.set(M::Warmth, (pieces.said(&kind) / 2.0 + over(warm, 3.0) * 0.7).min(1.5));
    style.set(M::Humour, over(rates.of(List::Humour), 2.0));
    let urgent = [
        "asap",
        "urgent",
        "urgently",
        "immediately",
        "right away",
        "deadline",
        "hurry",
        "last chance",
        "don't wait",
        "right now",
        "before it's too late",
        "act now",
        "by tomorrow",
    ];
    style.set(M::Urgency, (pieces.said(&urgent) / 1.5).min(1.5));
    style.set(M::Coaching, over(rates.of(List::Coach), 4.0));
    let compared = pieces.said(&[
        "as if",
        "as though",
        "like a",
        "like an",
        "like the",
        "imagine",
        "picture this",
        "think of",
    ]);
    style.set(M::Figurative, (compared / 2.0 + rates.of(List::Vivid) / 6.0).min(1.5));
    let teasers = [
        "what if",
        "guess what",
        "hint",
        "not so fast",
        "but wait",
        "plot twist",
        "stay tuned",
        "the catch",
        "the twist",
        "spoiler",
        "wait for it",
        "here's the thing",
        "turns out",
        "little did",
        "more to come",
        "any guess",
        "what happened next",
        "here's why",
        "but here's",
        "until now",
        "who knew",
        "or is it",
    ];
    style.set(
        M::Suspense,
        (rates.of(List::Suspense) / 4.0
            + pieces.said(&teasers) / 2.0
            + style.get(M::Ellipsis) * 0.3)
            .min(1.5),
    );
    let adverbs = pieces.rate(|w| w.len() > 4 && w.ends_with("ly"));
    style.set(M::Colour, over(adverbs + rates.of(List::Vivid) + rates.of(List::Intensifier), 6.0));
    let memories = [
        "do you remember",
        "remember when",
        "i often think",
        "i have often",
        "your own",
        "as you know",
        "you told me",
        "you mentioned",
        "you once",
        "you said",
        "reminded me of you",
        "thought of you",
        "since you",
        "when we met",
        "last time we",
        "our conversation",
        "thinking of you",
        "you were the",
        "yours",
    ];
    style.set(
        M::Personal,
        (pieces.said(&memories) / 2.0 + over(rates.of(List::Second), 8.0) * 0.5).min(1.5),
    );
}

fn registers(pieces: &Pieces, rates: &Rates, style: &mut Style) {
    style.set(M::Archaic, over(rates.of(List::Archaic), 2.5));
    style.set(M::Pirate, over(rates.of(List::Pirate), 3.0));
    style.set(M::Slang, over(rates.of(List::Slang), 2.5));
    style.set(M::Legal, over(rates.of(List::Legal), 3.0));
    let nominal = pieces.rate(|w| {
        w.len() > 6 && ["tion", "ment", "ity", "ance", "ence", "ism"].iter().any(|e| w.ends_with(e))
    });
    style.set(M::Academic, over(rates.of(List::Science) + nominal / 3.0, 7.0));
    style.set(M::Connectives, over(rates.of(List::Connective), 2.0));
    style.set(M::Sales, over(rates.of(List::Sales), 4.0));
    let told = rates.of(List::Story) / 3.0
        + rates.of(List::Third) / 10.0
        + pieces.said(&[
            "once upon",
            "one day",
            "at first",
            "in the end",
            "after that",
            "from then on",
            "one morning",
            "one night",
            "that night",
        ]) / 1.5;
    style.set(M::Narrative, over(told, 2.0));
    let asked = pieces
        .sentences
        .iter()
        .filter(|s| {
            let lower = s.to_lowercase();
            let mut words = super::text::words(&lower).into_iter();
            let first = words.next().unwrap_or_default();
            let second = words.next().unwrap_or_default();
            let opener =
                matches!(first.as_str(), "so" | "please" | "just" | "now" | "and" | "then" | "but");
            holds(mask(if opener { &second } else { &first }), List::Imperative) && !s.contains('?')
        })
        .count() as f32;
    let calls = [
        "let me know",
        "sign up",
        "get in touch",
        "join us",
        "reply to",
        "click here",
        "come along",
        "see you there",
        "don't miss",
        "reach out",
        "count me in",
        "i'm in",
        "save the date",
        "spread the word",
        "book now",
        "bring a friend",
    ];
    style.set(M::CallToAction, (asked / 3.0 + pieces.said(&calls) / 2.5).min(1.5));
    let gist = [
        "tl;dr",
        "tldr",
        "in short",
        "bottom line",
        "in a nutshell",
        "key takeaway",
        "summary:",
        "the short version",
        "takeaway",
    ];
    let first = pieces.lines.first().map_or("", String::as_str).to_lowercase();
    let early = gist.iter().any(|g| first.contains(g));
    style.set(M::GistFirst, if early { 1.2 } else { 0.0 });
}

const SPELLINGS: [(&str, &str); 16] = [
    ("our", "or"),
    ("ours", "ors"),
    ("oured", "ored"),
    ("ouring", "oring"),
    ("ourite", "orite"),
    ("ise", "ize"),
    ("ised", "ized"),
    ("ising", "izing"),
    ("isation", "ization"),
    ("yse", "yze"),
    ("ysed", "yzed"),
    ("entre", "enter"),
    ("ogue", "og"),
    ("elled", "eled"),
    ("elling", "eling"),
    ("ence", "ense"),
];
const STEMS: [&str; 40] = [
    "col", "fav", "hon", "lab", "neighb", "harb", "hum", "behavi", "rum", "vap", "flav", "endeav",
    "organ", "real", "recogn", "apolog", "summar", "emphas", "optim", "minim", "special", "memor",
    "critic", "anal", "paral", "c", "th", "catal", "dial", "trav", "canc", "lab", "mod", "def",
    "off", "lic", "priorit", "util", "categor", "standard",
];

/// Whether two words are one, spelt the British and the American way.
pub(super) fn variants(a: &str, b: &str) -> bool {
    let pair = |british: &str, american: &str| {
        SPELLINGS.iter().any(|(uk, us)| {
            let stem = british.strip_suffix(uk);
            stem.is_some_and(|s| STEMS.contains(&s) && american.strip_suffix(us) == Some(s))
        })
    };
    pair(a, b) || pair(b, a)
}

fn conventions(pieces: &Pieces, style: &mut Style) {
    let (mut british, mut american) = (0.0_f32, 0.0_f32);
    for word in &pieces.words {
        for (uk, us) in SPELLINGS {
            let with = |ending: &str| word.strip_suffix(ending).is_some_and(|s| STEMS.contains(&s));
            if with(uk) && !(uk == "our" && word.len() < 5) {
                british += 1.0;
            } else if with(us) && word.len() > 5 {
                american += 1.0;
            }
        }
    }
    style.set(M::American, ((american - british) / 1.5).clamp(-1.5, 1.5));
    let metric = pieces.rate(|w| {
        matches!(
            w,
            "km" | "kg"
                | "cm"
                | "mm"
                | "m"
                | "metres"
                | "kilometres"
                | "kilograms"
                | "litres"
                | "celsius"
                | "meters"
                | "kilometers"
                | "grams"
        )
    });
    let imperial = pieces.rate(|w| {
        matches!(
            w,
            "miles"
                | "mile"
                | "feet"
                | "ft"
                | "inches"
                | "lbs"
                | "lb"
                | "ounces"
                | "oz"
                | "gallons"
                | "fahrenheit"
                | "yards"
        )
    });
    let units = metric + imperial;
    style.set(M::Metric, (metric - imperial) / units.max(0.01) * units.min(1.0));
}
