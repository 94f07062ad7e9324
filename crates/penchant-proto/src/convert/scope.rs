//! `Scope`.

use penchant_core::Scope;

use super::timestamp;
use crate::v1;
use crate::v1::scope::Reach;

impl From<&Scope> for v1::Scope {
    fn from(scope: &Scope) -> Self {
        let (reach, until) = match scope {
            Scope::Always => (Reach::Always, None),
            Scope::Context { .. } => (Reach::Context, None),
            Scope::ThisTime { until, .. } => (Reach::ThisTime, *until),
        };
        Self {
            reach: reach.into(),
            label: scope.label().to_owned(),
            until: until.map(timestamp::encode),
        }
    }
}
