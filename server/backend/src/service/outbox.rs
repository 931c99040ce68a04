//! The outbox: a mail is queued in the transaction that causes it and delivered outside of one, by whichever process
//! claims it first.
//!
//! Delivery is at least once. A worker leases a message, hands it to the mailer and then writes how that ended; when it
//! dies in between, the lease ends and another worker sends the same message again, under the same id.

use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::port::MailError;
use crate::repo::outbox::{self, Addressed, Claimed, Outcome};
use crate::repo::sandbox_mails;
use domain::text::Email;
use sea_orm::ConnectionTrait;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

pub use crate::repo::sandbox_mails::SandboxMail;

/// Messages one worker takes at a time.
const BATCH: u64 = 10;
/// Longest wait for the mailer, in seconds of real time. A whole batch of such waits ends before its lease does.
const SEND_SECONDS: u64 = 20;
/// How long a claimed message is left to its worker.
const LEASE: Duration = Duration::minutes(5);
/// Tries before a message is given up.
const ATTEMPTS_MAX: u32 = 12;
/// Wait after the first failed try, in seconds; it doubles with every further one.
const RETRY_FIRST_SECONDS: i64 = 30;
/// Longest wait between tries, in seconds.
const RETRY_MAX_SECONDS: i64 = 6 * 3_600;
/// Waits vary by this many thousandths either way, so that a broken mail server is not asked by everybody at once.
const RETRY_JITTER: i64 = 200;

/// Queues a mail in the caller's transaction. The same dedupe key queues it once, whoever asks.
pub(crate) async fn enqueue(
    tx: &impl ConnectionTrait,
    now: OffsetDateTime,
    to: &Email,
    mail: &Mail,
    dedupe_key: &str,
) -> Result<()> {
    outbox::insert(tx, &Addressed { to: to.clone(), mail: mail.clone() }, dedupe_key, now).await
}

impl Backend {
    /// Delivers one batch of due mails; returns how many were tried.
    pub(crate) async fn deliver_outbox(&self) -> Result<usize> {
        let worker = Uuid::new_v4().to_string();
        let now = self.now();
        let tx = self.db().begin().await?;
        let claimed = outbox::claim(&tx, &worker, BATCH, now, now + LEASE).await?;
        tx.commit().await?;
        for message in &claimed {
            self.deliver(message, &worker).await?;
        }
        Ok(claimed.len())
    }

    async fn deliver(&self, message: &Claimed, worker: &str) -> Result<()> {
        let sent = self.send(message).await;
        let now = self.now();
        let reason = sent.as_ref().err().map(chain).unwrap_or_default();
        let outcome = match &sent {
            Ok(()) => Outcome::Delivered,
            Err(Failure::Mailer(_)) if message.attempt < ATTEMPTS_MAX => {
                Outcome::Retry(now + retry_after(message.attempt), &reason)
            }
            Err(_) => Outcome::Dead(&reason),
        };
        match &outcome {
            Outcome::Delivered => tracing::debug!(outbox = %message.id, "mail delivered"),
            Outcome::Retry(..) => {
                tracing::warn!(outbox = %message.id, attempt = message.attempt, reason, "mail not delivered, to be tried again")
            }
            Outcome::Dead(_) => {
                tracing::error!(outbox = %message.id, attempt = message.attempt, reason, "mail given up")
            }
        }
        let tx = self.db().begin().await?;
        if !outbox::settle(&tx, message, worker, &outcome, now).await? {
            tracing::warn!(outbox = %message.id, "the lease ended before the delivery did");
        }
        Ok(tx.commit().await?)
    }

    async fn send(&self, message: &Claimed) -> std::result::Result<(), Failure> {
        if message.attempt > ATTEMPTS_MAX {
            return Err(Failure::Exhausted);
        }
        let Addressed { to, mail } = message.addressed().map_err(Failure::Unreadable)?;
        let rendered = mail.render(self, message.id, &to);
        let limit = std::time::Duration::from_secs(SEND_SECONDS);
        match tokio::time::timeout(limit, self.mailer().send(&rendered)).await {
            Ok(sent) => sent.map_err(Failure::Mailer),
            Err(elapsed) => Err(Failure::Mailer(MailError(Box::new(elapsed)))),
        }
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
enum Failure {
    /// The row cannot be read; no later try would help.
    #[error("the stored mail cannot be read")]
    Unreadable(#[source] Error),
    /// Every try ended without an answer of the worker, as when it crashes over this very message.
    #[error("no try came to an end")]
    Exhausted,
    /// The mailer refused or did not answer.
    #[error(transparent)]
    Mailer(MailError),
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
