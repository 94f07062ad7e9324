//! `Polarity`.

use penchant_core::Polarity;

use crate::v1;

impl From<Polarity> for v1::Polarity {
    fn from(polarity: Polarity) -> Self {
        match polarity {
            Polarity::Prefer => Self::Prefer,
            Polarity::Avoid => Self::Avoid,
        }
    }
}
