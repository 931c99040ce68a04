//! The AtaraPay wire contract through the whole router: the calls as its published clients make them, the answers to the letter.

mod auth;
mod bad_input;
mod checkout;
mod commission;
mod limits;
mod lookups;
mod marketplace;
mod marketplace_pay;
mod milestones;
mod order_errors;
mod order_object;
mod orders;
mod pay_fields;
mod pay_page;
mod projects;
mod providers;
mod providers_bad;
mod same_state;

use crate::harness::{Answer, TestApp};
use crate::json;
use axum::body::Body;
use backend::Mode;
use backend::service::access::OrderRef;
use backend::service::bank::BankDetails;
use backend::service::command::OrderCommand;
use backend::service::order_list::{ListOf, ListQuery};
use backend::service::order_view::OrderView;
use backend::service::viewer::Viewer;
use domain::ids::OrderId;
use domain::order::{Command, ShareOf};
use domain::permission::AccountKind;
use http::{Request, StatusCode, header};

/// Names and values of a form.
type Fields<'a> = &'a [(&'a str, &'a str)];

/// The instant at which the test clock stands, as the wire writes it: Lagos is an hour ahead of UTC.
const NOON: &str = "2026-11-20 13:00:00";
const BUYER: &str = "buyer@example.test";
const PHONE: &str = "+2348082094382";
const FORM: &str = "application/x-www-form-urlencoded";

/// A service provider as the plugin sends it.
const PROVIDER: [(&str, &str); 10] = [
    ("type", "1"),
    ("bank_code", "000"),
    ("nip_bank_code", "999999"),
    ("bank_account_number", "1234567890"),
    ("bank_account_name", "Emeka Adeniyi"),
    ("bank_name", "Sandbox Bank"),
    ("email", "emeka.adeniyi@example.test"),
    ("phone", PHONE),
    ("firstname", "Emeka"),
    ("lastname", "Adeniyi"),
];

/// A project as the documentation sends it.
const PROJECT: [(&str, &str); 4] = [
    ("project_name", "Escrow payment"),
    ("description", "This project provides details on escrow payment creation."),
    ("customer_email", BUYER),
    ("customer_phone", PHONE),
];

