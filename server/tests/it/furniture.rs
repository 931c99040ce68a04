//! What every answer carries, and what an answer to bad input looks like.

use crate::harness::{Client, TestApp};
use axum::body::Body;
use backend::Mode;
use domain::permission::AccountKind;
use http::{Request, header};

#[tokio::test]
async fn every_page_carries_safe_headers_and_a_policy_with_its_own_nonce() {
    let app = TestApp::start(Mode::Sandbox).await;
    let first = app.anonymous().get("/").await;
    let second = app.anonymous().get("/").await;
    for (name, value) in
        [("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("cache-control", "no-store")]
    {
        assert_eq!(first.headers[name], value);
    }
    let policy =
        |answer: &crate::harness::Answer| answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    assert!(policy(&first).contains("default-src 'none'") && !policy(&first).contains("unsafe-inline"));
    assert_ne!(policy(&first), policy(&second), "a nonce is used once");
    assert!(first.headers.contains_key("x-request-id"));
}

#[tokio::test]
async fn a_form_from_another_site_is_refused_with_a_page() {
    let app = TestApp::start(Mode::Sandbox).await;
    let request = Request::post("/do/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site")
        .header(header::ORIGIN, "https://evil.example")
        .body(Body::from("email=a&password=b"))
        .unwrap();
    let answer = app.anonymous().send(request).await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("not sent from one of our pages"), "{}", answer.body);
}

#[tokio::test]
async fn an_address_of_nothing_is_a_404_page() {
    let app = TestApp::start(Mode::Sandbox).await;
    let answer = app.anonymous().get("/no/such/page").await;
    assert_eq!(answer.status, 404);
    assert!(answer.body.contains("There is nothing here for you"));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_with_a_page() {
    let app = TestApp::start(Mode::Sandbox).await;
    let large = "x".repeat(200 * 1024);
    let answer = app.anonymous().post("/do/sign-in", &[("email", &large)]).await;
    assert_eq!(answer.status, 413);
    assert!(answer.body.contains("too large"), "{}", answer.body);
}

#[tokio::test]
async fn a_form_that_cannot_be_read_is_a_page_and_no_redirect() {
    let app = TestApp::start(Mode::Sandbox).await;
    let request = Request::post("/do/order-act")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
        .header(header::REFERER, "http://holdfast.test/orders/lnk_secret")
        .body(Body::from("--edge\r\nnonsense"))
        .unwrap();
    let answer = app.anonymous().send(request).await;
    assert_eq!(answer.status, 400, "{:?}", answer.headers);
    assert!(answer.body.contains("could not be read"), "{}", answer.body);
}

#[tokio::test]
async fn health_says_whether_the_process_can_work() {
    let app = TestApp::start(Mode::Sandbox).await;
    assert_eq!(app.anonymous().get("/healthz").await.body, "ok\n");
    assert_eq!(app.anonymous().get("/readyz").await.body, "ready\n");
}

#[tokio::test]
async fn a_garbled_or_expired_link_opens_nothing() {
    let app = TestApp::start(Mode::Sandbox).await;
    assert_eq!(app.anonymous().get("/orders/lnk_garbled").await.status, 404);
    let path = app.backend.signed_order_path(domain::ids::OrderId(uuid::Uuid::now_v7()));
    assert_eq!(app.anonymous().get(&path).await.status, 404, "an order that does not exist");
    app.clock.advance(time::Duration::days(181));
    let answer = app.anonymous().get(&path).await;
    assert_eq!(answer.status, 410);
    assert!(answer.body.contains("Ask the seller"), "{}", answer.body);
}

#[tokio::test]
async fn signing_in_never_leads_to_another_site() {
    let app = TestApp::start(Mode::Sandbox).await;
    app.person("ada@example.test", domain::permission::AccountKind::Buyer).await;
    for next in ["//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example"] {
        let fields = [("email", "ada@example.test"), ("password", crate::harness::PASSWORD), ("next", next)];
        let answer = app.anonymous().post("/do/sign-in", &fields).await;
        assert_eq!(answer.status, 303);
        assert!(["/", "/home"].contains(&answer.location()), "{next:?} leads to {:?}", answer.location());
    }
}

#[tokio::test]
async fn who_has_not_proved_their_address_is_sent_to_prove_it() {
    let app = TestApp::start(Mode::Sandbox).await;
    let browser = app.anonymous();
    let form =
        [("email", "new@example.test"), ("name", "New"), ("password", crate::harness::PASSWORD), ("kind", "buyer")];
    browser.post("/do/sign-up", &form).await;
    let entered =
        browser.post("/do/sign-in", &[("email", "new@example.test"), ("password", crate::harness::PASSWORD)]).await;
    assert_eq!(entered.location(), "/check-mail");
    for path in ["/home", "/orders", "/orders/new", "/earnings", "/settings"] {
        assert_eq!(browser.get(path).await.location(), "/check-mail", "{path}");
    }
}

/// A receipt as the browser gets it: the page with what it says, and the PDF.
async fn has_receipt(browser: &Client, path: &str, says: &[&str]) {
    let page = browser.get(path).await;
    assert_eq!(page.status, 200, "{path}");
    for text in says {
        assert!(page.body.contains(text), "{path}: {text} in {}", page.body);
    }
    let pdf = browser.get(&format!("{path}/pdf")).await;
    assert_eq!((pdf.status.as_u16(), &pdf.headers["content-type"]), (200, &"application/pdf".parse().unwrap()));
    assert!(pdf.body.starts_with("%PDF-") && pdf.body.len() > 1_000, "{path}");
}

#[tokio::test]
async fn release_refund_and_payout_have_receipts_of_their_own() {
    let app = TestApp::start(Mode::Sandbox).await;
    let (seller, shop) = app.person("seller@example.test", AccountKind::BusinessSeller).await;
    app.bank(&seller, "0123456789").await;
    let order = app.accepted(&seller, "buyer@example.test").await;
    for kind in ["release", "payout"] {
        has_receipt(&shop, &format!("/orders/{order}/receipts/{kind}"), &["12,305.00"]).await;
    }
    let cancelled = app.paid(&seller, "other@example.test").await;
    let buyer = app.anonymous();
    let number = app.number(cancelled).await;
    app.cancel(&seller, cancelled).await;
    let path = format!("/orders/{}/receipts/refund", app.link(cancelled));
    has_receipt(&buyer, &path, &["13,000.00", number.as_str()]).await;
    assert_eq!(shop.get(&format!("/orders/{cancelled}/receipts/payout/pdf")).await.status, 404, "nothing was paid out");
}

#[tokio::test]
async fn a_receipt_is_a_page_and_a_pdf_for_whom_it_concerns() {
    let app = TestApp::start(Mode::Sandbox).await;
    let (seller, shop) = app.person("seller@example.test", AccountKind::BusinessSeller).await;
    let order = app.delivered(&seller, "buyer@example.test").await;
    let path = format!("/orders/{}/receipts/payment", app.link(order));
    let buyer = app.anonymous();
    let page = buyer.get(&path).await;
    assert!(page.body.contains("Receipt of payment") && page.body.contains("13,000.00"), "{}", page.body);
    let pdf = buyer.get(&format!("{path}/pdf")).await;
    assert_eq!((pdf.status.as_u16(), &pdf.headers["content-type"]), (200, &"application/pdf".parse().unwrap()));
    assert!(pdf.headers["content-disposition"].to_str().unwrap().contains(".pdf"));
    assert!(pdf.body.starts_with("%PDF-"));
    for nothing in ["refund", "release", "nonsense"] {
        let missing = buyer.get(&format!("/orders/{}/receipts/{nothing}/pdf", app.link(order))).await;
        assert_eq!(missing.status, 404, "{nothing}");
    }
    assert_eq!(shop.get(&format!("/orders/{order}/receipts/payment/pdf")).await.status, 404, "the buyer's alone");
}
