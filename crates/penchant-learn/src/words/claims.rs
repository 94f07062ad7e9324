//! From judged sentences to claims and withdrawals.

use std::ops::Range;

use penchant_core::{Claim, Polarity, Scope, SourceClass, Timestamp, Vector};
use penchant_ports::Wish;

use crate::heads::features::Shown;
use crate::reading::{ClaimReading, Signal, Withdrawal};
use crate::words::describe::{self, Described};
use crate::words::foreign::Sound;
use crate::words::judge::{Judged, SentenceJudged};
use crate::words::leanings::Leanings;
use crate::words::scope::Reach;
use crate::words::text::Sentence;
use crate::words::{
    Utterance, clauses, cues, foreign, hostile, polish, react, scope, topic, withdraw, wording,
};

/// Most claims of one message.
const MAX_CLAIMS: usize = 6;
/// Most further claims that are possible.
const MAX_POSSIBLE: usize = 4;
/// Most claims of one sentence.
const MAX_OF_SENTENCE: usize = 4;
/// Log-odds from which a phrase says by itself what is wished.
const SURE: f32 = 0.4;
/// Most withdrawals of one message.
const MAX_WITHDRAWALS: usize = 2;
/// Log-odds of an outright statement.
const STATED: f32 = 3.0;
/// Log-odds of an order for now.
const ORDERED: f32 = 2.5;
/// Log-odds of what praise or complaint implies.
const IMPLIED: f32 = 1.8;

/// Probability from which something is taken back though nothing is named.
const UNNAMED: f32 = 0.5;

/// How much a limit that was named before makes it likelier that a sentence holds for now.
const INHERITED: f32 = 0.3;

/// What a message claims about its writer.
#[derive(Debug, Default)]
pub struct Claimed {
    /// What the heads are sure of.
    pub claims: Vec<ClaimReading>,
    /// What they hold to be possible; it stands if a note-taker hears a wish too.
    pub possible: Vec<ClaimReading>,
}

/// What the message claims about its writer.
#[must_use]
pub fn claims(
    said: &Utterance<'_>,
    shown: &Shown,
    judged: &Judged,
    language: &str,
    withdrawals: &[Withdrawal],
) -> Claimed {
    let sound = |sentence: &Sentence| foreign::sound(language, &sentence.text);
    let outright = shown.sentences.iter().any(|own| sound(own) == Sound::Outright);
    // Which sentence it is, the words know better than heads that know English; that there is a wish
    // at all the heads may have heard in words that nobody has listed.
    let listed = shown.sentences.iter().any(|own| sound(own) != Sound::No);
    let prefers = judged.prefers || said.stated;
    if !prefers && !outright && !judged.unsure() {
        return Claimed::default();
    }
    // A secret or a hidden character in one sentence may give another one its meaning.
    let message_reason = if hostile::hidden_characters(said.text) {
        Some("holds hidden characters")
    } else {
        shown
            .sentences
            .iter()
            .filter_map(|s| hostile::reason(&s.text))
            .any(hostile::secret)
            .then_some("stands beside a secret")
    };
    let reaches = reaches(said, shown);
    let chosen = chosen(shown, judged);
    let mut out = Claimed::default();
    for n in 0..shown.sentences.len() {
        let (Some(sentence), Some(view), Some(reach)) =
            (shown.sentences.get(n), judged.sentences.get(n), reaches.get(n))
        else {
            continue;
        };
        let (sound, chosen) = (sound(sentence), chosen.contains(&n));
        let outright = sound == Sound::Outright;
        if !(chosen || outright || judged.may_carry(view)) || (listed && sound == Sound::No) {
            continue;
        }
        let sure = outright || (prefers && chosen);
        let own_reason = hostile::reason(&sentence.text);
        let reason = own_reason.or(message_reason);
        if own_reason.is_some_and(hostile::secret)
            || (!said.stated && clauses::of_another(sentence))
        {
            continue;
        }
        let taken_back = !withdrawals.is_empty();
        for found in describe_sentence(said, sentence, view, judged, language, taken_back) {
            let Claimed { claims, possible } = &mut out;
            let mut known = claims.iter().chain(&*possible);
            if known.any(|claim| claim.description == found.text) {
                continue;
            }
            let parts = if sure && language == "eng" { wording::parts(&found) } else { Vec::new() };
            let claim =
                |found| reading(said, found, sentence, view, judged, reach, language, reason);
            let whole = claim(found);
            if sure && claims.len() < MAX_CLAIMS {
                claims.push(whole);
            } else if !sure && whole.wish.is_some() && possible.len() < MAX_POSSIBLE {
                possible.push(whole);
            }
            let parts = parts.into_iter().map(claim).filter(|part| part.wish.is_some());
            possible.extend(parts.take(MAX_POSSIBLE.saturating_sub(possible.len())));
        }
    }
    out
}

