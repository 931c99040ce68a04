//! Refresh tokens: a new pair each time, and what was used once ends everything that came of it. How long tokens live.

use super::expect::{oauth_error, ok, text, unauthorized};
use super::{Market, Merchant, call, grant, on_each, password_grant, with_client};
use crate::harness::{Answer, PASSWORD};
use crate::json;
use time::Duration;

struct Pair {
    access: String,
    refresh: String,
}

impl Pair {
    fn of(answer: &Answer) -> Self {
        let object = ok(answer);
        let mut keys = json::keys(&object);
        keys.sort();
        assert_eq!(keys, ["access_token", "expires_in", "refresh_token", "scope", "token_type"]);
        Self { access: text(&object, "access_token"), refresh: text(&object, "refresh_token") }
    }

    async fn first(market: &Market, merchant: &Merchant) -> Self {
        Self::of(&password_grant(&market.app, &market.client, &merchant.username, PASSWORD).await)
    }
}

async fn refresh(market: &Market, token: &str) -> Answer {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
    grant(&market.app, &with_client(&market.client, &fields)).await
}

async fn me(market: &Market, merchant: &Merchant, token: &str) -> Answer {
    call(&market.app, "GET", &format!("/v2/users/{}/", merchant.id), token, &[]).await
}

#[tokio::test]
async fn a_refresh_gives_a_new_pair_and_ends_the_old_one() {
    on_each(async |market| {
        let merchant = market.merchant("asha").await;
        let first = Pair::first(market, &merchant).await;
        let second = Pair::of(&refresh(market, &first.refresh).await);
        assert_ne!((&first.access, &first.refresh), (&second.access, &second.refresh));
        unauthorized(&me(market, &merchant, &first.access).await);
        ok(&me(market, &merchant, &second.access).await);
        let third = Pair::of(&refresh(market, &second.refresh).await);
        ok(&me(market, &merchant, &third.access).await);
        // A refresh token opens nothing by itself.
        unauthorized(&me(market, &merchant, &third.refresh).await);
    })
    .await;
}

#[tokio::test]
async fn a_refresh_token_that_comes_a_second_time_ends_its_whole_family() {
    on_each(async |market| {
        let merchant = market.merchant("asha").await;
        let other = Pair::first(market, &merchant).await;
        let first = Pair::first(market, &merchant).await;
        let second = Pair::of(&refresh(market, &first.refresh).await);
        let third = Pair::of(&refresh(market, &second.refresh).await);
        oauth_error(&refresh(market, &first.refresh).await, 400, "invalid_grant");
        for pair in [&second, &third] {
            unauthorized(&me(market, &merchant, &pair.access).await);
            oauth_error(&refresh(market, &pair.refresh).await, 400, "invalid_grant");
        }
        // What was granted by itself goes on.
        ok(&me(market, &merchant, &other.access).await);
        Pair::of(&refresh(market, &other.refresh).await);
    })
    .await;
}

#[tokio::test]
async fn of_two_refreshes_at_once_one_is_answered() {
    on_each(async |market| {
        let merchant = market.merchant("asha").await;
        let first = Pair::first(market, &merchant).await;
        let asked = (0..6).map(|_| refresh(market, &first.refresh));
        let answers = futures::future::join_all(asked).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        for answer in answers.iter().filter(|answer| answer.status != 200) {
            oauth_error(answer, 400, "invalid_grant");
        }
    })
    .await;
}

#[tokio::test]
async fn a_refresh_token_is_of_its_program_alone() {
    on_each(async |market| {
        let merchant = market.merchant("asha").await;
        let pair = Pair::first(market, &merchant).await;
        let (_, stranger, _) = market.stranger().await;
        let fields = [("grant_type", "refresh_token"), ("refresh_token", pair.refresh.as_str())];
        oauth_error(&grant(&market.app, &with_client(&stranger, &fields)).await, 400, "invalid_grant");
        let second = market.app.backend.sandbox_oauth_client(&market.operator, "Second").await.unwrap();
        oauth_error(&grant(&market.app, &with_client(&second, &fields)).await, 400, "invalid_grant");
    })
    .await;
}

#[tokio::test]
async fn access_ends_after_ten_hours_and_a_refresh_token_waits() {
    on_each(async |market| {
        let merchant = market.merchant("asha").await;
        let pair = Pair::first(market, &merchant).await;
        market.app.clock.advance(Duration::seconds(35_999));
        ok(&me(market, &merchant, &pair.access).await);
        ok(&market.get("/v2/payments/").await);
        market.app.clock.advance(Duration::seconds(2));
        unauthorized(&me(market, &merchant, &pair.access).await);
        unauthorized(&market.get("/v2/payments/").await);
        market.app.clock.advance(Duration::days(90));
        market.idle().await;
        let fresh = Pair::of(&refresh(market, &pair.refresh).await);
        ok(&me(market, &merchant, &fresh.access).await);
    })
    .await;
}

#[tokio::test]
async fn a_refresh_keeps_the_scope_that_was_granted() {
    on_each(async |market| {
        let merchant = market.merchant("asha").await;
        let fields = [
            ("grant_type", "password"),
            ("username", merchant.username.as_str()),
            ("password", PASSWORD),
            ("scope", "users:read"),
        ];
        let narrow = ok(&grant(&market.app, &with_client(&market.client, &fields)).await);
        assert_eq!(text(&narrow, "scope"), "users:read");
        let answer = ok(&refresh(market, &text(&narrow, "refresh_token")).await);
        assert_eq!(text(&answer, "scope"), "users:read");
        let path = format!("/v2/users/{}/", merchant.id);
        let patch = [("location", "India")];
        super::expect::forbidden(&call(&market.app, "PATCH", &path, &text(&answer, "access_token"), &patch).await);
    })
    .await;
}
