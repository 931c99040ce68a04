//! Bank accounts of parties, kept with their history.

use super::convert::{from_ms, to_ms};
use crate::entity::bank_account as entity;
use crate::error::Result;
use domain::ids::{AccountId, BankAccountId, ProviderId};
use domain::money::Currency;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};
use std::collections::BTreeSet;
use time::OffsetDateTime;

/// A bank account.
#[derive(Debug, Clone)]
pub struct BankAccount {
    /// Identity.
    pub id: BankAccountId,
    /// The bank's name.
    pub bank: String,
    /// The account number.
    pub number: String,
    /// The holder's name.
    pub holder: String,
    /// No payout before this instant: changed details cool off (rules.md section 5.7).
    pub usable_from: OffsetDateTime,
}

impl BankAccount {
    /// As much of the number as is shown: `ending 6789`.
    #[must_use]
    pub fn ending(&self) -> String {
        let ending: String = self.number.chars().skip(self.number.chars().count().saturating_sub(4)).collect();
        format!("ending {ending}")
    }
}

/// Whose bank account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BankOwner {
    /// An account's own.
    Account(AccountId),
    /// A service provider's, kept by its Business Seller.
    Provider {
        /// Whose it is.
        provider: ProviderId,
        /// Who keeps it.
        seller: AccountId,
    },
}

impl From<AccountId> for BankOwner {
    fn from(account: AccountId) -> Self {
        Self::Account(account)
    }
}

impl BankOwner {
    const fn columns(self) -> (AccountId, Option<ProviderId>) {
        match self {
            Self::Account(account) => (account, None),
            Self::Provider { provider, seller } => (seller, Some(provider)),
        }
    }

    fn all_present(self) -> Condition {
        let (account, provider) = self.columns();
        let whose = match provider {
            Some(provider) => entity::Column::ProviderId.eq(provider.0),
            None => entity::Column::ProviderId.is_null(),
        };
        Condition::all()
            .add(entity::Column::AccountId.eq(account.0))
            .add(whose)
            .add(entity::Column::ReplacedAt.is_null())
    }

    fn present(self, currency: Currency) -> Condition {
        self.all_present().add(entity::Column::Currency.eq(currency.code()))
    }
}

/// The present bank account of a party in a currency.
pub(crate) async fn current(
    connection: &impl ConnectionTrait,
    owner: BankOwner,
    currency: Currency,
) -> Result<Option<BankAccount>> {
    let row = entity::Entity::find().filter(owner.present(currency)).one(connection).await?;
    row.map(from_row).transpose()
}

/// The present bank accounts of a party, by currency in the order in which currencies are offered.
pub(crate) async fn all(connection: &impl ConnectionTrait, owner: BankOwner) -> Result<Vec<(Currency, BankAccount)>> {
    let rows = entity::Entity::find().filter(owner.all_present()).all(connection).await?;
    let mut banks = Vec::new();
    for currency in Currency::TRADED {
        if let Some(row) = rows.iter().find(|row| row.currency == currency.code()) {
            banks.push((currency, from_row(row.clone())?));
        }
    }
    Ok(banks)
}

/// Whether an account has a bank account of its own in any currency.
pub(crate) async fn has_any(connection: &impl ConnectionTrait, account: AccountId) -> Result<bool> {
    let own = entity::Entity::find().filter(BankOwner::Account(account).all_present());
    Ok(own.one(connection).await?.is_some())
}

/// Which of a Business Seller's service providers have a bank account in any currency.
pub(crate) async fn providers_with_one(
    connection: &impl ConnectionTrait,
    seller: AccountId,
) -> Result<BTreeSet<ProviderId>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::AccountId.eq(seller.0))
        .filter(entity::Column::ReplacedAt.is_null())
        .all(connection)
        .await?;
    Ok(rows.into_iter().filter_map(|row| row.provider_id.map(ProviderId)).collect())
}

/// A bank account that a payout was made for, replaced or not.
pub(crate) async fn by_id(connection: &impl ConnectionTrait, id: BankAccountId) -> Result<Option<BankAccount>> {
    entity::Entity::find_by_id(id.0).one(connection).await?.map(from_row).transpose()
}

/// Replaces the present bank account.
pub(crate) async fn replace(
    tx: &impl ConnectionTrait,
    owner: BankOwner,
    currency: Currency,
    bank: &BankAccount,
    now: OffsetDateTime,
) -> Result<()> {
    let old = entity::ActiveModel { replaced_at: Set(Some(to_ms(now))), ..Default::default() };
    entity::Entity::update_many().set(old).filter(owner.present(currency)).exec(tx).await?;
    insert(tx, owner, currency, bank, now, None).await
}

/// Keeps a bank account that one refund goes to, beside the party's present one.
pub(crate) async fn insert_once(
    tx: &impl ConnectionTrait,
    owner: BankOwner,
    currency: Currency,
    bank: &BankAccount,
    now: OffsetDateTime,
) -> Result<()> {
    insert(tx, owner, currency, bank, now, Some(now)).await
}

async fn insert(
    tx: &impl ConnectionTrait,
    owner: BankOwner,
    currency: Currency,
    bank: &BankAccount,
    now: OffsetDateTime,
    replaced_at: Option<OffsetDateTime>,
) -> Result<()> {
    let (account, provider) = owner.columns();
    let row = entity::ActiveModel {
        id: Set(bank.id.0),
        account_id: Set(account.0),
        provider_id: Set(provider.map(|provider| provider.0)),
        currency: Set(currency.code().to_owned()),
        bank_name: Set(bank.bank.clone()),
        account_number: Set(bank.number.clone()),
        account_name: Set(bank.holder.clone()),
        created_at: Set(to_ms(now)),
        usable_from_at: Set(to_ms(bank.usable_from)),
        replaced_at: Set(replaced_at.map(to_ms)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

fn from_row(row: entity::Model) -> Result<BankAccount> {
    Ok(BankAccount {
        id: BankAccountId(row.id),
        bank: row.bank_name,
        number: row.account_number,
        holder: row.account_name,
        usable_from: from_ms(row.usable_from_at)?,
    })
}
