//! Who may not: no token, a bad one, one of the wrong kind, and what belongs to somebody else.

use super::expect::{forbidden, not_found, ok, unauthorized};
use super::{FORM, Fields, Market, NO_PAYMENT, NOBODY, PHONE, call, encode, on_each, send};
use crate::harness::Answer;
use http::{Request, header};

/// Which tokens a call takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    Application,
    User,
    Either,
}
use Needs::{Application, Either, User};

const SETTLEMENT: Fields<'static> =
    &[("settlement_id", "1"), ("type", "CREDIT"), ("submerchant", NOBODY), ("amount", "10")];
const REFUND: Fields<'static> = &[("type", "QFL"), ("body", "Broken")];
const BANK: Fields<'static> =
    &[("account_holder_name", "Foo"), ("account_number", "123456789"), ("ifsc_code", "SBIN0000111")];
const REQUEST: Fields<'static> = &[("amount", "10"), ("purpose", "Tea")];

/// Every call with a token. `{user}`, `{request}` and `{payment}` are of a marketplace.
const CALLS: [(&str, &str, Needs, Fields<'static>); 29] = [
    ("POST", "/v2/users/", Application, &[("email", "x@example.test")]),
    ("GET", "/v2/users/{user}/", Either, &[]),
    ("PATCH", "/v2/users/{user}/", User, &[("phone", PHONE)]),
    ("PUT", "/v2/users/{user}/inrbankaccount/", User, BANK),
    ("POST", "/v2/payment_requests/", Either, REQUEST),
    ("GET", "/v2/payment_requests/", Either, &[]),
    ("GET", "/v2/payment_requests/{request}/", Either, &[]),
    ("POST", "/v2/payment_requests/{request}/enable/", Either, &[]),
    ("POST", "/v2/payment_requests/{request}/disable/", Either, &[]),
    ("POST", "/v2/gateway/orders/", Either, &[]),
    ("GET", "/v2/gateway/orders/", Either, &[]),
    ("POST", "/v2/gateway/orders/payment-request/", Either, &[("id", NOBODY)]),
    ("GET", "/v2/gateway/orders/id:00000000000000000000000000000000/", Either, &[]),
    ("GET", "/v2/gateway/orders/transaction_id:nothing/", Either, &[]),
    ("GET", "/v2/payments/", Either, &[]),
    ("GET", "/v2/payments/{payment}/", Either, &[]),
    ("GET", "/v2.1/payments/", Either, &[]),
    ("GET", "/v2.1/payments/{payment}/", Either, &[]),
    ("POST", "/v2/payments/{payment}/settlements/", Application, SETTLEMENT),
    ("GET", "/v2/payments/{payment}/settlements/", Application, &[]),
    ("DELETE", "/v2/payments/{payment}/settlements/1/", Application, &[]),
    ("POST", "/v2/payments/{payment}/fulfil/", Application, &[]),
    ("POST", "/v2/payments/{payment}/refund/", Application, REFUND),
    ("GET", "/v2/refunds/", Either, &[]),
    ("GET", "/v2/refunds/C000000000/", Either, &[]),
    ("GET", "/v2/resolutioncenter/cases/C000000000/", Either, &[]),
    ("GET", "/v2/payouts/", Either, &[]),
    ("GET", "/v2/payouts/id:00000000000000000000000000000000/", Either, &[]),
    ("POST", "/v2.1/payments/{payment}/settlements/", Application, SETTLEMENT),
];

/// The ids of a marketplace that the calls are about.
struct Own {
    request: String,
    payment: String,
}

impl Own {
    async fn of(market: &Market) -> Self {
        let link = market.request("1000", &[]).await;
        Self { payment: link.paid(&market.app).await, request: link.id }
    }

    fn path(&self, market: &Market, template: &str) -> String {
        let path = template.replace("{user}", &market.id()).replace("{request}", &self.request);
        path.replace("{payment}", &self.payment)
    }
}

async fn with_header(market: &Market, method: &str, path: &str, authorization: &str, fields: Fields<'_>) -> Answer {
    let head = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, authorization);
    send(&market.app, head, FORM, encode(fields)).await
}

