//! A message as sentences: what is the user's own speech, and what is code or quotation.
//!
//! All offsets agree between a sentence and its lower-cased and masked forms, so that a match in
//! one can be cut out of another.

use penchant_core::telling;

/// Most sentences of one message that are looked at; a longer one is a document, not a turn.
pub const MAX_SENTENCES: usize = 40;
/// Longest sentence that is looked at, in bytes.
const MAX_SENTENCE_BYTES: usize = 600;

/// One sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// As written, with straight apostrophes and quotation marks.
    pub text: String,
    /// In ASCII lower case, same length.
    pub lower: String,
    /// Lower case with quoted passages blanked out, same length.
    pub masked: String,
}

impl Sentence {
    /// From plain text that is one sentence.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let lower = text.to_ascii_lowercase();
        let masked = mask_quotes(&lower);
        Self { text: text.to_owned(), lower, masked }
    }

    /// How many words.
    #[must_use]
    pub fn words(&self) -> usize {
        self.text.split_whitespace().count()
    }

    /// Share of the sentence that stands between quotation marks, in `[0, 1]`.
    #[must_use]
    pub fn quoted_share(&self) -> f32 {
        let letters = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).count();
        let all = letters(&self.lower);
        if all == 0 {
            return 0.0;
        }
        1.0 - letters(&self.masked) as f32 / all as f32
    }
}

/// The user's own sentences: code blocks and quoted lines are left out, invisible characters
/// removed.
#[must_use]
pub fn sentences(message: &str) -> Vec<Sentence> {
    let own = own_words(message);
    let mut out = Vec::new();
    for line in own.lines() {
        for piece in split_line(line) {
            if out.len() >= MAX_SENTENCES {
                return out;
            }
            out.push(Sentence::new(&piece));
        }
    }
    out
}

/// The message without fenced code, indented code and quoted lines; typographic apostrophes and
/// quotation marks made straight.
fn own_words(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    let mut fenced = false;
    for line in message.lines() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fenced = !fenced;
            continue;
        }
        if crate::words::hostile::forged_turn(line) {
            // From here on somebody else is made to speak.
            break;
        }
        if fenced || trimmed.starts_with('>') || line.starts_with("\t\t") {
            continue;
        }
        out.extend(line.chars().filter(|c| !penchant_core::sanitize::hostile(*c)).map(straight));
        out.push('\n');
    }
    out
}

fn straight(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{02bc}' | '\u{00b4}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{00ab}' | '\u{00bb}' => '"',
        '\u{00a0}' | '\u{202f}' | '\t' => ' ',
        _ => c,
    }
}

/// Splits at sentence ends, not inside quotation marks, not after abbreviations and numbers.
fn split_line(line: &str) -> Vec<String> {
    let chars: Vec<(usize, char)> = line.char_indices().collect();
    let mut out = Vec::new();
    let mut start = 0;
    let mut in_quote = false;
    let mut index = 0;
    while index < chars.len() {
        let (_, c) = chars[index];
        if c == '"' {
            in_quote = !in_quote && line[chars[index].0 + 1..].contains('"');
        }
        if !in_quote && matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？') {
            let mut last = index;
            while last + 1 < chars.len()
                && matches!(chars[last + 1].1, '.' | '!' | '?' | '…' | '"' | '\'' | ')')
            {
                last += 1;
            }
            let end = chars.get(last + 1).map_or(line.len(), |(at, _)| *at);
            let boundary =
                chars.get(last + 1).is_none_or(|(_, next)| next.is_whitespace()) || !c.is_ascii();
            if boundary
                && !(c == '.' && last == index && abbreviation(&line[start..end], &line[end..]))
            {
                push(&mut out, &line[start..end]);
                start = end;
            }
            index = last;
        }
        index += 1;
    }
    push(&mut out, &line[start..]);
    out
}