const DAY: std::time::Duration = std::time::Duration::from_secs(24 * 3600);

/// How far each sentence says that it reaches. A limit in time holds for what follows it too:
/// "until Friday only soft food. No coffee." So does a date for what names none: "She stays until
/// Friday. As long as she is here only soft food."
fn reaches(said: &Utterance<'_>, shown: &Shown) -> Vec<Reach> {
    let mut running: Option<(String, Option<Timestamp>)> = None;
    let read = |sentence: &Sentence| {
        let mut reach = scope::read(sentence, said.at);
        // What is told of the day itself ("tonight we bake") is no end of what goes on longer.
        let lasts =
            |until: &Option<Timestamp>| until.is_some_and(|until| until > said.at.plus(2 * DAY));
        if let (true, Some((_, until)), Some((_, before))) =
            (reach.guessed, &mut reach.temporary, running.as_ref().filter(|(_, end)| lasts(end)))
        {
            *until = *before;
        }
        if reach.temporary.as_ref().is_some_and(|(_, until)| until.is_some()) {
            running.clone_from(&reach.temporary);
        } else if reach.temporary.is_none() {
            reach.inherited.clone_from(&running);
        }
        reach
    };
    shown.sentences.iter().map(read).collect()
}

/// The sentences that carry the preference: all that pass, else the likeliest.
fn chosen(shown: &Shown, judged: &Judged) -> Vec<usize> {
    let mut passing: Vec<usize> = (0..shown.sentences.len())
        .filter(|n| judged.sentences.get(*n).is_some_and(|s| judged.carries(s)))
        .collect();
    if passing.is_empty() {
        let best = judged
            .sentences
            .iter()
            .enumerate()
            .max_by(|a, b| a.1.preference.total_cmp(&b.1.preference).then(b.0.cmp(&a.0)));
        passing.extend(best.map(|(n, _)| n));
    }
    passing
}

fn describe_sentence(
    said: &Utterance<'_>,
    sentence: &Sentence,
    view: &SentenceJudged,
    judged: &Judged,
    language: &str,
    taken_back: bool,
) -> Vec<Described> {
    if language != "eng" {
        let polarity = polarity(foreign::negates(language, &sentence.text));
        let words = penchant_core::sanitize::one_line(&sentence.text, 200);
        return describe::verbatim(&words, polarity)
            .map(|d| Described { text: words, ..d })
            .into_iter()
            .collect();
    }
    let mut out = wording::describe(sentence, view, judged.clause_threshold);
    if taken_back {
        out.retain(|d| withdraw::find(&Sentence::new(&d.snippet)).is_none());
        if out.is_empty() {
            return out;
        }
    }
    out.retain(|d| clauses::sound(&d.text));
    let told = out.iter().map(|d| content_words(&Sentence::new(&d.snippet))).max().unwrap_or(0);
    let pointing = told <= 1 && react::pointing(&sentence.lower);
    if (told == 0 || pointing && out.iter().all(|d| d.weight < SURE))
        && !said.reply.trim().is_empty()
    {
        // "Yes, like this every time": what the response was like is what is liked.
        let way = polarity(judged.signal == Signal::Dissatisfied);
        if let Some(shown) = react::shown(said.reply, way) {
            return vec![Described { snippet: sentence.text.clone(), ..shown }];
        }
    }
    out.truncate(MAX_OF_SENTENCE);
    for d in &mut out {
        d.text = react::complete(&d.text);
    }
    out
}

/// Words that say what it is about.
fn content_words(sentence: &Sentence) -> usize {
    const EMPTY: &[&str] = &[
        "please",
        "thanks",
        "thank",
        "you",
        "the",
        "that",
        "this",
        "like",
        "just",
        "exactly",
        "perfect",
        "great",
        "yes",
        "more",
        "always",
        "again",
        "from",
        "now",
        "keep",
        "such",
        "with",
        "them",
        "these",
        "those",
        "what",
        "want",
        "need",
        "love",
        "good",
        "nice",
        "finally",
        "have",
        "make",
        "same",
        "every",
        "time",
        "much",
        "way",
        "how",
        "all",
        "for",
        "and",
        "not",
        "but",
        "stuff",
        "thing",
        "things",
        "kind",
        "sort",
        "it's",
        "i'm",
        "that's",
        "super",
        "lovely",
        "brilliant",
        "wonderful",
        "about",
        "very",
        "really",
        "can",
    ];
    sentence
        .lower
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .filter(|w| w.len() > 2 && !EMPTY.contains(w))
        .count()
}

