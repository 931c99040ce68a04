//! The files of payout batches for the bank.

use super::files::failure;
use super::router::Web;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use backend::service::desk::FileFormat;
use backend::{Error, Result};
use http::{HeaderValue, header};
use tower_sessions::Session;

/// Answers the file of a batch that was handed to the bank. Downloading changes nothing.
pub(super) async fn serve(
    State(web): State<Web>,
    session: Session,
    Path((batch, file)): Path<(String, String)>,
) -> Response {
    match read(&web, &session, &batch, &file).await {
        Ok(response) => response,
        Err(error) => failure(&error),
    }
}

async fn read(web: &Web, session: &Session, batch: &str, file: &str) -> Result<Response> {
    let (format, content_type) = match file {
        "pain001.xml" => (FileFormat::Pain001, "application/xml"),
        "payments.csv" => (FileFormat::Csv, "text/csv; charset=utf-8"),
        _ => return Err(Error::NotFound),
    };
    let viewer = web.backend.visitor(session).await?.ok_or(Error::NotFound)?;
    let id = batch.parse().map_err(|_| Error::NotFound)?;
    let body = web.backend.batch_file(&viewer, id, format).await?;
    let mut response = Response::new(Body::from(body));
    let disposition = if format == FileFormat::Csv { "payments.csv" } else { "pain001.xml" };
    let pairs = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{disposition}\"")),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    for (name, value) in pairs {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}
