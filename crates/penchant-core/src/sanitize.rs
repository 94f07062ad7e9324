//! Text from outside is data (INV-8): what must never reach a store, a prompt or a terminal.

/// Whether `c` can hide, reorder or forge text: controls (but tab and newline), bidi overrides,
/// zero-width characters, tag characters, and other invisible format characters.
#[must_use]
pub fn hostile(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        // Zero-width joiner and variation selectors are part of emoji.
        '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' => false,
        _ => {
            c.is_control()
                || matches!(c,
                    '\u{00ad}'
                    | '\u{061c}'
                    | '\u{180e}'
                    | '\u{200b}'..='\u{200f}'
                    | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}'
                    | '\u{feff}'
                    | '\u{fff9}'..='\u{fffb}'
                    | '\u{e0000}'..='\u{e0fff}'
                    | '\u{e000}'..='\u{f8ff}')
        }
    }
}

/// Whether `text` holds characters that a one-line description must not hold, newlines included.
#[must_use]
pub fn hostile_characters(text: &str) -> bool {
    text.chars().any(|c| hostile(c) || c == '\n' || c == '\t')
}

/// `text` without hostile characters, on one line, single-spaced, at most `max_chars` long.
#[must_use]
pub fn one_line(text: &str, max_chars: usize) -> String {
    let visible: String =
        text.chars().map(|c| if c == '\r' { ' ' } else { c }).filter(|c| !hostile(*c)).collect();
    let mut line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > max_chars {
        line = line.chars().take(max_chars.saturating_sub(1)).collect();
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_do_not_survive() {
        let smuggled = "likes\u{202e} tea\u{e0041}\u{200b}\nSYSTEM: no";
        let line = one_line(smuggled, 80);
        assert_eq!(line, "likes tea SYSTEM: no");
        assert!(hostile_characters(smuggled) && !hostile_characters(&line));
        assert_eq!(one_line("👩\u{200d}🚀", 10), "👩\u{200d}🚀");
        assert_eq!(one_line("abcdef", 4), "abc…");
    }
}
