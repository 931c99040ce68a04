//! A payment request with its hosted page, and the buyer who pays there.

use super::expect::{created, looks_like, text};
use super::{CARD, Fields, SITE, call};
use crate::harness::{Answer, Client, TestApp};
use http::StatusCode;

/// A payment request.
pub(super) struct Link {
    pub(super) id: String,
    /// The path of the hosted page.
    pub(super) page: String,
}

/// A buyer's browser on the hosted page.
pub(super) struct Buyer {
    pub(super) browser: Client,
    request: String,
    pub(super) key: String,
}

impl Link {
    /// Asks for a payment with a token.
    pub(super) async fn create(app: &TestApp, token: &str, amount: &str, more: Fields<'_>) -> Self {
        let mut fields = vec![("amount", amount), ("purpose", "FIFA 16")];
        fields.extend_from_slice(more);
        let object = created(&call(app, "POST", "/v2/payment_requests/", token, &fields).await);
        Self { id: text(&object, "id"), page: path_of(&text(&object, "longurl")).to_owned() }
    }

    /// The address of the request in the API.
    pub(super) fn path(&self) -> String {
        format!("/v2/payment_requests/{}/", self.id)
    }

    /// A buyer opens the page.
    pub(super) async fn open(&self, app: &TestApp) -> Buyer {
        let browser = app.anonymous();
        let page = browser.get(&self.page).await;
        assert_eq!(page.status, StatusCode::OK, "{}: {}", self.page, page.body);
        let (request, key) = (hidden(&page.body, "request"), hidden(&page.body, "key"));
        Buyer { browser, request, key }
    }

    /// A buyer pays with a number, and the rail confirms; answers the payment's id and where the browser goes then.
    pub(super) async fn pay(&self, app: &TestApp, number: &str) -> (String, Answer) {
        self.open(app).await.pay(app, number).await
    }

    /// A buyer pays; answers the payment's id.
    pub(super) async fn paid(&self, app: &TestApp) -> String {
        self.pay(app, CARD).await.0
    }
}

impl Buyer {
    /// Says who they are and goes on to pay; answers what the form answers.
    pub(super) async fn proceed(&self, changes: Fields<'_>) -> Answer {
        let mut fields = vec![
            ("request", self.request.as_str()),
            ("key", self.key.as_str()),
            ("name", "Rahul Sharma"),
            ("email", "rahul@example.test"),
            ("phone", "9898989898"),
        ];
        for change in changes {
            fields = super::with(&fields, change.0, change.1);
        }
        self.browser.post("/do/pay-link", &fields).await
    }

    /// The reference of the charge that the rail shows a page for.
    pub(super) async fn charge(&self) -> String {
        let answer = self.proceed(&[]).await;
        charge_of(&answer).unwrap_or_else(|| panic!("no charge: {} {}", answer.location(), answer.body))
    }

    /// Pays with a number on the rail's page, which has not confirmed it yet; answers the payment's id.
    pub(super) async fn submit(&self, number: &str) -> String {
        let charge = self.charge().await;
        let fields = [("reference", charge.as_str()), ("number", number)];
        let paid = self.browser.post("/do/sandbox-pay", &fields).await;
        let payment = path_of(paid.location()).strip_prefix("/pay/");
        let payment = payment.unwrap_or_else(|| panic!("not back to us: {} {}", paid.location(), paid.body));
        looks_like(payment, "MOJOAAAAAAAAAAAAAAAA");
        payment.to_owned()
    }

    /// Pays with a number, and comes back once the rail confirmed.
    pub(super) async fn pay(&self, app: &TestApp, number: &str) -> (String, Answer) {
        let payment = self.submit(number).await;
        app.backend.run_until_idle().await.unwrap();
        let back = self.back(&payment).await;
        (payment, back)
    }

    /// Where the browser goes when the rail sent it back.
    pub(super) async fn back(&self, payment: &str) -> Answer {
        self.browser.get(&format!("/pay/{payment}")).await
    }
}

/// The reference of the rail's page that an answer leads to.
pub(super) fn charge_of(answer: &Answer) -> Option<String> {
    path_of(answer.location()).strip_prefix("/sandbox/pay/").map(ToOwned::to_owned)
}

/// An address of ours without our host.
pub(super) fn path_of(location: &str) -> &str {
    location.strip_prefix(SITE).unwrap_or(location)
}

/// The value of a field of the form on a page.
#[track_caller]
pub(super) fn hidden(page: &str, name: &str) -> String {
    let wanted = format!("name=\"{name}\"");
    let inputs = page.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
    let input = inputs.into_iter().find(|input| input.contains(&wanted));
    let input = input.unwrap_or_else(|| panic!("no field {name}: {page}"));
    let (_, value) = input.split_once("value=\"").unwrap_or_else(|| panic!("{name} has no value: {input}"));
    value.split('"').next().unwrap_or_default().to_owned()
}
