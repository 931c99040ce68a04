//! Uploaded proof, for the parties of the order alone.

use super::router::Web;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use backend::service::access::OrderRef;
use backend::{Backend, Error, Result};
use domain::ids::FileId;
use http::{HeaderName, HeaderValue, StatusCode, header};
use tower_sessions::Session;

/// Answers a file of an order. Images are shown, everything else is downloaded; nothing in it can run.
pub(super) async fn serve(
    State(web): State<Web>,
    session: Session,
    Path((order, file)): Path<(String, String)>,
) -> Response {
    match read(&web.backend, &session, &order, &file).await {
        Ok(response) => response,
        Err(error) => failure(&error),
    }
}

/// What a served file may do in a browser: nothing.
pub(super) const SANDBOX: &str = "default-src 'none'; sandbox";

/// A body under its headers; a value that no header can carry is left out.
pub(super) fn with_headers<const N: usize>(body: impl Into<Body>, headers: [(HeaderName, &str); N]) -> Response {
    let mut response = Response::new(body.into());
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// A file to be kept under `name`, of a person who is signed in, so that nothing in between keeps it.
pub(super) fn download(body: impl Into<Body>, content_type: &str, name: &str) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    with_headers(
        body,
        [
            (header::CONTENT_TYPE, content_type),
            (header::CONTENT_DISPOSITION, &disposition),
            (header::CACHE_CONTROL, "private, no-store"),
        ],
    )
}

/// The bare answer where a download cannot be given.
pub(super) fn failure(error: &Error) -> Response {
    match error {
        Error::NotFound => StatusCode::NOT_FOUND.into_response(),
        Error::Expired(_) => StatusCode::GONE.into_response(),
        error => {
            tracing::error!(%error, cause = ?std::error::Error::source(error).map(ToString::to_string), "a download could not be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn read(backend: &Backend, session: &Session, order: &str, file: &str) -> Result<Response> {
    let viewer = backend.visitor(session).await?;
    let file: FileId = file.parse().map_err(|_| Error::NotFound)?;
    let (info, body) = backend.order_file(viewer.as_ref(), &OrderRef::parse(order)?, file).await?;
    let shown = if info.content_type.starts_with("image/") { "inline" } else { "attachment" };
    let name: String =
        info.name.chars().map(|c| if c.is_ascii_graphic() && !"\"\\;".contains(c) { c } else { '_' }).collect();
    let disposition = format!("{shown}; filename=\"{name}\"");
    Ok(with_headers(
        body,
        [
            (header::CONTENT_TYPE, info.content_type.as_str()),
            (header::CONTENT_DISPOSITION, &disposition),
            (header::CONTENT_SECURITY_POLICY, SANDBOX),
            (header::CACHE_CONTROL, "private, no-store"),
        ],
    ))
}
