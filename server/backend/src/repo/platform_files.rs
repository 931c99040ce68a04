//! Files of the platform itself, such as its logo.

use super::convert::to_ms;
use crate::entity::platform_file as entity;
use crate::error::Result;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use time::OffsetDateTime;

/// The content type and body of a file.
pub(crate) async fn find(connection: &impl ConnectionTrait, name: &str) -> Result<Option<(String, Vec<u8>)>> {
    let row = entity::Entity::find_by_id(name).one(connection).await?;
    Ok(row.map(|row| (row.content_type, row.body)))
}

/// Sets a file.
pub(crate) async fn set(
    tx: &impl ConnectionTrait,
    name: &str,
    content_type: &str,
    body: Vec<u8>,
    now: OffsetDateTime,
) -> Result<()> {
    let row = entity::ActiveModel {
        name: Set(name.to_owned()),
        content_type: Set(content_type.to_owned()),
        body: Set(body),
        updated_at: Set(to_ms(now)),
    };
    let columns = [entity::Column::ContentType, entity::Column::Body, entity::Column::UpdatedAt];
    let overwrite = OnConflict::column(entity::Column::Name).update_columns(columns).to_owned();
    entity::Entity::insert(row).on_conflict(overwrite).exec_without_returning(tx).await?;
    Ok(())
}
