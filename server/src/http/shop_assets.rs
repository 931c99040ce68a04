//! What shops put into their own pages: the script and style of the inline integration, at the addresses that their existing
//! pages name, and the script of our page in their frame. Their names never change, so they are asked about again and again.

use axum::response::{IntoResponse, Response};
use http::header;

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// The script of the inline integration.
pub(super) async fn inline_script() -> Response {
    served(SCRIPT, include_str!("../../assets/trustpay.inline.js"))
}

/// Its style.
pub(super) async fn inline_style() -> Response {
    served(STYLE, include_str!("../../assets/trustpay.inline.css"))
}

/// The script of our page in a shop's frame.
pub(super) async fn frame_script() -> Response {
    served(SCRIPT, include_str!("../../assets/checkout-frame.js"))
}

/// The script of the sandbox's demo shop.
pub(super) async fn demo_script() -> Response {
    served(SCRIPT, include_str!("../../assets/demo-shop.js"))
}

fn served(kind: &'static str, body: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE.as_str(), kind),
        (header::CACHE_CONTROL.as_str(), "public, max-age=300"),
        ("cross-origin-resource-policy", "cross-origin"),
    ];
    (headers, body).into_response()
}
