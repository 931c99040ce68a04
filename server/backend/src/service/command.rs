//! What people do to an order: every command of the buyer, the seller and the staff.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::deliveries::{self, Delivery};
use crate::repo::files::{self, With};
use crate::repo::idempotency::{self, Key};
use crate::repo::orders;
use crate::secret::sha256_hex;
use crate::service::access::{Access, OrderRef};
use crate::service::execute::execute;
use crate::service::uploads::{self, Upload};
use crate::service::viewer::Viewer;
use crate::service::{notify, projects};
use domain::order::event::Movement;
use domain::order::{Command, CommandKind, Status};
use domain::text;
use serde::{Deserialize, Serialize};

/// A command of a person.
#[derive(Debug, Clone)]
pub struct OrderCommand {
    /// On which order.
    pub order: OrderRef,
    /// What.
    pub command: Command,
    /// The version of the order that the form was made for; a changed order is not touched.
    pub version: Option<i64>,
    /// What the form showed that the buyer gets back, minor units; where the clock moved it past a limit, nothing is done.
    pub refund: Option<i64>,
    /// The idempotency key issued with the form.
    pub key: String,
    /// Proof, for a delivery or a rejection.
    pub files: Vec<Upload>,
}

/// What a command led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The order's number.
    pub number: i64,
    /// Where the order stands now.
    pub status: Status,
}

impl Backend {
    /// Runs a command of a person on an order: once for each idempotency key, and only on the version they saw.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is no party, [`Error::Stale`], [`Error::Denied`], [`Error::Invalid`] at a field;
    /// [`Error::Unconfirmed`] for a ruling.
    pub async fn act(&self, viewer: Option<&Viewer>, request: OrderCommand) -> Result<Done> {
        let access = self.open_order(self.db().read(), viewer, &request.order).await?.0.to_act()?;
        if request.command.kind() == CommandKind::Rule {
            viewer.map_or(Err(Error::NotFound), Viewer::confirmed)?;
        }
        self.act_as(access, request).await
    }

    /// The same for somebody who was let in already.
    pub(crate) async fn act_as(&self, access: Access, request: OrderCommand) -> Result<Done> {
        let command = checked(request.command)?;
        let files = uploads::check(request.files, purpose(command.kind()), access.actor.role)?;
        let key = Key {
            scope: format!("{}:{}:{}", access.order, access.actor.role.key(), command.kind().key()),
            request_hash: sha256_hex(serde_json::to_string(&command)?.as_bytes()),
            key: request.key,
        };
        let now = self.now();
        let tx = self.db().begin().await?;
        if let Some(done) = idempotency::claim(&tx, &key, now).await? {
            return Ok(done);
        }
        let mut stored = orders::lock(&tx, access.order).await?;
        if request.version.is_some_and(|version| version != stored.order.version) {
            return Err(Error::Stale);
        }
        let attempt = stored.order.attempt;
        let command = match command {
            Command::AcceptAndCarry { carry, .. } => {
                projects::carry_into_next(self, &tx, &stored, carry, access).await?
            }
            other => other,
        };
        let executed = execute(self, &tx, &mut stored, command, access.actor, access.user).await?;
        if access.by_shop {
            notify::acted_by_shop(&tx, &stored, &executed.event, now).await?;
        }
        if let (Some(shown), Some(Movement::Settle(settlement))) = (request.refund, &executed.event.movement)
            && settlement.refund_total() != shown
        {
            return Err(Error::Stale);
        }
        if let Command::MarkDelivered { note, tracking } = &executed.event.command {
            let delivery = Delivery { attempt, note: note.clone(), tracking: tracking.clone(), delivered_at: now };
            deliveries::insert(&tx, access.order, &delivery).await?;
        }
        for file in files {
            files::insert(&tx, access.order, With::Event(executed.seq), file, now).await?;
        }
        let done = Done { number: stored.facts.number, status: stored.order.status };
        idempotency::record(&tx, &key, &done).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(done)
    }
}

const fn purpose(kind: CommandKind) -> &'static str {
    match kind {
        CommandKind::MarkDelivered => "delivery",
        CommandKind::Reject => "rejection",
        _ => "dispute",
    }
}

/// Cleans and bounds the texts of a command.
fn checked(command: Command) -> Result<Command> {
    let required = |field: &str, what: &str, value: &str| -> Result<String> {
        let value = text::paragraph(value).map_err(|message| Error::field(field, message))?;
        if value.is_empty() { Err(Error::field(field, what)) } else { Ok(value) }
    };
    Ok(match command {
        Command::MarkDelivered { note, tracking } => {
            let tracking = tracking.unwrap_or_default();
            let tracking = if tracking.trim().is_empty() {
                None
            } else {
                let checked = text::line(&tracking, "the tracking number", domain::limits::TITLE_CHARS_MAX);
                Some(checked.map_err(|message| Error::field("tracking", message))?)
            };
            let note = required("note", "Say what you delivered and how, so that the buyer can check it.", &note)?;
            Command::MarkDelivered { note, tracking }
        }
        Command::Reject { reason, text } => {
            let text = required("text", "Say what is wrong, so that the seller can answer.", &text)?;
            Command::Reject { reason, text }
        }
        Command::SayNotGoodCondition { text } => {
            Command::SayNotGoodCondition { text: required("text", "Say what is wrong with the returned item.", &text)? }
        }
        Command::RaiseDispute { text } => {
            Command::RaiseDispute { text: required("text", "Say what the dispute manager should know.", &text)? }
        }
        Command::Rule { to_buyer, reason, text } => {
            Command::Rule { to_buyer, reason, text: required("text", "Explain the ruling to both sides.", &text)? }
        }
        other => other,
    })
}
