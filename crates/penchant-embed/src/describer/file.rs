//! The weights file: safetensors of one byte per weight and one scale per row, and the numbers of
//! the vocabulary's pieces.

use std::collections::HashMap;
use std::path::Path;

use candle_core::{DType, Device, Error, Result, Tensor};

/// The tensor that holds the vocabulary.
const VOCABULARY: &str = "vocabulary";
/// What a row's scale is called.
const SCALE: &str = ".scale";
/// A byte stands for its number less this.
const ZERO: f64 = 128.0;

/// Weights by name, and the numbers of the vocabulary's pieces.
pub type Weights = (HashMap<String, Tensor>, Vec<u32>);

/// Reads a file's bytes.
///
/// # Errors
/// When they are no weights file.
pub fn read(bytes: &[u8]) -> Result<Weights> {
    let mut tensors = candle_core::safetensors::load_buffer(bytes, &Device::Cpu)?;
    let vocabulary = tensors
        .remove(VOCABULARY)
        .ok_or_else(|| Error::Msg("no vocabulary".to_owned()))?
        .to_vec1::<u32>()?;
    let mut weights = HashMap::new();
    for (name, tensor) in &tensors {
        if name.ends_with(SCALE) {
            continue;
        }
        let scale = tensors
            .get(&format!("{name}{SCALE}"))
            .ok_or_else(|| Error::Msg(format!("no scale of {name}")))?;
        let numbers = (tensor.to_dtype(DType::F32)? - ZERO)?;
        weights.insert(name.clone(), numbers.broadcast_mul(scale)?);
    }
    Ok((weights, vocabulary))
}

/// Writes weights to a file.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, weights: &HashMap<String, Tensor>, vocabulary: &[u32]) -> Result<()> {
    let mut tensors = HashMap::new();
    for (name, tensor) in weights {
        let last = tensor.rank().saturating_sub(1);
        let top = tensor.abs()?.max_keepdim(last)?;
        let scale = (top / 127.0)?.maximum(f32::MIN_POSITIVE)?;
        let bytes = (tensor.broadcast_div(&scale)?.round()? + ZERO)?.to_dtype(DType::U8)?;
        tensors.insert(name.clone(), bytes);
        tensors.insert(format!("{name}{SCALE}"), scale);
    }
    let vocabulary = Tensor::new(vocabulary, &Device::Cpu)?;
    tensors.insert(VOCABULARY.to_owned(), vocabulary);
    candle_core::safetensors::save(&tensors, path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn weights_come_back_to_a_hundredth_of_the_largest_of_their_row() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("w");
        let rows = Tensor::new(&[[0.5_f32, -1.0, 0.25], [0.0, 0.0, 0.0]], &Device::Cpu).unwrap();
        let weights = HashMap::from([("w".to_owned(), rows.clone())]);
        write(&path, &weights, &[102, 7]).unwrap();
        let (back, vocabulary) = read(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(vocabulary, [102, 7]);
        let off = (back.get("w").unwrap() - rows).unwrap().abs().unwrap();
        assert!(off.flatten_all().unwrap().max(0).unwrap().to_scalar::<f32>().unwrap() < 0.01);
        assert!(read(b"nothing").is_err());
    }
}
