//! `ExportUser` and `EraseUser`.

use futures::StreamExt as _;
use futures::stream::BoxStream;
use penchant_core::TenantId;
use penchant_proto::convert::{checkpoint, timestamp};
use penchant_proto::v1;
use penchant_proto::v1::export_user_response::{End, LoggedEvent, Part, PreferenceHistory};

use super::{Calls, shape};
use crate::gateway::{ExportPart, GatewayError, History};

/// A user's export on the wire, part by part; complete only if the last part is `end`.
pub type ExportStream = BoxStream<'static, Result<v1::ExportUserResponse, GatewayError>>;

impl Calls {
    /// Everything that is kept about a user.
    ///
    /// # Errors
    /// [`GatewayError`], at once or in the stream.
    pub async fn export(
        &self,
        tenant: &TenantId,
        request: v1::ExportUserRequest,
    ) -> Result<ExportStream, GatewayError> {
        let user = shape::user(tenant, &request.user_id)?;
        let parts = self.gateway.export(&user).await?;
        Ok(parts.map(|outcome| outcome.map(part)).boxed())
    }

    /// Forgets a user.
    ///
    /// # Errors
    /// [`GatewayError`].
    pub async fn erase(
        &self,
        tenant: &TenantId,
        request: v1::EraseUserRequest,
    ) -> Result<v1::EraseUserResponse, GatewayError> {
        let user = shape::user(tenant, &request.user_id)?;
        let recorded = self.gateway.erase(&user).await?;
        Ok(v1::EraseUserResponse {
            event_id: recorded.event.to_string(),
            position: Some(recorded.position.into()),
        })
    }
}

fn part(part: ExportPart) -> v1::ExportUserResponse {
    let part = match part {
        ExportPart::Preference(history) => {
            let History { preference, revisions } = *history;
            Part::Preference(PreferenceHistory {
                preference: Some((&preference).into()),
                revisions: revisions.iter().map(Into::into).collect(),
            })
        }
        ExportPart::Event { position, logged_at, event } => Part::Event(LoggedEvent {
            position: Some(position.into()),
            logged_at: Some(timestamp::encode(logged_at)),
            event: Some(event.as_ref().into()),
        }),
        ExportPart::End { preferences, events, checkpoint } => {
            Part::End(End { preferences, events, positions: checkpoint::encode(&checkpoint) })
        }
    };
    v1::ExportUserResponse { part: Some(part) }
}
