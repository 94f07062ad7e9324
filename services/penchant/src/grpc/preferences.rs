//! `PreferenceService`.

use futures::StreamExt as _;
use futures::stream::BoxStream;
use penchant_proto::v1;
use penchant_proto::v1::preference_service_server::PreferenceService;
use tonic::{Request, Response, Status};

use super::{status, tenant};
use crate::edge::Calls;

macro_rules! unary {
    ($calls:ident.$call:ident($request:ident)) => {{
        let tenant = tenant(&$request)?;
        let answer = $calls.$call(&tenant, $request.into_inner()).await;
        answer.map(Response::new).map_err(status::from_error)
    }};
}

#[tonic::async_trait]
impl PreferenceService for Calls {
    async fn retrieve(
        &self,
        request: Request<v1::RetrieveRequest>,
    ) -> Result<Response<v1::RetrieveResponse>, Status> {
        unary!(self.retrieve(request))
    }

    async fn batch_retrieve(
        &self,
        request: Request<v1::BatchRetrieveRequest>,
    ) -> Result<Response<v1::BatchRetrieveResponse>, Status> {
        unary!(self.retrieve_batch(request))
    }

    async fn list_preferences(
        &self,
        request: Request<v1::ListPreferencesRequest>,
    ) -> Result<Response<v1::ListPreferencesResponse>, Status> {
        unary!(self.list(request))
    }

    async fn get_preference(
        &self,
        request: Request<v1::GetPreferenceRequest>,
    ) -> Result<Response<v1::GetPreferenceResponse>, Status> {
        unary!(self.get(request))
    }

    async fn direct_preference(
        &self,
        request: Request<v1::DirectPreferenceRequest>,
    ) -> Result<Response<v1::DirectPreferenceResponse>, Status> {
        unary!(self.direct(request))
    }

    async fn rank_candidates(
        &self,
        request: Request<v1::RankCandidatesRequest>,
    ) -> Result<Response<v1::RankCandidatesResponse>, Status> {
        unary!(self.rank(request))
    }

    async fn suggest_questions(
        &self,
        _request: Request<v1::SuggestQuestionsRequest>,
    ) -> Result<Response<v1::SuggestQuestionsResponse>, Status> {
        Err(status::unimplemented(
            "SuggestQuestions is not offered yet; Retrieve answers questions where it has any",
        ))
    }

    type WatchPreferencesStream = BoxStream<'static, Result<v1::WatchPreferencesResponse, Status>>;

    async fn watch_preferences(
        &self,
        _request: Request<v1::WatchPreferencesRequest>,
    ) -> Result<Response<Self::WatchPreferencesStream>, Status> {
        Err(status::unimplemented(
            "WatchPreferences is not offered yet; call ListPreferences, newest update first",
        ))
    }

    type ExportUserStream = BoxStream<'static, Result<v1::ExportUserResponse, Status>>;

    async fn export_user(
        &self,
        request: Request<v1::ExportUserRequest>,
    ) -> Result<Response<Self::ExportUserStream>, Status> {
        let tenant = tenant(&request)?;
        let parts = self.export(&tenant, request.into_inner()).await.map_err(status::from_error)?;
        Ok(Response::new(parts.map(|part| part.map_err(status::from_error)).boxed()))
    }

    async fn erase_user(
        &self,
        request: Request<v1::EraseUserRequest>,
    ) -> Result<Response<v1::EraseUserResponse>, Status> {
        unary!(self.erase(request))
    }
}
