//! What the operator watches: counts and latencies by route, on a listener of their own.

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusBuilder;
use std::time::Instant;

/// Counts a request and its seconds under its route, never under its address.
pub(super) async fn count(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let method = request.method().to_string();
    let started = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    let labels = [("method", method), ("route", route), ("status", status)];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels).record(started.elapsed().as_secs_f64());
    response
}

/// The router of the admin listener: `/metrics` in the Prometheus text format. Starts recording.
///
/// # Errors
/// Recording was started before.
pub fn admin_router() -> Result<Router> {
    let recorder = PrometheusBuilder::new().install_recorder().context("metrics cannot be recorded")?;
    Ok(Router::new().route("/metrics", get(move || std::future::ready(recorder.render()))))
}
