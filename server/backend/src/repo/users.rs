//! People who sign in.

use super::convert::{from_ms_opt, key, to_ms};
use crate::entity::{setting, user as entity};
use crate::error::{Error, Result};
use domain::ids::UserId;
use domain::permission::{AccountKind, StaffRole};
use domain::text::Email;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use time::OffsetDateTime;

/// Row of `settings` that counts forms sent with unknown addresses.
const UNKNOWN_ADDRESSES: &str = "unknown_addresses";

/// A person who may sign in.
#[derive(Clone)]
pub(crate) struct User {
    /// Identity.
    pub(crate) id: UserId,
    /// The address they sign in with.
    pub(crate) email: Email,
    /// What to call them.
    pub(crate) name: String,
    /// PHC string of the password.
    pub(crate) password_hash: String,
    /// Whether a mail proved the address.
    pub(crate) verified: bool,
    /// The kind of account they asked for.
    pub(crate) wanted_kind: AccountKind,
    /// The business name they gave.
    pub(crate) wanted_business: Option<String>,
    /// Their part in the platform's staff.
    pub(crate) staff: Option<StaffRole>,
    /// Sign-ins refused since the last good one.
    pub(crate) failed_sign_ins: u32,
    /// No sign-in is tried before this instant.
    pub(crate) locked_until: Option<OffsetDateTime>,
}

/// What a person gave when signing up.
pub(crate) struct NewUser<'a> {
    /// Their address.
    pub(crate) email: &'a Email,
    /// What to call them.
    pub(crate) name: &'a str,
    /// PHC string of the password.
    pub(crate) password_hash: &'a str,
    /// The kind of account they want.
    pub(crate) kind: AccountKind,
    /// The name of their business.
    pub(crate) business: Option<&'a str>,
}

fn from_row(row: entity::Model) -> Result<User> {
    Ok(User {
        id: UserId(row.id),
        email: Email::parse(&row.email).map_err(|message| Error::internal("users.email", message))?,
        name: row.name,
        password_hash: row.password_hash,
        verified: row.email_verified_at.is_some(),
        wanted_kind: key(AccountKind::from_key(&row.wanted_kind), "users.wanted_kind")?,
        wanted_business: row.wanted_business,
        staff: row.staff_role.map(|role| key(StaffRole::from_key(&role), "users.staff_role")).transpose()?,
        failed_sign_ins: u32::try_from(row.failed_sign_ins)
            .map_err(|source| Error::internal("users.failed_sign_ins", source))?,
        locked_until: from_ms_opt(row.locked_until_at)?,
    })
}

