//! Receipts as PDF, for the parties of the order alone.

use super::files::{download, failure};
use super::router::Web;
use crate::receipt_pdf;
use axum::extract::{Path, State};
use axum::response::Response;
use backend::service::access::OrderRef;
use backend::service::receipts::ReceiptKind;
use backend::{Error, Result};
use tower_sessions::Session;

/// Answers a receipt of an order.
pub(super) async fn serve(
    State(web): State<Web>,
    session: Session,
    Path((order, kind)): Path<(String, String)>,
) -> Response {
    match read(&web, &session, &order, &kind).await {
        Ok(response) => response,
        Err(error) => failure(&error),
    }
}

async fn read(web: &Web, session: &Session, order: &str, kind: &str) -> Result<Response> {
    let viewer = web.backend.visitor(session).await?;
    let kind = ReceiptKind::from_key(kind).ok_or(Error::NotFound)?;
    let (_, receipt) = web.backend.receipt(viewer.as_ref(), &OrderRef::parse(order)?, kind).await?;
    let body = receipt_pdf::print(&receipt, &web.backend.platform_name())
        .map_err(|source| Error::internal("receipt", source))?;
    Ok(download(body, "application/pdf", &format!("receipt-{}.pdf", receipt.number)))
}
