//! Middleware of our own: safe headers on every answer, and a readable page instead of an empty failure.

use super::instamojo;
use super::router::Web;
use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode, header};

/// Name of the header that carries the id of a request, into the log and to the person.
pub(super) const REQUEST_ID: &str = "x-request-id";

/// Sets what every answer carries. Answers that say nothing about caching are never stored: they are somebody's.
pub(super) async fn headers(State(web): State<Web>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=()"),
    ];
    for (name, value) in fixed {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let policy = headers.get(header::CONTENT_SECURITY_POLICY).and_then(|value| value.to_str().ok());
    // A shop's hosted page names who may show it in a frame; older browsers know no such list.
    let framed = ["frame-ancestors http", "frame-ancestors *"];
    if !policy.is_some_and(|policy| framed.iter().any(|allowed| policy.contains(allowed))) {
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    if web.secure() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Gives a failure without a body the page that says what to do, where the browser asked for a page.
pub(super) async fn failures(State(web): State<Web>, request: Request, next: Next) -> Response {
    // A program gets its contract's answer, whatever it says it accepts.
    if request.uri().path().starts_with("/api/") {
        return next.run(request).await;
    }
    if instamojo::serves(request.uri().path()) {
        return instamojo::in_words(next.run(request).await);
    }
    let wants_page = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    let id = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
    let mut response = next.run(request).await;
    if sent_back_unread(&response) {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("text/html"))
        && response.body().size_hint().exact() != Some(0);
    if !failed || !wants_page || is_page {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::LOCATION);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    Response::from_parts(parts, Body::from(app::error_document(status, id.as_deref(), web.site.css.as_str())))
}

/// Whether a form could not be read at all: the framework then redirects to where it came from with the error in the address,
/// which would put its words into an address and into the log of a proxy.
fn sent_back_unread(response: &Response) -> bool {
    let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    response.status() == StatusCode::FOUND && location.is_some_and(|location| location.contains("__err="))
}
