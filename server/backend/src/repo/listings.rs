//! What sellers offer.

use super::convert::{currency, from_enum_key, from_json, from_ms, to_json, to_ms};
use crate::entity::listing as entity;
use crate::error::{Error, Result};
use domain::ids::{AccountId, ListingId, PartyId, ProviderId};
use domain::order::{Commission, Price};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Whether a listing is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListingStatus {
    /// Only its seller sees it.
    Draft,
    /// Offered.
    Published,
    /// Taken away; orders keep what it said.
    Archived,
}

impl ListingStatus {
    /// The stored name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Archived => "archived",
        }
    }

    /// The status in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Published => "Published",
            Self::Archived => "Archived",
        }
    }
}

/// A good or service that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Identity.
    pub id: ListingId,
    /// Who sells it.
    pub seller: AccountId,
    /// The service provider of a Business Seller who delivers it.
    pub provider: Option<ProviderId>,
    /// `good` or `service`.
    pub kind: String,
    /// What it is, in one line.
    pub title: String,
    /// What exactly is delivered.
    pub description: String,
    /// Where it stands in the storefront; may be empty.
    pub category: String,
    /// What it costs.
    pub price: Price,
    /// How many are left; `None` where they are not counted.
    pub stock: Option<i64>,
    /// What the seller keeps, where it differs from the provider's usual commission.
    pub commission: Option<Commission>,
    /// Whether it is offered.
    pub status: ListingStatus,
    /// When it was made.
    pub created_at: OffsetDateTime,
}

fn from_row(row: entity::Model) -> Result<Listing> {
    Ok(Listing {
        id: ListingId(row.id),
        seller: AccountId(row.account_id),
        provider: row.provider_id.map(ProviderId),
        kind: row.kind,
        title: row.title,
        description: row.description,
        category: row.category,
        price: Price { currency: currency(&row.currency)?, product: row.product_minor, shipping: row.shipping_minor },
        stock: row.stock,
        commission: row.commission.as_deref().map(from_json).transpose()?,
        status: from_enum_key(&row.status)?,
        created_at: from_ms(row.created_at)?,
    })
}

fn columns(listing: &Listing, now: OffsetDateTime) -> Result<entity::ActiveModel> {
    Ok(entity::ActiveModel {
        provider_id: Set(listing.provider.map(|provider| provider.0)),
        kind: Set(listing.kind.clone()),
        title: Set(listing.title.clone()),
        description: Set(listing.description.clone()),
        category: Set(listing.category.clone()),
        currency: Set(listing.price.currency.code().to_owned()),
        product_minor: Set(listing.price.product),
        shipping_minor: Set(listing.price.shipping),
        stock: Set(listing.stock),
        commission: Set(listing.commission.as_ref().map(to_json).transpose()?),
        status: Set(listing.status.key().to_owned()),
        updated_at: Set(to_ms(now)),
        ..Default::default()
    })
}

/// Inserts a listing.
pub(crate) async fn insert(tx: &impl ConnectionTrait, listing: &Listing, now: OffsetDateTime) -> Result<()> {
    let mut row = columns(listing, now)?;
    row.id = Set(listing.id.0);
    row.account_id = Set(listing.seller.0);
    row.created_at = Set(to_ms(now));
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes a listing back.
pub(crate) async fn update(tx: &impl ConnectionTrait, listing: &Listing, now: OffsetDateTime) -> Result<()> {
    let row = columns(listing, now)?;
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(listing.id.0)).exec(tx).await?;
    Ok(())
}

/// Takes what a provider would deliver off the storefront; its seller can offer it again otherwise.
pub(crate) async fn withdraw_of_provider(
    tx: &impl ConnectionTrait,
    provider: ProviderId,
    now: OffsetDateTime,
) -> Result<()> {
    let row = entity::ActiveModel {
        status: Set(ListingStatus::Draft.key().to_owned()),
        provider_id: Set(None),
        commission: Set(None),
        updated_at: Set(to_ms(now)),
        ..Default::default()
    };
    let of_provider = entity::Column::ProviderId.eq(provider.0);
    let offered = entity::Column::Status.ne(ListingStatus::Archived.key());
    entity::Entity::update_many().set(row).filter(of_provider).filter(offered).exec(tx).await?;
    Ok(())
}

/// One listing of a seller; another seller's is not found.
pub(crate) async fn of_seller(connection: &impl ConnectionTrait, seller: AccountId, id: ListingId) -> Result<Listing> {
    let query = entity::Entity::find_by_id(id.0).filter(entity::Column::AccountId.eq(seller.0));
    query.one(connection).await?.map(from_row).ok_or(Error::NotFound)?
}

