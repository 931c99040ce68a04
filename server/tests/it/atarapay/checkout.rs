//! A buyer whom a shop sends to the payment page.

use super::{Fields, PHONE, encode};
use crate::harness::{Answer, Client, TestApp};
use axum::body::Body;
use http::{Request, StatusCode, header};

/// Where the plugin wants the buyer back.
pub(super) const CALLBACK: &str = "https://shop.example/wc-api/at_wc_atara_gateway";
pub(super) const CARD: &str = "4242424242424242";

/// The form of the plugin for an order of ₦12,500, with these fields replaced or added.
pub(super) fn form<'a>(public: &'a str, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("token", public),
        ("email", super::BUYER),
        ("phone_number", PHONE),
        ("currency", "NGN"),
        ("amount", "1250000"),
        ("amount_fx", "12500"),
        ("customer_firstname", "Bola"),
        ("customer_lastname", "Ade"),
        ("order_product_id", "1447"),
        ("order_product_name", "A chair"),
        ("order_product_desc", "Of oak"),
        ("delivery_date", "2026-11-20 01:00:00"),
        ("delivery_location", "Gombe, NG, 140301"),
        ("recipient", PHONE),
        ("type", "1"),
        ("callback_url", CALLBACK),
    ];
    for change in changes {
        match fields.iter_mut().find(|field| field.0 == change.0) {
            Some(field) => *field = *change,
            None => fields.push(*change),
        }
    }
    fields
}

/// A page of the shop posts its form to us in the buyer's browser.
pub(super) async fn from_shop(browser: &Client, path: &str, fields: Fields<'_>) -> Answer {
    let body = encode(fields);
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, super::FORM)
        .header(header::CONTENT_LENGTH, body.len())
        .header(header::ORIGIN, "https://shop.example")
        .header("sec-fetch-site", "cross-site")
        .header("sec-fetch-mode", "navigate")
        .body(Body::from(body))
        .unwrap();
    browser.send(request).await
}

/// A buyer's browser on the hosted page.
pub(super) struct Checkout {
    pub(super) browser: Client,
    /// `lnk_…`
    pub(super) link: String,
}

impl Checkout {
    pub(super) async fn open(app: &TestApp, fields: Fields<'_>) -> Self {
        let browser = app.anonymous();
        let answer = from_shop(&browser, "/", fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let link = link_of(&answer).unwrap_or_else(|| panic!("no hosted page: {}", answer.location()));
        Self { browser, link }
    }

    pub(super) fn page(&self) -> String {
        format!("/checkout/{}", self.link)
    }

    /// Says yes on the hosted page; answers the path where the browser is sent.
    pub(super) async fn proceed(&self, key: &str) -> String {
        let fields = [("order", self.link.as_str()), ("alt_recipient", ""), ("key", key)];
        let answer = self.browser.post("/do/checkout-pay", &fields).await;
        path_of(answer.location()).to_owned()
    }

    /// Says yes and gives this number to the rail, which has not confirmed it yet.
    pub(super) async fn submit(&self, key: &str, number: &str) {
        let path = self.proceed(key).await;
        let reference = path.strip_prefix("/sandbox/pay/").unwrap_or_else(|| panic!("no charge: {path}"));
        let paid = self.browser.post("/do/sandbox-pay", &[("reference", reference), ("number", number)]).await;
        assert_eq!(path_of(paid.location()), format!("{}/return", self.page()));
    }

    /// Where the browser stands once the rail sent it back.
    pub(super) async fn back(&self) -> Answer {
        self.browser.get(&format!("{}/return", self.page())).await
    }

    /// Pays with a number, and comes back once the rail confirmed.
    pub(super) async fn pay(&self, app: &TestApp, key: &str, number: &str) -> Answer {
        self.submit(key, number).await;
        app.backend.run_until_idle().await.unwrap();
        self.back().await
    }
}

/// The `lnk_…` of the hosted page that an answer leads to.
pub(super) fn link_of(answer: &Answer) -> Option<String> {
    let link = path_of(answer.location()).strip_prefix("/checkout/")?;
    link.starts_with("lnk_").then(|| link.to_owned())
}

/// An address of ours without our host.
pub(super) fn path_of(location: &str) -> &str {
    location.strip_prefix("http://holdfast.test").unwrap_or(location)
}

/// Sends a buyer to pay, and answers the number of the paid order that the shop gets.
pub(super) async fn paid(app: &TestApp, fields: Fields<'_>) -> String {
    let checkout = Checkout::open(app, fields).await;
    let back = checkout.pay(app, "yes", CARD).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
    number_of(&back)
}

/// The order's number in the address of the shop that the buyer goes back to.
pub(super) fn number_of(back: &Answer) -> String {
    let (_, number) = back.location().split_once("order=").unwrap_or_else(|| panic!("no number: {}", back.location()));
    assert!(number.bytes().all(|byte| byte.is_ascii_digit()), "{number}");
    number.to_owned()
}

/// Whether a buyer who is sent with this form gets as far as a charge.
pub(super) async fn reaches_a_charge(app: &TestApp, fields: Fields<'_>) -> bool {
    let browser = app.anonymous();
    let Some(link) = link_of(&from_shop(&browser, "/", fields).await) else { return false };
    let checkout = Checkout { browser, link };
    checkout.proceed("early").await.starts_with("/sandbox/pay/")
}
