//! What every embedder does to a text before looking at it.

/// Whether a text says nothing; such texts get the empty vector.
pub(crate) fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// The longest prefix of at most `limit` bytes that ends between two characters.
pub(crate) fn cut(text: &str, limit: usize) -> &str {
    text.get(..text.floor_char_boundary(limit)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_never_splits_a_character() {
        assert_eq!(cut("naïve", 3), "na");
        assert_eq!(cut("naïve", 4), "naï");
        assert_eq!(cut("short", 100), "short");
    }

    #[test]
    fn space_of_any_kind_is_blank() {
        assert!(is_blank(" \t\n\u{a0}"));
        assert!(!is_blank(" . "));
    }
}
