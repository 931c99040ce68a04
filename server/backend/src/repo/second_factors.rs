//! The second factor of signing in: what is shared with an authenticator, and the codes for who lost it.

use super::convert::to_ms;
use crate::entity::{recovery_code, second_factor as entity};
use crate::error::Result;
use crate::secret::sha256_hex;
use domain::ids::UserId;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use time::OffsetDateTime;

/// A second factor as stored.
pub(crate) struct Stored {
    /// The shared secret, sealed.
    pub(crate) sealed: String,
    /// Whether a code proved that the authenticator has it; before, it is not asked for.
    pub(crate) confirmed: bool,
}

/// The second factor of a user.
pub(crate) async fn find(connection: &impl ConnectionTrait, user: UserId) -> Result<Option<Stored>> {
    let row = entity::Entity::find_by_id(user.0).one(connection).await?;
    Ok(row.map(|row| Stored { sealed: row.sealed_secret, confirmed: row.confirmed_at.is_some() }))
}

/// Starts anew with a secret that no code has proved yet.
pub(crate) async fn begin(tx: &impl ConnectionTrait, user: UserId, sealed: String, now: OffsetDateTime) -> Result<()> {
    remove(tx, user).await?;
    let row = entity::ActiveModel {
        user_id: Set(user.0),
        sealed_secret: Set(sealed),
        last_step: Set(0),
        confirmed_at: Set(None),
        created_at: Set(to_ms(now)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Takes a step of the authenticator's clock; `false` where it, or a later one, was taken already: a code works once.
pub(crate) async fn take_step(tx: &impl ConnectionTrait, user: UserId, step: i64) -> Result<bool> {
    let taken = entity::Entity::update_many()
        .col_expr(entity::Column::LastStep, Expr::value(step))
        .filter(entity::Column::UserId.eq(user.0))
        .filter(entity::Column::LastStep.lt(step))
        .exec(tx)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Marks the factor as proved.
pub(crate) async fn confirm(tx: &impl ConnectionTrait, user: UserId, now: OffsetDateTime) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::ConfirmedAt, Expr::value(to_ms(now)))
        .filter(entity::Column::UserId.eq(user.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Forgets the factor and its recovery codes.
pub(crate) async fn remove(tx: &impl ConnectionTrait, user: UserId) -> Result<()> {
    recovery_code::Entity::delete_many().filter(recovery_code::Column::UserId.eq(user.0)).exec(tx).await?;
    entity::Entity::delete_by_id(user.0).exec(tx).await?;
    Ok(())
}

/// Replaces the recovery codes of a user. Only their hashes are stored.
pub(crate) async fn replace_codes(tx: &impl ConnectionTrait, user: UserId, codes: &[String]) -> Result<()> {
    recovery_code::Entity::delete_many().filter(recovery_code::Column::UserId.eq(user.0)).exec(tx).await?;
    let rows = codes.iter().map(|code| recovery_code::ActiveModel {
        code_hash: Set(hash(user, code)),
        user_id: Set(user.0),
        used_at: Set(None),
    });
    recovery_code::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

/// Uses a recovery code up; `false` for one that is used, or nobody's.
pub(crate) async fn use_code(tx: &impl ConnectionTrait, user: UserId, code: &str, now: OffsetDateTime) -> Result<bool> {
    let used = recovery_code::Entity::update_many()
        .col_expr(recovery_code::Column::UsedAt, Expr::value(to_ms(now)))
        .filter(recovery_code::Column::CodeHash.eq(hash(user, code)))
        .filter(recovery_code::Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    Ok(used.rows_affected == 1)
}

/// How many recovery codes are left.
pub(crate) async fn codes_left(connection: &impl ConnectionTrait, user: UserId) -> Result<u64> {
    let left = recovery_code::Entity::find()
        .filter(recovery_code::Column::UserId.eq(user.0))
        .filter(recovery_code::Column::UsedAt.is_null());
    Ok(left.count(connection).await?)
}

fn hash(user: UserId, code: &str) -> String {
    sha256_hex(format!("{user}:{code}").as_bytes())
}
