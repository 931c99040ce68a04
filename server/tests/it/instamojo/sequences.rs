//! The contract's own acceptance: the sequences of section 12, from the first token to the last refusal.

use super::expect::{created, forbidden, golden, not_found, oauth_error, ok, refused, text, unauthorized};
use super::listener::Listener;
use super::{CARD, Market, Merchant, SITE, call, grant, mac, on_each, password_grant, sign_up, with_client};
use crate::harness::PASSWORD;
use crate::json;
use http::StatusCode;
use time::Duration;

const DONE: &str = r#"{"fulfil": true, "success": true}"#;

/// Sequence 1: two merchants with tokens that were refreshed, and bank accounts.
async fn merchants(market: &Market) -> [Merchant; 2] {
    let mut made = Vec::new();
    for name in ["s1", "s2"] {
        let mut merchant = market.merchant(name).await;
        let pair = ok(&password_grant(&market.app, &market.client, &merchant.username, PASSWORD).await);
        let (access, refresh) = (text(&pair, "access_token"), text(&pair, "refresh_token"));
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
        let fresh = ok(&grant(&market.app, &with_client(&market.client, &fields)).await);
        assert!(text(&fresh, "access_token") != access && text(&fresh, "refresh_token") != refresh);
        unauthorized(&call(&market.app, "GET", &format!("/v2/users/{}/", merchant.id), &access, &[]).await);
        merchant.token = text(&fresh, "access_token");
        market.bank(&merchant, "123456789").await;
        made.push(merchant);
    }
    made.try_into().unwrap_or_else(|_| unreachable!("two were made"))
}

/// Sequence 2: a payment of ₹1000, told by webhook and by redirect.
async fn paid(market: &Market) -> String {
    let listener = Listener::start(&[]).await;
    let url = listener.url();
    let fields = [("webhook", url.as_str()), ("redirect_url", "https://shop.example/thanks?cart=7")];
    let link = market.request("1000", &fields).await;
    let (payment, back) = link.pay(&market.app, CARD).await;
    let expected = format!(
        "https://shop.example/thanks?cart=7&payment_id={payment}&payment_request_id={}&payment_status=Credit",
        link.id
    );
    assert_eq!(back.location(), expected);
    let told = listener.take().remove(0).fields();
    let signature = told.iter().find(|(name, _)| name == "mac").unwrap().1.clone();
    assert_eq!(signature, mac::of_fields(&market.client.salt, &told));
    let object = ok(&market.get(&format!("/v2/payments/{payment}/")).await);
    assert_eq!(json::part(&object, "status"), "true");
    payment
}

/// Sequence 3: the split, up to what it may be, and its end.
async fn divided(market: &Market, payment: &str, [first, second]: &[Merchant; 2]) {
    created(&market.credit(payment, "1001", first, "600").await);
    created(&market.credit(payment, "1002", second, "300").await);
    refused(&market.credit(payment, "1003", second, "101").await);
    refused(&market.debit(payment, "1004", first, "1").await);
    golden(&market.fulfil(payment).await, StatusCode::OK, DONE);
    refused(&market.credit(payment, "1005", first, "1").await);
    assert_eq!(market.balance(first).await, (60_000, 0));
    assert_eq!(market.balance(second).await, (30_000, 0));
    // 1000 − 900 − 23.00 − 4.14
    assert_eq!(market.commission().await, (7_286, 0));
}

/// Sequence 4: a refund, and what is taken back for it.
async fn clawed_back(market: &Market, payment: &str, first: &Merchant) {
    let third = market.merchant("s3").await;
    created(&market.refund(payment, "400", "").await);
    refused(&market.debit(payment, "2001", &third, "1").await);
    refused(&market.debit(payment, "2002", first, "401").await);
    created(&market.debit(payment, "2003", first, "400").await);
    refused(&market.debit(payment, "2004", first, "1").await);
    assert_eq!(market.balance(first).await, (20_000, 0));
    assert_eq!(market.commission().await, (7_286, 0), "the refund was the merchant's");
}

