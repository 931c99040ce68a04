//! Signing in, and who may try how often.

use crate::support::{PASSWORD, on_each, password, sign_up};
use backend::service::sign_in::SignedIn;
use backend::{Backend, Error};
use domain::permission::AccountKind;
use time::Duration;

const ADA: &str = "ada@example.com";
const NOBODY: &str = "nobody@example.com";

/// What a person is told: the seconds to wait, or that it was wrong.
async fn try_wrong(backend: &Backend, email: &str) -> Result<i64, String> {
    match backend.sign_in(email, &password("not-my-password")).await {
        Err(Error::Throttled { retry_after_seconds }) => Ok(retry_after_seconds),
        Err(Error::Invalid(fields)) => Err(format!("{}: {}", fields[0].field, fields[0].message)),
        other => panic!("{other:?}"),
    }
}

const WRONG: &str = "password: E-mail or password is wrong.";

#[tokio::test]
async fn the_right_password_signs_in() {
    on_each(async |on| {
        let user = on.user(ADA, AccountKind::Buyer).await;
        assert_eq!(on.backend.sign_in(" ADA@example.com", &password(PASSWORD)).await.unwrap(), SignedIn::Fully(user));
        assert_eq!(try_wrong(&on.backend, ADA).await.unwrap_err(), WRONG);
        assert_eq!(try_wrong(&on.backend, NOBODY).await.unwrap_err(), WRONG);
        assert_eq!(try_wrong(&on.backend, "not an address").await.unwrap_err(), WRONG);
        assert!(on.backend.sign_in(ADA, &password("")).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn who_has_not_proved_the_address_acts_for_nobody() {
    on_each(async |on| {
        on.backend.sign_up(sign_up(ADA, AccountKind::BusinessSeller)).await.unwrap();
        let SignedIn::Fully(user) = on.backend.sign_in(ADA, &password(PASSWORD)).await.unwrap() else {
            panic!("no code is asked for")
        };
        let viewer = on.backend.viewer(user).await.unwrap().unwrap();
        assert!(!viewer.verified && viewer.memberships.is_empty());
    })
    .await;
}

#[tokio::test]
async fn guessing_is_paused_the_same_for_known_and_unknown_addresses() {
    on_each(async |on| {
        on.user(ADA, AccountKind::Buyer).await;
        for email in [ADA, NOBODY] {
            for _ in 0..5 {
                assert_eq!(try_wrong(&on.backend, email).await.unwrap_err(), WRONG, "{email}");
            }
        }
        for (seconds, next) in [(30, 60), (60, 120), (120, 240), (240, 480)] {
            for email in [ADA, NOBODY] {
                assert_eq!(try_wrong(&on.backend, email).await, Ok(seconds), "{email}");
            }
            on.later(Duration::seconds(seconds) - Duration::milliseconds(1));
            for email in [ADA, NOBODY] {
                assert_eq!(try_wrong(&on.backend, email).await, Ok(1), "{email}");
            }
            on.later(Duration::milliseconds(1));
            for email in [ADA, NOBODY] {
                assert_eq!(try_wrong(&on.backend, email).await.unwrap_err(), WRONG, "{email}");
                assert_eq!(try_wrong(&on.backend, email).await, Ok(next), "{email}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_pause_holds_the_right_password_too_and_success_ends_the_count() {
    on_each(async |on| {
        let user = on.user(ADA, AccountKind::Buyer).await;
        for _ in 0..5 {
            try_wrong(&on.backend, ADA).await.unwrap_err();
        }
        let early = on.backend.sign_in(ADA, &password(PASSWORD)).await;
        assert!(matches!(early, Err(Error::Throttled { retry_after_seconds: 30 })), "{early:?}");
        on.later(Duration::seconds(30));
        assert_eq!(on.backend.sign_in(ADA, &password(PASSWORD)).await.unwrap(), SignedIn::Fully(user));
        assert_eq!(on.number("SELECT failed_sign_ins FROM users").await, 0);
        for _ in 0..5 {
            assert_eq!(try_wrong(&on.backend, ADA).await.unwrap_err(), WRONG);
        }
        assert_eq!(try_wrong(&on.backend, ADA).await, Ok(30));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_attempts_at_once_five_are_looked_at() {
    on_each(async |on| {
        on.user(ADA, AccountKind::Buyer).await;
        let other = on.another_process().await;
        let attempts = (0..40).map(|number| {
            let backend = if number % 2 == 0 { on.backend.clone() } else { other.clone() };
            async move { try_wrong(&backend, ADA).await }
        });
        let answers = futures::future::join_all(attempts).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_err()).count(), 5, "{answers:?}");
        assert_eq!(on.number("SELECT failed_sign_ins FROM users").await, 5);
        assert_eq!(try_wrong(&other, ADA).await, Ok(30), "whichever process is asked");
    })
    .await;
}

#[tokio::test]
async fn an_old_hash_is_replaced_when_its_password_comes_by() {
    on_each(async |on| {
        on.user(ADA, AccountKind::Buyer).await;
        // The same password, hashed with parameters of a time when machines were weaker.
        let weak = weak_hash(PASSWORD);
        on.execute("UPDATE users SET password_hash = $1", [weak.clone().into()]).await;
        on.backend.sign_in(ADA, &password("not-my-password")).await.unwrap_err();
        assert_eq!(on.text("SELECT password_hash FROM users").await, weak);
        on.backend.sign_in(ADA, &password(PASSWORD)).await.unwrap();
        let fresh = on.text("SELECT password_hash FROM users").await;
        assert!(fresh.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{fresh}");
        on.backend.sign_in(ADA, &password(PASSWORD)).await.unwrap();
    })
    .await;
}

fn weak_hash(typed: &str) -> String {
    use argon2::password_hash::PasswordHasher;
    use argon2::password_hash::phc::PasswordHash;
    let params = argon2::Params::new(256, 1, 1, None).unwrap();
    let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let hash: PasswordHash = argon2.hash_password(typed.as_bytes()).unwrap();
    hash.to_string()
}
