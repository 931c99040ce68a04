//! The mailer of a sandbox: keeps every mail for a page that shows them, and sends nothing.

use super::{Clock, MailError, Mailer, RenderedMail};
use crate::db::Db;
use crate::repo::sandbox_mails;
use async_trait::async_trait;
use std::sync::Arc;

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
        sandbox_mails::insert(self.db.writer(), mail, self.clock.now()).await.map_err(|error| MailError(Box::new(error)))
    }
}
