//! How a text is laid out: lists, headings, tables, questions with answers, letters.

use super::text::{Pieces, is_emoji};

/// Counts of a text's layout.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Layout {
    /// Lines that start with a bullet.
    pub bullets: f32,
    /// Lines that start with a number.
    pub numbered: f32,
    /// Lines that are headings.
    pub headings: f32,
    /// Lines of the form `Label: value`.
    pub labels: f32,
    /// Lines of a table.
    pub table: f32,
    /// Code fences and inline code.
    pub code: f32,
    /// Bold or italic marks.
    pub marks: f32,
    /// Check boxes.
    pub checks: f32,
    /// Questions that the next line, or the rest of the line, answers.
    pub answered: f32,
    /// Lines `NAME: speech` or in capitals as in a script.
    pub script: f32,
    /// Short unpunctuated lines in blocks, as in verse.
    pub verse: f32,
    /// Pictographs.
    pub emoji: f32,
    /// `#tags`.
    pub hashtags: f32,
    /// `@names`.
    pub mentions: f32,
    /// Links.
    pub links: f32,
}

fn bullet(line: &str) -> Option<&str> {
    let rest = line.strip_prefix(['-', '*', '•', '–', '▪', '·', '+', '→'])?;
    rest.starts_with(' ').then(|| rest.trim_start())
}

fn numbered(line: &str) -> Option<&str> {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    if digits == 0 || digits > 3 {
        let step = line.strip_prefix("Step ").or_else(|| line.strip_prefix("STEP "))?;
        return step.starts_with(|c: char| c.is_ascii_digit()).then_some(step);
    }
    let rest = line[digits..].strip_prefix(['.', ')', ':'])?;
    rest.starts_with(' ').then(|| rest.trim_start())
}

/// A line without its bullet or number.
#[must_use]
pub fn content(line: &str) -> &str {
    bullet(line).or_else(|| numbered(line)).unwrap_or(line)
}

fn label(line: &str) -> bool {
    let line = content(line).trim_start_matches("**");
    line.split_once(':').is_some_and(|(name, value)| {
        !name.is_empty()
            && name.split_whitespace().count() <= 4
            && name.starts_with(|c: char| c.is_uppercase() || c.is_numeric())
            && !name.contains(['.', '?', '!', ','])
            && value.starts_with([' ', '*'])
            && !value.trim().is_empty()
    })
}

fn heading(lines: &[String], at: usize) -> bool {
    let line = lines[at].as_str();
    if line.starts_with('#') {
        return line.trim_start_matches('#').starts_with(' ');
    }
    if line.starts_with("**") && line.ends_with("**") {
        return true;
    }
    let words = line.split_whitespace().count();
    let last = at + 1 == lines.len();
    if last || bullet(line).is_some() || numbered(line).is_some() || words > 6 {
        return false;
    }
    let underlined = lines[at + 1].chars().all(|c| c == '=' || c == '-');
    let labelled = line.ends_with(':') && words <= 4;
    let bare = !line.ends_with(['.', '!', '?', ',', ';', ':', '"', ')'])
        && line.starts_with(|c: char| c.is_uppercase())
        && words <= 5
        && (bullet(&lines[at + 1]).is_some()
            || numbered(&lines[at + 1]).is_some()
            || lines[at + 1].split_whitespace().count() > 8);
    underlined || labelled || bare
}

fn asks(line: &str) -> bool {
    line.ends_with('?') || line.ends_with("?**")
}

fn script_line(line: &str) -> bool {
    if ["INT.", "EXT.", "FADE ", "CUT TO"].iter().any(|p| line.starts_with(p)) {
        return true;
    }
    let name = line.split_once(':').map_or("", |(name, _)| name);
    let capitals = |s: &str| {
        s.chars().filter(|c| c.is_alphabetic()).count() >= 3
            && !s.chars().any(char::is_lowercase)
            && s.split_whitespace().count() <= 3
    };
    capitals(name) || (capitals(line) && !line.ends_with(['!', '?']))
}

