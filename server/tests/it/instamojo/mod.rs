//! The Instamojo Marketplace wire contract through the whole router, on both databases: the calls as its published clients
//! make them, the answers to the letter (instamojo.md; the choices of ours that it names are held here as well).

mod bodies;
mod by_hand;
mod expect;
mod fulfil;
mod gateway;
mod grants;
mod hosted;
mod link;
mod listener;
mod mac;
mod merchants;
mod payments;
mod payouts;
mod queued;
mod race;
mod redirect;
mod refresh;
mod refunds;
mod refused;
mod request_lists;
mod requests;
mod rules;
mod sequences;
mod slashes;
mod webhook;

use crate::harness::{Answer, Client, PASSWORD, TestApp};
use crate::json;
use axum::body::Body;
use backend::Mode;
use backend::service::instamojo::IssuedClient;
use backend::service::viewer::Viewer;
use domain::permission::AccountKind;
use expect::{created, ok, text};
use futures::FutureExt;
use http::{Request, header};
use link::Link;
use std::panic::AssertUnwindSafe;

/// Names and values of a form.
type Fields<'a> = &'a [(&'a str, &'a str)];

const FORM: &str = "application/x-www-form-urlencoded";
/// The instant at which the test clock stands.
const NOON: &str = "2026-11-20T12:00:00.000Z";
const SITE: &str = "http://holdfast.test";
const CARD: &str = "4242424242424242";
const DECLINED: &str = "4000000000000002";
const PHONE: &str = "+919988776655";
/// An id of nobody and nothing.
const NOBODY: &str = "00000000000000000000000000000000";
const NO_PAYMENT: &str = "MOJO0000000000000000";

/// A marketplace with a program of its own.
struct Market {
    app: TestApp,
    operator: Viewer,
    browser: Client,
    client: IssuedClient,
    /// An access token of the program.
    token: String,
}

/// A merchant who was signed up under a marketplace.
#[derive(Clone)]
struct Merchant {
    id: String,
    username: String,
    email: String,
    /// An access token of theirs.
    token: String,
}

/// Runs a test on every database there is, with a marketplace each, and looks at the books afterwards.
async fn on_each(test: impl AsyncFn(&Market)) {
    on_each_changed(async |market| test(market).await).await;
}

/// The same for a test whose marketplace takes a new token in between.
async fn on_each_changed(test: impl AsyncFn(&mut Market)) {
    for app in TestApp::everywhere(Mode::Sandbox).await {
        let database = app.database;
        let run = async {
            let mut market = Market::open(app).await;
            test(&mut market).await;
            market.books_are_right().await;
        };
        if let Err(panic) = AssertUnwindSafe(run).catch_unwind().await {
            eprintln!("this failed on {database}");
            std::panic::resume_unwind(panic);
        }
    }
}

impl Market {
    async fn open(app: TestApp) -> Self {
        let (operator, browser) = app.person("market@example.test", AccountKind::MarketplaceOperator).await;
        let client = app.backend.sandbox_oauth_client(&operator, "Checkout").await.unwrap();
        let token = application_token(&app, &client).await;
        Self { app, operator, browser, client, token }
    }

    /// Another marketplace beside this one, with a token of its program.
    async fn stranger(&self) -> (Viewer, IssuedClient, String) {
        let (viewer, _) = self.app.person("stranger@example.test", AccountKind::MarketplaceOperator).await;
        let client = self.app.backend.sandbox_oauth_client(&viewer, "Elsewhere").await.unwrap();
        let token = application_token(&self.app, &client).await;
        (viewer, client, token)
    }

    /// The wire id of the marketplace itself.
    fn id(&self) -> String {
        self.operator.operating().unwrap().account.0.simple().to_string()
    }

    async fn books_are_right(&self) {
        assert_eq!(self.app.backend.verify().await.unwrap().findings, []);
    }

    async fn idle(&self) {
        self.app.backend.run_until_idle().await.unwrap();
    }

    /// Calls with the token of the program.
    async fn get(&self, path: &str) -> Answer {
        call(&self.app, "GET", path, &self.token, &[]).await
    }

    /// Calls with the token of the program.
    async fn post(&self, path: &str, fields: Fields<'_>) -> Answer {
        call(&self.app, "POST", path, &self.token, fields).await
    }

    /// Signs a merchant up under this marketplace, and takes a token for them.
    async fn merchant(&self, name: &str) -> Merchant {
        let email = format!("{name}@example.test");
        let answer = self.post("/v2/users/", &sign_up(&self.client, &email)).await;
        let body = created(&answer);
        let token = user_token(&self.app, &self.client, &email).await;
        Merchant { id: text(&body, "id"), username: text(&body, "username"), email, token }
    }

    /// Asks for a payment of `amount` rupees with further fields; answers the new payment request.
    async fn request(&self, amount: &str, more: Fields<'_>) -> Link {
        Link::create(&self.app, &self.token, amount, more).await
    }

    /// A payment of so many rupees that succeeded; answers its id.
    async fn paid(&self, amount: &str) -> String {
        self.request(amount, &[]).await.paid(&self.app).await
    }

    /// Asks to move money between a payment and a merchant.
    async fn settle(&self, payment: &str, kind: &str, id: &str, merchant: &Merchant, amount: &str) -> Answer {
        let fields = [("settlement_id", id), ("type", kind), ("submerchant", merchant.id.as_str()), ("amount", amount)];
        self.post(&format!("/v2/payments/{payment}/settlements/"), &fields).await
    }

    async fn credit(&self, payment: &str, id: &str, merchant: &Merchant, amount: &str) -> Answer {
        self.settle(payment, "CREDIT", id, merchant, amount).await
    }

