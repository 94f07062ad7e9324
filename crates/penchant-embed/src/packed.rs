//! Weights files, as the training tools write them: safetensors of one byte per weight and one scale
//! per row, and the numbers of a vocabulary's pieces where there is one.

use std::collections::HashMap;

use candle_core::{DType, Device, Error, Result, Tensor};

/// The tensor that holds the vocabulary.
const VOCABULARY: &str = "vocabulary";
/// What a row's scale is called.
const SCALE: &str = ".scale";
/// A byte stands for its number less this.
const ZERO: f64 = 128.0;

/// Weights by name, and the numbers of the vocabulary's pieces; none where there is no vocabulary.
pub(crate) type Weights = (HashMap<String, Tensor>, Vec<u32>);

/// Reads a file's bytes.
///
/// # Errors
/// When they are no weights file.
pub(crate) fn read(bytes: &[u8]) -> Result<Weights> {
    let mut tensors = candle_core::safetensors::load_buffer(bytes, &Device::Cpu)?;
    let vocabulary = tensors.remove(VOCABULARY).map(|pieces| pieces.to_vec1::<u32>());
    let vocabulary = vocabulary.transpose()?.unwrap_or_default();
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn packed(weights: &HashMap<String, Tensor>, vocabulary: &[u32]) -> Vec<u8> {
        let mut tensors = HashMap::new();
        for (name, tensor) in weights {
            let top = tensor.abs().unwrap().max_keepdim(tensor.rank() - 1).unwrap();
            let scale = (top / 127.0).unwrap().maximum(f32::MIN_POSITIVE).unwrap();
            let bytes = tensor.broadcast_div(&scale).unwrap().round().unwrap();
            let bytes = (bytes + ZERO).unwrap().to_dtype(DType::U8).unwrap();
            tensors.insert(name.clone(), bytes);
            tensors.insert(format!("{name}{SCALE}"), scale);
        }
        tensors.insert(VOCABULARY.to_owned(), Tensor::new(vocabulary, &Device::Cpu).unwrap());
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("w");
        candle_core::safetensors::save(&tensors, &path).unwrap();
        std::fs::read(&path).unwrap()
    }

    #[test]
    fn weights_come_back_to_a_hundredth_of_the_largest_of_their_row() {
        let rows = Tensor::new(&[[0.5_f32, -1.0, 0.25], [0.0, 0.0, 0.0]], &Device::Cpu).unwrap();
        let weights = HashMap::from([("w".to_owned(), rows.clone())]);
        let (back, vocabulary) = read(&packed(&weights, &[102, 7])).unwrap();
        assert_eq!(vocabulary, [102, 7]);
        let off = (back.get("w").unwrap() - rows).unwrap().abs().unwrap();
        assert!(off.flatten_all().unwrap().max(0).unwrap().to_scalar::<f32>().unwrap() < 0.01);
        assert!(read(b"nothing").is_err());
    }
}
