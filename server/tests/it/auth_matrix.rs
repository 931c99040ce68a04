//! Who may open what: every page, every server function and every other address, for nobody, a stranger, the buyer and the
//! seller of an order. A new address without a row fails.

use crate::harness::{Client, TestApp};
use backend::Mode;
use backend::service::access::OrderRef;
use domain::permission::AccountKind;
use http::Method;
use server::http::all_routes;
use std::collections::BTreeSet;

/// What somebody gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gets {
    /// The page, or a redirect of a form that was looked at.
    In,
    /// The page to sign in.
    SignIn,
    /// A page that says who may do this.
    Refused,
    /// The same as for an address of nothing.
    NotFound,
}

use Gets::{In, NotFound, Refused, SignIn};

/// Method, template, and what nobody, a stranger who sells, the buyer and the seller get.
#[rustfmt::skip]
const MATRIX: &[(&str, &str, [Gets; 4])] = &[
    ("GET", "/", [In, In, In, In]),
    ("GET", "/help", [In, In, In, In]), ("GET", "/terms", [In, In, In, In]), ("GET", "/privacy", [In, In, In, In]),
    ("GET", "/sign-up", [In, In, In, In]), ("GET", "/sign-in", [In, In, In, In]), ("GET", "/check-mail", [In, In, In, In]),
    ("GET", "/verify-email", [In, In, In, In]), ("GET", "/forgot-password", [In, In, In, In]), ("GET", "/reset-password", [In, In, In, In]),
    ("GET", "/home", [SignIn, In, In, In]), ("GET", "/orders", [SignIn, In, In, In]), ("GET", "/orders/new", [SignIn, In, NotFound, In]),
    ("GET", "/orders/{order}", [SignIn, NotFound, In, In]),
    ("GET", "/orders/{order}/pay/{quote}", [SignIn, NotFound, In, NotFound]),
    ("GET", "/orders/{order}/paid", [SignIn, NotFound, In, In]),
    ("GET", "/orders/{order}/{act}", [SignIn, NotFound, In, Refused]),
    ("GET", "/orders/{order}/dispute", [SignIn, NotFound, NotFound, NotFound]),
    ("GET", "/orders/{order}/receipts/{kind}", [SignIn, NotFound, In, NotFound]),
    ("GET", "/orders/{order}/receipts/{kind}/pdf", [NotFound, NotFound, In, NotFound]),
    ("GET", "/orders/{order}/files/{file}", [NotFound, NotFound, In, In]),
    ("GET", "/earnings", [SignIn, In, NotFound, In]),
    ("GET", "/settings", [SignIn, In, In, In]), ("GET", "/settings/payouts", [SignIn, In, NotFound, In]),
    ("GET", "/settings/terms", [SignIn, In, NotFound, In]), ("GET", "/settings/notifications", [SignIn, In, In, In]),
    ("GET", "/notifications", [SignIn, In, In, In]), ("GET", "/disputes", [SignIn, NotFound, NotFound, NotFound]),
    ("GET", "/admin/suspense", [SignIn, NotFound, NotFound, NotFound]), ("GET", "/admin/payouts", [SignIn, NotFound, NotFound, NotFound]),
    ("GET", "/admin/messages", [SignIn, NotFound, NotFound, NotFound]),
    ("GET", "/sandbox", [In, In, In, In]), ("GET", "/sandbox/mail", [In, In, In, In]), ("GET", "/sandbox/pay/{reference}", [In, In, In, In]),
    ("GET", "/healthz", [In, In, In, In]), ("GET", "/readyz", [In, In, In, In]),
    ("GET", "/assets/{*file}", [NotFound, NotFound, NotFound, NotFound]),
    ("GET", "/favicon.svg", [NotFound, NotFound, NotFound, NotFound]), ("GET", "/robots.txt", [NotFound, NotFound, NotFound, NotFound]),
    ("GET", "/LICENSE-ICONS.txt", [NotFound, NotFound, NotFound, NotFound]),
    ("POST", "/do/sign-up", [In, In, In, In]), ("POST", "/do/sign-in", [In, In, In, In]), ("POST", "/do/sign-out", [In, In, In, In]),
    ("POST", "/do/verify-email", [In, In, In, In]), ("POST", "/do/resend-verification", [In, In, In, In]),
    ("POST", "/do/forgot-password", [In, In, In, In]), ("POST", "/do/reset-password", [In, In, In, In]),
    ("POST", "/do/theme", [In, In, In, In]), ("POST", "/do/sandbox-pay", [In, In, In, In]),
    ("POST", "/do/place-order", [NotFound, In, NotFound, In]),
    ("POST", "/do/quote", [NotFound, NotFound, In, In]), ("POST", "/do/pay", [NotFound, NotFound, In, In]),
    ("POST", "/do/order-act", [NotFound, NotFound, In, In]), ("POST", "/do/message", [NotFound, NotFound, In, In]),
    ("POST", "/do/refund-bank", [NotFound, NotFound, In, NotFound]), ("POST", "/do/delivery-terms", [NotFound, In, NotFound, In]),
    ("POST", "/do/read-notifications", [NotFound, In, In, In]), ("POST", "/do/notification-preferences", [NotFound, In, In, In]),
    ("POST", "/do/suspense-return", [NotFound, NotFound, NotFound, NotFound]), ("POST", "/do/suspense-apply", [NotFound, NotFound, NotFound, NotFound]),
    ("POST", "/do/payout-retry", [NotFound, NotFound, NotFound, NotFound]), ("POST", "/do/message-retry", [NotFound, NotFound, NotFound, NotFound]),
    ("POST", "/do/sandbox-clock", [In, In, In, In]),
    ("POST", "/do/bank-details", [NotFound, In, NotFound, In]), ("POST", "/do/verify-identity", [NotFound, In, NotFound, In]),
    ("POST", "/do/revoke-session", [NotFound, NotFound, NotFound, NotFound]), ("POST", "/do/revoke-other-sessions", [NotFound, In, In, In]),
];

