//! Pairs of keys for programs. The private key is stored sealed: the token of a notification is computed from it.

use super::convert::{from_ms, from_ms_opt, to_ms};
use crate::entity::api_key as entity;
use crate::error::Result;
use domain::ids::{AccountId, ApiKeyId, UserId};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use time::OffsetDateTime;

/// A pair of keys.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// Identity.
    pub id: ApiKeyId,
    /// Whose orders it opens.
    pub account: AccountId,
    /// The half that may be seen by anybody.
    pub public_key: String,
    /// The other half, encrypted.
    pub(crate) private_sealed: String,
    /// Who made it.
    pub created_by: UserId,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it stops working by itself, after a rotation.
    pub expires_at: Option<OffsetDateTime>,
    /// When somebody ended it.
    pub revoked_at: Option<OffsetDateTime>,
    /// When a program used it last.
    pub last_used_at: Option<OffsetDateTime>,
}

impl ApiKey {
    /// Whether it opens anything at this instant.
    #[must_use]
    pub fn works(&self, now: OffsetDateTime) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

fn from_row(row: entity::Model) -> Result<ApiKey> {
    Ok(ApiKey {
        id: ApiKeyId(row.id),
        account: AccountId(row.account_id),
        public_key: row.public_key,
        private_sealed: row.private_sealed,
        created_by: UserId(row.created_by),
        created_at: from_ms(row.created_at)?,
        expires_at: from_ms_opt(row.expires_at)?,
        revoked_at: from_ms_opt(row.revoked_at)?,
        last_used_at: from_ms_opt(row.last_used_at)?,
    })
}

/// Inserts a pair for an installation in this mode.
pub(crate) async fn insert(tx: &impl ConnectionTrait, key: &ApiKey, mode: &str) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(key.id.0),
        account_id: Set(key.account.0),
        mode: Set(mode.to_owned()),
        public_key: Set(key.public_key.clone()),
        private_sealed: Set(key.private_sealed.clone()),
        created_by: Set(key.created_by.0),
        created_at: Set(to_ms(key.created_at)),
        expires_at: Set(key.expires_at.map(to_ms)),
        revoked_at: Set(None),
        last_used_at: Set(None),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The pair with this public half, made for this mode.
pub(crate) async fn by_public(
    connection: &impl ConnectionTrait,
    public_key: &str,
    mode: &str,
) -> Result<Option<ApiKey>> {
    let query =
        entity::Entity::find().filter(entity::Column::PublicKey.eq(public_key)).filter(entity::Column::Mode.eq(mode));
    query.one(connection).await?.map(from_row).transpose()
}

/// Every pair of an account in this mode, the newest first.
pub(crate) async fn of_account(
    connection: &impl ConnectionTrait,
    account: AccountId,
    mode: &str,
) -> Result<Vec<ApiKey>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::AccountId.eq(account.0))
        .filter(entity::Column::Mode.eq(mode))
        .order_by_desc(entity::Column::CreatedAt)
        .order_by_desc(entity::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Writes when a pair ends: by itself at `expires_at`, or at once.
pub(crate) async fn set_end(
    tx: &impl ConnectionTrait,
    id: ApiKeyId,
    expires_at: Option<OffsetDateTime>,
    revoked_at: Option<OffsetDateTime>,
) -> Result<()> {
    let row = entity::ActiveModel {
        expires_at: Set(expires_at.map(to_ms)),
        revoked_at: Set(revoked_at.map(to_ms)),
        ..Default::default()
    };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(())
}

/// Notes that a pair was used, unless it was noted after `noted_after` already; requests need not wait for each other.
pub(crate) async fn touch(
    tx: &impl ConnectionTrait,
    id: ApiKeyId,
    noted_after: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<()> {
    let row = entity::ActiveModel { last_used_at: Set(Some(to_ms(now))), ..Default::default() };
    let stale = Condition::any()
        .add(entity::Column::LastUsedAt.is_null())
        .add(entity::Column::LastUsedAt.lte(to_ms(noted_after)));
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).filter(stale).exec(tx).await?;
    Ok(())
}
