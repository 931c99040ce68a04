//! What somebody sees first: what needs them, and how their money stands.

use crate::Backend;
use crate::error::Result;
use crate::repo::convert;
use crate::repo::ledger::{self, LinesOf};
use crate::repo::orders;
use crate::service::bank::selling;
use crate::service::order_list::{ListOf, ListQuery, OrderRow, filter};
use crate::service::viewer::Viewer;
use domain::ids::PartyId;
use domain::ledger::LedgerAccount;
use domain::money::Money;
use domain::order::Status;
use std::collections::BTreeMap;
use time::OffsetDateTime;

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
    /// Whether any order exists.
    pub has_orders: bool,
    /// Whether bank details are there.
    pub has_bank: bool,
    /// Whether the identity was verified.
    pub verified: bool,
    /// When it was read.
    pub now: OffsetDateTime,
}

/// A buyer's home.
#[derive(Debug, Clone)]
pub struct BuyerHome {
    /// Orders that wait for the buyer, nearest deadline first.
    pub needs_you: Vec<OrderRow>,
    /// The newest orders.
    pub recent: Vec<OrderRow>,
    /// When it was read.
    pub now: OffsetDateTime,
}

const WAITS_FOR_SELLER: [Status; 4] =
    [Status::Pending, Status::PendingSecond, Status::RejectionUnderReview, Status::Dispute];
const WAITS_FOR_BUYER: [Status; 2] = [Status::AwaitingPayment, Status::AwaitingBuyerResponse];
const NEEDS_YOU_ROWS: u64 = 10;

impl Backend {
    /// A seller's home.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for who sells nothing.
    pub async fn seller_home(&self, viewer: &Viewer) -> Result<SellerHome> {
        let connection = self.db().read();
        let seller = selling(viewer)?;
        let setup = self.payout_setup(viewer).await?;
        let all = filter(viewer, ListOf::Sold);
        let mut waiting = all.clone();
        waiting.statuses = WAITS_FOR_SELLER.to_vec();
        let needs_you = orders::by_deadline(connection, &waiting, NEEDS_YOU_ROWS).await?;
        let counts = orders::counts(connection, &all).await?;
        let in_dispute = |status: Status| matches!(status, Status::Dispute | Status::Disputed);
        let recent = self.order_list(viewer, ListOf::Sold, ListQuery::default()).await?;
        let payable = LedgerAccount::Payable(PartyId::Account(seller.account));
        Ok(SellerHome {
            name: seller.name.clone(),
            needs_you: self.rows(viewer, needs_you).await?,
            held: sums(orders::held(connection, &all).await?),
            payable: sums(ledger::balances(connection, &payable).await?),
            paid_this_month: self.paid_this_month(&payable).await?,
            disputes: counts.iter().filter(|(status, _)| in_dispute(*status)).map(|(_, count)| count).sum(),
            recent: recent.rows.into_iter().take(8).collect(),
            has_orders: !counts.is_empty(),
            has_bank: !setup.banks.is_empty(),
            verified: setup.verified,
            now: self.now(),
        })
    }

    async fn paid_this_month(&self, payable: &LedgerAccount) -> Result<Vec<Money>> {
        let now = self.now();
        let month = now.replace_day(1).unwrap_or(now).replace_time(time::Time::MIDNIGHT);
        let since = convert::to_ms(month);
        let lines = ledger::lines(self.db().read(), LinesOf::Account(payable)).await?;
        let code = payable.code();
        let paid =
            lines.into_iter().filter(|line| line.at_ms >= since && line.reason == "payout" && line.account == code);
        Ok(sums(paid.map(|line| (line.currency, line.minor))))
    }

    /// A buyer's home.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn buyer_home(&self, viewer: &Viewer) -> Result<BuyerHome> {
        let mut waiting = filter(viewer, ListOf::Bought);
        waiting.statuses = WAITS_FOR_BUYER.to_vec();
        let needs_you = orders::by_deadline(self.db().read(), &waiting, NEEDS_YOU_ROWS).await?;
        let recent = self.order_list(viewer, ListOf::Bought, ListQuery::default()).await?;
        Ok(BuyerHome {
            needs_you: self.rows(viewer, needs_you).await?,
            recent: recent.rows.into_iter().take(8).collect(),
            now: self.now(),
        })
    }
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
