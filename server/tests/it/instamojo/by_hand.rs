//! The same money in the web app: what a marketplace sees and does by hand, and what its merchants see.

use super::expect::{created, text};
use super::link::{hidden, path_of};
use super::{Market, Merchant, on_each};
use crate::harness::{Answer, Client};
use backend::{Error, Mode};
use domain::permission::{AccountKind, StaffRole};
use http::StatusCode;
use std::collections::BTreeSet;

/// Opens a page that has to be there.
async fn page(client: &Client, path: &str) -> String {
    let answer = client.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {} {}", answer.location(), answer.body);
    answer.body
}

/// Sends a form and opens the page that it leads to.
async fn act(client: &Client, path: &str, fields: &[(&str, &str)]) -> (Answer, String) {
    let answer = client.post(path, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
    let next = path_of(answer.location()).split('#').next().unwrap_or_default().to_owned();
    let body = page(client, &next).await;
    (answer, body)
}

async fn settle(market: &Market, payment: &str, id: &str, merchant: &Merchant, amount: &str) -> String {
    let fields =
        [("payment", payment), ("settlement_id", id), ("submerchant", merchant.id.as_str()), ("amount", amount)];
    act(&market.browser, "/do/collection-settle", &fields).await.1
}

async fn debit(market: &Market, payment: &str, id: &str, merchant: &Merchant, amount: &str, queue: &str) -> String {
    let fields = [
        ("payment", payment),
        ("debit_id", id),
        ("debit_submerchant", merchant.id.as_str()),
        ("debit_amount", amount),
        ("queue", queue),
    ];
    act(&market.browser, "/do/collection-debit", &fields).await.1
}

#[tokio::test]
async fn a_payment_is_divided_by_hand_as_by_a_program() {
    on_each(async |market| {
        let merchant = market.merchant("s1").await;
        let payment = market.paid("1000").await;
        assert!(page(&market.browser, "/payments").await.contains(&payment));
        let address = format!("/payments/{payment}");
        let shown = page(&market.browser, &address).await;
        let proposed = hidden(&shown, "settlement_id");
        assert!(!proposed.is_empty(), "a form that is sent twice does its thing once");
        for amount in ["", "0", "abc", "1000.01"] {
            settle(market, &payment, "1", &merchant, amount).await;
            assert_eq!(market.balance(&merchant).await.0, 0, "{amount:?}");
        }
        settle(market, &payment, &proposed, &merchant, "600").await;
        settle(market, &payment, &proposed, &merchant, "600").await;
        assert_eq!(market.balance(&merchant).await.0, 60_000);
        page(&market.browser, &format!("{address}/fulfil")).await;
        act(&market.browser, "/do/collection-fulfil", &[("payment", &payment)]).await;
        assert_eq!(market.commission().await, (37_286, 0));
        let refund = [
            ("payment", payment.as_str()),
            ("reason", "QFL"),
            ("body", "It does not fit."),
            ("refund_amount", "400"),
            ("transaction_id", "T1"),
        ];
        act(&market.browser, "/do/collection-refund", &refund).await;
        act(&market.browser, "/do/collection-refund", &refund).await;
        assert_eq!(market.commission().await, (0, 2_714));
        debit(market, &payment, "D1", &merchant, "400.01", "").await;
        debit(market, &payment, "D1", &merchant, "400", "").await;
        assert_eq!(market.balance(&merchant).await.0, 20_000);
        assert_eq!(market.commission().await, (37_286, 0));
        let expected = [format!("{proposed} CREDIT 600.00 done"), "D1 DEBIT 400.00 done".to_owned()];
        assert_eq!(market.settlements(&payment).await, expected, "programs see the same");
    })
    .await;
}

#[tokio::test]
async fn a_debit_that_waits_is_cancelled_by_hand() {
    on_each(async |market| {
        let merchant = market.merchant("s1").await;
        market.bank(&merchant, "123456789").await;
        let payment = market.paid("1000").await;
        created(&market.credit(&payment, "1", &merchant, "600").await);
        created(&market.refund(&payment, "300", "").await);
        market.app.clock.advance(time::Duration::days(6));
        market.idle().await;
        let browser = market.app.sign_in("market@example.test").await;
        let fields = [
            ("payment", payment.as_str()),
            ("debit_id", "D1"),
            ("debit_submerchant", merchant.id.as_str()),
            ("debit_amount", "100"),
            ("queue", "1"),
        ];
        act(&browser, "/do/collection-debit", &fields).await;
        let (_, shown) =
            act(&browser, "/do/collection-debit-cancel", &[("payment", &payment), ("settlement_id", "D1")]).await;
        assert!(shown.contains("D1"), "{shown}");
        let token = super::application_token(&market.app, &market.client).await;
        let next = super::Link::create(&market.app, &token, "50", &[]).await.paid(&market.app).await;
        let credit = [
            ("payment", next.as_str()),
            ("settlement_id", "1"),
            ("submerchant", merchant.id.as_str()),
            ("amount", "50"),
        ];
        act(&browser, "/do/collection-settle", &credit).await;
        assert_eq!(market.balance(&merchant).await.0, 5_000, "nothing is taken any more");
    })
    .await;
}

#[tokio::test]
async fn who_is_not_of_the_marketplace_sees_and_does_nothing() {
    on_each(async |market| {
        let merchant = market.merchant("s1").await;
        let payment = market.paid("1000").await;
        created(&market.credit(&payment, "1", &merchant, "100").await);
        created(&market.refund(&payment, "100", "").await);
        market.app.staff("administrator@example.test", StaffRole::Administrator).await;
        market.stranger().await;
        market.app.person("plain@example.test", AccountKind::MarketplaceOperator).await;
        let mut others = Vec::new();
        for email in ["s1@example.test", "stranger@example.test", "plain@example.test", "administrator@example.test"] {
            others.push((email, market.app.sign_in(email).await));
        }
        let fields = [
            ("payment", payment.as_str()),
            ("settlement_id", "9"),
            ("submerchant", merchant.id.as_str()),
            ("amount", "1"),
            ("debit_id", "9"),
            ("debit_submerchant", merchant.id.as_str()),
            ("debit_amount", "1"),
            ("reason", "QFL"),
            ("body", "Mine"),
            ("transaction_id", "T9"),
        ];
        let before = market.get(&format!("/v2/payments/{payment}/")).await.body;
        for (email, browser) in &others {
            for path in [format!("/payments/{payment}"), format!("/payments/{payment}/fulfil")] {
                assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{path} for {email}");
            }
            for act in ["settle", "debit", "debit-cancel", "fulfil", "refund"] {
                let answer = browser.post(&format!("/do/collection-{act}"), &fields).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{act} for {email}: {}", answer.location());
            }
        }
        let list = others[1].1.get("/payments").await;
        assert!(list.status == StatusCode::OK && !list.body.contains(&payment), "the other marketplace sees its own");
        assert_eq!(others[2].1.get("/payments").await.status, StatusCode::NOT_FOUND, "who has no application");
        assert_eq!(market.get(&format!("/v2/payments/{payment}/")).await.body, before);
        assert_eq!(market.settlements(&payment).await, ["1 CREDIT 100.00 done"]);
        assert!(page(&others[0].1, "/balance").await.contains("100.00"), "the merchant sees their own balance");
    })
    .await;
}

#[tokio::test]
async fn an_application_is_issued_on_the_administrators_page_and_its_secrets_are_shown_once() {
    on_each(async |market| {
        market.app.staff("administrator@example.test", StaffRole::Administrator).await;
        market.app.person("plain@example.test", AccountKind::MarketplaceOperator).await;
        let administrator = market.app.sign_in("administrator@example.test").await;
        let shown = page(&administrator, "/admin/applications").await;
        assert!(shown.contains("Checkout") && !shown.contains(&market.client.client_secret));
        for (email, name) in [("", ""), ("nobody@example.test", "Shop"), ("plain@example.test", "")] {
            let (answer, _) = act(&administrator, "/do/application-issue", &[("email", email), ("name", name)]).await;
            assert!(path_of(answer.location()).starts_with("/admin/applications"), "{}", answer.location());
        }
        let fields = [("email", "plain@example.test"), ("name", "Plain shop")];
        let (_, shown) = act(&administrator, "/do/application-issue", &fields).await;
        for word in ["Plain shop", "Referrer", "salt"] {
            assert!(shown.to_lowercase().contains(&word.to_lowercase()), "{word}: {shown}");
        }
        let codes: BTreeSet<String> =
            shown.split("<code>").skip(1).map(|rest| rest.split('<').next().unwrap_or_default().to_owned()).collect();
        let again = page(&administrator, "/admin/applications").await;
        let secrets: Vec<&String> = codes.iter().filter(|code| !again.contains(code.as_str())).collect();
        assert!(secrets.len() >= 2, "the secret and the salt are gone: {codes:?}");
        let mut opened = 0;
        for id in &codes {
            for secret in &secrets {
                let fields = [
                    ("grant_type", "client_credentials"),
                    ("client_id", id.as_str()),
                    ("client_secret", secret.as_str()),
                ];
                let answer = super::grant(&market.app, &fields).await;
                if answer.status == StatusCode::OK {
                    text(&answer.body, "access_token");
                    opened += 1;
                }
            }
        }
        assert_eq!(opened, 1, "what was shown is the program's name and secret");
    })
    .await;
}

#[tokio::test]
async fn a_live_installation_has_no_demo_application() {
    let app = crate::harness::TestApp::start(Mode::Live).await;
    app.staff("administrator@example.test", StaffRole::Administrator).await;
    let viewer = super::viewer(&app, "administrator@example.test").await;
    let issued = app.backend.sandbox_oauth_client(&viewer, "Checkout").await;
    assert!(matches!(issued, Err(Error::NotFound)), "{:?}", issued.err());
    let fields = [("grant_type", "client_credentials"), ("client_id", "x"), ("client_secret", "y")];
    super::expect::oauth_error(&super::grant(&app, &fields).await, 401, "invalid_client");
}
