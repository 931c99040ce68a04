//! Files of the site, in the best form the browser takes.

use super::router::Web;
use crate::site::Asset;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, Uri, header};

/// Answers a file of the built site. Names with a hash never change, so they may be kept for ever.
pub(super) async fn serve(State(web): State<Web>, uri: Uri, headers: HeaderMap) -> Response {
    let Some(asset) = web.site.get(uri.path()) else { return StatusCode::NOT_FOUND.into_response() };
    let (encoding, bytes) = best(asset, &headers);
    let cache = if asset.immutable { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
    let mut response = Response::new(Body::from(bytes));
    let set = response.headers_mut();
    if let Ok(kind) = asset.content_type.parse() {
        set.insert(header::CONTENT_TYPE, kind);
    }
    set.insert(header::CACHE_CONTROL, http::HeaderValue::from_static(cache));
    set.insert(header::VARY, http::HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        set.insert(header::CONTENT_ENCODING, http::HeaderValue::from_static(encoding));
    }
    response
}

fn best(asset: &Asset, headers: &HeaderMap) -> (Option<&'static str>, Vec<u8>) {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let takes = |encoding: &str| {
        accepted.split(',').any(|part| {
            let mut words = part.split(';').map(str::trim);
            words.next() == Some(encoding) && !words.any(|word| word == "q=0")
        })
    };
    match (&asset.brotli, &asset.gzip) {
        (Some(bytes), _) if takes("br") => (Some("br"), bytes.to_vec()),
        (_, Some(bytes)) if takes("gzip") => (Some("gzip"), bytes.to_vec()),
        _ => (None, asset.plain.to_vec()),
    }
}
