//! Every path ends in a slash. A GET without one is sent on with its query, and everything else is served both ways
//! (instamojo.md section 2).

use super::expect::{created, not_found, ok, said, text};
use super::link::path_of;
use super::{Merchant, NO_PAYMENT, NOBODY, PHONE, call, encode, on_each, send, sign_up};
use crate::json;
use http::{Request, StatusCode};

#[tokio::test]
async fn a_get_without_a_slash_is_sent_on_with_its_query() {
    on_each(async |market| {
        let link = market.request("100", &[]).await;
        let payment = link.paid(&market.app).await;
        let paths = [
            format!("/v2/payment_requests/{}", link.id),
            "/v2/payment_requests".to_owned(),
            format!("/v2/payments/{payment}"),
            "/v2/payments".to_owned(),
            format!("/v2.1/payments/{payment}"),
            format!("/v2/payments/{payment}/settlements"),
            "/v2/refunds".to_owned(),
            "/v2/payouts".to_owned(),
            "/v2/gateway/orders".to_owned(),
            format!("/v2/users/{}", market.id()),
        ];
        for path in paths {
            for query in ["", "?request_id=05f3&payment_id=a%2Fb+c&x="] {
                let answer = market.get(&format!("{path}{query}")).await;
                assert_eq!(answer.status, StatusCode::MOVED_PERMANENTLY, "{path}{query}: {}", answer.body);
                assert_eq!(path_of(answer.location()), format!("{path}/{query}"));
                ok(&market.get(path_of(answer.location())).await);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn everything_else_is_served_both_ways() {
    on_each(async |market| {
        let foo = market.merchant("foo").await;
        let link = market.request("100", &[]).await;
        let payment = link.paid(&market.app).await;
        let own = super::Link::create(&market.app, &foo.token, "10", &[]).await;
        let bank = [("account_holder_name", "Foo"), ("account_number", "123456789"), ("ifsc_code", "SBIN0000111")];
        let Merchant { id, token, .. } = &foo;
        for slash in ["", "/"] {
            let path = |path: String| format!("{path}{slash}");
            ok(&call(&market.app, "PATCH", &path(format!("/v2/users/{id}")), token, &[("location", "Goa")]).await);
            ok(&call(&market.app, "PUT", &path(format!("/v2/users/{id}/inrbankaccount")), token, &bank).await);
            for word in ["disable", "enable"] {
                let address = path(format!("/v2/payment_requests/{}/{word}", own.id));
                ok(&call(&market.app, "POST", &address, token, &[]).await);
            }
            created(&market.post(&path("/v2/payment_requests".into()), &[("amount", "10"), ("purpose", "Tea")]).await);
            let email = if slash.is_empty() { "bar@example.test" } else { "baz@example.test" };
            created(&market.post(&path("/v2/users".into()), &sign_up(&market.client, email)).await);
            let settlement = if slash.is_empty() { "1" } else { "2" };
            let fields = [("settlement_id", settlement), ("type", "CREDIT"), ("submerchant", id), ("amount", "10")];
            created(&market.post(&path(format!("/v2/payments/{payment}/settlements")), &fields).await);
            let refund = [("type", "QFL"), ("body", "Broken"), ("refund_amount", "1"), ("transaction_id", settlement)];
            created(&market.post(&path(format!("/v2/payments/{payment}/refund")), &refund).await);
            ok(&market.post(&path(format!("/v2/payments/{}/fulfil", market.paid("10").await)), &[]).await);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_no_address_is_not_found_in_the_contracts_words() {
    on_each(async |market| {
        for path in [
            "/v2/",
            "/v2/nothing/",
            "/v2/payments/x/y/z/",
            "/v2.1/nothing/",
            "/v2.1/",
            "/v2/users/x/bank/",
            "/v2/gateway/",
            "/v2/resolutioncenter/",
            "/v2/resolutioncenter/cases/",
            "/oauth2/nothing/",
        ] {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                let answer = call(&market.app, method, path, &market.token, &[]).await;
                not_found(&answer);
            }
            // A browser gets the same: these are addresses of programs.
            not_found(&market.app.anonymous().get(path).await);
        }
    })
    .await;
}

#[tokio::test]
async fn a_method_that_an_address_does_not_take_is_told_in_the_contracts_shape() {
    on_each(async |market| {
        let payment = market.paid("100").await;
        let wrong = [
            ("GET", "/v2/users/".to_owned()),
            ("DELETE", "/v2/users/".to_owned()),
            ("POST", format!("/v2/users/{}/", market.id())),
            ("DELETE", format!("/v2/users/{}/", market.id())),
            ("POST", format!("/v2/users/{}/inrbankaccount/", market.id())),
            ("PUT", "/v2/payment_requests/".to_owned()),
            ("DELETE", format!("/v2/payment_requests/{NOBODY}/")),
            ("PUT", format!("/v2/payment_requests/{NOBODY}/enable/")),
            ("POST", "/v2/payments/".to_owned()),
            ("POST", format!("/v2/payments/{payment}/")),
            ("PUT", format!("/v2/payments/{payment}/settlements/")),
            ("PUT", format!("/v2/payments/{payment}/fulfil/")),
            ("PATCH", format!("/v2/payments/{NO_PAYMENT}/refund/")),
            ("POST", "/v2/refunds/".to_owned()),
            ("POST", "/v2/payouts/".to_owned()),
            ("PUT", "/oauth2/token/".to_owned()),
        ];
        for (method, path) in wrong {
            let answer = call(&market.app, method, &path, &market.token, &[("phone", PHONE)]).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}: {}", answer.body);
            said(&answer, 405);
        }
        let read = ok(&market.get(&format!("/v2/payments/{payment}/")).await);
        assert_eq!(json::part(&read, "cases"), "[]");
        let head = Request::post("/oauth2/token").header("accept", "text/html");
        let answer = send(&market.app, head, super::FORM, encode(&[("grant_type", "x")])).await;
        assert!(!text(&answer.body, "error").is_empty());
    })
    .await;
}
