//! The addresses of payment links: the hosted page under its short address, and where the buyer's browser comes back to
//! (instamojo.md section 5.1).

use super::router::Web;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use backend::service::instamojo::{CollectionReturn, CollectionStatus};
use backend::{Error, Result};
use http::uri::PathAndQuery;
use http::{StatusCode, Uri};
use url::Url;

/// Where the page stands that a short address shows.
const PAGE: &str = "/link/";

/// The request for the page behind `/@{username}/{request}`: the routes of pages know no parameter with a sign before it. The
/// browser keeps the short address.
pub(super) fn of_page(mut request: Request) -> Request {
    let Some(rest) = request.uri().path().strip_prefix("/@") else { return request };
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let Ok(page) = format!("{PAGE}{rest}{query}").parse::<PathAndQuery>() else { return request };
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = Some(page);
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    request
}

/// The rail sends the buyer back to `/pay/{payment}`. Once it is known how the payment ended, a request that names a page of the
/// shop leads there; everything else is told on a page of ours.
pub(super) async fn back(State(web): State<Web>, Path(code): Path<String>) -> Response {
    match next(&web, &code).await {
        Ok(address) => Redirect::to(&address).into_response(),
        Err(Error::NotFound) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, cause = ?std::error::Error::source(&error).map(ToString::to_string), "a buyer could not be sent on");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn next(web: &Web, code: &str) -> Result<String> {
    // PostgreSQL takes no text with a null character in it.
    if !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Error::NotFound);
    }
    let CollectionReturn { collection, request } = web.backend.collection_return(code).await?;
    let status = match collection.status {
        CollectionStatus::Succeeded => "Credit",
        CollectionStatus::Failed => "Failed",
        CollectionStatus::Started | CollectionStatus::Pending | CollectionStatus::Returned => "",
    };
    if status.is_empty() || request.redirect_url.is_empty() {
        return Ok(format!("/pay/{}/done", collection.code));
    }
    let request_id = request.id.0.simple().to_string();
    let arguments =
        [("payment_id", collection.code.as_str()), ("payment_request_id", &request_id), ("payment_status", status)];
    with_arguments(&request.redirect_url, &arguments)
        .ok_or_else(|| Error::internal("redirect_url", "the stored address cannot be read"))
}

/// An address with more arguments before its fragment; those it has stay as they are.
fn with_arguments(address: &str, arguments: &[(&str, &str)]) -> Option<String> {
    let (before, fragment) = match address.split_once('#') {
        Some((before, fragment)) => (before, Some(fragment)),
        None => (address, None),
    };
    let more = form_urlencoded::Serializer::new(String::new()).extend_pairs(arguments).finish();
    let joint = match before {
        asked if asked.ends_with(['?', '&']) => "",
        asked if asked.contains('?') => "&",
        _ => "?",
    };
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    // The parser writes what a header cannot carry, such as letters of other scripts, as browsers do.
    Url::parse(&format!("{before}{joint}{more}{fragment}")).map(String::from).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    #[test]
    fn arguments_stand_behind_those_of_the_shop_and_before_the_fragment() {
        for (address, expected) in [
            ("https://a.example/back", "https://a.example/back?k=v"),
            ("https://a.example", "https://a.example/?k=v"),
            ("https://a.example/?", "https://a.example/?k=v"),
            ("https://a.example/?a=%20+b&c", "https://a.example/?a=%20+b&c&k=v"),
            ("https://a.example/?a=1&#x?y=2", "https://a.example/?a=1&k=v#x?y=2"),
            ("https://ä.example/ü?ö=1", "https://xn--4ca.example/%C3%BC?%C3%B6=1&k=v"),
        ] {
            assert_eq!(with_arguments(address, &[("k", "v")]).as_deref(), Some(expected), "{address}");
        }
        assert_eq!(with_arguments("no address", &[]), None);
    }

    #[test]
    fn a_short_address_shows_the_page_with_its_query() {
        let at = |uri: &str| of_page(Request::get(uri).body(Body::empty()).unwrap()).uri().to_string();
        assert_eq!(at("/@foo/05f3?x=%40&y"), "/link/foo/05f3?x=%40&y");
        assert_eq!(at("http://a.example/@foo/05f3"), "http://a.example/link/foo/05f3");
        assert_eq!(at("/other"), "/other");
    }
}
