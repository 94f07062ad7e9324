//! `Item`.

use penchant_core::event::Item;

use crate::v1;

/// From the wire.
#[must_use]
pub fn decode(wire: v1::Item) -> Item {
    let v1::Item { id, text, attributes } = wire;
    Item { id, text, attributes }
}

impl From<&Item> for v1::Item {
    fn from(item: &Item) -> Self {
        let Item { id, text, attributes } = item.clone();
        Self { id, text, attributes }
    }
}
