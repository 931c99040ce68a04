//! What somebody sees first: what needs them, and how their money stands.

use crate::Backend;
use crate::error::Result;
use crate::repo::convert;
use crate::repo::ledger;
use crate::repo::order_figures::Stretches;
use crate::repo::order_filter::Filter;
use crate::repo::{associations, order_figures, orders};
use crate::service::associations::operating;
use crate::service::bank::selling;
use crate::service::order_list::{ListOf, OrderRow, filter};
use crate::service::performance::Week;
use crate::service::projects::ProjectDuty;
use crate::service::viewer::Viewer;
use domain::clock_text::Zone;
use domain::ids::PartyId;
use domain::ledger::LedgerAccount;
use domain::money::Money;
use domain::order::{Side, Status};
use std::collections::BTreeMap;
use time::{Duration, OffsetDateTime};

/// A seller's home.
#[derive(Debug, Clone)]
pub struct SellerHome {
    /// The selling account's name.
    pub name: String,
    /// Orders that wait for the seller, nearest deadline first.
    pub needs_you: Vec<OrderRow>,
    /// In escrow for the seller's orders, one amount a currency.
    pub held: Vec<Money>,
    /// Owed to the seller, one amount a currency.
    pub payable: Vec<Money>,
    /// Paid to the seller since the month began (UTC), one amount a currency.
    pub paid_this_month: Vec<Money>,
    /// Open disputes.
    pub disputes: i64,
    /// The newest orders.
    pub recent: Vec<OrderRow>,
    /// Orders made on each of the last [`FLOW_DAYS`] days, oldest first, with the day's beginning.
    pub flow: Vec<(OffsetDateTime, i64)>,
    /// The last weeks, oldest first.
    pub weeks: Vec<Week>,
    /// Whether any order exists.
    pub has_orders: bool,
    /// Whether bank details are there.
    pub has_bank: bool,
    /// Whether the identity was verified.
    pub verified: bool,
    /// When it was read.
    pub now: OffsetDateTime,
}

/// An operator's home.
#[derive(Debug, Clone)]
pub struct OperatorHome {
    /// The marketplace's name.
    pub name: String,
    /// In escrow for orders on the marketplace, one amount a currency.
    pub held: Vec<Money>,
    /// Commission owed to the operator, one amount a currency.
    pub payable: Vec<Money>,
    /// Sellers on the marketplace.
    pub sellers: i64,
    /// Open disputes.
    pub disputes: i64,
    /// Orders made on each of the last [`FLOW_DAYS`] days, oldest first, with the day's beginning.
    pub flow: Vec<(OffsetDateTime, i64)>,
    /// The last weeks, oldest first.
    pub weeks: Vec<Week>,
    /// The newest orders.
    pub recent: Vec<OrderRow>,
    /// When it was read.
    pub now: OffsetDateTime,
}

/// A buyer's home.
#[derive(Debug, Clone)]
pub struct BuyerHome {
    /// Orders that wait for the buyer, nearest deadline first.
    pub needs_you: Vec<OrderRow>,
    /// Projects that wait for the buyer.
    pub projects: Vec<ProjectDuty>,
    /// The newest orders.
    pub recent: Vec<OrderRow>,
    /// When it was read.
    pub now: OffsetDateTime,
}

/// Days of the flow of orders.
pub const FLOW_DAYS: i64 = 30;
const WAITS_FOR_SELLER: [Status; 4] =
    [Status::Pending, Status::PendingSecond, Status::RejectionUnderReview, Status::Dispute];
const WAITS_FOR_BUYER: [Status; 2] = [Status::AwaitingPayment, Status::AwaitingBuyerResponse];
const NEEDS_YOU_ROWS: u64 = 10;
const DAY_MS: i64 = 86_400_000;