/// Inserts an unverified user; `false` where the address is taken already.
pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    id: UserId,
    new: &NewUser<'_>,
    now: OffsetDateTime,
) -> Result<bool> {
    let row = entity::ActiveModel {
        id: Set(id.0),
        email: Set(new.email.to_string()),
        name: Set(new.name.to_owned()),
        password_hash: Set(new.password_hash.to_owned()),
        email_verified_at: Set(None),
        wanted_kind: Set(new.kind.key().to_owned()),
        wanted_business: Set(new.business.map(str::to_owned)),
        staff_role: Set(None),
        failed_sign_ins: Set(0),
        locked_until_at: Set(None),
        created_at: Set(to_ms(now)),
    };
    let inserted = entity::Entity::insert(row)
        .on_conflict(OnConflict::column(entity::Column::Email).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(inserted == 1)
}

/// Inserts a member of staff with a proved address; `None` where the address is taken.
pub(crate) async fn insert_staff(
    tx: &impl ConnectionTrait,
    new: &NewUser<'_>,
    role: StaffRole,
    now: OffsetDateTime,
) -> Result<Option<UserId>> {
    let id = UserId(uuid::Uuid::now_v7());
    if !insert(tx, id, new, now).await? {
        return Ok(None);
    }
    let row = entity::ActiveModel {
        staff_role: Set(Some(role.key().to_owned())),
        email_verified_at: Set(Some(to_ms(now))),
        ..Default::default()
    };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(Some(id))
}

/// Overwrites what an unverified user gave at an earlier sign-up.
pub(crate) async fn replace_unverified(tx: &impl ConnectionTrait, id: UserId, new: &NewUser<'_>) -> Result<()> {
    let row = entity::ActiveModel {
        name: Set(new.name.to_owned()),
        password_hash: Set(new.password_hash.to_owned()),
        wanted_kind: Set(new.kind.key().to_owned()),
        wanted_business: Set(new.business.map(str::to_owned)),
        ..Default::default()
    };
    entity::Entity::update_many()
        .set(row)
        .filter(entity::Column::Id.eq(id.0))
        .filter(entity::Column::EmailVerifiedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// The user with this id.
pub(crate) async fn by_id(connection: &impl ConnectionTrait, id: UserId) -> Result<Option<User>> {
    entity::Entity::find_by_id(id.0).one(connection).await?.map(from_row).transpose()
}

/// The user with this id, locked until the transaction ends.
pub(crate) async fn lock(tx: &impl ConnectionTrait, id: UserId) -> Result<User> {
    entity::Entity::find_by_id(id.0).lock_exclusive().one(tx).await?.map(from_row).ok_or(Error::NotFound)?
}

/// The user with an address.
pub(crate) async fn by_email(connection: &impl ConnectionTrait, email: &Email) -> Result<Option<User>> {
    let query = entity::Entity::find().filter(entity::Column::Email.eq(email.as_str()));
    query.one(connection).await?.map(from_row).transpose()
}

/// The user with this address, locked until the transaction ends.
pub(crate) async fn lock_by_email(tx: &impl ConnectionTrait, email: &Email) -> Result<Option<User>> {
    let query = entity::Entity::find().filter(entity::Column::Email.eq(email.as_str())).lock_exclusive();
    query.one(tx).await?.map(from_row).transpose()
}

/// The members of staff with a role.
pub(crate) async fn staff(connection: &impl ConnectionTrait, role: StaffRole) -> Result<Vec<User>> {
    let query = entity::Entity::find().filter(entity::Column::StaffRole.eq(role.key()));
    query.all(connection).await?.into_iter().map(from_row).collect()
}

/// Writes that a mail proved the address.
pub(crate) async fn set_verified(tx: &impl ConnectionTrait, id: UserId, now: OffsetDateTime) -> Result<()> {
    update(tx, id, entity::ActiveModel { email_verified_at: Set(Some(to_ms(now))), ..Default::default() }).await
}

/// Writes how often sign-in failed, and until when it is locked.
pub(crate) async fn set_failures(
    tx: &impl ConnectionTrait,
    id: UserId,
    failures: u32,
    until: Option<OffsetDateTime>,
) -> Result<()> {
    let row = entity::ActiveModel {
        failed_sign_ins: Set(i32::try_from(failures).unwrap_or(i32::MAX)),
        locked_until_at: Set(until.map(to_ms)),
        ..Default::default()
    };
    update(tx, id, row).await
}

/// Writes a new password hash; a good password also ends every lock.
pub(crate) async fn set_password(tx: &impl ConnectionTrait, id: UserId, hash: &str) -> Result<()> {
    let row = entity::ActiveModel {
        password_hash: Set(hash.to_owned()),
        failed_sign_ins: Set(0),
        locked_until_at: Set(None),
        ..Default::default()
    };
    update(tx, id, row).await
}

/// Replaces a hash made with old parameters, unless the password was changed meanwhile.
pub(crate) async fn rehash(tx: &impl ConnectionTrait, id: UserId, old: &str, new: &str) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::PasswordHash, Expr::value(new))
        .filter(entity::Column::Id.eq(id.0))
        .filter(entity::Column::PasswordHash.eq(old))
        .exec(tx)
        .await?;
    Ok(())
}

/// Counts a form sent with an address nobody has: as much writing as a known address causes, so that the time tells nothing.
pub(crate) async fn count_unknown_address(tx: &impl ConnectionTrait, now: OffsetDateTime) -> Result<()> {
    let value = setting::Entity::find_by_id(UNKNOWN_ADDRESSES).one(tx).await?.map(|row| row.value);
    let count = value
        .as_deref()
        .and_then(|value| value.split(' ').next())
        .and_then(|count| count.parse::<u64>().ok())
        .unwrap_or(0);
    let row = setting::ActiveModel {
        key: Set(UNKNOWN_ADDRESSES.to_owned()),
        value: Set(format!("{} {}", count.saturating_add(1), to_ms(now))),
    };
    setting::Entity::insert(row)
        .on_conflict(OnConflict::column(setting::Column::Key).update_column(setting::Column::Value).to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

async fn update(tx: &impl ConnectionTrait, id: UserId, row: entity::ActiveModel) -> Result<()> {
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(())
}
