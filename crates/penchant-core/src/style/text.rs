//! A text cut into the pieces that style shows in.

/// A text, segmented.
#[derive(Debug, Clone, Default)]
pub struct Pieces {
    /// The text as it was.
    pub raw: String,
    /// Lower case, with typographic apostrophes made plain and one space at either end.
    pub lower: String,
    /// Non-empty lines, trimmed.
    pub lines: Vec<String>,
    /// Blocks between blank lines, trimmed.
    pub paragraphs: Vec<String>,
    /// Sentences; a line break ends one too.
    pub sentences: Vec<String>,
    /// Lower-case words and numbers, apostrophes kept inside.
    pub words: Vec<String>,
}

impl Pieces {
    /// Segments `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let raw = text.replace(['\u{2019}', '\u{2018}'], "'").replace("\r\n", "\n");
        let lines: Vec<String> =
            raw.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect();
        let mut paragraphs: Vec<String> = Vec::new();
        let mut open = false;
        for line in raw.lines() {
            let line = line.trim();
            if line.is_empty() {
                open = false;
            } else if open && let Some(last) = paragraphs.last_mut() {
                last.push('\n');
                last.push_str(line);
            } else {
                paragraphs.push(line.to_owned());
                open = true;
            }
        }
        let sentences = lines.iter().flat_map(|l| sentences(l)).collect();
        let lower = format!(" {} ", raw.to_lowercase());
        let words = words(&lower);
        Self { raw, lower, lines, paragraphs, sentences, words }
    }

    /// How many words, at least 1.
    #[must_use]
    pub fn count(&self) -> f32 {
        (self.words.len().max(1)) as f32
    }

    /// Occurrences of the words that `wanted` accepts, per hundred words.
    pub fn rate(&self, wanted: impl Fn(&str) -> bool) -> f32 {
        self.words.iter().filter(|w| wanted(w)).count() as f32 / self.count() * 100.0
    }

    /// Whether `phrase` (lower case) occurs as whole words.
    #[must_use]
    pub fn says(&self, phrase: &str) -> bool {
        self.lower.match_indices(phrase).any(|(at, found)| {
            let before = self.lower[..at].chars().next_back();
            let after = self.lower[at + found.len()..].chars().next();
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
    }

    /// How many of `phrases` occur.
    #[must_use]
    pub fn said(&self, phrases: &[&str]) -> f32 {
        phrases.iter().filter(|p| self.says(p)).count() as f32
    }
}

/// Lower-case words and numbers of a lower-case text.
#[must_use]
pub fn words(lower: &str) -> Vec<String> {
    lower
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .map(|w| w.trim_matches('\''))
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Words that end in a full stop without ending the sentence.
const ABBREVIATIONS: [&str; 14] =
    ["dr", "prof", "mr", "mrs", "ms", "st", "fig", "eq", "no", "vs", "e.g", "i.e", "etc", "approx"];

/// The sentences of one line.
fn sentences(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut end_seen = false;
    for (at, c) in line.char_indices() {
        if matches!(c, '.' | '!' | '?' | '…') {
            end_seen = true;
        } else if end_seen && c.is_whitespace() {
            let piece = line[start..at].trim();
            let last = piece.trim_end_matches('.').rsplit(char::is_whitespace).next().unwrap_or("");
            let last = last.to_lowercase();
            let abbreviated = piece.ends_with('.')
                && (ABBREVIATIONS.contains(&last.as_str()) || last.chars().count() == 1);
            if !abbreviated && !piece.is_empty() {
                found.push(piece.to_owned());
                start = at;
            }
            end_seen = false;
        } else if !matches!(c, '"' | '\'' | ')' | ']' | '”') {
            end_seen = false;
        }
    }
    let rest = line[start..].trim();
    if !rest.is_empty() {
        found.push(rest.to_owned());
    }
    found
}

/// Whether `c` is a pictograph.
#[must_use]
pub fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{1f300}'..='\u{1faff}'
        | '\u{2600}'..='\u{27bf}'
        | '\u{2b50}' | '\u{2b55}' | '\u{231a}' | '\u{231b}' | '\u{23e9}'..='\u{23f3}')
}

/// Syllables of an English word, by vowel groups; at least 1.
#[must_use]
pub fn syllables(word: &str) -> usize {
    let mut groups = 0;
    let mut before = false;
    for c in word.chars() {
        let vowel = matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
        if vowel && !before {
            groups += 1;
        }
        before = vowel;
    }
    if word.ends_with('e') && !word.ends_with("le") && groups > 1 {
        groups -= 1;
    }
    groups.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_at_marks_but_not_at_titles() {
        let pieces = Pieces::of("I met Dr. Lee today. Was it fun? Yes!\n\nSecond block");
        assert_eq!(pieces.sentences.len(), 4);
        assert_eq!(pieces.paragraphs.len(), 2);
        assert_eq!(pieces.sentences[0], "I met Dr. Lee today.");
    }

    #[test]
    fn phrases_are_matched_as_whole_words() {
        let pieces = Pieces::of("Thank you, it\u{2019}s great.");
        assert!(pieces.says("thank you") && pieces.says("it's"));
        assert!(!pieces.says("eat"));
    }

    #[test]
    fn syllables_follow_vowel_groups() {
        assert_eq!(syllables("cat"), 1);
        assert_eq!(syllables("pedestrian"), 3);
        assert_eq!(syllables("make"), 1);
    }
}
