//! Embeddings for training and measuring, kept on disk between runs: the same text is embedded
//! once, so that a change of a rule is measured in seconds.

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use penchant_core::Vector;
use penchant_embed::MiniLm;
use penchant_learn::reading::laid_out;
use penchant_ports::{Embedder, Marked, Note, Wish};

/// Texts per pass of the model.
const BATCH: usize = 32;

/// A model and what it has embedded.
pub(crate) struct Vectors {
    model: MiniLm,
    file: PathBuf,
    /// What each text gave, in the order in which readers want it.
    known: HashMap<String, Vec<Vector>>,
    fresh: Vec<String>,
}

/// By what a text and its passages are known.
fn key(marked: &Marked) -> String {
    let places = marked.passages.iter().map(|p| format!("{}-{},", p.start, p.end));
    format!("{}\0{}", marked.text, places.collect::<String>())
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
        let marked: Vec<Marked> = texts.iter().cloned().map(Marked::from).collect();
        let looks = self.looks(&marked).await?;
        Ok(looks.into_iter().flatten().collect())
    }

    /// Notes of wishes, which are not kept.
    pub(crate) async fn describe(&self, wishes: &[Wish]) -> Result<Vec<Option<Note>>> {
        Ok(self.model.describe(wishes).await?)
    }

    /// What readers want of texts and passages, all in one row.
    pub(crate) async fn look(&mut self, texts: &[Marked]) -> Result<Vec<Vector>> {
        Ok(self.looks(texts).await?.concat())
    }

    /// Per text its vector, then those of its passages.
    pub(crate) async fn looks(&mut self, texts: &[Marked]) -> Result<Vec<Vec<Vector>>> {
        let mut missing: BTreeMap<String, Marked> = BTreeMap::new();
        for marked in texts {
            let key = key(marked);
            if !self.known.contains_key(&key) {
                missing.insert(key, marked.clone());
            }
        }
        let total = missing.len();
        let missing: Vec<(String, Marked)> = missing.into_iter().collect();
        for (n, batch) in missing.chunks(BATCH).enumerate() {
            if total > 10 * BATCH && n % 10 == 0 {
                eprintln!("embedding {}/{total}", n * BATCH);
            }
            let wanted: Vec<Marked> = batch.iter().map(|(_, marked)| marked.clone()).collect();
            let looks = self.model.look(&wanted).await?;
            for ((key, _), look) in batch.iter().zip(looks) {
                self.known.insert(key.clone(), laid_out(vec![look]));
                self.fresh.push(key.clone());
            }
        }
        self.save()?;
        Ok(texts.iter().map(|m| self.known.get(&key(m)).cloned().unwrap_or_default()).collect())
    }

    /// Appends what is new: length of the key, key, number of vectors, and of each its length and
    /// numbers.
    fn save(&mut self) -> Result<()> {
        if self.fresh.is_empty() {
            return Ok(());
        }
        let mut bytes = Vec::new();
        let number = |n: usize, bytes: &mut Vec<u8>| bytes.extend((n as u32).to_le_bytes());
        for key in self.fresh.drain(..) {
            let Some(vectors) = self.known.get(&key) else { continue };
            number(key.len(), &mut bytes);
            bytes.extend(key.as_bytes());
            number(vectors.len(), &mut bytes);
            for vector in vectors {
                number(vector.dimension(), &mut bytes);
                vector.as_slice().iter().for_each(|v| bytes.extend(v.to_le_bytes()));
            }
        }
        if let Some(folder) = self.file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&self.file)?;
        file.write_all(&bytes)?;
        Ok(())
    }
}

fn load(path: &Path) -> Result<HashMap<String, Vec<Vector>>> {
    let bytes = std::fs::read(path)?;
    let broken = || format!("{} is damaged; delete it", path.display());
    let mut at = 0;
    let mut take = |length: usize| {
        let part = bytes.get(at..at + length);
        at += length;
        part
    };
    let whole = |part: Option<&[u8]>| -> Result<usize> {
        let four: [u8; 4] = part.with_context(broken)?.try_into().with_context(broken)?;
        Ok(u32::from_le_bytes(four) as usize)
    };
    let mut known = HashMap::new();
    while let Some(length) = take(4) {
        let length = whole(Some(length))?;
        let key = std::str::from_utf8(take(length).with_context(broken)?).with_context(broken)?;
        let count = whole(take(4))?;
        let mut vectors = Vec::with_capacity(count);
        for _ in 0..count {
            let dimension = whole(take(4))?;
            let numbers = take(4 * dimension).with_context(broken)?;
            let values = numbers
                .chunks_exact(4)
                .map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]))
                .collect();
            vectors.push(Vector::new(values));
        }
        known.insert(key.to_owned(), vectors);
    }
    Ok(known)
}