/// Every call that takes an `authtoken`, with fields that are right but for ids that nobody has.
const CALLS: [(&str, &str, Fields<'static>); 14] = [
    ("POST", "/api/serviceprovider/create", &PROVIDER),
    ("POST", "/api/serviceprovider", &[]),
    ("POST", "/api/serviceprovider/delete", &[("sp_id", "999999")]),
    ("DELETE", "/api/serviceprovider/delete", &[("sp_id", "999999")]),
    ("POST", "/api/serviceprovider/order/update", &[("commisson", "50"), ("sp_id", "999999"), ("order_id", "999999")]),
    ("PUT", "/api/serviceprovider/order/update", &[("commission", "50"), ("sp_id", "999999"), ("order_id", "999999")]),
    ("POST", "/api/serviceprovider/marketplaceOrder/update", &[("commisson", "30"), ("order_id", "999999")]),
    ("PUT", "/api/serviceprovider/marketplaceOrder/update", &[("commission", "30"), ("order_id", "999999")]),
    ("POST", "/api/external/getBanks", &[]),
    ("POST", "/api/project/createProject", &PROJECT),
    ("PUT", "/api/project/updateProject/999999", &[("project_name", "Eko"), ("description", "A city.")]),
    ("POST", "/api/project/getExternalProjects", &[]),
    ("POST", "/api/callback/order", &[("order", "999999"), ("status", "order")]),
    ("POST", "/api/api/callback/order", &[("order", "999999"), ("status", "delivered"), ("phone_number", PHONE)]),
];

/// A pair of keys of an account.
struct Keys {
    public: String,
    private: String,
}

/// A Business Seller with its keys.
struct Shop {
    app: TestApp,
    seller: Viewer,
    keys: Keys,
}

impl Keys {
    async fn issue(app: &TestApp, viewer: &Viewer) -> Self {
        let issued = app.backend.issue_api_key(viewer).await.unwrap();
        Self { public: issued.public, private: issued.private }
    }

    fn token(&self) -> String {
        base64(format!("{}:{}", self.public, self.private).as_bytes())
    }

    /// Calls as the owner of the keys.
    async fn send(&self, app: &TestApp, method: &str, path: &str, fields: Fields<'_>) -> Answer {
        let token = self.token();
        let mut all = vec![("authtoken", token.as_str())];
        all.extend_from_slice(fields);
        send(app, method, path, &all).await
    }

    /// Asks for one of the four actions on an order, with everything that some client sends along.
    async fn act(&self, app: &TestApp, order: &str, status: &str) -> Answer {
        let fields = [
            ("order", order),
            ("status", status),
            ("email", BUYER),
            ("phone_number", PHONE),
            ("comment", "No comment"),
        ];
        self.send(app, "POST", "/api/callback/order", &fields).await
    }
}

impl Shop {
    async fn open() -> Self {
        let app = TestApp::start(Mode::Sandbox).await;
        let (seller, _) = app.person("seller@example.test", AccountKind::BusinessSeller).await;
        let keys = Keys::issue(&app, &seller).await;
        Self { app, seller, keys }
    }

    async fn post(&self, path: &str, fields: Fields<'_>) -> Answer {
        self.send("POST", path, fields).await
    }

    async fn send(&self, method: &str, path: &str, fields: Fields<'_>) -> Answer {
        self.keys.send(&self.app, method, path, fields).await
    }

    async fn act(&self, order: &str, status: &str) -> Answer {
        self.keys.act(&self.app, order, status).await
    }

    /// The number by which the wire knows the seller.
    fn id(&self) -> i64 {
        self.seller.selling().unwrap().number
    }

    /// Another seller with keys of its own.
    async fn stranger(&self) -> (Viewer, Keys) {
        let (viewer, _) = self.app.person("stranger@example.test", AccountKind::BusinessSeller).await;
        let keys = Keys::issue(&self.app, &viewer).await;
        (viewer, keys)
    }

    /// Adds a service provider; answers its id.
    async fn provider(&self) -> String {
        let created = self.post("/api/serviceprovider/create", &PROVIDER).await;
        json::part(&data(&created, "Service Provider Created successfully"), "id")
    }
}

/// Calls as a program does, which takes any answer.
async fn send(app: &TestApp, method: &str, path: &str, fields: Fields<'_>) -> Answer {
    send_body(app, method, path, FORM, encode(fields)).await
}

async fn send_body(
    app: &TestApp,
    method: &str,
    path: &str,
    content_type: &str,
    body: impl Into<Vec<u8>> + Send,
) -> Answer {
    let body: Vec<u8> = body.into();
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, content_type)
        .header(header::CONTENT_LENGTH, body.len())
        .header(header::ACCEPT, "*/*")
        .body(Body::from(body))
        .unwrap();
    app.anonymous().send(request).await
}

/// A form as PHP's `http_build_query` writes it.
fn encode(fields: Fields<'_>) -> String {
    let text = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b' ' => "+".to_owned(),
                b'-' | b'.' | b'_' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect()
    };
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", text(name), text(value))).collect();
    pairs.join("&")
}

/// The fields with one left out.
fn without<'a>(fields: &[(&'a str, &'a str)], name: &str) -> Vec<(&'a str, &'a str)> {
    fields.iter().copied().filter(|(field, _)| *field != name).collect()
}

