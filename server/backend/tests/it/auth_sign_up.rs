//! Signing up and proving an address.

use crate::support::{START, TestBackend, on_each, password, sign_up, token_in};
use backend::Error;
use backend::service::mail_link::TokenPurpose;
use backend::service::place::NewOrder;
use backend::service::sign_in::SignedIn;
use backend::service::sign_up::SignUp;
use domain::permission::{AccountKind, MemberRole};
use time::Duration;

const ADA: &str = "ada@example.com";

fn fields(error: Error) -> Vec<(String, String)> {
    let Error::Invalid(fields) = error else { panic!("{error}") };
    fields.into_iter().map(|field| (field.field, field.message)).collect()
}

fn expired<T: std::fmt::Debug>(result: backend::Result<T>) -> &'static str {
    match result {
        Err(Error::Expired(sentence)) => sentence,
        other => panic!("{other:?}"),
    }
}

fn order_for(email: &str) -> NewOrder {
    NewOrder {
        buyer_email: email.to_owned(),
        buyer_name: "Guest Buyer".to_owned(),
        title: "Blue bicycle".to_owned(),
        kind: "good".to_owned(),
        currency: "NGN".to_owned(),
        amount: "12,500.00".to_owned(),
        ..NewOrder::default()
    }
}

async fn place(on: &TestBackend, seller: &str, buyer: &str) {
    let user = on.user(seller, AccountKind::BusinessSeller).await;
    let viewer = on.backend.viewer(user).await.unwrap().unwrap();
    on.backend.place_order(&viewer, order_for(buyer), "key-1").await.unwrap();
}

#[tokio::test]
async fn a_buyer_gets_a_buyer_account_once_the_address_is_proved() {
    on_each(async |on| {
        on.backend.sign_up(sign_up(" Ada@Example.com ", AccountKind::Buyer)).await.unwrap();
        assert_eq!(on.number("SELECT count(*) FROM accounts").await, 0);

        let mails = on.mails_to(ADA).await;
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].subject, "Confirm your e-mail address");
        assert!(mails[0].text.contains("Welcome to Holdfast, Ada Okafor"));
        assert!(mails[0].text.contains("https://holdfast.example/verify-email?token="));

        let token = token_in(&mails[0].text);
        on.backend.peek_token(&token, TokenPurpose::VerifyEmail).await.unwrap();
        let user = on.backend.verify_email(&token).await.unwrap();
        let viewer = on.backend.viewer(user).await.unwrap().unwrap();
        assert!(viewer.verified);
        assert_eq!((viewer.name.as_str(), viewer.email.as_str(), viewer.staff), ("Ada Okafor", ADA, None));
        let [membership] = viewer.memberships.as_slice() else { panic!("{viewer:?}") };
        assert_eq!((membership.kind, membership.role), (AccountKind::Buyer, MemberRole::Owner));
        assert_eq!(membership.name, "Ada Okafor");
        assert_eq!(viewer.buying(), Some(membership));
        assert_eq!(viewer.selling(), None);
        assert_eq!(viewer.account_ids(), [membership.account]);
    })
    .await;
}

#[tokio::test]
async fn a_business_seller_gets_an_account_in_the_business_name() {
    on_each(async |on| {
        let user = on.user(ADA, AccountKind::BusinessSeller).await;
        let viewer = on.backend.viewer(user).await.unwrap().unwrap();
        let [membership] = viewer.memberships.as_slice() else { panic!("{viewer:?}") };
        assert_eq!((membership.kind, membership.role), (AccountKind::BusinessSeller, MemberRole::Owner));
        assert_eq!(membership.name, "Okafor Bicycles");
        assert_eq!(viewer.selling(), Some(membership));
        assert_eq!(viewer.buying(), None);
    })
    .await;
}

