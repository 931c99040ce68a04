//! Orders: rows in and out, with finders that always ask who is looking.

use super::convert::{currency, enum_key, from_enum_key, from_json, from_ms, from_ms_opt, key, to_json, to_ms};
use super::order_filter::{Filter, Sort};
use super::{milestones, projects};
use crate::entity::order as entity;
use crate::error::{Error, Result};
use domain::ids::{AccountId, ListingId, MilestoneId, OrderId, ProjectId, ProviderId};
use domain::order::aggregate::Milestone;
use domain::order::{Order, Parties, Price, Role, Side, Status};
use domain::project::{self, Step};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use time::OffsetDateTime;

/// What an order says beside the rules: for people, not for decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderFacts {
    /// The small number people say.
    pub number: i64,
    /// Who made it.
    pub placed_by: Role,
    /// The buyer's address when it was made.
    pub buyer_email: String,
    /// How the seller called the buyer.
    pub buyer_name: Option<String>,
    /// What is bought, in one line.
    pub title: String,
    /// The agreement in words.
    pub description: String,
    /// `good` or `service`.
    pub kind: String,
    /// The listing it was bought from.
    pub listing: Option<ListingId>,
    /// The project and the milestone that it is.
    pub milestone: Option<(ProjectId, MilestoneId)>,
    /// The order whose hold was carried over into it.
    pub carried_from: Option<OrderId>,
    /// When it was made.
    pub created_at: OffsetDateTime,
}

/// An order with its facts.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    /// The aggregate of the rules.
    pub(crate) order: Order,
    /// The rest.
    pub(crate) facts: OrderFacts,
}

