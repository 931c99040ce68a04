//! Lists of payment requests, and switching one off and on (instamojo.md section 5.2).

use super::expect::{fields, golden, items, not_found, ok, pages, text};
use super::{NOBODY, SITE, call, on_each};
use crate::json;
use http::StatusCode;
use time::Duration;

fn ids(items: &[String]) -> Vec<String> {
    items.iter().map(|item| text(item, "id")).collect()
}

#[tokio::test]
async fn requests_come_in_pages_newest_first() {
    on_each(async |market| {
        let mut asked = Vec::new();
        for amount in ["10", "20", "30"] {
            asked.insert(0, market.request(amount, &[("phone", "9999999999")]).await.id);
            market.app.clock.advance(Duration::seconds(1));
        }
        let all = market.get("/v2/payment_requests/").await;
        assert_eq!(pages(&all), (3, "null".to_owned(), "null".to_owned()));
        assert_eq!(ids(&items(&all, "payment_requests")), asked);
        let first = market.get("/v2/payment_requests/?page=1&limit=2").await;
        assert_eq!(ids(&items(&first, "payment_requests")), asked[..2]);
        let (count, next, previous) = pages(&first);
        assert_eq!((count, previous.as_str()), (3, "null"));
        let next =
            next.trim_matches('"').strip_prefix(SITE).unwrap_or_else(|| panic!("not absolute: {next}")).to_owned();
        let second = market.get(&next).await;
        assert_eq!(ids(&items(&second, "payment_requests")), asked[2..]);
        let (_, none, back) = pages(&second);
        assert_eq!(none, "null");
        let back = back.trim_matches('"').strip_prefix(SITE).unwrap().to_owned();
        assert_eq!(market.get(&back).await.body, first.body);
        // The other arguments are kept.
        let told = pages(&market.get("/v2/payment_requests/?limit=1&phone=%2B919999999999&page=2").await);
        for address in [&told.1, &told.2] {
            assert!(address.contains("phone=%2B919999999999") && address.contains("limit=1"), "{address}");
        }
        let beyond = market.get("/v2/payment_requests/?page=9").await;
        assert_eq!((items(&beyond, "payment_requests").len(), pages(&beyond).0), (0, 3));
    })
    .await;
}

#[tokio::test]
async fn a_list_shows_what_a_get_shows() {
    on_each(async |market| {
        let link = market.request("2500", &[("buyer_name", "John Doe")]).await;
        let listed = items(&market.get("/v2/payment_requests/").await, "payment_requests").remove(0);
        assert_eq!(listed, ok(&market.get(&link.path()).await));
    })
    .await;
}

#[tokio::test]
async fn pages_that_make_no_sense_are_refused() {
    on_each(async |market| {
        for path in ["/v2/payment_requests/", "/v2/payments/", "/v2/refunds/", "/v2/payouts/", "/v2/gateway/orders/"] {
            for (name, value) in [
                ("page", "0"),
                ("page", "-1"),
                ("page", "x"),
                ("page", "99999999999999999999999"),
                ("limit", "0"),
                ("limit", "501"),
                ("limit", "1.5"),
            ] {
                let answer = market.get(&format!("{path}?{name}={value}")).await;
                assert_eq!(fields(&answer), [name], "{path} {name}={value}");
            }
            ok(&market.get(&format!("{path}?page=&limit=undefined&x=y")).await);
            ok(&market.get(&format!("{path}?page=1&limit=500")).await);
            ok(&market.get(&format!("{path}?page=1000000&limit=500")).await);
        }
    })
    .await;
}

#[tokio::test]
async fn filters_narrow_the_list() {
    on_each(async |market| {
        let merchant = market.merchant("foo").await;
        let early = market.request("10", &[("phone", "9999999999")]).await.id;
        market.app.clock.advance(Duration::hours(1));
        let paid = market.request("20", &[("phone", "+918888888888")]).await;
        paid.paid(&market.app).await;
        super::Link::create(&market.app, &merchant.token, "30", &[]).await;
        let filtered = async |query: &str| {
            ids(&items(&market.get(&format!("/v2/payment_requests/?{query}")).await, "payment_requests"))
        };
        for (query, expected) in [
            ("status=Completed", vec![&paid.id]),
            ("phone=%2B919999999999", vec![&early]),
            ("phone=9999999999", vec![&early]),
            ("min_created_at=2026-11-20T12:30:00.000Z&status=Completed", vec![&paid.id]),
            ("max_created_at=2026-11-20T12:30:00.000Z", vec![&early]),
            ("max_modified_at=2026-11-20T12:30:00.000Z", vec![&early]),
            ("min_modified_at=2026-11-20T12:30:00.000Z&status=Completed", vec![&paid.id]),
            ("status=Failed", vec![]),
        ] {
            assert_eq!(filtered(query).await.iter().collect::<Vec<_>>(), expected, "{query}");
        }
        for (name, value) in [("status", "Paid"), ("min_created_at", "yesterday"), ("max_modified_at", "x")] {
            let answer = market.get(&format!("/v2/payment_requests/?{name}={value}")).await;
            assert_eq!(fields(&answer), [name], "{name}");
        }
        let own = call(&market.app, "GET", "/v2/payment_requests/", &merchant.token, &[]).await;
        assert_eq!(pages(&own).0, 1, "a merchant sees their own");
        let (_, _, stranger) = market.stranger().await;
        let theirs = call(&market.app, "GET", "/v2/payment_requests/", &stranger, &[]).await;
        assert_eq!(pages(&theirs).0, 0);
    })
    .await;
}

#[tokio::test]
async fn a_request_is_switched_off_and_on_by_its_owner() {
    on_each(async |market| {
        let merchant = market.merchant("foo").await;
        let link = super::Link::create(&market.app, &merchant.token, "100", &[]).await;
        let switch = async |token: &str, id: &str, word: &str| {
            call(&market.app, "POST", &format!("/v2/payment_requests/{id}/{word}/"), token, &[]).await
        };
        for word in ["disable", "disable", "enable", "enable", "disable"] {
            golden(&switch(&merchant.token, &link.id, word).await, StatusCode::OK, r#"{"success": true}"#);
        }
        let page = market.app.anonymous().get(&link.page).await;
        assert!(!page.body.contains("action=\"/do/pay-link\""), "a page that is off takes no payment");
        ok(&call(&market.app, "GET", &link.path(), &merchant.token, &[]).await);
        golden(&switch(&merchant.token, &link.id, "enable").await, StatusCode::OK, r#"{"success": true}"#);
        let payment = link.paid(&market.app).await;
        ok(&call(&market.app, "GET", &format!("/v2/payments/{payment}/"), &merchant.token, &[]).await);
        let own = market.request("100", &[]).await;
        golden(&switch(&market.token, &own.id, "disable").await, StatusCode::OK, r#"{"success": true}"#);
        let (_, _, stranger) = market.stranger().await;
        for (token, id) in [
            (&stranger, own.id.as_str()),
            (&merchant.token, own.id.as_str()),
            (&stranger, link.id.as_str()),
            (&market.token, NOBODY),
            (&market.token, "x"),
        ] {
            for word in ["enable", "disable"] {
                not_found(&switch(token, id, word).await);
            }
        }
        assert!(json::compact(&market.get(&own.path()).await.body).contains(&own.id));
    })
    .await;
}
