//! What a command with an idempotency key answered, so that a repeated request does nothing twice.

use super::convert::{from_json, to_json, to_ms};
use crate::entity::idempotency_key as entity;
use crate::error::{Error, Result};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, Unchanged};
use serde::Serialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;

/// A key in the scope of who uses it, with the fingerprint of the request.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// Who and what: the same key text of another actor or command is another key.
    pub(crate) scope: String,
    /// The key text.
    pub(crate) key: String,
    /// Fingerprint of the contents: the same key with other contents is an error, not a replay.
    pub(crate) request_hash: String,
}

/// Takes the key for this transaction. `Some` is the outcome of an earlier request that did the thing already. A second
/// request at the same moment waits here for the first.
pub(crate) async fn claim<T: DeserializeOwned>(
    tx: &impl ConnectionTrait,
    key: &Key,
    now: OffsetDateTime,
) -> Result<Option<T>> {
    let row = entity::ActiveModel {
        key: Set(key.key.clone()),
        scope: Set(key.scope.clone()),
        request_hash: Set(key.request_hash.clone()),
        outcome: Set(String::new()),
        created_at: Set(to_ms(now)),
    };
    let conflict = OnConflict::columns([entity::Column::Scope, entity::Column::Key]).do_nothing().to_owned();
    let inserted = entity::Entity::insert(row).on_conflict(conflict).exec_without_returning(tx).await?;
    if inserted == 1 {
        return Ok(None);
    }
    let found =
        entity::Entity::find_by_id((key.scope.clone(), key.key.clone())).one(tx).await?.ok_or(Error::KeyReused)?;
    if found.request_hash != key.request_hash || found.outcome.is_empty() {
        return Err(Error::KeyReused);
    }
    from_json(&found.outcome).map(Some)
}

/// Keeps the outcome of a claimed key.
pub(crate) async fn record<T: Serialize>(tx: &impl ConnectionTrait, key: &Key, outcome: &T) -> Result<()> {
    let row = entity::ActiveModel {
        key: Unchanged(key.key.clone()),
        scope: Unchanged(key.scope.clone()),
        outcome: Set(to_json(outcome)?),
        ..Default::default()
    };
    row.update(tx).await?;
    Ok(())
}
