//! How far a wish reaches: always, on an occasion, or for now.

use std::sync::LazyLock;

use penchant_core::Timestamp;
use regex::Regex;

use crate::words::text::Sentence;
use crate::words::{patterns, polish, until};

/// What a sentence says about its own reach.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reach {
    /// For now: the words for it, and when it ends.
    pub temporary: Option<(String, Option<Timestamp>)>,
    /// Whether that end is a guess, for nothing is said of it.
    pub guessed: bool,
    /// The same of a sentence before it, if it says nothing of its own.
    pub inherited: Option<(String, Option<Timestamp>)>,
    /// An occasion: "on Sundays", "work mails".
    pub occasion: Option<String>,
    /// The occasion stood before the wish and is no longer part of `rest`.
    pub leading: bool,
    /// The sentence without the words for a time or a leading occasion.
    pub rest: String,
}

// The sources are constants that the tests run through.
#[allow(clippy::expect_used)]
static LEADING: LazyLock<Regex> = LazyLock::new(|| {
    patterns::pattern(
        r"^(?:(?:please|and|but|so|ok|also|oh|well|btw|now|then|next),? )*(?P<o>(?:when(?:ever)?|if|once|for|in|on|at|with|during|after|before|as for|about|regarding|as far as|as to|while (?:i'?m|i am|we'?re|we are|at|in|on)) [^,:]{2,60}|while \w+ing\b[^,:]{0,50})(?:, | then |: | - )(?P<rest>.{3,})$",
    )
    .expect("a constant pattern")
});

#[allow(clippy::expect_used)]
static VERB_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    patterns::pattern(
        r"^(?P<o>(?:when(?:ever)? (?:\w+ ){1,5}?|on (?:\w+ ){1,3}?|in (?:the |my )?(?:\w+ ){1,2}?|at (?:\w+ ){1,2}?|for (?:\w+ ){1,3}?|with (?:the |my )(?:\w+ ){1,2}?|with (?:her|him|them|us|\w+) |while (?:\w+ ){1,5}?))(?P<rest>(?:i|i'm|i'd|we|please|no|only|always|never|keep|use|give me|make|don't|it's|skip|write) .{2,})$",
    )
    .expect("a constant pattern")
});

#[allow(clippy::expect_used)]
static TRAILING: LazyLock<Regex> = LazyLock::new(|| {
    patterns::pattern(concat!(
        r"(?P<rest>.{3,}?),? (?P<o>(?:",
        r"when(?:ever)? (?:i|i'm|we|we're|it|it's|you|my|the|there|there's|a|someone|people|talking|writing|cooking|travell?ing|working|flying|driving|explaining|suggesting|booking)\b.*",
        r"|if (?:i|it|it's|you|we|there's|the)\b.*",
        r"|(?:in|for|on|with|at|to|during|before|after|from|of) (?:all |any )?(?:my|our|your|all|any|work|these|such|those|customer|client|business|private|long|short|every)\b(?: [\w'-]+){0,5}",
        r"|on (?:the )?(?:mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|weekdays?|weekends?|holidays?|planes?|trains?|trips?|flights|buses|work days|workdays|rainy days|the go|my phone)",
        r"|at (?:work|home|night|breakfast|lunch|dinner|school|weekends|the office|the gym|the weekend|concerts|parties|restaurants)",
        r"|in (?:the )?(?:mornings?|evenings?|afternoons?|winter|summer|spring|autumn|mails?|emails?|code|recipes?|summaries|letters|reports?|meetings?|hotels?|restaurants?|bed|the car|public|tables|slides)",
        r"|for (?:breakfast|lunch|dinner|work|school|code|recipes?|summaries|travel|flights|hotels|emails?|mails?|holidays|presents|birthdays|reading|cooking|running|dessert|snacks|slides|maths?)",
        r"|with (?:breakfast|lunch|dinner|meals|food|kids|guests|clients|customers|colleagues)",
        r"|(?:mornings|evenings|weekends|weekdays|sundays|saturdays|before bed|after work|after dinner|before breakfast|while (?:i|i'm|we|we're|working|driving|running|cooking)\b.*)",
        r"))(?:,? (?:please|thanks|too|always|though|instead|from now on))*[.! ]*$",
    ))
    .expect("a constant pattern")
});

/// Reads the reach of a sentence said at `now`.
#[must_use]
pub fn read(sentence: &Sentence, now: Timestamp) -> Reach {
    let mut reach = Reach { rest: sentence.text.clone(), ..Reach::default() };
    if let Some(term) = until::find(&sentence.masked, now)
        && let Some(words) = sentence.text.get(term.start..term.end)
    {
        reach.temporary = Some((label(words), term.until));
        reach.guessed = term.guessed;
        let pause =
            sentence.text.get(term.end..).is_some_and(|r| r.trim_start().starts_with([',', ';']));
        let before = sentence.text.get(..term.start).is_some_and(|b| !b.trim().is_empty());
        let rest = format!(
            "{}{} {}",
            sentence.text.get(..term.start).unwrap_or("").trim_end_matches([' ', ',']),
            if pause && before { "," } else { "" },
            sentence.text.get(term.end..).unwrap_or("").trim_start_matches([' ', ',', ':', '-'])
        );
        if rest.chars().filter(|c| c.is_alphanumeric()).count() >= 3 {
            reach.rest = rest.trim().to_owned();
        }
    }
    let current = Sentence::new(&reach.rest);
    if let Some((occasion, rest)) = leading(&current) {
        reach.occasion = Some(label(&occasion));
        reach.leading = true;
        reach.rest = rest;
    } else if let Some(occasion) = trailing(&current) {
        reach.occasion = Some(label(&occasion));
    }
    reach
}