/// What the marketplace has, as its program reads it: nothing of it may change.
async fn everything(market: &Market) -> Vec<String> {
    let mut all = Vec::new();
    for path in ["/v2/payments/", "/v2/payment_requests/", "/v2/refunds/", "/v2/payouts/", "/v2/gateway/orders/"] {
        all.push(ok(&market.get(path).await));
    }
    all.push(ok(&market.get(&format!("/v2/users/{}/", market.id())).await));
    all
}

#[tokio::test]
async fn without_a_good_token_nothing_is_said_or_done() {
    on_each(async |market| {
        let own = Own::of(market).await;
        let before = everything(market).await;
        for (method, template, _, fields) in CALLS {
            let path = own.path(market, template);
            unauthorized(&send(&market.app, Request::builder().method(method).uri(&path), FORM, encode(fields)).await);
            for authorization in [
                "",
                "Bearer",
                "Bearer ",
                "Bearer nothing",
                &format!("Basic {}", market.token),
                &market.token,
                &format!("Bearer {} x", market.token),
                &format!("Bearer {}x", market.token),
                &format!("Bearer {}", market.client.client_secret),
                &format!("Bearer {}", "x".repeat(7_000)),
            ] {
                unauthorized(&with_header(market, method, &path, authorization, fields).await);
            }
        }
        assert_eq!(everything(market).await, before);
    })
    .await;
}

#[tokio::test]
async fn the_scheme_may_be_written_as_clients_write_it() {
    on_each(async |market| {
        for scheme in ["Bearer", "bearer", "BEARER"] {
            let authorization = format!("{scheme} {}", market.token);
            ok(&with_header(market, "GET", "/v2/payments/", &authorization, &[]).await);
        }
    })
    .await;
}

#[tokio::test]
async fn a_token_in_another_place_is_none() {
    on_each(async |market| {
        let path = format!("/v2/payments/?access_token={}", market.token);
        unauthorized(&send(&market.app, Request::get(&path), FORM, Vec::new()).await);
        let fields = [("access_token", market.token.as_str()), ("amount", "10"), ("purpose", "Tea")];
        unauthorized(&send(&market.app, Request::post("/v2/payment_requests/"), FORM, encode(&fields)).await);
        // Who signed in in a browser is nobody here.
        unauthorized(&market.browser.get("/v2/payments/").await);
    })
    .await;
}

#[tokio::test]
async fn a_token_of_the_wrong_kind_is_told_so_before_anything_is_looked_at() {
    on_each(async |market| {
        let own = Own::of(market).await;
        let merchant = market.merchant("s1").await;
        let before = everything(market).await;
        for (method, template, needs, fields) in CALLS {
            let path = own.path(market, template);
            let missing = path.replace(&own.payment, NO_PAYMENT).replace(&market.id(), NOBODY);
            for path in [&path, &missing] {
                let token = match needs {
                    Application => &merchant.token,
                    User => &market.token,
                    Either => continue,
                };
                forbidden(&call(&market.app, method, path, token, fields).await);
            }
        }
        assert_eq!(everything(market).await, before);
    })
    .await;
}

#[tokio::test]
async fn another_marketplace_finds_nothing_of_this_one() {
    on_each(async |market| {
        let own = Own::of(market).await;
        let merchant = market.merchant("s1").await;
        let (_, _, stranger) = market.stranger().await;
        let before = everything(market).await;
        for (method, template, needs, fields) in CALLS {
            let named = ["{user}", "{request}", "{payment}"].iter().any(|part| template.contains(part));
            if !named || needs == User {
                continue;
            }
            let path = own.path(market, template);
            not_found(&call(&market.app, method, &path, &stranger, fields).await);
            if needs == Either {
                not_found(&call(&market.app, method, &path, &merchant.token, fields).await);
            }
        }
        assert_eq!(everything(market).await, before);
    })
    .await;
}
