//! The hash-chained history of each order.

use super::convert::{from_json, from_ms, key, to_json, to_ms};
use crate::entity::audit_event as entity;
use crate::error::Result;
use crate::secret::sha256_hex;
use domain::ids::{OrderId, UserId};
use domain::order::{Event, Role};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use time::OffsetDateTime;
use uuid::Uuid;

/// One event as written.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    /// Position in the order's history, from 1.
    pub(crate) seq: i32,
    /// When.
    pub(crate) at: OffsetDateTime,
    /// In which part.
    pub(crate) role: Role,
    /// What happened.
    pub(crate) event: Event,
}

/// Appends an event to the order's chain; answers its position. The order's row is locked by the caller, so positions
/// cannot collide.
pub(crate) async fn append(
    tx: &impl ConnectionTrait,
    order: OrderId,
    event: &Event,
    user: Option<UserId>,
) -> Result<i32> {
    let last = entity::Entity::find()
        .filter(entity::Column::OrderId.eq(order.0))
        .order_by_desc(entity::Column::Seq)
        .one(tx)
        .await?;
    let (seq, prev_hash) = last.map_or((1, String::new()), |row| (row.seq + 1, row.hash));
    let payload = to_json(event)?;
    let at = to_ms(event.at);
    let hash = chain_hash(&prev_hash, order.0, seq, at, user.map(|user| user.0), &payload);
    let row = entity::ActiveModel {
        id: Set(Uuid::now_v7()),
        order_id: Set(order.0),
        seq: Set(seq),
        at: Set(at),
        actor_role: Set(event.actor.key().to_owned()),
        actor_user_id: Set(user.map(|user| user.0)),
        command: Set(event.command.kind().key().to_owned()),
        from_status: Set(event.from.map(|status| status.key().to_owned())),
        to_status: Set(event.to.key().to_owned()),
        payload: Set(payload),
        prev_hash: Set(prev_hash),
        hash: Set(hash),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(seq)
}

/// The hash of one link: over the one before it and everything the row says.
pub(crate) fn chain_hash(prev: &str, order: Uuid, seq: i32, at_ms: i64, user: Option<Uuid>, payload: &str) -> String {
    let user = user.map(|user| user.simple().to_string()).unwrap_or_default();
    sha256_hex(format!("{prev}\n{}\n{seq}\n{at_ms}\n{user}\n{payload}", order.simple()).as_bytes())
}

/// The history of an order, oldest first.
pub(crate) async fn history(connection: &impl ConnectionTrait, order: OrderId) -> Result<Vec<Recorded>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::OrderId.eq(order.0))
        .order_by_asc(entity::Column::Seq)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Recorded {
                seq: row.seq,
                at: from_ms(row.at)?,
                role: key(Role::from_key(&row.actor_role), "actor_role")?,
                event: from_json(&row.payload)?,
            })
        })
        .collect()
}
