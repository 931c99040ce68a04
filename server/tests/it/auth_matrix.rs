//! Who may open what: every page, every server function and every other address, for nobody, a stranger, the buyer and the
//! seller of an order, and the two kinds of staff. A new address without a row fails.

use crate::harness::{Client, TestApp};
use backend::Mode;
use backend::service::access::OrderRef;
use domain::permission::{AccountKind, StaffRole};
use http::Method;
use server::http::all_routes;
use std::collections::BTreeSet;

/// Method, template, and what nobody, a stranger who sells, the buyer, the seller, the dispute manager and the administrator
/// get, in this order: `I`n, `S`ign in first, `R`efused, `-` not found, `E`rror of the contract, or `U`nauthorized.
#[rustfmt::skip]
const MATRIX: &[(&str, &str, &str)] = &[
    ("GET", "/", "IIIIII"),
    ("GET", "/help", "IIIIII"), ("GET", "/statuses", "IIIIII"), ("GET", "/terms", "IIIIII"), ("GET", "/privacy", "IIIIII"),
    ("GET", "/sign-up", "IIIIII"), ("GET", "/sign-in", "IIIIII"), ("GET", "/check-mail", "IIIIII"),
    ("GET", "/verify-email", "IIIIII"), ("GET", "/forgot-password", "IIIIII"), ("GET", "/reset-password", "IIIIII"),
    ("GET", "/home", "SIIIII"), ("GET", "/orders", "SIIIII"), ("GET", "/orders/new", "SI-I--"),
    ("GET", "/orders/propose", "S-I---"), ("POST", "/do/propose-order", "--I---"), ("GET", "/orders/export.csv", "-IIIII"), ("GET", "/orders/deliver", "SI-I--"), ("POST", "/do/deliver-many", "-I-I--"),
    ("POST", "/do/view-save", "-IIIII"), ("POST", "/do/view-forget", "------"), ("GET", "/orders/{order}", "S-IIII"),
    ("GET", "/orders/{order}/pay/{quote}", "S-I---"),
    ("GET", "/orders/{order}/paid", "S-IIII"),
    ("GET", "/orders/{order}/{act}", "S-IRRR"),
    ("GET", "/orders/{order}/dispute", "S-IIII"),
    ("GET", "/orders/{order}/receipts/{kind}", "S-I---"),
    ("GET", "/orders/{order}/receipts/{kind}/pdf", "--I---"),
    ("GET", "/orders/{order}/files/{file}", "--IIII"),
    ("GET", "/projects", "SIIIII"), ("GET", "/projects/new", "SIII--"), ("POST", "/do/project-start", "--I---"),
    ("GET", "/projects/{project}", "S-II--"), ("GET", "/projects/{project}/plan", "S-II--"), ("GET", "/projects/{project}/settings", "S-II--"),
    ("GET", "/projects/{project}/milestones/{milestone}", "S-II--"), ("POST", "/do/milestone-add", "--II--"),
    ("POST", "/do/milestone-edit", "--II--"), ("POST", "/do/milestone-move", "--II--"), ("POST", "/do/milestone-terms", "--II--"),
    ("POST", "/do/change-ask", "--II--"), ("POST", "/do/change-answer", "---I--"), ("POST", "/do/project-change", "--II--"),
    ("POST", "/do/milestone-pay", "--II--"), ("POST", "/do/milestone-remove", "--II--"), ("POST", "/do/project-end", "--II--"),
    ("GET", "/m/{slug}", "IIIIII"), ("GET", "/m/{slug}/{listing}", "IIIIII"), ("POST", "/do/buy", "IIIIII"),
    ("GET", "/listings", "SI-I--"), ("GET", "/listings/new", "SI-I--"), ("GET", "/listings/{listing}", "S--I--"),
    ("GET", "/providers", "SI-I--"), ("GET", "/providers/new", "SI-I--"), ("GET", "/providers/{provider}", "S--I--"),
    ("GET", "/settings/storefront", "SI-I--"), ("GET", "/marketplaces", "SI-I--"), ("GET", "/sellers", "S-----"),
    ("POST", "/do/provider-save", "---I--"), ("POST", "/do/provider-remove", "---I--"), ("POST", "/do/listing-save", "---I--"),
    ("POST", "/do/listing-archive", "---I--"), ("POST", "/do/storefront-save", "-I-I--"), ("POST", "/do/invite-seller", "------"),
    ("POST", "/do/answer-invitation", "---I--"), ("POST", "/do/leave-marketplace", "---I--"), ("POST", "/do/remove-seller", "------"),
    ("POST", "/do/pictures", "---I--"), ("POST", "/do/picture-remove", "------"), ("GET", "/pictures/{picture}/{size}", "------"),
    ("GET", "/sign-in/code", "IIIIII"), ("POST", "/do/sign-in-code", "IIIIII"), ("GET", "/confirm", "SIIIII"), ("POST", "/do/confirm", "-IIIII"),
    ("GET", "/settings/security", "SIIIII"), ("POST", "/do/second-factor-begin", "-IIIII"), ("POST", "/do/second-factor-confirm", "-IIIII"),
    ("POST", "/do/second-factor-stop", "-IIIII"), ("POST", "/do/recovery-codes", "-IIIII"),
    ("GET", "/settings/team", "SI-I--"), ("GET", "/invitations", "SIIIII"), ("POST", "/do/invite-member", "-I-I--"),
    ("POST", "/do/take-back-invitation", "------"), ("POST", "/do/member-role", "------"), ("POST", "/do/member-remove", "------"),
    ("POST", "/do/answer-team-invitation", "------"), ("POST", "/do/work-for", "------"),
    ("GET", "/earnings", "SI-I--"),
    ("GET", "/settings", "SIIIII"), ("GET", "/settings/payouts", "SI-I--"),
    ("GET", "/settings/terms", "SI-I--"), ("GET", "/settings/notifications", "SIIIII"),
    ("GET", "/notifications", "SIIIII"), ("GET", "/disputes", "S---II"),
    ("GET", "/admin/suspense", "S----I"), ("GET", "/admin/payouts", "S----I"),
    ("GET", "/admin/messages", "S----I"), ("GET", "/admin/settings", "S----I"), ("GET", "/admin/desk", "S----I"), ("GET", "/admin/batches/{batch}", "S-----"), ("GET", "/admin/statements", "S----I"), ("GET", "/admin/beneficiaries/{party}", "S----I"),
    ("GET", "/admin/batches/{batch}/{file}", "------"), ("POST", "/do/batch-make", "-----I"), ("POST", "/do/batch-act", "------"),
    ("POST", "/do/statement-import", "-----I"), ("POST", "/do/movement-decide", "-----I"), ("POST", "/do/payout-schedule", "-I-I--"),
    ("GET", "/orders/{order}/transfer", "S-IIII"), ("POST", "/do/pay-by-transfer", "--IIII"), ("GET", "/platform/logo/{version}", "------"),
    ("POST", "/do/platform-name", "-----I"), ("POST", "/do/platform-logo", "-----I"), ("POST", "/do/platform-fees", "-----I"),
    ("POST", "/do/platform-limits", "-----I"), ("POST", "/do/platform-bank", "-----I"), ("POST", "/do/platform-payouts", "-----I"),
    ("GET", "/sandbox", "IIIIII"), ("GET", "/sandbox/mail", "IIIIII"), ("GET", "/sandbox/pay/{reference}", "IIIIII"),
    ("GET", "/healthz", "IIIIII"), ("GET", "/readyz", "IIIIII"),
    ("GET", "/assets/{*file}", "------"),
    ("GET", "/favicon.svg", "------"), ("GET", "/robots.txt", "------"),
    ("GET", "/LICENSE-ICONS.txt", "------"),
    ("POST", "/do/sign-up", "IIIIII"), ("POST", "/do/sign-in", "IIIIII"), ("POST", "/do/sign-out", "IIIIII"),
    ("POST", "/do/verify-email", "IIIIII"), ("POST", "/do/resend-verification", "IIIIII"),
    ("POST", "/do/forgot-password", "IIIIII"), ("POST", "/do/reset-password", "IIIIII"),
    ("POST", "/do/theme", "IIIIII"), ("POST", "/do/sandbox-pay", "IIIIII"),
    ("POST", "/do/place-order", "-I-I--"),
    ("POST", "/do/quote", "--IIII"), ("POST", "/do/pay", "--IIII"),
    ("POST", "/do/order-act", "--IIII"), ("POST", "/do/message", "--IIII"),
    ("POST", "/do/refund-bank", "--I---"), ("POST", "/do/delivery-terms", "-I-I--"),
    ("POST", "/do/read-notifications", "-IIIII"), ("POST", "/do/notification-preferences", "-IIIII"),
    ("POST", "/do/suspense-return", "-----I"), ("POST", "/do/suspense-apply", "-----I"),
    ("POST", "/do/payout-retry", "-----I"), ("POST", "/do/message-retry", "------"),
    ("POST", "/do/sandbox-clock", "IIIIII"),
    ("POST", "/do/bank-details", "-I-I--"), ("POST", "/do/verify-identity", "-I-I--"),
    ("GET", "/checkout/{order}", "IIIIII"), ("GET", "/checkout/{order}/return", "IIIIII"), ("POST", "/do/checkout-pay", "IIIIII"),
    ("GET", "/sandbox/shop", "IIIIII"), ("POST", "/do/platform-times", "-----I"), ("POST", "/do/platform-rate", "-----I"),
    ("GET", "/assets/trustpay.inline.min.js", "IIIIII"), ("GET", "/assets/test/trustpay.inline.min.js", "IIIIII"),
    ("GET", "/assets/int/trustpay.inline.min.js", "IIIIII"), ("GET", "/assets/trustpay.inline.min.css", "IIIIII"),
    ("GET", "/assets/checkout-frame.js", "IIIIII"), ("GET", "/assets/demo-shop.js", "IIIIII"),
    // Programs show keys; whoever signed in is nobody here. Who may do what with which key is held in `atarapay::auth`.
    ("POST", "/api/serviceprovider/create", "EEEEEE"), ("POST", "/api/serviceprovider", "EEEEEE"),
    ("POST", "/api/serviceprovider/delete", "EEEEEE"), ("DELETE", "/api/serviceprovider/delete", "EEEEEE"),
    ("POST", "/api/serviceprovider/order/update", "EEEEEE"), ("PUT", "/api/serviceprovider/order/update", "EEEEEE"),
    ("POST", "/api/serviceprovider/marketplaceOrder/update", "EEEEEE"), ("PUT", "/api/serviceprovider/marketplaceOrder/update", "EEEEEE"),
    ("POST", "/api/external/getBanks", "EEEEEE"), ("GET", "/api/abokiExchangeRate", "EEEEEE"),
    ("POST", "/api/project/createProject", "EEEEEE"), ("PUT", "/api/project/updateProject/{project}", "EEEEEE"),
    ("POST", "/api/project/getExternalProjects", "EEEEEE"), ("POST", "/api/callback/order", "EEEEEE"),
    ("POST", "/api/api/callback/order", "EEEEEE"), ("GET", "/api/events", "EEEEEE"),
    ("GET", "/api/openapi.json", "IIIIII"), ("GET", "/developers", "SI-I--"), ("GET", "/developers/webhooks", "SI-I--"),
    ("GET", "/developers/requests", "SI-I--"), ("GET", "/developers/reference", "IIIIII"), ("GET", "/developers/guides/{guide}", "IIIIII"),
    ("POST", "/do/api-key-issue", "-I-I--"), ("POST", "/do/api-key-rotate", "------"), ("POST", "/do/api-key-revoke", "------"),
    ("POST", "/do/account-phone", "-I-I--"), ("POST", "/do/webhook-save", "-I-I--"), ("POST", "/do/webhook-secret", "------"),
    ("POST", "/do/webhook-test", "-I-I--"), ("POST", "/do/webhook-replay", "-I-I--"),
    ("POST", "/", "EEEEEE"), ("POST", "/pay", "EEEEEE"),
    // Programs show tokens here; who may do what with which token is held in `instamojo::refused`.
    ("POST", "/oauth2/token/", "EEEEEE"),
    ("POST", "/v2/users/", "UUUUUU"), ("GET", "/v2/users/{id}/", "UUUUUU"), ("PATCH", "/v2/users/{id}/", "UUUUUU"),
    ("PUT", "/v2/users/{id}/inrbankaccount/", "UUUUUU"),
    ("POST", "/v2/payment_requests/", "UUUUUU"), ("GET", "/v2/payment_requests/", "UUUUUU"), ("GET", "/v2/payment_requests/{id}/", "UUUUUU"),
    ("POST", "/v2/payment_requests/{id}/enable/", "UUUUUU"), ("POST", "/v2/payment_requests/{id}/disable/", "UUUUUU"),
    ("POST", "/v2/gateway/orders/", "UUUUUU"), ("GET", "/v2/gateway/orders/", "UUUUUU"), ("GET", "/v2/gateway/orders/{order}/", "UUUUUU"),
    ("POST", "/v2/gateway/orders/payment-request/", "UUUUUU"),
    ("GET", "/v2/payments/", "UUUUUU"), ("GET", "/v2/payments/{id}/", "UUUUUU"), ("GET", "/v2/payments/{id}/settlements/", "UUUUUU"),
    ("POST", "/v2/payments/{id}/settlements/", "UUUUUU"), ("DELETE", "/v2/payments/{id}/settlements/{settlement}/", "UUUUUU"),
    ("POST", "/v2/payments/{id}/fulfil/", "UUUUUU"), ("POST", "/v2/payments/{id}/refund/", "UUUUUU"),
    ("GET", "/v2.1/payments/", "UUUUUU"), ("GET", "/v2.1/payments/{id}/", "UUUUUU"), ("GET", "/v2.1/payments/{id}/settlements/", "UUUUUU"),
    ("POST", "/v2.1/payments/{id}/settlements/", "UUUUUU"), ("DELETE", "/v2.1/payments/{id}/settlements/{settlement}/", "UUUUUU"),
    ("POST", "/v2.1/payments/{id}/fulfil/", "UUUUUU"), ("POST", "/v2.1/payments/{id}/refund/", "UUUUUU"),
    ("GET", "/v2/refunds/", "UUUUUU"), ("GET", "/v2/refunds/{id}/", "UUUUUU"), ("GET", "/v2/resolutioncenter/cases/{id}/", "UUUUUU"),
    ("GET", "/v2/payouts/", "UUUUUU"), ("GET", "/v2/payouts/{payout}/", "UUUUUU"),
    ("GET", "/@{username}/{request}", "IIIIII"), ("GET", "/link/{username}/{request}", "IIIIII"), ("POST", "/do/pay-link", "IIIIII"),
    ("GET", "/pay/{payment}", "IIIIII"), ("GET", "/pay/{payment}/done", "IIIIII"),
    ("GET", "/payments", "S-----"), ("GET", "/payments/{payment}", "S-----"), ("GET", "/payments/{payment}/fulfil", "S-----"),
    ("GET", "/balance", "S-----"), ("POST", "/do/collection-settle", "------"), ("POST", "/do/collection-debit", "------"),
    ("POST", "/do/collection-debit-cancel", "------"), ("POST", "/do/collection-fulfil", "------"), ("POST", "/do/collection-refund", "------"),
    ("GET", "/admin/applications", "S----I"), ("GET", "/admin/applications/{application}/revoke", "S----I"),
    ("POST", "/do/application-issue", "-----I"), ("POST", "/do/application-revoke", "-----I"),
    ("POST", "/do/revoke-session", "------"), ("POST", "/do/revoke-other-sessions", "-IIIII"),
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
    checkout: String,
    disputed: String,
    file: String,
    quote: String,
    reference: String,
    payout: String,
    listing: String,
    provider: String,
    association: String,
    project: String,
    milestone: String,
    /// Of a marketplace that none of them has anything to do with: its application, a payment link and a payment.
    application: String,
    link: String,
    payment: String,
}

