//! `POST /v1/retrieve` and `POST /v1/rank`.

use axum::Extension;
use axum::extract::State;
use penchant_proto::v1;

use super::Tenant;
use super::failure::Failure;
use super::json::Json;
use crate::edge::Calls;

pub(super) async fn retrieve(
    State(calls): State<Calls>,
    Extension(tenant): Tenant,
    Json(asked): Json<v1::RetrieveRequest>,
) -> Result<Json<v1::RetrieveResponse>, Failure> {
    Ok(Json(calls.retrieve(&tenant, asked).await?))
}

pub(super) async fn rank(
    State(calls): State<Calls>,
    Extension(tenant): Tenant,
    Json(asked): Json<v1::RankCandidatesRequest>,
) -> Result<Json<v1::RankCandidatesResponse>, Failure> {
    Ok(Json(calls.rank(&tenant, asked).await?))
}
