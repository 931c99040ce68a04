//! Where accounts are told about their orders.

use super::convert::{from_enum_key, from_ms_opt, to_ms};
use crate::entity::webhook_endpoint as entity;
use crate::error::Result;
use domain::ids::AccountId;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// How a notification is written on the wire (atarapay.md section 7.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// Multipart text under a JSON content type, as the WooCommerce plugin needs it.
    MultipartRaw,
    /// A JSON body.
    Json,
}

impl Encoding {
    /// The stored name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::MultipartRaw => "multipart_raw",
            Self::Json => "json",
        }
    }
}

/// Where and how an account is told.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Whose it is.
    pub account: AccountId,
    /// The callback URL.
    pub url: String,
    /// How the body is written.
    pub encoding: Encoding,
    /// The status word of an order that its buyer cancelled: `Rejected` as documented, or `Canceled`.
    pub cancel_status: String,
    /// What bodies are signed with, encrypted.
    pub(crate) secret_sealed: String,
    /// What they were signed with before, and until when they still are.
    pub(crate) old_secret: Option<(String, OffsetDateTime)>,
    /// Since when nothing is sent, and why.
    pub disabled: Option<(OffsetDateTime, String)>,
    /// Since when no try was accepted.
    pub failing_since: Option<OffsetDateTime>,
    /// Tries in a row that were not accepted.
    pub failures: i32,
    /// When the account was told that they fail.
    pub told_at: Option<OffsetDateTime>,
}

fn from_row(row: entity::Model) -> Result<Endpoint> {
    let until = from_ms_opt(row.old_secret_until)?;
    let disabled_at = from_ms_opt(row.disabled_at)?;
    Ok(Endpoint {
        account: AccountId(row.account_id),
        url: row.url,
        encoding: from_enum_key(&row.encoding)?,
        cancel_status: row.cancel_status,
        secret_sealed: row.secret_sealed,
        old_secret: row.old_secret_sealed.zip(until),
        disabled: disabled_at.map(|at| (at, row.disabled_reason.unwrap_or_default())),
        failing_since: from_ms_opt(row.failing_since)?,
        failures: row.failures,
        told_at: from_ms_opt(row.told_at)?,
    })
}

/// The endpoint of an account.
pub(crate) async fn of_account(connection: &impl ConnectionTrait, account: AccountId) -> Result<Option<Endpoint>> {
    entity::Entity::find_by_id(account.0).one(connection).await?.map(from_row).transpose()
}

/// The same, locked until the transaction ends.
pub(crate) async fn lock(tx: &impl ConnectionTrait, account: AccountId) -> Result<Option<Endpoint>> {
    entity::Entity::find_by_id(account.0).lock_exclusive().one(tx).await?.map(from_row).transpose()
}

/// Writes an endpoint, new or changed.
pub(crate) async fn set(tx: &impl ConnectionTrait, endpoint: &Endpoint, now: OffsetDateTime) -> Result<()> {
    let row = entity::ActiveModel {
        account_id: Set(endpoint.account.0),
        url: Set(endpoint.url.clone()),
        encoding: Set(endpoint.encoding.key().to_owned()),
        cancel_status: Set(endpoint.cancel_status.clone()),
        secret_sealed: Set(endpoint.secret_sealed.clone()),
        old_secret_sealed: Set(endpoint.old_secret.as_ref().map(|(secret, _)| secret.clone())),
        old_secret_until: Set(endpoint.old_secret.as_ref().map(|(_, until)| to_ms(*until))),
        disabled_at: Set(endpoint.disabled.as_ref().map(|(at, _)| to_ms(*at))),
        disabled_reason: Set(endpoint.disabled.as_ref().map(|(_, reason)| reason.clone())),
        failing_since: Set(endpoint.failing_since.map(to_ms)),
        failures: Set(endpoint.failures),
        told_at: Set(endpoint.told_at.map(to_ms)),
        updated_at: Set(to_ms(now)),
    };
    let overwrite = OnConflict::column(entity::Column::AccountId)
        .update_columns([
            entity::Column::Url,
            entity::Column::Encoding,
            entity::Column::CancelStatus,
            entity::Column::SecretSealed,
            entity::Column::OldSecretSealed,
            entity::Column::OldSecretUntil,
            entity::Column::DisabledAt,
            entity::Column::DisabledReason,
            entity::Column::FailingSince,
            entity::Column::Failures,
            entity::Column::ToldAt,
            entity::Column::UpdatedAt,
        ])
        .to_owned();
    entity::Entity::insert(row).on_conflict(overwrite).exec_without_returning(tx).await?;
    Ok(())
}

/// Takes an endpoint away.
pub(crate) async fn delete(tx: &impl ConnectionTrait, account: AccountId) -> Result<()> {
    entity::Entity::delete_many().filter(entity::Column::AccountId.eq(account.0)).exec(tx).await?;
    Ok(())
}