/// Whether the full stop at the end of `before` belongs to an abbreviation or an ordinal.
fn abbreviation(before: &str, after: &str) -> bool {
    const KNOWN: &[&str] = &[
        "e.g.", "i.e.", "mr.", "mrs.", "ms.", "dr.", "prof.", "st.", "vs.", "approx.", "ca.",
        "z.b.", "bzw.", "no.", "nr.", "p.", "pp.", "fig.", "etc.", "min.", "max.",
    ];
    let last = before.split_whitespace().next_back().unwrap_or("").to_lowercase();
    if KNOWN.contains(&last.as_str()) {
        // "etc." may also end a sentence.
        return after.trim_start().chars().next().is_some_and(|c| !c.is_uppercase())
            || last != "etc.";
    }
    let stem = last.trim_end_matches('.');
    let list_number = before.trim() == last && stem.chars().all(|c| c.is_ascii_digit());
    let initial = stem.len() == 1 && stem != "i" && stem.chars().all(char::is_alphabetic);
    list_number || initial
}

fn push(out: &mut Vec<String>, piece: &str) {
    let piece = piece.trim();
    if piece.chars().any(char::is_alphanumeric) {
        let mut end = piece.len().min(MAX_SENTENCE_BYTES);
        while !piece.is_char_boundary(end) {
            end -= 1;
        }
        out.push(piece[..end].to_owned());
    } else if let Some(last) = out.last_mut()
        && !piece.is_empty()
        && last.len() + piece.len() < MAX_SENTENCE_BYTES
    {
        // Emoji and stray marks belong to what they follow.
        last.push(' ');
        last.push_str(piece);
    }
}

/// Blanks out double-quoted passages, and single-quoted ones of two words or more.
fn mask_quotes(lower: &str) -> String {
    let bytes = lower.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let mark = bytes[at];
        let opens = match mark {
            b'"' => true,
            b'\'' => at == 0 || !bytes[at - 1].is_ascii_alphanumeric(),
            _ => false,
        };
        if opens && let Some(close) = closing(bytes, at, mark) {
            let inner = &mut out[at + 1..close];
            inner.iter_mut().for_each(|b| *b = b' ');
            at = close;
        }
        at += 1;
    }
    // Multi-byte characters were blanked whole, because the marks are ASCII.
    String::from_utf8(out).unwrap_or_else(|_| lower.to_owned())
}

fn closing(bytes: &[u8], open: usize, mark: u8) -> Option<usize> {
    let mut at = open + 1;
    while at < bytes.len() {
        if bytes[at] == mark {
            let ends = bytes.get(at + 1).is_none_or(|b| !b.is_ascii_alphanumeric());
            if mark == b'"' || ends {
                return (at > open + 1).then_some(at);
            }
        }
        at += 1;
    }
    None
}

/// The clauses of a sentence, by themselves.
#[must_use]
pub fn clauses(sentence: &Sentence) -> Vec<Sentence> {
    let piece = |place| sentence.text.get::<std::ops::Range<usize>>(place).map(Sentence::new);
    clause_places(sentence).into_iter().filter_map(piece).collect()
}

/// Where words are joined that may say several things of one kind: at commas and "and". Each part
/// says something, or there is but one.
#[must_use]
pub(crate) fn part_places(words: &str) -> Vec<std::ops::Range<usize>> {
    const JOINTS: &[&str] = &[", and ", ", but ", " and ", " but ", " plus ", ", ", "; "];
    let lower = words.to_ascii_lowercase();
    let mut places = Vec::new();
    let mut from = 0;
    while let Some((at, joint)) = JOINTS
        .iter()
        .filter_map(|joint| Some((from + lower.get(from..)?.find(joint)?, *joint)))
        .min_by_key(|(at, joint)| (*at, std::cmp::Reverse(joint.len())))
    {
        places.push(from..at);
        from = at + joint.len();
    }
    places.push(from..words.len());
    let says = |place: &std::ops::Range<usize>| {
        words.get(place.clone()).is_some_and(|part| !telling::telling(part).is_empty())
    };
    places.retain(says);
    places
}

