//! `cargo xtask describer`: labelled wishes to the weights of the describer, with held-out figures.
//!
//! With `RAYON_NUM_THREADS=1` it takes half as long: each step is cut in two by itself, and threads
//! that wait for each other inside every multiplication are in the way then.

mod fresh;
mod lessons;
mod measure;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result};
use candle_core::backprop::GradStore;
use candle_core::{Device, Tensor, Var};
use candle_nn::{AdamW, Optimizer as _, ParamsAdamW, VarBuilder};
use penchant_embed::MiniLm;
use penchant_embed::describer::network::{LONGEST, Network, Said, WORD_BIAS};
use penchant_embed::describer::{self, Describer, END, OPENINGS, file};
use rand::seq::SliceRandom as _;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use fresh::Fresh;
use lessons::Lesson;

/// Lessons of one step.
const BATCH: usize = 48;
/// How seldom words without a wish are gone through: there are as many as wishes, and less to be
/// learnt from each.
const IDLE_EVERY: u32 = 3;
/// Parts of a step that are gone through side by side.
const PARTS: usize = 2;
/// Lessons sorted by length together, so that those of a step are alike.
const SORTED: usize = 16 * BATCH;
/// Steps over which the rate of learning rises.
const WARMING: usize = 200;
/// The rate of learning at its height, and the share of it at the end.
const RATE: f64 = 1e-3;
const LAST: f64 = 0.02;
/// The share of its height that the rate of learning reaches where training goes on.
const GOING_ON: f64 = 0.5;
/// Share of the numbers that are dropped.
const DROPPED: f32 = 0.15;
/// How much what a note opens with counts beside any other piece.
const OPENING: f32 = 2.0;
/// How often a piece must occur in notes to be one that can be said.
const COMMON: usize = 12;
/// Of so many lessons one is held out.
const HELD_OUT: usize = 25;

/// Where things are.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Folder of the MiniLM files.
    #[arg(long, env = "PENCHANT_MODEL_DIR")]
    model: Option<PathBuf>,
    /// Folder of the corpora.
    #[arg(long, default_value = "crates/penchant-learn/data/corpus")]
    corpus: PathBuf,
    /// The weights to write.
    #[arg(long, default_value = "crates/penchant-embed/data/describer.bin")]
    out: PathBuf,
    /// How often all lessons are gone through.
    #[arg(long, default_value_t = 8)]
    epochs: usize,
    /// Weights to go on from, at half the rate, instead of fresh ones.
    #[arg(long)]
    from: Option<PathBuf>,
    /// Train nothing; measure the weights that are there.
    #[arg(long)]
    dry_run: bool,
}

/// Trains, measures on what was held out, writes the weights.
///
/// # Errors
/// When a corpus or the model cannot be read, or the weights cannot be written.
pub(crate) async fn run(options: &Options) -> Result<()> {
    let load = || {
        MiniLm::load(&super::model_dir(options.model.as_deref()))
            .context("run `penchant model pull` first")
    };
    // Two read side by side.
    let (model, other) = (load()?, load()?);
    let lessons = lessons::read(&options.corpus)?;
    let (held_out, taught): (Vec<_>, Vec<_>) =
        lessons.into_iter().enumerate().partition(|(n, _)| n % HELD_OUT == 0);
    let held_out: Vec<Lesson> = held_out.into_iter().map(|(_, lesson)| lesson).collect();
    let mut taught: Vec<Lesson> = taught.into_iter().map(|(_, lesson)| lesson).collect();
    println!("{} lessons to learn from, {} held out", taught.len(), held_out.len());
    if !options.dry_run {
        lessons::see(&mut taught, [&model, &other]).await?;
        train(options, &model, &taught)?;
    }
    let bytes = std::fs::read(&options.out)?;
    println!("{} bytes of weights", bytes.len());
    let describer = Arc::new(Describer::new(&bytes, &model.words())?);
    measure::measure(&model, &describer, &held_out).await
}

