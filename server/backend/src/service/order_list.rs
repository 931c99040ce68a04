//! Lists of orders.

use crate::Backend;
use crate::error::Result;
use crate::repo::order_figures;
use crate::repo::order_filter::Filter;
use crate::repo::orders::{self, Stored};
use crate::service::names::Names;
use crate::service::viewer::{Membership, Viewer};
use domain::clock_text::Zone;
use domain::ids::{OrderId, ProjectId};
use domain::money::{Currency, Money};
use domain::order::{Role, Status, Waiting, waiting};
use domain::permission;
use domain::text::{FieldError, page_number};
use std::collections::BTreeMap;
use time::{Duration, OffsetDateTime};

pub use crate::repo::order_filter::Sort;

/// Rows on a page of a list.
pub const PAGE_SIZE: u64 = 25;
/// Rows of the newest orders on a home page.
const RECENT_ROWS: u64 = 8;

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
    /// Part of the title, the buyer's address or name, or the number.
    pub search: String,
    /// In which order.
    pub sort: Sort,
    /// Made at or after this instant.
    pub from: Option<OffsetDateTime>,
    /// Made before this instant.
    pub before: Option<OffsetDateTime>,
    /// Only in this currency.
    pub currency: Option<Currency>,
    /// Costs at least so many minor units of `currency`.
    pub least: Option<i64>,
    /// Costs at most so many minor units of `currency`.
    pub most: Option<i64>,
    /// Only milestones of this project.
    pub project: Option<ProjectId>,
    /// From 0.
    pub page: u64,
}

impl ListOf {
    /// The list that somebody sees: what they sell or what is traded on their marketplace, and with `of=bought` what they buy.
    #[must_use]
    pub fn read(query: &BTreeMap<String, String>, viewer: &Viewer) -> Self {
        let bought = query.get("of").is_some_and(|of| of == "bought");
        match (viewer.selling(), viewer.operating()) {
            _ if bought => Self::Bought,
            (Some(_), _) => Self::Sold,
            (None, Some(_)) => Self::Operated,
            (None, None) => Self::Bought,
        }
    }
}

impl ListQuery {
    /// Reads the query of an address: `status`, `q`, `sort`, `from` and `to` as dates of `zone`, `currency`, `min`, `max`,
    /// `project`, `page`.
    /// What cannot be read is left out and named.
    #[must_use]
    pub fn read(query: &BTreeMap<String, String>, zone: Zone) -> (Self, Vec<FieldError>) {
        let mut wrong = Vec::new();
        let text = |name: &str| query.get(name).map_or("", |text| text.trim());
        let mut day = |name: &str| match text(name) {
            "" => None,
            typed => {
                let day = zone.day(typed);
                if day.is_none() {
                    wrong.push(FieldError::new(name, "Enter a date such as 2026-11-20."));
                }
                day
            }
        };
        let (from, to) = (day("from"), day("to"));
        let currency = Currency::from_code(text("currency")).filter(|currency| Currency::TRADED.contains(currency));
        // An amount without a currency is taken as naira, as on the form.
        let counted = currency.unwrap_or(Currency::Ngn);
        let mut amount = |name: &str| match text(name) {
            "" => None,
            typed => match Money::parse(typed, counted) {
                Ok(money) => Some(money.minor()),
                Err(error) => {
                    wrong.push(FieldError::new(name, error.to_string()));
                    None
                }
            },
        };
        let (least, most) = (amount("min"), amount("max"));
        let read = Self {
            status: Status::from_key(text("status")),
            search: text("q").chars().take(100).collect(),
            sort: Sort::ALL.into_iter().find(|sort| sort.key() == text("sort")).unwrap_or_default(),
            from,
            before: to.map(|to| to + Duration::days(1)),
            currency: currency.or((least.is_some() || most.is_some()).then_some(counted)),
            least,
            most,
            project: text("project").parse().ok(),
            page: page_number(text("page")),
        };
        (read, wrong)
    }

    /// Whether anything but the order of the rows narrows the list.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        let everything = Self { sort: self.sort, page: self.page, ..Self::default() };
        *self != everything
    }
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
        narrow(&mut filter, &query);
        let counts = order_figures::counts(connection, &filter).await?;
        let shown = counts.iter().filter(|(status, _)| query.status.is_none_or(|only| only == *status));
        let total = shown.map(|(_, count)| u64::try_from(*count).unwrap_or_default()).sum();
        filter.statuses.extend(query.status);
        let stored = orders::page(connection, &filter, query.sort, query.page, PAGE_SIZE).await?;
        let rows = self.rows(viewer, stored).await?;
        Ok(OrderList { rows, total, counts, query, now: self.now() })
    }

    /// The newest orders of one side of the reader: for a home page.
    pub(crate) async fn newest(&self, viewer: &Viewer, filter: &Filter) -> Result<Vec<OrderRow>> {
        let stored = orders::page(self.db().read(), filter, Sort::Newest, 0, RECENT_ROWS).await?;
        self.rows(viewer, stored).await
    }

    /// Turns orders into rows for a reader.
    pub(crate) async fn rows(&self, viewer: &Viewer, stored: Vec<Stored>) -> Result<Vec<OrderRow>> {
        let mut names = Names::default();
        let accounts_of_viewer = viewer.account_ids();
        let mut rows = Vec::with_capacity(stored.len());
        for Stored { order, facts } in stored {
            // Whether it waits for its buyer depends on the milestone before it, which lists do not read.
            let order = if order.carried > 0 && order.status == Status::AwaitingPayment {
                orders::by_id(self.db().read(), order.id).await?.order
            } else {
                order
            };
            let actor = permission::actor(&order.parties, &accounts_of_viewer, None);
            let role = actor.map_or(Role::Buyer, |actor| actor.role);
            let counterpart = match role {
                Role::Seller => facts.buyer_name.clone().unwrap_or_else(|| facts.buyer_email.clone()),
                _ => names.account(self.db().read(), order.parties.seller).await?,
            };
            let currency = order.price.currency;
            rows.push(OrderRow {
                id: order.id,
                number: facts.number,
                title: facts.title,
                counterpart,
                status: order.status,
                price: Money::or_zero(order.price.total(), currency),
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
    let viewer = Some(viewer).filter(|viewer| viewer.verified);
    let one = |membership: Option<&Membership>| membership.map(|membership| membership.account).into_iter().collect();
    let nobody = Vec::new;
    let (buyers, sellers, operators) = match of {
        ListOf::Bought => (viewer.map(Viewer::account_ids).unwrap_or_default(), nobody(), nobody()),
        ListOf::Sold => (nobody(), one(viewer.and_then(Viewer::selling)), nobody()),
        ListOf::Operated => (nobody(), nobody(), one(viewer.and_then(Viewer::operating))),
    };
    Filter { buyers, sellers, operators, ..Filter::default() }
}

/// Narrows a side's orders to what a query asks for, but for its status.
pub(crate) fn narrow(filter: &mut Filter, query: &ListQuery) {
    filter.search.clone_from(&query.search);
    filter.from = query.from;
    filter.before = query.before;
    filter.currency = query.currency;
    filter.least = query.least;
    filter.most = query.most;
    filter.project = query.project;
}
