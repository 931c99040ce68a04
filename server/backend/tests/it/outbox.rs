//! Delivering queued mail: once, by whoever comes first, and again after a failure.

use crate::support::{TestBackend, on_each, sign_up};
use async_trait::async_trait;
use backend::port::{MailError, Mailer, RenderedMail};
use backend::{Db, Error};
use domain::permission::AccountKind;
use sea_orm::ConnectionTrait;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use time::Duration;
use uuid::Uuid;

const ADA: &str = "ada@example.com";

/// Counts what it is handed, and refuses it while it is told to.
#[derive(Default)]
struct Counting {
    handed: AtomicUsize,
    refuses: AtomicBool,
}

#[async_trait]
impl Mailer for Counting {
    async fn send(&self, _: &RenderedMail) -> Result<(), MailError> {
        self.handed.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        if self.refuses.load(Ordering::SeqCst) { Err(MailError("the mail server is away".into())) } else { Ok(()) }
    }
}

impl Counting {
    fn handed(&self) -> usize {
        self.handed.load(Ordering::SeqCst)
    }
}

async fn queue(on: &TestBackend, mails: usize) {
    for number in 0..mails {
        on.backend.sign_up(sign_up(&format!("person{number}@example.com"), AccountKind::Buyer)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_workers_deliver_each_mail_once() {
    on_each(async |on| {
        queue(on, 25).await;
        let mailer = Arc::new(Counting::default());
        let one = on.with_mailer(mailer.clone()).await;
        let (first, second, third) = futures::join!(one.run_until_idle(), one.run_until_idle(), one.run_until_idle());
        first.and(second).and(third).unwrap();
        assert_eq!(mailer.handed(), 25);
        assert_eq!(
            on.number("SELECT count(*) FROM outbox WHERE status = 'delivered' AND attempts = 1 AND leased_by IS NULL")
                .await,
            25
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_deliver_each_mail_once() {
    on_each(async |on| {
        queue(on, 25).await;
        let other = on.another_process().await;
        let (first, second) = futures::join!(on.backend.run_until_idle(), other.run_until_idle());
        first.and(second).unwrap();
        assert_eq!(on.number("SELECT count(*) FROM sandbox_mails").await, 25);
        assert_eq!(on.number("SELECT count(*) FROM outbox WHERE status = 'delivered' AND attempts = 1").await, 25);
    })
    .await;
}

#[tokio::test]
async fn a_refused_mail_is_tried_again_ever_later_and_then_given_up() {
    on_each(async |on| {
        queue(on, 1).await;
        let mailer = Arc::new(Counting { refuses: AtomicBool::new(true), ..Counting::default() });
        let backend = on.with_mailer(mailer.clone()).await;
        for attempt in 1..12 {
            backend.run_until_idle().await.unwrap();
            assert_eq!(mailer.handed(), attempt);
            let wait =
                on.number("SELECT next_attempt_at FROM outbox").await - on.backend.now().unix_timestamp() * 1_000;
            let ideal = (30_000 << (attempt - 1)).min(6 * 3_600_000);
            assert!((ideal * 8 / 10..=ideal * 12 / 10 + 1_000).contains(&wait), "try {attempt}: {wait} ms");
            assert_eq!(on.text("SELECT status FROM outbox").await, "queued");
            assert!(on.text("SELECT last_error FROM outbox").await.contains("the mail server is away"));
            on.later(Duration::seconds(10));
            backend.run_until_idle().await.unwrap();
            assert_eq!(mailer.handed(), attempt, "not before its time");
            on.later(Duration::milliseconds(wait));
        }
        backend.run_until_idle().await.unwrap();
        assert_eq!(on.text("SELECT status FROM outbox").await, "dead");
        assert!(on.text("SELECT payload FROM outbox").await.contains("\"token\":\"\""));
        on.later(Duration::days(30));
        backend.run_until_idle().await.unwrap();
        assert_eq!(mailer.handed(), 12);
    })
    .await;
}

#[tokio::test]
async fn a_mail_server_that_comes_back_gets_the_mail() {
    on_each(async |on| {
        queue(on, 1).await;
        let mailer = Arc::new(Counting { refuses: AtomicBool::new(true), ..Counting::default() });
        let backend = on.with_mailer(mailer.clone()).await;
        backend.run_until_idle().await.unwrap();
        mailer.refuses.store(false, Ordering::SeqCst);
        on.later(Duration::minutes(1));
        backend.run_until_idle().await.unwrap();
        assert_eq!(on.text("SELECT status FROM outbox").await, "delivered");
        assert_eq!(on.number("SELECT count(*) FROM outbox WHERE last_error IS NULL AND attempts = 2").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_crash_between_sending_and_noting_it_sends_the_same_mail_again() {
    on_each(async |on| {
        queue(on, 1).await;
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(on.number("SELECT count(*) FROM sandbox_mails").await, 1);
        // As the row was when the worker died: leased, and not known to be delivered.
        let leased = (on.backend.now() + Duration::minutes(5)).unix_timestamp() * 1_000;
        on.execute(
            "UPDATE outbox SET status = 'queued', delivered_at = NULL, leased_until_at = $1, leased_by = 'the dead worker'",
            [leased.into()],
        )
        .await;

        on.backend.run_until_idle().await.unwrap();
        assert_eq!(on.text("SELECT leased_by FROM outbox").await, "the dead worker", "the lease is respected");
        on.later(Duration::minutes(5));
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(on.text("SELECT status FROM outbox").await, "delivered");
        assert_eq!(on.number("SELECT attempts FROM outbox").await, 2);
        assert_eq!(on.number("SELECT count(*) FROM sandbox_mails").await, 1, "the same row is the same mail");
    })
    .await;
}

/// Takes so long that another worker has the message by the time it answers.
struct Late(Db);

#[async_trait]
impl Mailer for Late {
    async fn send(&self, _: &RenderedMail) -> Result<(), MailError> {
        self.0.writer().execute_unprepared("UPDATE outbox SET leased_by = 'another worker'").await.unwrap();
        Ok(())
    }
}

#[tokio::test]
async fn a_worker_whose_lease_ended_leaves_the_message_to_the_next() {
    on_each(async |on| {
        queue(on, 1).await;
        on.with_mailer(Arc::new(Late(on.backend.db().clone()))).await.run_until_idle().await.unwrap();
        assert_eq!(on.text("SELECT leased_by FROM outbox").await, "another worker");
        assert_eq!(on.text("SELECT status FROM outbox").await, "queued");
        assert!(!on.text("SELECT payload FROM outbox").await.contains("\"token\":\"\""), "the next needs the secret");
    })
    .await;
}

#[tokio::test]
async fn a_message_that_nobody_survives_is_given_up() {
    on_each(async |on| {
        queue(on, 1).await;
        on.execute("UPDATE outbox SET attempts = 12", []).await;
        let mailer = Arc::new(Counting::default());
        on.with_mailer(mailer.clone()).await.run_until_idle().await.unwrap();
        assert_eq!(mailer.handed(), 0);
        assert_eq!(on.text("SELECT status FROM outbox").await, "dead");
    })
    .await;
}

#[tokio::test]
async fn a_message_that_cannot_be_read_does_not_stop_the_others() {
    on_each(async |on| {
        queue(on, 3).await;
        on.execute("UPDATE outbox SET payload = '{}' WHERE id = (SELECT id FROM outbox ORDER BY id LIMIT 1)", []).await;
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(on.number("SELECT count(*) FROM outbox WHERE status = 'dead'").await, 1);
        assert_eq!(on.number("SELECT count(*) FROM outbox WHERE status = 'delivered'").await, 2);
    })
    .await;
}

#[tokio::test]
async fn the_sandbox_shows_its_mail() {
    on_each(async |on| {
        queue(on, 3).await;
        on.backend.run_until_idle().await.unwrap();
        assert_eq!(on.backend.sandbox_mails(None, 2).await.unwrap().len(), 2);
        assert_eq!(on.backend.sandbox_mails(Some(" PERSON1@ "), 10).await.unwrap().len(), 1);
        assert_eq!(on.backend.sandbox_mails(Some("Confirm your"), 10).await.unwrap().len(), 3);
        assert!(on.mails_to(ADA).await.is_empty());
        let mail = &on.backend.sandbox_mails(None, 1).await.unwrap()[0];
        assert_eq!(on.backend.sandbox_mail(mail.id).await.unwrap(), *mail);
        assert!(mail.html.starts_with("<!doctype html>") && mail.html.contains("/verify-email?token="));
        assert!(matches!(on.backend.sandbox_mail(Uuid::nil()).await, Err(Error::NotFound)));

        let live = on.live().await;
        assert!(matches!(live.sandbox_mails(None, 1).await, Err(Error::NotFound)));
        assert!(matches!(live.sandbox_mail(mail.id).await, Err(Error::NotFound)));
    })
    .await;
}