fn train(options: &Options, model: &MiniLm, lessons: &[Lesson]) -> Result<()> {
    let vocabulary = vocabulary(lessons);
    let words = describer::unit(&model.words())?;
    let said = words.index_select(&Tensor::new(vocabulary.as_slice(), &Device::Cpu)?, 0)?;
    let begun = options.from.as_deref().map(|path| begun(path, &vocabulary)).transpose()?;
    let height = if begun.is_some() { GOING_ON * RATE } else { RATE };
    let fresh = Fresh::from(begun.unwrap_or_default());
    let vb = VarBuilder::from_backend(Box::new(fresh.clone()), words.dtype(), Device::Cpu);
    let numbers = describer::LAYERS.len() * words.dim(1)?;
    let network = Network::new(&vb, &said, numbers)?;
    let settings = ParamsAdamW { lr: 0.0, weight_decay: 0.02, ..ParamsAdamW::default() };
    let mut optimizer = AdamW::new(fresh.vars(), settings)?;
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let wishes = lessons.iter().filter(|lesson| !lesson.text.is_empty()).count();
    let of_an_epoch = wishes + (lessons.len() - wishes) / IDLE_EVERY as usize;
    let (mut step, steps) = (0, options.epochs * of_an_epoch / BATCH);
    if let Some(folder) = options.out.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let started = Instant::now();
    println!("{} pieces that can be said", vocabulary.len());
    for epoch in 0..options.epochs {
        let (mut sum, mut count) = (0.0_f64, 0_usize);
        for batch in batches(lessons, &mut rng) {
            step += 1;
            optimizer.set_learning_rate(height * rate(step, steps));
            let parts = apart(&batch, &mut rng, |part, rng| {
                loss(&network, &words, &vocabulary, part, numbers, rng)
            })?;
            sum += parts.iter().map(|part| part.loss).sum::<f64>();
            count += parts.len();
            optimizer.step(&together(parts, &fresh.vars())?)?;
        }
        let seconds = started.elapsed().as_secs();
        println!("epoch {}: loss {:.3} ({seconds} s)", epoch + 1, sum / count.max(1) as f64);
        file::write(&options.out, &fresh.weights(), &vocabulary)?;
    }
    Ok(())
}

/// What one part of a step's lessons asks for.
struct Part {
    loss: f64,
    slopes: GradStore,
}

/// Goes through the parts of a step side by side: most of the arithmetic is too small to be shared
/// out in itself. The cut is the same on every machine, so the weights are too.
fn apart(
    batch: &[&Lesson],
    rng: &mut ChaCha8Rng,
    loss: impl Fn(&[&Lesson], &mut ChaCha8Rng) -> candle_core::Result<Tensor> + Sync,
) -> Result<Vec<Part>> {
    std::thread::scope(|scope| {
        let parts = batch.chunks(batch.len().div_ceil(PARTS).max(1));
        let parts = parts.map(|part| {
            let (mut rng, loss) = (ChaCha8Rng::seed_from_u64(rng.random()), &loss);
            scope.spawn(move || -> candle_core::Result<Part> {
                let loss = loss(part, &mut rng)?;
                Ok(Part { loss: loss.to_scalar::<f32>()?.into(), slopes: loss.backward()? })
            })
        });
        let parts: Vec<_> = parts.collect();
        let done = parts.into_iter().map(|part| {
            let part = part.join().map_err(|_| anyhow::anyhow!("a part of a step panicked"))?;
            Ok(part?)
        });
        done.collect()
    })
}

/// The mean of what the parts ask for.
fn together(parts: Vec<Part>, vars: &[Var]) -> Result<GradStore> {
    let share = 1.0 / parts.len().max(1) as f64;
    let mut parts = parts.into_iter().map(|part| part.slopes);
    let mut sum = parts.next().context("a step without lessons")?;
    let rest: Vec<GradStore> = parts.collect();
    for var in vars {
        let others = rest.iter().filter_map(|slopes| slopes.get(var));
        let mut slope = sum.get(var).cloned();
        for other in others {
            slope = Some(slope.map_or_else(|| Ok(other.clone()), |slope| slope.add(other))?);
        }
        if let Some(slope) = slope {
            sum.insert(var, (slope * share)?);
        }
    }
    Ok(sum)
}

/// The pieces that can be said: what is said first, then those common in notes.
fn vocabulary(lessons: &[Lesson]) -> Vec<u32> {
    let mut counts = std::collections::BTreeMap::<u32, usize>::new();
    for id in lessons.iter().flat_map(|lesson| &lesson.note) {
        *counts.entry(*id).or_default() += 1;
    }
    let common = counts
        .into_iter()
        .filter(|(id, n)| *n >= COMMON && !OPENINGS.contains(id))
        .map(|(id, _)| id);
    OPENINGS.into_iter().chain(common).collect()
}

fn batches<'l>(lessons: &'l [Lesson], rng: &mut ChaCha8Rng) -> Vec<Vec<&'l Lesson>> {
    let mut due = |lesson: &&Lesson| !lesson.text.is_empty() || rng.random_ratio(1, IDLE_EVERY);
    let mut order: Vec<&Lesson> = lessons.iter().filter(|lesson| due(lesson)).collect();
    order.shuffle(rng);
    let mut batches: Vec<Vec<&Lesson>> = Vec::new();
    for block in order.chunks_mut(SORTED) {
        block.sort_by_key(|lesson| lesson.source.pieces.len());
        batches.extend(block.chunks_exact(BATCH).map(<[_]>::to_vec));
    }
    batches.shuffle(rng);
    batches
}