impl Backend {
    /// A seller's home.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for who sells nothing.
    pub async fn seller_home(&self, viewer: &Viewer, zone: Zone) -> Result<SellerHome> {
        let connection = self.db().read();
        let seller = selling(viewer)?;
        let setup = self.payout_setup(viewer).await?;
        let all = filter(viewer, ListOf::Sold);
        let mut waiting = all.clone();
        waiting.statuses = WAITS_FOR_SELLER.to_vec();
        let mut needs_you = orders::by_deadline(connection, &waiting, NEEDS_YOU_ROWS).await?;
        let proposed =
            Filter { statuses: vec![Status::AwaitingPayment], awaits_agreement_of: Some(Side::Seller), ..all.clone() };
        needs_you.extend(orders::by_deadline(connection, &proposed, NEEDS_YOU_ROWS).await?);
        needs_you.sort_by_key(|stored| stored.order.deadline);
        let counts = order_figures::counts(connection, &all).await?;
        let party = PartyId::Account(seller.account);
        Ok(SellerHome {
            name: seller.name.clone(),
            needs_you: self.rows(viewer, needs_you).await?,
            held: sums(order_figures::held(connection, &all).await?),
            payable: sums(ledger::balances(connection, &LedgerAccount::Payable(party)).await?),
            paid_this_month: self.paid_this_month(party).await?,
            disputes: disputes(&counts),
            has_orders: !counts.is_empty(),
            recent: self.newest(viewer, &all).await?,
            flow: self.flow(&all, zone).await?,
            weeks: self.performance(&all, party, zone).await?,
            has_bank: !setup.banks.is_empty(),
            verified: setup.verified,
            now: self.now(),
        })
    }

    /// An operator's home.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for who runs no marketplace.
    pub async fn operator_home(&self, viewer: &Viewer, zone: Zone) -> Result<OperatorHome> {
        let connection = self.db().read();
        let operator = operating(viewer)?;
        let all = filter(viewer, ListOf::Operated);
        let sellers = associations::of_operator(connection, operator.account).await?;
        let active = sellers.iter().filter(|one| one.status == associations::AssociationStatus::Active).count();
        let party = PartyId::Account(operator.account);
        Ok(OperatorHome {
            name: operator.name.clone(),
            held: sums(order_figures::held(connection, &all).await?),
            payable: sums(ledger::balances(connection, &LedgerAccount::Payable(party)).await?),
            sellers: i64::try_from(active).unwrap_or(i64::MAX),
            disputes: disputes(&order_figures::counts(connection, &all).await?),
            flow: self.flow(&all, zone).await?,
            weeks: self.performance(&all, party, zone).await?,
            recent: self.newest(viewer, &all).await?,
            now: self.now(),
        })
    }

    /// How many of these orders were made on each of the last days of `zone`.
    async fn flow(&self, orders: &Filter, zone: Zone) -> Result<Vec<(OffsetDateTime, i64)>> {
        let today = self.now().to_offset(zone.offset).replace_time(time::Time::MIDNIGHT);
        let first = today - Duration::days(FLOW_DAYS - 1);
        let mut days: Vec<_> = (0..FLOW_DAYS).map(|day| (first + Duration::days(day), 0)).collect();
        let stretches = Stretches { from: convert::to_ms(first), length: DAY_MS };
        for (day, made) in order_figures::made_in(self.db().read(), orders, stretches).await? {
            if let Some((_, count)) = usize::try_from(day).ok().and_then(|day| days.get_mut(day)) {
                *count = made;
            }
        }
        Ok(days)
    }

    async fn paid_this_month(&self, party: PartyId) -> Result<Vec<Money>> {
        let now = self.now();
        let month = now.replace_day(1).unwrap_or(now).replace_time(time::Time::MIDNIGHT);
        Ok(sums(order_figures::paid(self.db().read(), party, convert::to_ms(month)).await?))
    }

    /// A buyer's home.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn buyer_home(&self, viewer: &Viewer) -> Result<BuyerHome> {
        let all = filter(viewer, ListOf::Bought);
        let mut waiting = all.clone();
        waiting.statuses = WAITS_FOR_BUYER.to_vec();
        let needs_you = orders::by_deadline(self.db().read(), &waiting, NEEDS_YOU_ROWS).await?;
        let mut needs_you = self.rows(viewer, needs_you).await?;
        // A proposal waits for the seller first.
        needs_you.retain(|row| row.waiting.is_some_and(|waiting| waiting.who == row.role));
        Ok(BuyerHome {
            needs_you,
            projects: self.project_duties(viewer).await?,
            recent: self.newest(viewer, &all).await?,
            now: self.now(),
        })
    }
}

fn disputes(counts: &[(Status, i64)]) -> i64 {
    let open = |status: Status| matches!(status, Status::Dispute | Status::Disputed);
    counts.iter().filter(|(status, _)| open(*status)).map(|(_, count)| count).sum()
}

/// Adds amounts up by currency.
fn sums(amounts: impl IntoIterator<Item = (String, i64)>) -> Vec<Money> {
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for (currency, minor) in amounts {
        *sums.entry(currency).or_default() += minor;
    }
    sums.into_iter()
        .filter(|(_, minor)| *minor != 0)
        .filter_map(|(code, minor)| convert::money(minor, &code).ok())
        .collect()
}
