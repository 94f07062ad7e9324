//! `EvidenceRef` and `SourceClass`.

use penchant_core::{EvidenceRef, SourceClass};

use super::timestamp;
use crate::v1;

impl From<SourceClass> for v1::SourceClass {
    fn from(source: SourceClass) -> Self {
        match source {
            SourceClass::Behaviour => Self::Behaviour,
            SourceClass::Feedback => Self::Feedback,
            SourceClass::Comparison => Self::Comparison,
            SourceClass::Edit => Self::Edit,
            SourceClass::Statement => Self::Statement,
            SourceClass::Directive => Self::Directive,
        }
    }
}

impl From<&EvidenceRef> for v1::EvidenceRef {
    fn from(reference: &EvidenceRef) -> Self {
        Self {
            event_id: reference.event.to_string(),
            position: Some(reference.position.into()),
            occurred_at: Some(timestamp::encode(reference.occurred_at)),
            source: v1::SourceClass::from(reference.source).into(),
            snippet: reference.snippet.clone(),
        }
    }
}
