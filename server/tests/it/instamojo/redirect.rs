//! Where the buyer's browser goes after paying (instamojo.md section 5.1, `redirect_url`).

use super::expect::ok;
use super::link::path_of;
use super::{CARD, DECLINED, on_each};
use crate::json;
use http::StatusCode;
use time::Duration;

#[tokio::test]
async fn three_arguments_are_added_before_the_fragment_and_the_others_kept() {
    on_each(async |market| {
        for (sent, before, after) in [
            ("http://www.example.com/redirect/", "http://www.example.com/redirect/?", ""),
            ("https://shop.example/back?a=1&b=x%20y+z", "https://shop.example/back?a=1&b=x%20y+z&", ""),
            ("https://shop.example/back?a=1#paid?x=1", "https://shop.example/back?a=1&", "#paid?x=1"),
            ("https://shop.example:8443/a/b#here", "https://shop.example:8443/a/b?", "#here"),
            (
                "https://shop.example/?payment_id=&payment_status=x",
                "https://shop.example/?payment_id=&payment_status=x&",
                "",
            ),
        ] {
            for (number, status) in [(CARD, "Credit"), (DECLINED, "Failed")] {
                let link = market.request("100", &[("redirect_url", sent)]).await;
                let buyer = link.open(&market.app).await;
                let (payment, back) = buyer.pay(&market.app, number).await;
                assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
                let request = &link.id;
                let expected =
                    format!("{before}payment_id={payment}&payment_request_id={request}&payment_status={status}{after}");
                assert_eq!(back.location(), expected);
                assert_eq!(buyer.back(&payment).await.location(), expected, "a reload goes there again");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn without_an_address_the_buyer_stays_and_is_told_the_payments_id() {
    on_each(async |market| {
        for (number, status) in [(CARD, "true"), (DECLINED, "false")] {
            let link = market.request("100", &[]).await;
            let buyer = link.open(&market.app).await;
            let (payment, back) = buyer.pay(&market.app, number).await;
            let page = if back.status == StatusCode::SEE_OTHER {
                buyer.browser.get(path_of(back.location())).await
            } else {
                back
            };
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.body.contains(&payment), "{}", page.body);
            let read = ok(&market.get(&format!("/v2/payments/{payment}/")).await);
            assert_eq!(json::part(&read, "status"), status);
        }
    })
    .await;
}

#[tokio::test]
async fn a_browser_that_is_back_before_the_news_asks_the_bank_itself() {
    on_each(async |market| {
        let address = [("redirect_url", "https://shop.example/back")];
        let link = market.request("100", &address).await;
        let buyer = link.open(&market.app).await;
        let payment = buyer.submit(CARD).await;
        // No worker ran yet: the browser waits on a page of ours or is sent on already, but never as if it had failed.
        let early = buyer.back(&payment).await;
        assert!(!early.location().contains("payment_status=Failed"), "{}", early.location());
        market.idle().await;
        assert!(buyer.back(&payment).await.location().contains("payment_status=Credit"));
    })
    .await;
}

#[tokio::test]
async fn a_payment_under_way_does_not_go_back_to_the_shop_yet() {
    on_each(async |market| {
        for (number, status) in [("4000000000003220", "Credit"), ("4000000000003238", "Failed")] {
            let link = market.request("100", &[("redirect_url", "https://shop.example/back")]).await;
            let buyer = link.open(&market.app).await;
            let (payment, waiting) = buyer.pay(&market.app, number).await;
            assert!(!waiting.location().contains("shop.example"), "{}", waiting.location());
            let read = ok(&market.get(&format!("/v2/payments/{payment}/")).await);
            assert_eq!(json::part(&read, "status"), "null", "{read}");
            let page = if waiting.status == StatusCode::SEE_OTHER {
                buyer.browser.get(path_of(waiting.location())).await
            } else {
                waiting
            };
            assert!(page.status == StatusCode::OK && page.headers.contains_key("refresh"), "{}", page.body);
            market.app.clock.advance(Duration::seconds(10));
            market.idle().await;
            let back = buyer.back(&payment).await;
            assert!(back.location().ends_with(&format!("payment_status={status}")), "{}", back.location());
        }
    })
    .await;
}

#[tokio::test]
async fn a_buyer_who_turns_back_before_paying_is_not_reported_as_paid() {
    on_each(async |market| {
        let link = market.request("100", &[("redirect_url", "https://shop.example/back")]).await;
        let buyer = link.open(&market.app).await;
        buyer.charge().await;
        let list = json::part(&ok(&market.get("/v2/payments/").await), "payments");
        for item in json::items(&list) {
            assert_eq!(json::part(&item, "status"), "null", "only begun");
            let payment = super::text(&item, "id");
            let back = buyer.back(&payment).await;
            assert!(!back.location().contains("Credit"), "{}", back.location());
        }
    })
    .await;
}
