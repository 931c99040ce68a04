//! Refunds, which the contract calls cases (instamojo.md section 10).

use super::expect::{created, fields, items, looks_like, not_found, ok, pages, refused, text};
use super::{DECLINED, NO_PAYMENT, SITE, call, on_each, with, without};
use crate::json;
use time::Duration;

const RIGHT: [(&str, &str); 3] =
    [("type", "QFL"), ("body", "Customer isn't satisfied with the quality"), ("refund_amount", "100")];

#[tokio::test]
async fn a_refund_answers_to_the_letter() {
    on_each(async |market| {
        let payment = market.paid("1000").await;
        let answer = market.post(&format!("/v2/payments/{payment}/refund/"), &RIGHT).await;
        let object = created(&answer);
        let code = text(&json::part(&object, "refund"), "id");
        looks_like(&code, "Chhhhhhhhh");
        let expected = format!(
            r#"{{"refund":{{"id":"{code}","payment_id":"{payment}","status":"Refunded","type":"QFL",
                "body":"Customer isn't satisfied with the quality","refund_amount":"100","total_amount":"1000.00",
                "created_at":"2026-11-20T12:00:00.000Z"}},"success":true}}"#
        );
        assert_eq!(object, json::compact(&expected));
    })
    .await;
}

#[tokio::test]
async fn without_an_amount_everything_goes_back_and_java_may_send_what_it_likes() {
    on_each(async |market| {
        let payment = market.paid("1000").await;
        let fields = [("type", "TNR"), ("body", "Gone"), ("total_amount", "7"), ("status", "x"), ("payment_id", "y")];
        let object = created(&market.post(&format!("/v2/payments/{payment}/refund"), &fields).await);
        let refund = json::part(&object, "refund");
        assert_eq!(text(&refund, "refund_amount").parse::<f64>().unwrap(), 1000.0);
        assert_eq!(text(&refund, "total_amount"), "1000.00");
        let more = market.refund(&payment, "0.01", "T1").await;
        assert_eq!(more.status, 400, "{}", more.body);
    })
    .await;
}

#[tokio::test]
async fn every_field_that_is_wrong_is_named() {
    on_each(async |market| {
        let payment = market.paid("1000").await;
        let path = format!("/v2/payments/{payment}/refund/");
        assert_eq!(fields(&market.post(&path, &[]).await), ["body", "type"]);
        let long = "x".repeat(20_000);
        for name in ["type", "body"] {
            assert_eq!(fields(&market.post(&path, &without(&RIGHT, name)).await), [name]);
        }
        for (name, value) in [
            ("type", "qfl"),
            ("type", "XXX"),
            ("body", "  "),
            ("body", long.as_str()),
            ("refund_amount", "0"),
            ("refund_amount", "-1"),
            ("refund_amount", "abc"),
            ("refund_amount", "1.001"),
            ("refund_amount", "9e9"),
            ("transaction_id", long.as_str()),
        ] {
            assert_eq!(fields(&market.post(&path, &with(&RIGHT, name, value)).await), [name], "{value}");
        }
        for kind in ["RFD", "TNR", "QFL", "QNR", "EWN", "TAN", "PTH"] {
            let sent = with(&with(&with(&RIGHT, "type", kind), "transaction_id", kind), "refund_amount", "1.50");
            let object = created(&market.post(&path, &sent).await);
            assert_eq!(text(&json::part(&object, "refund"), "type"), kind);
            market.app.clock.advance(Duration::seconds(1));
        }
        assert_eq!(items(&market.get("/v2/refunds/").await, "refunds").len(), 7);
    })
    .await;
}

#[tokio::test]
async fn later_refunds_need_a_name_and_an_end() {
    on_each(async |market| {
        let payment = market.paid("1000").await;
        let other = market.paid("1000").await;
        created(&market.refund(&payment, "400", "T1").await);
        for name in ["", " ", "undefined", "T1", " T1 "] {
            assert_eq!(fields(&market.refund(&payment, "100", name).await), ["transaction_id"], "{name:?}");
        }
        created(&market.refund(&other, "400", "T1").await);
        let beyond = market.refund(&payment, "600.01", "T2").await;
        assert_eq!(beyond.status, 400, "{}", beyond.body);
        created(&market.refund(&payment, "600", "T2").await);
        let nothing_left = market.refund(&payment, "0.01", "T3").await;
        assert_eq!(nothing_left.status, 400);
        assert_eq!(pages(&market.get("/v2/refunds/").await).0, 3);
    })
    .await;
}