/// Inserts a new order.
pub(crate) async fn insert(tx: &impl ConnectionTrait, stored: &Stored, now: OffsetDateTime) -> Result<()> {
    let mut row = changed_columns(&stored.order, now)?;
    let (order, facts) = (&stored.order, &stored.facts);
    row.id = Set(order.id.0);
    row.number = Set(facts.number);
    row.placed_by = Set(facts.placed_by.key().to_owned());
    row.buyer_account_id = Set(order.parties.buyer.0);
    row.seller_account_id = Set(order.parties.seller.0);
    row.operator_account_id = Set(order.parties.operator.map(|operator| operator.0));
    row.listing_id = Set(facts.listing.map(|listing| listing.0));
    row.project_id = Set(facts.milestone.map(|(project, _)| project.0));
    row.milestone_id = Set(facts.milestone.map(|(_, milestone)| milestone.0));
    row.carried_minor = Set(order.carried);
    row.carried_from_id = Set(facts.carried_from.map(|order| order.0));
    row.buyer_email = Set(facts.buyer_email.clone());
    row.buyer_name = Set(facts.buyer_name.clone());
    row.title = Set(facts.title.clone());
    row.description = Set(facts.description.clone());
    row.kind = Set(facts.kind.clone());
    row.currency = Set(order.price.currency.code().to_owned());
    row.product_minor = Set(order.price.product);
    row.shipping_minor = Set(order.price.shipping);
    row.created_at = Set(to_ms(facts.created_at));
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes an order back after its events were applied; `before` is the version it was loaded with.
pub(crate) async fn update(tx: &impl ConnectionTrait, order: &Order, before: i64, now: OffsetDateTime) -> Result<()> {
    let row = changed_columns(order, now)?;
    let written = entity::Entity::update_many()
        .set(row)
        .filter(entity::Column::Id.eq(order.id.0))
        .filter(entity::Column::Version.eq(before))
        .exec(tx)
        .await?;
    if written.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
}

fn changed_columns(order: &Order, now: OffsetDateTime) -> Result<entity::ActiveModel> {
    Ok(entity::ActiveModel {
        version: Set(order.version),
        status: Set(order.status.key().to_owned()),
        attempt: Set(i32::from(order.attempt)),
        provider_id: Set(order.parties.provider.map(|provider| provider.0)),
        terms: Set(to_json(&order.terms)?),
        quote: Set(order.quote.as_ref().map(to_json).transpose()?),
        awaits_agreement_of: Set(order.awaits_agreement_of.as_ref().map(enum_key).transpose()?),
        paid_at: Set(order.paid_at.map(to_ms)),
        deadline_at: Set(order.deadline.map(to_ms)),
        rejection: Set(order.rejection.as_ref().map(to_json).transpose()?),
        second_offer_by: Set(order.second_offer_by.as_ref().map(enum_key).transpose()?),
        split_offers: Set(to_json(&order.split_offers)?),
        escalated: Set(order.escalated),
        ending: Set(order.ending.as_ref().map(enum_key).transpose()?),
        cancelled_by: Set(order.cancelled_by.as_ref().map(enum_key).transpose()?),
        updated_at: Set(to_ms(now)),
        ..Default::default()
    })
}

fn from_row(row: entity::Model) -> Result<Stored> {
    let side = |key: Option<String>| -> Result<Option<Side>> { key.as_deref().map(from_enum_key).transpose() };
    let order = Order {
        id: OrderId(row.id),
        version: row.version,
        status: key(Status::from_key(&row.status), "orders.status")?,
        attempt: u8::try_from(row.attempt).map_err(|source| Error::internal("orders.attempt", source))?,
        parties: Parties {
            buyer: AccountId(row.buyer_account_id),
            seller: AccountId(row.seller_account_id),
            provider: row.provider_id.map(ProviderId),
            operator: row.operator_account_id.map(AccountId),
        },
        awaits_agreement_of: side(row.awaits_agreement_of)?,
        price: Price { currency: currency(&row.currency)?, product: row.product_minor, shipping: row.shipping_minor },
        terms: from_json(&row.terms)?,
        quote: row.quote.as_deref().map(from_json).transpose()?,
        paid_at: from_ms_opt(row.paid_at)?,
        deadline: from_ms_opt(row.deadline_at)?,
        rejection: row.rejection.as_deref().map(from_json).transpose()?,
        second_offer_by: side(row.second_offer_by)?,
        split_offers: from_json(&row.split_offers)?,
        escalated: row.escalated,
        ending: row.ending.as_deref().map(from_enum_key).transpose()?,
        cancelled_by: row.cancelled_by.as_deref().map(from_enum_key).transpose()?,
        // [`with_place`] says it where it decides; lists do not.
        milestone: None,
        carried: row.carried_minor,
    };
    let facts = OrderFacts {
        number: row.number,
        placed_by: key(Role::from_key(&row.placed_by), "orders.placed_by")?,
        buyer_email: row.buyer_email,
        buyer_name: row.buyer_name,
        title: row.title,
        description: row.description,
        kind: row.kind,
        listing: row.listing_id.map(ListingId),
        milestone: row.project_id.map(ProjectId).zip(row.milestone_id.map(MilestoneId)),
        carried_from: row.carried_from_id.map(OrderId),
        created_at: from_ms(row.created_at)?,
    };
    Ok(Stored { order, facts })
}

/// One order, whoever looks: for the services that have already decided who may.
pub(crate) async fn by_id(connection: &impl ConnectionTrait, id: OrderId) -> Result<Stored> {
    let row = entity::Entity::find_by_id(id.0).one(connection).await?.ok_or(Error::NotFound)?;
    with_place(connection, from_row(row)?).await
}

/// Says whose turn it is, where the order is a milestone.
async fn with_place(connection: &impl ConnectionTrait, mut stored: Stored) -> Result<Stored> {
    let Some((id, milestone)) = stored.facts.milestone else { return Ok(stored) };
    let rolls_forward = projects::by_id(connection, id).await?.rolls_forward;
    let milestones = milestones::of_project(connection, id).await?;
    let steps: Vec<Step> = milestones.iter().map(|milestone| milestone.step).collect();
    let index = steps.iter().position(|step| step.id == milestone);
    // An order that expired stands for no milestone any more.
    let stands = |index: &usize| steps[*index].order.is_some_and(|(order, _)| order == stored.order.id);
    let next = |index: usize| milestones.get(index + 1).map(|next| next.amount);
    let place = match index.filter(stands) {
        Some(index) if rolls_forward => project::carry_max(&steps, index, stored.order.price.total(), next(index)),
        _ => 0,
    };
    let earlier_open = index.filter(stands).map_or(u32::MAX, |index| project::earlier_open(&steps, index));
    stored.order.milestone = Some(Milestone { project: id, earlier_open, carry_max: place });
    Ok(stored)
}

/// The orders of these projects, oldest first, each with its project and the minor units that were carried into it.
pub(crate) async fn ids_of_projects(
    connection: &impl ConnectionTrait,
    projects: &[ProjectId],
) -> Result<Vec<(OrderId, ProjectId, i64)>> {
    let rows: Vec<(uuid::Uuid, uuid::Uuid, i64)> = entity::Entity::find()
        .filter(entity::Column::ProjectId.is_in(projects.iter().map(|project| project.0)))
        .order_by_asc(entity::Column::CreatedAt)
        .order_by_asc(entity::Column::Number)
        .select_only()
        .column(entity::Column::Id)
        .column(entity::Column::ProjectId)
        .column(entity::Column::CarriedMinor)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|(order, project, carried)| (OrderId(order), ProjectId(project), carried)).collect())
}

