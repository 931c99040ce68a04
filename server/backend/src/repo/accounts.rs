//! Accounts and their members.

use super::convert::{from_ms, key, to_ms};
use super::{numbers, users};
use crate::entity::{account as entity, member};
use crate::error::{Error, Result};
use domain::ids::{AccountId, UserId};
use domain::permission::{AccountKind, MemberRole};
use domain::text::Email;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;
use time::OffsetDateTime;
use uuid::Uuid;

/// A party that buys, sells or operates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    /// Identity.
    pub(crate) id: AccountId,
    /// The small number people say.
    pub(crate) number: i64,
    /// What kind of party it is.
    pub(crate) kind: AccountKind,
    /// Its name; a guest buyer without one is called by the address.
    pub(crate) name: String,
    /// Where its mails go.
    pub(crate) email: String,
    /// Whether a user belongs to it; `false` for a buyer who comes by signed links only.
    pub(crate) claimed: bool,
    /// Its telephone number, `+` and digits; of selling accounts, each number once.
    pub(crate) phone: Option<String>,
}

fn from_row(row: entity::Model) -> Result<Account> {
    Ok(Account {
        id: AccountId(row.id),
        number: row.number,
        kind: key(AccountKind::from_key(&row.kind), "accounts.kind")?,
        name: row.name,
        email: row.email,
        claimed: row.claimed,
        phone: row.phone,
    })
}

/// Inserts an account with its own number. Where another transaction made the mailbox's buyer account first, that one
/// stands and the answer is `None`.
pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    kind: AccountKind,
    name: &str,
    email: &Email,
    claimed: bool,
    now: OffsetDateTime,
) -> Result<Option<AccountId>> {
    let id = AccountId(Uuid::now_v7());
    let row = entity::ActiveModel {
        id: Set(id.0),
        number: Set(numbers::next(tx, "accounts").await?),
        kind: Set(kind.key().to_owned()),
        name: Set(name.to_owned()),
        email: Set(email.to_string()),
        claimed: Set(claimed),
        phone: Set(None),
        identity_verified_at: Set(None),
        created_at: Set(to_ms(now)),
    };
    let inserted = entity::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok((inserted == 1).then_some(id))
}

/// The buyer account of a mailbox.
pub(crate) async fn buyer_by_email(connection: &impl ConnectionTrait, email: &Email) -> Result<Option<Account>> {
    let query = entity::Entity::find()
        .filter(entity::Column::Kind.eq(AccountKind::Buyer.key()))
        .filter(entity::Column::Email.eq(email.as_str()));
    query.one(connection).await?.map(from_row).transpose()
}

/// The buyer account of a mailbox, made where there is none: an order may be placed for somebody who never signed up.
/// Where the mailbox belongs to a user, the account is theirs at once.
pub(crate) async fn find_or_create_buyer(
    tx: &impl ConnectionTrait,
    email: &Email,
    name: Option<&str>,
    now: OffsetDateTime,
) -> Result<AccountId> {
    if let Some(found) = buyer_by_email(tx, email).await? {
        return Ok(found.id);
    }
    // The lock makes a verification under way end first, so that no account of a user stays unclaimed.
    let owner = users::lock_by_email(tx, email).await?.filter(|user| user.verified);
    let called = owner.as_ref().map(|owner| owner.name.as_str()).or(name).unwrap_or(email.as_str());
    let Some(id) = insert(tx, AccountKind::Buyer, called, email, owner.is_some(), now).await? else {
        let made = buyer_by_email(tx, email).await?;
        return made
            .map(|account| account.id)
            .ok_or_else(|| Error::internal("buyer account", "a conflict without a row"));
    };
    if let Some(owner) = owner {
        add_member(tx, id, owner.id, MemberRole::Owner, now).await?;
    }
    Ok(id)
}

/// Gives an unclaimed buyer account to the user whose mailbox it is.
pub(crate) async fn claim(
    tx: &impl ConnectionTrait,
    id: AccountId,
    user: UserId,
    name: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let row = entity::ActiveModel { claimed: Set(true), name: Set(name.to_owned()), ..Default::default() };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    add_member(tx, id, user, MemberRole::Owner, now).await
}

