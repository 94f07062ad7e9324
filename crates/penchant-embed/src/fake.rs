//! An embedder for the tests of the wrappers: a vector per text, a record of calls, failures and
//! a gate on demand.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use penchant_core::Vector;
use penchant_ports::{Embedder, EmbedderInfo, Note, PortError, PortErrorKind, Wish};
use tokio::sync::Semaphore;

pub(crate) struct Fake {
    info: EmbedderInfo,
    calls: Mutex<Vec<Vec<String>>>,
    fail: Mutex<Option<PortErrorKind>>,
    /// A text that makes every call holding it fail.
    poison: Option<&'static str>,
    /// One permit lets one call through.
    pub(crate) gate: Semaphore,
}

impl Fake {
    pub(crate) fn new(model: &str) -> Self {
        Self {
            info: EmbedderInfo { model: model.to_owned(), dimension: 4, lexical_fallback: false },
            calls: Mutex::default(),
            fail: Mutex::default(),
            poison: None,
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
        }
    }

    /// Calls wait until [`Fake::gate`] gets permits.
    pub(crate) fn gated(mut self) -> Self {
        self.gate = Semaphore::new(0);
        self
    }

    pub(crate) fn poisoned_by(mut self, text: &'static str) -> Self {
        self.poison = Some(text);
        self
    }

    pub(crate) fn fail_next(&self, kind: PortErrorKind) {
        *self.fail.lock().unwrap_or_else(PoisonError::into_inner) = Some(kind);
    }

    pub(crate) fn calls(&self) -> Vec<Vec<String>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn vector(text: &str) -> Vector {
        let sum = text.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31) + u32::from(byte));
        Vector::normalized(sum.to_le_bytes().map(|byte| f32::from(byte) + 1.0).to_vec())
    }
}

#[async_trait]
impl Embedder for Fake {
    fn info(&self) -> &EmbedderInfo {
        &self.info
    }

    async fn embed(&self, texts: &[String]) -> Result<Vec<Vector>, PortError> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(texts.to_vec());
        if let Ok(permit) = self.gate.acquire().await {
            permit.forget();
        }
        if let Some(kind) = self.fail.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Err(PortError::new(kind, "told to fail"));
        }
        if self.poison.is_some_and(|poison| texts.iter().any(|text| text == poison)) {
            return Err(PortError::new(PortErrorKind::Invalid, "poisoned"));
        }
        Ok(texts.iter().map(|text| Self::vector(text)).collect())
    }

    /// Keeps the user's own words.
    async fn describe(&self, wishes: &[Wish]) -> Result<Vec<Option<Note>>, PortError> {
        let note = |wish: &Wish| {
            let meaning =
                if wish.told.is_empty() { Vector::default() } else { Self::vector(&wish.told) };
            Some(Note { wished: 1.0, meaning, ..Note::default() })
        };
        Ok(wishes.iter().map(note).collect())
    }
}
