//! Measures of layout, letters, and of whole forms that show in several measures at once.

use super::layout::{Layout, Letter, Tone, content};
use super::text::Pieces;
use super::{Measure as M, Style};

/// Fills in what layout and combinations show. Needs the measures of words.
pub(super) fn measure(pieces: &Pieces, style: &mut Style) {
    let layout = Layout::of(pieces);
    let letter = Letter::of(pieces);
    layouts(pieces, &layout, style);
    letters(&letter, style);
    whole(pieces, &layout, &letter, style);
}

fn up(value: f32) -> f32 {
    value.clamp(0.0, 1.0)
}

fn layouts(pieces: &Pieces, layout: &Layout, style: &mut Style) {
    let lines = pieces.lines.len().max(1) as f32;
    let list = |n: f32| if n == 0.0 { 0.0 } else { (n / 3.0).min(0.75) + 0.75 * n / lines };
    style.set(M::Bullets, list(layout.bullets));
    style.set(M::Numbered, list(layout.numbered));
    style.set(M::Headings, (layout.headings / 2.0).min(1.5));
    style.set(M::Labels, (layout.labels / 3.0).min(0.75) + 0.75 * layout.labels / lines);
    style.set(M::Table, (layout.table / 2.0).min(1.5));
    style.set(M::Code, layout.code.min(1.5));
    style.set(M::Marks, (layout.marks / 1.5).min(1.5));
    style.set(M::Checklist, (layout.checks / 2.0).min(1.5));
    style.set(M::Emoji, (layout.emoji / 2.0).min(1.5));
    style.set(M::Hashtags, (layout.hashtags / 1.5).min(1.5));
    let answers = layout.answered;
    style.set(
        M::QuestionAnswer,
        if answers < 2.0 {
            answers * 0.2
        } else {
            // A question or two in a letter are not yet the form.
            let share = answers * 2.0 / lines;
            share.min(1.0) * ((answers / 4.0).min(0.75) + share)
        },
    );
    // Questions that the text itself answers are no questions to the reader.
    let questions = style.get(M::Questions) * (1.0 - up(style.get(M::QuestionAnswer)));
    style.set(M::Questions, questions);
    style.set(M::Verse, layout.verse.min(1.5) * up(1.0 - style.get(M::Bullets)));
    let script = layout.script / lines;
    style.set(M::Script, if layout.script >= 2.0 { (script * 2.5).min(1.5) } else { 0.0 });
}

fn letters(letter: &Letter, style: &mut Style) {
    let side = |tone: Option<Tone>| match tone {
        Some(Tone::Formal) => 1.0,
        Some(Tone::Casual) => -1.0,
        None => 0.0,
    };
    style.set(M::Greeting, if letter.greeting.is_some() { 1.0 } else { 0.0 });
    style.set(M::GreetingTone, side(letter.greeting));
    style.set(M::Closing, if letter.closing.is_some() || letter.signed { 1.0 } else { 0.0 });
    style.set(M::ClosingTone, side(letter.closing));
    let ends = letter.closing.is_some() || letter.signed || letter.greeting.is_some();
    style.set(M::ThankfulClosing, if letter.thankful && ends { 1.0 } else { 0.0 });
}

