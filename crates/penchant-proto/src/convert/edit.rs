//! `Edit`.

use penchant_core::event::Edit;

use crate::v1;

pub(super) fn decode(wire: v1::Edit) -> Edit {
    Edit { draft: wire.draft, revised: wire.revised }
}

impl From<&Edit> for v1::Edit {
    fn from(edit: &Edit) -> Self {
        Self { draft: edit.draft.clone(), revised: edit.revised.clone() }
    }
}
