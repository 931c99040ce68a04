//! What a shop said about an order it sent a buyer to pay.

use super::convert::{from_json, from_ms, to_json, to_ms};
use crate::entity::api_order as entity;
use crate::error::Result;
use domain::ids::{AccountId, OrderId};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// The rest of what the shop said, as it comes back in the order object (atarapay.md sections 2.1 and 6).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ShopDetails {
    /// The buyer's telephone number.
    pub phone: String,
    /// Given name.
    pub firstname: String,
    /// Family name.
    pub lastname: String,
    /// What is bought, as the shop calls it; opaque and sometimes long.
    pub product_name: String,
    /// The description; may hold markup of the shop, which is never shown as such.
    pub product_desc: String,
    /// Where it is delivered.
    pub delivery_location: String,
    /// When it is delivered, as the shop wrote it.
    pub delivery_date: String,
    /// Who receives it.
    pub recipient: String,
    /// Who receives it instead, as the buyer said.
    pub alt_recipient: String,
    /// The items, as JSON, where the shop sent any.
    pub products: Option<String>,
    /// Naira for one unit of the order's currency, in millionths; 1,000,000 for an order in naira.
    pub conversion_micros: i64,
    /// Whether the shop is a marketplace that sells for one of its sellers.
    pub is_marketplace: bool,
    /// `Woocommerce` or what else sent it.
    pub platform: String,
    /// The origin of the page that sent the order, such as `https://shop.example`, where its browser said so.
    pub origin: Option<String>,
}

/// An order that a shop sent a buyer to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopOrder {
    /// The order.
    pub order: OrderId,
    /// Whose key sent it.
    pub account: AccountId,
    /// The shop's own number of the order.
    pub product_id: String,
    /// Where the buyer returns once the payment is confirmed.
    pub callback_url: Option<String>,
    /// The rest.
    pub details: ShopDetails,
    /// When it was sent.
    pub created_at: OffsetDateTime,
}

fn from_row(row: entity::Model) -> Result<ShopOrder> {
    Ok(ShopOrder {
        order: OrderId(row.order_id),
        account: AccountId(row.account_id),
        product_id: row.product_id,
        callback_url: row.callback_url,
        details: from_json(&row.details)?,
        created_at: from_ms(row.created_at)?,
    })
}

/// Writes what a shop said of an order.
pub(crate) async fn insert(tx: &impl ConnectionTrait, new: &ShopOrder) -> Result<()> {
    let row = entity::ActiveModel {
        order_id: Set(new.order.0),
        account_id: Set(new.account.0),
        product_id: Set(new.product_id.clone()),
        callback_url: Set(new.callback_url.clone()),
        details: Set(to_json(&new.details)?),
        created_at: Set(to_ms(new.created_at)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes the details and the return address anew.
pub(crate) async fn update(tx: &impl ConnectionTrait, order: &ShopOrder) -> Result<()> {
    let row = entity::ActiveModel {
        callback_url: Set(order.callback_url.clone()),
        details: Set(to_json(&order.details)?),
        ..Default::default()
    };
    entity::Entity::update_many().set(row).filter(entity::Column::OrderId.eq(order.order.0)).exec(tx).await?;
    Ok(())
}

/// What a shop said of an order; `None` for an order that no shop sent.
pub(crate) async fn of_order(connection: &impl ConnectionTrait, order: OrderId) -> Result<Option<ShopOrder>> {
    entity::Entity::find_by_id(order.0).one(connection).await?.map(from_row).transpose()
}

/// The newest orders that this account's shop sent under one number of its own.
pub(crate) async fn of_product(
    connection: &impl ConnectionTrait,
    account: AccountId,
    product_id: &str,
    limit: u64,
) -> Result<Vec<ShopOrder>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::AccountId.eq(account.0))
        .filter(entity::Column::ProductId.eq(product_id))
        .order_by_desc(entity::Column::CreatedAt)
        .order_by_desc(entity::Column::OrderId)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}
