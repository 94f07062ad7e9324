//! What a clause is: a reason, a fragment without a verb, somebody else's taste.

use std::sync::LazyLock;

use penchant_core::telling;
use regex::Regex;

use crate::words::text::Sentence;
use crate::words::{patterns, polish};

// The sources are constants that the tests run through.
#[allow(clippy::expect_used)]
fn constant(source: &str) -> Regex {
    patterns::pattern(source).expect("a constant pattern")
}

/// Words that make a clause more than a fragment: subjects, auxiliaries, question words.
static VERBAL: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"\b(?:i|we|you|he|she|they|it|that|this|there|who|what|why|how|which|where|im|is|are|was|were|am|be|been|has|have|had|do|does|did|can|could|will|would|shall|should|may|might|must|went|got|said|told|thanks?|thank|hi|hello|hey|morning|lol|wow|sorry|ok|yes|no|sure|great|nice|perfect|lovely|done)\b|'(?:m|s|re|ve|d|ll)\b|n't\b|\?",
    )
});

/// Openings of a clause that gives a reason, not a wish.
static REASON: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"^(?:because|since|cause|cos|bc|otherwise|or else|as i|as it|so that|it'?s (?:for|my|the|a|an|too|been|been|so)\b|they (?:said|say|are|were)|i (?:have|had|was|am|know|think|guess|suppose|said|mean|wish|need it|forget)\b|i'm (?:not sorry|tired|a)\b|that'?s (?:how|what|why)|which|or my|or i|the (?:doctor|dentist|boss))",
    )
});

/// Sentences about somebody else, before any word about the user.
static ANOTHER: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"^(?:and |but |so |also |well,? |oh,? )*(?:he|she|his|her|(?:my|our|the|a|some|your) (?:\w+(?:'s)? )?(?:wife|husband|partner|mum|mom|mother|dad|father|sister|brother|son|daughter|boss|manager|friend|colleague|neighbou?r|client|customer|kid|girlfriend|boyfriend|aunt|uncle|cousin|gran|grandma|grandpa|niece|nephew|teacher|professor|doctor|landlord|landlady|flatmate|roommate|roomie|ex|goddaughter|godson|in-?law|intern|vendor|publisher|committee|guest|guests|kids|children|people|folks|lady|guy|man|woman)|people|everyone|everybody|some people)(?:'s| \w+'s| upstairs| downstairs)?(?: \w+)?? (?:is|was|has|had|likes?|loves?|hates?|prefers?|wants?|needs?|says?|said|thinks?|can'?t|cannot|won'?t|doesn'?t|don'?t|never|always|only|swears?|drinks?|eats?|takes?|puts?|watch(?:es)?|listens?|reads?|plays?|runs?|uses?|believes?|insists?|does|goes|wears?|books?)\b",
    )
});
/// "Tom can't have nuts, Asha hates mushrooms": a name and what it wants.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"^(?:And |But |So )?(?:[A-Z][a-z]+(?: and [A-Z][a-z]+)?)(?:'s)? (?:is|has|likes?|loves?|hates?|prefers?|wants?|says?|thinks|can't|cannot|won't|doesn't|don't|never|always|only|swears|drinks|eats|insists)\b",
    )
});
static OWN: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"\b(?:i|i'm|i've|i'd|i'll|me|mine|myself|we|we're|we've|we'd|us|ours|with (?:him|her|them))\b|\bmy own\b",
    )
});

/// Whether the clause has no verb: "aisle seat", "as dark as it gets" is none.
pub(crate) fn fragment(clause: &Sentence) -> bool {
    let words = clause.words();
    // An order opens with a verb; what it asks for is not what is liked.
    let first = clause.masked.split_whitespace().next().unwrap_or_default();
    (1..=12).contains(&words)
        && !polish::is_verb(first)
        && !VERBAL.is_match(&clause.masked)
        && clause.quoted_share() < 0.3
}

/// Whether a clause only gives a reason.
pub(crate) fn reason(clause: &str) -> bool {
    REASON.is_match(&clause.trim().to_ascii_lowercase())
}

