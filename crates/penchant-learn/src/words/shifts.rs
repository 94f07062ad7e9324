//! How a change of mind sounds, in the user's own words.

/// Words by which something takes the place of what was: of the nearest wish of the same task.
const REPLACES: &[&str] = &[
    " from now on",
    " from here on",
    " from here,",
    " going forward",
    " henceforth",
    " instead",
    " back to ",
    " back on ",
    " these days",
    " nowadays",
    " no longer ",
    " not any more",
    " any more",
    " anymore",
    " it is ",
    " it is,",
    " switch",
    " swap",
    " move my ",
    " move our ",
    " convert",
    " gone over",
    " given up",
    " gave up",
    " only now",
    " now ",
    " now,",
    " now.",
    " now;",
    " again ",
    " again,",
    " again.",
    " since then ",
    " turns out",
    " at the start",
    " in the beginning",
    " than i thought",
    " my thing ",
    " officially ",
];

/// Words by which something earlier comes back.
const RETURNS: &[&str] = &[
    " back to ",
    " back on ",
    " again ",
    " again,",
    " again.",
    " again!",
    " as before",
    " like before",
    " old way",
    " used to be",
    " at the start",
    " in the beginning",
    " as it was",
    " the way it was",
];

/// Openings by which something comes on top instead.
const ADDS: &[&str] =
    &[" also ", " and also ", " plus ", " as well ", " too ", " too.", " on top of "];

fn hears(snippet: &str, cues: &[&str]) -> bool {
    let lower = format!(" {} ", snippet.to_lowercase().replace('\u{2019}', "'"));
    cues.iter().any(|cue| lower.contains(cue))
}

/// Whether the words say that this takes the place of something.
pub(crate) fn replaces(snippet: &str) -> bool {
    hears(snippet, REPLACES) && !adds(snippet)
}

/// Whether the words say that this comes on top of what there is.
pub(crate) fn adds(snippet: &str) -> bool {
    hears(snippet, ADDS)
}

/// Whether the words say that something comes back.
pub(crate) fn returns(snippet: &str) -> bool {
    hears(snippet, RETURNS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacing_returning_and_adding_are_told_apart() {
        assert!(replaces("From now on, trains only") && replaces("trains it is, thanks"));
        assert!(!replaces("also add trains from now on") && !replaces("I like trains"));
        assert!(
            returns("back to trains") && returns("Trains again please") && !returns("trains now")
        );
    }
}
