//! Payments as programs read them (instamojo.md section 6).

use super::expect::{golden, items, looks_like, not_found, ok, pages, text};
use super::{CARD, DECLINED, NO_PAYMENT, SITE, call, created, on_each};
use crate::json;
use http::StatusCode;
use time::Duration;

/// The keys of a payment, in the contract's order.
const KEYS: [&str; 27] = [
    "id",
    "title",
    "payment_type",
    "payment_request",
    "status",
    "link",
    "product",
    "seller",
    "currency",
    "amount",
    "name",
    "email",
    "phone",
    "payout",
    "fees",
    "total_taxes",
    "cases",
    "affiliate_id",
    "affiliate_commission",
    "order_info",
    "instrument_type",
    "billing_instrument",
    "failure",
    "created_at",
    "updated_at",
    "tax_invoice_id",
    "resource_uri",
];

#[tokio::test]
async fn a_payment_is_the_contracts_sample_to_the_letter() {
    on_each(async |market| {
        let link = market.request("10", &[]).await;
        let payment = link.paid(&market.app).await;
        let path = format!("/v2/payments/{payment}/");
        let object = ok(&market.get(&path).await);
        assert_eq!(json::keys(&object), KEYS);
        let expected = format!(
            r#"{{"id":"{payment}","title":"FIFA 16","payment_type":"api_rap",
                "payment_request":"{SITE}/v2/payment_requests/{}/","status":true,"link":null,"product":null,
                "seller":"{SITE}/v2/users/{}/","currency":"INR","amount":"10.00","name":"Rahul Sharma",
                "email":"rahul@example.test","phone":"+919898989898","payout":null,"fees":"3.20","total_taxes":"0.58",
                "cases":[],"affiliate_id":null,"affiliate_commission":"0.00",
                "order_info":{{"shipping_address":null,"shipping_city":null,"shipping_state":null,"shipping_zip":null,
                  "shipping_country":null,"quantity":1,"unit_price":"10.00","custom_fields":{{}},"variants":[]}},
                "instrument_type":"CARD","failure":null,"tax_invoice_id":"","resource_uri":"{SITE}{path}"}}"#,
            link.id,
            market.id(),
        );
        let varies = ["billing_instrument", "created_at", "updated_at"];
        assert_eq!(json::cut(&object, &varies), json::compact(&expected));
        assert!(!text(&object, "billing_instrument").is_empty());
        for key in ["created_at", "updated_at"] {
            let at = text(&object, key);
            let pattern = if at.len() == 24 { "9999-99-99T99:99:99.999Z" } else { "9999-99-99T99:99:99.999999Z" };
            looks_like(&at, pattern);
        }
        assert_eq!(ok(&market.get(&format!("/v2.1/payments/{payment}/")).await), object);
        assert_eq!(items(&market.get("/v2/payments/").await, "payments"), [object.as_str()]);
        assert_eq!(items(&market.get("/v2.1/payments/").await, "payments"), [object]);
    })
    .await;
}

#[tokio::test]
async fn a_failed_payment_has_no_fees_and_a_reason() {
    on_each(async |market| {
        for number in [DECLINED, "4000000000009995"] {
            let (payment, _) = market.request("10", &[]).await.pay(&market.app, number).await;
            let object = ok(&market.get(&format!("/v2/payments/{payment}/")).await);
            assert_eq!(json::keys(&object), KEYS);
            for (key, value) in
                [("status", "false"), ("fees", "null"), ("total_taxes", "null"), ("affiliate_commission", "null")]
            {
                assert_eq!(json::part(&object, key), value, "{key}");
            }
            let failure = json::part(&object, "failure");
            assert_eq!(json::keys(&failure), ["reason", "message"]);
            assert_eq!(text(&failure, "reason"), "AUTHORIZATION_FAILED");
            assert!(!text(&failure, "message").is_empty());
        }
    })
    .await;
}

