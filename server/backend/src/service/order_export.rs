//! A list of orders to take away: exactly the filtered rows, with amounts that the ledger has.

use crate::Backend;
use crate::error::Result;
use crate::repo::convert;
use crate::repo::ledger_sums::{OrderSum, sums_of_orders};
use crate::repo::orders::{self, Stored};
use crate::service::names::Names;
use crate::service::order_list::{ListOf, ListQuery, filter, narrow};
use crate::service::viewer::Viewer;
use domain::ids::{OrderId, PartyId};
use domain::ledger::LedgerAccount;
use domain::money::Money;
use domain::order::Status;
use time::OffsetDateTime;

/// Most rows of one export; more are asked for by dates.
pub const EXPORT_ROWS_MAX: u64 = 50_000;
/// Orders read at a time.
const CHUNK: u64 = 500;

/// One row.
#[derive(Debug, Clone)]
pub struct ExportRow {
    /// The number people say.
    pub number: i64,
    /// When it was made.
    pub made_at: OffsetDateTime,
    /// When it was paid.
    pub paid_at: Option<OffsetDateTime>,
    /// Where it stands.
    pub status: Status,
    /// What is bought.
    pub title: String,
    /// The buyer's address.
    pub buyer: String,
    /// The seller's name.
    pub seller: String,
    /// The service provider's name; may be empty.
    pub provider: String,
    /// The marketplace's name; may be empty.
    pub operator: String,
    /// Product and shipping.
    pub price: Money,
    /// What the buyer paid in, fees included.
    pub paid_in: Money,
    /// What is in escrow now.
    pub held: Money,
    /// What went, or is on its way, back to the buyer.
    pub refunded: Money,
    /// The reader's own share, released.
    pub share: Money,
    /// What of the reader's share has left for the bank.
    pub paid_out: Money,
}

impl Backend {
    /// Every order that the query's list shows on all its pages, at most [`EXPORT_ROWS_MAX`].
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn export_orders(&self, viewer: &Viewer, of: ListOf, query: &ListQuery) -> Result<Vec<ExportRow>> {
        let connection = self.db().read();
        let mut filter = filter(viewer, of);
        narrow(&mut filter, query);
        filter.statuses.extend(query.status);
        let mut names = Names::default();
        let mut rows = Vec::new();
        for page in 0..EXPORT_ROWS_MAX / CHUNK {
            let stored = orders::page(connection, &filter, query.sort, page, CHUNK).await?;
            let last = stored.len() < usize::try_from(CHUNK).unwrap_or(usize::MAX);
            let ids: Vec<OrderId> = stored.iter().map(|stored| stored.order.id).collect();
            let sums = sums_of_orders(connection, &ids).await?;
            for stored in stored {
                let lines = sums.get(&stored.order.id).map_or(&[][..], Vec::as_slice);
                rows.push(self.row(viewer, stored, lines, &mut names).await?);
            }
            if last {
                break;
            }
        }
        Ok(rows)
    }

    async fn row(&self, viewer: &Viewer, stored: Stored, sums: &[OrderSum], names: &mut Names) -> Result<ExportRow> {
        let connection = self.db().read();
        let Stored { order, facts } = stored;
        let money = |minor| convert::money(minor, order.price.currency.code());
        let mine: Vec<LedgerAccount> =
            viewer.account_ids().into_iter().map(|id| LedgerAccount::Payable(PartyId::Account(id))).collect();
        // Every account of an order grows by credit, but what is at the rail.
        let total = |which: &dyn Fn(&LedgerAccount) -> bool, side: &str| -> i64 {
            let of = sums.iter().filter(|sum| sum.side == side);
            of.filter(|sum| LedgerAccount::from_code(&sum.account).is_some_and(|account| which(&account)))
                .map(|sum| sum.minor)
                .sum()
        };
        let held = |account: &LedgerAccount| matches!(account, LedgerAccount::Hold(of) | LedgerAccount::FeeHold(of) if *of == order.id);
        let paid_in = total(&held, "credit");
        Ok(ExportRow {
            number: facts.number,
            made_at: facts.created_at,
            paid_at: order.paid_at,
            status: order.status,
            title: facts.title,
            buyer: facts.buyer_email,
            seller: names.account(connection, order.parties.seller).await?,
            provider: match order.parties.provider {
                Some(provider) => names.provider(connection, provider).await?,
                None => String::new(),
            },
            operator: match order.parties.operator {
                Some(operator) => names.account(connection, operator).await?,
                None => String::new(),
            },
            price: money(order.price.total())?,
            paid_in: money(paid_in)?,
            // What was carried into the order was posted with the order it came from.
            held: money(order.carried + paid_in - total(&held, "debit"))?,
            refunded: money(total(&|account| matches!(account, LedgerAccount::RefundDue(_)), "credit"))?,
            share: money(total(&|account| mine.contains(account), "credit"))?,
            paid_out: money(total(&|account| mine.contains(account), "debit"))?,
        })
    }
}