fn whole(pieces: &Pieces, layout: &Layout, letter: &Letter, style: &mut Style) {
    let get = |m| style.get(m);
    let listed = up(get(M::Bullets).max(get(M::Numbered)));
    let prose = 1.0 - listed;
    let short_sentences = up(-get(M::SentenceLength) / 1.2);
    let brief = up(-get(M::Length) / 0.6);

    let children = (up(get(M::PlainWords))
        + short_sentences
        + up(get(M::Exclamation))
        + 1.5 * up(get(M::Playful))
        + 0.5 * up(get(M::Questions))
        - 0.5 * up(get(M::Emoji)))
        / 3.2
        * prose;
    let child_words = pieces
        .rate(|w| super::lexicon::holds(super::lexicon::mask(w), super::lexicon::List::Child));
    // Short plain sentences alone are no children's text: it takes sounds, cheer or their words.
    let cheer = up(get(M::Playful)).max(0.7 * up(get(M::Exclamation))).max(up(child_words / 6.0));
    let sober = (1.0 - 0.8 * up(get(M::Emoji))) * (0.15 + 0.85 * cheer);
    let children = if letter.is_letter() || layout.answered >= 4.0 {
        0.0
    } else {
        (children + (child_words / 10.0).min(0.4)) * sober
    };

    let tags = up(get(M::Emoji)).max(up(get(M::Hashtags)));
    let post =
        tags * (0.6 + 0.4 * brief + 0.3 * up(get(M::Hashtags)) + 0.2 * up(get(M::Questions)));

    let second = up(get(M::SecondPerson)) * (1.0 - up(letter_share(letter)));
    let immersive = if layout.answered >= 2.0 {
        0.0
    } else {
        second
            * (0.5 + 0.5 * up(get(M::PresentTense) + 0.3))
            * (0.7 + 0.4 * up(get(M::Emotion)))
            * prose
            * (1.0 - 0.6 * up(get(M::CallToAction)))
    };

    let formal_ends = (up(get(M::GreetingTone)) + up(get(M::ClosingTone))) / 2.0;
    let structure = up(listed + get(M::Headings) * 0.5 + get(M::Labels) * 0.3);
    let business = formal_ends * (0.45 + 0.6 * structure + 0.2 * up(get(M::Polite)));

    let chatty = up(get(M::Contractions)) * 0.45
        + up(-get(M::Formality)) * 0.5
        + up(get(M::FirstPerson)) * 0.15
        + up(get(M::Questions)) * 0.2
        + short_sentences * 0.15;
    let conversational = chatty * (1.0 - 0.5 * formal_ends) * prose;

    let parallel = if layout.bullets + layout.numbered >= 3.0 && !letter.is_letter() {
        let starts: Vec<usize> = pieces
            .lines
            .iter()
            .filter(|l| content(l) != l.as_str())
            .map(|l| content(l).split_whitespace().count())
            .collect();
        let mean = starts.iter().sum::<usize>() as f32 / starts.len().max(1) as f32;
        let even = starts.iter().map(|n| (*n as f32 - mean).abs()).sum::<f32>()
            / starts.len().max(1) as f32;
        let labels = layout.labels / pieces.lines.len().max(1) as f32;
        up(1.2 - even / mean.max(1.0)) * 0.7 + 0.5 * labels
    } else {
        0.0
    };
    let steps = (layout.numbered / 3.0).min(1.0) * up(imperatives(pieces) * 1.3);
    let diary = if pieces.says("dear diary") {
        1.5
    } else if letter.is_letter() {
        0.0
    } else {
        up(get(M::FirstPerson)) * (0.4 + 0.6 * up(get(M::Emotion))) * prose
    };
    let unfinished =
        pieces.lines.iter().filter(|l| !l.ends_with(['.', '!', '?', ':', ','])).count();
    let telegraphic = unfinished as f32 / pieces.lines.len().max(1) as f32 * 1.2;
    let telegraphic = if letter.is_letter() || pieces.lines.len() < 3 { 0.0 } else { telegraphic };
    let engaging = (up(get(M::Personal)) * 0.6
        + up(get(M::Questions)) * 0.4
        + up(get(M::SecondPerson)) * 0.2
        + up(get(M::Dashes)) * 0.1
        + up(get(M::ThankfulClosing)) * 0.2)
        * if letter.is_letter() { 1.0 } else { 0.3 };

    for (measure, value) in [
        (M::Children, children),
        (M::Post, post),
        (M::Immersive, immersive),
        (M::BusinessLetter, business),
        (M::Conversational, conversational),
        (M::Parallel, parallel),
        (M::Instructions, steps),
        (M::Diary, diary),
        (M::Telegraphic, telegraphic),
        (M::Engaging, engaging),
    ] {
        style.set(measure, value.clamp(0.0, 1.5));
    }
}

/// Share of the numbered items that start like an instruction: with a bare verb, which in a list
/// of sentences is what neither a determiner, a pronoun, a label nor an inflected word is.
fn imperatives(pieces: &Pieces) -> f32 {
    let items: Vec<&str> = pieces
        .lines
        .iter()
        .map(|l| (l.as_str(), content(l)))
        .filter(|(line, item)| {
            line != item && line.starts_with(|c: char| c.is_ascii_digit() || c == 'S')
        })
        .map(|(_, item)| item)
        .collect();
    let bare = |item: &&&str| {
        let first = item.split_whitespace().next().unwrap_or("").to_lowercase();
        let function = super::lexicon::mask(&first)
            & ((1 << super::lexicon::List::FirstSingular as u8)
                | (1 << super::lexicon::List::FirstPlural as u8)
                | (1 << super::lexicon::List::Second as u8)
                | (1 << super::lexicon::List::Third as u8));
        first.chars().all(char::is_alphabetic)
            && function == 0
            && item.split_whitespace().count() >= 3
            && !["the", "a", "an", "there", "in", "on", "it", "its", "this", "for", "of"]
                .contains(&first.as_str())
            && !["ing", "ed", "tion", "s", "ity"]
                .iter()
                .any(|e| first.ends_with(e) && first != "press")
    };
    items.iter().filter(bare).count() as f32 / items.len().max(1) as f32
}

fn letter_share(letter: &Letter) -> f32 {
    if letter.is_letter() { 1.0 } else { 0.0 }
}
