//! Browser sessions. A row is found by the hash of the session's id, so that a copy of the database signs nobody in.

use super::convert::{from_ms, to_ms};
use crate::entity::session as entity;
use crate::error::Result;
use crate::secret::sha256_hex;
use domain::ids::UserId;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use time::OffsetDateTime;
use tower_sessions::session::Id;
use uuid::Uuid;

/// What a session says about itself.
pub(crate) struct Contents {
    /// Who signed in with it.
    pub(crate) user: Option<UserId>,
    /// What the browser calls itself.
    pub(crate) user_agent: Option<String>,
    /// The record's data, as JSON.
    pub(crate) data: String,
    /// When it ends, by the backend's clock.
    pub(crate) expires_at: OffsetDateTime,
}

/// A stored session.
pub(crate) struct Stored {
    /// The record's data, as JSON.
    pub(crate) data: String,
    /// When it ends, by the backend's clock.
    pub(crate) expires_at: OffsetDateTime,
    /// When it was last used, to the minute.
    pub(crate) last_seen_at: OffsetDateTime,
}

/// One of a user's sessions, as they see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionInfo {
    /// Names the session without opening it.
    pub id: Uuid,
    /// What the browser called itself.
    pub user_agent: Option<String>,
    /// When they signed in.
    pub created_at: OffsetDateTime,
    /// When it was last used, to the minute.
    pub last_seen_at: OffsetDateTime,
    /// Whether it is the one that asks.
    pub current: bool,
}

fn hash(id: Id) -> String {
    sha256_hex(&id.0.to_le_bytes())
}

/// Inserts a session; `false` where the id is taken.
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    id: Id,
    contents: Contents,
    now: OffsetDateTime,
) -> Result<bool> {
    let row = entity::ActiveModel {
        id_hash: Set(hash(id)),
        user_id: Set(contents.user.map(|user| user.0)),
        data: Set(contents.data),
        expires_at: Set(to_ms(contents.expires_at)),
        created_at: Set(to_ms(now)),
        last_seen_at: Set(to_ms(now)),
        user_agent: Set(contents.user_agent),
        public_id: Set(Uuid::new_v4()),
    };
    let inserted = entity::Entity::insert(row)
        .on_conflict(OnConflict::column(entity::Column::IdHash).do_nothing().to_owned())
        .exec_without_returning(connection)
        .await?;
    Ok(inserted == 1)
}

/// Overwrites what a session holds; `false` where it is gone, and then it stays gone.
pub(crate) async fn update(connection: &impl ConnectionTrait, id: Id, contents: Contents) -> Result<bool> {
    let row = entity::ActiveModel {
        user_id: Set(contents.user.map(|user| user.0)),
        data: Set(contents.data),
        expires_at: Set(to_ms(contents.expires_at)),
        user_agent: Set(contents.user_agent),
        ..Default::default()
    };
    let written =
        entity::Entity::update_many().set(row).filter(entity::Column::IdHash.eq(hash(id))).exec(connection).await?;
    Ok(written.rows_affected == 1)
}

/// A session that has not ended.
pub(crate) async fn find(connection: &impl ConnectionTrait, id: Id, now: OffsetDateTime) -> Result<Option<Stored>> {
    let query = entity::Entity::find_by_id(hash(id)).filter(entity::Column::ExpiresAt.gt(to_ms(now)));
    let Some(row) = query.one(connection).await? else {
        return Ok(None);
    };
    let (expires_at, last_seen_at) = (from_ms(row.expires_at)?, from_ms(row.last_seen_at)?);
    Ok(Some(Stored { data: row.data, expires_at, last_seen_at }))
}

/// Notes that a session was used.
pub(crate) async fn touch(connection: &impl ConnectionTrait, id: Id, now: OffsetDateTime) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::LastSeenAt, Expr::value(to_ms(now)))
        .filter(entity::Column::IdHash.eq(hash(id)))
        .exec(connection)
        .await?;
    Ok(())
}

/// The sessions of a user that have not ended, last used first.
pub(crate) async fn of_user(
    connection: &impl ConnectionTrait,
    user: UserId,
    current: Option<Id>,
    now: OffsetDateTime,
) -> Result<Vec<SessionInfo>> {
    let current = current.map(hash);
    let rows = entity::Entity::find()
        .filter(entity::Column::UserId.eq(user.0))
        .filter(entity::Column::ExpiresAt.gt(to_ms(now)))
        .order_by_desc(entity::Column::LastSeenAt)
        .order_by_desc(entity::Column::CreatedAt)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(SessionInfo {
                id: row.public_id,
                created_at: from_ms(row.created_at)?,
                last_seen_at: from_ms(row.last_seen_at)?,
                current: current.as_deref() == Some(row.id_hash.as_str()),
                user_agent: row.user_agent,
            })
        })
        .collect()
}

/// Deletes one session.
pub(crate) async fn delete(connection: &impl ConnectionTrait, id: Id) -> Result<()> {
    entity::Entity::delete_by_id(hash(id)).exec(connection).await?;
    Ok(())
}

/// Deletes one session of a user by its public id; `false` where the user has no such session.
pub(crate) async fn delete_public(connection: &impl ConnectionTrait, user: UserId, public_id: Uuid) -> Result<bool> {
    let deleted = entity::Entity::delete_many()
        .filter(entity::Column::UserId.eq(user.0))
        .filter(entity::Column::PublicId.eq(public_id))
        .exec(connection)
        .await?;
    Ok(deleted.rows_affected == 1)
}

/// Deletes the sessions of a user, except one; how many there were.
pub(crate) async fn delete_of_user(connection: &impl ConnectionTrait, user: UserId, except: Option<Id>) -> Result<u64> {
    let mut query = entity::Entity::delete_many().filter(entity::Column::UserId.eq(user.0));
    if let Some(except) = except {
        query = query.filter(entity::Column::IdHash.ne(hash(except)));
    }
    Ok(query.exec(connection).await?.rows_affected)
}

/// Deletes the sessions that have ended; how many there were.
pub(crate) async fn delete_expired(connection: &impl ConnectionTrait, now: OffsetDateTime) -> Result<u64> {
    let deleted =
        entity::Entity::delete_many().filter(entity::Column::ExpiresAt.lte(to_ms(now))).exec(connection).await?;
    Ok(deleted.rows_affected)
}
