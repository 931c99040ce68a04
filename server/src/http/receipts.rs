//! Receipts as PDF, for the parties of the order alone.

use super::router::Web;
use crate::receipt_pdf;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use backend::service::access::OrderRef;
use backend::service::receipts::ReceiptKind;
use backend::{Error, Result};
use http::{HeaderName, HeaderValue, StatusCode, header};
use tower_sessions::Session;

/// Answers a receipt of an order.
pub(super) async fn serve(
    State(web): State<Web>,
    session: Session,
    Path((order, kind)): Path<(String, String)>,
) -> Response {
    match read(&web, &session, &order, &kind).await {
        Ok(response) => response,
        Err(error) => super::files::failure(&error),
    }
}

async fn read(web: &Web, session: &Session, order: &str, kind: &str) -> Result<Response> {
    let viewer = web.backend.visitor(session).await?;
    let kind = ReceiptKind::from_key(kind).ok_or(Error::NotFound)?;
    let (_, receipt) = web.backend.receipt(viewer.as_ref(), &OrderRef::parse(order)?, kind).await?;
    let body = receipt_pdf::print(&receipt).map_err(|source| Error::internal("receipt", source))?;
    let mut response = (StatusCode::OK, Body::from(body)).into_response();
    let pairs: [(HeaderName, String); 3] = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"receipt-{}.pdf\"", receipt.number)),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    for (name, value) in pairs {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}
