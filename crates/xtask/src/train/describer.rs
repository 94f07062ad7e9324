//! `cargo xtask describer`: labelled wishes to the weights of the describer, with held-out figures.
//!
//! With `RAYON_NUM_THREADS=1` it takes half as long: each step is cut in two by itself, and threads
//! that wait for each other inside every multiplication are in the way then. With glibc a third of
//! the rest goes into pages that are given back and asked for again, unless it is told to keep them:
//! `MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=17179869184`.

mod fresh;
mod lessons;
mod measure;
mod pretrained;
mod surprise;
mod swaps;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result};
use candle_core::backprop::GradStore;
use candle_core::{D, Device, Tensor, Var};
use candle_nn::{AdamW, Optimizer as _, ParamsAdamW, VarBuilder};
use penchant_embed::MiniLm;
use penchant_embed::describer::network::{LONGEST, Network, Said, WORD_BIAS};
use penchant_embed::describer::{self, Describer, END, OPENINGS, SCOPES, file};
use rand::seq::SliceRandom as _;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use fresh::Fresh;
use lessons::Lesson;
use surprise::{Right, Surprise};

/// Lessons of one step.
const BATCH: usize = 48;
/// How seldom words without a wish are gone through: there are as many as wishes, and less to be
/// learnt from each.
const IDLE_EVERY: u32 = 3;
/// How often a lesson is gone through where there are others like it, and one that is such another
/// itself, told again with other words.
const OFTEN: f64 = 0.7;
const AGAIN: f64 = 0.5;
/// Parts of a step that are gone through side by side.
const PARTS: usize = 2;
/// Lessons sorted by length together, so that those of a step are alike.
const SORTED: usize = 16 * BATCH;
/// Steps over which the rate of learning rises.
const WARMING: usize = 100;
/// The rate of learning at its height, and the share of it at the end.
const RATE: f64 = 8e-4;
const LAST: f64 = 0.02;
/// The same for layers that go on with what they did in the sentence model: reading. The decoder's
/// have something else to do.
const GENTLE: f64 = 4e-4;
/// The share of its height that the rate of learning reaches where training goes on.
const GOING_ON: f64 = 0.4;
/// Share of the numbers that are dropped.
const DROPPED: f32 = 0.15;
/// Share of the pieces already said that are not heard: what was given has to be read then, not
/// only how notes go on (Bowman et al. 2016, "Generating sentences from a continuous space").
const UNHEARD: f32 = 0.1;
/// Log-odds that an older note is ended of which nothing is known, negated.
const RARELY: f64 = 1.2;
/// How much what a note opens with counts beside any other piece.
const OPENING: f32 = 2.0;
/// How often a piece must occur in notes to be one that can be said.
const COMMON: usize = 8;

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
    #[arg(long, default_value_t = 3)]
    epochs: usize,
    /// Weights to go on from, at a lower rate, instead of fresh ones.
    #[arg(long)]
    from: Option<PathBuf>,
    /// Other weights, of which the mean with the new ones is kept.
    #[arg(long)]
    mean_with: Option<PathBuf>,
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
    let (mut held_out, mut taught): (Vec<_>, Vec<_>) =
        lessons.into_iter().partition(Lesson::held_out);
    println!("{} lessons to learn from, {} held out", taught.len(), held_out.len());
    lessons::see(&mut held_out, [&model, &other]).await?;
    if !options.dry_run {
        let again = lessons::again(&options.corpus, &model).await?;
        println!("{} lessons told again with other words", again.len());
        taught.extend(again);
        lessons::see(&mut taught, [&model, &other]).await?;
        lessons::among_strangers(&mut taught);
        train(options, &model, &taught, &held_out)?;
    }
    if let Some(other) = &options.mean_with {
        mean(&options.out, other)?;
    }
    let bytes = std::fs::read(&options.out)?;
    println!("{} bytes of weights", bytes.len());
    let describer = Arc::new(Describer::new(&bytes, &model.words())?);
    measure::measure(&model, &describer, &held_out).await
}

