//! What a marketplace's payment API knows of its merchants and of the marketplace itself.

use super::convert::{from_ms, from_ms_opt, to_ms};
use crate::entity::merchant as entity;
use crate::error::Result;
use domain::ids::{AccountId, UserId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use time::OffsetDateTime;
use uuid::Uuid;

/// A merchant as stored. A marketplace is a merchant of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MerchantRow {
    /// The account that earns.
    pub(crate) account: AccountId,
    /// Under which marketplace.
    pub(crate) marketplace: AccountId,
    /// Who signs in for it.
    pub(crate) user: Option<UserId>,
    /// The name in its payment links.
    pub(crate) username: String,
    /// Its telephone number, `+` and digits; empty where none is known.
    pub(crate) phone: String,
    /// The person's first name; empty where none is known.
    pub(crate) first_name: String,
    /// The person's last name; empty where none is known.
    pub(crate) last_name: String,
    /// Where they are; empty where it is not known.
    pub(crate) location: String,
    /// The code of its bank's branch.
    pub(crate) ifsc: Option<String>,
    /// When its bank details were given last.
    pub(crate) bank_changed_at: Option<OffsetDateTime>,
    /// When it joined.
    pub(crate) created_at: OffsetDateTime,
}

fn from_row(row: entity::Model) -> Result<MerchantRow> {
    Ok(MerchantRow {
        account: AccountId(row.account_id),
        marketplace: AccountId(row.marketplace_id),
        user: row.user_id.map(UserId),
        username: row.username,
        phone: row.phone,
        first_name: row.first_name,
        last_name: row.last_name,
        location: row.location,
        ifsc: row.ifsc,
        bank_changed_at: from_ms_opt(row.bank_changed_at)?,
        created_at: from_ms(row.created_at)?,
    })
}

/// Inserts a merchant; `false` where the username is taken, or the account is a merchant already.
pub(crate) async fn insert(tx: &impl ConnectionTrait, merchant: &MerchantRow) -> Result<bool> {
    let row = entity::ActiveModel {
        account_id: Set(merchant.account.0),
        marketplace_id: Set(merchant.marketplace.0),
        user_id: Set(merchant.user.map(|user| user.0)),
        username: Set(merchant.username.clone()),
        phone: Set(merchant.phone.clone()),
        first_name: Set(merchant.first_name.clone()),
        last_name: Set(merchant.last_name.clone()),
        location: Set(merchant.location.clone()),
        ifsc: Set(merchant.ifsc.clone()),
        bank_changed_at: Set(merchant.bank_changed_at.map(to_ms)),
        created_at: Set(to_ms(merchant.created_at)),
    };
    let inserted = entity::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(inserted == 1)
}

/// The merchant that an account is.
pub(crate) async fn by_account(connection: &impl ConnectionTrait, account: AccountId) -> Result<Option<MerchantRow>> {
    entity::Entity::find_by_id(account.0).one(connection).await?.map(from_row).transpose()
}

/// The merchant with a username.
pub(crate) async fn by_username(connection: &impl ConnectionTrait, username: &str) -> Result<Option<MerchantRow>> {
    let query = entity::Entity::find().filter(entity::Column::Username.eq(username));
    query.one(connection).await?.map(from_row).transpose()
}

/// The merchant of a marketplace that a person signs in for; the marketplace itself among them.
pub(crate) async fn of_user(
    connection: &impl ConnectionTrait,
    user: UserId,
    marketplace: AccountId,
) -> Result<Option<MerchantRow>> {
    let query = entity::Entity::find()
        .filter(entity::Column::UserId.eq(user.0))
        .filter(entity::Column::MarketplaceId.eq(marketplace.0))
        .order_by_asc(entity::Column::CreatedAt);
    query.one(connection).await?.map(from_row).transpose()
}

/// The merchants of a marketplace without itself, the oldest first.
pub(crate) async fn of_marketplace(
    connection: &impl ConnectionTrait,
    marketplace: AccountId,
) -> Result<Vec<MerchantRow>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::MarketplaceId.eq(marketplace.0))
        .filter(entity::Column::AccountId.ne(marketplace.0))
        .order_by_asc(entity::Column::CreatedAt)
        .order_by_asc(entity::Column::AccountId)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Writes the name, the place and the telephone number of a merchant.
pub(crate) async fn update(tx: &impl ConnectionTrait, merchant: &MerchantRow) -> Result<()> {
    let row = entity::ActiveModel {
        phone: Set(merchant.phone.clone()),
        first_name: Set(merchant.first_name.clone()),
        last_name: Set(merchant.last_name.clone()),
        location: Set(merchant.location.clone()),
        ..Default::default()
    };
    entity::Entity::update_many().set(row).filter(entity::Column::AccountId.eq(merchant.account.0)).exec(tx).await?;
    Ok(())
}

/// Writes the branch of a merchant's bank, and when it was given.
pub(crate) async fn set_bank(
    tx: &impl ConnectionTrait,
    account: AccountId,
    ifsc: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let row = entity::ActiveModel {
        ifsc: Set(Some(ifsc.to_owned())),
        bank_changed_at: Set(Some(to_ms(now))),
        ..Default::default()
    };
    entity::Entity::update_many().set(row).filter(entity::Column::AccountId.eq(account.0)).exec(tx).await?;
    Ok(())
}

/// The names by which accounts stand in the addresses of their links.
pub(crate) async fn usernames(
    connection: &impl ConnectionTrait,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, String>> {
    let rows: Vec<(Uuid, String)> = entity::Entity::find()
        .filter(entity::Column::AccountId.is_in(accounts.iter().map(|account| account.0)))
        .select_only()
        .column(entity::Column::AccountId)
        .column(entity::Column::Username)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|(account, username)| (AccountId(account), username)).collect())
}
