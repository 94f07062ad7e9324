//! `cargo xtask relevance`: labelled questions to the adapter that compares questions with notes,
//! with held-out figures.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use candle_core::{Device, Tensor, Var};
use candle_nn::{AdamW, Optimizer as _, ParamsAdamW};
use penchant_core::{Vector, telling};
use penchant_retrieve::adapter::Adapter;
use penchant_retrieve::relevance;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::corpus::{self, Asked};
use super::figures;
use super::vectors::Vectors;

/// The embedding model that the adapter is for.
const MODEL: &str = "all-MiniLM-L6-v2";
/// Of so many people one is held out.
const HELD_OUT: u64 = 6;
/// Rank of the map.
const RANK: usize = 24;
/// Steps over all pairs.
const STEPS: usize = 200;
/// The rate of learning at its height: of the map, and of what cosine and words are worth.
const RATES: [f64; 2] = [3e-3, 0.05];
/// How much smaller the map's weights are made with each step, in shares of the rate.
const DECAY: f64 = 0.15;
/// Share of what the map finds that is dropped.
const DROPPED: f32 = 0.3;
/// What cosine, shared words and nothing are worth at first, in log-odds.
const WORTH: [f32; 3] = [8.0, 1.0, -2.5];

/// Where things are.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Folder of the MiniLM files.
    #[arg(long, env = "PENCHANT_MODEL_DIR")]
    model: Option<PathBuf>,
    /// Folder of the labelled questions.
    #[arg(long, default_value = "crates/penchant-learn/data/corpus/asks")]
    corpus: PathBuf,
    /// The adapter to write.
    #[arg(long, default_value = "crates/penchant-retrieve/data/adapter.bin")]
    out: PathBuf,
}

/// Trains, measures on people it has not learnt from, writes the adapter.
///
/// # Errors
/// When the corpus or the model cannot be read, or the adapter cannot be written.
pub(crate) async fn run(options: &Options) -> Result<()> {
    let model = super::model_dir(options.model.as_deref());
    let mut vectors = Vectors::open(&model, &super::cache_file())?;
    let people = corpus::asks(&options.corpus)?;
    let held_out = |person: &&Asked| corpus::one_in(HELD_OUT, &person.notes.join(" "));
    let (held_out, taught): (Vec<&Asked>, Vec<&Asked>) = people.iter().partition(held_out);
    let taught = Pairs::of(&taught, &mut vectors).await?;
    let held_out = Pairs::of(&held_out, &mut vectors).await?;
    println!("{} pairs to learn from, {} held out", taught.fits.len(), held_out.fits.len());
    let cosine = held_out.cosine()?.to_vec1::<f32>()?;
    held_out.print("cosine", &cosine);
    let before = cosine.iter().zip(&held_out.words).map(|(c, words)| 0.8 * c + 0.35 * words);
    held_out.print("cosine and words", &before.collect::<Vec<f32>>());

    let map = Map::fresh(taught.notes.dim(1)?)?;
    map.learn(&taught)?;
    let adapter = map.adapter()?;
    let odds = map.odds(&held_out, None)?;
    held_out.print("adapter", &candle_nn::ops::sigmoid(&odds)?.to_vec1::<f32>()?);
    println!("    worth of cosine, words and nothing: {:?}", adapter.worth);
    std::fs::write(&options.out, adapter.write())?;
    Ok(())
}

/// Questions with all notes of who asks them.
struct Pairs {
    /// (questions, numbers of a vector).
    asks: Tensor,
    /// (notes, numbers of a vector).
    notes: Tensor,
    /// Rows of question and note, a pair each.
    rows: [Tensor; 2],
    /// Share of the note's telling words that the question mentions.
    words: Vec<f32>,
    /// Whether the answer has to follow the note.
    fits: Vec<bool>,
}

impl Pairs {
    async fn of(people: &[&Asked], vectors: &mut Vectors) -> Result<Self> {
        let (mut asks, mut notes) = (Vec::new(), Vec::new());
        let (mut from, mut to) = (Vec::new(), Vec::new());
        let (mut words, mut fits) = (Vec::new(), Vec::new());
        for person in people {
            let weights = relevance::word_weights(person.notes.iter().map(String::as_str));
            for ask in &person.asks {
                let asked = telling::telling(&format!("{} {}", ask.text, ask.task));
                for (at, note) in person.notes.iter().enumerate() {
                    from.push(u32::try_from(asks.len())?);
                    to.push(u32::try_from(notes.len() + at)?);
                    words.push(relevance::shared(note, &asked, &weights));
                    fits.push(ask.fit.contains(&at));
                }
                asks.push(ask.text.clone());
            }
            notes.extend(person.notes.iter().cloned());
        }
        let (asks, notes) = (vectors.embed(&asks).await?, vectors.embed(&notes).await?);
        let device = &Device::Cpu;
        let rows = [Tensor::new(from, device)?, Tensor::new(to, device)?];
        Ok(Self { asks: table(&asks)?, notes: table(&notes)?, rows, words, fits })
    }

    /// What each pair has of something that questions and notes have.
    fn both(&self, asks: &Tensor, notes: &Tensor) -> candle_core::Result<Tensor> {
        asks.index_select(&self.rows[0], 0)?.mul(&notes.index_select(&self.rows[1], 0)?)?.sum(1)
    }

    fn cosine(&self) -> candle_core::Result<Tensor> {
        self.both(&self.asks, &self.notes)
    }