fn train(options: &Options, model: &MiniLm, lessons: &[Lesson], held_out: &[Lesson]) -> Result<()> {
    let vocabulary = vocabulary(lessons);
    let words = model.words();
    let said = words.index_select(&Tensor::new(vocabulary.as_slice(), &Device::Cpu)?, 0)?;
    let model_dir = super::model_dir(options.model.as_deref());
    let begun = pretrained::weights(&model_dir.join("model.safetensors"))?;
    let gentle: BTreeSet<String> =
        begun.keys().filter(|name| name.starts_with("reading.")).cloned().collect();
    let (begun, share) = match options.from.as_deref() {
        Some(path) => (self::begun(path, &vocabulary)?, GOING_ON),
        None => (begun, 1.0),
    };
    let fresh = Fresh::from(begun);
    let vb = VarBuilder::from_backend(Box::new(fresh.clone()), words.dtype(), Device::Cpu);
    let network = Network::new(&vb, &describer::unit(&said)?)?;
    let settings = ParamsAdamW { lr: 0.0, weight_decay: 0.01, ..ParamsAdamW::default() };
    let (taken, made) = fresh.vars(&gentle);
    println!("{} tensors go on reading, {} are new to what they do", taken.len(), made.len());
    let all: Vec<Var> = taken.iter().chain(&made).cloned().collect();
    let mut gentle = AdamW::new(taken, settings.clone())?;
    let mut optimizer = AdamW::new(made, settings)?;
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let of_an_epoch: f64 = lessons.iter().map(due).sum();
    let (mut step, steps) = (0, options.epochs * of_an_epoch as usize / BATCH);
    if let Some(folder) = options.out.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let started = Instant::now();
    println!("{} pieces that can be said, {steps} steps", vocabulary.len());
    let kept: Vec<&Lesson> = held_out.iter().filter(|l| !l.text.is_empty()).collect();
    for epoch in 0..options.epochs {
        let mut sum = Losses::default();
        for batch in batches(lessons, &mut rng) {
            step += 1;
            let share = share * rate(step, steps);
            optimizer.set_learning_rate(share * RATE);
            gentle.set_learning_rate(share * GENTLE);
            let parts = apart(&batch, &mut rng, |part, rng| {
                loss(&network, &words, &vocabulary, part, DROPPED, rng)
            })?;
            parts.iter().for_each(|part| sum.add(&part.losses));
            let slopes = together(parts, &all)?;
            optimizer.step(&slopes)?;
            gentle.step(&slopes)?;
            if step % 100 == 0 {
                println!("    step {step}: {} ({} s)", sum.mean(), started.elapsed().as_secs());
                sum = Losses::default();
            }
        }
        let mut out = Losses::default();
        for batch in kept.chunks(BATCH) {
            out.add(&loss(&network, &words, &vocabulary, batch, 0.0, &mut rng)?.losses()?);
        }
        let seconds = started.elapsed().as_secs();
        let right = out.hits / out.count.max(1) as f32;
        println!("epoch {}: held out {}, {right:.3} right ({seconds} s)", epoch + 1, out.mean());
        file::write(&options.out, &fresh.weights(), &vocabulary)?;
    }
    Ok(())
}

/// What is to be made small.
struct Loss {
    /// Of notes.
    said: Tensor,
    /// Of what becomes of older notes.
    ended: Tensor,
    /// The share of pieces said right; 0 in training.
    hits: f32,
}

impl Loss {
    fn losses(&self) -> candle_core::Result<Losses> {
        let number = |loss: &Tensor| loss.to_scalar::<f32>();
        Ok(Losses {
            said: number(&self.said)?,
            ended: number(&self.ended)?,
            hits: self.hits,
            count: 1,
        })
    }
}

/// Sums of losses.
#[derive(Debug, Default)]
struct Losses {
    said: f32,
    ended: f32,
    hits: f32,
    count: usize,
}

impl Losses {
    fn add(&mut self, other: &Self) {
        self.said += other.said;
        self.ended += other.ended;
        self.hits += other.hits;
        self.count += other.count;
    }

    fn mean(&self) -> String {
        let count = self.count.max(1) as f32;
        format!("notes {:.3}, ends {:.3}", self.said / count, self.ended / count)
    }
}

/// What one part of a step's lessons asks for.
struct Part {
    losses: Losses,
    slopes: GradStore,
}

