//! `Claim`.

use penchant_core::{Claim, FacetValue};

use crate::v1;

impl From<&Claim> for v1::Claim {
    fn from(claim: &Claim) -> Self {
        use v1::claim::Claim as Wire;
        use v1::facet_claim::Value;
        let wire = match claim {
            Claim::Facet { facet, value } => {
                let value = match value {
                    FacetValue::Class(class) => Value::Class(class.clone()),
                    FacetValue::Number(number) => Value::Number(*number),
                    FacetValue::Term(term) => Value::Term(term.clone()),
                    FacetValue::Substitution { from, to } => {
                        Value::Substitution(v1::Substitution { from: from.clone(), to: to.clone() })
                    }
                };
                Wire::Facet(v1::FacetClaim { facet: facet.to_string(), value: Some(value) })
            }
            Claim::Affinity { attribute, value } => Wire::Affinity(v1::AffinityClaim {
                attribute: attribute.clone(),
                value: value.clone(),
            }),
            Claim::Statement { text } => Wire::Statement(v1::StatementClaim { text: text.clone() }),
        };
        Self { claim: Some(wire) }
    }
}
