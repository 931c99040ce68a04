//! Delivers queued mail, and beside it notifications to programs.

use crate::Backend;
use crate::error::{Error, Result};
use crate::jobs::{log, rest};
use domain::ids::OutboxId;
use std::collections::BTreeMap;
use tokio::task::{Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

/// The topics of notifications to programs.
const WEBHOOKS: [&str; 2] = ["webhook", "payment_webhook"];
/// Notifications that may be on their way at the same time.
const SENDING_MAX: usize = 60;

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
    let mut tried = 0;
    for topic in WEBHOOKS {
        tried += backend.deliver_outbox(topic).await?;
    }
    Ok(tried)
}

/// Delivers notifications until `stop` is cancelled, and ends what is on its way then. More are claimed while others are on their
/// way, so that a shop that does not answer holds up its own alone.
pub async fn keep_delivering_webhooks(backend: &Backend, stop: &CancellationToken) {
    // Tasks of their own: one that waits inside a transaction must go on while the next are claimed.
    let (mut sending, mut on_their_way) = (JoinSet::new(), BTreeMap::new());
    while !stop.is_cancelled() {
        for topic in WEBHOOKS {
            begin(backend, topic, &mut sending, &mut on_their_way).await;
        }
        tokio::select! {
            Some(sent) = sending.join_next_with_id() => {
                on_their_way.remove(&note(sent));
            }
            () = rest(backend, stop) => {}
        }
    }
    while let Some(sent) = sending.join_next_with_id().await {
        note(sent);
    }
}

/// Claims what is due of a topic and begins to send it, unless enough is on its way.
async fn begin(
    backend: &Backend,
    topic: &str,
    sending: &mut JoinSet<Result<()>>,
    on_their_way: &mut BTreeMap<Id, OutboxId>,
) {
    if sending.len() >= SENDING_MAX {
        return;
    }
    let busy: Vec<OutboxId> = on_their_way.values().copied().collect();
    match backend.claim_outbox(topic, &busy).await {
        Ok(claimed) => {
            for message in claimed {
                let (id, backend) = (message.id, backend.clone());
                let task = sending.spawn(async move { backend.deliver(&message).await });
                on_their_way.insert(task.id(), id);
            }
        }
        Err(error) => log("deliver_webhooks", &error),
    }
}

/// Logs what went wrong and answers which task it was.
fn note(sent: std::result::Result<(Id, Result<()>), JoinError>) -> Id {
    match sent {
        Ok((id, Ok(()))) => id,
        Ok((id, Err(error))) => {
            log("deliver_webhooks", &error);
            id
        }
        Err(error) => {
            let id = error.id();
            log("deliver_webhooks", &Error::internal("deliver a notification", error));
            id
        }
    }
}
