//! The outbox: a message is queued in the transaction that causes it and delivered outside of one, by whichever process
//! claims it first.
//!
//! Delivery is at least once. A worker leases a message, hands it to the mailer and then writes how that ended; when it
//! dies in between, the lease ends and another worker sends the same message again, under the same id.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::outbox::{self, Claimed, Dead, Due, Outcome};
use crate::repo::{sandbox_mails, staff_events};
use crate::service::api::WebhookTransport;
use crate::service::attempts::Attempts;
use crate::service::instamojo::PaymentWebhookTransport;
use crate::service::viewer::Viewer;
use async_trait::async_trait;
use domain::ids::OutboxId;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

mod mail;

pub use crate::repo::sandbox_mails::SandboxMail;
pub(crate) use mail::enqueue;

/// Messages one worker takes at a time.
const BATCH: u64 = 10;
/// Longest wait for the mailer, in seconds of real time. A whole batch of such waits ends before its lease does.
const SEND_SECONDS: u64 = 20;
/// How long a claimed message is left to its worker.
const LEASE: Duration = Duration::minutes(5);
/// Given-up messages on the administrator's page.
const DEAD_SHOWN: u64 = 100;
/// Wait after the first failed try, in seconds; it doubles with every further one.
const RETRY_FIRST_SECONDS: i64 = 30;
/// Longest wait between tries, in seconds.
const RETRY_MAX_SECONDS: i64 = 6 * 3_600;
/// Waits vary by this many thousandths either way, so that a broken mail server is not asked by everybody at once.
const RETRY_JITTER: i64 = 200;

/// How one topic of messages leaves the house. A new topic adds a transport; leases, waits and dead letters are here.
#[async_trait]
pub(crate) trait Transport: Send + Sync {
    /// The stored name of the topic.
    fn topic(&self) -> &'static str;

    /// Tries before a message is given up.
    fn attempts_max(&self) -> u32;

    /// Hands a message over.
    async fn send(&self, backend: &Backend, message: &Claimed) -> std::result::Result<(), Failure>;

    /// What is kept of a payload once it is delivered or given up, where that is less than all.
    fn kept(&self, payload: &str) -> Option<String>;

    /// A given-up message in one line, and whether it can be sent again as it is kept.
    fn describe(&self, payload: &str) -> (String, bool);
}

/// Every transport.
const TRANSPORTS: [&dyn Transport; 3] = [&mail::MailTransport, &WebhookTransport, &PaymentWebhookTransport];

fn transport(topic: &str) -> Option<&'static dyn Transport> {
    TRANSPORTS.into_iter().find(|transport| transport.topic() == topic)
}

/// A message that was given up, for the administrator.
#[derive(Debug, Clone)]
pub struct DeadLetter {
    /// Identity.
    pub id: OutboxId,
    /// What it was and for whom, in one line.
    pub what: String,
    /// How often it was tried.
    pub attempts: i32,
    /// Why the last try failed.
    pub error: String,
    /// When it was queued.
    pub created_at: OffsetDateTime,
    /// Whether it can be sent again; one with a secret cannot, as the secret was deleted.
    pub can_retry: bool,
}

impl Backend {
    /// Delivers one batch of due messages of a topic, side by side, so that one slow recipient holds nobody up; returns how
    /// many were tried.
    pub(crate) async fn deliver_outbox(&self, topic: &str) -> Result<usize> {
        let mut delivered = Attempts::default();
        let claimed = self.claim_outbox(topic, &[]).await?;
        let all = claimed.iter().map(|message| self.deliver(message));
        for outcome in futures::future::join_all(all).await {
            delivered.note(outcome);
        }
        delivered.end()
    }

    /// Claims one batch of due messages of a topic, but for those that are on their way already.
    pub(crate) async fn claim_outbox(&self, topic: &str, on_their_way: &[OutboxId]) -> Result<Vec<Claimed>> {
        let worker = Uuid::new_v4().to_string();
        let now = self.now();
        let tx = self.db().begin().await?;
        let due = Due { topic, except: on_their_way, limit: BATCH };
        let claimed = outbox::claim(&tx, &due, &worker, now, now + LEASE).await?;
        tx.commit().await?;
        Ok(claimed)
    }

    /// Delivers a claimed message, and writes down how that ended.
    pub(crate) async fn deliver(&self, message: &Claimed) -> Result<()> {
        let transport = transport(&message.topic);
        let attempts_max = transport.map_or(0, Transport::attempts_max);
        let sent = match transport {
            Some(transport) if message.attempt <= attempts_max => self.send(transport, message).await,
            Some(_) => Err(Failure::Exhausted),
            None => Err(Failure::Unreadable(Error::internal("outbox.topic", "no transport for this topic"))),
        };
        let now = self.now();
        let reason = sent.as_ref().err().map(chain).unwrap_or_default();
        let outcome = match &sent {
            Ok(()) => Outcome::Delivered,
            Err(Failure::Refused(_)) if message.attempt < attempts_max => {
                Outcome::Retry(now + retry_after(message.attempt), &reason)
            }
            Err(_) => Outcome::Dead(&reason),
        };
        match &outcome {
            Outcome::Delivered => tracing::debug!(outbox = %message.id, "message delivered"),
            Outcome::Retry(..) => {
                tracing::warn!(outbox = %message.id, attempt = message.attempt, reason, "message not delivered, to be tried again")
            }
            Outcome::Dead(_) if matches!(sent, Err(Failure::Stopped(_))) => {
                tracing::warn!(outbox = %message.id, reason, "message given up, as its recipient is gone");
            }
            Outcome::Dead(_) => {
                tracing::error!(outbox = %message.id, attempt = message.attempt, reason, "message given up")
            }
        }
        let ended = !matches!(outcome, Outcome::Retry(..));
        let kept = transport.filter(|_| ended).and_then(|transport| transport.kept(&message.payload));
        let tx = self.db().begin().await?;
        if !outbox::settle(&tx, message, &outcome, kept, now).await? {
            tracing::warn!(outbox = %message.id, "the lease ended before the delivery did");
        }
        Ok(tx.commit().await?)
    }

