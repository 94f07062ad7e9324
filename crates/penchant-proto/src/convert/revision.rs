//! `Revision` and `RevisionKind`.

use penchant_core::{Revision, RevisionKind};

use super::timestamp;
use crate::v1;

impl From<RevisionKind> for v1::RevisionKind {
    fn from(kind: RevisionKind) -> Self {
        match kind {
            RevisionKind::Add => Self::Add,
            RevisionKind::Refine => Self::Refine,
            RevisionKind::Supersede => Self::Supersede,
            RevisionKind::Retract => Self::Retract,
            RevisionKind::Expire => Self::Expire,
            RevisionKind::Restore => Self::Restore,
            RevisionKind::Quarantine => Self::Quarantine,
            RevisionKind::Direct => Self::Direct,
        }
    }
}

impl From<&Revision> for v1::Revision {
    fn from(revision: &Revision) -> Self {
        Self {
            version: revision.version,
            kind: v1::RevisionKind::from(revision.kind).into(),
            at: Some(timestamp::encode(revision.at)),
            position: Some(revision.position.into()),
            reason: revision.reason.clone(),
            evidence: revision.evidence.as_ref().map(Into::into),
            description: revision.description.clone(),
            polarity: v1::Polarity::from(revision.polarity).into(),
            scope: Some((&revision.scope).into()),
            confidence: revision.confidence,
            status: v1::Status::from(revision.status).into(),
            valid_to: revision.valid_to.map(timestamp::encode),
        }
    }
}
