//! The tokens of wishes, for the describer.

use std::collections::BTreeMap;

use candle_core::{Device, Tensor};
use penchant_ports::Wish;

use super::encoder::Encoder;
use super::{DIMENSION, plan};
use crate::describer::LAYER;
use crate::describer::source::{Source, Tokens};

impl Encoder {
    /// What descriptions of some wishes are made from, in order.
    pub(crate) fn sources(&self, wishes: &[Wish]) -> Result<Vec<Source>, String> {
        let mut texts: BTreeMap<&str, Tokens> = BTreeMap::new();
        for wish in wishes {
            for text in [&wish.text, &wish.task, &wish.reply] {
                if !crate::text::is_blank(text) && !texts.contains_key(text.as_str()) {
                    texts.insert(text, self.split(text)?);
                }
            }
        }
        let mut rows: Vec<&mut Tokens> = texts.values_mut().collect();
        let lengths: Vec<usize> = rows.iter().map(|tokens| tokens.ids.len()).collect();
        for group in plan::groups(&lengths) {
            self.fill(&mut rows, &group).map_err(|e| e.to_string())?;
        }
        let none = Tokens::default();
        let of = |text: &String| texts.get(text.as_str()).unwrap_or(&none);
        Ok(wishes
            .iter()
            .map(|wish| Source::new(wish, of(&wish.text), of(&wish.task), of(&wish.reply)))
            .collect())
    }

    /// Puts the hidden states of a group's tokens in place. The framing tokens are read with
    /// them and left out.
    fn fill(&self, rows: &mut [&mut Tokens], group: &[usize]) -> candle_core::Result<()> {
        let own: Vec<&Tokens> = group.iter().filter_map(|at| rows.get(*at).map(|t| &**t)).collect();
        let width = own.iter().map(|tokens| tokens.ids.len() + 2).max().unwrap_or(0);
        let mut ids = vec![0_u32; own.len() * width];
        let mut mask = vec![0_u32; own.len() * width];
        for (tokens, (ids, mask)) in
            own.iter().zip(ids.chunks_exact_mut(width).zip(mask.chunks_exact_mut(width)))
        {
            let framed = std::iter::once(&START).chain(&tokens.ids).chain(std::iter::once(&END));
            for (token, (id, seen)) in framed.zip(ids.iter_mut().zip(mask.iter_mut())) {
                (*id, *seen) = (*token, 1);
            }
        }
        let shape = (own.len(), width);
        let ids = Tensor::from_vec(ids, shape, &Device::Cpu)?;
        let mask = Tensor::from_vec(mask, shape, &Device::Cpu)?;
        let shown = self.model.forward_to(LAYER, &ids, &mask)?.flatten_all()?.to_vec1::<f32>()?;
        for (row, at) in group.iter().enumerate() {
            let Some(tokens) = rows.get_mut(*at) else { continue };
            for token in 0..tokens.ids.len() {
                let from = (row * width + 1 + token) * DIMENSION;
                let states = shown.get(from..from + DIMENSION).unwrap_or_default();
                tokens.states.extend_from_slice(states);
            }
        }
        Ok(())
    }
}

/// The framing tokens of this model.
const START: u32 = 101;
const END: u32 = 102;