async fn ask(client: &Client, method: &str, template: &str, world: &World) -> crate::harness::Answer {
    let path = template
        .replace("/checkout/{order}", &format!("/checkout/{}", world.checkout))
        .replace("{username}/{request}", &world.link)
        .replace("{payment}", &world.payment)
        .replace("{application}", &world.application)
        .replace("{id}", "00000000000000000000000000000000")
        .replace("{settlement}", "1")
        .replace("{payout}", "id:00000000000000000000000000000000")
        .replace("{order}/dispute", &format!("{}/dispute", world.disputed))
        .replace("{order}", &world.order)
        .replace("{quote}", &world.quote)
        .replace("{act}", "accept")
        .replace("{guide}", "keys")
        .replace("{kind}", "payment")
        .replace("{slug}", "shop")
        .replace("{listing}", &world.listing)
        .replace("{provider}", &world.provider)
        .replace("{project}", &world.project)
        .replace("{milestone}", &world.milestone)
        .replace("{picture}", "pic_00000000000000000000000000000000")
        .replace("{size}", "small")
        .replace("{version}", "1")
        .replace("{party}", &world.provider)
        .replace("{batch}/{file}", "{batch}/payments.csv")
        .replace("{batch}", "bat_00000000000000000000000000000000")
        .replace("{file}", &world.file)
        .replace("{reference}", &world.reference)
        .replace("{*file}", "nothing.js");
    if method == Method::GET.as_str() {
        return client.get(&path).await;
    }
    if method != Method::POST.as_str() {
        let request = http::Request::builder().method(method).uri(&path);
        return client.send(request.body(axum::body::Body::empty()).unwrap()).await;
    }
    if template == "/do/platform-logo" || template == "/do/statement-import" {
        return client.post_multipart(&path, &[], &[]).await;
    }
    if template == "/do/pictures" {
        return client.post_multipart(&path, &[("listing", world.listing.as_str())], &[]).await;
    }
    if template == "/do/message" {
        return client.post_multipart(&path, &[("order", world.disputed.as_str()), ("text", "")], &[]).await;
    }
    if template == "/do/order-act" {
        // A version of long ago: who may act is told so, and nothing changes.
        let fields = [("order", world.order.as_str()), ("act", "accept"), ("version", "0"), ("key", "matrix")];
        return client.post_multipart(&path, &fields, &[]).await;
    }
    let order = if template == "/do/checkout-pay" { &world.checkout } else { &world.order };
    let fields = [
        ("order", order.as_str()),
        ("quote", &world.quote),
        ("reference", &world.reference),
        ("session", "00000000-0000-0000-0000-000000000000"),
        ("item", "sus_00000000000000000000000000000000"),
        ("payout", &world.payout),
        ("message", "obx_00000000000000000000000000000000"),
        ("listing", &world.listing),
        ("provider", &world.provider),
        ("association", &world.association),
        ("project", &world.project),
        ("milestone", &world.milestone),
        ("to", "0"),
        ("kind", "remove"),
        ("request", if template == "/do/pay-link" { &world.link } else { "chg_00000000000000000000000000000000" }),
        ("answer", "decline"),
        ("slug", if template == "/do/buy" { "shop" } else { "" }),
        ("movement", "stl_00000000000000000000000000000000"),
        ("batch", "bat_00000000000000000000000000000000"),
        ("note", ""),
        ("api_key", "key_00000000000000000000000000000000"),
        ("payment", &world.payment),
        ("application", &world.application),
        ("settlement_id", "1"),
        ("back", "/"),
    ];
    client.post(&path, &fields).await
}

