//! The rules of a split, each by itself (instamojo.md section 8.3).

use super::expect::{created, fields, looks_like, not_found, ok, refused, text};
use super::{DECLINED, NO_PAYMENT, NOBODY, PHONE, call, on_each, on_each_changed, with, without};
use crate::json;

#[tokio::test]
async fn a_settlement_says_what_it_moved() {
    on_each(async |market| {
        let merchant = market.merchant("s1").await;
        let payment = market.paid("1000").await;
        let object = created(&market.credit(&payment, "1001", &merchant, "800").await);
        for (key, value) in [
            ("settlement_id", "1001"),
            ("type", "CREDIT"),
            ("submerchant", merchant.id.as_str()),
            ("amount", "800.00"),
            ("payment_id", payment.as_str()),
            ("created", "2026-11-20T12:00:00.000000Z"),
        ] {
            assert_eq!(text(&object, key), value);
        }
        looks_like(&text(&object, "created"), "9999-99-99T99:99:99.999999Z");
        assert_eq!(json::part(&object, "success"), "true");
        assert!(!text(&object, "message").is_empty());
        let keys = json::keys(&object);
        let documented =
            ["settlement_id", "type", "submerchant", "amount", "payment_id", "created", "message", "success"];
        assert!(documented.iter().all(|key| keys.iter().any(|known| known == key)), "{object}");
        assert!(!keys.contains(&"created_at".to_owned()), "the key is `created`");
        assert_eq!(market.settlements(&payment).await, ["1001 CREDIT 800.00 done"]);
    })
    .await;
}

#[tokio::test]
async fn r1_credits_together_are_no_more_than_the_buyer_paid() {
    on_each(async |market| {
        let (first, second) = (market.merchant("s1").await, market.merchant("s2").await);
        let payment = market.paid("1000").await;
        refused(&market.credit(&payment, "1", &first, "1000.01").await);
        created(&market.credit(&payment, "2", &first, "999.99").await);
        refused(&market.credit(&payment, "3", &second, "0.02").await);
        created(&market.credit(&payment, "4", &second, "0.01").await);
        refused(&market.credit(&payment, "5", &second, "0.01").await);
        assert_eq!((market.balance(&first).await.0, market.balance(&second).await.0), (99_999, 1));
        // R14: the whole gross went out, so the marketplace owes the fees.
        assert_eq!(market.commission().await, (0, 2_714));
    })
    .await;
}

#[tokio::test]
async fn r2_a_fulfilled_payment_credits_nobody() {
    on_each(async |market| {
        let merchant = market.merchant("s1").await;
        let payment = market.paid("1000").await;
        created(&market.credit(&payment, "1", &merchant, "10").await);
        ok(&market.fulfil(&payment).await);
        refused(&market.credit(&payment, "2", &merchant, "10").await);
        let link = market.request("1000", &[("mark_fulfilled", "true")]).await;
        let born = link.paid(&market.app).await;
        refused(&market.credit(&born, "1", &merchant, "10").await);
        assert_eq!(market.balance(&merchant).await.0, 1_000);
        assert_eq!(market.commission().await, (2 * 97_286 - 1_000, 0));
    })
    .await;
}

#[tokio::test]
async fn r3_r5_a_debit_needs_a_refund_that_large() {
    on_each(async |market| {
        let merchant = market.merchant("s1").await;
        let payment = market.paid("1000").await;
        created(&market.credit(&payment, "1", &merchant, "900").await);
        refused(&market.debit(&payment, "2", &merchant, "0.01").await);
        let other = market.paid("1000").await;
        created(&market.refund(&other, "500", "").await);
        refused(&market.debit(&payment, "3", &merchant, "0.01").await);
        created(&market.refund(&payment, "100", "").await);
        refused(&market.debit(&payment, "4", &merchant, "100.01").await);
        created(&market.debit(&payment, "5", &merchant, "60").await);
        refused(&market.debit(&payment, "6", &merchant, "40.01").await);
        created(&market.debit(&payment, "7", &merchant, "40").await);
        created(&market.refund(&payment, "50", "T2").await);
        // R13: after the split is final as well.
        ok(&market.fulfil(&payment).await);
        created(&market.debit(&payment, "8", &merchant, "50").await);
        refused(&market.debit(&payment, "9", &merchant, "0.01").await);
        assert_eq!(market.balance(&merchant).await.0, 75_000);
    })
    .await;
}

