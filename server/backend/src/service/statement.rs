//! A seller's statement: every movement of what it is owed, with a running balance that ends at the ledger's.

use crate::Backend;
use crate::error::Result;
use crate::repo::convert;
use crate::repo::ledger::{self, LinesOf};
use crate::repo::orders;
use crate::repo::payouts::{self, Payout};
use crate::service::bank::earning;
use crate::service::names::Names;
use crate::service::viewer::Viewer;
use domain::ids::{OrderId, PartyId};
use domain::ledger::LedgerAccount;
use domain::money::Money;
use std::collections::BTreeMap;
use time::OffsetDateTime;

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

/// The movements of one currency, oldest first.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The movements.
    pub lines: Vec<StatementLine>,
    /// What is owed now; the balance of the last line.
    pub balance: Money,
}

/// Statements and payouts of a seller.
#[derive(Debug, Clone)]
pub struct Earnings {
    /// One a currency.
    pub statements: Vec<Statement>,
    /// The newest payouts.
    pub payouts: Vec<Payout>,
}

const PAYOUT_ROWS: u64 = 50;

impl Backend {
    /// What the viewer's selling account earned and was paid.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for who earns nothing.
    pub async fn earnings(&self, viewer: &Viewer) -> Result<Earnings> {
        self.earnings_of(PartyId::Account(earning(viewer)?.account)).await
    }

    /// The name of a beneficiary with what it earned and was paid, for the administrator.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for everybody else, and for who does not exist.
    pub async fn beneficiary(&self, viewer: &Viewer, party: PartyId) -> Result<(String, Earnings)> {
        self.administrator(viewer)?;
        let name = Names::default().party(self.db().read(), party).await?;
        Ok((name, self.earnings_of(party).await?))
    }

    async fn earnings_of(&self, party: PartyId) -> Result<Earnings> {
        let connection = self.db().read();
        let payable = LedgerAccount::Payable(party);
        let code = payable.code();
        let mut statements: BTreeMap<String, Vec<StatementLine>> = BTreeMap::new();
        let mut numbers: BTreeMap<OrderId, i64> = BTreeMap::new();
        for line in ledger::lines(connection, LinesOf::Account(&payable)).await? {
            if line.account != code {
                continue;
            }
            let order = match line.order.map(OrderId) {
                Some(id) => Some((id, number(self, &mut numbers, id).await?)),
                None => None,
            };
            let signed = if line.side == "credit" { line.minor } else { -line.minor };
            let lines = statements.entry(line.currency.clone()).or_default();
            let before = lines.last().map_or(0, |last: &StatementLine| last.balance.minor());
            lines.push(StatementLine {
                at: convert::from_ms(line.at_ms)?,
                reason: words(&line.reason),
                order,
                change: convert::money(signed, &line.currency)?,
                balance: convert::money(before + signed, &line.currency)?,
            });
        }
        let statements = statements
            .into_values()
            .filter_map(|lines| lines.last().map(|last| last.balance).map(|balance| Statement { lines, balance }))
            .collect();
        Ok(Earnings { statements, payouts: payouts::of_party(connection, party, PAYOUT_ROWS).await? })
    }
}

async fn number(backend: &Backend, known: &mut BTreeMap<OrderId, i64>, id: OrderId) -> Result<i64> {
    if let Some(number) = known.get(&id) {
        return Ok(*number);
    }
    let number = orders::by_id(backend.db().read(), id).await?.facts.number;
    known.insert(id, number);
    Ok(number)
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
