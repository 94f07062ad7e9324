//! The same answers again without a model: for evaluation, for tests, for rebuilding.
//!
//! A recording is a file of JSON lines, one per distinct request:
//! `{"key": sha256 of version and request, "version": …, "operations": […]}`. It holds no words of
//! the request, but the descriptions proposed from them: treat it like the data it came from.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use penchant_ports::{
    Inferrer, InferrerTally, PortError, PortErrorKind, ProposalOperation, ProposalRequest,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::answer;

/// Why a recording cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The file cannot be opened or read.
    #[error("the recording cannot be opened or read")]
    Io(#[from] std::io::Error),
    /// A line is not one of a recording.
    #[error("line {line} of the recording is malformed")]
    Malformed {
        /// Its number, from 1.
        line: usize,
        /// The parser's sentence.
        #[source]
        source: serde_json::Error,
    },
    /// The file mixes answers of several models or prompts, or those of another one.
    #[error("line {line} of the recording is of version {found:?}, expected {expected:?}")]
    Version {
        /// Its number, from 1.
        line: usize,
        /// What it says.
        found: String,
        /// What it should say.
        expected: String,
    },
    /// Nothing was recorded.
    #[error("the recording is empty")]
    Empty,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    key: String,
    version: String,
    operations: Vec<ProposalOperation>,
}

type Answers = HashMap<String, Vec<ProposalOperation>>;

/// The key of a request: what the answer depends on. The tenant is no part of it.
#[must_use]
pub fn key(version: &str, request: &ProposalRequest) -> String {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    part(version);
    for turn in &request.turns {
        part(&turn.assistant);
        part(&turn.user);
    }
    part("nearby");
    for note in &request.nearby {
        part(&note.description);
        part(&note.only);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn load(
    file: &File,
    mut version: Option<String>,
) -> Result<(Answers, Option<String>), RecordError> {
    let mut answers = Answers::new();
    for (at, text) in BufReader::new(file).lines().enumerate() {
        let (text, line) = (text?, at + 1);
        if text.trim().is_empty() {
            continue;
        }
        let read: Line = serde_json::from_str(&text)
            .map_err(|source| RecordError::Malformed { line, source })?;
        let expected = version.get_or_insert_with(|| read.version.clone());
        if *expected != read.version {
            return Err(RecordError::Version {
                line,
                found: read.version,
                expected: expected.clone(),
            });
        }
        answers.insert(read.key, read.operations);
    }
    Ok((answers, version))
}

/// Passes on what another inferrer proposes, and writes it down.
///
/// A request already in the file is answered from it: so a replay gives exactly what the recorded
/// run was given, even where the model would not have said the same thing twice.
pub struct Recording<I> {
    inner: I,
    state: Mutex<(File, Answers)>,
}

impl<I: Inferrer> Recording<I> {
    /// Records to the file at `path`, going on where it ends.
    ///
    /// # Errors
    /// [`RecordError`]; also when the file holds answers of another version than `inner`'s.
    pub fn open(inner: I, path: &Path) -> Result<Self, RecordError> {
        let file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let (answers, _) = load(&file, Some(inner.version().to_owned()))?;
        Ok(Self { inner, state: Mutex::new((file, answers)) })
    }

    fn state(&self) -> MutexGuard<'_, (File, Answers)> {
        // Lines are written whole; what a panicking thread left is usable.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, key: String, operations: &[ProposalOperation]) -> Result<(), PortError> {
        let failed = |e: Box<dyn std::error::Error + Send + Sync>| {
            PortError::new(PortErrorKind::Unavailable, "the proposal cannot be recorded")
                .caused_by(e)
        };
        let line =
            Line { key, version: self.inner.version().to_owned(), operations: operations.to_vec() };
        let mut text = serde_json::to_string(&line).map_err(|e| failed(e.into()))?;
        text.push('\n');
        let mut state = self.state();
        // A few kilobytes to a local file, in a mode for evaluation: not worth a blocking thread.
        state.0.write_all(text.as_bytes()).map_err(|e| failed(e.into()))?;
        state.1.insert(line.key, line.operations);
        Ok(())
    }
}

#[async_trait]
impl<I: Inferrer> Inferrer for Recording<I> {
    fn version(&self) -> &str {
        self.inner.version()
    }

    async fn propose(
        &self,
        request: &ProposalRequest,
    ) -> Result<Vec<ProposalOperation>, PortError> {
        let key = key(self.version(), request);
        let known = self.state().1.get(&key).cloned();
        if let Some(operations) = known {
            return Ok(operations);
        }
        let operations = self.inner.propose(request).await?;
        self.write(key, &operations)?;
        Ok(operations)
    }

    fn tally(&self) -> InferrerTally {
        self.inner.tally()
    }

    async fn check(&self) -> Result<(), PortError> {
        self.inner.check().await
    }
}

/// Answers only what was recorded.
pub struct Replaying {
    version: String,
    answers: Answers,
}

impl Replaying {
    /// Reads the recording at `path`.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn open(path: &Path) -> Result<Self, RecordError> {
        let (answers, version) = load(&File::open(path)?, None)?;
        Ok(Self { version: version.ok_or(RecordError::Empty)?, answers })
    }

    /// How many requests can be answered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.answers.len()
    }

    /// Whether none can.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }
}

#[async_trait]
impl Inferrer for Replaying {
    fn version(&self) -> &str {
        &self.version
    }

    async fn propose(
        &self,
        request: &ProposalRequest,
    ) -> Result<Vec<ProposalOperation>, PortError> {
        let operations = self.answers.get(&key(&self.version, request)).ok_or_else(|| {
            PortError::new(PortErrorKind::Unavailable, "this request was not recorded")
        })?;
        // The file may have been edited: it is trusted no more than a model.
        answer::check(operations, request).map_err(|defect| {
            PortError::new(PortErrorKind::Invalid, "the recorded answer breaks the rules")
                .caused_by(defect)
        })?;
        Ok(operations.clone())
    }
}