impl Layout {
    /// Looks at the lines of `pieces`.
    #[must_use]
    pub fn of(pieces: &Pieces) -> Self {
        let lines = &pieces.lines;
        let mut seen = Self::default();
        let mut inline = 0.0_f32;
        for (at, line) in lines.iter().enumerate() {
            let item = bullet(line);
            if let Some(item) = item {
                seen.bullets += 1.0;
                if item.starts_with("[ ]") || item.starts_with("[x]") {
                    seen.checks += 1.0;
                }
            }
            if line.starts_with(['☐', '☑', '✅', '✔']) {
                seen.checks += 1.0;
            }
            seen.numbered += f32::from(u8::from(numbered(line).is_some()));
            seen.headings += f32::from(u8::from(heading(lines, at)));
            seen.labels += f32::from(u8::from(label(line)));
            seen.table += f32::from(u8::from(
                line.matches('|').count() >= 2 || line.matches('\t').count() >= 2,
            ));
            seen.script += f32::from(u8::from(script_line(line)));
            let speaker = ["Q:", "Q.", "**Q", "Question:"].iter().any(|p| line.starts_with(p));
            // A short question on its own line that the next line goes on to answer; or both on
            // one line, which says something only when it happens again and again.
            let short = line.split_whitespace().count() <= 16;
            if (asks(line) && short && lines.get(at + 1).is_some_and(|next| !asks(next)))
                || (speaker && line.contains('?'))
            {
                seen.answered += 1.0;
            } else if line.split_once("? ").is_some_and(|(q, a)| {
                q.split_whitespace().count() <= 12 && !q.contains(['.', '!']) && !a.contains('?')
            }) {
                inline += 1.0;
            }
        }
        if inline >= 3.0 && inline * 2.0 >= lines.len() as f32 {
            seen.answered += inline;
        }
        seen.verse = pieces
            .paragraphs
            .iter()
            .filter(|p| {
                let rows: Vec<&str> = p.lines().collect();
                rows.len() >= 3
                    && rows.iter().all(|r| {
                        r.split_whitespace().count() <= 10
                            && bullet(r).is_none()
                            && numbered(r).is_none()
                            && !asks(r)
                            && !label(r)
                    })
            })
            .count() as f32;
        seen.code = (pieces.raw.matches("```").count() / 2) as f32
            + (pieces.raw.replace("```", "").matches('`').count() / 4) as f32;
        seen.marks =
            (pieces.raw.matches("**").count() / 2 + pieces.raw.matches("__").count() / 2) as f32;
        seen.emoji = pieces.raw.chars().filter(|c| is_emoji(*c)).count() as f32;
        let starts = |mark: char| {
            pieces
                .raw
                .split_whitespace()
                .filter(|w| {
                    w.strip_prefix(mark).is_some_and(|r| r.starts_with(char::is_alphabetic))
                })
                .count() as f32
        };
        seen.hashtags = starts('#');
        seen.mentions = starts('@');
        seen.links =
            (pieces.raw.matches("http").count() + pieces.raw.matches("www.").count()) as f32;
        seen
    }
}

/// The parts of a letter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letter {
    /// The greeting, when there is one.
    pub greeting: Option<Tone>,
    /// The closing, when there is one.
    pub closing: Option<Tone>,
    /// Thanks in its last sentences.
    pub thankful: bool,
    /// Whether it is signed.
    pub signed: bool,
}

/// How a letter's greeting or closing sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// "Dear Dr. Lee", "Kind regards".
    Formal,
    /// "Hey", "See you".
    Casual,
}

const FORMAL_CLOSINGS: [&str; 21] = [
    "kind regards",
    "best regards",
    "warm regards",
    "regards",
    "sincerely",
    "yours sincerely",
    "sincerely yours",
    "yours faithfully",
    "yours truly",
    "respectfully",
    "respectfully yours",
    "with kind regards",
    "with best regards",
    "with best wishes",
    "with thanks",
    "with many thanks",
    "with gratitude",
    "gratefully",
    "cordially",
    "with warm regards",
    "with sincere thanks",
];
const CASUAL_CLOSINGS: [&str; 22] = [
    "cheers",
    "see you",
    "love",
    "lots of love",
    "xo",
    "xx",
    "xoxo",
    "hugs",
    "talk soon",
    "later",
    "best",
    "bye",
    "ciao",
    "take care",
    "thanks",
    "thanks a lot",
    "thanks so much",
    "yours",
    "best wishes",
    "warmly",
    "many thanks",
    "all the best",
];