/// Goes through the parts of a step side by side: most of the arithmetic is too small to be shared
/// out in itself. The cut is the same on every machine, so the weights are too.
fn apart(
    batch: &[&Lesson],
    rng: &mut ChaCha8Rng,
    loss: impl Fn(&[&Lesson], &mut ChaCha8Rng) -> candle_core::Result<Loss> + Sync,
) -> Result<Vec<Part>> {
    std::thread::scope(|scope| {
        let parts = batch.chunks(batch.len().div_ceil(PARTS).max(1));
        let parts = parts.map(|part| {
            let (mut rng, loss) = (ChaCha8Rng::seed_from_u64(rng.random()), &loss);
            scope.spawn(move || -> candle_core::Result<Part> {
                let loss = loss(part, &mut rng)?;
                let sum = loss.said.add(&loss.ended)?;
                Ok(Part { losses: loss.losses()?, slopes: sum.backward()? })
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

/// Puts the mean of two files of weights in the first one's place: of two trainings from one start
/// it is often better than either (Wortsman et al. 2022, "Model soups"). What can be said is what
/// both can say.
fn mean(path: &Path, other: &Path) -> Result<()> {
    let (own, own_words) = file::read(&std::fs::read(path)?)?;
    let (others, other_words) = file::read(&std::fs::read(other)?)?;
    let both: Vec<u32> = other_words.iter().filter(|id| own_words.contains(id)).copied().collect();
    let kept = |words: &[u32]| -> Result<Tensor> {
        let places = both.iter().filter_map(|id| words.iter().position(|word| word == id));
        let places: Vec<u32> = places.map(|place| place as u32).collect();
        Ok(Tensor::new(places, &Device::Cpu)?)
    };
    let mut means = HashMap::new();
    for (name, own) in own {
        let other = others.get(&name).with_context(|| format!("no {name} in the other weights"))?;
        let mean = if name == WORD_BIAS {
            let own = own.index_select(&kept(&own_words)?, 0)?;
            own.add(&other.index_select(&kept(&other_words)?, 0)?)?
        } else {
            own.add(other)?
        };
        means.insert(name, (mean / 2.0)?);
    }
    Ok(file::write(path, &means, &both)?)
}

/// The pieces that can be said: what is said first, then those common in notes as people wrote
/// them. Words that were only put in others' places are to be pointed at.
fn vocabulary(lessons: &[Lesson]) -> Vec<u32> {
    let mut counts = std::collections::BTreeMap::<u32, usize>::new();
    let written = lessons.iter().filter(|lesson| !lesson.again);
    for id in written.flat_map(|lesson| &lesson.note) {
        *counts.entry(*id).or_default() += 1;
    }
    let common = counts
        .into_iter()
        .filter(|(id, n)| *n >= COMMON && !OPENINGS.contains(id) && !SCOPES.contains(id))
        .map(|(id, _)| id);
    OPENINGS.into_iter().chain(SCOPES).chain(common).collect()
}

/// How likely it is that a lesson is gone through.
fn due(lesson: &Lesson) -> f64 {
    match (lesson.text.is_empty() && lesson.olds.is_empty(), lesson.again) {
        (true, _) => 1.0 / f64::from(IDLE_EVERY),
        (false, true) => AGAIN,
        (false, false) => OFTEN,
    }
}

fn batches<'l>(lessons: &'l [Lesson], rng: &mut ChaCha8Rng) -> Vec<Vec<&'l Lesson>> {
    let mut chosen = |lesson: &&Lesson| rng.random_bool(due(lesson));
    let mut order: Vec<&Lesson> = lessons.iter().filter(|lesson| chosen(lesson)).collect();
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

/// Of notes, the mean negative log-probability per piece, each piece both said and pointed at; of
/// older notes, that of what becomes of them. Nothing is varied where nothing is dropped.
fn loss(
    network: &Network,
    words: &Tensor,
    vocabulary: &[u32],
    batch: &[&Lesson],
    share: f32,
    rng: &mut ChaCha8Rng,
) -> candle_core::Result<Loss> {
    let vary = share > 0.0;
    let sources: Vec<_> = batch
        .iter()
        .map(|lesson| if vary { lesson.varied(rng) } else { lesson.source.clone() })
        .collect();
    let sources: Vec<_> = sources.iter().collect();
    let given = describer::given(&sources)?;
    let mut right = vec![Right::default(); batch.len() * LONGEST];
    let mut heard = vec![END; batch.len() * (LONGEST - 1)];
    for (row, (lesson, source)) in batch.iter().zip(&sources).enumerate() {
        for (at, id) in lesson.said().into_iter().enumerate() {
            let own = vocabulary.iter().position(|other| *other == id);
            let pointed = source.pieces.iter().enumerate().filter(|(_, piece)| piece.id == id);
            let pointed = pointed.map(|(n, _)| vocabulary.len() + n);
            let places: Vec<usize> = own.into_iter().chain(pointed).collect();
            let counts = match (places.is_empty(), at) {
                (true, _) => 0.0,
                (false, 0 | 1) => OPENING,
                _ => 1.0,
            };
            let slot = right.get_mut(row * LONGEST + at).into_iter();
            slot.for_each(|slot| *slot = Right { places: places.clone(), counts });
            if let Some(heard) = heard.get_mut(row * (LONGEST - 1) + at).filter(|_| id != END) {
                *heard = id;
            }
        }
    }
    let device = &Device::Cpu;
    let total: f32 = right.iter().map(|right| right.counts).sum();
    let is_heard =
        heard.iter().map(|_| if vary && rng.random::<f32>() < UNHEARD { 0.0 } else { 1.0 });
    let is_heard: Vec<f32> = is_heard.collect();
    let heard = words
        .index_select(&Tensor::from_vec(heard, batch.len() * (LONGEST - 1), device)?, 0)?
        .reshape((batch.len(), LONGEST - 1, words.dim(1)?))?
        .broadcast_mul(&Tensor::from_vec(is_heard, (batch.len(), LONGEST - 1, 1), device)?)?;
    let styles: Vec<u32> = batch.iter().map(|lesson| lesson.style).collect();
    let mut drop = |x: Tensor| if share > 0.0 { dropped(&x, share, rng) } else { Ok(x) };
    let memory = network.read(&given, &mut drop)?;
    let start = network.start(&Tensor::new(styles.as_slice(), device)?)?;
    let heard = Tensor::cat(&[&start, &heard], 1)?;
    let states = network.follow(&memory, &mut Said::default(), &heard, &mut drop)?;
    let scores = network.scores(&memory, &states)?;
    // What it would say matters more than how sure it is, and goes on getting better after that
    // has begun to get worse; but it costs time.
    let hits = if vary { 0.0 } else { hits(&scores, &right)? };
    let lost = scores.apply_op1(Surprise(right))?;
    let said = (lost.sum_all()? / f64::from(total.max(1.0)))?;
    Ok(Loss { said, ended: ended(&network.ends(&states)?, batch)?, hits })
}

/// The share of pieces of which the right one is the likeliest.
fn hits(scores: &Tensor, right: &[Right]) -> candle_core::Result<f32> {
    let said = scores.argmax(D::Minus1)?.flatten_all()?.to_vec1::<u32>()?;
    let counted = || said.iter().zip(right).filter(|(_, right)| right.counts > 0.0);
    let hits = counted().filter(|(place, right)| right.places.contains(&(**place as usize)));
    Ok(hits.count() as f32 / counted().count().max(1) as f32)
}

/// The mean negative log-probability of what becomes of older notes.
fn ended(ends: &Tensor, batch: &[&Lesson]) -> candle_core::Result<Tensor> {
    let device = &Device::Cpu;
    let olds = || (0_u32..).zip(batch).flat_map(|(row, l)| l.olds.iter().map(move |o| (row, o)));
    let rows: Vec<u32> = olds().map(|(row, _)| row).collect();
    if rows.is_empty() {
        return Tensor::new(0.0_f32, device);
    }
    let vectors: Vec<f32> = olds().flat_map(|(_, old)| old.vector.as_slice().to_vec()).collect();
    let signs: Vec<f32> = olds().map(|(_, old)| if old.ended { -1.0 } else { 1.0 }).collect();
    let count = rows.len();
    let vectors = Tensor::from_vec(vectors, (count, ends.dim(1)?), device)?;
    let ends = ends.index_select(&Tensor::new(rows, device)?, 0)?;
    let odds = (ends.mul(&vectors)?.sum(1)? - RARELY)?;
    // log(1 + exp(x)), without overflow.
    let wrong = (odds * Tensor::new(signs, device)?)?;
    let soft = ((wrong.abs()?.neg()?.exp()? + 1.0)?.log()? + wrong.relu()?)?;
    soft.mean_all()
}

fn dropped(x: &Tensor, share: f32, rng: &mut ChaCha8Rng) -> candle_core::Result<Tensor> {
    let kept = 1.0 / (1.0 - share);
    // Two bytes a number are enough.
    let least = (f32::from(u16::MAX) * share) as u16;
    let mut bytes = vec![0_u8; 2 * x.elem_count()];
    rng.fill(bytes.as_mut_slice());
    let mask = bytes
        .chunks_exact(2)
        .map(|two| if u16::from_le_bytes([two[0], two[1]]) < least { 0.0 } else { kept })
        .collect::<Vec<f32>>();
    x.mul(&Tensor::from_vec(mask, x.shape(), x.device())?)
}
