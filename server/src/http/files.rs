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
    let mut response = Response::new(Body::from(body));
    let pairs: [(HeaderName, String); 4] = [
        (header::CONTENT_TYPE, info.content_type),
        (header::CONTENT_DISPOSITION, format!("{shown}; filename=\"{name}\"")),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    for (name, value) in pairs {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}
