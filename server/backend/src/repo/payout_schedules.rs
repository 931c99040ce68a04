//! When accounts want to be paid.

use super::convert::{currency, key, to_ms};
use crate::entity::payout_schedule as entity;
use crate::error::Result;
use domain::ids::AccountId;
use domain::money::Currency;
use domain::schedule::{PayoutSchedule, Rhythm};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use time::OffsetDateTime;

fn from_row(row: &entity::Model) -> Result<PayoutSchedule> {
    let day = u8::try_from(row.day).ok();
    Ok(PayoutSchedule {
        rhythm: key(day.and_then(|day| Rhythm::from_key(&row.rhythm, day)), "payout_schedules.rhythm")?,
        least: row.least_minor,
    })
}

/// The schedule of an account in a currency; at once where it says nothing.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    account: AccountId,
    currency: Currency,
) -> Result<PayoutSchedule> {
    let row = entity::Entity::find_by_id((account.0, currency.code().to_owned())).one(connection).await?;
    row.as_ref().map(from_row).transpose().map(Option::unwrap_or_default)
}

/// The schedules of an account.
pub(crate) async fn of_account(
    connection: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<(Currency, PayoutSchedule)>> {
    let rows = entity::Entity::find().filter(entity::Column::AccountId.eq(account.0)).all(connection).await?;
    rows.iter().map(|row| Ok((currency(&row.currency)?, from_row(row)?))).collect()
}

/// Sets a schedule.
pub(crate) async fn set(
    tx: &impl ConnectionTrait,
    account: AccountId,
    currency: Currency,
    schedule: PayoutSchedule,
    now: OffsetDateTime,
) -> Result<()> {
    let (rhythm, day) = schedule.rhythm.key();
    let row = entity::ActiveModel {
        account_id: Set(account.0),
        currency: Set(currency.code().to_owned()),
        rhythm: Set(rhythm.to_owned()),
        day: Set(i32::from(day)),
        least_minor: Set(schedule.least),
        updated_at: Set(to_ms(now)),
    };
    let columns = [entity::Column::Rhythm, entity::Column::Day, entity::Column::LeastMinor, entity::Column::UpdatedAt];
    let overwrite =
        OnConflict::columns([entity::Column::AccountId, entity::Column::Currency]).update_columns(columns).to_owned();
    entity::Entity::insert(row).on_conflict(overwrite).exec_without_returning(tx).await?;
    Ok(())
}
