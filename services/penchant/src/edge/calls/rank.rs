//! `RankCandidates`.

use penchant_core::TenantId;
use penchant_core::event::Item;
use penchant_core::limits::MAX_CANDIDATES;
use penchant_core::validate;
use penchant_proto::convert::{checkpoint, id, item, position};
use penchant_proto::v1;

use super::{Calls, retrieve, shape};
use crate::edge::deadline;
use crate::gateway::{GatewayError, RankQuery, RankReason, Ranked};

impl Calls {
    /// Scores candidates.
    ///
    /// # Errors
    /// [`GatewayError`]; `Invalid` naming the field that is out of range.
    pub async fn rank(
        &self,
        tenant: &TenantId,
        request: v1::RankCandidatesRequest,
    ) -> Result<v1::RankCandidatesResponse, GatewayError> {
        let user = shape::user(tenant, &request.user_id)?;
        shape::count("candidates", request.candidates.len(), MAX_CANDIDATES)?;
        let candidates: Vec<Item> = request.candidates.into_iter().map(item::decode).collect();
        for (at, candidate) in candidates.iter().enumerate() {
            validate::item(&format!("candidates[{at}]"), candidate)?;
        }
        let ids: Vec<String> = candidates.iter().map(|candidate| candidate.id.clone()).collect();
        let query = RankQuery {
            user,
            context: shape::context_within_limits(request.context)?,
            candidates,
            min_position: request.min_position.map(position::decode),
            deadline: deadline::current(),
            explain: request.explain,
            session: id::session("session_id", &request.session_id)?,
        };
        let answer = self.gateway.rank(query).await?;
        let ranked = answer.ranked.into_iter().map(|one| ranked(one, &ids));
        Ok(v1::RankCandidatesResponse {
            ranked: ranked.collect(),
            positions: checkpoint::encode(&answer.checkpoint),
            explanation: answer.explanation.map(retrieve::explanation),
        })
    }
}

fn ranked(one: Ranked, ids: &[String]) -> v1::RankedCandidate {
    v1::RankedCandidate {
        index: shape::as_u32(one.index),
        id: ids.get(one.index).cloned().unwrap_or_default(),
        score: one.score,
        reasons: one.reasons.into_iter().map(reason).collect(),
    }
}

fn reason(reason: RankReason) -> v1::RankReason {
    v1::RankReason {
        preference_id: reason.preference.to_string(),
        description: reason.description,
        contribution: reason.contribution,
    }
}