/// Earlier weights, for a vocabulary that may have changed: a piece that is new starts as a fresh
/// one does.
fn begun(path: &Path, vocabulary: &[u32]) -> Result<HashMap<String, Tensor>> {
    let (mut weights, before) = file::read(&std::fs::read(path)?)?;
    let bias = weights.get(WORD_BIAS).context("weights without a bias of words")?;
    let bias: HashMap<u32, f32> = before.into_iter().zip(bias.to_vec1::<f32>()?).collect();
    let bias: Vec<f32> =
        vocabulary.iter().map(|id| bias.get(id).copied().unwrap_or_default()).collect();
    weights.insert(WORD_BIAS.to_owned(), Tensor::new(bias, &Device::Cpu)?);
    Ok(weights)
}

/// Rises, then falls along a cosine; the share of the height.
fn rate(step: usize, steps: usize) -> f64 {
    if step < WARMING {
        return step as f64 / WARMING as f64;
    }
    let done = (step - WARMING) as f64 / steps.saturating_sub(WARMING).max(1) as f64;
    let fall = 0.5 * (1.0 + (std::f64::consts::PI * done.min(1.0)).cos());
    LAST + (1.0 - LAST) * fall
}

/// Mean negative log-probability per piece, each piece both said and pointed at.
fn loss(
    network: &Network,
    words: &Tensor,
    vocabulary: &[u32],
    batch: &[&Lesson],
    numbers: usize,
    rng: &mut ChaCha8Rng,
) -> candle_core::Result<Tensor> {
    let sources: Vec<_> = batch.iter().map(|lesson| lesson.varied(rng)).collect();
    let sources: Vec<_> = sources.iter().collect();
    let given = describer::given(&sources, numbers)?;
    let length = given.kinds.dim(1)?;
    let places = vocabulary.len() + length;
    let mut right = vec![0.0_f32; batch.len() * LONGEST * places];
    let mut counts = vec![0.0_f32; batch.len() * LONGEST];
    let mut heard = vec![END; batch.len() * (LONGEST - 1)];
    for (row, (lesson, source)) in batch.iter().zip(&sources).enumerate() {
        for (at, id) in lesson.said().into_iter().enumerate() {
            let slot = row * LONGEST + at;
            let Some(right) = right.get_mut(slot * places..(slot + 1) * places) else { continue };
            let mut known = false;
            let own = vocabulary.iter().position(|other| *other == id);
            let pointed = source.pieces.iter().enumerate().filter(|(_, piece)| piece.id == id);
            let pointed = pointed.map(|(n, _)| vocabulary.len() + n);
            for place in own.into_iter().chain(pointed) {
                if let Some(place) = right.get_mut(place) {
                    (*place, known) = (1.0, true);
                }
            }
            if let Some(count) = counts.get_mut(slot).filter(|_| known) {
                *count = if at == 0 { OPENING } else { 1.0 };
            }
            if let Some(heard) = heard.get_mut(row * (LONGEST - 1) + at).filter(|_| id != END) {
                *heard = id;
            }
        }
    }
    let device = &Device::Cpu;
    let total: f32 = counts.iter().sum();
    let right = Tensor::from_vec(right, (batch.len(), LONGEST, places), device)?;
    let counts = Tensor::from_vec(counts, (batch.len(), LONGEST), device)?;
    let heard = words
        .index_select(&Tensor::from_vec(heard, batch.len() * (LONGEST - 1), device)?, 0)?
        .reshape((batch.len(), LONGEST - 1, words.dim(1)?))?;
    let styles: Vec<u32> = batch.iter().map(|lesson| lesson.style).collect();
    let mut drop = |x: Tensor| dropped(&x, rng);
    let memory = network.read(&given, &mut drop)?;
    let start = network.start(&Tensor::new(styles.as_slice(), device)?)?;
    let heard = Tensor::cat(&[&start, &network.hear(&heard)?], 1)?;
    let scores = network.say(&memory, &mut Said::default(), &heard, &mut drop)?;
    let shares = (scores.exp()? * right)?.sum(candle_core::D::Minus1)?;
    let logs = ((shares + 1e-9)?.log()? * counts)?;
    (logs.sum_all()? / f64::from(-total.max(1.0)))?.to_dtype(words.dtype())
}

fn dropped(x: &Tensor, rng: &mut ChaCha8Rng) -> candle_core::Result<Tensor> {
    let kept = 1.0 / (1.0 - DROPPED);
    // Two bytes a number are enough.
    let least = (f32::from(u16::MAX) * DROPPED) as u16;
    let mut bytes = vec![0_u8; 2 * x.elem_count()];
    rng.fill(bytes.as_mut_slice());
    let mask = bytes
        .chunks_exact(2)
        .map(|two| if u16::from_le_bytes([two[0], two[1]]) < least { 0.0 } else { kept })
        .collect::<Vec<f32>>();
    x.mul(&Tensor::from_vec(mask, x.shape(), x.device())?)
}
