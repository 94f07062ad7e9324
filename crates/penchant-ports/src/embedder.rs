//! Text to vector.

use async_trait::async_trait;
use penchant_core::Vector;

use crate::error::PortError;

/// Which model an embedder runs. Vectors of different models must never meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbedderInfo {
    /// Name and version: `all-MiniLM-L6-v2@53aa5117`, `lexical-v1`.
    pub model: String,
    /// Dimensions of each vector.
    pub dimension: usize,
    /// Whether this is the fallback that knows words but not meaning.
    pub lexical_fallback: bool,
}

/// Turns texts into vectors.
///
/// # Obligations
/// - `embed` answers one unit-length vector per text, in order; the same text gives the same
///   vector every time, alone or in a batch (to 1e-4 per component), because replay depends on
///   it (INV-1).
/// - An empty or blank text gives the empty vector.
/// - Texts past the model's window are cut, never refused.
#[async_trait]
pub trait Embedder: Send + Sync {
    /// The model.
    fn info(&self) -> &EmbedderInfo;

    /// Embeds all texts.
    ///
    /// # Errors
    /// [`PortError`] when the model cannot run or a remote one cannot be reached.
    async fn embed(&self, texts: &[String]) -> Result<Vec<Vector>, PortError>;
}
