//! Label values that cannot explode or leak.

/// Longest label value.
const MAX: usize = 48;

/// `reason` as a label value: kept when it looks like a name chosen by a programmer (lower case
/// letters, digits, `-`, `_`, `.`), else `other`.
///
/// Reasons are meant to be short names, but some arrive as text from elsewhere; one sentence with
/// a user's words in it would be a leak and a new time series.
pub(crate) fn label(reason: &str) -> String {
    let named = !reason.is_empty()
        && reason.len() <= MAX
        && reason
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b));
    if named { reason.to_owned() } else { "other".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn only_names_become_labels() {
        assert_eq!(label("key-mismatch"), "key-mismatch");
        assert_eq!(label("edit.revised"), "edit.revised");
        for told in ["", "Ada likes tea", "ada@example.org", &"x".repeat(49)] {
            assert_eq!(label(told), "other");
        }
    }
}
