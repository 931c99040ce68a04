//! The token endpoint: what a grant needs, and every way in which it is refused (instamojo.md section 3).

use super::expect::{body, fields, forbidden, looks_like, oauth_error, ok, text, unauthorized};
use super::{
    FORM, Market, application_token, bearing, call, encode, grant, on_each, password_grant, send, sign_up, user_token,
    with, with_client, without,
};
use crate::harness::{Answer, PASSWORD};
use crate::json;
use domain::permission::{AccountKind, StaffRole};
use http::{Request, StatusCode, header};
use std::collections::BTreeSet;
use time::Duration;

/// What the official Node SDK asks for.
const SCOPES: &str = "payouts:read payments:read payments:fulfil payments:refund users:read users:write \
                      payment-requests:read payment-requests:write gateway-orders:read gateway-orders:write \
                      convenience-fee:read refunds:read";

fn words(scope: &str) -> BTreeSet<&str> {
    scope.split(' ').collect()
}

fn sorted_keys(object: &str) -> Vec<String> {
    let mut keys = json::keys(object);
    keys.sort();
    keys
}

#[tokio::test]
async fn a_program_gets_exactly_four_keys() {
    on_each(async |market| {
        let fields = with_client(&market.client, &[("grant_type", "client_credentials")]);
        let answer = ok(&grant(&market.app, &fields).await);
        assert_eq!(json::keys(&answer), ["access_token", "token_type", "expires_in", "scope"]);
        assert_eq!((text(&answer, "token_type"), json::part(&answer, "expires_in")), ("Bearer".into(), "36000".into()));
        assert!(!text(&answer, "scope").is_empty());
        let token = text(&answer, "access_token");
        assert!(token.len() >= 30 && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)));
        assert_ne!(token, market.token, "each grant gives a token of its own");
        // Both are good.
        for token in [&token, &market.token] {
            ok(&call(&market.app, "GET", "/v2/payments/", token, &[]).await);
        }
    })
    .await;
}

#[tokio::test]
async fn a_merchant_gets_a_refresh_token_too_by_username_or_address() {
    on_each(async |market| {
        let merchant = market.merchant("asha").await;
        for name in [merchant.username.as_str(), merchant.email.as_str(), "ASHA@example.test"] {
            let answer = ok(&password_grant(&market.app, &market.client, name, PASSWORD).await);
            let keys = sorted_keys(&answer);
            assert_eq!(keys, ["access_token", "expires_in", "refresh_token", "scope", "token_type"], "{name}");
            assert_eq!(json::part(&answer, "expires_in"), "36000");
            let path = format!("/v2/users/{}/", merchant.id);
            ok(&call(&market.app, "GET", &path, &text(&answer, "access_token"), &[]).await);
        }
    })
    .await;
}

#[tokio::test]
async fn the_marketplaces_own_user_collects_into_the_marketplaces_account() {
    on_each(async |market| {
        let email = market.operator.email.as_str();
        let token = user_token(&market.app, &market.client, email).await;
        let fields = [("amount", "2500"), ("purpose", "FIFA 16")];
        let answer = call(&market.app, "POST", "/v2/payment_requests/", &token, &fields).await;
        let expected = format!("http://holdfast.test/v2/users/{}/", market.id());
        assert_eq!(text(&super::created(&answer), "user"), expected);
    })
    .await;
}

