//! The programs of marketplaces. The secret is stored as a hash, the salt of the notifications sealed: it is needed to sign.

use super::convert::{from_ms, from_ms_opt, to_ms};
use crate::entity::oauth_client as entity;
use crate::error::Result;
use domain::ids::{AccountId, OauthClientId, UserId};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use time::OffsetDateTime;

/// A program as stored.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    /// Identity.
    pub(crate) id: OauthClientId,
    /// Whose program it is: a marketplace.
    pub(crate) account: AccountId,
    /// What people call it.
    pub(crate) name: String,
    /// The name it shows.
    pub(crate) client_id: String,
    /// The hash of the secret it shows.
    pub(crate) secret_hash: String,
    /// What it names when it signs merchants up.
    pub(crate) referrer: String,
    /// The key of its notifications, encrypted.
    pub(crate) salt_sealed: String,
    /// Who issued it.
    pub(crate) created_by: UserId,
    /// When it was issued.
    pub(crate) created_at: OffsetDateTime,
    /// When it was ended.
    pub(crate) revoked_at: Option<OffsetDateTime>,
}

fn from_row(row: entity::Model) -> Result<Client> {
    Ok(Client {
        id: OauthClientId(row.id),
        account: AccountId(row.account_id),
        name: row.name,
        client_id: row.client_id,
        secret_hash: row.secret_hash,
        referrer: row.referrer,
        salt_sealed: row.salt_sealed,
        created_by: UserId(row.created_by),
        created_at: from_ms(row.created_at)?,
        revoked_at: from_ms_opt(row.revoked_at)?,
    })
}

/// Inserts a program for an installation in this mode.
pub(crate) async fn insert(tx: &impl ConnectionTrait, client: &Client, mode: &str) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(client.id.0),
        account_id: Set(client.account.0),
        mode: Set(mode.to_owned()),
        name: Set(client.name.clone()),
        client_id: Set(client.client_id.clone()),
        secret_hash: Set(client.secret_hash.clone()),
        referrer: Set(client.referrer.clone()),
        salt_sealed: Set(client.salt_sealed.clone()),
        created_by: Set(client.created_by.0),
        created_at: Set(to_ms(client.created_at)),
        revoked_at: Set(client.revoked_at.map(to_ms)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Every program of this mode, the newest first.
pub(crate) async fn all(connection: &impl ConnectionTrait, mode: &str) -> Result<Vec<Client>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::Mode.eq(mode))
        .order_by_desc(entity::Column::CreatedAt)
        .order_by_desc(entity::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// The programs of a marketplace in this mode, the newest first.
pub(crate) async fn of_account(
    connection: &impl ConnectionTrait,
    account: AccountId,
    mode: &str,
) -> Result<Vec<Client>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::AccountId.eq(account.0))
        .filter(entity::Column::Mode.eq(mode))
        .order_by_desc(entity::Column::CreatedAt)
        .order_by_desc(entity::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// The program with this name, where it belongs to this mode.
pub(crate) async fn by_client_id(
    connection: &impl ConnectionTrait,
    client_id: &str,
    mode: &str,
) -> Result<Option<Client>> {
    let query =
        entity::Entity::find().filter(entity::Column::ClientId.eq(client_id)).filter(entity::Column::Mode.eq(mode));
    query.one(connection).await?.map(from_row).transpose()
}

/// A program by its identity, where it belongs to this mode; ended ones too.
pub(crate) async fn by_id(connection: &impl ConnectionTrait, id: OauthClientId, mode: &str) -> Result<Option<Client>> {
    let query = entity::Entity::find_by_id(id.0).filter(entity::Column::Mode.eq(mode));
    query.one(connection).await?.map(from_row).transpose()
}

/// Ends a program; the first time counts.
pub(crate) async fn revoke(tx: &impl ConnectionTrait, id: OauthClientId, now: OffsetDateTime) -> Result<()> {
    let row = entity::ActiveModel { revoked_at: Set(Some(to_ms(now))), ..Default::default() };
    entity::Entity::update_many()
        .set(row)
        .filter(entity::Column::Id.eq(id.0))
        .filter(entity::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}