    /// Mean negative log-probability.
    fn loss(&self, odds: &Tensor) -> candle_core::Result<Tensor> {
        let signs: Vec<f32> = self.fits.iter().map(|fits| if *fits { -1.0 } else { 1.0 }).collect();
        let wrong = odds.mul(&Tensor::new(signs, odds.device())?)?;
        // log(1 + exp(x)), without overflow.
        (wrong.abs()?.neg()?.exp()? + 1.0)?.log()?.add(&wrong.relu()?)?.mean(0)
    }

    /// How well numbers tell what fits from what does not.
    fn print(&self, name: &str, numbers: &[f32]) {
        let mut both: Vec<(f32, bool)> =
            numbers.iter().copied().zip(self.fits.iter().copied()).collect();
        let (threshold, f1) = figures::best(&both);
        both.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut others, mut fitting, mut before) = (0_usize, 0_usize, 0_usize);
        for (_, fits) in both {
            if fits {
                fitting += 1;
                before += others;
            } else {
                others += 1;
            }
        }
        let area = before as f64 / (others * fitting).max(1) as f64;
        println!("    {name}: area {area:.3}, f1 {f1:.3} from {threshold:.2}");
    }
}

fn table(vectors: &[Vector]) -> Result<Tensor> {
    let wide = vectors.first().map_or(0, Vector::dimension);
    let numbers: Vec<f32> = vectors.iter().flat_map(|v| v.as_slice().to_vec()).collect();
    Ok(Tensor::from_vec(numbers, (vectors.len(), wide), &Device::Cpu)?)
}

/// An adapter in the making.
struct Map {
    /// What it looks for in questions, and in notes: (numbers of a vector, rank).
    seek: Var,
    find: Var,
    /// (numbers of a vector, 1).
    always: Var,
    worth: Var,
}

impl Map {
    fn fresh(wide: usize) -> Result<Self> {
        let device = &Device::Cpu;
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let mut some = || -> Result<Var> {
            // Even between limits; a spread of 0.3.
            let numbers = (0..wide * RANK).map(|_| (rng.random::<f32>() - 0.5) * 1.04);
            Ok(Var::from_vec(numbers.collect::<Vec<f32>>(), (wide, RANK), device)?)
        };
        Ok(Self {
            seek: some()?,
            find: some()?,
            always: Var::from_vec(vec![0.0_f32; wide], (wide, 1), device)?,
            worth: Var::new(&WORTH, device)?,
        })
    }

    fn learn(&self, pairs: &Pairs) -> Result<()> {
        let settings = ParamsAdamW { lr: 0.0, weight_decay: DECAY, ..ParamsAdamW::default() };
        let free = ParamsAdamW { weight_decay: 0.0, ..settings.clone() };
        let map = vec![self.seek.clone(), self.find.clone(), self.always.clone()];
        let mut optimizers =
            [AdamW::new(map, settings)?, AdamW::new(vec![self.worth.clone()], free)?];
        let mut rng = ChaCha8Rng::seed_from_u64(8);
        for step in 1..=STEPS {
            let done = step as f64 / STEPS as f64;
            let share = 0.5 * (1.0 + (std::f64::consts::PI * done).cos());
            let slopes = pairs.loss(&self.odds(pairs, Some(&mut rng))?)?.backward()?;
            for (optimizer, rate) in optimizers.iter_mut().zip(RATES) {
                optimizer.set_learning_rate(share * rate);
                optimizer.step(&slopes)?;
            }
        }
        Ok(())
    }

    /// Log-odds of each pair, as [`Adapter::odds`] gives them; some is dropped with `rng`.
    fn odds(&self, pairs: &Pairs, rng: Option<&mut ChaCha8Rng>) -> Result<Tensor> {
        let (mut sought, mut found) =
            (pairs.asks.matmul(&self.seek)?, pairs.notes.matmul(&self.find)?);
        if let Some(rng) = rng {
            (sought, found) = (dropped(&sought, rng)?, dropped(&found, rng)?);
        }
        let always = pairs.notes.matmul(&self.always)?.squeeze(1)?;
        let worth = |at: usize| self.worth.narrow(0, at, 1);
        let words = Tensor::new(pairs.words.as_slice(), &Device::Cpu)?;
        let odds = pairs
            .cosine()?
            .broadcast_mul(&worth(0)?)?
            .add(&pairs.both(&sought, &found)?)?
            .add(&always.index_select(&pairs.rows[1], 0)?)?
            .add(&words.broadcast_mul(&worth(1)?)?)?
            .broadcast_add(&worth(2)?)?;
        Ok(odds)
    }

    fn adapter(&self) -> Result<Adapter> {
        let rows = |map: &Var| map.t()?.to_vec2::<f32>();
        let worth: Vec<f32> = self.worth.to_vec1()?;
        Ok(Adapter {
            model: MODEL.to_owned(),
            worth: worth.try_into().ok().context("three numbers")?,
            always: self.always.flatten_all()?.to_vec1()?,
            rows: rows(&self.seek)?.into_iter().zip(rows(&self.find)?).collect(),
        })
    }
}

fn dropped(x: &Tensor, rng: &mut ChaCha8Rng) -> candle_core::Result<Tensor> {
    let kept = 1.0 / (1.0 - DROPPED);
    let mask = (0..x.elem_count()).map(|_| if rng.random::<f32>() < DROPPED { 0.0 } else { kept });
    x.mul(&Tensor::from_vec(mask.collect::<Vec<f32>>(), x.shape(), x.device())?)
}
