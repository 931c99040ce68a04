//! Payouts of balances to banks, three working days after a settlement (instamojo.md sections 6 and 8.4).

use super::expect::{created, fields, items, not_found, ok, pages, text};
use super::{Market, Merchant, SITE, call, on_each, user_token};
use crate::harness::TestApp;
use crate::json;
use backend::service::bank::BankDetails;
use time::Duration;

/// The payouts of a token's owner.
async fn listed(app: &TestApp, token: &str) -> Vec<String> {
    items(&call(app, "GET", "/v2/payouts/", token, &[]).await, "payouts")
}

/// A merchant with a bank account who was credited ₹600 on a Friday noon.
async fn credited(market: &Market, number: &str) -> Merchant {
    let merchant = market.merchant("s1").await;
    market.bank(&merchant, number).await;
    let payment = market.paid("1000").await;
    created(&market.credit(&payment, "1", &merchant, "600").await);
    market.idle().await;
    merchant
}

#[tokio::test]
async fn a_settlement_is_paid_after_three_working_days() {
    on_each(async |market| {
        let merchant = credited(market, "123456789").await;
        for _ in 0..4 {
            // Saturday, Sunday, Monday and Tuesday noon.
            market.app.clock.advance(Duration::days(1));
            market.idle().await;
            assert_eq!(market.balance(&merchant).await, (60_000, 0));
        }
        market.app.clock.advance(Duration::days(2));
        market.idle().await;
        assert_eq!(market.balance(&merchant).await, (0, 0));
        let token = user_token(&market.app, &market.client, &merchant.email).await;
        let payout = listed(&market.app, &token).await.remove(0);
        let keys = [
            "id",
            "recipient",
            "status",
            "paid_out_at",
            "currency",
            "paid_amount",
            "sales_amount",
            "fee_amount",
            "total_tax_amount",
            "held_amount",
            "reversed_amount",
            "refunded_amount",
            "affiliate_commission_amount",
            "partner_commission_amount",
            "resource_uri",
        ];
        assert_eq!(json::keys(&payout), keys);
        let id = text(&payout, "id");
        let path = format!("/v2/payouts/id:{id}/");
        let part = |key: &str| json::part(&payout, key);
        assert_eq!((part("status").as_str(), part("currency").as_str()), ("true", "\"INR\""));
        assert_eq!(part("paid_amount"), "\"600.00\"");
        assert_eq!(text(&payout, "resource_uri"), format!("{SITE}{path}"));
        let one = ok(&call(&market.app, "GET", &path, &token, &[]).await);
        assert_eq!(json::keys(&one), ["success", "payout"]);
        assert_eq!((json::part(&one, "success"), json::part(&one, "payout")), ("true".to_owned(), payout));
    })
    .await;
}

#[tokio::test]
async fn a_payout_is_seen_by_whom_it_pays() {
    on_each(async |market| {
        let merchant = credited(market, "123456789").await;
        market.app.clock.advance(Duration::days(7));
        market.idle().await;
        let other = market_merchant(market, "s2").await;
        let token = user_token(&market.app, &market.client, &merchant.email).await;
        let id = text(&listed(&market.app, &token).await[0], "id");
        let (_, _, stranger) = market.stranger().await;
        let path = format!("/v2/payouts/id:{id}/");
        for token in [&other, &stranger] {
            not_found(&call(&market.app, "GET", &path, token, &[]).await);
            assert_eq!(listed(&market.app, token).await, Vec::<String>::new());
        }
        for wrong in ["x", "00000000000000000000000000000000", ""] {
            not_found(&call(&market.app, "GET", &format!("/v2/payouts/id:{wrong}/"), &token, &[]).await);
        }
    })
    .await;
}

/// A token of another merchant, whose marketplace has a fresh token as well.
async fn market_merchant(market: &Market, name: &str) -> String {
    let token = super::application_token(&market.app, &market.client).await;
    let email = format!("{name}@example.test");
    created(&call(&market.app, "POST", "/v2/users/", &token, &super::sign_up(&market.client, &email)).await);
    user_token(&market.app, &market.client, &email).await
}

