//! The files of payout batches for the bank.

use super::files::{download, failure};
use super::router::Web;
use axum::extract::{Path, State};
use axum::response::Response;
use backend::service::desk::FileFormat;
use backend::{Error, Result};
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
    Ok(download(body, content_type, file))
}