/// Makes a user a member; a member already keeps their role.
pub(crate) async fn add_member(
    tx: &impl ConnectionTrait,
    account: AccountId,
    user: UserId,
    role: MemberRole,
    now: OffsetDateTime,
) -> Result<()> {
    let row = member::ActiveModel {
        account_id: Set(account.0),
        user_id: Set(user.0),
        role: Set(role.key().to_owned()),
        created_at: Set(to_ms(now)),
    };
    member::Entity::insert(row)
        .on_conflict(OnConflict::columns([member::Column::AccountId, member::Column::UserId]).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// The accounts a user acts for, oldest first, with their role in each.
pub(crate) async fn memberships(connection: &impl ConnectionTrait, user: UserId) -> Result<Vec<(Account, MemberRole)>> {
    let members = member::Entity::find().filter(member::Column::UserId.eq(user.0)).all(connection).await?;
    let roles: HashMap<Uuid, String> = members.into_iter().map(|row| (row.account_id, row.role)).collect();
    let rows = entity::Entity::find()
        .filter(entity::Column::Id.is_in(roles.keys().copied()))
        .order_by_asc(entity::Column::Number)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            let role = roles.get(&row.id).and_then(|role| MemberRole::from_key(role));
            Ok((from_row(row)?, key(role, "members.role")?))
        })
        .collect()
}

/// The users who act for an account.
pub(crate) async fn members(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<UserId>> {
    let rows = member::Entity::find().filter(member::Column::AccountId.eq(account.0)).all(connection).await?;
    Ok(rows.into_iter().map(|row| UserId(row.user_id)).collect())
}

/// The selling account of a mailbox, where a proved user has one.
pub(crate) async fn seller_by_email(connection: &impl ConnectionTrait, email: &Email) -> Result<Option<Account>> {
    let sells: Vec<&str> = AccountKind::ALL.into_iter().filter(|kind| kind.sells()).map(AccountKind::key).collect();
    let query = entity::Entity::find()
        .filter(entity::Column::Kind.is_in(sells))
        .filter(entity::Column::Email.eq(email.as_str()))
        .order_by_asc(entity::Column::Number);
    query.one(connection).await?.map(from_row).transpose()
}

/// One account.
pub(crate) async fn by_id(connection: &impl ConnectionTrait, id: AccountId) -> Result<Account> {
    entity::Entity::find_by_id(id.0).one(connection).await?.map(from_row).ok_or(Error::NotFound)?
}

/// The account with a number.
pub(crate) async fn by_number(connection: &impl ConnectionTrait, number: i64) -> Result<Account> {
    let query = entity::Entity::find().filter(entity::Column::Number.eq(number));
    query.one(connection).await?.map(from_row).ok_or(Error::NotFound)?
}

/// Since when an account exists.
pub(crate) async fn created_at(connection: &impl ConnectionTrait, id: AccountId) -> Result<OffsetDateTime> {
    let row = entity::Entity::find_by_id(id.0).one(connection).await?.ok_or(Error::NotFound)?;
    from_ms(row.created_at)
}

/// Writes what an account is called.
pub(crate) async fn set_name(tx: &impl ConnectionTrait, id: AccountId, name: &str) -> Result<()> {
    let row = entity::ActiveModel { name: Set(name.to_owned()), ..Default::default() };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(())
}

/// Whether the identity behind an account was checked, which its first payout needs.
pub(crate) async fn is_identity_verified(connection: &impl ConnectionTrait, id: AccountId) -> Result<bool> {
    let row = entity::Entity::find_by_id(id.0).one(connection).await?.ok_or(Error::NotFound)?;
    Ok(row.identity_verified_at.is_some())
}

/// Writes that the identity was checked; the first time counts.
pub(crate) async fn set_identity_verified(tx: &impl ConnectionTrait, id: AccountId, now: OffsetDateTime) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::IdentityVerifiedAt, Expr::value(to_ms(now)))
        .filter(entity::Column::Id.eq(id.0))
        .filter(entity::Column::IdentityVerifiedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// The selling account with a telephone number, where a proved user has one.
pub(crate) async fn seller_by_phone(connection: &impl ConnectionTrait, phone: &str) -> Result<Option<Account>> {
    let sells: Vec<&str> = AccountKind::ALL.into_iter().filter(|kind| kind.sells()).map(AccountKind::key).collect();
    let query =
        entity::Entity::find().filter(entity::Column::Kind.is_in(sells)).filter(entity::Column::Phone.eq(phone));
    query.one(connection).await?.map(from_row).transpose()
}

/// Writes an account's telephone number; `false` where another account has it.
pub(crate) async fn set_phone(tx: &impl ConnectionTrait, id: AccountId, phone: Option<&str>) -> Result<bool> {
    if let Some(phone) = phone {
        let other = entity::Entity::find().filter(entity::Column::Phone.eq(phone)).filter(entity::Column::Id.ne(id.0));
        if other.one(tx).await?.is_some() {
            return Ok(false);
        }
    }
    let row = entity::ActiveModel { phone: Set(phone.map(ToOwned::to_owned)), ..Default::default() };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(true)
}
