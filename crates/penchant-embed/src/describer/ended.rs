//! Which notes that are held a message ends, once the describer has read it.
//!
//! A note is heard by the decoder as if it were being said, and looks at what was read as what is
//! said does; before it stands the question, and where that stands the answer is read off. So every
//! piece of a note meets every piece of the message, where two vectors could only be compared
//! (Humeau et al. 2020, "Poly-encoders", weigh the same trade). What was read is kept, so that a
//! dozen notes cost two layers over some hundred pieces.

use candle_core::{Device, Result, Tensor};

use super::network::{LONGEST, Read, WIDTH};
use super::{Describer, transformer};

/// Most pieces of a note that are heard: the question stands at one of the places.
const HEARD: usize = LONGEST - 1;

impl Describer {
    /// The log-odds that each of some notes, in pieces, holds no longer after what was read: one
    /// source.
    ///
    /// # Errors
    /// Arithmetic that does not fit, which is a fault of this program.
    pub(crate) fn ended(&self, read: &Read, notes: &[Vec<u32>]) -> Result<Vec<f32>> {
        let Some(longest) = notes.iter().map(|note| note.len().min(HEARD)).max() else {
            return Ok(Vec::new());
        };
        let longest = longest.max(1);
        let mut ids = vec![0_u32; notes.len() * longest];
        let mut heard = vec![0.0_f32; notes.len() * (longest + 1)];
        let rows = ids.chunks_exact_mut(longest).zip(heard.chunks_exact_mut(longest + 1));
        for (note, (ids, heard)) in notes.iter().zip(rows) {
            ids.iter_mut().zip(note).for_each(|(slot, id)| *slot = *id);
            heard.iter_mut().take(note.len() + 1).for_each(|slot| *slot = 1.0);
        }
        let device = &Device::Cpu;
        let words = self.words.index_select(&Tensor::new(ids, device)?, 0)?;
        let words = words.reshape((notes.len(), longest, WIDTH))?;
        let heard = Tensor::from_vec(heard, (notes.len(), longest + 1), device)?;
        let penalty = transformer::penalty(&heard)?;
        self.network.ended(read, &words, &penalty)?.to_vec1()
    }
}
