//! `GetStatus` and `ListUsers`.

use penchant_core::TenantId;
use penchant_learn::lane::LearnerStatus;
use penchant_proto::v1;

use super::{Calls, shape};
use crate::gateway::{GatewayError, ModelUse, PartitionStatus, ServiceStatus};

impl Calls {
    /// How the service is.
    pub async fn status(&self) -> v1::GetStatusResponse {
        let status = self.gateway.status().await;
        let lag = status.lag();
        let ServiceStatus { version, ready, problems, warnings, inferrer, log, store, .. } = status;
        let used = status.model_use.map(model_use);
        v1::GetStatusResponse {
            version,
            ready,
            problems,
            warnings,
            embedder: status.embedder.model,
            dimension: shape::as_u32(status.embedder.dimension),
            lexical_fallback: status.embedder.lexical_fallback,
            inferrer: inferrer.unwrap_or_default(),
            log,
            store,
            partitions: status.partitions.into_iter().map(partition).collect(),
            lag,
            model_use: used,
            learner: status.learner.map(learner),
        }
    }

    /// The tenant's users.
    ///
    /// # Errors
    /// [`GatewayError`]; `Invalid` naming the field that is out of range.
    pub async fn users(
        &self,
        tenant: &TenantId,
        request: v1::ListUsersRequest,
    ) -> Result<v1::ListUsersResponse, GatewayError> {
        let limit = shape::page_size(request.page_size)?;
        let cursor = shape::cursor(request.page_token)?;
        let page = self.gateway.users(tenant, limit, cursor).await?;
        Ok(v1::ListUsersResponse {
            user_ids: page.items.into_iter().map(Into::into).collect(),
            next_page_token: page.next.map(|cursor| cursor.0).unwrap_or_default(),
            total_size: page.total,
        })
    }
}

fn model_use(used: ModelUse) -> v1::ModelUse {
    v1::ModelUse {
        calls: used.tally.calls,
        failures: used.tally.failures,
        over_budget: used.tally.over_budget,
        left_alone: used.tally.left_alone,
        circuit: used.tally.circuit.as_str().to_owned(),
        messages: used.messages,
        calls_per_100_messages: used.per_100,
    }
}

fn learner(status: LearnerStatus) -> v1::LearnerStatus {
    v1::LearnerStatus {
        lanes: status.lanes.into_iter().map(|lane| lane.0).collect(),
        trouble: status.trouble.unwrap_or_default(),
        restarts: status.restarts,
        batches: status.batches,
        records: status.records,
        commit_seconds: status.commits.as_secs_f64(),
    }
}

fn partition(status: PartitionStatus) -> v1::PartitionStatus {
    v1::PartitionStatus {
        partition: status.partition.0,
        next_offset: status.next_offset,
        end_offset: status.end_offset,
    }
}
