//! The sentence model's weights, by the names that this crate gives to the parts of BERT.

use std::collections::HashMap;

use candle_core::{Device, Error, Result, Tensor};

/// The weights of a file, and those taken over so far.
#[derive(Debug)]
pub struct Weights {
    theirs: HashMap<String, Tensor>,
    ours: HashMap<String, Tensor>,
}

impl Weights {
    /// Out of the bytes of a safetensors file.
    ///
    /// # Errors
    /// Bytes that are no such file.
    pub fn new(file: &[u8]) -> Result<Self> {
        let mut theirs = candle_core::safetensors::load_buffer(file, &Device::Cpu)?;
        // Some publishers store the whole model under this name.
        if theirs.keys().any(|name| name.starts_with("bert.")) {
            let own = |(name, tensor): (String, Tensor)| {
                (name.strip_prefix("bert.").unwrap_or(&name).to_owned(), tensor)
            };
            theirs = theirs.into_iter().map(own).collect();
        }
        Ok(Self { theirs, ours: HashMap::new() })
    }

    /// One of the file's.
    ///
    /// # Errors
    /// A name it does not hold.
    pub fn get(&self, name: &str) -> Result<Tensor> {
        let found = self.theirs.get(name).cloned();
        found.ok_or_else(|| Error::Msg(format!("the model has no {name}")))
    }

    /// Takes over a layer's attention, the layer counted from 0.
    ///
    /// # Errors
    /// A layer that the file does not hold.
    pub fn attention(&mut self, layer: usize, to: &str) -> Result<()> {
        let from = format!("encoder.layer.{layer}.attention");
        for name in ["query", "key", "value"] {
            self.linear(&format!("{from}.self.{name}"), &format!("{to}.{name}"))?;
        }
        self.linear(&format!("{from}.output.dense"), &format!("{to}.output"))?;
        self.norm(&format!("{from}.output.LayerNorm"), &format!("{to}.norm"))
    }

    /// Takes over a layer's feed-forward part.
    ///
    /// # Errors
    /// As [`Self::attention`].
    pub fn forward(&mut self, layer: usize, to: &str) -> Result<()> {
        let from = format!("encoder.layer.{layer}");
        self.linear(&format!("{from}.intermediate.dense"), &format!("{to}.up"))?;
        self.linear(&format!("{from}.output.dense"), &format!("{to}.down"))?;
        self.norm(&format!("{from}.output.LayerNorm"), &format!("{to}.norm"))
    }

    /// Takes over a norm.
    ///
    /// # Errors
    /// A norm that the file does not hold.
    pub fn norm(&mut self, from: &str, to: &str) -> Result<()> {
        self.put(format!("{to}.gain"), self.get(&format!("{from}.weight"))?);
        self.put(format!("{to}.bias"), self.get(&format!("{from}.bias"))?);
        Ok(())
    }

    /// Adds one that was made.
    pub fn put(&mut self, name: String, tensor: Tensor) {
        self.ours.insert(name, tensor);
    }

    /// What was taken over.
    #[must_use]
    pub fn taken(self) -> HashMap<String, Tensor> {
        self.ours
    }

    /// Their matrices are (out, in).
    fn linear(&mut self, from: &str, to: &str) -> Result<()> {
        let weight = self.get(&format!("{from}.weight"))?.t()?.contiguous()?;
        self.put(format!("{to}.weight"), weight);
        self.put(format!("{to}.bias"), self.get(&format!("{from}.bias"))?);
        Ok(())
    }
}
