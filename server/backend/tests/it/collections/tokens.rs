//! Tokens of applications and merchants.

use super::world::{World, token_of};
use crate::support::{PASSWORD, on_each, password};
use backend::Error;
use backend::service::instamojo::{EXPIRES_IN, GrantRequest, Granted, Scope, TokenError};
use time::Duration;

impl World<'_> {
    async fn refreshed(&self, token: &str) -> Result<Granted, TokenError> {
        self.token("refresh_token", |request| request.refresh_token = Some(token.to_owned())).await
    }

    async fn with_scope(&self, scope: &str) -> Result<Granted, TokenError> {
        self.token("client_credentials", |request| request.scope = Some(scope.to_owned())).await
    }

    async fn with_password(&self, username: &str, typed: &str) -> Result<Granted, TokenError> {
        let granted = self.token("password", |request| {
            request.username = Some(username.to_owned());
            request.password = Some(password(typed));
        });
        granted.await
    }
}

fn refresh_of(granted: &Granted) -> &str {
    granted.refresh_token.as_deref().unwrap()
}

#[track_caller]
fn invalid_grant(granted: Result<Granted, TokenError>) {
    assert!(matches!(granted, Err(TokenError::InvalidGrant(_))), "{granted:?}");
}

#[tokio::test]
async fn refreshing_gives_a_new_pair_and_ends_the_old() {
    on_each(async |on| {
        let world = World::open(on).await;
        let first = world.pair_of("asha").await;
        let bearer = world.opens(&first.access_token).await.unwrap();
        assert_eq!((bearer.user, bearer.owner()), (Some(world.merchant(0)), world.merchant(0)));
        assert!(!bearer.is_application() && world.app.is_application());
        let second = world.refreshed(refresh_of(&first)).await.unwrap();
        assert!(world.opens(&first.access_token).await.is_none());
        assert!(world.opens(&second.access_token).await.is_some());
        assert_ne!((&first.access_token, &first.refresh_token), (&second.access_token, &second.refresh_token));
        let third = world.refreshed(refresh_of(&second)).await.unwrap();
        assert_eq!(world.opens(&third.access_token).await.unwrap().user, Some(world.merchant(0)));
        // One kind is not taken for the other.
        assert!(world.opens(refresh_of(&third)).await.is_none());
        invalid_grant(world.refreshed(&third.access_token).await);
        // A second grant of the same merchant is of another family.
        let other = world.pair_of("asha").await;
        world.refreshed(refresh_of(&third)).await.unwrap();
        assert!(world.opens(&other.access_token).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_refresh_token_that_comes_twice_ends_its_family() {
    on_each(async |on| {
        let world = World::open(on).await;
        let other = world.pair_of("asha").await;
        let first = world.pair_of("asha").await;
        let second = world.refreshed(refresh_of(&first)).await.unwrap();
        let third = world.refreshed(refresh_of(&second)).await.unwrap();
        invalid_grant(world.refreshed(refresh_of(&first)).await);
        assert!(world.opens(&third.access_token).await.is_none());
        invalid_grant(world.refreshed(refresh_of(&third)).await);
        assert!(world.opens(&other.access_token).await.is_some(), "another family");
        world.refreshed(refresh_of(&other)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_what_the_old_one_opened() {
    on_each(async |on| {
        const NEW: &str = "granite-violet-twelve-owls";
        let world = World::open(on).await;
        let app = world.token("client_credentials", |_| {}).await.unwrap();
        let (pair, other) = (world.pair_of("asha").await, world.pair_of("bala").await);
        on.backend.request_password_reset("asha@example.com").await.unwrap();
        let link = on.mailed_token("asha@example.com").await;
        on.backend.reset_password(&link, &password(NEW)).await.unwrap();
        assert!(world.opens(&pair.access_token).await.is_none());
        invalid_grant(world.refreshed(refresh_of(&pair)).await);
        invalid_grant(world.with_password("asha", PASSWORD).await);
        let fresh = world.with_password("asha", NEW).await.unwrap();
        assert!(world.opens(&fresh.access_token).await.is_some());
        assert!(world.opens(&app.access_token).await.is_some(), "the program's own token");
        assert!(world.opens(&other.access_token).await.is_some(), "another merchant's token");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_refresh_at_once_one_gets_a_pair() {
    on_each(async |on| {
        let world = World::open(on).await;
        let process = on.another_process().await;
        for _ in 0..10 {
            let pair = world.pair_of("asha").await;
            let ask = async |backend: &backend::Backend| {
                let request = GrantRequest {
                    grant_type: Some("refresh_token".to_owned()),
                    client_id: Some(world.client.client_id.clone()),
                    client_secret: Some(world.client.client_secret.clone()),
                    refresh_token: pair.refresh_token.clone(),
                    ..GrantRequest::default()
                };
                backend.grant_token(request).await.unwrap()
            };
            let both = tokio::join!(ask(&on.backend), ask(&process));
            let (given, refused) = match both {
                (Ok(given), refused) | (refused, Ok(given)) => (given, refused),
                neither => panic!("{neither:?}"),
            };
            invalid_grant(refused);
            // Nobody knows who of the two is the thief.
            assert!(world.opens(&given.access_token).await.is_none());
            invalid_grant(world.refreshed(refresh_of(&given)).await);
        }
    })
    .await;
}

#[tokio::test]
async fn access_ends_with_its_time_and_refreshing_does_not() {
    on_each(async |on| {
        let world = World::open(on).await;
        let app = world.token("client_credentials", |_| {}).await.unwrap();
        assert_eq!((app.refresh_token.as_deref(), app.scope.as_str()), (None, "read write"));
        let pair = world.pair_of("asha").await;
        on.later(Duration::seconds(EXPIRES_IN - 1));
        assert!(world.opens(&app.access_token).await.is_some() && world.opens(&pair.access_token).await.is_some());
        on.later(Duration::seconds(1));
        assert!(world.opens(&app.access_token).await.is_none() && world.opens(&pair.access_token).await.is_none());
        on.later(Duration::days(200));
        let fresh = world.refreshed(refresh_of(&pair)).await.unwrap();
        assert!(world.opens(&fresh.access_token).await.is_some());
        assert!(world.opens("").await.is_none() && world.opens("nonsense").await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_token_opens_what_its_scopes_say() {
    on_each(async |on| {
        let world = World::open(on).await;
        let opened = async |granted: Granted| {
            let bearer = world.opens(&granted.access_token).await.unwrap();
            Scope::ALL.into_iter().filter(|scope| bearer.may(*scope)).collect::<Vec<_>>()
        };
        let reads: Vec<_> = Scope::ALL.into_iter().filter(|scope| scope.key().ends_with(":read")).collect();
        assert_eq!(opened(world.with_scope("").await.unwrap()).await, Scope::ALL);
        assert_eq!(opened(world.with_scope("read").await.unwrap()).await, reads);
        assert_eq!(opened(world.with_scope("refunds:read").await.unwrap()).await, [Scope::RefundsRead]);
        let two = world.with_scope("payments:read  payments:fulfil").await.unwrap();
        assert_eq!(two.scope, "payments:read payments:fulfil");
        assert_eq!(opened(two).await, [Scope::PaymentsRead, Scope::PaymentsFulfil]);
        let unknown = world.with_scope("payments:read everything").await;
        assert_eq!(unknown.unwrap_err(), TokenError::InvalidScope);
        let pair = world.token("password", |request| {
            request.username = Some("asha@example.com".to_owned());
            request.password = Some(password(PASSWORD));
            request.scope = Some("users:write".to_owned());
        });
        let pair = pair.await.unwrap();
        let fresh = world.refreshed(refresh_of(&pair)).await.unwrap();
        assert_eq!((fresh.scope.as_str(), opened(fresh.clone()).await), ("users:write", vec![Scope::UsersWrite]));
    })
    .await;
}

#[tokio::test]
async fn an_application_that_was_ended_opens_nothing_any_more() {
    on_each(async |on| {
        let world = World::open(on).await;
        let app = world.token("client_credentials", |_| {}).await.unwrap();
        let pair = world.pair_of("asha").await;
        let second = on.backend.issue_oauth_client(&world.admin, "operator@example.com", "Second").await.unwrap();
        let of_second = token_of(on, &second, "client_credentials", |_| {}).await.unwrap();
        let stranger = on.backend.revoke_oauth_client(&world.operator, world.client.id).await;
        assert!(matches!(stranger, Err(Error::NotFound)));
        on.backend.revoke_oauth_client(&world.admin, world.client.id).await.unwrap();
        on.backend.revoke_oauth_client(&world.admin, world.client.id).await.unwrap();
        assert!(world.opens(&app.access_token).await.is_none() && world.opens(&pair.access_token).await.is_none());
        assert_eq!(world.token("client_credentials", |_| {}).await.unwrap_err(), TokenError::InvalidClient);
        assert_eq!(world.refreshed(refresh_of(&pair)).await.unwrap_err(), TokenError::InvalidClient);
        // The marketplace's other application goes on, with its own tokens only.
        assert!(world.opens(&of_second.access_token).await.is_some());
        let taken =
            token_of(on, &second, "refresh_token", |request| request.refresh_token = pair.refresh_token.clone());
        invalid_grant(taken.await);
        let listed = on.backend.oauth_clients(&world.admin).await.unwrap();
        assert_eq!(listed.iter().map(|one| one.revoked_at.is_some()).collect::<Vec<_>>(), [false, true]);
    })
    .await;
}

#[tokio::test]
async fn what_is_missing_or_wrong_has_the_name_of_the_rfc() {
    on_each(async |on| {
        let world = World::open(on).await;
        let wrong = async |grant: &str, set: &dyn Fn(&mut GrantRequest)| {
            world.token(grant, |request| set(request)).await.unwrap_err().code()
        };
        assert_eq!(wrong("implicit", &|_| {}).await, "unsupported_grant_type");
        assert_eq!(wrong("password", &|request| request.grant_type = None).await, "invalid_request");
        assert_eq!(wrong("client_credentials", &|request| request.client_id = None).await, "invalid_request");
        assert_eq!(wrong("client_credentials", &|request| request.client_secret = None).await, "invalid_request");
        let bad_secret = |request: &mut GrantRequest| request.client_secret = Some("wrong".to_owned());
        assert_eq!(wrong("client_credentials", &bad_secret).await, "invalid_client");
        let unknown = |request: &mut GrantRequest| request.client_id = Some("nobody".to_owned());
        assert_eq!(wrong("client_credentials", &unknown).await, "invalid_client");
        assert_eq!(wrong("password", &|_| {}).await, "invalid_request");
        assert_eq!(wrong("refresh_token", &|_| {}).await, "invalid_request");
        let nonsense = |request: &mut GrantRequest| request.refresh_token = Some("nonsense".to_owned());
        assert_eq!(wrong("refresh_token", &nonsense).await, "invalid_grant");
    })
    .await;
}

#[tokio::test]
async fn a_password_opens_the_merchants_of_the_marketplace_only() {
    on_each(async |on| {
        let world = World::open(on).await;
        for name in ["asha", "asha@example.com", " ASHA "] {
            let granted = world.with_password(name, PASSWORD).await.unwrap();
            assert_eq!(world.opens(&granted.access_token).await.unwrap().user, Some(world.merchant(0)), "{name}");
        }
        invalid_grant(world.with_password("asha", "something else").await);
        invalid_grant(world.with_password("nobody", PASSWORD).await);
        // The right password of somebody who is no merchant here.
        on.user("seller@example.com", domain::permission::AccountKind::BusinessSeller).await;
        invalid_grant(world.with_password("seller@example.com", PASSWORD).await);
        on.user("rival@example.com", domain::permission::AccountKind::MarketplaceOperator).await;
        let rival = on.backend.issue_oauth_client(&world.admin, "rival@example.com", "Rival").await.unwrap();
        let theirs = token_of(on, &rival, "password", |request| {
            request.username = Some("asha".to_owned());
            request.password = Some(password(PASSWORD));
        });
        invalid_grant(theirs.await);
    })
    .await;
}

#[tokio::test]
async fn guessing_a_password_is_slowed_down_as_signing_in_is() {
    on_each(async |on| {
        let world = World::open(on).await;
        let guess = async || {
            let request = GrantRequest {
                grant_type: Some("password".to_owned()),
                client_id: Some(world.client.client_id.clone()),
                client_secret: Some(world.client.client_secret.clone()),
                username: Some("asha".to_owned()),
                password: Some(password("wrong-guess-of-somebody")),
                ..GrantRequest::default()
            };
            on.backend.grant_token(request).await
        };
        let mut guesses = 0;
        while guess().await.is_ok() {
            guesses += 1;
            assert!(guesses < 50, "it is never slowed down");
        }
        assert!(matches!(guess().await, Err(Error::Throttled { .. })));
    })
    .await;
}
