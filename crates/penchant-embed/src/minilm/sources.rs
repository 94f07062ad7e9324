//! The tokens of wishes, for the describer.

use std::collections::BTreeMap;

use penchant_ports::Wish;

use super::encoder::Encoder;
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
        let none = Tokens::default();
        let of = |text: &String| texts.get(text.as_str()).unwrap_or(&none);
        Ok(wishes
            .iter()
            .map(|wish| Source::new(wish, of(&wish.text), of(&wish.task), of(&wish.reply)))
            .collect())
    }
}