#[tokio::test]
async fn r4_r11_a_merchant_gives_back_what_this_payment_gave_them_alone() {
    on_each(async |market| {
        let (first, second) = (market.merchant("s1").await, market.merchant("s2").await);
        let payment = market.paid("1000").await;
        let other = market.paid("1000").await;
        created(&market.credit(&payment, "1", &first, "100").await);
        created(&market.credit(&other, "1", &second, "500").await);
        created(&market.refund(&payment, "500", "").await);
        refused(&market.debit(&payment, "2", &second, "10").await);
        refused(&market.debit(&payment, "3", &first, "100.01").await);
        created(&market.credit(&other, "2", &first, "300").await);
        refused(&market.debit(&payment, "4", &first, "101").await);
        created(&market.debit(&payment, "5", &first, "100").await);
        refused(&market.debit(&payment, "6", &first, "1").await);
        assert_eq!((market.balance(&first).await.0, market.balance(&second).await.0), (30_000, 50_000));
    })
    .await;
}

#[tokio::test]
async fn r6_what_is_on_its_way_to_the_bank_is_not_taken_back() {
    on_each_changed(async |market| {
        let merchant = market.merchant("s1").await;
        // Of a transfer to this account nobody knows at first whether it was made.
        market.bank(&merchant, "111110009").await;
        let payment = market.paid("1000").await;
        created(&market.credit(&payment, "1", &merchant, "600").await);
        created(&market.refund(&payment, "600", "").await);
        market.app.clock.advance(time::Duration::days(6));
        market.idle().await;
        assert_eq!(market.balance(&merchant).await, (60_000, 60_000));
        market.token = super::application_token(&market.app, &market.client).await;
        refused(&market.debit(&payment, "2", &merchant, "0.01").await);
        let next = market.paid("1000").await;
        created(&market.credit(&next, "1", &merchant, "50").await);
        refused(&market.debit(&payment, "3", &merchant, "50.01").await);
        created(&market.debit(&payment, "4", &merchant, "50").await);
        assert_eq!(market.balance(&merchant).await, (60_000, 60_000));
    })
    .await;
}

#[tokio::test]
async fn r7_r12_an_id_is_used_once_in_a_payment() {
    on_each(async |market| {
        let (first, second) = (market.merchant("s1").await, market.merchant("s2").await);
        let payment = market.paid("1000").await;
        let other = market.paid("1000").await;
        created(&market.credit(&payment, "1001", &first, "100").await);
        for answer in [
            market.credit(&payment, "1001", &first, "100").await,
            market.credit(&payment, "1001", &second, "50").await,
            market.debit(&payment, "1001", &first, "100").await,
            market.credit(&payment, " 1001 ", &first, "100").await,
        ] {
            assert_eq!(fields(&answer), ["settlement_id"]);
        }
        created(&market.credit(&other, "1001", &first, "100").await);
        // What was refused did not use its id up.
        refused(&market.credit(&payment, "1002", &first, "950").await);
        created(&market.credit(&payment, "1002", &first, "10").await);
        assert_eq!(market.balance(&first).await.0, 21_000);
        assert_eq!(market.balance(&second).await.0, 0);
        assert_eq!(market.settlements(&payment).await, ["1001 CREDIT 100.00 done", "1002 CREDIT 10.00 done"]);
    })
    .await;
}

