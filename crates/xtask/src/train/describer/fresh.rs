//! Fresh weights, the same every time, or those of an earlier training.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use candle_core::{DType, Device, Result, Shape, Tensor, Var};
use candle_nn::Init;
use candle_nn::var_builder::SimpleBackend;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// Makes each weight when it is first asked for, from a seed of its own name: candle's own random
/// numbers cannot be seeded on a CPU.
#[derive(Debug, Clone, Default)]
pub(super) struct Fresh {
    vars: Arc<Mutex<BTreeMap<String, Var>>>,
    begun: Arc<HashMap<String, Tensor>>,
}

impl Fresh {
    /// Weights that are taken over where there are some of the name and shape asked for.
    pub(super) fn from(begun: HashMap<String, Tensor>) -> Self {
        Self { begun: Arc::new(begun), ..Self::default() }
    }

    /// What is to be trained, in the order of the names: those of some names, and the others.
    pub(super) fn vars(&self, names: &BTreeSet<String>) -> (Vec<Var>, Vec<Var>) {
        self.locked(|vars| {
            let own = |some: bool| {
                let own = vars.iter().filter(move |(name, _)| names.contains(*name) == some);
                own.map(|(_, var)| var.clone()).collect()
            };
            (own(true), own(false))
        })
    }

    /// The weights as they are now.
    pub(super) fn weights(&self) -> HashMap<String, Tensor> {
        self.locked(|vars| {
            vars.iter().map(|(name, var)| (name.clone(), var.as_tensor().clone())).collect()
        })
    }

    fn keep(&self, name: &str, value: &Tensor) -> Result<Tensor> {
        let var = Var::from_tensor(value)?;
        let tensor = var.as_tensor().clone();
        self.locked(|vars| vars.insert(name.to_owned(), var));
        Ok(tensor)
    }

    fn locked<T>(&self, act: impl FnOnce(&mut BTreeMap<String, Var>) -> T) -> T {
        act(&mut self.vars.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SimpleBackend for Fresh {
    fn get(
        &self,
        shape: Shape,
        name: &str,
        init: Init,
        _: DType,
        device: &Device,
    ) -> Result<Tensor> {
        if let Some(begun) = self.begun.get(name).filter(|begun| *begun.shape() == shape) {
            return self.keep(name, begun);
        }
        let seed = name.bytes().fold(7_u64, |s, b| s.wrapping_mul(131).wrapping_add(b.into()));
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let numbers: Vec<f32> = (0..shape.elem_count())
            .map(|_| match init {
                Init::Const(value) => value as f32,
                Init::Randn { mean, stdev } => (mean + stdev * normal(&mut rng)) as f32,
                _ => 0.0,
            })
            .collect();
        self.keep(name, &Tensor::from_vec(numbers, shape, device)?)
    }

    fn get_unchecked(&self, name: &str, _: DType, _: &Device) -> Result<Tensor> {
        Err(candle_core::Error::Msg(format!("{name} has no shape")))
    }

    fn contains_tensor(&self, _: &str) -> bool {
        true
    }
}

/// A number of the standard normal distribution (Box and Muller 1958).
fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let (a, b): (f64, f64) = (rng.random::<f64>().max(f64::MIN_POSITIVE), rng.random());
    (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
}
