//! Input that no client sends: every call with each of its fields twice, too long, of the wrong type or no text at all. The
//! answer is the envelope, and nothing changes.

use super::{CALLS, Fields, Keys, Shop, encode, failure, refused, send_body};
use crate::harness::{Answer, TestApp};
use backend::Mode;
use domain::permission::AccountKind;
use http::StatusCode;

const FORM: &str = super::FORM;
const JSON: &str = "application/json";

/// A refusal of what could not be read: in the envelope, and never a fault of ours.
fn unread(answer: &Answer, what: &str) {
    let status = answer.status.as_u16();
    assert!([200, 400, 415].contains(&status), "{what}: {status} {}", answer.body);
    let told = failure(answer);
    assert!(told.len() < 300, "{what}: {told}");
}

/// The bodies of one call that are wrong in one of its fields.
fn wrong_bodies(fields: Fields<'_>) -> Vec<(String, &'static str, Vec<u8>)> {
    let mut bodies = Vec::new();
    let plain = encode(fields);
    let long = "x".repeat(9_000);
    for (field, _) in fields {
        let others = encode(&super::without(fields, field));
        let mut form = |what: &str, body: String| bodies.push((format!("{field} {what}"), FORM, body.into_bytes()));
        form("twice", format!("{plain}&{}", encode(&[(*field, "1")])));
        form("twice the same", format!("{plain}&{plain}"));
        form("no text", format!("{others}&{field}=%FF%FE"));
        form("half a character", format!("{others}&{field}=%E2%82"));
        let mut raw = format!("{others}&{field}=").into_bytes();
        raw.extend(b"\xff\xfe");
        bodies.push((format!("{field} raw bytes"), FORM, raw));
        let object = |value: serde_json::Value| {
            let pairs = fields.iter().map(|(name, text)| ((*name).to_owned(), serde_json::Value::from(*text)));
            let mut object: serde_json::Map<String, serde_json::Value> = pairs.collect();
            object.insert((*field).to_owned(), value);
            serde_json::Value::from(object).to_string().into_bytes()
        };
        for value in [serde_json::json!({}), serde_json::json!([1, 2]), serde_json::json!({"a": [null]})] {
            bodies.push((format!("{field} as {value}"), JSON, object(value)));
        }
        let mut multipart = Vec::new();
        for (name, value) in fields.iter().chain([&(*field, "1")]) {
            multipart.extend(
                format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        multipart.extend(b"--edge--\r\n");
        bodies.push((format!("{field} twice in multipart"), "multipart/form-data; boundary=edge", multipart));
        bodies.push((format!("{field} too long"), FORM, format!("{others}&{field}={long}").into_bytes()));
    }
    bodies
}

#[tokio::test]
async fn every_field_of_every_call_is_refused_when_it_is_wrong() {
    let app = TestApp::start(Mode::Sandbox).await;
    for (index, (method, path, fields)) in CALLS.into_iter().enumerate() {
        // Keys of their own, as each key has its limit.
        let (seller, _) = app.person(&format!("seller{index}@example.test"), AccountKind::BusinessSeller).await;
        let keys = Keys::issue(&app, &seller).await;
        let token = keys.token();
        let whole = super::with(fields, "authtoken", &token);
        for (what, kind, body) in wrong_bodies(&whole) {
            if method != "POST" && kind.starts_with("multipart") {
                continue;
            }
            let answer = send_body(&app, method, path, kind, body).await;
            assert!(answer.status == StatusCode::OK, "{method} {path}: {what}: {} {}", answer.status, answer.body);
            unread(&answer, &format!("{method} {path}: {what}"));
        }
        assert!(app.backend.providers(&seller, "").await.unwrap().is_empty(), "{method} {path}");
        assert!(app.backend.project_names(&seller).await.unwrap().is_empty(), "{method} {path}");
    }
    assert_eq!(app.backend.verify().await.unwrap().findings, []);
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused() {
    let shop = Shop::open().await;
    let token = shop.keys.token();
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let text = format!("{{\"authtoken\":\"{token}\"");
    let bodies: [(&str, &[u8]); 15] = [
        (JSON, b""),
        (JSON, b"null"),
        (JSON, b"[]"),
        (JSON, b"\"text\""),
        (JSON, b"17"),
        (JSON, text.as_bytes()),
        (JSON, b"\xff\xfe{}"),
        (JSON, deep.as_bytes()),
        (FORM, b""),
        (FORM, b"&&&==%%%"),
        (FORM, b"\x00\x01\x02"),
        ("multipart/form-data; boundary=edge", b"--edge\r\nnonsense"),
        ("multipart/form-data", b"--edge--\r\n"),
        ("text/plain", b"authtoken"),
        ("", b"authtoken=x"),
    ];
    for (method, path, _) in CALLS {
        for (kind, body) in bodies {
            if method == "POST" || !kind.starts_with("multipart") {
                let answer = send_body(&shop.app, method, path, kind, body).await;
                unread(&answer, &format!("{method} {path} {kind:?}"));
            }
        }
    }
}

#[tokio::test]
async fn a_field_that_nobody_asked_for_is_no_error() {
    let shop = Shop::open().await;
    let fields = [("cache-control", "no-cache"), ("comment", "No comment"), ("é", "ü")];
    super::data(&shop.post("/api/external/getBanks", &fields).await, "Banks");
}

#[tokio::test]
async fn the_payment_page_refuses_what_it_cannot_read() {
    let shop = Shop::open().await;
    let whole = super::checkout::form(&shop.keys.public, &[]);
    let plain = encode(&whole);
    for body in [
        format!("{plain}&email=other%40example.test").into_bytes(),
        format!("{plain}&amount=100").into_bytes(),
        format!("{plain}&token={}", shop.keys.public).into_bytes(),
        format!("{}&email=%FF%FE", encode(&super::without(&whole, "email"))).into_bytes(),
        format!("{}&customer_lastname=%00", encode(&super::without(&whole, "customer_lastname"))).into_bytes(),
        b"\xff\xfe".to_vec(),
        Vec::new(),
    ] {
        for path in ["/", "/pay"] {
            refused(&send_body(&shop.app, "POST", path, FORM, body.clone()).await);
        }
    }
    let broken = send_body(&shop.app, "POST", "/", "multipart/form-data; boundary=edge", "--edge\r\nnonsense").await;
    unread(&broken, "broken multipart");
    super::no_orders(&shop.app, &shop.seller).await;
}