/// The fields with one replaced, or added.
fn with<'a>(fields: &[(&'a str, &'a str)], name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut changed = without(fields, name);
    changed.push((name, value));
    changed
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let padded = [chunk[0], chunk.get(1).copied().unwrap_or(0), chunk.get(2).copied().unwrap_or(0)];
        let word = u32::from_be_bytes([0, padded[0], padded[1], padded[2]]);
        for place in 0..4 {
            let letter = LETTERS[((word >> (18 - 6 * place)) & 63) as usize];
            text.push(if place > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

/// The raw data of a success with this message.
fn data(answer: &Answer, message: &str) -> String {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let kind = answer.headers.get(header::CONTENT_TYPE).map_or("", |value| value.to_str().unwrap());
    assert!(kind.starts_with("application/json"), "{kind}: {}", answer.body);
    let body = json::compact(&answer.body);
    let head = format!("{{\"status\":\"success\",\"message\":\"{message}\",\"data\":");
    let rest = body.strip_prefix(&head).unwrap_or_else(|| panic!("no success {message:?}: {body}"));
    rest.strip_suffix('}').unwrap().to_owned()
}

/// A success with exactly this message and data, in this order of keys.
fn golden(answer: &Answer, message: &str, expected: &str) {
    assert_eq!(data(answer, message), json::compact(expected));
}

/// The message of a failure in the envelope, whatever the status of the answer.
fn failure(answer: &Answer) -> String {
    let kind = answer.headers.get(header::CONTENT_TYPE).map_or("", |value| value.to_str().unwrap());
    assert!(kind.starts_with("application/json"), "{} {kind}: {}", answer.status, answer.body);
    let value: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{}", answer.body));
    assert_eq!(json::keys(&answer.body), ["status", "message"], "{}", answer.body);
    assert_eq!(value["status"], "error");
    let message = value["message"].as_str().unwrap().to_owned();
    assert!(!message.is_empty());
    message
}

/// The message of a refusal, which is answered with 200.
fn refused(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    failure(answer)
}

/// A refusal with exactly this message.
fn says(answer: &Answer, message: &str) {
    assert_eq!(refused(answer), message);
    assert_eq!(answer.body, format!("{{\"status\":\"error\",\"message\":\"{message}\"}}"));
}

/// Gives an account a bank account of its own and a verified identity, so that it is paid.
async fn bankable(app: &TestApp, viewer: &Viewer) {
    let details = BankDetails {
        currency: "NGN".to_owned(),
        bank_name: "Sandbox Bank".to_owned(),
        account_number: "0123456789".to_owned(),
        account_name: "Holder".to_owned(),
    };
    app.backend.set_bank_details(viewer, &details).await.unwrap();
    app.backend.verify_identity_in_sandbox(viewer).await.unwrap();
}

/// An order of a seller by the number that the wire knows it by.
async fn order_id(app: &TestApp, seller: &Viewer, number: &str) -> OrderId {
    let list = app.backend.order_list(seller, ListOf::Sold, ListQuery::default()).await.unwrap();
    let row = list.rows.iter().find(|row| row.number.to_string() == number);
    row.unwrap_or_else(|| panic!("the seller has no order {number}")).id
}

async fn view(app: &TestApp, order: OrderId) -> OrderView {
    app.backend.order_view(None, &app.link(order)).await.unwrap()
}

/// A command by somebody who signed in, or by the buyer's link.
async fn command(app: &TestApp, viewer: Option<&Viewer>, order: OrderId, command: Command) {
    let reference = if viewer.is_some() { OrderRef::Id(order) } else { app.link(order) };
    let key = app.backend.form_key();
    let act = OrderCommand { order: reference, command, refund: None, version: None, key, files: Vec::new() };
    app.backend.act(viewer, act).await.unwrap();
}

/// Who would get what at acceptance, minor units.
async fn shares(app: &TestApp, order: OrderId) -> Vec<(ShareOf, i64)> {
    view(app, order).await.on_accept.shares.iter().map(|share| (share.of, share.minor)).collect()
}

/// The buyer accepts.
async fn accept(app: &TestApp, order: OrderId) {
    command(app, None, order, Command::Accept).await;
    app.backend.run_until_idle().await.unwrap();
}

/// Nothing was ordered from a seller.
async fn no_orders(app: &TestApp, seller: &Viewer) {
    assert_eq!(app.backend.order_list(seller, ListOf::Sold, ListQuery::default()).await.unwrap().total, 0);
}
