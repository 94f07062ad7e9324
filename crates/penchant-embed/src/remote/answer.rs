//! Reading a remote embedder's answer, strictly.

use penchant_core::Vector;
use serde::Deserialize;

#[derive(Deserialize)]
struct Answer {
    data: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    index: usize,
    embedding: Vec<f32>,
}

/// One unit vector per text, in the order of the texts.
///
/// # Errors
/// What is wrong, to follow "the answer ".
pub(super) fn parse(body: &[u8], texts: usize, dimension: usize) -> Result<Vec<Vector>, String> {
    let answer: Answer =
        serde_json::from_slice(body).map_err(|e| format!("is not what was asked for: {e}"))?;
    if answer.data.len() != texts {
        return Err(format!("has {} vectors for {texts} texts", answer.data.len()));
    }
    let mut vectors = vec![Vector::default(); texts];
    for Item { index, embedding } in answer.data {
        if embedding.len() != dimension {
            return Err(format!("has {} dimensions instead of {dimension}", embedding.len()));
        }
        let slot = vectors
            .get_mut(index)
            .filter(|slot| slot.is_empty())
            .ok_or_else(|| format!("has a wrong or repeated index {index}"))?;
        let vector = Vector::normalized(embedding);
        if vector.is_empty() {
            return Err(format!("has no direction at index {index}"));
        }
        *slot = vector;
    }
    Ok(vectors)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn vectors_are_put_in_order_and_scaled() {
        let body = br#"{"object":"list","data":[{"index":1,"embedding":[0,2]},{"index":0,"embedding":[3,4]}]}"#;
        let vectors = parse(body, 2, 2).unwrap();
        assert_eq!(vectors[0].as_slice(), [0.6, 0.8]);
        assert_eq!(vectors[1].as_slice(), [0.0, 1.0]);
    }

    #[test]
    fn anything_but_what_was_asked_for_is_refused() {
        for (body, reason) in [
            ("<html>", "is not what was asked for"),
            (r#"{"data":[]}"#, "0 vectors for 1"),
            (r#"{"data":[{"index":0,"embedding":[1]}]}"#, "1 dimensions instead of 2"),
            (r#"{"data":[{"index":1,"embedding":[1,0]}]}"#, "index 1"),
            (r#"{"data":[{"index":0,"embedding":[0,0]}]}"#, "no direction"),
            (r#"{"data":[{"index":0,"embedding":[1e39,0]}]}"#, ""),
        ] {
            let error = parse(body.as_bytes(), 1, 2).unwrap_err();
            assert!(error.contains(reason), "{body}: {error}");
        }
    }
}
