//! Codes of an authenticator and recovery codes.

use crate::support::{PASSWORD, TestBackend, on_each, password};
use backend::Error;
use backend::service::sign_in::SignedIn;
use backend::service::viewer::Viewer;
use domain::permission::AccountKind;
use time::Duration;
use totp_rs::{Builder, Secret};

const ADA: &str = "ada@example.com";

/// What Ada's authenticator shows now.
fn shown(on: &TestBackend, secret: &str) -> String {
    let totp = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).build().unwrap();
    totp.generate(u64::try_from(on.backend.now().unix_timestamp()).unwrap()).to_string()
}

/// Ada with a second factor: the shared secret and the recovery codes.
async fn enrolled(on: &TestBackend) -> (Viewer, String, Vec<String>) {
    let ada = on.backend.viewer(on.user(ADA, AccountKind::Buyer).await).await.unwrap().unwrap();
    on.backend.begin_second_factor(&ada).await.unwrap();
    let enrolment = on.backend.enrolment(&ada).await.unwrap().unwrap();
    assert!(enrolment.url.starts_with("otpauth://totp/Holdfast:"), "{}", enrolment.url);
    assert!(enrolment.picture.contains("<svg"));
    let code = shown(on, &enrolment.secret);
    let codes = on.backend.confirm_second_factor(&ada, &code).await.unwrap();
    (ada, enrolment.secret, codes)
}

fn wrong(outcome: Result<(), Error>) -> bool {
    matches!(outcome, Err(Error::Invalid(errors)) if errors[0].field == "code")
}

#[tokio::test]
async fn a_code_is_asked_for_only_after_the_authenticator_proved_that_it_has_the_secret() {
    on_each(async |on: &TestBackend| {
        let ada = on.backend.viewer(on.user(ADA, AccountKind::Buyer).await).await.unwrap().unwrap();
        on.backend.begin_second_factor(&ada).await.unwrap();
        let signed_in = on.backend.sign_in(ADA, &password(PASSWORD)).await.unwrap();
        assert_eq!(signed_in, SignedIn::Fully(ada.user));
        let refused = on.backend.confirm_second_factor(&ada, "000000").await;
        assert!(wrong(refused.map(drop)));
        assert!(!on.backend.second_factor(&ada).await.unwrap().on);
        let secret = on.backend.enrolment(&ada).await.unwrap().unwrap().secret;
        on.backend.confirm_second_factor(&ada, &shown(on, &secret)).await.unwrap();
        assert!(on.backend.enrolment(&ada).await.unwrap().is_none(), "the secret is not shown again");
        let signed_in = on.backend.sign_in(ADA, &password(PASSWORD)).await.unwrap();
        assert_eq!(signed_in, SignedIn::NeedsCode(ada.user));
        on.backend.run_until_idle().await.unwrap();
        let mail = on.mails_to(ADA).await.pop().unwrap();
        assert_eq!(mail.subject, "Two-factor sign-in is on");
    })
    .await;
}

#[tokio::test]
async fn a_code_works_once_for_its_half_minute_and_the_ones_beside_it() {
    on_each(async |on: &TestBackend| {
        let (ada, secret, _) = enrolled(on).await;
        let used = shown(on, &secret);
        assert!(wrong(on.backend.check_code(ada.user, &used).await), "the code that turned it on was used");
        on.later(Duration::seconds(30));
        let code = shown(on, &secret);
        let spaced = format!(" {} {} ", &code[..3], &code[3..]);
        on.backend.check_code(ada.user, &spaced).await.unwrap();
        assert!(wrong(on.backend.check_code(ada.user, &code).await), "a second time");
        on.later(Duration::seconds(30));
        let late = shown(on, &secret);
        on.later(Duration::seconds(30));
        on.backend.check_code(ada.user, &late).await.unwrap();
        let early = shown(on, &secret);
        on.later(Duration::seconds(90));
        assert!(wrong(on.backend.check_code(ada.user, &early).await), "too old");
    })
    .await;
}

#[tokio::test]
async fn each_recovery_code_works_once_and_new_ones_replace_them() {
    on_each(async |on: &TestBackend| {
        let (ada, _, codes) = enrolled(on).await;
        assert_eq!(codes.len(), 10);
        let typed = format!("{}-{}", &codes[0][..5], codes[0][5..].to_uppercase());
        on.backend.check_code(ada.user, &typed).await.unwrap();
        assert!(wrong(on.backend.check_code(ada.user, &codes[0]).await));
        assert_eq!(on.backend.second_factor(&ada).await.unwrap().codes_left, 9);
        let fresh = on.backend.new_recovery_codes(&ada).await.unwrap();
        assert!(wrong(on.backend.check_code(ada.user, &codes[1]).await));
        on.backend.check_code(ada.user, &fresh[0]).await.unwrap();
        // Another person's code is nothing here.
        let eve = on.user("eve@example.com", AccountKind::Buyer).await;
        assert!(matches!(on.backend.check_code(eve, &fresh[1]).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn who_has_the_password_cannot_try_codes_for_ever() {
    on_each(async |on: &TestBackend| {
        let (ada, secret, _) = enrolled(on).await;
        let mut tried = 0;
        let paused = loop {
            // The right password in between gives no new attempts.
            match on.backend.sign_in(ADA, &password(PASSWORD)).await {
                Ok(SignedIn::NeedsCode(_)) => {}
                other => break other.map(drop),
            }
            assert!(wrong(on.backend.check_code(ada.user, "000000").await));
            tried += 1;
            assert!(tried < 10, "never paused");
        };
        assert!(matches!(paused, Err(Error::Throttled { .. })), "{paused:?}");
        assert_eq!(tried, 5);
        on.later(Duration::seconds(60));
        on.backend.check_code(ada.user, &shown(on, &secret)).await.unwrap();
        on.backend.sign_in(ADA, &password(PASSWORD)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_copy_of_the_database_holds_neither_the_secret_nor_the_codes() {
    on_each(async |on: &TestBackend| {
        let (_, secret, codes) = enrolled(on).await;
        let sealed = on.text("SELECT sealed_secret FROM second_factors").await;
        assert!(!sealed.is_empty() && !sealed.contains(&secret), "{sealed}");
        assert_eq!(on.number("SELECT COUNT(*) FROM recovery_codes").await, 10);
        for code in codes {
            let plain = format!("SELECT COUNT(*) FROM recovery_codes WHERE code_hash LIKE '%{code}%'");
            assert_eq!(on.number(&plain).await, 0);
        }
    })
    .await;
}

#[tokio::test]
async fn what_matters_is_refused_to_who_did_not_show_lately_that_it_is_them() {
    on_each(async |on: &TestBackend| {
        let ada = on.backend.viewer(on.user(ADA, AccountKind::BusinessSeller).await).await.unwrap().unwrap();
        let stale = Viewer { confirmed: false, ..ada.clone() };
        let bank = crate::support::shop::bank_details("0123456789");
        for outcome in [
            on.backend.set_bank_details(&stale, &bank).await,
            on.backend.invite_member(&stale, "eve@example.com", "support").await,
            on.backend.set_member_role(&stale, ada.user, "owner").await,
            on.backend.remove_member(&stale, ada.user).await,
            on.backend.begin_second_factor(&stale).await,
            on.backend.stop_second_factor(&stale).await,
            on.backend.new_recovery_codes(&stale).await.map(drop),
        ] {
            assert!(matches!(outcome, Err(Error::Unconfirmed)), "{outcome:?}");
        }
        on.backend.set_bank_details(&ada, &bank).await.unwrap();
    })
    .await;
}
