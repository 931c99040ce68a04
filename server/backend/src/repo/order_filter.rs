//! What a list of orders shows, and in which order.

use super::convert::to_ms;
use crate::entity::{account, order as entity};
use domain::ids::{AccountId, ProjectId};
use domain::money::Currency;
use domain::order::{Side, Status};
use sea_orm::sea_query::{Expr, ExprTrait, Order as Direction, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use time::OffsetDateTime;

/// One side of a list of orders.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// Only orders bought by one of these.
    pub(crate) buyers: Vec<AccountId>,
    /// Only orders sold by one of these.
    pub(crate) sellers: Vec<AccountId>,
    /// Only orders on one of these marketplaces.
    pub(crate) operators: Vec<AccountId>,
    /// Only these statuses; empty means all.
    pub(crate) statuses: Vec<Status>,
    /// Part of the title, the buyer's address or name, or the number.
    pub(crate) search: String,
    /// Made at or after this instant.
    pub(crate) from: Option<OffsetDateTime>,
    /// Made before this instant.
    pub(crate) before: Option<OffsetDateTime>,
    /// Costs at least so many minor units.
    pub(crate) least: Option<i64>,
    /// Costs at most so many minor units.
    pub(crate) most: Option<i64>,
    /// Only in this currency.
    pub(crate) currency: Option<Currency>,
    /// Only milestones of this project.
    pub(crate) project: Option<ProjectId>,
    /// Only those that wait for this side's agreement.
    pub(crate) awaits_agreement_of: Option<Side>,
}

/// In which order rows come; ties go by number, so that pages never overlap.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
    /// The dearest first.
    Dearest,
    /// The nearest deadline first; those without one last.
    Deadline,
}

impl Sort {
    /// Every order, as the page offers them.
    pub const ALL: [Self; 4] = [Self::Newest, Self::Oldest, Self::Dearest, Self::Deadline];

    /// The name in addresses.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Dearest => "dearest",
            Self::Deadline => "deadline",
        }
    }

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Newest => "Newest first",
            Self::Oldest => "Oldest first",
            Self::Dearest => "Largest amount first",
            Self::Deadline => "Nearest deadline first",
        }
    }

    pub(super) fn apply(self, query: Select<entity::Entity>) -> Select<entity::Entity> {
        let number = entity::Column::Number;
        match self {
            Self::Newest => query.order_by_desc(entity::Column::CreatedAt).order_by_desc(number),
            Self::Oldest => query.order_by_asc(entity::Column::CreatedAt).order_by_asc(number),
            Self::Dearest => query.order_by(total(), Direction::Desc).order_by_desc(number),
            Self::Deadline => query
                .order_by(Expr::col(entity::Column::DeadlineAt).is_null(), Direction::Asc)
                .order_by_asc(entity::Column::DeadlineAt)
                .order_by_desc(number),
        }
    }
}

/// The accounts with this in their name.
fn sellers_named(part: &str) -> SelectStatement {
    let mut named = account::Entity::find().filter(account::Column::Name.contains(part)).select_only();
    named = named.column(account::Column::Id);
    QuerySelect::query(&mut named).take()
}

/// What an order costs, minor units.
pub(super) fn total() -> Expr {
    Expr::col(entity::Column::ProductMinor).add(Expr::col(entity::Column::ShippingMinor))
}

impl Filter {
    /// Whose orders; nobody's where no party is named. A side without a party is left out, because SQLite gives up its index
    /// for `OR 1 = 2`.
    fn parties(&self) -> Condition {
        let sides = [
            (entity::Column::BuyerAccountId, &self.buyers),
            (entity::Column::SellerAccountId, &self.sellers),
            (entity::Column::OperatorAccountId, &self.operators),
        ];
        let named = sides.into_iter().filter(|(_, accounts)| !accounts.is_empty());
        let named: Vec<_> =
            named.map(|(column, accounts)| column.is_in(accounts.iter().map(|account| account.0))).collect();
        if named.is_empty() {
            return Condition::all().add(entity::Column::Id.is_in(Vec::<uuid::Uuid>::new()));
        }
        named.into_iter().fold(Condition::any(), Condition::add)
    }

    /// The rows that match.
    pub(crate) fn condition(&self) -> Condition {
        let mut condition = Condition::all().add(self.parties());
        if !self.statuses.is_empty() {
            condition = condition.add(entity::Column::Status.is_in(self.statuses.iter().map(|status| status.key())));
        }
        if let Some(from) = self.from {
            condition = condition.add(entity::Column::CreatedAt.gte(to_ms(from)));
        }
        if let Some(before) = self.before {
            condition = condition.add(entity::Column::CreatedAt.lt(to_ms(before)));
        }
        if let Some(least) = self.least {
            condition = condition.add(total().gte(least));
        }
        if let Some(most) = self.most {
            condition = condition.add(total().lte(most));
        }
        if let Some(currency) = self.currency {
            condition = condition.add(entity::Column::Currency.eq(currency.code()));
        }
        if let Some(project) = self.project {
            condition = condition.add(entity::Column::ProjectId.eq(project.0));
        }
        if let Some(side) = self.awaits_agreement_of {
            condition = condition.add(entity::Column::AwaitsAgreementOf.eq(side.role().key()));
        }
        let search = self.search.trim();
        if !search.is_empty() {
            let mut any = Condition::any()
                .add(entity::Column::Title.contains(search))
                .add(entity::Column::BuyerName.contains(search))
                .add(entity::Column::BuyerEmail.contains(search.to_lowercase()))
                .add(entity::Column::SellerAccountId.in_subquery(sellers_named(search)));
            if let Ok(number) = search.trim_start_matches('#').parse::<i64>() {
                any = any.add(entity::Column::Number.eq(number));
            }
            condition = condition.add(any);
        }
        condition
    }
}
