//! A new password through the mailbox.

use crate::support::{PASSWORD, on_each, password, sign_up};
use backend::Error;
use backend::service::mail_link::TokenPurpose;
use backend::service::sign_in::SignedIn;
use backend::session_store::{DatabaseSessions, USER_KEY};
use domain::permission::AccountKind;
use serde_json::json;
use time::Duration;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};

const ADA: &str = "ada@example.com";
const NEW: &str = "granite-violet-twelve-owls";

#[tokio::test]
async fn a_reset_signs_everybody_out_and_tells_the_owner() {
    on_each(async |on| {
        let user = on.user(ADA, AccountKind::Buyer).await;
        let store = DatabaseSessions::new(on.backend.clone());
        let data = [(USER_KEY.to_owned(), json!(user))].into();
        let mut record = Record { id: Id::default(), data, expiry_date: crate::support::machine_now() + Duration::DAY };
        store.create(&mut record).await.unwrap();
        for _ in 0..5 {
            on.backend.sign_in(ADA, &password("not-my-password")).await.unwrap_err();
        }

        on.backend.request_password_reset(ADA).await.unwrap();
        let token = on.mailed_token(ADA).await;
        on.backend.peek_token(&token, TokenPurpose::ResetPassword).await.unwrap();
        let weak = on.backend.reset_password(&token, &password("ada@example.com")).await;
        assert!(matches!(&weak, Err(Error::Invalid(fields)) if fields[0].field == "password"), "{weak:?}");
        assert_eq!(on.backend.reset_password(&token, &password(NEW)).await.unwrap(), user);

        assert_eq!(store.load(&record.id).await.unwrap(), None);
        assert!(on.backend.sign_in(ADA, &password(PASSWORD)).await.is_err());
        assert_eq!(
            on.backend.sign_in(ADA, &password(NEW)).await.unwrap(),
            SignedIn::Fully(user),
            "the pause ended too"
        );
        let mails = on.mails_to(ADA).await;
        assert_eq!(mails.last().unwrap().subject, "Your password was changed");

        let again = on.backend.reset_password(&token, &password("yellow-canyon-whistle-nine")).await;
        assert!(matches!(again, Err(Error::Expired(_))), "{again:?}");
        assert_eq!(on.backend.sign_in(ADA, &password(NEW)).await.unwrap(), SignedIn::Fully(user));
    })
    .await;
}

#[tokio::test]
async fn of_two_resets_with_one_link_one_succeeds() {
    on_each(async |on| {
        on.user(ADA, AccountKind::Buyer).await;
        on.backend.request_password_reset(ADA).await.unwrap();
        let token = on.mailed_token(ADA).await;
        let other = on.another_process().await;
        let (new, newer) = (password(NEW), password("yellow-canyon-whistle-nine"));
        let (one, two) = futures::join!(on.backend.reset_password(&token, &new), other.reset_password(&token, &newer));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        let won = if one.is_ok() { &new } else { &newer };
        on.backend.sign_in(ADA, won).await.unwrap();
        assert_eq!(on.number("SELECT count(*) FROM outbox WHERE kind = 'password_changed'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_answer_is_the_same_for_every_address() {
    on_each(async |on| {
        on.user(ADA, AccountKind::Buyer).await;
        for email in [ADA, "nobody@example.com"] {
            on.backend.request_password_reset(email).await.unwrap();
            let again = on.backend.request_password_reset(email).await;
            assert!(matches!(again, Err(Error::Throttled { retry_after_seconds: 60 })), "{again:?}");
        }
        assert_eq!(on.mails_to(ADA).await.len(), 2);
        assert!(on.mails_to("nobody@example.com").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_link_works_for_an_hour_and_the_newest_only() {
    on_each(async |on| {
        on.user(ADA, AccountKind::Buyer).await;
        on.backend.request_password_reset(ADA).await.unwrap();
        let first = on.mailed_token(ADA).await;
        on.later(Duration::minutes(1));
        on.backend.request_password_reset(ADA).await.unwrap();
        let second = on.mailed_token(ADA).await;
        assert!(matches!(on.backend.reset_password(&first, &password(NEW)).await, Err(Error::Expired(_))));
        on.later(Duration::hours(1));
        let late = on.backend.reset_password(&second, &password(NEW)).await;
        assert!(matches!(late, Err(Error::Expired("This link is over its time. Ask for a new one."))), "{late:?}");
    })
    .await;
}

#[tokio::test]
async fn a_reset_proves_the_address_as_well() {
    on_each(async |on| {
        on.backend.sign_up(sign_up(ADA, AccountKind::Buyer)).await.unwrap();
        let verification = on.mailed_token(ADA).await;
        on.backend.request_password_reset(ADA).await.unwrap();
        let token = on.mailed_token(ADA).await;
        let user = on.backend.reset_password(&token, &password(NEW)).await.unwrap();
        let viewer = on.backend.viewer(user).await.unwrap().unwrap();
        assert!(viewer.verified && viewer.buying().is_some());
        assert!(matches!(on.backend.verify_email(&verification).await, Err(Error::Expired(_))));
        assert_eq!(on.number("SELECT count(*) FROM accounts").await, 1);
    })
    .await;
}