impl Letter {
    /// Looks for the parts of a letter in `pieces`.
    #[must_use]
    pub fn of(pieces: &Pieces) -> Self {
        let mut seen = Self::default();
        let Some(first) = pieces.lines.first() else { return seen };
        let opening = first.to_lowercase();
        let formal =
            ["dear ", "to whom", "good morning", "good afternoon", "good evening", "esteemed"];
        let casual = ["hi", "hey", "hello", "hiya", "yo", "howdy", "morning", "ahoy", "greetings"];
        let starts = |p: &str| {
            opening.strip_prefix(p).is_some_and(|rest| {
                p.ends_with(' ') || rest.is_empty() || rest.starts_with([' ', ',', '!', '.'])
            })
        };
        if formal.iter().any(|p| starts(p)) {
            seen.greeting = Some(Tone::Formal);
        } else if casual.iter().any(|p| starts(p)) {
            seen.greeting = Some(Tone::Casual);
        }
        for line in pieces.lines.iter().skip(1).rev().take(3) {
            if line.split_whitespace().count() > 9 {
                continue;
            }
            let line = line.to_lowercase();
            let head = line.split([',', '!', '.']).next().unwrap_or("").trim();
            if FORMAL_CLOSINGS.contains(&head)
                || FORMAL_CLOSINGS.iter().any(|c| head.starts_with(c))
            {
                seen.closing = Some(Tone::Formal);
            } else if CASUAL_CLOSINGS.contains(&head)
                || CASUAL_CLOSINGS
                    .iter()
                    .any(|c| head.strip_prefix(c).is_some_and(|rest| rest.starts_with(' ')))
            {
                seen.closing = Some(Tone::Casual);
            } else {
                continue;
            }
            break;
        }
        let last = pieces.lines.last().map_or("", String::as_str);
        seen.signed = pieces.lines.len() > 1
            && last.split_whitespace().count() <= 3
            && last.starts_with(|c: char| c.is_uppercase())
            && last.chars().all(|c| c.is_alphabetic() || " .-'".contains(c));
        let tail: String =
            pieces.sentences.iter().rev().take(5).map(|s| s.to_lowercase()).collect();
        seen.thankful =
            ["thank", "grateful", "gratitude", "appreciate"].iter().any(|t| tail.contains(t));
        seen
    }

    /// Whether the text is a letter at all.
    #[must_use]
    pub fn is_letter(&self) -> bool {
        self.greeting.is_some() || self.closing.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(text: &str) -> Layout {
        Layout::of(&Pieces::of(text))
    }

    #[test]
    fn bullets_numbers_headings_and_labels_are_told_apart() {
        let seen = layout("# Plan\n- Where: town\n- When: noon\n1. Pack\n2. Leave");
        assert_eq!((seen.bullets, seen.numbered, seen.headings, seen.labels), (2.0, 2.0, 1.0, 2.0));
        assert_eq!(layout("It cost 3.5 million - a lot.").bullets, 0.0);
    }

    #[test]
    fn a_question_followed_by_its_answer_counts_once() {
        assert_eq!(layout("Is it open?\nYes.\n\nWhat does it cost?\nNothing.").answered, 2.0);
        assert_eq!(layout("The shop is open. It costs nothing.").answered, 0.0);
    }

    #[test]
    fn tables_code_and_emoji_are_seen() {
        let seen = layout("| a | b |\n|---|---|\n```\nx\n```\nGreat 🎉 #win");
        assert_eq!((seen.table, seen.code, seen.emoji, seen.hashtags), (2.0, 1.0, 1.0, 1.0));
    }

    #[test]
    fn letters_have_tones() {
        let formal =
            Letter::of(&Pieces::of("Dear Ms. Ito,\n\nText here.\n\nKind regards,\nAn Lee"));
        assert_eq!((formal.greeting, formal.closing), (Some(Tone::Formal), Some(Tone::Formal)));
        assert!(formal.signed && !formal.thankful);
        let casual = Letter::of(&Pieces::of("Hey Jo,\n\nCome over!\n\nSee you there,\nAn"));
        assert_eq!((casual.greeting, casual.closing), (Some(Tone::Casual), Some(Tone::Casual)));
        assert!(!Letter::of(&Pieces::of("The hiker rested.")).is_letter());
    }
}
