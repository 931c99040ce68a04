//! Whether the process lives, and whether it can work.

use super::router::Web;
use crate::world::is_migrated;
use axum::extract::State;
use http::StatusCode;

/// The process answers.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// The database answers and no migration is missing.
pub(super) async fn ready(State(web): State<Web>) -> (StatusCode, &'static str) {
    match is_migrated(web.backend.db()).await {
        Ok(true) => (StatusCode::OK, "ready\n"),
        Ok(false) => (StatusCode::SERVICE_UNAVAILABLE, "migrations are pending\n"),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
