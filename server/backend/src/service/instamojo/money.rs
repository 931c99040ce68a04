//! The one way in which money of a marketplace's payment moves: the payment's row is locked, then the balances it touches, and
//! the ledger and the row change together (instamojo.md sections 8.3 R15 and 8.4).

use crate::error::{Error, Result};
use crate::repo::balance_payouts::SendStatus;
use crate::repo::collections::{self, Collection};
use crate::repo::ledger::{self, Posting};
use crate::repo::settlements::{self, SettlementKind};
use crate::repo::{balance_payouts, refund_cases};
use domain::collection::{Moves, Of, SplitDenied, sweep};
use domain::ids::AccountId;
use domain::ledger::{LedgerAccount, Line, Transfer, TransferReason};
use domain::money::Currency;
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// What marketplaces collect is in rupees.
pub(crate) const INR: Currency = Currency::Inr;

/// Balances that the transaction holds, without what is on its way to the bank.
pub(crate) struct Balances(BTreeMap<AccountId, i64>);

impl Balances {
    /// Locks the balances of accounts.
    pub(crate) async fn lock(tx: &DatabaseTransaction, accounts: &[AccountId]) -> Result<Self> {
        let codes: Vec<LedgerAccount> = accounts.iter().copied().map(LedgerAccount::Balance).collect();
        let balances = ledger::lock_balances(tx, &codes, INR).await?;
        let mut available = BTreeMap::new();
        for account in accounts {
            let balance = balances.get(&LedgerAccount::Balance(*account).code()).copied().unwrap_or(0);
            available.insert(*account, balance - balance_payouts::on_the_way(tx, *account).await?);
        }
        Ok(Self(available))
    }

    /// What of an account's balance can be taken, paise.
    pub(crate) fn available(&self, account: AccountId) -> i64 {
        self.0.get(&account).copied().unwrap_or(0)
    }
}

/// A movement about to be posted.
pub(crate) struct Movement<'a> {
    /// Why.
    pub(crate) reason: TransferReason,
    /// The same key is the same transfer.
    pub(crate) key: &'a str,
    /// What of it arrived at the rail, paise.
    pub(crate) arrived: i64,
    /// What changes, but for the marketplace's own balance, which follows from it.
    pub(crate) moves: Moves,
}

/// Posts a movement of a locked payment, with what follows for its owner's balance, and brings the row forward. Nothing is posted
/// where nothing moves.
pub(crate) async fn post(
    tx: &DatabaseTransaction,
    it: &mut Collection,
    balances: &Balances,
    movement: Movement<'_>,
    now: OffsetDateTime,
) -> Result<()> {
    let Movement { reason, key, arrived, mut moves } = movement;
    let held = if it.owner == it.marketplace { 0 } else { unbacked(tx, it.owner).await? };
    let taken = sweep(it.left + moves.left, balances.available(it.owner) - held, it.fulfilled_at.is_some());
    moves.left -= taken;
    moves.commission = taken;
    let mut lines = moves.lines(Of { payment: it.id, marketplace: it.owner, left: it.left });
    if arrived > 0 {
        lines.push(Line::debit(LedgerAccount::Clearing(it.rail.clone()), arrived));
    }
    it.left += moves.left;
    if moves.left > 0 && it.covers_refunds() {
        refund_cases::wake(tx, it.id, now).await?;
    }
    if !lines.is_empty() {
        write(tx, reason, lines, key, now).await?;
    }
    collections::update(tx, it, now).await
}

/// What of a merchant's balance is not there, paise: a payment may be credited although it was refunded (R13), and until its owner
/// covers that, such a credit would leave with the money of others. Credits before the first refund were there.
pub(super) async fn unbacked(connection: &impl ConnectionTrait, merchant: AccountId) -> Result<i64> {
    let mut held = 0;
    for it in collections::short_with(connection, merchant).await? {
        let cases = refund_cases::of_payment(connection, it.id).await?;
        // What was not sent yet waits until it is covered, and takes nothing from anybody.
        let waits = cases.iter().filter(|case| matches!(case.status(), SendStatus::Queued | SendStatus::Failed));
        let missing = -(it.left + it.fees + it.taxes) - waits.map(|case| case.amount).sum::<i64>();
        let Some(first) = cases.first().filter(|_| missing > 0) else { continue };
        let credits = settlements::of_payment(connection, it.id).await?.into_iter().filter(|credit| {
            credit.kind == SettlementKind::Credit
                && credit.merchant == merchant
                && credit.created_at >= first.created_at
        });
        held += credits.map(|credit| credit.amount).sum::<i64>().min(missing);
    }
    Ok(held)
}

/// Posts lines of no order.
pub(crate) async fn write(
    tx: &impl ConnectionTrait,
    reason: TransferReason,
    lines: Vec<Line>,
    key: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let transfer =
        Transfer::new(INR, reason, lines).map_err(|source| Error::internal("collection transfer", source))?;
    ledger::post(tx, &Posting { transfer: &transfer, key, order: None, note: None }, now).await?;
    Ok(())
}

/// A rule's refusal, in its own words.
pub(crate) const fn refused(denied: SplitDenied) -> Error {
    Error::Refused(denied.words())
}

/// Reads an amount of rupees with at most two decimals, in paise.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn rupees(typed: &str) -> std::result::Result<i64, String> {
    const INVALID: &str = "A valid number is required.";
    let typed = typed.trim();
    let (whole, part) = typed.split_once('.').unwrap_or((typed, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || !digits(whole) || !digits(part) {
        return Err(if typed.starts_with('-') && typed.len() > 1 { NOT_POSITIVE } else { INVALID }.to_owned());
    }
    let decimals = part.trim_end_matches('0');
    if decimals.len() > 2 {
        return Err("Ensure that there are no more than 2 decimal places.".to_owned());
    }
    let paise = format!("{whole}{decimals:0<2}").parse().map_err(|_| INVALID.to_owned())?;
    if paise == 0 { Err(NOT_POSITIVE.to_owned()) } else { Ok(paise) }
}

const NOT_POSITIVE: &str = "Ensure this value is greater than 0.";

/// Paise as rupees with two decimals.
#[must_use]
pub fn in_rupees(paise: i64) -> String {
    let sign = if paise < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", paise.unsigned_abs() / 100, paise.unsigned_abs() % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_to_the_paisa() {
        for (typed, paise) in
            [("9", 900), ("10.5", 1_050), ("10.50", 1_050), ("0.01", 1), ("200000.00", 20_000_000), ("1.100", 110)]
        {
            assert_eq!(rupees(typed), Ok(paise), "{typed}");
        }
        for typed in ["", ".", "-1", "0", "0.00", "1.001", "1e3", "1,000", "NaN", "99999999999999999999"] {
            assert!(rupees(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn amounts_are_written_with_two_decimals() {
        for (paise, text) in [(0, "0.00"), (5, "0.05"), (1_050, "10.50"), (-320, "-3.20"), (-5, "-0.05")] {
            assert_eq!(in_rupees(paise), text);
        }
    }
}
