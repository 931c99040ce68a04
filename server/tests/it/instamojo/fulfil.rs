//! Fulfilment: the split is final, and the rest is commission (instamojo.md section 9).

use super::expect::{created, golden, not_found, ok, refused};
use super::{DECLINED, Link, NO_PAYMENT, call, on_each};
use http::StatusCode;

const DONE: &str = r#"{"fulfil": true, "success": true}"#;

#[tokio::test]
async fn it_may_be_said_again() {
    on_each(async |market| {
        let payment = market.paid("1000").await;
        assert_eq!(market.commission().await, (0, 0), "nothing is commission before");
        for _ in 0..3 {
            golden(&market.fulfil(&payment).await, StatusCode::OK, DONE);
            assert_eq!(market.commission().await, (97_286, 0));
        }
        let browserless =
            call(&market.app, "POST", &format!("/v2.1/payments/{payment}/fulfil/"), &market.token, &[]).await;
        golden(&browserless, StatusCode::OK, DONE);
    })
    .await;
}

#[tokio::test]
async fn only_a_successful_payment_of_ones_own_is_fulfilled() {
    on_each(async |market| {
        let payment = market.paid("1000").await;
        let (_, _, stranger) = market.stranger().await;
        let path = format!("/v2/payments/{payment}/fulfil/");
        not_found(&call(&market.app, "POST", &path, &stranger, &[]).await);
        for payment in [NO_PAYMENT, "x", "%20"] {
            not_found(&market.fulfil(payment).await);
        }
        for number in [DECLINED, "4000000000003220"] {
            let (unpaid, _) = market.request("1000", &[]).await.pay(&market.app, number).await;
            refused(&market.fulfil(&unpaid).await);
        }
        assert_eq!(market.commission().await, (0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_refunded_payment_is_fulfilled_with_what_is_left() {
    on_each(async |market| {
        let merchant = market.merchant("s1").await;
        let payment = market.paid("1000").await;
        created(&market.credit(&payment, "1", &merchant, "300").await);
        created(&market.refund(&payment, "400", "").await);
        ok(&market.fulfil(&payment).await);
        assert_eq!(market.commission().await, (27_286, 0));
        let whole = market.paid("1000").await;
        created(&market.refund(&whole, "1000", "").await);
        ok(&market.fulfil(&whole).await);
        // The fees of what was refunded whole stay with the marketplace.
        assert_eq!(market.commission().await, (27_286 - 2_714, 0));
    })
    .await;
}

#[tokio::test]
async fn what_a_merchant_collects_on_their_own_is_held_until_their_marketplace_says_so() {
    on_each(async |market| {
        let merchant = market.merchant("s1").await;
        for (kind, fee, share, rest) in [("percent", "10", 10_000, 87_286), ("fixed", "50", 5_000, 92_286)] {
            let (before, own) = (market.commission().await.0, market.balance(&merchant).await.0);
            let fields = [("partner_fee_type", kind), ("partner_fee", fee), ("mark_fulfilled", "false")];
            let link = Link::create(&market.app, &merchant.token, "1000", &fields).await;
            let payment = link.paid(&market.app).await;
            assert_eq!(market.balance(&merchant).await.0, own, "held");
            assert_eq!(market.commission().await, (before + share, 0));
            golden(&market.fulfil(&payment).await, StatusCode::OK, DONE);
            assert_eq!(market.balance(&merchant).await.0, own + rest);
        }
        // A merchant who says nothing has it straight away.
        for fields in [&[("mark_fulfilled", "true")][..], &[]] {
            let own = market.balance(&merchant).await.0;
            Link::create(&market.app, &merchant.token, "1000", fields).await.paid(&market.app).await;
            assert_eq!(market.balance(&merchant).await.0, own + 97_286);
        }
    })
    .await;
}

#[tokio::test]
async fn a_partner_fee_is_a_number_of_a_known_kind() {
    on_each(async |market| {
        let merchant = market.merchant("s1").await;
        let ask = async |kind: &str, fee: &str| {
            let fields = [("amount", "100"), ("purpose", "Tea"), ("partner_fee_type", kind), ("partner_fee", fee)];
            call(&market.app, "POST", "/v2/payment_requests/", &merchant.token, &fields).await
        };
        for (kind, fee) in [("fixed", "0"), ("fixed", "5.50"), ("percent", "2.5"), ("percent", "100")] {
            created(&ask(kind, fee).await);
        }
        for (kind, fee) in [
            ("share", "1"),
            ("fixed", "x"),
            ("fixed", "-1"),
            ("fixed", "100.01"),
            ("percent", "101"),
            ("percent", "-1"),
            ("fixed", ""),
            ("", "5"),
        ] {
            for name in super::expect::fields(&ask(kind, fee).await) {
                assert!(["partner_fee", "partner_fee_type"].contains(&name.as_str()), "{kind} {fee}: {name}");
            }
        }
    })
    .await;
}