#[test]
fn every_address_has_a_row_and_every_row_an_address() {
    let there: BTreeSet<(String, String)> =
        all_routes().into_iter().map(|(method, path)| (method.to_string(), path)).collect();
    let rows: BTreeSet<(String, String)> =
        MATRIX.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(there.difference(&rows).collect::<Vec<_>>(), Vec::<&(String, String)>::new(), "addresses without a row");
    assert_eq!(rows.difference(&there).collect::<Vec<_>>(), Vec::<&(String, String)>::new(), "rows without an address");
}

struct World {
    order: String,
    file: String,
    quote: String,
    reference: String,
}

async fn ask(client: &Client, method: &str, template: &str, world: &World) -> crate::harness::Answer {
    let path = template
        .replace("{order}", &world.order)
        .replace("{quote}", &world.quote)
        .replace("{act}", "accept")
        .replace("{kind}", "payment")
        .replace("{file}", &world.file)
        .replace("{reference}", &world.reference)
        .replace("{*file}", "nothing.js");
    if method == Method::GET.as_str() {
        return client.get(&path).await;
    }
    if template == "/do/message" {
        return client.post_multipart(&path, &[("order", world.order.as_str()), ("text", "")], &[]).await;
    }
    if template == "/do/order-act" {
        // A version of long ago: who may act is told so, and nothing changes.
        let fields = [("order", world.order.as_str()), ("act", "accept"), ("version", "0"), ("key", "matrix")];
        return client.post_multipart(&path, &fields, &[]).await;
    }
    let fields = [
        ("order", world.order.as_str()),
        ("quote", &world.quote),
        ("reference", &world.reference),
        ("session", "00000000-0000-0000-0000-000000000000"),
        ("item", "sus_00000000000000000000000000000000"),
        ("payout", "pyt_00000000000000000000000000000000"),
        ("message", "obx_00000000000000000000000000000000"),
        ("note", "a reason"),
        ("back", "/"),
    ];
    client.post(&path, &fields).await
}

#[tokio::test]
async fn everybody_gets_what_the_matrix_says() {
    let app = TestApp::start(Mode::Sandbox).await;
    let (seller, seller_browser) = app.person("seller@example.test", AccountKind::BusinessSeller).await;
    let (buyer, buyer_browser) = app.person("buyer@example.test", AccountKind::Buyer).await;
    let order = app.delivered(&seller, "buyer@example.test").await;
    let view = app.backend.order_view(Some(&buyer), &OrderRef::Id(order)).await.unwrap();
    let file = view.timeline.iter().flat_map(|entry| &entry.files).next().unwrap().id;
    let payment = view.payments.first().unwrap();
    let world = World {
        order: order.to_string(),
        file: file.to_string(),
        quote: payment.quote.to_string(),
        reference: payment.reference.clone().unwrap(),
    };
    for (row, (method, template, expected)) in MATRIX.iter().enumerate() {
        // Fresh browsers, as some rows sign out or end sessions.
        let (_, stranger_browser) =
            app.person(&format!("stranger{row}@example.test"), AccountKind::BusinessSeller).await;
        let buyer_browser = signed_in(&app, &buyer_browser, "buyer@example.test").await;
        let seller_browser = signed_in(&app, &seller_browser, "seller@example.test").await;
        let anonymous = app.anonymous();
        let people = [
            ("nobody", &anonymous),
            ("a stranger", &stranger_browser),
            ("the buyer", &buyer_browser),
            ("the seller", &seller_browser),
        ];
        for ((name, client), expected) in people.into_iter().zip(expected) {
            let answer = ask(client, method, template, &world).await;
            let got = match answer.status.as_u16() {
                404 => NotFound,
                409 => Refused,
                303 if answer.location().starts_with("/sign-in?next=") => SignIn,
                200 | 303 => In,
                other => panic!("{method} {template} for {name}: {other} {}", answer.body),
            };
            assert_eq!(got, *expected, "{method} {template} for {name}: {} {}", answer.status, answer.location());
        }
    }
    let after = app.backend.order_view(Some(&buyer), &OrderRef::Id(order)).await.unwrap();
    assert_eq!(after.order.version, view.order.version, "asking changed the order");
}

async fn signed_in(app: &TestApp, _old: &Client, email: &str) -> Client {
    let client = app.anonymous();
    client.post("/do/sign-in", &[("email", email), ("password", crate::harness::PASSWORD)]).await;
    client
}

#[tokio::test]
async fn the_sandbox_does_not_exist_in_live_mode() {
    let app = TestApp::start(Mode::Live).await;
    for path in ["/sandbox", "/sandbox/mail", "/sandbox/pay/sbx_1"] {
        assert_eq!(app.anonymous().get(path).await.status, 404, "{path}");
    }
    for path in ["/do/sandbox-pay", "/do/sandbox-clock", "/do/verify-identity"] {
        assert_eq!(app.anonymous().post(path, &[]).await.status, 404, "{path}");
    }
}
