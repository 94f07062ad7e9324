//! `cargo xtask describer`: labelled wishes as lessons for the describer, and what its weights are
//! worth on those that it has not learnt from.
//!
//! The training itself is `describer/train.py`: the same network in PyTorch, which goes through a
//! step in less than half of the time that candle took with four layers fewer.

mod lessons;
mod measure;
mod swaps;
mod taught;
mod worded;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use penchant_embed::MiniLm;
use penchant_embed::describer::Describer;

use lessons::Lesson;

/// Where things are.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Folder of the MiniLM files.
    #[arg(long, env = "PENCHANT_MODEL_DIR")]
    model: Option<PathBuf>,
    /// Folder of the corpora.
    #[arg(long, default_value = "crates/penchant-learn/data/corpus")]
    corpus: PathBuf,
    /// The weights to measure.
    #[arg(long, default_value = "crates/penchant-embed/data/describer.bin")]
    weights: PathBuf,
    /// Measures nothing, and writes the lessons to this folder, for training.
    #[arg(long)]
    lessons: Option<PathBuf>,
    /// How many older notes are also worded as they would be in use; 80 ms each.
    #[arg(long, default_value_t = 8_000)]
    worded: usize,
}

/// Writes lessons, or measures weights on what was held out.
///
/// # Errors
/// When a corpus, the model or the weights cannot be read, or the lessons cannot be written.
pub(crate) async fn run(options: &Options) -> Result<()> {
    let model = MiniLm::load(&super::model_dir(options.model.as_deref()))
        .context("run `penchant model pull` first")?;
    let mut lessons = lessons::read(&options.corpus)?;
    let held_out = lessons.iter().filter(|lesson| lesson.held_out()).count();
    println!("{} lessons to learn from, {held_out} held out", lessons.len() - held_out);
    if let Some(folder) = &options.lessons {
        let worded = worded::worded(&lessons, options.worded, &model).await?;
        println!("{} older notes also worded as in use", worded.len());
        let again = lessons::again(&options.corpus, &model).await?;
        println!("{} lessons told again with other words", again.len());
        lessons.extend(again);
        lessons::among_strangers(&mut lessons);
        lessons::see(&mut lessons, &model).await?;
        return taught::write(folder, &lessons, &worded, &model).await;
    }
    lessons.retain(Lesson::held_out);
    lessons::see(&mut lessons, &model).await?;
    let bytes = std::fs::read(&options.weights)?;
    println!("{} bytes of weights", bytes.len());
    let describer = Arc::new(Describer::new(&bytes, &model.words())?);
    measure::measure(&model, &describer, &lessons).await
}
