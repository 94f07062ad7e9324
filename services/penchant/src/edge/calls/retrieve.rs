//! `Retrieve` and `BatchRetrieve`.

use penchant_core::aggregate::{Conflict, Served};
use penchant_core::limits::{
    MAX_ATTRIBUTE_NAME_BYTES, MAX_FACET_FILTERS, MAX_K, MAX_RETRIEVALS, MAX_SUMMARY_TOKENS,
};
use penchant_core::validate::InvalidField;
use penchant_core::{FacetId, TenantId};
use penchant_proto::convert::{checkpoint, id, position, support, timestamp};
use penchant_proto::v1;

use super::{Calls, RetrieveDefaults, shape};
use crate::edge::deadline;
use crate::gateway::{Explanation, GatewayError, Question, RetrieveAnswer, RetrieveQuery};

impl Calls {
    /// What matters in a context.
    ///
    /// # Errors
    /// [`GatewayError`]; `Invalid` naming the field that is out of range.
    pub async fn retrieve(
        &self,
        tenant: &TenantId,
        request: v1::RetrieveRequest,
    ) -> Result<v1::RetrieveResponse, GatewayError> {
        let query = query(self.defaults, tenant, request)?;
        Ok(answer(self.gateway.retrieve(query).await?))
    }

    /// Several retrievals; one outcome per request, in order.
    ///
    /// # Errors
    /// `Invalid` when any request is out of limits, before any work.
    pub async fn retrieve_batch(
        &self,
        tenant: &TenantId,
        request: v1::BatchRetrieveRequest,
    ) -> Result<v1::BatchRetrieveResponse, GatewayError> {
        use v1::batch_retrieve_result::Outcome;
        shape::count("requests", request.requests.len(), MAX_RETRIEVALS)?;
        let read = request.requests.into_iter().enumerate().map(|(at, request)| {
            query(self.defaults, tenant, request)
                .map_err(|error| shape::within(&format!("requests[{at}]"), error))
        });
        let queries = read.collect::<Result<Vec<_>, _>>()?;
        let asked = queries.len();
        let outcomes = self.gateway.retrieve_batch(queries).await;
        if outcomes.len() != asked {
            return Err(GatewayError::Internal(
                "the batch has another length than its answer".into(),
            ));
        }
        let results = outcomes.into_iter().map(|outcome| {
            let outcome = match outcome {
                Ok(found) => Outcome::Response(answer(found)),
                Err(error) => Outcome::Error(call_error(error)),
            };
            v1::BatchRetrieveResult { outcome: Some(outcome) }
        });
        Ok(v1::BatchRetrieveResponse { results: results.collect() })
    }
}

fn query(
    defaults: RetrieveDefaults,
    tenant: &TenantId,
    request: v1::RetrieveRequest,
) -> Result<RetrieveQuery, InvalidField> {
    let user = shape::user(tenant, &request.user_id)?;
    let as_of = request.as_of.as_ref().map(|at| timestamp::decode("as_of", at)).transpose()?;
    Ok(RetrieveQuery {
        user,
        context: shape::context_within_limits(request.context)?,
        k: shape::number("k", request.k, defaults.k, MAX_K)?,
        max_tokens: shape::number(
            "max_tokens",
            request.max_tokens,
            defaults.max_tokens,
            MAX_SUMMARY_TOKENS,
        )?,
        min_confidence: request.min_confidence.map(probability).transpose()?,
        facets: facets(&request.facets)?,
        as_of,
        min_position: request.min_position.map(position::decode),
        deadline: deadline::current(),
        explain: request.explain,
        session: id::session("session_id", &request.session_id)?,
    })
}

fn probability(value: f32) -> Result<f32, InvalidField> {
    // False for NaN too.
    if (0.0..=1.0).contains(&value) {
        return Ok(value);
    }
    Err(InvalidField::new("min_confidence", format!("must be a number from 0 to 1, is {value}")))
}

fn facets(names: &[String]) -> Result<Vec<FacetId>, InvalidField> {
    if names.len() > MAX_FACET_FILTERS {
        return Err(InvalidField::new(
            "facets",
            format!("must have at most {MAX_FACET_FILTERS} entries, has {}", names.len()),
        ));
    }
    let named = |name: &str| {
        (1..=MAX_ATTRIBUTE_NAME_BYTES).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
    };
    match names.iter().position(|name| !named(name)) {
        Some(at) => Err(InvalidField::new(format!("facets[{at}]"), "is no name of a facet")),
        None => Ok(names.iter().map(|name| FacetId::new(name)).collect()),
    }
}

fn answer(found: RetrieveAnswer) -> v1::RetrieveResponse {
    v1::RetrieveResponse {
        summary: found.summary,
        summary_tokens: found.summary_tokens,
        preferences: found.served.iter().map(served).collect(),
        conflicts: found.conflicts.into_iter().map(conflict).collect(),
        questions: found.questions.into_iter().map(question).collect(),
        positions: checkpoint::encode(&found.checkpoint),
        truncated: found.truncated,
        explanation: found.explanation.map(explanation),
    }
}

fn served(one: &Served) -> v1::ServedPreference {
    let near = &one.neighbour;
    let preference = &near.preference;
    v1::ServedPreference {
        id: preference.id.to_string(),
        description: preference.description.clone(),
        claim: Some((&preference.kind).into()),
        polarity: v1::Polarity::from(preference.polarity).into(),
        scope: Some((&preference.scope).into()),
        confidence: one.confidence,
        origin: v1::Origin::from(preference.origin).into(),
        score: one.score,
        context_similarity: near.context_similarity,
        content_similarity: near.content_similarity,
        lexical: near.lexical,
        support: support(&preference.support),
        last_evidence: preference.evidence.last().map(Into::into),
        pinned: preference.pinned,
        version: preference.version,
    }
}

fn conflict(conflict: Conflict) -> v1::Conflict {
    v1::Conflict {
        kept_id: conflict.kept.to_string(),
        dropped_id: conflict.dropped.to_string(),
        dropped_description: conflict.dropped_description,
        reason: conflict.reason,
    }
}

fn question(question: Question) -> v1::Question {
    let Question { text, facet, options } = question;
    v1::Question { text, facet, options }
}

pub(super) fn explanation(explanation: Explanation) -> v1::Explanation {
    v1::Explanation {
        embedder: explanation.embedder.model,
        dimension: shape::as_u32(explanation.embedder.dimension),
        lexical_fallback: explanation.embedder.lexical_fallback,
        warnings: explanation.warnings,
        considered: shape::as_u32(explanation.considered),
    }
}

fn call_error(error: GatewayError) -> v1::CallError {
    let code = error.code().to_owned();
    let field = match &error {
        GatewayError::Invalid(invalid) => invalid.field.clone(),
        _ => String::new(),
    };
    v1::CallError { code, message: error.told(), field }
}
