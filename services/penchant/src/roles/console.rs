//! The console: pages for people, on the HTTP address, behind the same gate and credentials.

use std::sync::Arc;

use axum::Router;

use crate::config::{Config, Role};
use crate::console;
use crate::edge::EdgeOptions;
use crate::gateway::Gateway;

/// The pages' routes; none when this process has not the role.
pub fn routes(config: &Config, gateway: &Arc<dyn Gateway>, options: &EdgeOptions) -> Router {
    if !config.server.roles.contains(&Role::Console) {
        return Router::new();
    }
    let roles: Vec<&str> = config.server.roles.iter().map(|role| role.name()).collect();
    console::router(Arc::clone(gateway), options, &roles.join(", "))
}
