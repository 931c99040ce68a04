//! The list of orders as CSV: exactly the filtered rows.

use super::files::{download, failure};
use super::router::Web;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use backend::service::order_export::ExportRow;
use backend::service::order_list::{ListOf, ListQuery};
use backend::{Error, Result};
use domain::clock_text::{Zone, rfc3339};
use domain::text::cell;
use http::{HeaderMap, Uri};
use std::collections::BTreeMap;
use tower_sessions::Session;

const HEAD: [&str; 16] = [
    "number",
    "made_at",
    "paid_at",
    "status",
    "title",
    "buyer",
    "seller",
    "service_provider",
    "marketplace",
    "currency",
    "price",
    "paid_in",
    "held",
    "refunded",
    "your_share",
    "paid_to_you",
];

/// Answers the orders that the list with this query shows on all its pages.
pub(super) async fn serve(
    State(web): State<Web>,
    session: Session,
    headers: HeaderMap,
    address: Uri,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    match read(&web, &session, app::zone_of(&headers), &query).await {
        Ok(response) => response,
        // The list shows at its fields what could not be read.
        Err(Error::Invalid(_)) => {
            Redirect::to(&format!("/orders?{}", address.query().unwrap_or_default())).into_response()
        }
        Err(error) => failure(&error),
    }
}

async fn read(web: &Web, session: &Session, zone: Zone, query: &BTreeMap<String, String>) -> Result<Response> {
    let viewer = web.backend.visitor(session).await?.filter(|viewer| viewer.verified).ok_or(Error::NotFound)?;
    let (asked, wrong) = ListQuery::read(query, zone);
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let rows = web.backend.export_orders(&viewer, ListOf::read(query, &viewer), &asked).await?;
    let body = print(&rows).map_err(|source| Error::internal("export", source))?;
    Ok(download(body, "text/csv; charset=utf-8", "orders.csv"))
}

fn print(rows: &[ExportRow]) -> std::result::Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEAD)?;
    for row in rows {
        writer.write_record([
            row.number.to_string(),
            rfc3339(row.made_at),
            row.paid_at.map(rfc3339).unwrap_or_default(),
            row.status.title().to_owned(),
            cell(&row.title),
            cell(&row.buyer),
            cell(&row.seller),
            cell(&row.provider),
            cell(&row.operator),
            row.price.currency().code().to_owned(),
            row.price.plain(),
            row.paid_in.plain(),
            row.held.plain(),
            row.refunded.plain(),
            row.share.plain(),
            row.paid_out.plain(),
        ])?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}