fn leading(sentence: &Sentence) -> Option<(String, String)> {
    // "For scripts I want it terse, no comments": the occasion ends where the wish begins, not at
    // the first comma.
    let wish = |o: &str| o.contains(" i want") || o.contains(" it's ") || o.contains(" i like");
    let found = LEADING
        .captures(&sentence.masked)
        .filter(|c| !c.name("o").is_some_and(|o| wish(o.as_str())))
        .or_else(|| VERB_FIRST.captures(&sentence.masked))?;
    let take = |name: &str| found.name(name).and_then(|m| sentence.text.get(m.range()));
    let (occasion, rest) = (take("o")?.trim(), take("rest")?.trim());
    // "If you ask me, ..." and "For God's sake, ..." are no occasions.
    const IDIOMS: &[&str] = &[
        "if you ask",
        "if possible",
        "if you don't mind",
        "if you can",
        "for god",
        "for heaven",
        "for once",
        "for now",
        "for me",
        "in general",
        "in short",
        "in fact",
        "on second thought",
        "for example",
        "for instance",
        "after all",
        "on top",
        "at least",
        "in future",
        "as for me",
        "for the record",
        "in the end",
        "at the end",
        "with respect",
        "in case",
        "if i'm honest",
        "once more",
        "once again",
        "for crying",
        "on the other hand",
        "at last",
        "for real",
        "if only",
    ];
    let lower = occasion.to_ascii_lowercase();
    if IDIOMS.iter().any(|idiom| lower.starts_with(idiom)) {
        return None;
    }
    Some((occasion.to_owned(), rest.to_owned()))
}

fn trailing(sentence: &Sentence) -> Option<String> {
    let found = TRAILING.captures(&sentence.masked)?;
    let words = found.name("o").and_then(|m| sentence.text.get(m.range()))?;
    const IDIOMS: &[&str] = &[
        "in my opinion",
        "for my taste",
        "in my life",
        "all my life",
        "at all",
        "on my nerves",
        "on my mind",
        "in my head",
    ];
    let lower = words.to_ascii_lowercase();
    (!IDIOMS.iter().any(|idiom| lower.starts_with(idiom))).then(|| words.to_owned())
}

/// The occasion as a short label.
#[must_use]
pub fn label(words: &str) -> String {
    let plain = words.trim().trim_matches(|c: char| !c.is_alphanumeric());
    let lower = plain.to_ascii_lowercase();
    let mut start = 0;
    for opener in [
        "as for ",
        "as far as ",
        "for ",
        "in ",
        "on ",
        "at ",
        "about ",
        "regarding ",
        "just ",
        "only ",
    ] {
        if lower.starts_with(opener) && !lower.starts_with("for the next") {
            start = opener.len();
            break;
        }
    }
    let kept = plain.get(start..).unwrap_or(plain);
    penchant_core::sanitize::one_line(&polish::shorten(kept, 8), 64)
        .replace("my ", "")
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn reach(text: &str) -> Reach {
        let now = Timestamp::parse("2026-03-04T10:00:00Z").unwrap();
        read(&Sentence::new(text), now)
    }

    #[test]
    fn a_leading_occasion_is_parted_from_the_wish() {
        let r = reach("When the grandchildren visit, I want everything mild");
        assert_eq!(r.occasion.as_deref(), Some("When the grandchildren visit"));
        assert_eq!(r.rest, "I want everything mild");
        assert_eq!(reach("If you ask me, tea is better").occasion, None);
    }

    #[test]
    fn what_is_done_again_and_again_is_an_occasion_and_no_time() {
        let r = reach("While I'm driving, no podcasts please");
        assert_eq!((r.temporary, r.occasion.as_deref()), (None, Some("While I'm driving")));
        let r = reach("no phone during meals");
        assert_eq!(r.temporary, None);
        let r = reach("While the lift is out, no stairs please");
        assert!(r.temporary.is_some());
        assert_eq!(reach("While I see the point, I prefer tea").occasion, None);
    }

    #[test]
    fn a_trailing_occasion_is_named_and_kept() {
        assert_eq!(
            reach("no exclamation marks in my work mails").occasion.as_deref(),
            Some("work mails")
        );
        assert_eq!(reach("I drink tea at night").occasion.as_deref(), Some("night"));
    }

    #[test]
    fn a_time_is_cut_out_and_dated() {
        let r = reach("no dairy this week please");
        let (label, until) = r.temporary.unwrap();
        assert_eq!(label, "this week");
        assert_eq!(until.unwrap().to_string(), "2026-03-09T00:00:00Z");
        assert_eq!(r.rest, "no dairy please");
    }
}
