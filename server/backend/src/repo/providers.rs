//! Service providers of Business Sellers: payout recipients without an account of their own (rules.md section 1).

use super::bank_accounts::BankOwner;
use super::convert::{from_json, from_ms, from_ms_opt, to_json, to_ms};
use super::numbers;
use crate::entity::service_provider as entity;
use crate::error::{Error, Result};
use domain::ids::{AccountId, ProviderId};
use domain::order::Commission;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// What a program said about a service provider and gets back as it was (atarapay.md section 3.1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderWire {
    /// 1 for a naira bank account, 2 for a Wise account in dollars.
    pub kind: i64,
    /// Given name.
    pub firstname: String,
    /// Family name.
    pub lastname: String,
    /// The Central Bank's code of the bank.
    pub bank_code: Option<String>,
    /// The NIP code of the bank.
    pub nip_bank_code: Option<String>,
    /// The bank's name.
    pub bank_name: Option<String>,
    /// The holder.
    pub bank_account_name: Option<String>,
    /// The account number.
    pub bank_account_number: Option<String>,
    /// Of a Wise account, its id.
    pub account_id: Option<String>,
    /// When a program wrote it last, unix seconds.
    pub updated_at: i64,
}

/// A service provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Identity.
    pub id: ProviderId,
    /// The small number people say.
    pub number: i64,
    /// The Business Seller who keeps it.
    pub seller: AccountId,
    /// Its name.
    pub name: String,
    /// Its address, for the seller's use.
    pub email: Option<String>,
    /// Its phone number, for the seller's use.
    pub phone: Option<String>,
    /// What the seller keeps of its orders, unless a listing says otherwise.
    pub commission: Commission,
    /// What a program said about it, where one added it.
    pub wire: Option<ProviderWire>,
    /// When it was removed; its orders stay.
    pub removed_at: Option<OffsetDateTime>,
    /// When it was added.
    pub created_at: OffsetDateTime,
}

impl Provider {
    /// Whose bank accounts are this provider's.
    pub(crate) const fn bank_owner(&self) -> BankOwner {
        BankOwner::Provider { provider: self.id, seller: self.seller }
    }
}

fn from_row(row: entity::Model) -> Result<Provider> {
    Ok(Provider {
        id: ProviderId(row.id),
        number: row.number,
        seller: AccountId(row.account_id),
        name: row.name,
        email: row.email,
        phone: row.phone,
        commission: from_json(&row.commission)?,
        wire: row.wire.as_deref().map(from_json).transpose()?,
        removed_at: from_ms_opt(row.removed_at)?,
        created_at: from_ms(row.created_at)?,
    })
}

fn columns(provider: &Provider, now: OffsetDateTime) -> Result<entity::ActiveModel> {
    Ok(entity::ActiveModel {
        name: Set(provider.name.clone()),
        email: Set(provider.email.clone()),
        phone: Set(provider.phone.clone()),
        commission: Set(to_json(&provider.commission)?),
        wire: Set(provider.wire.as_ref().map(to_json).transpose()?),
        removed_at: Set(provider.removed_at.map(to_ms)),
        updated_at: Set(to_ms(now)),
        ..Default::default()
    })
}

/// Inserts a provider and answers its number.
pub(crate) async fn insert(tx: &impl ConnectionTrait, provider: &Provider, now: OffsetDateTime) -> Result<i64> {
    let number = numbers::next(tx, "service_providers").await?;
    let mut row = columns(provider, now)?;
    row.id = Set(provider.id.0);
    row.number = Set(number);
    row.account_id = Set(provider.seller.0);
    row.created_at = Set(to_ms(now));
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(number)
}

/// Writes a provider back.
pub(crate) async fn update(tx: &impl ConnectionTrait, provider: &Provider, now: OffsetDateTime) -> Result<()> {
    let row = columns(provider, now)?;
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(provider.id.0)).exec(tx).await?;
    Ok(())
}

/// One provider, whoever looks: for the services that have already decided who may.
pub(crate) async fn by_id(connection: &impl ConnectionTrait, id: ProviderId) -> Result<Provider> {
    entity::Entity::find_by_id(id.0).one(connection).await?.map(from_row).ok_or(Error::NotFound)?
}

/// One provider of a seller, present or removed; another seller's is not found.
pub(crate) async fn of_seller(
    connection: &impl ConnectionTrait,
    seller: AccountId,
    id: ProviderId,
) -> Result<Provider> {
    let query = entity::Entity::find_by_id(id.0).filter(entity::Column::AccountId.eq(seller.0));
    query.one(connection).await?.map(from_row).ok_or(Error::NotFound)?
}

/// Every provider of a seller, removed ones too.
pub(crate) async fn ids_of(connection: &impl ConnectionTrait, seller: AccountId) -> Result<Vec<ProviderId>> {
    let rows = entity::Entity::find().filter(entity::Column::AccountId.eq(seller.0)).all(connection).await?;
    Ok(rows.into_iter().map(|row| ProviderId(row.id)).collect())
}

/// The present providers of a seller, by name; those with `search` in name, address or phone only.
pub(crate) async fn list(connection: &impl ConnectionTrait, seller: AccountId, search: &str) -> Result<Vec<Provider>> {
    let mut query = entity::Entity::find()
        .filter(entity::Column::AccountId.eq(seller.0))
        .filter(entity::Column::RemovedAt.is_null());
    let search = search.trim();
    if !search.is_empty() {
        let any = Condition::any()
            .add(entity::Column::Name.contains(search))
            .add(entity::Column::Email.contains(search.to_lowercase()))
            .add(entity::Column::Phone.contains(search));
        query = query.filter(any);
    }
    let rows = query.order_by_asc(entity::Column::Name).order_by_asc(entity::Column::Number).all(connection).await?;
    rows.into_iter().map(from_row).collect()
}

/// The present provider of a seller with this number.
pub(crate) async fn by_number(
    connection: &impl ConnectionTrait,
    seller: AccountId,
    number: i64,
) -> Result<Option<Provider>> {
    let query = entity::Entity::find()
        .filter(entity::Column::AccountId.eq(seller.0))
        .filter(entity::Column::Number.eq(number))
        .filter(entity::Column::RemovedAt.is_null());
    query.one(connection).await?.map(from_row).transpose()
}

/// The present provider of a seller with this telephone number.
pub(crate) async fn by_phone(
    connection: &impl ConnectionTrait,
    seller: AccountId,
    phone: &str,
) -> Result<Option<Provider>> {
    let query = entity::Entity::find()
        .filter(entity::Column::AccountId.eq(seller.0))
        .filter(entity::Column::Phone.eq(phone))
        .filter(entity::Column::RemovedAt.is_null())
        .order_by_asc(entity::Column::Number);
    query.one(connection).await?.map(from_row).transpose()
}