#[tokio::test]
async fn all_three_kinds_of_body_are_read_and_an_empty_bearer_is_no_obstacle() {
    on_each(async |market| {
        let fields = with_client(&market.client, &[("grant_type", "client_credentials"), ("unknown", "1")]);
        let pairs: serde_json::Map<_, _> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        let parts: String = fields
            .iter()
            .map(|(name, value)| {
                format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            })
            .collect();
        let bodies = [
            (FORM, encode(&fields)),
            ("application/json", serde_json::Value::Object(pairs).to_string()),
            (
                "application/json; charset=utf-8",
                serde_json::to_string(&serde_json::json!({
                    "client_id": market.client.client_id, "client_secret": market.client.client_secret,
                    "grant_type": "client_credentials", "scope": null,
                }))
                .unwrap(),
            ),
            ("multipart/form-data; boundary=edge", format!("{parts}--edge--\r\n")),
        ];
        for path in ["/oauth2/token/", "/oauth2/token"] {
            for (kind, body) in &bodies {
                for authorization in ["Bearer ", "Bearer", "Bearer not-a-token", ""] {
                    let head = Request::post(path).header(header::AUTHORIZATION, authorization);
                    text(&ok(&send(&market.app, head, kind, body.as_str()).await), "access_token");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_told_in_oauths_words() {
    on_each(async |market| {
        let merchant = market.merchant("asha").await;
        let (app, client) = (&market.app, &market.client);
        let all = with_client(
            client,
            &[("grant_type", "password"), ("username", merchant.username.as_str()), ("password", PASSWORD)],
        );
        ok(&grant(app, &all).await);
        for name in ["grant_type", "username", "password"] {
            oauth_error(&grant(app, &without(&all, name)).await, 400, "invalid_request");
            oauth_error(&grant(app, &with(&all, name, "")).await, 400, "invalid_request");
        }
        for kind in ["authorization_code", "implicit", "PASSWORD", "🦀"] {
            oauth_error(&grant(app, &with(&all, "grant_type", kind)).await, 400, "unsupported_grant_type");
        }
        for (name, value) in [
            ("client_id", "nobody"),
            ("client_secret", "nothing"),
            ("client_secret", client.client_id.as_str()),
            ("client_id", client.client_secret.as_str()),
        ] {
            let answer = grant(app, &with(&all, name, value)).await;
            super::expect::golden(&answer, StatusCode::UNAUTHORIZED, r#"{"error":"invalid_client"}"#);
        }
        for name in ["client_id", "client_secret"] {
            let answer = grant(app, &without(&all, name)).await;
            assert!([400, 401].contains(&answer.status.as_u16()), "{}", answer.body);
            assert!(["invalid_request", "invalid_client"].contains(&text(&answer.body, "error").as_str()));
        }
        for (name, password) in [(merchant.username.as_str(), "wrong"), ("nobody-at-all", PASSWORD), ("", "")] {
            let answer = password_grant(app, client, name, password).await;
            let code = if name.is_empty() { "invalid_request" } else { "invalid_grant" };
            oauth_error(&answer, 400, code);
        }
        let refresh = with_client(client, &[("grant_type", "refresh_token")]);
        oauth_error(&grant(app, &refresh).await, 400, "invalid_request");
        oauth_error(&grant(app, &with(&refresh, "refresh_token", "nothing")).await, 400, "invalid_grant");
        oauth_error(&grant(app, &with(&refresh, "refresh_token", &market.token)).await, 400, "invalid_grant");
        let empty: Answer = send(app, Request::post("/oauth2/token/"), FORM, Vec::new()).await;
        assert_eq!(empty.status, StatusCode::BAD_REQUEST);
        oauth_error(&empty, 400, "invalid_request");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_says_why_in_a_description_and_tells_nobody_apart() {
    on_each(async |market| {
        let merchant = market.merchant("asha").await;
        let known = password_grant(&market.app, &market.client, &merchant.email, "wrong").await;
        let unknown = password_grant(&market.app, &market.client, "nobody@example.test", "wrong").await;
        assert!(!text(&body(&known, StatusCode::BAD_REQUEST), "error_description").is_empty());
        assert_eq!(known.body, unknown.body);
    })
    .await;
}

#[tokio::test]
async fn people_of_other_marketplaces_and_of_none_get_no_token_here() {
    on_each(async |market| {
        let (_, other, other_token) = market.stranger().await;
        let form = sign_up(&other, "elsewhere@example.test");
        super::created(&call(&market.app, "POST", "/v2/users/", &other_token, &form).await);
        market.app.person("buyer@example.test", AccountKind::Buyer).await;
        market.app.person("seller@example.test", AccountKind::BusinessSeller).await;
        for email in ["elsewhere@example.test", "stranger@example.test", "buyer@example.test", "seller@example.test"] {
            let answer = password_grant(&market.app, &market.client, email, PASSWORD).await;
            oauth_error(&answer, 400, "invalid_grant");
        }
        user_token(&market.app, &other, "elsewhere@example.test").await;
    })
    .await;
}

#[tokio::test]
async fn a_scope_that_is_asked_for_is_echoed_and_bounds_the_token() {
    on_each(async |market| {
        let ask = async |scope: &str| {
            let fields = [("grant_type", "client_credentials"), ("scope", scope)];
            grant(&market.app, &with_client(&market.client, &fields)).await
        };
        for scope in [SCOPES, "refunds:read", "payments:read users:read", "read", "write", "read write"] {
            assert_eq!(words(&text(&ok(&ask(scope).await), "scope")), words(scope));
        }
        for scope in ["everything", "payments:read everything", "payments:delete", "Payments:Read"] {
            oauth_error(&ask(scope).await, 400, "invalid_scope");
        }
        let narrow = text(&ok(&ask("refunds:read").await), "access_token");
        ok(&call(&market.app, "GET", "/v2/refunds/", &narrow, &[]).await);
        let reading = text(&ok(&ask("read").await), "access_token");
        ok(&call(&market.app, "GET", "/v2/payments/", &reading, &[]).await);
        ok(&call(&market.app, "GET", "/v2/payment_requests/", &reading, &[]).await);
        let fields = [("amount", "100"), ("purpose", "Tea")];
        for token in [&narrow, &reading] {
            forbidden(&call(&market.app, "POST", "/v2/payment_requests/", token, &fields).await);
            let form = sign_up(&market.client, "asha@example.test");
            forbidden(&call(&market.app, "POST", "/v2/users/", token, &form).await);
        }
        forbidden(&call(&market.app, "GET", "/v2/payments/", &narrow, &[]).await);
        let writing = text(&ok(&ask("payment-requests:write").await), "access_token");
        super::created(&call(&market.app, "POST", "/v2/payment_requests/", &writing, &fields).await);
    })
    .await;
}

#[tokio::test]
async fn guesses_at_a_password_are_slowed_down_as_at_the_sign_in() {
    on_each(async |market| {
        let merchant = market.merchant("asha").await;
        let guess = async |password| password_grant(&market.app, &market.client, &merchant.email, password).await;
        for _ in 0..5 {
            oauth_error(&guess("wrong").await, 400, "invalid_grant");
        }
        let slowed = guess(PASSWORD).await;
        let object = body(&slowed, StatusCode::TOO_MANY_REQUESTS);
        assert!(!object.contains("access_token"), "even the right password waits: {object}");
        let page = market.app.anonymous();
        let fields = [("email", merchant.email.as_str()), ("password", PASSWORD)];
        assert_ne!(page.post("/do/sign-in", &fields).await.location(), "/home", "both doors count together");
        market.app.clock.advance(Duration::seconds(31));
        ok(&guess(PASSWORD).await);
    })
    .await;
}

#[tokio::test]
async fn an_administrator_issues_an_application_and_takes_it_back_with_its_tokens() {
    on_each(async |market| {
        let app = &market.app;
        app.staff("administrator@example.test", StaffRole::Administrator).await;
        let admin = super::viewer(app, "administrator@example.test").await;
        let issued = app.backend.issue_oauth_client(&admin, "market@example.test", "Second shop").await.unwrap();
        assert!(issued.client_secret.len() >= 64 && issued.salt.len() >= 20, "both are hard to guess");
        assert!(app.backend.issue_oauth_client(&market.operator, "market@example.test", "Mine").await.is_err());
        for (email, name) in
            [("nobody@example.test", "Shop"), ("administrator@example.test", "Shop"), ("market@example.test", "")]
        {
            assert!(app.backend.issue_oauth_client(&admin, email, name).await.is_err(), "{email} {name:?}");
        }
        let token = application_token(app, &issued).await;
        let merchant = market.merchant("asha").await;
        let theirs = user_token(app, &issued, &merchant.email).await;
        let path = format!("/v2/users/{}/", merchant.id);
        ok(&call(app, "GET", &path, &theirs, &[]).await);
        app.backend.revoke_oauth_client(&admin, issued.id).await.unwrap();
        for token in [&token, &theirs] {
            unauthorized(&call(app, "GET", &path, token, &[]).await);
        }
        let fields = with_client(&issued, &[("grant_type", "client_credentials")]);
        oauth_error(&grant(app, &fields).await, 401, "invalid_client");
        ok(&call(app, "GET", &path, &market.token, &[]).await);
        ok(&call(app, "GET", &path, &merchant.token, &[]).await);
        let list = app.backend.oauth_clients(&admin).await.unwrap();
        let told: Vec<_> = list.iter().map(|client| (client.name.as_str(), client.revoked_at.is_some())).collect();
        assert!(told.contains(&("Second shop", true)) && told.contains(&("Checkout", false)), "{told:?}");
    })
    .await;
}

#[tokio::test]
async fn the_secret_and_the_tokens_are_stored_as_hashes_alone() {
    on_each(async |market: &Market| {
        let merchant = market.merchant("asha").await;
        let secrets = [&market.client.client_secret, &market.client.salt, &market.token, &merchant.token];
        let columns =
            [("oauth_clients", "secret_hash || ' ' || salt_sealed"), ("oauth_tokens", "hash || ' ' || scope")];
        let connection = market.app.backend.db().read();
        for (table, columns) in columns {
            use sea_orm::{ConnectionTrait, Statement};
            let sql = format!("SELECT {columns} AS line FROM {table}");
            let statement = Statement::from_string(connection.get_database_backend(), sql);
            for row in connection.query_all_raw(statement).await.unwrap() {
                let line: String = row.try_get("", "line").unwrap();
                assert!(secrets.iter().all(|secret| !line.contains(secret.as_str())), "{table}: {line}");
            }
        }
        let path = format!("/v2/users/{}/", merchant.id);
        let head = bearing("GET", &path, &market.token);
        looks_like(&text(&ok(&send(&market.app, head, FORM, Vec::new()).await), "id"), &"h".repeat(32));
        assert_eq!(fields(&market.post("/v2/users/", &[]).await), ["email", "password", "phone", "referrer"]);
    })
    .await;
}