#[tokio::test]
async fn what_was_not_paid_or_is_not_theirs_is_not_refunded() {
    on_each(async |market| {
        let payment = market.paid("1000").await;
        let (_, _, stranger) = market.stranger().await;
        let path = format!("/v2/payments/{payment}/refund/");
        not_found(&call(&market.app, "POST", &path, &stranger, &RIGHT).await);
        for payment in [NO_PAYMENT, "null", "x"] {
            not_found(&market.post(&format!("/v2/payments/{payment}/refund/"), &RIGHT).await);
        }
        for number in [DECLINED, "4000000000003220"] {
            let (unpaid, _) = market.request("1000", &[]).await.pay(&market.app, number).await;
            refused(&market.post(&format!("/v2/payments/{unpaid}/refund/"), &RIGHT).await);
        }
        assert_eq!(pages(&market.get("/v2/refunds/").await).0, 0);
        assert_eq!(market.commission().await, (0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_case_is_read_by_its_code() {
    on_each(async |market| {
        let payment = market.paid("1000").await;
        let object = created(&market.refund(&payment, "100", "T1").await);
        let code = text(&json::part(&object, "refund"), "id");
        let path = format!("/v2/resolutioncenter/cases/{code}/");
        let case = ok(&market.get(&path).await);
        let keys = [
            "id",
            "created_by",
            "payment",
            "status",
            "resolution_status",
            "status_text",
            "type",
            "body",
            "refund_amount",
            "references",
            "refunds",
            "transaction_id",
            "created_at",
            "updated_at",
            "resource_uri",
            "creator_name",
        ];
        assert_eq!(json::keys(&case), keys);
        for (key, value) in [
            ("id", code.as_str()),
            ("payment", &format!("{SITE}/v2/payments/{payment}/")),
            ("status", "FINI"),
            ("resolution_status", "FINI_CONC"),
            ("status_text", "Refunded"),
            ("type", "QFL"),
            ("body", "It does not fit."),
            ("transaction_id", "T1"),
            ("resource_uri", &format!("{SITE}{path}")),
        ] {
            assert_eq!(text(&case, key), value, "{key}");
        }
        let refunds = json::items(&json::part(&case, "refunds"));
        assert_eq!(json::keys(&refunds[0]), ["id", "status", "bank_reference_number", "created_at"]);
        assert_eq!(text(&refunds[0], "status"), "Completed");
        let listed = items(&market.get("/v2/refunds/").await, "refunds");
        let one = ok(&market.get(&format!("/v2/refunds/{code}/")).await);
        for key in ["id", "payment", "amount", "buyer"] {
            assert!(json::keys(&one).contains(&key.to_owned()), "{key} in {one}");
        }
        assert_eq!(listed, [one]);
        let merchant = market.merchant("s1").await;
        let (_, _, stranger) = market.stranger().await;
        for token in [&merchant.token, &stranger] {
            for path in [path.clone(), format!("/v2/refunds/{code}/")] {
                not_found(&call(&market.app, "GET", &path, token, &[]).await);
            }
            assert_eq!(pages(&call(&market.app, "GET", "/v2/refunds/", token, &[]).await).0, 0);
        }
        for code in ["C000000000", "x", "%20"] {
            not_found(&market.get(&format!("/v2/refunds/{code}/")).await);
            not_found(&market.get(&format!("/v2/resolutioncenter/cases/{code}/")).await);
        }
    })
    .await;
}

#[tokio::test]
async fn a_refund_that_the_bank_refuses_or_forgets_is_sent_in_the_end_or_said_so() {
    on_each(async |market| {
        for (number, completed) in [("4000000000007726", true), ("4000000000005126", false)] {
            let (payment, _) = market.request("1000", &[]).await.pay(&market.app, number).await;
            let object = created(&market.refund(&payment, "100", "").await);
            let path = format!("/v2/resolutioncenter/cases/{}/", text(&json::part(&object, "refund"), "id"));
            market.app.clock.advance(Duration::hours(1));
            market.idle().await;
            market.books_are_right().await;
            let case = ok(&market.get(&path).await);
            let refunds = json::items(&json::part(&case, "refunds"));
            let done = refunds.first().is_some_and(|refund| text(refund, "status") == "Completed");
            assert_eq!(done, completed, "{number}: {case}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_refund_comes_out_of_the_marketplaces_own_money_alone() {
    on_each(async |market| {
        let (first, second) = (market.merchant("s1").await, market.merchant("s2").await);
        let payment = market.paid("1000").await;
        created(&market.credit(&payment, "1", &first, "900").await);
        ok(&market.fulfil(&payment).await);
        let object = created(&market.refund(&payment, "1000", "").await);
        assert_eq!((market.balance(&first).await.0, market.balance(&second).await.0), (90_000, 0));
        assert_eq!(market.commission().await, (0, 92_714));
        let path = format!("/v2/resolutioncenter/cases/{}/", text(&json::part(&object, "refund"), "id"));
        // The commission of other payments covers it.
        let other = market.paid("1000").await;
        ok(&market.fulfil(&other).await);
        market.app.clock.advance(Duration::hours(2));
        market.idle().await;
        assert_eq!(market.commission().await, (97_286 - 92_714, 0));
        let case = ok(&market.get(&path).await);
        let refunds = json::items(&json::part(&case, "refunds"));
        assert_eq!(text(&refunds[0], "status"), "Completed", "{case}");
    })
    .await;
}
