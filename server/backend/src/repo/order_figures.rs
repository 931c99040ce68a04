//! Orders counted: for the figures and charts of a home page.

use super::order_filter::Filter;
use crate::entity::order as entity;
use crate::error::Result;
use domain::ids::AccountId;
use domain::order::Status;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::BTreeMap;
use uuid::Uuid;

/// When each matching order was made, as unix milliseconds.
pub(crate) async fn made_at(connection: &impl ConnectionTrait, filter: &Filter) -> Result<Vec<i64>> {
    let made = entity::Entity::find()
        .filter(filter.condition())
        .select_only()
        .column(entity::Column::CreatedAt)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(made)
}

/// How many of the matching orders each seller has, and how many of them wait for nobody any more.
pub(crate) async fn by_seller(
    connection: &impl ConnectionTrait,
    filter: &Filter,
) -> Result<BTreeMap<AccountId, (i64, i64)>> {
    let rows: Vec<(Uuid, String, i64)> = entity::Entity::find()
        .filter(filter.condition())
        .select_only()
        .column(entity::Column::SellerAccountId)
        .column(entity::Column::Status)
        .column_as(entity::Column::Id.count(), "orders")
        .group_by(entity::Column::SellerAccountId)
        .group_by(entity::Column::Status)
        .into_tuple()
        .all(connection)
        .await?;
    let mut sellers: BTreeMap<AccountId, (i64, i64)> = BTreeMap::new();
    for (seller, status, count) in rows {
        let (all, done) = sellers.entry(AccountId(seller)).or_default();
        *all += count;
        if Status::from_key(&status).is_some_and(Status::is_final) {
            *done += count;
        }
    }
    Ok(sellers)
}
