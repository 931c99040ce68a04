//! Settings of the installation.

use crate::entity::setting as entity;
use crate::error::{Error, Result};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};

/// The value of a setting, which becomes `fresh` where it has none. Two processes at once end up with the same value.
pub(crate) async fn get_or_insert(connection: &impl ConnectionTrait, key: &str, fresh: String) -> Result<String> {
    let row = entity::ActiveModel { key: Set(key.to_owned()), value: Set(fresh) };
    entity::Entity::insert(row)
        .on_conflict(OnConflict::column(entity::Column::Key).do_nothing().to_owned())
        .exec_without_returning(connection)
        .await?;
    let stored = entity::Entity::find_by_id(key).one(connection).await?;
    stored.map(|row| row.value).ok_or_else(|| Error::internal("setting", "a setting vanished"))
}

/// The value of a setting, where it has one.
pub(crate) async fn get(connection: &impl ConnectionTrait, key: &str) -> Result<Option<String>> {
    Ok(entity::Entity::find_by_id(key).one(connection).await?.map(|row| row.value))
}

/// Sets a setting.
pub(crate) async fn set(tx: &impl ConnectionTrait, key: &str, value: String) -> Result<()> {
    let row = entity::ActiveModel { key: Set(key.to_owned()), value: Set(value) };
    let overwrite = OnConflict::column(entity::Column::Key).update_column(entity::Column::Value).to_owned();
    entity::Entity::insert(row).on_conflict(overwrite).exec_without_returning(tx).await?;
    Ok(())
}