    async fn send(&self, transport: &dyn Transport, message: &Claimed) -> std::result::Result<(), Failure> {
        let limit = std::time::Duration::from_secs(SEND_SECONDS);
        match tokio::time::timeout(limit, transport.send(self, message)).await {
            Ok(sent) => sent,
            Err(elapsed) => Err(Failure::Refused(Box::new(elapsed))),
        }
    }

    /// The messages that were given up, newest first, for the administrator.
    ///
    /// # Errors
    /// [`Error::NotFound`] for everybody else.
    pub async fn dead_letters(&self, viewer: &Viewer) -> Result<Vec<DeadLetter>> {
        self.administrator(viewer)?;
        let dead = outbox::dead(self.db().read(), DEAD_SHOWN).await?;
        let letters = dead.into_iter().map(|dead| {
            let (what, can_retry) = transport(&dead.topic)
                .map_or_else(|| (dead.kind.clone(), false), |transport| transport.describe(&dead.payload));
            let Dead { id, attempts, error, created_at, .. } = dead;
            DeadLetter { id, what, attempts, error, created_at, can_retry }
        });
        Ok(letters.collect())
    }

    /// Queues a message anew that was given up.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator, [`Error::Refused`] where it cannot be sent again.
    pub async fn retry_dead_letter(&self, viewer: &Viewer, id: OutboxId) -> Result<()> {
        let letters = self.dead_letters(viewer).await?;
        let letter = letters.into_iter().find(|letter| letter.id == id).ok_or(Error::NotFound)?;
        if !letter.can_retry {
            return Err(Error::Refused("Its secret was deleted. Whoever it was for asks for a new mail."));
        }
        let now = self.now();
        let tx = self.db().begin().await?;
        if !outbox::revive(&tx, id, now).await? {
            return Err(Error::Refused("Somebody was faster: it is being sent again already."));
        }
        staff_events::record(&tx, self.staff_event(viewer, "retry_message", id.to_string(), letter.what)).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(())
    }

    /// The newest mails of a sandbox, those to an address or with a subject like `query` only.
    ///
    /// # Errors
    /// [`Error::NotFound`] where real mail is sent.
    pub async fn sandbox_mails(&self, query: Option<&str>, limit: u64) -> Result<Vec<SandboxMail>> {
        if !self.is_sandbox() {
            return Err(Error::NotFound);
        }
        sandbox_mails::newest(self.db().read(), query, limit).await
    }

    /// One mail of a sandbox.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown id, and where real mail is sent.
    pub async fn sandbox_mail(&self, id: Uuid) -> Result<SandboxMail> {
        if !self.is_sandbox() {
            return Err(Error::NotFound);
        }
        sandbox_mails::by_id(self.db().read(), id).await?.ok_or(Error::NotFound)
    }
}

/// Why a try did not deliver.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The row cannot be read; no later try would help.
    #[error("the stored message cannot be read")]
    Unreadable(#[source] Error),
    /// Every try ended without an answer of the worker, as when it crashes over this very message.
    #[error("no try came to an end")]
    Exhausted,
    /// The recipient is gone for good.
    #[error("{0}")]
    Stopped(&'static str),
    /// The other side refused or did not answer.
    #[error("not accepted")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// An error with its causes in one line, as an administrator reads it. Never holds the mail itself.
fn chain(failure: &Failure) -> String {
    let mut text = failure.to_string();
    let mut source = std::error::Error::source(failure);
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text.chars().take(500).collect()
}

/// How long to wait after the given try failed.
fn retry_after(attempt: u32) -> Duration {
    let doublings = attempt.saturating_sub(1).min(20);
    let seconds = (RETRY_FIRST_SECONDS << doublings).min(RETRY_MAX_SECONDS);
    let permille = rand::random_range(1_000 - RETRY_JITTER..=1_000 + RETRY_JITTER);
    Duration::milliseconds(seconds * permille)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_six_hours() {
        for (attempt, seconds) in
            [(1, 30), (2, 60), (5, 480), (10, 15_360), (11, 21_600), (12, 21_600), (u32::MAX, 21_600)]
        {
            for _ in 0..50 {
                let wait = retry_after(attempt).whole_milliseconds();
                assert!((seconds * 800..=seconds * 1_200).contains(&wait), "try {attempt} waits {wait} ms");
            }
        }
    }
}
