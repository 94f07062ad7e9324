//! `ListPreferences`, `GetPreference` and `DirectPreference`.

use penchant_core::event::{Directive, DirectiveAction};
use penchant_core::validate;
use penchant_core::{Status, TenantId};
use penchant_ports::ListQuery;
use penchant_proto::convert::{directive_action, id, status};
use penchant_proto::v1;

use super::{Calls, shape};
use crate::gateway::{GatewayError, History};

impl Calls {
    /// Lists a user's preferences.
    ///
    /// # Errors
    /// [`GatewayError`]; `Invalid` naming the field that is out of range.
    pub async fn list(
        &self,
        tenant: &TenantId,
        request: v1::ListPreferencesRequest,
    ) -> Result<v1::ListPreferencesResponse, GatewayError> {
        let statuses = request.statuses.iter().enumerate();
        let statuses =
            statuses.map(|(at, number)| status::decode(&format!("statuses[{at}]"), *number));
        let query = ListQuery {
            user: shape::user(tenant, &request.user_id)?,
            statuses: statuses.collect::<Result<Vec<Status>, _>>()?,
            limit: shape::page_size(request.page_size)?,
            cursor: shape::cursor(request.page_token)?,
        };
        let page = self.gateway.list(query).await?;
        Ok(v1::ListPreferencesResponse {
            preferences: page.items.iter().map(Into::into).collect(),
            next_page_token: page.next.map(|cursor| cursor.0).unwrap_or_default(),
            total_size: page.total,
        })
    }

    /// One preference with its history.
    ///
    /// # Errors
    /// [`GatewayError`]; `NotFound` when this user has no such preference.
    pub async fn get(
        &self,
        tenant: &TenantId,
        request: v1::GetPreferenceRequest,
    ) -> Result<v1::GetPreferenceResponse, GatewayError> {
        let user = shape::user(tenant, &request.user_id)?;
        let preference = id::preference("preference_id", &request.preference_id)?;
        let History { preference, revisions } = self.gateway.get(&user, &preference).await?;
        Ok(v1::GetPreferenceResponse {
            story: penchant_learn::fold::story(&preference, &revisions),
            preference: Some((&preference).into()),
            revisions: revisions.iter().map(Into::into).collect(),
        })
    }

    /// Records a person's decision about a preference.
    ///
    /// # Errors
    /// [`GatewayError`]; `NotFound`, or `Stale` when there is a later version.
    pub async fn direct(
        &self,
        tenant: &TenantId,
        request: v1::DirectPreferenceRequest,
    ) -> Result<v1::DirectPreferenceResponse, GatewayError> {
        let user = shape::user(tenant, &request.user_id)?;
        let preference = id::preference("preference_id", &request.preference_id)?;
        let action = directive_action("", request.action, request.description)?;
        if let DirectiveAction::Edit(words) = &action {
            validate::description("description", words)?;
        }
        let event = id::event("event_id", &request.event_id)?;
        let directive =
            Directive { preference, action, expected_version: request.expected_version };
        let recorded = self.gateway.direct(&user, directive, event).await?;
        Ok(v1::DirectPreferenceResponse {
            event_id: recorded.event.to_string(),
            position: Some(recorded.position.into()),
        })
    }
}
