//! What a seller said when it delivered.

use super::convert::{from_ms, to_ms};
use crate::entity::delivery as entity;
use crate::error::Result;
use domain::ids::OrderId;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use time::OffsetDateTime;
use uuid::Uuid;

/// One delivery attempt.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// 1 or 2.
    pub attempt: u8,
    /// What was done.
    pub note: String,
    /// Carrier and number.
    pub tracking: Option<String>,
    /// When.
    pub delivered_at: OffsetDateTime,
}

/// Inserts a delivery.
pub(crate) async fn insert(tx: &impl ConnectionTrait, order: OrderId, delivery: &Delivery) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(Uuid::now_v7()),
        order_id: Set(order.0),
        attempt: Set(i32::from(delivery.attempt)),
        note: Set(delivery.note.clone()),
        tracking: Set(delivery.tracking.clone()),
        delivered_at: Set(to_ms(delivery.delivered_at)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The deliveries of an order, first to last.
pub(crate) async fn of_order(connection: &impl ConnectionTrait, order: OrderId) -> Result<Vec<Delivery>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::OrderId.eq(order.0))
        .order_by_asc(entity::Column::Attempt)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Delivery {
                attempt: u8::try_from(row.attempt).unwrap_or(1),
                note: row.note,
                tracking: row.tracking,
                delivered_at: from_ms(row.delivered_at)?,
            })
        })
        .collect()
}
