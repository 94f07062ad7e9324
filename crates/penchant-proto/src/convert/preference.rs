//! `Preference`, `Support` and `Origin`.

use penchant_core::preference::Support;
use penchant_core::{Origin, Preference};

use super::timestamp;
use crate::v1;

/// Support to the wire, weakest class first.
#[must_use]
pub fn support(support: &Support) -> Vec<v1::Support> {
    support
        .0
        .iter()
        .map(|(source, count)| v1::Support {
            source: v1::SourceClass::from(*source).into(),
            count: *count,
        })
        .collect()
}

impl From<Origin> for v1::Origin {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Stated => Self::Stated,
            Origin::Inferred => Self::Inferred,
            Origin::Proposed => Self::Proposed,
            Origin::Directed => Self::Directed,
        }
    }
}

impl From<&Preference> for v1::Preference {
    fn from(preference: &Preference) -> Self {
        Self {
            id: preference.id.to_string(),
            description: preference.description.clone(),
            claim: Some((&preference.kind).into()),
            polarity: v1::Polarity::from(preference.polarity).into(),
            scope: Some((&preference.scope).into()),
            confidence: preference.confidence,
            support: support(&preference.support),
            origin: v1::Origin::from(preference.origin).into(),
            status: v1::Status::from(preference.status).into(),
            pinned: preference.pinned,
            valid_from: Some(timestamp::encode(preference.valid_from)),
            valid_to: preference.valid_to.map(timestamp::encode),
            superseded_by: preference
                .superseded_by
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            evidence: preference.evidence.iter().map(Into::into).collect(),
            version: preference.version,
            updated_at: Some(timestamp::encode(preference.updated_at)),
            language: preference.language.clone(),
            context_cluster: preference.cluster,
        }
    }
}