#[allow(clippy::too_many_arguments)]
fn reading(
    said: &Utterance<'_>,
    found: Described,
    sentence: &Sentence,
    view: &SentenceJudged,
    judged: &Judged,
    reach: &Reach,
    language: &str,
    reason: Option<&str>,
) -> ClaimReading {
    let leanings = leanings(said, sentence, view, judged, reach);
    let scope = leanings.scope();
    let reaction =
        matches!(judged.signal, Signal::Satisfied | Signal::Dissatisfied) && !said.stated;
    let strength = if reaction { IMPLIED } else { strength(&scope) };
    let said_of =
        if language == "eng" { topic::complete(&found.text, reach, said.task) } else { found.text };
    let description =
        penchant_core::sanitize::one_line(&said_of, penchant_core::limits::MAX_DESCRIPTION_CHARS);
    // A note may take words from anywhere in the message: of one that holds something hostile, the
    // sentence that was looked at stays as it is.
    let wish = (language == "eng" && reason.is_none() && hostile::reason(said.text).is_none())
        .then(|| place(said.text, sentence, &found.snippet))
        .flatten()
        .map(|place| Wish {
            text: said.text.to_owned(),
            place,
            reply: said.harmless_reply().to_owned(),
            task: said.task.to_owned(),
            avoid: found.polarity == Polarity::Avoid,
            told: description.clone(),
            idle: false,
        });
    ClaimReading {
        claim: Claim::Statement { text: description.clone() },
        polarity: found.polarity,
        scope,
        strength,
        source: if reaction { SourceClass::Feedback } else { SourceClass::Statement },
        description,
        content: Vector::default(),
        snippet: penchant_core::sanitize::one_line(&sentence.text, 160),
        replaces: found.replaces,
        replaces_content: Vector::default(),
        leanings: Some(leanings),
        ends: penchant_ports::Ends::default(),
        wish,
        quarantine: reason.map(str::to_owned),
        language: if language == "eng" { String::new() } else { language.to_owned() },
    }
}

/// What it adds to say a wish that reaches so far.
pub(super) fn strength(scope: &Scope) -> f32 {
    if matches!(scope, Scope::ThisTime { .. }) { ORDERED } else { STATED }
}

/// Where in the message the words stand that carry a wish.
fn place(text: &str, sentence: &Sentence, words: &str) -> Option<Range<usize>> {
    let start = text.find(&sentence.text)?;
    let own = sentence.text.find(words).map_or(0..sentence.text.len(), |at| at..at + words.len());
    Some(start + own.start..start + own.end)
}

fn leanings(
    said: &Utterance<'_>,
    sentence: &Sentence,
    view: &SentenceJudged,
    judged: &Judged,
    reach: &Reach,
) -> Leanings {
    let p = |n: usize| view.scope.get(n).copied().unwrap_or_default();
    let (mut always, mut context, mut now) = (p(0), p(1), p(2));
    if view.scope.is_empty() {
        // Without heads: what the words say.
        (always, context, now) = (0.4, 0.3, 0.3);
        if judged.signal == Signal::Command {
            now += 0.2;
        }
    }
    if let Some((_, until)) = &reach.temporary {
        now += if until.is_some() { 0.25 } else { 0.35 };
    }
    let cues = cues::find(&sentence.masked);
    let lasting = cues.any(&["always", "never", "lasting"]);
    let limit = reach.temporary.as_ref().or(reach.inherited.as_ref().filter(|_| !lasting));
    if limit.is_some() && reach.temporary.is_none() {
        now += INHERITED;
    }
    // An occasion is usually named; a wish with "always" or "never" and none holds everywhere.
    if reach.occasion.is_some() {
        context += 0.15;
    } else if cues.has("genre") && !cues.has("universal") {
        context += 0.1;
    } else {
        context *= if lasting { 0.6 } else { 0.8 };
    }
    if limit.is_none() {
        if lasting {
            now *= 0.5;
        } else if judged.signal == Signal::Command {
            now *= 1.4;
        }
        // An order amends what was just answered; with nothing to amend, it says how things are
        // to be.
        if said.reply.trim().is_empty() && !react::amends(&sentence.lower) {
            now = 0.0;
        }
    }
    Leanings {
        shares: [always, context, now],
        limit: limit.cloned(),
        occasion: reach.occasion.clone(),
    }
}