    async fn debit(&self, payment: &str, id: &str, merchant: &Merchant, amount: &str) -> Answer {
        self.settle(payment, "DEBIT", id, merchant, amount).await
    }

    async fn fulfil(&self, payment: &str) -> Answer {
        self.post(&format!("/v2/payments/{payment}/fulfil/"), &[]).await
    }

    /// Asks for a refund; an empty transaction id is left out.
    async fn refund(&self, payment: &str, amount: &str, transaction: &str) -> Answer {
        let mut fields = vec![("type", "QFL"), ("body", "It does not fit."), ("refund_amount", amount)];
        if !transaction.is_empty() {
            fields.push(("transaction_id", transaction));
        }
        let answer = self.post(&format!("/v2/payments/{payment}/refund/"), &fields).await;
        self.idle().await;
        answer
    }

    /// Gives a merchant an Indian bank account.
    async fn bank(&self, merchant: &Merchant, number: &str) {
        let fields = [("account_holder_name", "Foo Bar"), ("account_number", number), ("ifsc_code", "SBIN0000111")];
        let path = format!("/v2/users/{}/inrbankaccount/", merchant.id);
        ok(&call(&self.app, "PUT", &path, &merchant.token, &fields).await);
    }

    /// What a merchant has and was not paid, in paise, with what is on its way to their bank.
    async fn balance(&self, merchant: &Merchant) -> (i64, i64) {
        let viewer = viewer(&self.app, &merchant.email).await;
        let page = self.app.backend.merchant_page(&viewer, 0).await.unwrap();
        (page.balance, page.on_the_way)
    }

    /// The marketplace's commission that was not paid, and what it owes to cover refunds, in paise.
    async fn commission(&self) -> (i64, i64) {
        let list = self.app.backend.marketplace_collections(&self.operator, 0).await.unwrap();
        (list.balance, list.short)
    }

    /// The settlements of a payment as `id type amount status`, in the order in which they are listed.
    async fn settlements(&self, payment: &str) -> Vec<String> {
        let answer = self.get(&format!("/v2/payments/{payment}/settlements/")).await;
        let part = |item: &str, key: &str| json::part(item, key).trim_matches('"').to_owned();
        let line = |item: &String| ["settlement_id", "type", "amount", "status"].map(|key| part(item, key)).join(" ");
        expect::items(&answer, "settlements").iter().map(line).collect()
    }
}

/// A marketplace with a payment: its application, the path of a payment link behind its sign, and the payment.
pub async fn collected(app: &TestApp) -> [String; 3] {
    let (operator, _) = app.person("market@example.test", AccountKind::MarketplaceOperator).await;
    let client = app.backend.sandbox_oauth_client(&operator, "Checkout").await.unwrap();
    let link = Link::create(app, &application_token(app, &client).await, "1000", &[]).await;
    let payment = link.paid(app).await;
    [client.id.to_string(), link.page.trim_start_matches("/@").to_owned(), payment]
}

/// The form that signs somebody up.
fn sign_up<'a>(client: &'a IssuedClient, email: &'a str) -> [(&'a str, &'a str); 4] {
    [("email", email), ("password", PASSWORD), ("phone", PHONE), ("referrer", client.referrer.as_str())]
}

async fn viewer(app: &TestApp, email: &str) -> Viewer {
    let user = app.backend.account_of(email).await.unwrap().unwrap();
    app.backend.viewer(user).await.unwrap().unwrap()
}

/// Asks the token endpoint.
async fn grant(app: &TestApp, fields: Fields<'_>) -> Answer {
    send(app, Request::post("/oauth2/token/"), FORM, encode(fields)).await
}

async fn application_token(app: &TestApp, client: &IssuedClient) -> String {
    let answer = grant(app, &with_client(client, &[("grant_type", "client_credentials")])).await;
    text(&ok(&answer), "access_token")
}

async fn user_token(app: &TestApp, client: &IssuedClient, username: &str) -> String {
    text(&ok(&password_grant(app, client, username, PASSWORD).await), "access_token")
}

async fn password_grant(app: &TestApp, client: &IssuedClient, username: &str, password: &str) -> Answer {
    let fields = [("grant_type", "password"), ("username", username), ("password", password)];
    grant(app, &with_client(client, &fields)).await
}

fn with_client<'a>(client: &'a IssuedClient, fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let own = [("client_id", client.client_id.as_str()), ("client_secret", client.client_secret.as_str())];
    own.into_iter().chain(fields.iter().copied()).collect()
}

/// Calls with a token and a form.
async fn call(app: &TestApp, method: &str, path: &str, token: &str, fields: Fields<'_>) -> Answer {
    send(app, bearing(method, path, token), FORM, encode(fields)).await
}

/// The head of a request with a token.
fn bearing(method: &str, path: &str, token: &str) -> http::request::Builder {
    let head = Request::builder().method(method).uri(path);
    head.header(header::AUTHORIZATION, format!("Bearer {token}"))
}

/// Sends a body as a program does, which takes any answer.
async fn send(
    app: &TestApp,
    head: http::request::Builder,
    content_type: &str,
    body: impl Into<Vec<u8>> + Send,
) -> Answer {
    let body: Vec<u8> = body.into();
    let head = if body.is_empty() { head } else { head.header(header::CONTENT_TYPE, content_type) };
    let request = head.header(header::CONTENT_LENGTH, body.len()).header(header::ACCEPT, "*/*");
    app.anonymous().send(request.body(Body::from(body)).unwrap()).await
}

/// A form as PHP's `http_build_query` writes it.
fn encode(fields: Fields<'_>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
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
