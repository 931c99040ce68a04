//! The transport of mails.

use super::{Failure, Transport};
use crate::Backend;
use crate::error::Result;
use crate::mail::Mail;
use crate::repo::convert::{from_json, to_json};
use crate::repo::outbox::{self, Claimed, NewMessage};
use crate::service::instamojo::RequestStatus;
use async_trait::async_trait;
use domain::text::Email;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

const TOPIC: &str = "mail";

/// A mail with its recipient, as the payload keeps it.
#[derive(Serialize, Deserialize)]
struct Addressed {
    to: Email,
    mail: Mail,
}

/// Queues a mail in the caller's transaction. The same dedupe key queues it once, whoever asks.
pub(crate) async fn enqueue(
    tx: &impl ConnectionTrait,
    now: OffsetDateTime,
    to: &Email,
    mail: &Mail,
    dedupe_key: &str,
) -> Result<()> {
    let payload = to_json(&Addressed { to: to.clone(), mail: mail.clone() })?;
    outbox::insert(tx, NewMessage { topic: TOPIC, kind: mail.kind(), dedupe_key, ordering_key: None, payload }, now)
        .await
}

/// Hands mails to the mailer.
pub(super) struct MailTransport;

#[async_trait]
impl Transport for MailTransport {
    fn topic(&self) -> &'static str {
        TOPIC
    }

    fn attempts_max(&self) -> u32 {
        12
    }

    async fn send(&self, backend: &Backend, message: &Claimed) -> std::result::Result<(), Failure> {
        let Addressed { to, mail } = from_json(&message.payload).map_err(Failure::Unreadable)?;
        // The words name the platform, which another process may have renamed.
        backend.platform().await.map_err(|error| Failure::Refused(Box::new(error)))?;
        let rendered = mail.render(backend, message.id, &to).map_err(|error| Failure::Refused(Box::new(error)))?;
        let sent = backend.mailer().send(&rendered).await.map_err(|error| Failure::Refused(Box::new(error)));
        let ended = sent.is_ok() || message.attempt >= self.attempts_max();
        if let (true, Mail::PaymentLink(link)) = (ended, &mail) {
            let outcome = if sent.is_ok() { RequestStatus::Sent } else { RequestStatus::Failed };
            // The mail is on its way or given up, whatever becomes of its status: it is not sent again for that.
            if let Err(error) = backend.payment_link_mailed(link.request, outcome).await {
                tracing::error!(%error, request = %link.request, "how the mail with a payment link ended was not written");
            }
        }
        sent
    }

    fn kept(&self, payload: &str) -> Option<String> {
        let Addressed { to, mail } = from_json(payload).ok()?;
        to_json(&Addressed { to, mail: mail.scrubbed() }).ok()
    }

    fn describe(&self, payload: &str) -> (String, bool) {
        match from_json::<Addressed>(payload) {
            Ok(Addressed { to, mail }) => (format!("{} to {to}", mail.title()), !mail.has_secret()),
            Err(_) => ("A mail that cannot be read".to_owned(), false),
        }
    }
}
