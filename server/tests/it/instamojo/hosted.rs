//! The hosted page of a payment request, where anybody pays without an account.

use super::expect::{ok, text};
use super::link::{charge_of, hidden, path_of};
use super::{CARD, DECLINED, Link, Market, NOBODY, on_each};
use crate::json;
use http::{Request, StatusCode, header};
use time::Duration;

/// How many payments a request has got as far as the API shows.
async fn payments(market: &Market, link: &Link) -> usize {
    json::items(&json::part(&ok(&market.get(&link.path()).await), "payments")).len()
}

#[tokio::test]
async fn the_page_says_what_is_paid_to_whom_and_is_filled_in() {
    on_each(async |market| {
        let fields = [("buyer_name", "John Doe"), ("email", "foo@example.com"), ("phone", "9999999999")];
        let link = market.request("2500", &fields).await;
        let page = market.app.anonymous().get(&link.page).await;
        assert_eq!(page.status, StatusCode::OK);
        for shown in ["FIFA 16", "2,500.00", "market@example.test Ltd", "action=\"/do/pay-link\""] {
            assert!(page.body.contains(shown), "{shown}: {}", page.body);
        }
        let typed = [("name", "John Doe"), ("email", "foo@example.com"), ("phone", "+919999999999")];
        for (name, value) in typed {
            assert_eq!(hidden(&page.body, name), value);
        }
        assert!(!page.body.contains(&market.client.client_id));
    })
    .await;
}

