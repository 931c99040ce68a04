//! Lists of orders.

use crate::Backend;
use crate::error::Result;
use crate::repo::accounts;
use crate::repo::orders::{self, Filter, Stored};
use crate::service::viewer::Viewer;
use domain::ids::{AccountId, OrderId};
use domain::money::Money;
use domain::order::{Role, Status, Waiting, waiting};
use domain::permission;
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// Rows on a page of a list.
pub const PAGE_SIZE: u64 = 25;

/// On which side the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListOf {
    /// What the reader buys.
    Bought,
    /// What the reader sells.
    Sold,
    /// What is traded on the reader's marketplace.
    Operated,
}

/// What a list shows; the address of the page is this, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// Only this status.
    pub status: Option<Status>,
    /// Part of the title, the buyer's address, or the number.
    pub search: String,
    /// From 0.
    pub page: u64,
}

/// One row.
#[derive(Debug, Clone)]
pub struct OrderRow {
    /// Identity.
    pub id: OrderId,
    /// The number people say.
    pub number: i64,
    /// What is bought.
    pub title: String,
    /// The name of the other side.
    pub counterpart: String,
    /// Where it stands.
    pub status: Status,
    /// Product and shipping.
    pub price: Money,
    /// Whom it waits for.
    pub waiting: Option<Waiting>,
    /// The part the reader plays.
    pub role: Role,
    /// When it was made.
    pub created_at: OffsetDateTime,
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct OrderList {
    /// The rows, newest first.
    pub rows: Vec<OrderRow>,
    /// How many match.
    pub total: u64,
    /// How many are in each status, whatever status is chosen.
    pub counts: Vec<(Status, i64)>,
    /// What was asked.
    pub query: ListQuery,
    /// When it was read.
    pub now: OffsetDateTime,
}

impl Backend {
    /// A page of the reader's orders.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn order_list(&self, viewer: &Viewer, of: ListOf, query: ListQuery) -> Result<OrderList> {
        let connection = self.db().read();
        let mut filter = filter(viewer, of);
        filter.search.clone_from(&query.search);
        let counts = orders::counts(connection, &filter).await?;
        filter.statuses.extend(query.status);
        let (stored, total) = orders::page(connection, &filter, query.page, PAGE_SIZE).await?;
        let rows = self.rows(viewer, stored).await?;
        Ok(OrderList { rows, total, counts, query, now: self.now() })
    }

    /// Turns orders into rows for a reader.
    pub(crate) async fn rows(&self, viewer: &Viewer, stored: Vec<Stored>) -> Result<Vec<OrderRow>> {
        let mut names: BTreeMap<AccountId, String> = BTreeMap::new();
        let accounts_of_viewer = viewer.account_ids();
        let mut rows = Vec::with_capacity(stored.len());
        for Stored { order, facts } in stored {
            let actor = permission::actor(&order.parties, &accounts_of_viewer, None);
            let role = actor.map_or(Role::Buyer, |actor| actor.role);
            let counterpart = match (role, names.get(&order.parties.seller)) {
                (Role::Seller, _) => facts.buyer_name.clone().unwrap_or_else(|| facts.buyer_email.clone()),
                (_, Some(name)) => name.clone(),
                (_, None) => {
                    let name = accounts::by_id(self.db().read(), order.parties.seller).await?.name;
                    names.insert(order.parties.seller, name.clone());
                    name
                }
            };
            let currency = order.price.currency;
            rows.push(OrderRow {
                id: order.id,
                number: facts.number,
                title: facts.title,
                counterpart,
                status: order.status,
                price: Money::new(order.price.total(), currency).unwrap_or(Money::zero(currency)),
                waiting: waiting(&order),
                role,
                created_at: facts.created_at,
            });
        }
        Ok(rows)
    }
}

/// The orders of one side of the reader.
pub(crate) fn filter(viewer: &Viewer, of: ListOf) -> Filter {
    let accounts = if viewer.verified { viewer.account_ids() } else { Vec::new() };
    let nobody = Vec::new;
    let (buyers, sellers, operators) = match of {
        ListOf::Bought => (accounts, nobody(), nobody()),
        ListOf::Sold => (nobody(), accounts, nobody()),
        ListOf::Operated => (nobody(), nobody(), accounts),
    };
    Filter { buyers, sellers, operators, statuses: Vec::new(), search: String::new() }
}
