//! The mails a sandbox keeps instead of sending them.

use super::convert::{from_ms, to_ms};
use crate::entity::sandbox_mail as entity;
use crate::error::Result;
use domain::ids::OutboxId;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use time::OffsetDateTime;
use uuid::Uuid;

/// A mail that would have been sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxMail {
    /// Identity, in the address of its page.
    pub id: Uuid,
    /// The recipient's address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The plain text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// When it was sent, by the sandbox's clock.
    pub sent_at: OffsetDateTime,
}

fn from_row(row: entity::Model) -> Result<SandboxMail> {
    Ok(SandboxMail {
        id: row.id,
        to: row.to_email,
        subject: row.subject,
        text: row.text_body,
        html: row.html_body,
        sent_at: from_ms(row.sent_at)?,
    })
}

/// Keeps a mail; the same outbox row is kept once.
pub(crate) async fn insert(connection: &impl ConnectionTrait, outbox: OutboxId, mail: SandboxMail) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(mail.id),
        outbox_id: Set(Some(outbox.0)),
        to_email: Set(mail.to),
        subject: Set(mail.subject),
        text_body: Set(mail.text),
        html_body: Set(mail.html),
        sent_at: Set(to_ms(mail.sent_at)),
    };
    entity::Entity::insert(row)
        .on_conflict(OnConflict::column(entity::Column::OutboxId).do_nothing().to_owned())
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// The newest mails, those to an address or with a subject like `query` only.
pub(crate) async fn newest(
    connection: &impl ConnectionTrait,
    query: Option<&str>,
    limit: u64,
) -> Result<Vec<SandboxMail>> {
    let mut select = entity::Entity::find();
    if let Some(query) = query.map(str::trim).filter(|query| !query.is_empty()) {
        let like = Condition::any()
            .add(entity::Column::ToEmail.contains(query.to_lowercase()))
            .add(entity::Column::Subject.contains(query));
        select = select.filter(like);
    }
    let rows = select
        .order_by_desc(entity::Column::SentAt)
        .order_by_desc(entity::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// One mail.
pub(crate) async fn by_id(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<SandboxMail>> {
    entity::Entity::find_by_id(id).one(connection).await?.map(from_row).transpose()
}
