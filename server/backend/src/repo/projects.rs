//! Milestone projects (rules.md section 7).

use super::convert::{currency, from_json, from_ms, from_ms_opt, key, to_json, to_ms};
use crate::entity::project as entity;
use crate::error::{Error, Result};
use domain::ids::{AccountId, ProjectId};
use domain::money::Currency;
use domain::order::Role;
use domain::project::{MilestoneTerms, ProjectStatus};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use time::OffsetDateTime;

/// A project without its milestones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Identity.
    pub id: ProjectId,
    /// The small number people say.
    pub number: i64,
    /// Where it stands.
    pub status: ProjectStatus,
    /// Buyer or seller.
    pub started_by: Role,
    /// Who pays.
    pub buyer: AccountId,
    /// Who sells.
    pub seller: AccountId,
    /// The operator of the marketplace it is on.
    pub operator: Option<AccountId>,
    /// The buyer's address.
    pub buyer_email: String,
    /// How the seller called the buyer.
    pub buyer_name: Option<String>,
    /// The other party's telephone number, as the starter gave it.
    pub phone: Option<String>,
    /// What it is called.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// The currency of every milestone.
    pub currency: Currency,
    /// Whether acceptance may carry a part into the next milestone.
    pub rolls_forward: bool,
    /// What the seller set for every milestone.
    pub defaults: MilestoneTerms,
    /// When it was started.
    pub created_at: OffsetDateTime,
    /// When it was changed last.
    pub updated_at: OffsetDateTime,
    /// When it was closed or cancelled.
    pub ended_at: Option<OffsetDateTime>,
}

fn from_row(row: entity::Model) -> Result<Project> {
    Ok(Project {
        id: ProjectId(row.id),
        number: row.number,
        status: key(ProjectStatus::from_key(&row.status), "projects.status")?,
        started_by: key(Role::from_key(&row.started_by), "projects.started_by")?,
        buyer: AccountId(row.buyer_account_id),
        seller: AccountId(row.seller_account_id),
        operator: row.operator_account_id.map(AccountId),
        buyer_email: row.buyer_email,
        buyer_name: row.buyer_name,
        phone: row.phone,
        name: row.name,
        description: row.description,
        currency: currency(&row.currency)?,
        rolls_forward: row.rolls_forward,
        defaults: from_json(&row.defaults)?,
        created_at: from_ms(row.created_at)?,
        updated_at: from_ms(row.updated_at)?,
        ended_at: from_ms_opt(row.ended_at)?,
    })
}

/// Inserts a new project.
pub(crate) async fn insert(tx: &impl ConnectionTrait, new: &Project) -> Result<()> {
    let mut row = changed_columns(new, new.created_at)?;
    row.id = Set(new.id.0);
    row.number = Set(new.number);
    row.started_by = Set(new.started_by.key().to_owned());
    row.buyer_account_id = Set(new.buyer.0);
    row.seller_account_id = Set(new.seller.0);
    row.operator_account_id = Set(new.operator.map(|operator| operator.0));
    row.buyer_email = Set(new.buyer_email.clone());
    row.buyer_name = Set(new.buyer_name.clone());
    row.phone = Set(new.phone.clone());
    row.currency = Set(new.currency.code().to_owned());
    row.created_at = Set(to_ms(new.created_at));
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes a locked project back.
pub(crate) async fn update(tx: &impl ConnectionTrait, project: &Project, now: OffsetDateTime) -> Result<()> {
    let row = changed_columns(project, now)?;
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(project.id.0)).exec(tx).await?;
    Ok(())
}

fn changed_columns(project: &Project, now: OffsetDateTime) -> Result<entity::ActiveModel> {
    Ok(entity::ActiveModel {
        status: Set(project.status.key().to_owned()),
        name: Set(project.name.clone()),
        description: Set(project.description.clone()),
        rolls_forward: Set(project.rolls_forward),
        defaults: Set(to_json(&project.defaults)?),
        updated_at: Set(to_ms(now)),
        ended_at: Set(project.ended_at.map(to_ms)),
        ..Default::default()
    })
}

/// One project, whoever looks: for the services that decide who may.
pub(crate) async fn by_id(connection: &impl ConnectionTrait, id: ProjectId) -> Result<Project> {
    entity::Entity::find_by_id(id.0).one(connection).await?.map(from_row).ok_or(Error::NotFound)?
}

/// A seller's project with a number.
pub(crate) async fn of_seller_by_number(
    connection: &impl ConnectionTrait,
    seller: AccountId,
    number: i64,
) -> Result<Option<Project>> {
    let query = entity::Entity::find()
        .filter(entity::Column::SellerAccountId.eq(seller.0))
        .filter(entity::Column::Number.eq(number));
    query.one(connection).await?.map(from_row).transpose()
}

/// One project, locked until the transaction ends. A project is locked before any of its orders.
pub(crate) async fn lock(tx: &impl ConnectionTrait, id: ProjectId) -> Result<Project> {
    entity::Entity::find_by_id(id.0).lock_exclusive().one(tx).await?.map(from_row).ok_or(Error::NotFound)?
}

/// Whose projects a list shows; nobody's where every list is empty.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProjectsOf {
    /// Bought by one of these.
    pub(crate) buyers: Vec<AccountId>,
    /// Sold by one of these.
    pub(crate) sellers: Vec<AccountId>,
    /// On the marketplace of one of these.
    pub(crate) operators: Vec<AccountId>,
}

impl ProjectsOf {
    fn condition(&self) -> Condition {
        let ids = |accounts: &[AccountId]| accounts.iter().map(|account| account.0).collect::<Vec<_>>();
        Condition::any()
            .add(entity::Column::BuyerAccountId.is_in(ids(&self.buyers)))
            .add(entity::Column::SellerAccountId.is_in(ids(&self.sellers)))
            .add(entity::Column::OperatorAccountId.is_in(ids(&self.operators)))
    }
}

/// One page of projects, the newest first, with the number of all.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    of: &ProjectsOf,
    page: u64,
    size: u64,
) -> Result<(Vec<Project>, u64)> {
    let query = entity::Entity::find().filter(of.condition());
    let total = query.clone().count(connection).await?;
    let query = query.order_by_desc(entity::Column::CreatedAt).order_by_desc(entity::Column::Number);
    let rows = query.offset(page.saturating_mul(size)).limit(size).all(connection).await?;
    Ok((rows.into_iter().map(from_row).collect::<Result<_>>()?, total))
}