#[tokio::test]
async fn a_payment_that_is_only_begun_is_null() {
    on_each(async |market| {
        let link = market.request("10", &[]).await;
        link.open(&market.app).await.charge().await;
        let object = items(&market.get("/v2/payments/").await, "payments").remove(0);
        assert_eq!(json::keys(&object), KEYS);
        assert_eq!((json::part(&object, "status"), json::part(&object, "failure")), ("null".into(), "null".into()));
        let path = format!("/v2/payments/{}/", text(&object, "id"));
        assert_eq!(ok(&market.get(&path).await), object);
    })
    .await;
}

#[tokio::test]
async fn how_it_was_paid_is_told() {
    on_each(async |market| {
        for (number, kind) in [(CARD, "CARD"), ("0000000001", "NETBANKING")] {
            let (payment, _) = market.request("10", &[]).await.pay(&market.app, number).await;
            let object = ok(&market.get(&format!("/v2/payments/{payment}/")).await);
            assert_eq!(text(&object, "instrument_type"), kind, "{number}");
        }
    })
    .await;
}

#[tokio::test]
async fn refund_cases_show_on_the_payment() {
    on_each(async |market| {
        let payment = market.paid("100").await;
        let case = created(&market.refund(&payment, "40", "").await);
        let code = text(&json::part(&case, "refund"), "id");
        let object = ok(&market.get(&format!("/v2/payments/{payment}/")).await);
        let cases = json::items(&json::part(&object, "cases"));
        assert!(cases.len() == 1 && cases[0].contains(&code), "{cases:?}");
    })
    .await;
}

#[tokio::test]
async fn payments_are_listed_in_pages_newest_first_to_their_owner_alone() {
    on_each(async |market| {
        let merchant = market.merchant("foo").await;
        let mut paid = Vec::new();
        for amount in ["10", "20", "30"] {
            market.app.clock.advance(Duration::seconds(1));
            paid.insert(0, market.paid(amount).await);
        }
        let ids = |list: Vec<String>| -> Vec<String> { list.iter().map(|item| text(item, "id")).collect() };
        assert_eq!(ids(items(&market.get("/v2/payments/").await, "payments")), paid);
        let second = market.get("/v2/payments/?page=2&limit=2").await;
        assert_eq!(ids(items(&second, "payments")), paid[2..]);
        let (count, next, previous) = pages(&second);
        assert_eq!((count, next.as_str()), (3, "null"));
        assert!(previous.starts_with(&format!("\"{SITE}/v2/payments/?")), "{previous}");
        let (_, _, stranger) = market.stranger().await;
        for token in [&merchant.token, &stranger] {
            assert_eq!(pages(&call(&market.app, "GET", "/v2/payments/", token, &[]).await).0, 0);
            for payment in &paid {
                for version in ["v2", "v2.1"] {
                    let path = format!("/{version}/payments/{payment}/");
                    not_found(&call(&market.app, "GET", &path, token, &[]).await);
                }
            }
        }
        for id in [NO_PAYMENT, "x", "mojo0000000000000000", "%00", "MOJO%20"] {
            not_found(&market.get(&format!("/v2/payments/{id}/")).await);
        }
    })
    .await;
}

#[tokio::test]
async fn a_merchants_own_payment_is_theirs() {
    on_each(async |market| {
        let merchant = market.merchant("foo").await;
        let link = super::Link::create(&market.app, &merchant.token, "100", &[]).await;
        let payment = link.paid(&market.app).await;
        let path = format!("/v2/payments/{payment}/");
        let object = ok(&call(&market.app, "GET", &path, &merchant.token, &[]).await);
        assert_eq!(text(&object, "seller"), format!("{SITE}/v2/users/{}/", merchant.id));
        let list = call(&market.app, "GET", "/v2/payments/", &merchant.token, &[]).await;
        assert_eq!(items(&list, "payments"), [object]);
        golden(
            &market.get(&path).await,
            StatusCode::OK,
            &call(&market.app, "GET", &path, &merchant.token, &[]).await.body,
        );
    })
    .await;
}