/// One listing that is offered, locked until the transaction ends where it is inside one.
pub(crate) async fn published(connection: &impl ConnectionTrait, id: ListingId) -> Result<Listing> {
    let query = entity::Entity::find_by_id(id.0).filter(entity::Column::Status.eq(ListingStatus::Published.key()));
    query.one(connection).await?.map(from_row).ok_or(Error::NotFound)?
}

/// Every listing of a seller but the archived ones, newest first.
pub(crate) async fn list(connection: &impl ConnectionTrait, seller: AccountId) -> Result<Vec<Listing>> {
    let rows = entity::Entity::find()
        .filter(entity::Column::AccountId.eq(seller.0))
        .filter(entity::Column::Status.ne(ListingStatus::Archived.key()))
        .order_by_desc(entity::Column::CreatedAt)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// What a storefront shows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shown {
    /// Of these sellers.
    pub(crate) sellers: Vec<AccountId>,
    /// With this in the title or description.
    pub(crate) search: String,
    /// In this category; empty means all.
    pub(crate) category: String,
    /// `good`, `service`, or empty for both.
    pub(crate) kind: String,
    /// Only what this party delivers.
    pub(crate) by: Option<PartyId>,
}

impl Shown {
    fn condition(&self) -> Condition {
        let sellers: Vec<_> = self.sellers.iter().map(|seller| seller.0).collect();
        let mut condition = Condition::all()
            .add(entity::Column::AccountId.is_in(sellers))
            .add(entity::Column::Status.eq(ListingStatus::Published.key()));
        if !self.category.is_empty() {
            condition = condition.add(entity::Column::Category.eq(&self.category));
        }
        if !self.kind.is_empty() {
            condition = condition.add(entity::Column::Kind.eq(&self.kind));
        }
        condition = match self.by {
            Some(PartyId::Provider(provider)) => condition.add(entity::Column::ProviderId.eq(provider.0)),
            Some(PartyId::Account(account)) => {
                condition.add(entity::Column::AccountId.eq(account.0)).add(entity::Column::ProviderId.is_null())
            }
            None => condition,
        };
        let search = self.search.trim();
        if !search.is_empty() {
            let any = Condition::any()
                .add(entity::Column::Title.contains(search))
                .add(entity::Column::Description.contains(search));
            condition = condition.add(any);
        }
        condition
    }
}

/// One page of what is offered, newest first, with the number of all.
pub(crate) async fn page(
    connection: &impl ConnectionTrait,
    shown: &Shown,
    page: u64,
    size: u64,
) -> Result<(Vec<Listing>, u64)> {
    let query = entity::Entity::find().filter(shown.condition());
    let total = query.clone().count(connection).await?;
    let rows = query
        .order_by_desc(entity::Column::CreatedAt)
        .order_by_desc(entity::Column::Id)
        .offset(page.saturating_mul(size))
        .limit(size)
        .all(connection)
        .await?;
    Ok((rows.into_iter().map(from_row).collect::<Result<_>>()?, total))
}

/// The categories of what these sellers offer, by name.
pub(crate) async fn categories(connection: &impl ConnectionTrait, sellers: &[AccountId]) -> Result<Vec<String>> {
    let shown = Shown { sellers: sellers.to_vec(), ..Shown::default() };
    let names = entity::Entity::find()
        .filter(shown.condition())
        .filter(entity::Column::Category.ne(""))
        .select_only()
        .column(entity::Column::Category)
        .distinct()
        .order_by_asc(entity::Column::Category)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(names)
}

/// Takes one from the stock; `false` where none is left. A listing without a count always has one.
pub(crate) async fn take_one(tx: &impl ConnectionTrait, id: ListingId) -> Result<bool> {
    let taken = entity::Entity::update_many()
        .col_expr(entity::Column::Stock, Expr::col(entity::Column::Stock).sub(1))
        .filter(entity::Column::Id.eq(id.0))
        .filter(Condition::any().add(entity::Column::Stock.is_null()).add(entity::Column::Stock.gt(0)))
        .exec(tx)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Puts one back that was never paid.
pub(crate) async fn put_back(tx: &impl ConnectionTrait, id: ListingId) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::Stock, Expr::col(entity::Column::Stock).add(1))
        .filter(entity::Column::Id.eq(id.0))
        .filter(entity::Column::Stock.is_not_null())
        .exec(tx)
        .await?;
    Ok(())
}
