//! The secrets of mailed links. Only their hashes are stored, so that a copy of the database opens nothing.

use super::convert::{from_ms, to_ms};
use crate::entity::mail_token as entity;
use crate::error::Result;
use crate::secret::{random_token, sha256_hex};
use domain::ids::UserId;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use time::{Duration, OffsetDateTime};

/// What a mailed link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenPurpose {
    /// Proves an address.
    VerifyEmail,
    /// Lets its holder choose a new password.
    ResetPassword,
}

impl TokenPurpose {
    const fn key(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ResetPassword => "reset_password",
        }
    }

    /// How long a link works.
    pub(crate) const fn lifetime(self) -> Duration {
        match self {
            Self::VerifyEmail => Duration::hours(24),
            Self::ResetPassword => Duration::hours(1),
        }
    }
}

/// A token just made.
pub(crate) struct Issued {
    /// The secret, for the mail.
    pub(crate) token: String,
    /// Names the token where the secret must not appear.
    pub(crate) hash: String,
}

/// A token as stored.
pub(crate) struct Stored {
    /// Whose it is.
    pub(crate) user: UserId,
    /// Until when it works.
    pub(crate) expires_at: OffsetDateTime,
    /// Whether it was used, or replaced by a newer one.
    pub(crate) used: bool,
}

/// How many tokens of this purpose a user got after `since`.
pub(crate) async fn count_since(
    connection: &impl ConnectionTrait,
    user: UserId,
    purpose: TokenPurpose,
    since: OffsetDateTime,
) -> Result<u64> {
    let query = entity::Entity::find()
        .filter(entity::Column::UserId.eq(user.0))
        .filter(entity::Column::Purpose.eq(purpose.key()))
        .filter(entity::Column::CreatedAt.gt(to_ms(since)));
    Ok(query.count(connection).await?)
}

/// Makes a token; earlier ones of the same user and purpose stop working.
pub(crate) async fn issue(
    tx: &impl ConnectionTrait,
    user: UserId,
    purpose: TokenPurpose,
    now: OffsetDateTime,
) -> Result<Issued> {
    close(tx, user, purpose, now).await?;
    let token = random_token();
    let hash = sha256_hex(token.as_bytes());
    let row = entity::ActiveModel {
        token_hash: Set(hash.clone()),
        user_id: Set(user.0),
        purpose: Set(purpose.key().to_owned()),
        expires_at: Set(to_ms(now + purpose.lifetime())),
        used_at: Set(None),
        created_at: Set(to_ms(now)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(Issued { token, hash })
}

/// Makes every open token of a user and purpose useless.
pub(crate) async fn close(
    tx: &impl ConnectionTrait,
    user: UserId,
    purpose: TokenPurpose,
    now: OffsetDateTime,
) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::UsedAt, Expr::value(to_ms(now)))
        .filter(entity::Column::UserId.eq(user.0))
        .filter(entity::Column::Purpose.eq(purpose.key()))
        .filter(entity::Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// The token as stored; `None` for one we never gave out.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    token: &str,
    purpose: TokenPurpose,
) -> Result<Option<Stored>> {
    let query =
        entity::Entity::find_by_id(sha256_hex(token.as_bytes())).filter(entity::Column::Purpose.eq(purpose.key()));
    let Some(row) = query.one(connection).await? else {
        return Ok(None);
    };
    Ok(Some(Stored { user: UserId(row.user_id), expires_at: from_ms(row.expires_at)?, used: row.used_at.is_some() }))
}

/// Uses a token up; `false` where it was used already. Of two at once, one succeeds.
pub(crate) async fn use_up(
    tx: &impl ConnectionTrait,
    token: &str,
    purpose: TokenPurpose,
    now: OffsetDateTime,
) -> Result<bool> {
    let used = entity::Entity::update_many()
        .col_expr(entity::Column::UsedAt, Expr::value(to_ms(now)))
        .filter(entity::Column::TokenHash.eq(sha256_hex(token.as_bytes())))
        .filter(entity::Column::Purpose.eq(purpose.key()))
        .filter(entity::Column::UsedAt.is_null())
        .filter(entity::Column::ExpiresAt.gt(to_ms(now)))
        .exec(tx)
        .await?;
    Ok(used.rows_affected == 1)
}

/// Deletes tokens that stopped working before `before`.
pub(crate) async fn delete_expired(connection: &impl ConnectionTrait, before: OffsetDateTime) -> Result<u64> {
    let deleted =
        entity::Entity::delete_many().filter(entity::Column::ExpiresAt.lt(to_ms(before))).exec(connection).await?;
    Ok(deleted.rows_affected)
}
