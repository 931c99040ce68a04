//! Everybody is told what concerns them: once, in the ways they want, and again where a mail was given up.

use crate::support::shop::{Shop, deliver};
use crate::support::{TestBackend, on_each, sign_up};
use async_trait::async_trait;
use backend::port::{MailError, Mailer, RenderedMail};
use backend::service::notifications::{Preference, Topic, Which};
use backend::service::viewer::Viewer;
use backend::{Backend, Error};
use domain::order::{Command, RejectReason};
use domain::permission::{AccountKind, StaffRole};
use std::sync::Arc;
use time::Duration;

const BUYER: &str = "buyer@example.com";

async fn buyer(on: &TestBackend) -> Viewer {
    let user = on.user(BUYER, AccountKind::Buyer).await;
    on.backend.viewer(user).await.unwrap().unwrap()
}

async fn titles(backend: &Backend, viewer: &Viewer, topic: Topic) -> Vec<String> {
    let told = backend.notifications(viewer).await.unwrap();
    told.into_iter().filter(|told| told.topic == topic).map(|told| told.title).collect()
}

#[tokio::test]
async fn reminders_come_at_half_and_at_nine_tenths_once_in_two_processes() {
    on_each(async |on| {
        let buyer = buyer(on).await;
        let shop = Shop::open(on).await;
        shop.delivered().await;
        let other = on.another_process().await;
        // 72 hours to answer: reminders at 36 h and at 64.8 h.
        for (hours, expected) in [(35, 0), (2, 1), (27, 1), (1, 2), (6, 2)] {
            on.later(Duration::hours(hours));
            let (one, two) = tokio::join!(on.backend.run_until_idle(), other.run_until_idle());
            one.and(two).unwrap();
            assert_eq!(titles(&on.backend, &buyer, Topic::Reminders).await.len(), expected, "after {hours} more hours");
        }
        let mails = on.mails_to(BUYER).await;
        let reminders = mails.iter().filter(|mail| mail.subject.ends_with("please accept or reject"));
        assert_eq!(reminders.count(), 2, "{:?}", mails.iter().map(|mail| &mail.subject).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn preferences_silence_what_has_no_consequences() {
    on_each(async |on| {
        let buyer = buyer(on).await;
        let off = |topic| Preference { topic, mail: false, in_app: false };
        let all: Vec<_> = Topic::ALL.into_iter().map(off).collect();
        on.backend.set_notification_preferences(&buyer, &all).await.unwrap();
        let before = on.mails_to(BUYER).await.len();
        let shop = Shop::open(on).await;
        let (order, link) = shop.delivered().await;
        on.later(Duration::hours(37));
        let mails = on.mails_to(BUYER).await;
        let subjects: Vec<_> = mails[before..].iter().map(|mail| mail.subject.as_str()).collect();
        assert!(subjects.iter().any(|subject| subject.contains("deliver")), "a silence has consequences: {subjects:?}");
        assert!(titles(&on.backend, &buyer, Topic::Reminders).await.is_empty());
        let reject = Command::Reject { reason: RejectReason::Damaged, text: "broken".to_owned() };
        shop.by_buyer(&link, reject).await.unwrap();
        let before = on.mails_to(BUYER).await.len();
        let seller = Some(&shop.seller);
        let id = backend::service::access::OrderRef::Id(order);
        on.backend.post_message(seller, &id, "Send it back", Vec::new(), "k").await.unwrap();
        assert_eq!(on.mails_to(BUYER).await.len(), before);
        assert!(titles(&on.backend, &buyer, Topic::Messages).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn notifications_are_read_one_by_one_or_all_and_only_ones_own() {
    on_each(async |on| {
        let buyer = buyer(on).await;
        let shop = Shop::open(on).await;
        shop.delivered().await;
        on.backend.run_until_idle().await.unwrap();
        let unread = on.backend.unread_notifications(&buyer).await.unwrap();
        let told = on.backend.notifications(&buyer).await.unwrap();
        assert!(unread >= 2 && told.iter().filter(|told| !told.read).count() as u64 == unread, "{told:?}");
        on.backend.mark_notifications_read(&shop.seller, Which::One(told[0].id)).await.unwrap();
        assert_eq!(on.backend.unread_notifications(&buyer).await.unwrap(), unread, "not somebody else's to read");
        on.backend.mark_notifications_read(&buyer, Which::One(told[0].id)).await.unwrap();
        assert_eq!(on.backend.unread_notifications(&buyer).await.unwrap(), unread - 1);
        on.backend.mark_notifications_read(&buyer, Which::All).await.unwrap();
        assert_eq!(on.backend.unread_notifications(&buyer).await.unwrap(), 0);
        assert!(on.backend.unread_notifications(&shop.seller).await.unwrap() > 0);
    })
    .await;
}

struct Away;

#[async_trait]
impl Mailer for Away {
    async fn send(&self, _: &RenderedMail) -> Result<(), MailError> {
        Err(MailError("the mail server is away".into()))
    }
}

#[tokio::test]
async fn a_dead_letter_is_sent_again_unless_its_secret_is_gone() {
    on_each(async |on| {
        let administrator = on.staff("administrator@example.com", StaffRole::Administrator).await;
        let shop = Shop::open(on).await;
        on.backend.run_until_idle().await.unwrap();
        on.backend.sign_up(sign_up("late@example.com", AccountKind::Buyer)).await.unwrap();
        let (order, link) = shop.place().await;
        let away = on.with_mailer(Arc::new(Away)).await;
        for _ in 0..30 {
            away.run_until_idle().await.unwrap();
            on.later(Duration::days(1));
        }
        assert!(matches!(on.backend.dead_letters(&shop.seller).await, Err(Error::NotFound)));
        let letters = on.backend.dead_letters(&administrator).await.unwrap();
        let secret = letters.iter().find(|letter| !letter.can_retry).unwrap();
        let refused = on.backend.retry_dead_letter(&administrator, secret.id).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
        let before = on.backend.sandbox_mails(Some(BUYER), 100).await.unwrap().len();
        let plain: Vec<_> = letters.iter().filter(|letter| letter.can_retry).collect();
        assert!(!plain.is_empty(), "{letters:?}");
        for letter in &plain {
            assert!(matches!(on.backend.retry_dead_letter(&shop.seller, letter.id).await, Err(Error::NotFound)));
            on.backend.retry_dead_letter(&administrator, letter.id).await.unwrap();
        }
        assert!(on.mails_to(BUYER).await.len() > before);
        let left = on.backend.dead_letters(&administrator).await.unwrap();
        assert!(left.iter().all(|letter| !letter.can_retry), "{left:?}");
        // What the letters spoke of went on without them.
        assert!(on.backend.order_view(None, &link).await.is_ok());
        assert!(shop.by_seller(order, deliver()).await.is_err());
    })
    .await;
}
