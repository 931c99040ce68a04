//! Quotes: what a buyer was asked to pay, and until when.

use super::convert::{from_json, from_ms, to_json, to_ms};
use crate::entity::quote as entity;
use crate::error::{Error, Result};
use domain::fee::FeeSchedule;
use domain::ids::{OrderId, QuoteId};
use domain::order::Quote;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use time::OffsetDateTime;

/// A quote as stored.
#[derive(Debug, Clone)]
pub struct StoredQuote {
    /// Identity.
    pub id: QuoteId,
    /// The order it prices.
    pub order: OrderId,
    /// Part by part.
    pub quote: Quote,
    /// Until when it may be paid.
    pub expires_at: OffsetDateTime,
}

/// Inserts a quote with the fee schedule it was made from.
pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    stored: &StoredQuote,
    fees: &FeeSchedule,
    now: OffsetDateTime,
) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(stored.id.0),
        order_id: Set(stored.order.0),
        quote: Set(to_json(&stored.quote)?),
        total_minor: Set(stored.quote.total()),
        currency: Set(stored.quote.currency.code().to_owned()),
        fees: Set(to_json(fees)?),
        expires_at: Set(to_ms(stored.expires_at)),
        created_at: Set(to_ms(now)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// A quote of this order; another order's is not found.
pub(crate) async fn of_order(connection: &impl ConnectionTrait, id: QuoteId, order: OrderId) -> Result<StoredQuote> {
    let row = entity::Entity::find_by_id(id.0).one(connection).await?.ok_or(Error::NotFound)?;
    if row.order_id != order.0 {
        return Err(Error::NotFound);
    }
    Ok(StoredQuote { id, order, quote: from_json(&row.quote)?, expires_at: from_ms(row.expires_at)? })
}
