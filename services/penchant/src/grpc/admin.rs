//! `AdminService`.

use penchant_proto::v1;
use penchant_proto::v1::admin_service_server::AdminService;
use tonic::{Request, Response, Status};

use super::{status, tenant};
use crate::edge::Calls;

#[tonic::async_trait]
impl AdminService for Calls {
    async fn get_status(
        &self,
        _request: Request<v1::GetStatusRequest>,
    ) -> Result<Response<v1::GetStatusResponse>, Status> {
        Ok(Response::new(self.status().await))
    }

    async fn list_users(
        &self,
        request: Request<v1::ListUsersRequest>,
    ) -> Result<Response<v1::ListUsersResponse>, Status> {
        let tenant = tenant(&request)?;
        let answer = self.users(&tenant, request.into_inner()).await;
        answer.map(Response::new).map_err(status::from_error)
    }
}
