//! Registered sellers under marketplace operators (rules.md sections 1 and 6).

use super::convert::{from_enum_key, from_json, from_ms, from_ms_opt, to_json, to_ms};
use crate::entity::association as entity;
use crate::error::{Error, Result};
use domain::ids::{AccountId, AssociationId};
use domain::order::Commission;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Where an association stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssociationStatus {
    /// The seller was asked.
    Invited,
    /// The seller accepted.
    Active,
    /// The seller declined.
    Declined,
    /// The seller left.
    Left,
    /// The operator removed the seller, or took the invitation back.
    Removed,
}

impl AssociationStatus {
    /// The stored name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Declined => "declined",
            Self::Left => "left",
            Self::Removed => "removed",
        }
    }

    /// The status in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Invited => "Invited",
            Self::Active => "Active",
            Self::Declined => "Declined",
            Self::Left => "Left",
            Self::Removed => "Removed",
        }
    }
}

/// A seller's place under an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Association {
    /// Identity.
    pub id: AssociationId,
    /// The operator.
    pub operator: AccountId,
    /// The seller.
    pub seller: AccountId,
    /// Where it stands.
    pub status: AssociationStatus,
    /// What the operator keeps of the seller's orders.
    pub commission: Commission,
    /// When the seller was asked.
    pub created_at: OffsetDateTime,
    /// When it ended.
    pub ended_at: Option<OffsetDateTime>,
}

fn from_row(row: entity::Model) -> Result<Association> {
    Ok(Association {
        id: AssociationId(row.id),
        operator: AccountId(row.operator_account_id),
        seller: AccountId(row.seller_account_id),
        status: from_enum_key(&row.status)?,
        commission: from_json(&row.commission)?,
        created_at: from_ms(row.created_at)?,
        ended_at: from_ms_opt(row.ended_at)?,
    })
}

/// Inserts an invitation; `false` where the seller is invited or associated already.
pub(crate) async fn insert(tx: &impl ConnectionTrait, new: &Association) -> Result<bool> {
    let row = entity::ActiveModel {
        id: Set(new.id.0),
        operator_account_id: Set(new.operator.0),
        seller_account_id: Set(new.seller.0),
        status: Set(new.status.key().to_owned()),
        commission: Set(to_json(&new.commission)?),
        created_at: Set(to_ms(new.created_at)),
        answered_at: Set(None),
        ended_at: Set(None),
    };
    let inserted = entity::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(inserted == 1)
}

/// Writes where an association stands now, and since when it was answered or is over.
pub(crate) async fn set_status(
    tx: &impl ConnectionTrait,
    id: AssociationId,
    status: AssociationStatus,
    now: OffsetDateTime,
) -> Result<()> {
    let mut row = entity::ActiveModel { status: Set(status.key().to_owned()), ..Default::default() };
    match status {
        AssociationStatus::Invited => {}
        AssociationStatus::Active => row.answered_at = Set(Some(to_ms(now))),
        _ => row.ended_at = Set(Some(to_ms(now))),
    }
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(())
}

/// Writes what the operator keeps of the orders that follow.
pub(crate) async fn set_commission(
    tx: &impl ConnectionTrait,
    id: AssociationId,
    commission: &Commission,
) -> Result<()> {
    let row = entity::ActiveModel { commission: Set(to_json(commission)?), ..Default::default() };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(())
}

/// One association, locked until the transaction ends.
pub(crate) async fn lock(tx: &impl ConnectionTrait, id: AssociationId) -> Result<Association> {
    entity::Entity::find_by_id(id.0).lock_exclusive().one(tx).await?.map(from_row).ok_or(Error::NotFound)?
}

/// Every association of an operator that stands or was asked for, oldest first.
pub(crate) async fn of_operator(connection: &impl ConnectionTrait, operator: AccountId) -> Result<Vec<Association>> {
    standing(connection, entity::Column::OperatorAccountId, operator).await
}

/// Every association of a seller that stands or was asked for, oldest first.
pub(crate) async fn of_seller(connection: &impl ConnectionTrait, seller: AccountId) -> Result<Vec<Association>> {
    standing(connection, entity::Column::SellerAccountId, seller).await
}

async fn standing(
    connection: &impl ConnectionTrait,
    column: entity::Column,
    account: AccountId,
) -> Result<Vec<Association>> {
    let standing = [AssociationStatus::Invited, AssociationStatus::Active].map(AssociationStatus::key);
    let rows = entity::Entity::find()
        .filter(column.eq(account.0))
        .filter(entity::Column::Status.is_in(standing))
        .order_by_asc(entity::Column::CreatedAt)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// The association under which a seller trades on an operator's marketplace now.
pub(crate) async fn active(
    connection: &impl ConnectionTrait,
    operator: AccountId,
    seller: AccountId,
) -> Result<Option<Association>> {
    let row = entity::Entity::find()
        .filter(entity::Column::OperatorAccountId.eq(operator.0))
        .filter(entity::Column::SellerAccountId.eq(seller.0))
        .filter(entity::Column::Status.eq(AssociationStatus::Active.key()))
        .one(connection)
        .await?;
    row.map(from_row).transpose()
}
