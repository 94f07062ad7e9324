//! The pinned files and the check that they are what they should be.

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{MODEL_NAME, ModelError};

/// A file whose content is fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PinnedFile {
    /// Its name in the model directory.
    pub name: &'static str,
    /// SHA-256 of its content, lower-case hexadecimal.
    pub sha256: &'static str,
    /// Its length in bytes.
    pub bytes: u64,
}

const WEIGHTS: PinnedFile = PinnedFile {
    name: "model.safetensors",
    sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    bytes: 90_868_376,
};
const TOKENIZER: PinnedFile = PinnedFile {
    name: "tokenizer.json",
    sha256: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    bytes: 466_247,
};
const CONFIG: PinnedFile = PinnedFile {
    name: "config.json",
    sha256: "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    bytes: 612,
};

/// The three files, the large one last so that trouble with a source shows early.
pub(crate) const PINNED: &[PinnedFile] = &[CONFIG, TOKENIZER, WEIGHTS];

/// What is wrong with one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// It is not there.
    Missing(&'static str),
    /// It is there with another content.
    Wrong {
        /// Which file.
        name: &'static str,
        /// What its content hashes to, or its length when that already differs.
        found: String,
    },
    /// It cannot be read.
    Unreadable {
        /// Which file.
        name: &'static str,
        /// The system's answer.
        reason: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "{name} is missing"),
            Self::Wrong { name, found } => write!(f, "{name} is not the pinned file: {found}"),
            Self::Unreadable { name, reason } => write!(f, "{name} cannot be read: {reason}"),
        }
    }
}

/// The model directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFiles {
    /// Holds `model.safetensors`, `tokenizer.json` and `config.json`.
    pub dir: PathBuf,
}

/// The verified bytes of the three files.
pub(crate) struct Contents {
    pub(crate) weights: Vec<u8>,
    pub(crate) tokenizer: Vec<u8>,
    pub(crate) config: Vec<u8>,
}

impl ModelFiles {
    /// The files in `dir`; nothing is read yet.
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// Verifies every checksum. Reads about 90 MB, so keep it off the async runtime.
    ///
    /// # Errors
    /// [`ModelError::Incomplete`] naming each missing or wrong file.
    pub fn check(&self) -> Result<(), ModelError> {
        self.verdict(PINNED.iter().filter_map(|file| examine(&self.dir, file).err()).collect())
    }

    /// Reads and verifies in one pass, so that what is loaded is what was checked.
    pub(crate) fn read(&self) -> Result<Contents, ModelError> {
        let mut problems = Vec::new();
        let mut take = |file: &PinnedFile| {
            read_pinned(&self.dir, file).unwrap_or_else(|problem| {
                problems.push(problem);
                Vec::new()
            })
        };
        let (config, tokenizer, weights) = (take(&CONFIG), take(&TOKENIZER), take(&WEIGHTS));
        self.verdict(problems)?;
        Ok(Contents { weights, tokenizer, config })
    }

    /// The first eight digits of the weights' checksum: the version in the model's name.
    pub(crate) fn version() -> &'static str {
        WEIGHTS.sha256.get(..8).unwrap_or(WEIGHTS.sha256)
    }

    fn verdict(&self, problems: Vec<Problem>) -> Result<(), ModelError> {
        if problems.is_empty() {
            return Ok(());
        }
        Err(ModelError::Incomplete { dir: self.dir.clone(), problems })
    }
}

/// `$XDG_DATA_HOME/penchant/models/all-MiniLM-L6-v2`, with `~/.local/share` for an unset or
/// relative `XDG_DATA_HOME`, and the working directory when there is no home either.
#[must_use]
pub fn default_dir() -> PathBuf {
    let set = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    set("XDG_DATA_HOME")
        .or_else(|| set("HOME").map(|home| home.join(".local/share")))
        .unwrap_or_else(|| PathBuf::from("."))
        .join("penchant/models")
        .join(MODEL_NAME)
}

/// Whether `dir` holds this very file.
pub(crate) fn examine(dir: &Path, file: &PinnedFile) -> Result<(), Problem> {
    let mut open = open_pinned(dir, file)?;
    let mut digest = HashingSink::default();
    io::copy(&mut open, &mut digest).map_err(|e| unreadable(file, &e))?;
    compare(file, &digest.hex())
}

fn read_pinned(dir: &Path, file: &PinnedFile) -> Result<Vec<u8>, Problem> {
    let open = open_pinned(dir, file)?;
    let mut content = Vec::with_capacity(usize::try_from(file.bytes).unwrap_or(0));
    // The length was checked, but the file may grow while it is read.
    open.take(file.bytes + 1).read_to_end(&mut content).map_err(|e| unreadable(file, &e))?;
    compare(file, &hex(&Sha256::digest(&content)))?;
    Ok(content)
}

fn open_pinned(dir: &Path, file: &PinnedFile) -> Result<std::fs::File, Problem> {
    let open = match std::fs::File::open(dir.join(file.name)) {
        Ok(open) => open,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Err(Problem::Missing(file.name)),
        Err(e) => return Err(unreadable(file, &e)),
    };
    let length = open.metadata().map_err(|e| unreadable(file, &e))?.len();
    if length != file.bytes {
        let found = format!("{length} bytes instead of {}", file.bytes);
        return Err(Problem::Wrong { name: file.name, found });
    }
    Ok(open)
}

fn unreadable(file: &PinnedFile, error: &io::Error) -> Problem {
    Problem::Unreadable { name: file.name, reason: error.to_string() }
}

fn compare(file: &PinnedFile, found: &str) -> Result<(), Problem> {
    if found == file.sha256 {
        return Ok(());
    }
    Err(Problem::Wrong { name: file.name, found: format!("its sha256 is {found}") })
}

/// Hashes what is written to it.
#[derive(Default)]
pub(crate) struct HashingSink(Sha256);

impl HashingSink {
    pub(crate) fn hex(self) -> String {
        hex(&self.0.finalize())
    }
}

impl io::Write for HashingSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        use fmt::Write;
        // Writing to a string cannot fail.
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn an_empty_directory_is_reported_file_by_file_with_the_way_out() {
        let dir = tempfile::tempdir().unwrap();
        let error = ModelFiles::new(dir.path()).check().unwrap_err();
        let ModelError::Incomplete { problems, .. } = &error else { panic!("{error}") };
        assert_eq!(problems.len(), 3);
        assert!(problems.iter().all(|p| matches!(p, Problem::Missing(_))));
        assert!(error.to_string().contains("penchant model pull"), "{error}");
    }

    #[test]
    fn a_file_of_the_right_length_and_wrong_content_is_told_from_a_short_one() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(CONFIG.name), vec![b' '; 612]).unwrap();
        std::fs::write(dir.path().join(TOKENIZER.name), b"cut off").unwrap();
        let problem = examine(dir.path(), &CONFIG).unwrap_err().to_string();
        assert!(problem.contains("its sha256 is"), "{problem}");
        let problem = examine(dir.path(), &TOKENIZER).unwrap_err().to_string();
        assert!(problem.contains("7 bytes instead of 466247"), "{problem}");
        assert!(ModelFiles::new(dir.path()).read().is_err());
    }

    #[test]
    fn the_version_is_the_head_of_the_weights_checksum() {
        assert_eq!(ModelFiles::version(), "53aa5117");
        assert_eq!(hex(&[0, 15, 255]), "000fff");
    }
}