#[tokio::test]
async fn r8_r9_every_field_that_is_wrong_is_named() {
    on_each(async |market| {
        let merchant = market.merchant("s1").await;
        let payment = market.paid("1000").await;
        let path = format!("/v2/payments/{payment}/settlements/");
        let right =
            [("settlement_id", "1"), ("type", "CREDIT"), ("submerchant", merchant.id.as_str()), ("amount", "10")];
        assert_eq!(fields(&market.post(&path, &[]).await), ["amount", "settlement_id", "submerchant", "type"]);
        let long = "x".repeat(5_000);
        for (name, _) in right {
            assert_eq!(fields(&market.post(&path, &without(&right, name)).await), [name]);
            assert_eq!(fields(&market.post(&path, &with(&right, name, "")).await), [name]);
        }
        for (name, value) in [
            ("amount", "0"),
            ("amount", "0.00"),
            ("amount", "-10"),
            ("amount", "abc"),
            ("amount", "1e2"),
            ("amount", "10.001"),
            ("amount", "99999999999999999999999"),
            ("amount", "NaN"),
            ("type", "REFUND"),
            ("type", "credit!"),
            ("settlement_id", long.as_str()),
            ("submerchant", NOBODY),
            ("submerchant", "x"),
            ("submerchant", "s1"),
        ] {
            assert_eq!(fields(&market.post(&path, &with(&right, name, value)).await), [name], "{value}");
        }
        assert_eq!(market.settlements(&payment).await, Vec::<String>::new());
        assert_eq!(market.balance(&merchant).await, (0, 0));
    })
    .await;
}

#[tokio::test]
async fn r10_the_payment_is_a_successful_one_of_the_caller_and_the_merchant_is_theirs() {
    on_each(async |market| {
        let merchant = market.merchant("s1").await;
        let (_, stranger, token) = market.stranger().await;
        let payment = market.paid("1000").await;
        let (failed, _) = market.request("1000", &[]).await.pay(&market.app, DECLINED).await;
        let (pending, _) = market.request("1000", &[]).await.pay(&market.app, "4000000000003220").await;
        for payment in [failed.as_str(), pending.as_str(), NO_PAYMENT, "x"] {
            not_found(&market.credit(payment, "1", &merchant, "10").await);
            not_found(&market.debit(payment, "1", &merchant, "10").await);
        }
        let fields_of = |merchant: &str| {
            [
                ("settlement_id", "1".to_owned()),
                ("type", "CREDIT".into()),
                ("submerchant", merchant.into()),
                ("amount", "10".into()),
            ]
        };
        let path = format!("/v2/payments/{payment}/settlements/");
        let sent = fields_of(&merchant.id);
        let sent: Vec<_> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
        not_found(&call(&market.app, "POST", &path, &token, &sent).await);
        not_found(&call(&market.app, "GET", &path, &token, &[]).await);
        let form = [
            ("email", "theirs@example.test"),
            ("password", crate::harness::PASSWORD),
            ("phone", PHONE),
            ("referrer", stranger.referrer.as_str()),
        ];
        let theirs = text(&created(&call(&market.app, "POST", "/v2/users/", &token, &form).await), "id");
        for id in [theirs.as_str(), market.id().as_str()] {
            let sent = fields_of(id);
            let sent: Vec<_> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(fields(&market.post(&path, &sent).await), ["submerchant"], "{id}");
        }
        // What a merchant collects on their own is not divided by settlements.
        let own = super::Link::create(&market.app, &merchant.token, "500", &[]).await.paid(&market.app).await;
        not_found(&market.credit(&own, "1", &merchant, "10").await);
        market.app.clock.advance(time::Duration::seconds(10));
        market.idle().await;
        created(&market.credit(&pending, "1", &merchant, "10").await);
    })
    .await;
}

#[tokio::test]
async fn r13_after_a_refund_credits_go_on_up_to_what_was_paid() {
    on_each(async |market| {
        let merchant = market.merchant("s1").await;
        let payment = market.paid("1000").await;
        created(&market.refund(&payment, "700", "").await);
        created(&market.credit(&payment, "1", &merchant, "1000").await);
        refused(&market.credit(&payment, "2", &merchant, "0.01").await);
        assert_eq!(market.commission().await, (0, 72_714));
        created(&market.debit(&payment, "3", &merchant, "700").await);
        assert_eq!(market.commission().await, (0, 2_714));
    })
    .await;
}
