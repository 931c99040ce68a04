//! Addresses, methods, sizes and numbers of calls beyond the contract: the envelope, under the status that fits.

use super::{CALLS, FORM, Shop, data, failure, send, send_body};
use axum::body::{Body, Bytes};
use http::{Request, StatusCode, header};
use std::convert::Infallible;

#[tokio::test]
async fn an_unknown_address_is_404_in_the_envelope() {
    let shop = Shop::open().await;
    for path in [
        "/api/nothing",
        "/api/api/nothing",
        "/api/serviceprovider/create/more",
        "/api/project/updateProject",
        "/api/callback",
        "/api/api/serviceprovider",
        "/api/ServiceProvider",
    ] {
        for method in ["GET", "POST", "PUT", "DELETE"] {
            let answer = shop.send(method, path, &[]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
            failure(&answer);
        }
    }
    // Also for a browser, which would get a page elsewhere.
    let answer = shop.app.anonymous().get("/api/nothing").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    failure(&answer);
}

#[tokio::test]
async fn another_method_is_405_in_the_envelope() {
    let shop = Shop::open().await;
    let mut paths: Vec<&str> = CALLS.iter().map(|(_, path, _)| *path).collect();
    paths.push("/api/abokiExchangeRate");
    paths.dedup();
    for path in paths {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            let known = CALLS.iter().any(|(there, at, _)| *there == method && *at == path);
            let rate = path == "/api/abokiExchangeRate" && method == "GET";
            if known || rate {
                continue;
            }
            let answer = shop.send(method, path, &[]).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            failure(&answer);
        }
    }
}

#[tokio::test]
async fn a_huge_body_is_413_in_the_envelope_also_when_its_length_is_not_told() {
    let shop = Shop::open().await;
    let huge = format!("authtoken={}", "x".repeat(128 * 1024));
    for (method, path, _) in CALLS {
        let answer = send_body(&shop.app, method, path, FORM, huge.as_str()).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{method} {path}");
        failure(&answer);
        let parts: Vec<Result<Bytes, Infallible>> =
            huge.as_bytes().chunks(8 * 1024).map(|part| Ok(Bytes::copy_from_slice(part))).collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, FORM)
            .header(header::ACCEPT, "*/*")
            .body(Body::from_stream(futures::stream::iter(parts)))
            .unwrap();
        let answer = shop.app.anonymous().send(request).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{method} {path}, in chunks");
        failure(&answer);
    }
    let page = send(&shop.app, "POST", "/", &[("order_product_desc", &huge)]).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn each_key_has_a_limit_of_its_own() {
    let shop = Shop::open().await;
    let (_, other) = shop.stranger().await;
    let mut limited = None;
    for _ in 0..2_000 {
        let answer = shop.post("/api/project/getExternalProjects", &[]).await;
        if answer.status != StatusCode::OK {
            limited = Some(answer);
            break;
        }
        data(&answer, "project_data");
    }
    let limited = limited.unwrap_or_else(|| panic!("no limit within 2,000 calls at one instant"));
    assert_eq!(limited.status, StatusCode::TOO_MANY_REQUESTS);
    failure(&limited);
    data(&other.send(&shop.app, "POST", "/api/project/getExternalProjects", &[]).await, "project_data");
}

#[tokio::test]
async fn a_program_gets_no_cookie_and_nothing_keeps_the_answer() {
    let shop = Shop::open().await;
    let answer = shop.post("/api/external/getBanks", &[]).await;
    assert!(!answer.headers.contains_key(header::SET_COOKIE));
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    data(&answer, "Banks");
}

#[tokio::test]
async fn signing_in_as_the_seller_replaces_no_token() {
    let shop = Shop::open().await;
    let browser = shop.app.sign_in("seller@example.test").await;
    let answer = browser.post("/api/project/getExternalProjects", &[]).await;
    super::says(&answer, "The authtoken field is required.");
}
