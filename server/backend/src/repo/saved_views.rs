//! Views of the order list that people keep.

use super::convert::to_ms;
use crate::entity::saved_view as entity;
use crate::error::Result;
use domain::ids::UserId;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use time::OffsetDateTime;

/// A kept view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// What its owner calls it.
    pub name: String,
    /// The query of the list's address.
    pub query: String,
}

/// A user's views by name.
pub(crate) async fn of_user(connection: &impl ConnectionTrait, user: UserId) -> Result<Vec<SavedView>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::UserId.eq(user.0))
        .order_by_asc(entity::Column::Name)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| SavedView { name: row.name, query: row.query }).collect())
}

/// How many views a user keeps.
pub(crate) async fn count(connection: &impl ConnectionTrait, user: UserId) -> Result<u64> {
    Ok(entity::Entity::find().filter(entity::Column::UserId.eq(user.0)).count(connection).await?)
}

/// Keeps a view; one of the same name gives way.
pub(crate) async fn set(tx: &impl ConnectionTrait, user: UserId, view: &SavedView, now: OffsetDateTime) -> Result<()> {
    let row = entity::ActiveModel {
        user_id: Set(user.0),
        name: Set(view.name.clone()),
        query: Set(view.query.clone()),
        created_at: Set(to_ms(now)),
    };
    let overwrite = OnConflict::columns([entity::Column::UserId, entity::Column::Name])
        .update_column(entity::Column::Query)
        .to_owned();
    entity::Entity::insert(row).on_conflict(overwrite).exec_without_returning(tx).await?;
    Ok(())
}

/// Forgets a view; `false` where there is none of that name.
pub(crate) async fn remove(tx: &impl ConnectionTrait, user: UserId, name: &str) -> Result<bool> {
    let deleted = entity::Entity::delete_by_id((user.0, name.to_owned())).exec(tx).await?;
    Ok(deleted.rows_affected == 1)
}
