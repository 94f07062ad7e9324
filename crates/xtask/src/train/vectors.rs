//! Embeddings for training and measuring, kept on disk between runs: the same text is embedded
//! once, so that a change of a rule is measured in seconds.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use penchant_core::Vector;
use penchant_embed::MiniLm;
use penchant_ports::Embedder;

const DIMENSION: usize = 384;
/// Texts per pass of the model.
const BATCH: usize = 32;

/// A model and what it has embedded.
pub(crate) struct Vectors {
    model: MiniLm,
    file: PathBuf,
    known: HashMap<String, Vector>,
    fresh: Vec<String>,
}

impl Vectors {
    /// Loads the model from `model_dir` and what earlier runs left in `cache`.
    pub(crate) fn open(model_dir: &Path, cache: &Path) -> Result<Self> {
        let model = MiniLm::load(model_dir).context("run `penchant model pull` first")?;
        let known = if cache.exists() { load(cache)? } else { HashMap::new() };
        Ok(Self { model, file: cache.to_owned(), known, fresh: Vec::new() })
    }

    /// One vector per text; an empty one for a blank text.
    pub(crate) async fn embed(&mut self, texts: &[String]) -> Result<Vec<Vector>> {
        let mut missing: Vec<String> = texts
            .iter()
            .filter(|t| !t.trim().is_empty() && !self.known.contains_key(*t))
            .cloned()
            .collect();
        missing.sort_unstable();
        missing.dedup();
        let total = missing.len();
        for (n, batch) in missing.chunks(BATCH).enumerate() {
            if total > 10 * BATCH && n % 10 == 0 {
                eprintln!("embedding {}/{total}", n * BATCH);
            }
            let vectors = self.model.embed(batch).await?;
            for (text, vector) in batch.iter().zip(vectors) {
                self.known.insert(text.clone(), vector);
                self.fresh.push(text.clone());
            }
        }
        self.save()?;
        Ok(texts.iter().map(|t| self.known.get(t).cloned().unwrap_or_default()).collect())
    }

    /// Appends what is new: text length, text, numbers.
    fn save(&mut self) -> Result<()> {
        if self.fresh.is_empty() {
            return Ok(());
        }
        let mut bytes = Vec::new();
        for text in self.fresh.drain(..) {
            let Some(vector) = self.known.get(&text).filter(|v| v.dimension() == DIMENSION) else {
                continue;
            };
            bytes.extend((text.len() as u32).to_le_bytes());
            bytes.extend(text.as_bytes());
            vector.as_slice().iter().for_each(|v| bytes.extend(v.to_le_bytes()));
        }
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&self.file)?;
        file.write_all(&bytes)?;
        Ok(())
    }
}

fn load(path: &Path) -> Result<HashMap<String, Vector>> {
    let bytes = std::fs::read(path)?;
    let mut known = HashMap::new();
    let mut at = 0;
    let broken = || format!("{} is damaged; delete it", path.display());
    while at < bytes.len() {
        let length: [u8; 4] =
            bytes.get(at..at + 4).with_context(broken)?.try_into().with_context(broken)?;
        let length = u32::from_le_bytes(length) as usize;
        let text = bytes.get(at + 4..at + 4 + length).with_context(broken)?;
        let numbers =
            bytes.get(at + 4 + length..at + 4 + length + 4 * DIMENSION).with_context(broken)?;
        let values: Vec<f32> = numbers
            .chunks_exact(4)
            .map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]))
            .collect();
        let Ok(text) = std::str::from_utf8(text) else { bail!(broken()) };
        known.insert(text.to_owned(), Vector::new(values));
        at += 4 + length + 4 * DIMENSION;
    }
    Ok(known)
}
