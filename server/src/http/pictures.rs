//! Pictures of what is offered.

use super::files::{SANDBOX, failure, with_headers};
use super::router::Web;
use axum::extract::{Path, State};
use axum::response::Response;
use backend::{Error, Result};
use http::header;
use tower_sessions::Session;

/// Answers a picture in one of its sizes. It never changes, but its listing may be taken away, so it is kept for a day.
pub(super) async fn serve(
    State(web): State<Web>,
    session: Session,
    Path((picture, size)): Path<(String, String)>,
) -> Response {
    match read(&web, &session, &picture, &size).await {
        Ok(response) => response,
        Err(error) => failure(&error),
    }
}

/// Answers the platform's logo; the version in its address changes with it.
pub(super) async fn logo(State(web): State<Web>) -> Response {
    match web.backend.logo().await {
        Ok(body) => answer(body, "image/png"),
        Err(error) => failure(&error),
    }
}

async fn read(web: &Web, session: &Session, picture: &str, size: &str) -> Result<Response> {
    let small = match size {
        "small" => true,
        "large" => false,
        _ => return Err(Error::NotFound),
    };
    let id = picture.parse().map_err(|_| Error::NotFound)?;
    // Who asks matters for drafts alone; a storefront's pictures need not look anybody up.
    let body = match web.backend.picture(None, id, small).await {
        Err(Error::NotFound) => {
            let viewer = web.backend.visitor(session).await?;
            web.backend.picture(viewer.as_ref(), id, small).await?
        }
        public => public?,
    };
    Ok(answer(body, "image/jpeg"))
}

fn answer(body: Vec<u8>, content_type: &str) -> Response {
    with_headers(
        body,
        [
            (header::CONTENT_TYPE, content_type),
            (header::CONTENT_SECURITY_POLICY, SANDBOX),
            (header::CACHE_CONTROL, "private, max-age=86400"),
        ],
    )
}