/// Sequence 5: later refunds need a name of their own and an end.
async fn refunded_again(market: &Market, payment: &str) {
    assert_eq!(super::expect::fields(&market.refund(payment, "10", "").await), ["transaction_id"]);
    created(&market.refund(payment, "10", "T1").await);
    assert_eq!(super::expect::fields(&market.refund(payment, "10", "T1").await), ["transaction_id"]);
    let beyond = market.refund(payment, "590.01", "T2").await;
    assert_eq!(beyond.status, StatusCode::BAD_REQUEST, "{}", beyond.body);
}

/// Sequence 6: a merchant who was paid out has nothing to take back.
async fn paid_out(market: &Market, payment: &str, first: &Merchant) {
    market.app.clock.advance(Duration::days(6));
    market.idle().await;
    assert_eq!(market.balance(first).await, (0, 0), "paid out");
    // Sequence 7: the token is over its time by now.
    unauthorized(&market.refund(payment, "100", "T3").await);
    let fields = with_client(&market.client, &[("grant_type", "client_credentials")]);
    let token = text(&ok(&grant(&market.app, &fields).await), "access_token");
    let refund = [("type", "QFL"), ("body", "Late"), ("refund_amount", "100"), ("transaction_id", "T3")];
    let path = format!("/v2/payments/{payment}");
    created(&call(&market.app, "POST", &format!("{path}/refund/"), &token, &refund).await);
    let debit = [("settlement_id", "3001"), ("type", "DEBIT"), ("submerchant", first.id.as_str()), ("amount", "100")];
    refused(&call(&market.app, "POST", &format!("{path}/settlements/"), &token, &debit).await);
}

#[tokio::test]
async fn one_to_six_hold_one_after_the_other() {
    on_each(async |market| {
        let both = merchants(market).await;
        market.books_are_right().await;
        let payment = paid(market).await;
        market.books_are_right().await;
        divided(market, &payment, &both).await;
        market.books_are_right().await;
        clawed_back(market, &payment, &both[0]).await;
        market.books_are_right().await;
        refunded_again(market, &payment).await;
        market.books_are_right().await;
        paid_out(market, &payment, &both[0]).await;
    })
    .await;
}

#[tokio::test]
async fn seven_who_may_not_and_where_a_slash_is_missing() {
    on_each(async |market| {
        let merchant = market.merchant("s1").await;
        let payment = market.paid("100").await;
        let path = format!("/v2/payments/{payment}");
        let token = &merchant.token;
        let form = sign_up(&market.client, "s2@example.test");
        forbidden(&call(&market.app, "POST", "/v2/users/", token, &form).await);
        let settle = [("settlement_id", "1"), ("type", "CREDIT"), ("submerchant", &merchant.id), ("amount", "10")];
        forbidden(&call(&market.app, "POST", &format!("{path}/settlements/"), token, &settle).await);
        forbidden(&call(&market.app, "GET", &format!("{path}/settlements/"), token, &[]).await);
        forbidden(&call(&market.app, "POST", &format!("{path}/fulfil/"), token, &[]).await);
        let refund = [("type", "QFL"), ("body", "Broken")];
        forbidden(&call(&market.app, "POST", &format!("{path}/refund/"), token, &refund).await);
        not_found(&call(&market.app, "GET", &format!("{path}/"), token, &[]).await);
        let bad = [("client_id", "x"), ("client_secret", "y"), ("grant_type", "client_credentials")];
        oauth_error(&grant(&market.app, &bad).await, 401, "invalid_client");
        let moved = market.get(&path).await;
        assert_eq!(moved.status, StatusCode::MOVED_PERMANENTLY);
        assert_eq!(moved.location().trim_start_matches(SITE), format!("{path}/"));
        market.app.clock.advance(Duration::hours(11));
        unauthorized(&market.get(&format!("{path}/")).await);
        assert_eq!(market.balance(&merchant).await, (0, 0));
    })
    .await;
}