/// The order with a number; `None` where there is none.
pub(crate) async fn by_number(connection: &impl ConnectionTrait, number: i64) -> Result<Option<Stored>> {
    let query = entity::Entity::find().filter(entity::Column::Number.eq(number));
    query.one(connection).await?.map(from_row).transpose()
}

/// One order, locked until the transaction ends, and before it the project it is a milestone of, so that turns do not
/// change meanwhile and nobody waits in a circle. SQLite's single writer is the lock there.
pub(crate) async fn lock(tx: &impl ConnectionTrait, id: OrderId) -> Result<Stored> {
    let project: Option<Option<uuid::Uuid>> =
        entity::Entity::find_by_id(id.0).select_only().column(entity::Column::ProjectId).into_tuple().one(tx).await?;
    if let Some(project) = project.flatten() {
        projects::lock(tx, ProjectId(project)).await?;
    }
    let row = entity::Entity::find_by_id(id.0).lock_exclusive().one(tx).await?.ok_or(Error::NotFound)?;
    with_place(tx, from_row(row)?).await
}

/// One page of the orders that match.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    filter: &Filter,
    sort: Sort,
    page: u64,
    size: u64,
) -> Result<Vec<Stored>> {
    let query = entity::Entity::find().filter(filter.condition());
    let rows = sort.apply(query).offset(page.saturating_mul(size)).limit(size).all(connection).await?;
    rows.into_iter().map(from_row).collect()
}

/// Matching orders by nearest deadline: what a home page lists as "needs you".
pub(crate) async fn by_deadline(connection: &impl ConnectionTrait, filter: &Filter, limit: u64) -> Result<Vec<Stored>> {
    let rows = entity::Entity::find()
        .filter(filter.condition())
        .filter(entity::Column::DeadlineAt.is_not_null())
        .order_by_asc(entity::Column::DeadlineAt)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Sets when whoever the order waits for is reminded next.
pub(crate) async fn set_remind_at(tx: &impl ConnectionTrait, id: OrderId, at: Option<OffsetDateTime>) -> Result<()> {
    let row = entity::ActiveModel { remind_at: Set(at.map(to_ms)), ..Default::default() };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(id.0)).exec(tx).await?;
    Ok(())
}

/// When an order's next reminder is due; ask it while the order is locked.
pub(crate) async fn remind_at(tx: &impl ConnectionTrait, id: OrderId) -> Result<Option<OffsetDateTime>> {
    let row = entity::Entity::find_by_id(id.0).one(tx).await?.ok_or(Error::NotFound)?;
    from_ms_opt(row.remind_at)
}

/// Orders with a reminder that is due, behind the first `skip`.
pub(crate) async fn to_remind(
    connection: &impl ConnectionTrait,
    now: OffsetDateTime,
    skip: u64,
    limit: u64,
) -> Result<Vec<OrderId>> {
    ids_due(connection, entity::Column::RemindAt, now, skip, limit).await
}

/// Orders in these statuses, nearest deadline first: a manager's queue.
pub(crate) async fn queue(connection: &impl ConnectionTrait, statuses: &[Status], limit: u64) -> Result<Vec<Stored>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::Status.is_in(statuses.iter().map(|status| status.key())))
        .order_by_asc(entity::Column::DeadlineAt)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// A buyer's unpaid orders in a currency, newest first: what money in suspense may be applied to.
pub(crate) async fn unpaid_of(
    connection: &impl ConnectionTrait,
    buyer: AccountId,
    currency: &str,
    limit: u64,
) -> Result<Vec<Stored>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::BuyerAccountId.eq(buyer.0))
        .filter(entity::Column::Status.eq(Status::AwaitingPayment.key()))
        .filter(entity::Column::Currency.eq(currency))
        .order_by_desc(entity::Column::CreatedAt)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Orders whose deadline is over, nearest first, behind the first `skip`.
pub(crate) async fn overdue(
    connection: &impl ConnectionTrait,
    now: OffsetDateTime,
    skip: u64,
    limit: u64,
) -> Result<Vec<OrderId>> {
    ids_due(connection, entity::Column::DeadlineAt, now, skip, limit).await
}

async fn ids_due(
    connection: &impl ConnectionTrait,
    column: entity::Column,
    now: OffsetDateTime,
    skip: u64,
    limit: u64,
) -> Result<Vec<OrderId>> {
    let ids: Vec<uuid::Uuid> = entity::Entity::find()
        .filter(column.lte(to_ms(now)))
        .order_by_asc(column)
        .order_by_asc(entity::Column::Id)
        .offset(skip)
        .limit(limit)
        .select_only()
        .column(entity::Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(OrderId).collect())
}
