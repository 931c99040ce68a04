//! A seller's statement: every movement of what it is owed, with a running balance that ends at the ledger's.

use crate::Backend;
use crate::error::Result;
use crate::repo::payouts::{self, Payout};
use crate::repo::{account_lines, convert, ledger};
use crate::service::bank::earning;
use crate::service::names::Names;
use crate::service::viewer::Viewer;
use domain::ids::{OrderId, PartyId};
use domain::ledger::LedgerAccount;
use domain::money::{Currency, Money};
use time::OffsetDateTime;

/// Movements on a page of a statement.
pub const STATEMENT_ROWS: u64 = 50;
const PAYOUT_ROWS: u64 = 50;

/// One movement.
#[derive(Debug, Clone)]
pub struct StatementLine {
    /// When.
    pub at: OffsetDateTime,
    /// Why, in words.
    pub reason: &'static str,
    /// Which order.
    pub order: Option<(OrderId, i64)>,
    /// Above zero: owed to the seller. Below: paid to it.
    pub change: Money,
    /// What is owed after it.
    pub balance: Money,
}

/// A page of the movements of one currency, newest first.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The movements.
    pub lines: Vec<StatementLine>,
    /// What is owed now; the balance of the newest line.
    pub balance: Money,
    /// How many movements there are.
    pub total: u64,
    /// Which page this is, from 0.
    pub page: u64,
}

/// Which page of which statement somebody reads; of the others it is the first.
#[derive(Debug, Clone, Copy, Default)]
pub struct StatementPage {
    /// The statement's currency.
    pub currency: Option<Currency>,
    /// From 0.
    pub page: u64,
}

/// Statements and payouts of a seller.
#[derive(Debug, Clone)]
pub struct Earnings {
    /// One a currency.
    pub statements: Vec<Statement>,
    /// The newest payouts.
    pub payouts: Vec<Payout>,
}

impl Backend {
    /// What the viewer's selling account earned and was paid.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for who earns nothing.
    pub async fn earnings(&self, viewer: &Viewer, page: StatementPage) -> Result<Earnings> {
        self.earnings_of(PartyId::Account(earning(viewer)?.account), page).await
    }

    /// The name of a beneficiary with what it earned and was paid, for the administrator.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for everybody else, and for who does not exist.
    pub async fn beneficiary(
        &self,
        viewer: &Viewer,
        party: PartyId,
        page: StatementPage,
    ) -> Result<(String, Earnings)> {
        self.administrator(viewer)?;
        let name = Names::default().party(self.db().read(), party).await?;
        Ok((name, self.earnings_of(party, page).await?))
    }

    async fn earnings_of(&self, party: PartyId, asked: StatementPage) -> Result<Earnings> {
        let connection = self.db().read();
        let payable = LedgerAccount::Payable(party);
        let mut statements = Vec::new();
        for (currency, owed) in ledger::balances(connection, &payable).await? {
            let page = if asked.currency.is_some_and(|asked| asked.code() == currency) { asked.page } else { 0 };
            let (moves, total) = account_lines::page(connection, &payable, &currency, page, STATEMENT_ROWS).await?;
            let lines = moves.into_iter().map(|line| {
                Ok(StatementLine {
                    at: convert::from_ms(line.at_ms)?,
                    reason: words(&line.reason),
                    order: line.order,
                    change: convert::money(line.change, &currency)?,
                    balance: convert::money(line.balance, &currency)?,
                })
            });
            let lines = lines.collect::<Result<_>>()?;
            statements.push(Statement { lines, balance: convert::money(owed, &currency)?, total, page });
        }
        Ok(Earnings { statements, payouts: payouts::of_party(connection, party, PAYOUT_ROWS).await? })
    }
}

fn words(reason: &str) -> &'static str {
    match reason {
        "release" => "Released from escrow",
        "refund" => "Share of a cancellation fee",
        "split" => "Share of a settlement",
        "payout" => "Paid to your bank",
        "unclaimed" => "Set aside",
        _ => "Movement",
    }
}