/// What the message takes back.
#[must_use]
pub fn withdrawals(said: &Utterance<'_>, shown: &Shown, judged: &Judged) -> Vec<Withdrawal> {
    if hostile::hidden_characters(said.text) {
        return Vec::new();
    }
    let likely = judged.retracts();
    if !likely && !judged.signals.is_empty() {
        return Vec::new();
    }
    let mut out: Vec<Withdrawal> = Vec::new();
    for sentence in &shown.sentences {
        if out.len() >= MAX_WITHDRAWALS || hostile::reason(&sentence.text).is_some() {
            continue;
        }
        if let Some(found) = withdraw::find(sentence)
            && (likely || (judged.signals.is_empty() && found.weight >= 1.5))
        {
            let occasion = scope::read(sentence, said.at).occasion.unwrap_or_default();
            let occasion = if occasion.is_empty() || found.text.contains(&occasion) {
                String::new()
            } else {
                occasion
            };
            out.push(withdraw::withdrawal(&found.text, &sentence.text, &occasion));
        }
    }
    if out.is_empty()
        && judged.signal == Signal::Retraction
        && (judged.signals.is_empty() || judged.probability(Signal::Retraction) >= UNNAMED)
        && let Some(sentence) = shown.sentences.first()
        && hostile::reason(said.text).is_none()
    {
        // Nothing named: what the last response showed, or what the words themselves are about.
        let shown = react::shown(said.reply, Polarity::Prefer)
            .map(|d| d.text.trim_start_matches("prefers ").to_owned());
        let guessed = shown.is_none() && said.reply.trim().is_empty();
        let about = || polish::shorten(&polish::tidy(&sentence.text), 10);
        let named = shown.unwrap_or_else(|| if guessed { about() } else { String::new() });
        out.push(Withdrawal { guessed, ..withdraw::withdrawal(&named, &sentence.text, "") });
    }
    out
}

const fn polarity(avoid: bool) -> Polarity {
    if avoid { Polarity::Avoid } else { Polarity::Prefer }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use penchant_core::Timestamp;

    use super::*;

    #[test]
    fn what_is_hardly_a_retraction_and_names_nothing_takes_nothing_back() {
        let text = "The grey days are hard to bear.";
        let said = Utterance {
            text,
            reply: "",
            at: Timestamp::parse("2026-03-04T10:00:00Z").unwrap(),
            task: "",
            stated: false,
            rating: None,
        };
        let taken = |probability: f32| {
            let of = |signal| if signal == Signal::Retraction { probability } else { 0.1 };
            let judged = Judged {
                signal: Signal::Retraction,
                signals: Signal::ALL.into_iter().map(of).collect(),
                preference: 0.0,
                prefers: false,
                threshold: 0.5,
                sentences: Vec::new(),
                sentence_threshold: 0.5,
                clause_threshold: 0.5,
                worded: 1.0,
            };
            withdrawals(&said, &Shown::new(text, ""), &judged).len()
        };
        assert_eq!([taken(0.9), taken(0.4)], [1, 0]);
    }

    #[test]
    fn a_limit_in_time_holds_for_what_follows_it_and_not_for_what_stands_before() {
        let text = "I like tea. Until Friday I want soft food. I want no coffee. Today no soup.";
        let reaches = reaches(&said(text), &Shown::new(text, ""));
        let own: Vec<bool> = reaches.iter().map(|reach| reach.temporary.is_some()).collect();
        let inherited: Vec<bool> = reaches.iter().map(|reach| reach.inherited.is_some()).collect();
        assert_eq!(own, [false, true, false, true]);
        assert_eq!(inherited, [false, false, true, false]);
    }

    #[test]
    fn what_says_nothing_of_its_end_ends_with_the_date_before_it() {
        let until = |text: &str| {
            let reaches = reaches(&said(text), &Shown::new(text, ""));
            reaches.last().unwrap().temporary.clone().unwrap().1.unwrap()
        };
        let sunday = Timestamp::parse("2026-03-09T00:00:00Z").unwrap();
        assert_eq!(until("She stays until Sunday. As long as she is here, soft food."), sunday);
        for other in [
            "She stays with us. As long as she is here, soft food.",
            "Tonight we bake. As long as she is here, soft food.",
            "She stays until Sunday. Until the builders leave, soft food.",
        ] {
            assert!(until(other) > sunday, "{other}");
        }
    }

    fn said(text: &str) -> Utterance<'_> {
        let at = Timestamp::parse("2026-03-04T10:00:00Z").unwrap();
        Utterance { text, reply: "", at, task: "", stated: false, rating: None }
    }
}
