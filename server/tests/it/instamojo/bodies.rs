//! Bodies that nobody should send: the answer is the contract's and no fault, and nothing changes.

use super::expect::{body, ok, pages};
use super::{FORM, Market, bearing, on_each, send};
use crate::harness::Answer;
use http::{Request, StatusCode};

/// Every address that reads a body, with its method.
async fn addresses(market: &Market) -> Vec<(&'static str, String)> {
    let link = market.request("1000", &[]).await;
    let payment = link.paid(&market.app).await;
    vec![
        ("POST", "/v2/users/".to_owned()),
        ("POST", "/v2/payment_requests/".to_owned()),
        ("POST", "/v2/gateway/orders/".to_owned()),
        ("POST", "/v2/gateway/orders/payment-request/".to_owned()),
        ("POST", format!("/v2/payments/{payment}/settlements/")),
        ("POST", format!("/v2/payments/{payment}/refund/")),
    ]
}

/// A refusal of ours in JSON: a field map, or a sentence. An id that cannot be one is an id of nothing.
#[track_caller]
fn is_refused(answer: &Answer, what: &str) {
    let status = answer.status.as_u16();
    assert!([400, 404, 413, 415].contains(&status), "{what}: {status} {}", answer.body);
    let object = body(answer, answer.status);
    assert!(!object.contains("\"success\":true"), "{what}: {object}");
}

fn broken() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let deep = format!("{}{}", "[".repeat(3_000), "]".repeat(3_000));
    let many: String = (0..3_000).map(|number| format!("f{number}=1&")).collect();
    vec![
        (
            "no UTF-8 in a form",
            FORM,
            b"amount=10&purpose=%ff%fe&type=%ff&body=%ff&email=%ff&name=%ff&id=%ff&settlement_id=%ff".to_vec(),
        ),
        ("raw bytes in a form", FORM, b"amount=10&purpose=\xff\xfe&type=\xff&body=\xff".to_vec()),
        ("no UTF-8 in JSON", "application/json", b"{\"amount\":\"10\",\"purpose\":\"\xff\xfe\"}".to_vec()),
        ("half of JSON", "application/json", b"{\"amount\":\"10\",".to_vec()),
        ("a list", "application/json", b"[1,2]".to_vec()),
        ("a number", "application/json", b"7".to_vec()),
        ("null", "application/json", b"null".to_vec()),
        ("deep JSON", "application/json", deep.into_bytes()),
        (
            "a part without an end",
            "multipart/form-data; boundary=edge",
            b"--edge\r\nContent-Disposition: form-data; name=\"amount\"\r\n\r\n10".to_vec(),
        ),
        ("no boundary", "multipart/form-data", b"--edge--".to_vec()),
        (
            "a nul",
            FORM,
            b"amount=10&purpose=a%00b&type=QFL&body=a%00b&email=a%00b&settlement_id=a%00b&name=a%00b&id=a%00b".to_vec(),
        ),
        (
            "an object where a text belongs",
            "application/json",
            b"{\"amount\":{\"a\":1},\"purpose\":[1],\"type\":{},\"id\":[[]],\"email\":{}}".to_vec(),
        ),
        ("many fields", FORM, many.into_bytes()),
        ("more than is read", FORM, format!("amount=10&purpose=Tea&x={}", "y".repeat(300_000)).into_bytes()),
        (
            "more JSON than is read",
            "application/json",
            format!("{{\"purpose\":\"{}\"}}", "y".repeat(300_000)).into_bytes(),
        ),
        ("nothing", "application/json", Vec::new()),
    ]
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_in_json_and_changes_nothing() {
    on_each(async |market| {
        let addresses = addresses(market).await;
        let requests = pages(&market.get("/v2/payment_requests/").await).0;
        for (method, path) in &addresses {
            for (what, kind, body) in broken() {
                let answer = send(&market.app, bearing(method, path, &market.token), kind, body).await;
                is_refused(&answer, &format!("{what} at {path}"));
            }
        }
        assert_eq!(pages(&market.get("/v2/payment_requests/").await).0, requests);
        assert_eq!(pages(&market.get("/v2/refunds/").await).0, 0);
        assert_eq!(pages(&market.get("/v2/gateway/orders/").await).0, 0);
        assert_eq!(market.commission().await, (0, 0));
    })
    .await;
}

#[tokio::test]
async fn the_token_endpoint_refuses_the_same_in_oauths_words() {
    on_each(async |market| {
        for (what, kind, sent) in broken() {
            let answer = send(&market.app, Request::post("/oauth2/token/"), kind, sent).await;
            assert!([400, 401, 413].contains(&answer.status.as_u16()), "{what}: {} {}", answer.status, answer.body);
            let object = body(&answer, answer.status);
            assert!(object.contains("\"error\":"), "Java and C# look for it; {what}: {object}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_body_where_none_is_read_is_no_obstacle() {
    on_each(async |market| {
        let link = market.request("1000", &[]).await;
        let payment = link.paid(&market.app).await;
        for (kind, sent) in
            [(FORM, "x=1"), ("application/json", "{}"), ("application/json", ""), ("text/plain", "hello")]
        {
            for path in [format!("{}enable/", link.path()), format!("/v2/payments/{payment}/fulfil/")] {
                ok(&send(&market.app, bearing("POST", &path, &market.token), kind, sent).await);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_browser_that_asks_for_pages_gets_json_here_as_well() {
    on_each(async |market| {
        for path in ["/v2/payments/", "/v2/nothing/", "/v2/payments/x/"] {
            let answer = market.app.anonymous().get(path).await;
            assert!([401, 404].contains(&answer.status.as_u16()));
            body(&answer, answer.status);
        }
        let answer = market.app.anonymous().get("/v2/payments").await;
        assert_eq!(answer.status, StatusCode::MOVED_PERMANENTLY);
    })
    .await;
}
