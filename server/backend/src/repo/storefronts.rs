//! The public pages of sellers and operators.

use super::convert::to_ms;
use crate::entity::storefront as entity;
use crate::error::Result;
use domain::ids::AccountId;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use time::OffsetDateTime;

/// A storefront.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storefront {
    /// Whose it is.
    pub account: AccountId,
    /// Its part of the address, `/m/<slug>`.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What it is about.
    pub about: String,
}

fn from_row(row: entity::Model) -> Storefront {
    Storefront { account: AccountId(row.account_id), slug: row.slug, name: row.name, about: row.about }
}

/// The storefront at an address.
pub(crate) async fn by_slug(connection: &impl ConnectionTrait, slug: &str) -> Result<Option<Storefront>> {
    let query = entity::Entity::find().filter(entity::Column::Slug.eq(slug));
    Ok(query.one(connection).await?.map(from_row))
}

/// The storefront of an account.
pub(crate) async fn of_account(connection: &impl ConnectionTrait, account: AccountId) -> Result<Option<Storefront>> {
    Ok(entity::Entity::find_by_id(account.0).one(connection).await?.map(from_row))
}

/// Writes a storefront.
pub(crate) async fn set(tx: &impl ConnectionTrait, storefront: &Storefront, now: OffsetDateTime) -> Result<()> {
    let row = entity::ActiveModel {
        account_id: Set(storefront.account.0),
        slug: Set(storefront.slug.clone()),
        name: Set(storefront.name.clone()),
        about: Set(storefront.about.clone()),
        updated_at: Set(to_ms(now)),
    };
    let replace = OnConflict::column(entity::Column::AccountId)
        .update_columns([entity::Column::Slug, entity::Column::Name, entity::Column::About, entity::Column::UpdatedAt])
        .to_owned();
    entity::Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}