/// Whether a sentence is about somebody else's taste and says nothing of the user.
pub(crate) fn of_another(sentence: &Sentence) -> bool {
    let own = OWN.is_match(&sentence.masked);
    let named = NAMED
        .find(&sentence.text)
        .is_some_and(|m| !pronoun(m.as_str().split_whitespace().next().unwrap_or_default()));
    !own && (ANOTHER.is_match(&sentence.masked) || named)
}

/// Capitalised words that open a sentence without being a name.
fn pronoun(word: &str) -> bool {
    matches!(
        word.trim_end_matches("'s"),
        "It" | "That"
            | "This"
            | "What"
            | "There"
            | "Who"
            | "Which"
            | "Everything"
            | "Nothing"
            | "Anything"
            | "Something"
            | "One"
            | "Mine"
            | "These"
            | "Those"
            | "You"
            | "They"
    )
}

/// A clause of the user about themselves as a sentence about them: "I melt above 22 degrees" →
/// "melts above 22 degrees". `None` for the past, for thoughts, and where no verb is known.
pub(crate) fn in_third_person(clause: &Sentence) -> Option<String> {
    let lower = clause.lower.trim_start();
    let rest = ["i ", "we ", "and i ", "but i ", "so i "]
        .iter()
        .find_map(|subject| lower.strip_prefix(subject))?;
    let from = clause.text.len() - rest.len();
    let words = polish::tidy(clause.text.get(from..)?);
    let bent = polish::singular(&words);
    (bent != words).then(|| polish::shorten(&bent, 22))
}

/// Whether a description says something about the user that another could understand.
pub(crate) fn sound(description: &str) -> bool {
    static EMPTY: LazyLock<Regex> = LazyLock::new(|| {
        constant(
            r"^(?:prefers|dislikes|likes|wants|usually \w+)(?: only)? (?:(?:they|he|she|it|it's|there|who|how|what|why|when|where|that|whether|speaking|if|in case)\b.*|(?:more |less |all )?(?:of )?(?:those|these|that|this|them|it|idea|judge|spare|shy|mind|worry|ask|change|change a thing|hesitate|yourself|themselves|from here|time|good|best|general|yes|fine|okay|more|less|three more|that way)|(?:more|less|\d+|three|two) (?:more|less|of (?:those|these|that|this))|(?:let's|thanks?|thank|hello|hi|sorry|wow|kept|skipped|went|finished|bought|got|made|did|had|read all|came|took)\b.*)$",
        )
    });
    let lower = description.to_ascii_lowercase();
    !telling::telling(description).is_empty() && !EMPTY.is_match(&lower)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_fragment_has_no_verb() {
        assert!(fragment(&Sentence::new("thin crust, extra basil")));
        assert!(!fragment(&Sentence::new("the crust was thin")));
        assert!(!fragment(&Sentence::new("who made this crust")));
    }

    #[test]
    fn somebody_elses_taste_is_not_the_users() {
        for other in [
            "My aunt only drinks peppermint tea",
            "She hates being called before ten",
            "Marek can't have gluten, Ilse hates olives",
            "the guests want vegan food",
        ] {
            assert!(of_another(&Sentence::new(other)), "{other}");
        }
        for own in
            ["My aunt and I only drink peppermint tea", "My own tea is black", "It can't be loud"]
        {
            assert!(!of_another(&Sentence::new(own)), "{own}");
        }
    }

    #[test]
    fn what_says_nothing_is_no_description() {
        for empty in
            ["dislikes judge", "prefers they think so", "prefers more of those", "prefers 3 more"]
        {
            assert!(!sound(empty), "{empty}");
        }
        assert!(sound("prefers linen sheets") && sound("dislikes spare ribs"));
    }

    #[test]
    fn habits_turn_into_the_third_person() {
        let said = in_third_person(&Sentence::new("I sleep badly above 20 degrees"));
        assert_eq!(said.unwrap(), "sleeps badly above 20 degrees");
        assert_eq!(in_third_person(&Sentence::new("I slept badly")), None);
    }
}