#[tokio::test]
async fn everybody_gets_what_the_matrix_says() {
    let app = TestApp::start(Mode::Sandbox).await;
    let (seller, _) = app.person("seller@example.test", AccountKind::BusinessSeller).await;
    let (buyer, _) = app.person("buyer@example.test", AccountKind::Buyer).await;
    app.staff("manager@example.test", StaffRole::DisputeManager).await;
    app.staff("administrator@example.test", StaffRole::Administrator).await;
    let order = app.delivered(&seller, "buyer@example.test").await;
    let disputed = app.disputed(&seller, "buyer@example.test").await;
    let view = app.backend.order_view(Some(&buyer), &OrderRef::Id(order)).await.unwrap();
    let file = view.timeline.iter().flat_map(|entry| &entry.files).next().unwrap().id;
    let payment = view.payments.first().unwrap();
    let trade = app.trade(&seller, "operator@example.test").await;
    let [application, link, collected] = crate::instamojo::collected(&app).await;
    let (project, milestone) = app.project(&seller, &buyer).await;
    let world = World {
        application,
        link,
        payment: collected,
        project: project.to_string(),
        milestone: milestone.to_string(),
        listing: trade.0.to_string(),
        provider: trade.1.to_string(),
        association: trade.2.to_string(),
        order: order.to_string(),
        checkout: app.checkout(&seller, "guest@example.test").await,
        disputed: disputed.to_string(),
        file: file.to_string(),
        quote: payment.quote.to_string(),
        reference: payment.reference.clone().unwrap(),
        payout: app.refused_payout(&seller, "buyer@example.test").await.to_string(),
    };
    let mut wrong = Vec::new();
    for (row, (method, template, expected)) in MATRIX.iter().enumerate() {
        // Fresh browsers, as some rows sign out or end sessions.
        let (_, stranger) = app.person(&format!("stranger{row}@example.test"), AccountKind::BusinessSeller).await;
        let mut people = vec![("nobody", app.anonymous()), ("a stranger", stranger)];
        for name in ["buyer", "seller", "manager", "administrator"] {
            people.push((name, signed_in(&app, &format!("{name}@example.test")).await));
        }
        for ((name, client), expected) in people.iter().zip(expected.chars()) {
            let answer = ask(client, method, template, &world).await;
            let got = match answer.status.as_u16() {
                200 | 400 | 422 if is_contract_error(&answer) => 'E',
                401 if answer.body.starts_with(r#"{"success":false,"message":""#) => 'U',
                404 => '-',
                409 => 'R',
                303 if answer.location().starts_with("/sign-in?next=") => 'S',
                200 | 303 => 'I',
                other => panic!("{method} {template} for {name}: {other} {}", answer.body),
            };
            if got != expected {
                wrong.push(format!("{method} {template} for {name}: {got}, not {expected}; {}", answer.location()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    let after = app.backend.order_view(Some(&buyer), &OrderRef::Id(order)).await.unwrap();
    assert_eq!(after.order.version, view.order.version, "asking changed the order");
}

/// Whether an answer is an error in the envelope of the shops' API, the page that its browsers get, or one of the tokens'.
fn is_contract_error(answer: &crate::harness::Answer) -> bool {
    let begins = [r#"{"status":"error","message":""#, r#"{"error":""#];
    answer.status == 422 || begins.iter().any(|begin| answer.body.starts_with(begin))
}

async fn signed_in(app: &TestApp, email: &str) -> Client {
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