#[tokio::test]
async fn payouts_are_found_by_id_and_by_when_they_were_made() {
    on_each(async |market| {
        let merchant = credited(market, "123456789").await;
        market.app.clock.advance(Duration::days(7));
        market.idle().await;
        let token = user_token(&market.app, &market.client, &merchant.email).await;
        let id = text(&listed(&market.app, &token).await[0], "id");
        for (query, found) in [
            (format!("id={id}"), 1),
            ("id=00000000000000000000000000000000".to_owned(), 0),
            ("start_time=2026-11-20T00:00:00Z&end_time=2026-11-30T00:00:00Z".to_owned(), 1),
            ("start_time=2026-12-01T00:00:00Z".to_owned(), 0),
            ("end_time=2026-11-20T12:00:00.000Z".to_owned(), 0),
            ("start_time=&end_time=undefined&id=null".to_owned(), 1),
        ] {
            let answer = call(&market.app, "GET", &format!("/v2/payouts/?{query}"), &token, &[]).await;
            assert_eq!(pages(&answer).0, found, "{query}");
        }
        for name in ["start_time", "end_time"] {
            let answer = call(&market.app, "GET", &format!("/v2/payouts/?{name}=yesterday"), &token, &[]).await;
            assert_eq!(fields(&answer), [name]);
        }
    })
    .await;
}

#[tokio::test]
async fn without_a_bank_account_the_balance_waits_for_one() {
    on_each(async |market| {
        let merchant = market.merchant("s1").await;
        let payment = market.paid("1000").await;
        created(&market.credit(&payment, "1", &merchant, "600").await);
        market.app.clock.advance(Duration::days(30));
        market.idle().await;
        assert_eq!(market.balance(&merchant).await, (60_000, 0));
        let token = user_token(&market.app, &market.client, &merchant.email).await;
        market.bank(&Merchant { token, ..merchant.clone() }, "123456789").await;
        market.app.clock.advance(Duration::days(2));
        market.idle().await;
        assert_eq!(market.balance(&merchant).await, (0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_payout_that_the_bank_refuses_leaves_the_balance_whole() {
    on_each(async |market| {
        let merchant = credited(market, "111110002").await;
        market.app.clock.advance(Duration::days(6));
        market.idle().await;
        let (balance, _) = market.balance(&merchant).await;
        assert_eq!(balance, 60_000);
        let token = user_token(&market.app, &market.client, &merchant.email).await;
        let payout = listed(&market.app, &token).await.remove(0);
        assert_eq!(
            (json::part(&payout, "status"), json::part(&payout, "paid_out_at")),
            ("false".into(), "null".into())
        );
        market.books_are_right().await;
        market.bank(&Merchant { token: token.clone(), ..merchant.clone() }, "123456789").await;
        for _ in 0..4 {
            market.app.clock.advance(Duration::days(1));
            market.idle().await;
        }
        assert_eq!(market.balance(&merchant).await, (0, 0), "a good account is paid");
        let token = user_token(&market.app, &market.client, &merchant.email).await;
        let paid = listed(&market.app, &token).await;
        assert_eq!(paid.iter().filter(|payout| json::part(payout, "status") == "true").count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_payout_whose_fate_is_unknown_is_asked_about_and_made_once() {
    on_each(async |market| {
        let merchant = credited(market, "111110009").await;
        for _ in 0..12 {
            market.app.clock.advance(Duration::hours(12));
            market.idle().await;
            market.books_are_right().await;
        }
        assert_eq!(market.balance(&merchant).await, (0, 0));
        let token = user_token(&market.app, &market.client, &merchant.email).await;
        assert_eq!(listed(&market.app, &token).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn commission_is_paid_to_the_marketplaces_own_bank() {
    on_each(async |market| {
        let details = BankDetails {
            currency: "INR".to_owned(),
            bank_name: "State Bank".to_owned(),
            account_number: "123456789".to_owned(),
            account_name: "Market".to_owned(),
        };
        market.app.backend.set_bank_details(&market.operator, &details).await.unwrap();
        market.app.backend.verify_identity_in_sandbox(&market.operator).await.unwrap();
        let payment = market.paid("1000").await;
        ok(&market.fulfil(&payment).await);
        market.app.clock.advance(Duration::days(6));
        market.idle().await;
        assert_eq!(market.commission().await, (0, 0));
        let token = super::application_token(&market.app, &market.client).await;
        let own = call(&market.app, "GET", "/v2/payouts/", &token, &[]).await;
        assert_eq!(pages(&own).0, 1);
        assert_eq!(text(&items(&own, "payouts")[0], "paid_amount"), "972.86");
        // What was paid out already is owed after a refund.
        let refund = [("type", "QFL"), ("body", "Broken"), ("refund_amount", "100")];
        created(&call(&market.app, "POST", &format!("/v2/payments/{payment}/refund/"), &token, &refund).await);
        assert_eq!(market.commission().await, (0, 10_000));
    })
    .await;
}
