//! Outgoing mail.

use async_trait::async_trait;
use domain::ids::OutboxId;

/// A mail ready to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedMail {
    /// The outbox row it comes from; the same row is the same mail, sent at most once where the transport can tell.
    pub id: OutboxId,
    /// The recipient's address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The plain text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// A mail was not taken; the outbox tries again.
#[derive(Debug, thiserror::Error)]
#[error("the mail was not accepted")]
pub struct MailError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Takes mails for delivery.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands one mail over.
    async fn send(&self, mail: &RenderedMail) -> Result<(), MailError>;
}
