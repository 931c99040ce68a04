//! Delivers queued mail, and beside it notifications to programs.

use crate::Backend;
use crate::error::Result;

/// Delivers one batch of due mails and returns how many were tried; a full batch means that more may be due at once.
///
/// # Errors
/// The database does not answer. A mail that is not accepted is no error: it is tried again later.
pub async fn deliver_mail(backend: &Backend) -> Result<usize> {
    backend.deliver_outbox("mail").await
}

/// The same for notifications to programs.
///
/// # Errors
/// As [`deliver_mail`].
pub async fn deliver_webhooks(backend: &Backend) -> Result<usize> {
    backend.deliver_outbox("webhook").await
}
