//! The mailer of a sandbox: keeps every mail for a page that shows them, and sends nothing.

use crate::db::Db;
use crate::port::{Clock, MailError, Mailer, RenderedMail};
use crate::repo::sandbox_mails::{self, SandboxMail};
use async_trait::async_trait;
use std::sync::Arc;
use uuid::Uuid;

/// Keeps mails in the database. The same outbox row is kept once, however often it is handed over.
pub struct SandboxMailer {
    db: Db,
    clock: Arc<dyn Clock>,
}

impl SandboxMailer {
    /// A mailer that writes to `db`.
    #[must_use]
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self { db, clock }
    }
}

#[async_trait]
impl Mailer for SandboxMailer {
    async fn send(&self, mail: &RenderedMail) -> Result<(), MailError> {
        let kept = SandboxMail {
            id: Uuid::now_v7(),
            to: mail.to.clone(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            html: mail.html.clone(),
            sent_at: self.clock.now(),
        };
        sandbox_mails::insert(self.db.writer(), mail.id, kept).await.map_err(|error| MailError(Box::new(error)))
    }
}