#[tokio::test]
async fn every_wrong_field_is_told_at_once() {
    on_each(async |on| {
        let form = SignUp {
            email: "nobody".to_owned(),
            name: " ".to_owned(),
            password: password("short"),
            kind: AccountKind::BusinessSeller,
            business_name: Some("Visit www.example.com".to_owned()),
        };
        let told = fields(on.backend.sign_up(form).await.unwrap_err());
        let names: Vec<&str> = told.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(names, ["email", "name", "business_name", "password"]);
        assert_eq!(told[2].1, "Leave the web address out.");
        assert_eq!(told[3].1, "Make the password at least 10 characters long; it has 5.");

        let guessable = SignUp { password: password("ada.okafor1"), ..sign_up(ADA, AccountKind::Buyer) };
        let told = fields(on.backend.sign_up(guessable).await.unwrap_err());
        assert_eq!(told[0].0, "password");
        assert!(told[0].1.starts_with("Choose a password that is harder to guess"), "{}", told[0].1);

        for kind in [AccountKind::BusinessSeller, AccountKind::MarketplaceOperator] {
            let form = SignUp { business_name: None, ..sign_up(ADA, kind) };
            let told = fields(on.backend.sign_up(form).await.unwrap_err());
            assert_eq!(told[0].0, "business_name");
        }
        assert_eq!(on.number("SELECT count(*) FROM users").await, 0);
        assert_eq!(on.number("SELECT count(*) FROM outbox").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_known_address_gets_the_same_answer_and_its_owner_a_mail() {
    on_each(async |on| {
        on.user(ADA, AccountKind::Buyer).await;
        on.later(Duration::minutes(2));
        let before = on.text("SELECT password_hash FROM users").await;
        let stranger = SignUp {
            name: "Mallory".to_owned(),
            password: password("granite-violet-twelve-owls"),
            ..sign_up(ADA, AccountKind::BusinessSeller)
        };
        on.backend.sign_up(stranger).await.unwrap();

        let mails = on.mails_to(ADA).await;
        assert_eq!(mails.len(), 2);
        assert_eq!(mails[1].subject, "You already have an account");
        assert!(!mails[1].text.contains("Mallory") && !mails[1].text.contains("token="), "{}", mails[1].text);
        assert_eq!(on.text("SELECT password_hash FROM users").await, before);
        assert_eq!(on.text("SELECT name FROM users").await, "Ada Okafor");
        assert_eq!(on.number("SELECT count(*) FROM accounts").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_double_click_signs_up_once() {
    on_each(async |on| {
        let other = on.another_process().await;
        let (first, second, third) = futures::join!(
            on.backend.sign_up(sign_up(ADA, AccountKind::Buyer)),
            on.backend.sign_up(sign_up(ADA, AccountKind::Buyer)),
            other.sign_up(sign_up(ADA, AccountKind::Buyer)),
        );
        first.and(second).and(third).unwrap();
        assert_eq!(on.number("SELECT count(*) FROM users").await, 1);
        assert_eq!(on.mails_to(ADA).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn who_never_proved_an_address_cannot_hold_it() {
    on_each(async |on| {
        let squatter = SignUp {
            name: "Mallory".to_owned(),
            password: password("granite-violet-twelve-owls"),
            ..sign_up(ADA, AccountKind::Buyer)
        };
        on.backend.sign_up(squatter).await.unwrap();
        let squatted = on.mailed_token(ADA).await;
        on.later(Duration::minutes(2));
        on.backend.sign_up(sign_up(ADA, AccountKind::Buyer)).await.unwrap();

        assert!(expired(on.backend.verify_email(&squatted).await).contains("a newer one replaced it"));
        let user = on.backend.verify_email(&on.mailed_token(ADA).await).await.unwrap();
        assert_eq!(on.backend.viewer(user).await.unwrap().unwrap().name, "Ada Okafor");
        assert!(on.backend.sign_in(ADA, &password("granite-violet-twelve-owls")).await.is_err());
        assert_eq!(on.backend.sign_in(ADA, &password(crate::support::PASSWORD)).await.unwrap(), SignedIn::Fully(user));
    })
    .await;
}

#[tokio::test]
async fn a_link_works_once_and_for_a_day() {
    on_each(async |on| {
        on.backend.sign_up(sign_up(ADA, AccountKind::Buyer)).await.unwrap();
        let first = on.mailed_token(ADA).await;
        on.later(Duration::hours(24));
        for result in [
            on.backend.peek_token(&first, TokenPurpose::VerifyEmail).await,
            on.backend.verify_email(&first).await.map(|_| ()),
        ] {
            assert_eq!(expired(result), "This link is over its time. Ask for a new one.");
        }

        on.backend.resend_verification(ADA).await.unwrap();
        let second = on.mailed_token(ADA).await;
        assert!(expired(on.backend.peek_token(&second, TokenPurpose::ResetPassword).await).contains("does not work"));
        on.later(Duration::hours(24) - Duration::milliseconds(1));
        let (one, two) = futures::join!(on.backend.verify_email(&second), on.backend.verify_email(&second));
        assert!(one.is_ok() != two.is_ok(), "of two at once, one succeeds: {one:?} {two:?}");
        assert!(expired(on.backend.peek_token(&second, TokenPurpose::VerifyEmail).await).contains("used already"));
        assert!(expired(on.backend.verify_email(&second).await).contains("used already"));
        assert!(expired(on.backend.verify_email("unknown").await).contains("does not work"));
        assert_eq!(on.number("SELECT count(*) FROM accounts").await, 1);
    })
    .await;
}

#[tokio::test]
async fn new_links_are_rationed() {
    on_each(async |on| {
        on.backend.sign_up(sign_up(ADA, AccountKind::Buyer)).await.unwrap();
        on.later(Duration::minutes(1));
        for email in [ADA, "nobody@example.com"] {
            on.backend.resend_verification(email).await.unwrap();
            let again = on.backend.resend_verification(email).await;
            assert!(matches!(again, Err(Error::Throttled { retry_after_seconds: 60 })), "{again:?}");
        }
        for _ in 0..10 {
            on.later(Duration::minutes(1));
            on.backend.resend_verification(ADA).await.unwrap();
        }
        assert_eq!(on.mails_to(ADA).await.len(), 5, "five a day");
        assert!(on.mails_to("nobody@example.com").await.is_empty());
        on.later(Duration::DAY);
        on.backend.resend_verification(ADA).await.unwrap();
        assert_eq!(on.mails_to(ADA).await.len(), 6);
        let wrong = fields(on.backend.resend_verification("nobody").await.unwrap_err());
        assert_eq!(wrong[0].0, "email");
    })
    .await;
}

#[tokio::test]
async fn a_guest_buyer_finds_their_orders_after_signing_up() {
    on_each(async |on| {
        place(on, "seller@example.com", ADA).await;
        assert_eq!(on.number("SELECT count(*) FROM accounts WHERE kind = 'buyer' AND NOT claimed").await, 1);
        assert_eq!(on.text("SELECT name FROM accounts WHERE kind = 'buyer'").await, "Guest Buyer");

        let user = on.user(ADA, AccountKind::Buyer).await;
        let viewer = on.backend.viewer(user).await.unwrap().unwrap();
        assert_eq!(viewer.memberships.len(), 1);
        assert_eq!(viewer.buying().unwrap().name, "Ada Okafor");
        assert_eq!(on.number("SELECT count(*) FROM accounts WHERE kind = 'buyer'").await, 1);
        assert_eq!(on.number("SELECT count(*) FROM accounts WHERE kind = 'buyer' AND claimed").await, 1);
        let bought = "SELECT count(*) FROM orders WHERE buyer_account_id = (SELECT account_id FROM members JOIN accounts ON accounts.id = account_id WHERE kind = 'buyer')";
        assert_eq!(on.number(bought).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_business_seller_who_was_a_guest_gets_both_accounts() {
    on_each(async |on| {
        place(on, "seller@example.com", ADA).await;
        let user = on.user(ADA, AccountKind::BusinessSeller).await;
        let viewer = on.backend.viewer(user).await.unwrap().unwrap();
        assert_eq!(viewer.memberships.len(), 2);
        assert_eq!(viewer.selling().unwrap().name, "Okafor Bicycles");
        assert!(viewer.buying().is_some());
    })
    .await;
}

#[tokio::test]
async fn an_order_for_a_known_address_is_theirs_at_once() {
    on_each(async |on| {
        let user = on.user(ADA, AccountKind::BusinessSeller).await;
        place(on, "seller@example.com", ADA).await;
        let viewer = on.backend.viewer(user).await.unwrap().unwrap();
        assert_eq!(viewer.memberships.len(), 2);
        assert_eq!(viewer.buying().unwrap().name, "Ada Okafor");
        assert_eq!(on.number("SELECT count(*) FROM accounts WHERE NOT claimed").await, 0);
    })
    .await;
}

#[tokio::test]
async fn secrets_do_not_stay_in_the_database() {
    on_each(async |on| {
        on.backend.sign_up(sign_up(ADA, AccountKind::Buyer)).await.unwrap();
        let queued = on.text("SELECT payload FROM outbox").await;
        let token = on.mailed_token(ADA).await;
        assert!(queued.contains(&token), "the worker needs it");
        assert!(!on.text("SELECT payload FROM outbox").await.contains(&token), "nobody needs it after the delivery");
        assert_ne!(on.text("SELECT token_hash FROM mail_tokens").await, token);
        let hash = on.text("SELECT password_hash FROM users").await;
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(on.number("SELECT created_at FROM users").await, START.unix_timestamp() * 1_000);
    })
    .await;
}
