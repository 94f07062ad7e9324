//! `cargo xtask train`: labelled messages to the weights of the heads, with held-out figures.

pub(crate) mod corpus;
pub(crate) mod describer;
mod figures;
mod fit;
pub(crate) mod relevance;
mod samples;
mod successions;
pub(crate) mod vectors;

use std::path::{Path, PathBuf};

use anyhow::Result;
use penchant_learn::heads::weights::{Head, Norm, Weights};

use figures::Figures;
use samples::Sample;
use vectors::Vectors;

/// The corpora, in the order of their numbers.
const FILES: [&str; 9] = [
    "everyday",
    "assistant",
    "long_chats",
    "contrasts",
    "plain",
    "reactions",
    "reach",
    "asides",
    "turns",
];
/// The number of the stories among the corpora.
const STORIES: usize = FILES.len();
/// The number of the notes.
const NOTES: usize = STORIES + 1;
/// Parts of the cross-validation.
const FOLDS: usize = 3;

/// Where things are.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Folder of the MiniLM files.
    #[arg(long, env = "PENCHANT_MODEL_DIR")]
    model: Option<PathBuf>,
    /// Folder of corpora and weights.
    #[arg(long, default_value = "crates/penchant-learn/data")]
    data: PathBuf,
    /// Measure by file too: each corpus by heads trained on the others.
    #[arg(long)]
    by_file: bool,
    /// Only the head that compares notes, which is due after each training of the describer.
    #[arg(long)]
    only_succession: bool,
    /// Only measure; leave the weights as they are.
    #[arg(long)]
    dry_run: bool,
}

/// The model's folder: the one given, else where `penchant model pull` puts it.
pub(crate) fn model_dir(given: Option<&Path>) -> PathBuf {
    given.map_or_else(
        || {
            let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
            home.join(".local/share/penchant/models/all-MiniLM-L6-v2")
        },
        Path::to_owned,
    )
}

/// The file in which embeddings are kept between runs, in the folder in which `make` keeps what
/// every checkout shares.
pub(crate) fn cache_file() -> PathBuf {
    let own = std::env::var_os("PENCHANT_CACHE").map(PathBuf::from);
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache/penchant"));
    own.or_else(home).unwrap_or_else(std::env::temp_dir).join("xtask-embeddings.bin")
}

/// Measures by cross-validation, chooses thresholds, fits on everything, writes the weights.
///
/// # Errors
/// When a corpus or the model cannot be read, or the weights cannot be written.
pub(crate) async fn run(options: &Options) -> Result<()> {
    let mut vectors = Vectors::open(&model_dir(options.model.as_deref()), &cache_file())?;
    let stories = corpus::stories(&options.data.join("corpus/stories"))?;
    let mut memories = Vec::new();
    for folder in ["memories", "memories/more", "memories/people", "memories/changes"] {
        memories.extend(corpus::notes(&options.data.join("corpus").join(folder))?);
    }
    if options.only_succession {
        let pairs = successions::prepare(&stories, &memories, &mut vectors).await?;
        return again(options, successions::train(&pairs));
    }
    let mut lines = Vec::new();
    for (file, name) in FILES.iter().enumerate() {
        let read = corpus::read(&options.data.join("corpus").join(format!("{name}.jsonl")))?;
        lines.extend(read.into_iter().map(|line| (file, line)));
    }
    lines.extend(stories.iter().flat_map(corpus::Story::lines).map(|line| (STORIES, line)));
    let notes = corpus::notes(&options.data.join("corpus/notes"))?;
    let noted = notes.into_iter().chain(memories.iter().cloned());
    lines.extend(noted.map(|noted| (NOTES, noted.line())));
    let (samples, norm) = samples::prepare(lines, &mut vectors).await?;
    println!(
        "{} messages, {} sentences",
        samples.len(),
        samples.iter().map(|s| s.carries.len()).sum::<usize>()
    );

    let folds = validate(&samples, &norm, FOLDS, fold_of, &format!("{FOLDS}-fold"));
    if options.by_file {
        validate(&samples, &norm, NOTES + 1, |s| s.file, "by file (trained on the others)");
    }
    let pairs = successions::prepare(&stories, &memories, &mut vectors).await?;
    let succession = successions::train(&pairs);
    if options.dry_run {
        return Ok(());
    }
    let all: Vec<&Sample> = samples.iter().collect();
    let mut weights = samples::train(&all, &norm, folds.thresholds());
    weights.heads.push(succession);
    write(&options.data, &weights, &folds)
}

/// A line's part of the cross-validation: by its id or that of its story, so that it never changes.
fn fold_of(sample: &Sample) -> usize {
    let line = &sample.line;
    let id = if line.story.is_empty() { &line.id } else { &line.story };
    let sum = id.bytes().fold(0_u64, |sum, b| sum.wrapping_mul(131).wrapping_add(u64::from(b)));
    (sum % FOLDS as u64) as usize
}

fn validate(
    samples: &[Sample],
    norm: &Norm,
    parts: usize,
    part: impl Fn(&Sample) -> usize + Sync,
    title: &str,
) -> Figures {
    let one = |held_out: usize| {
        let (test, train): (Vec<&Sample>, Vec<&Sample>) =
            samples.iter().partition(|s| part(s) == held_out);
        let weights = samples::train(&train, norm, [[0.5; 3]; 2]);
        Figures::of(&test, &weights)
    };
    // Two at a time; joined in order, so that the figures do not depend on which ends first.
    let mut figures = Figures::default();
    let numbers: Vec<usize> = (0..parts).collect();
    for pair in numbers.chunks(2) {
        let results: Vec<Figures> = std::thread::scope(|scope| {
            let one = &one;
            let running: Vec<_> = pair.iter().map(|n| scope.spawn(move || one(*n))).collect();
            running.into_iter().filter_map(|thread| thread.join().ok()).collect()
        });
        for result in results {
            figures.add(result);
        }
    }
    println!("\n{title}");
    figures.print();
    figures
}

/// Puts a head in the place of its former self.
fn again(options: &Options, head: Head) -> Result<()> {
    if options.dry_run {
        return Ok(());
    }
    let file = options.data.join("heads.bin");
    let mut weights = Weights::read(&std::fs::read(&file)?)?;
    weights.heads.retain(|former| former.name != head.name);
    weights.heads.push(head);
    Ok(std::fs::write(file, weights.write())?)
}

fn write(data: &Path, weights: &Weights, figures: &Figures) -> Result<()> {
    let bytes = weights.write();
    std::fs::write(data.join("heads.bin"), &bytes)?;
    let about = serde_json::json!({
        "made_by": "cargo xtask train",
        "features": penchant_learn::heads::weights::fingerprint(),
        "embedder": "all-MiniLM-L6-v2",
        "bytes": bytes.len(),
        "cross_validation": figures.summary(),
    });
    std::fs::write(data.join("heads.json"), format!("{about:#}\n"))?;
    println!("\nwrote {} bytes", bytes.len());
    Ok(())
}