/// Cuts a sentence into clauses at dashes, semicolons, colons, "but" and the like, so that each
/// carries at most one wish; their places in the sentence.
#[must_use]
pub fn clause_places(sentence: &Sentence) -> Vec<std::ops::Range<usize>> {
    const CUTS: &[&str] = &[
        " - ",
        " – ",
        " — ",
        "—",
        "; ",
        ": ",
        ", but ",
        " but ",
        ", though ",
        ", because ",
        " because ",
        " bc ",
        " cause ",
        ", since ",
        ", so ",
        ", otherwise ",
        ", or else ",
        ", as i",
        ", if ",
        ", however ",
        " (",
        ") ",
        ", no ",
        ", not even ",
        ", and i ",
        " and i'",
        ", i ",
        ", i'm ",
        ", it's ",
        ", they ",
        ", that's ",
        ", we ",
        ", please ",
        ", please.",
        ", he ",
        ", she ",
        ", this ",
        ", my ",
        ", you ",
        ", don't ",
        ", except ",
        ", and no ",
        " and no ",
        ", just ",
        ", and please ",
        ", which ",
        "... ",
        "…",
        ", the ",
        ", skip ",
        ", and keep ",
        ", keep ",
        ", nothing ",
        ", without ",
        ", never ",
        ", again",
        ", everything ",
        ", anything ",
        ", do ",
        ", not ",
        ", only ",
        ", always ",
        ", drop ",
        ", leave ",
        ", and never ",
        " and never ",
        " and not ",
        " and don't ",
        " and skip ",
        " and drop ",
        " and leave ",
        " and cut ",
        " and take ",
        " and keep ",
        " and put ",
        " and make ",
        " and i ",
    ];
    let lower = &sentence.masked;
    let mut cuts = vec![0];
    for (at, _) in lower.char_indices() {
        if let Some(cut) = CUTS.iter().find(|cut| lower[at..].starts_with(**cut)) {
            // The conjunction or negation belongs to the clause that it opens.
            let offset = cut.find(|c: char| c.is_alphabetic()).unwrap_or(cut.len());
            cuts.push(at + offset);
        }
    }
    cuts.push(lower.len());
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2)
        .filter_map(|pair| {
            let around = |c: char| c.is_whitespace() || ",;:-–—(".contains(c);
            let piece = sentence.text.get(pair[0]..pair[1])?;
            let start = pair[0] + piece.len() - piece.trim_start_matches(around).len();
            let piece = piece.trim_matches(around);
            piece.chars().any(char::is_alphanumeric).then(|| start..start + piece.len())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn texts(message: &str) -> Vec<String> {
        sentences(message).into_iter().map(|s| s.text).collect()
    }

    #[test]
    fn sentences_end_at_marks_but_not_inside_abbreviations_numbers_or_quotes() {
        assert_eq!(
            texts("No sugar, e.g. in tea. Costs 3.50! \"Ready? Go.\" he said"),
            ["No sugar, e.g. in tea.", "Costs 3.50!", "\"Ready? Go.\" he said"]
        );
        assert_eq!(texts("ok... shorter pls 🙏"), ["ok...", "shorter pls 🙏"]);
    }

    #[test]
    fn code_and_quoted_lines_are_not_the_users_words() {
        let message = "why?\n```\nlet likes = \"never\";\n```\n> I always hate this\nthanks";
        assert_eq!(texts(message), ["why?", "thanks"]);
    }

    #[test]
    fn quoted_passages_are_masked_and_apostrophes_are_not() {
        let s = Sentence::new("I don't get why she says \"I love rain\" here");
        assert!(!s.masked.contains("love rain") && s.masked.contains("don't"));
        assert_eq!(s.masked.len(), s.text.len());
        assert!(s.quoted_share() > 0.2);
    }

    #[test]
    fn clauses_part_a_wish_from_its_reason_and_from_its_exception() {
        let parts: Vec<String> = clauses(&Sentence::new("spicy yes, but no peppers - they burn"))
            .into_iter()
            .map(|c| c.text)
            .collect();
        assert_eq!(parts, ["spicy yes", "but no peppers", "they burn"]);
        let parts: Vec<String> = clauses(&Sentence::new("two pages at most and drop the poem"))
            .into_iter()
            .map(|c| c.text)
            .collect();
        assert_eq!(parts, ["two pages at most", "and drop the poem"]);
    }
}
