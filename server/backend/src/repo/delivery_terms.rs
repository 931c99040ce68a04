//! The terms a seller offers, one set a currency. Orders keep the snapshot they were placed with.

use super::convert::{from_json, to_json, to_ms};
use crate::entity::delivery_terms as entity;
use crate::error::Result;
use domain::ids::AccountId;
use domain::money::Currency;
use domain::order::Terms;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use time::OffsetDateTime;

/// The terms of an account in a currency, where it has set any.
pub(crate) async fn of(
    connection: &impl ConnectionTrait,
    account: AccountId,
    currency: Currency,
) -> Result<Option<Terms>> {
    let row = entity::Entity::find_by_id((account.0, currency.code().to_owned())).one(connection).await?;
    row.map(|row| from_json(&row.terms)).transpose()
}

/// Sets the terms of an account in a currency.
pub(crate) async fn set(
    tx: &impl ConnectionTrait,
    account: AccountId,
    currency: Currency,
    terms: &Terms,
    now: OffsetDateTime,
) -> Result<()> {
    let row = entity::ActiveModel {
        account_id: Set(account.0),
        currency: Set(currency.code().to_owned()),
        terms: Set(to_json(terms)?),
        updated_at: Set(to_ms(now)),
    };
    let replace = OnConflict::columns([entity::Column::AccountId, entity::Column::Currency])
        .update_columns([entity::Column::Terms, entity::Column::UpdatedAt])
        .to_owned();
    entity::Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}
