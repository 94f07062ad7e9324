//! Cues: yes-or-no questions about the surface of a sentence, kept in `data/words/cues.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::words::patterns::Patterns;

const SOURCE: &str = include_str!("../../data/words/cues.toml");

#[derive(Deserialize)]
struct File {
    cue: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    find: String,
}

/// Which cues a sentence shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cues(u64);

impl Cues {
    /// Whether the cue of this name is shown; an unknown name is not.
    #[must_use]
    pub fn has(self, name: &str) -> bool {
        CUES.index.get(name).is_some_and(|bit| self.0 & (1 << bit) != 0)
    }

    /// Whether any of these is shown.
    #[must_use]
    pub fn any(self, names: &[&str]) -> bool {
        names.iter().any(|name| self.has(name))
    }

    /// The numbers of the cues shown, in the file's order.
    pub fn numbers(self) -> impl Iterator<Item = usize> {
        (0..64).filter(move |bit| self.0 & (1 << bit) != 0)
    }

    /// What either shows.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

struct Table {
    set: Patterns,
    index: BTreeMap<String, usize>,
    count: usize,
}

/// The file is part of the binary and a test compiles it, so a failure here is a build error that
/// was not noticed; without cues the heads still work.
static CUES: LazyLock<Table> = LazyLock::new(|| match load() {
    Ok(table) => table,
    Err(error) => {
        tracing::error!(%error, "cues cannot be read");
        Table { set: Patterns::default(), index: BTreeMap::new(), count: 0 }
    }
});

fn load() -> Result<Table, String> {
    let file: File = toml::from_str(SOURCE).map_err(|e| e.to_string())?;
    if file.cue.len() > 64 {
        return Err("more than 64 cues".to_owned());
    }
    let set = Patterns::new(file.cue.iter().map(|c| c.find.as_str()))?;
    let count = file.cue.len();
    let index = file.cue.into_iter().enumerate().map(|(n, c)| (c.name, n)).collect();
    Ok(Table { set, index, count })
}

/// How many cues there are.
#[must_use]
pub fn count() -> usize {
    CUES.count
}

/// The cues that `lower` shows: lower case, straight apostrophes, quotations blanked out.
#[must_use]
pub fn find(lower: &str) -> Cues {
    Cues(CUES.set.matches(lower).fold(0, |bits, n| bits | (1 << n)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn every_cue_compiles_and_has_its_own_name() {
        let table = load().unwrap();
        assert_eq!(table.index.len(), table.count);
        assert!(table.count > 30);
    }

    #[test]
    fn cues_tell_a_dislike_from_a_question_about_others() {
        assert!(find("i really can't stand jazz").has("dislikes"));
        let other = find("does my sister like jazz?");
        assert!(other.has("question") && other.has("third_person") && !other.has("likes"));
    }
}
