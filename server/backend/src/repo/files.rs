//! Uploaded files. Their bytes live in the database, outside any web root, and are read only for a party of the order.

use super::convert::to_ms;
use crate::entity::file as entity;
use crate::error::{Error, Result};
use crate::secret::sha256_hex;
use domain::ids::{FileId, MessageId, OrderId};
use domain::order::Role;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};
use time::OffsetDateTime;
use uuid::Uuid;

/// A file without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInfo {
    /// Identity.
    pub id: FileId,
    /// Position of the event it belongs to.
    pub event_seq: Option<i32>,
    /// The message it belongs to.
    pub message: Option<MessageId>,
    /// The name it was uploaded under.
    pub name: String,
    /// The sniffed type.
    pub content_type: String,
    /// Bytes.
    pub size_bytes: i64,
}

/// A checked upload.
#[derive(Debug, Clone)]
pub(crate) struct NewFile {
    /// What it proves: `delivery`, `rejection` or `dispute`.
    pub(crate) purpose: &'static str,
    /// Who uploaded it.
    pub(crate) by: Role,
    /// A display name without path.
    pub(crate) name: String,
    /// The sniffed type.
    pub(crate) content_type: &'static str,
    /// The bytes.
    pub(crate) body: Vec<u8>,
}

/// What a file was uploaded with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum With {
    /// The event at this position of the order's history.
    Event(i32),
    /// A message.
    Message(MessageId),
}

/// Inserts a file with what it was uploaded with.
pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    order: OrderId,
    with: With,
    file: NewFile,
    now: OffsetDateTime,
) -> Result<()> {
    let (event_seq, message_id) = match with {
        With::Event(seq) => (Some(seq), None),
        With::Message(message) => (None, Some(message.0)),
    };
    let row = entity::ActiveModel {
        id: Set(Uuid::now_v7()),
        order_id: Set(order.0),
        purpose: Set(file.purpose.to_owned()),
        uploaded_by_role: Set(file.by.key().to_owned()),
        name: Set(file.name),
        content_type: Set(file.content_type.to_owned()),
        size_bytes: Set(i64::try_from(file.body.len()).unwrap_or(i64::MAX)),
        sha256: Set(sha256_hex(&file.body)),
        body: Set(file.body),
        event_seq: Set(event_seq),
        message_id: Set(message_id),
        created_at: Set(to_ms(now)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// What [`of_order`] reads: all but the bytes.
#[derive(FromQueryResult)]
struct InfoRow {
    id: Uuid,
    event_seq: Option<i32>,
    message_id: Option<Uuid>,
    name: String,
    content_type: String,
    size_bytes: i64,
}

/// The files of an order, without their bytes.
pub(crate) async fn of_order(connection: &impl ConnectionTrait, order: OrderId) -> Result<Vec<FileInfo>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::OrderId.eq(order.0))
        .order_by_asc(entity::Column::Id)
        .select_only()
        .columns([
            entity::Column::Id,
            entity::Column::EventSeq,
            entity::Column::MessageId,
            entity::Column::Name,
            entity::Column::ContentType,
            entity::Column::SizeBytes,
        ])
        .into_model::<InfoRow>()
        .all(connection)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| FileInfo {
            id: FileId(row.id),
            event_seq: row.event_seq,
            message: row.message_id.map(MessageId),
            name: row.name,
            content_type: row.content_type,
            size_bytes: row.size_bytes,
        })
        .collect())
}

/// The bytes of a file of this order; another order's is not found.
pub(crate) async fn body(connection: &impl ConnectionTrait, id: FileId, order: OrderId) -> Result<(FileInfo, Vec<u8>)> {
    let row = entity::Entity::find_by_id(id.0)
        .one(connection)
        .await?
        .filter(|row| row.order_id == order.0)
        .ok_or(Error::NotFound)?;
    let info = FileInfo {
        id,
        event_seq: row.event_seq,
        message: row.message_id.map(MessageId),
        name: row.name,
        content_type: row.content_type,
        size_bytes: row.size_bytes,
    };
    Ok((info, row.body))
}