#[tokio::test]
async fn an_address_of_nothing_is_not_found() {
    on_each(async |market| {
        let merchant = market.merchant("foo").await;
        let link = market.request("100", &[]).await;
        let username = link.page.trim_start_matches("/@").split('/').next().unwrap().to_owned();
        for path in [
            format!("/@{username}/{NOBODY}"),
            format!("/@{username}/x"),
            format!("/@nobody/{}", link.id),
            format!("/@{}/{}", merchant.username, link.id),
            "/pay/MOJO0000000000000000".to_owned(),
            "/pay/x".to_owned(),
            "/pay/MOJO0000000000000000/done".to_owned(),
        ] {
            assert_eq!(market.app.anonymous().get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn who_fills_it_in_wrongly_gets_it_back_with_what_they_typed() {
    on_each(async |market| {
        let link = market.request("100", &[]).await;
        let buyer = link.open(&market.app).await;
        let long = "x".repeat(3_000);
        for (name, value) in [
            ("name", ""),
            ("email", ""),
            ("phone", ""),
            ("name", long.as_str()),
            ("email", "no address"),
            ("phone", "call me"),
        ] {
            let answer = buyer.proceed(&[(name, value)]).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name}={value}");
            let back = path_of(answer.location()).to_owned();
            assert!(back.starts_with(&link.page), "{name}={value}: {back}");
            let page = buyer.browser.get(back.split('#').next().unwrap()).await;
            assert!(page.body.contains("Rahul Sharma") || name == "name", "{}", page.body);
        }
        assert_eq!(payments(market, &link).await, 0);
        let own = format!("http://holdfast.test{}", link.page);
        let forged = Request::post("/do/pay-link")
            .header(header::CONTENT_TYPE, super::FORM)
            .header(header::ORIGIN, "https://elsewhere.example")
            .header("sec-fetch-site", "cross-site")
            .body(format!("request={}&key=k", link.id).into());
        let answer = buyer.browser.send(forged.unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "another site does not pay for the buyer of {own}");
    })
    .await;
}

#[tokio::test]
async fn a_double_click_is_one_charge() {
    on_each(async |market| {
        let link = market.request("100", &[]).await;
        let buyer = link.open(&market.app).await;
        let first = buyer.charge().await;
        assert_eq!(buyer.charge().await, first);
        let at_once = (0..4).map(|_| buyer.charge());
        assert!(futures::future::join_all(at_once).await.iter().all(|charge| *charge == first));
        let fresh = link.open(&market.app).await;
        assert_ne!(fresh.charge().await, first, "another visit is another payment");
        let (payment, _) = buyer.pay(&market.app, CARD).await;
        let late = buyer.proceed(&[]).await;
        assert!(charge_of(&late).is_none_or(|charge| charge == first), "{}", late.location());
        let read = ok(&market.get(&format!("/v2/payments/{payment}/")).await);
        assert_eq!(json::part(&read, "status"), "true");
    })
    .await;
}

#[tokio::test]
async fn a_payment_that_failed_may_be_tried_again_and_one_that_succeeded_ends_it() {
    on_each(async |market| {
        let link = market.request("100", &[("allow_repeated_payments", "false")]).await;
        let (failed, _) = link.pay(&market.app, DECLINED).await;
        let read = ok(&market.get(&format!("/v2/payments/{failed}/")).await);
        assert_eq!(json::part(&read, "status"), "false");
        let early = link.open(&market.app).await;
        let paid = link.paid(&market.app).await;
        assert_ne!(failed, paid);
        let page = market.app.anonymous().get(&link.page).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.body.contains("action=\"/do/pay-link\""), "{}", page.body);
        let late = early.proceed(&[]).await;
        assert_eq!(charge_of(&late), None, "{}", late.location());
        assert_eq!(text(&ok(&market.get(&link.path()).await), "status"), "Completed");
    })
    .await;
}

#[tokio::test]
async fn two_who_pay_at_once_what_may_be_paid_once_are_not_both_kept() {
    on_each(async |market| {
        let link = market.request("100", &[("allow_repeated_payments", "false")]).await;
        let (first, second) = (link.open(&market.app).await, link.open(&market.app).await);
        let charges = (first.charge().await, second.charge().await);
        assert_ne!(charges.0, charges.1);
        let kept = first.submit(CARD).await;
        let back = second.submit(CARD).await;
        market.idle().await;
        let merchant = market.merchant("foo").await;
        let mut settled = Vec::new();
        for payment in [&kept, &back] {
            settled.push(market.credit(payment, "1", &merchant, "1").await.status.as_u16());
        }
        settled.sort_unstable();
        assert_eq!(settled, [201, 404], "one payment is kept and the other goes back");
        assert_eq!(market.balance(&merchant).await.0, 100);
    })
    .await;
}

#[tokio::test]
async fn payments_are_repeated_unless_that_is_switched_off() {
    on_each(async |market| {
        let link = market.request("100", &[]).await;
        let first = link.paid(&market.app).await;
        let second = link.paid(&market.app).await;
        assert_ne!(first, second);
        let list = json::part(&ok(&market.get(&link.path()).await), "payments");
        for payment in [first, second] {
            assert!(list.contains(&payment), "{list}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_link_that_is_off_or_over_its_time_takes_nothing() {
    on_each(async |market| {
        let expiring = market.request("100", &[("expires_at", "2026-11-20T12:05:00.000Z")]).await;
        let off = market.request("100", &[]).await;
        let open = [expiring.open(&market.app).await, off.open(&market.app).await];
        ok(&market.post(&format!("{}disable/", off.path()), &[]).await);
        market.app.clock.advance(Duration::seconds(301));
        for (link, buyer) in [&expiring, &off].into_iter().zip(&open) {
            let page = buyer.browser.get(&link.page).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(!page.body.contains("action=\"/do/pay-link\""), "{}", page.body);
            let late = buyer.proceed(&[]).await;
            assert_eq!(charge_of(&late), None, "{}", late.location());
            assert_eq!(payments(market, link).await, 0);
            ok(&market.get(&link.path()).await);
        }
    })
    .await;
}

#[tokio::test]
async fn less_than_what_was_asked_for_is_no_payment() {
    on_each(async |market| {
        let link = market.request("100", &[]).await;
        let (payment, _) = link.pay(&market.app, "4000000000000093").await;
        let merchant = market.merchant("foo").await;
        super::expect::not_found(&market.credit(&payment, "1", &merchant, "1").await);
        assert_ne!(text(&ok(&market.get(&link.path()).await), "status"), "Completed");
        assert_eq!(market.commission().await, (0, 0));
    })
    .await;
}
