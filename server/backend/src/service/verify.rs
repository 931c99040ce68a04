//! Proves from the rows alone that the books are right: what `holdfast verify` runs.

use crate::Backend;
use crate::error::Result;
use crate::repo::audit::chain_hash;
use crate::repo::books::{self, Books, EventRow, OrderRow, PayoutRow};
use crate::service::verify_collections;
use domain::ids::OrderId;
use domain::ledger::{EntrySide, LedgerAccount};
use domain::order::{Event, Status};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Something that must not be, with the row it was seen at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The row, as `table id`.
    pub row: String,
    /// What is wrong with it.
    pub wrong: String,
}

/// What a check looked at and found.
#[derive(Debug, Clone, Default)]
pub struct Verification {
    /// Transfers added up again.
    pub transfers: usize,
    /// Ledger accounts added up again.
    pub accounts: usize,
    /// Orders held against their money.
    pub orders: usize,
    /// Collected payments held against their settlements, refunds and money.
    pub collections: usize,
    /// Audit events hashed again.
    pub events: usize,
    /// What is wrong; empty is good.
    pub findings: Vec<Finding>,
}

impl Verification {
    pub(super) fn found(&mut self, row: impl std::fmt::Display, wrong: impl Into<String>) {
        self.findings.push(Finding { row: row.to_string(), wrong: wrong.into() });
    }
}

impl Backend {
    /// Recomputes every balance, checks that every transfer balances, that status and money agree for every order and
    /// that every audit chain is whole.
    ///
    /// # Errors
    /// The database does not answer; wrong books are findings, not errors.
    pub async fn verify(&self) -> Result<Verification> {
        let tx = self.db().snapshot().await?;
        let books = books::read(&tx).await?;
        tx.rollback().await?;
        let mut report = Verification {
            transfers: books.transfers.len(),
            accounts: books.accounts.len(),
            orders: books.orders.len(),
            collections: books.collections.len(),
            events: books.events.len(),
            findings: Vec::new(),
        };
        check_transfers(&books, &mut report);
        let balances = check_balances(&books, &mut report);
        check_orders(&books, &balances, &mut report);
        verify_collections::check(&books, &balances, &mut report);
        check_chains(&books.orders, &books.events, &mut report);
        Ok(report)
    }
}

/// Every transfer balances, has two lines at least, and its postings stand on accounts of its currency.
fn check_transfers(books: &Books, report: &mut Verification) {
    let mut sums: HashMap<Uuid, (i128, i128, usize)> = HashMap::new();
    for posting in &books.postings {
        let sum = sums.entry(posting.transfer_id).or_default();
        if posting.side == "debit" {
            sum.0 += i128::from(posting.amount_minor)
        } else {
            sum.1 += i128::from(posting.amount_minor)
        }
        sum.2 += 1;
        let Some(transfer) = books.transfers.get(&posting.transfer_id) else {
            report.found(format!("ledger_postings {}", posting.id), "its transfer does not exist");
            continue;
        };
        match books.accounts.get(&posting.account_id) {
            Some(account) if account.currency == transfer.currency => {}
            Some(account) => {
                let wrong = format!("posts {} on an account of {}", transfer.currency, account.currency);
                report.found(format!("ledger_postings {}", posting.id), wrong);
            }
            None => report.found(format!("ledger_postings {}", posting.id), "its account does not exist"),
        }
    }
    for transfer in books.transfers.values() {
        let (debits, credits, lines) = sums.get(&transfer.id).copied().unwrap_or_default();
        if debits != credits || lines < 2 {
            let wrong = format!("{lines} lines, debits of {debits} and credits of {credits} minor units");
            report.found(format!("ledger_transfers {}", transfer.id), wrong);
        }
    }
}

/// Every cached balance is the sum of its postings; answers the recomputed balances by code and currency.
fn check_balances(books: &Books, report: &mut Verification) -> BTreeMap<(String, String), i64> {
    let mut sums: HashMap<Uuid, i64> = HashMap::new();
    for posting in &books.postings {
        let Some(account) = books.accounts.get(&posting.account_id).and_then(|row| LedgerAccount::from_code(&row.code))
        else {
            continue;
        };
        let normal = if account.normal_side() == EntrySide::Debit { "debit" } else { "credit" };
        let change = if posting.side == normal { posting.amount_minor } else { -posting.amount_minor };
        *sums.entry(posting.account_id).or_default() += change;
    }
    let mut balances = BTreeMap::new();
    for row in books.accounts.values() {
        let sum = sums.get(&row.id).copied().unwrap_or(0);
        match LedgerAccount::from_code(&row.code) {
            None => report.found(format!("ledger_accounts {}", row.code), "is no account of the chart"),
            Some(account) if sum < 0 && !account.may_be_negative() => {
                report.found(format!("ledger_accounts {}", row.code), format!("stands at {sum} minor units"));
            }
            Some(_) => {}
        }
        if sum != row.balance_minor {
            let wrong =
                format!("the cached balance is {} but its postings sum to {sum} minor units", row.balance_minor);
            report.found(format!("ledger_accounts {}", row.code), wrong);
        }
        balances.insert((row.code.clone(), row.currency.clone()), sum);
    }
    balances
}

/// Status and money agree: a holding order holds exactly its price, every other one nothing; Completed means paid.
fn check_orders(books: &Books, balances: &BTreeMap<(String, String), i64>, report: &mut Verification) {
    let (orders, payouts) = (&books.orders, &books.payouts);
    let mut owed: BTreeMap<(String, String), i64> = BTreeMap::new();
    for row in orders {
        let name = format!("orders {}", row.number);
        let Some(status) = Status::from_key(&row.status) else {
            report.found(&name, format!("has the unknown status {}", row.status));
            continue;
        };
        let id = OrderId(row.id);
        let balance =
            |account: LedgerAccount| balances.get(&(account.code(), row.currency.clone())).copied().unwrap_or(0);
        let hold = balance(LedgerAccount::Hold(id));
        let expected = match status {
            // Only what was carried into it, before the rest is paid.
            Status::AwaitingPayment => row.carried_minor,
            status if status.holds_money() => row.product_minor + row.shipping_minor,
            _ => 0,
        };
        if hold != expected {
            report.found(&name, format!("is {status} and holds {hold} instead of {expected} minor units"));
        }
        if !status.holds_money() && balance(LedgerAccount::FeeHold(id)) != 0 {
            report.found(&name, format!("is {status} and still holds the buyer's fees"));
        }
        let legs: Vec<&PayoutRow> = payouts.iter().filter(|payout| payout.order_id == row.id).collect();
        let unpaid = legs.iter().filter(|leg| leg.status != "paid" && leg.set_aside_at.is_none()).count();
        if status == Status::Completed && (unpaid > 0 || legs.is_empty()) {
            report.found(&name, format!("is Completed with {unpaid} of {} payouts and refunds unpaid", legs.len()));
        }
        if status.is_settling() && unpaid == 0 {
            report.found(&name, format!("is {status} although every payout and refund is paid"));
        }
        if !status.is_settling() && status != Status::Completed && !legs.is_empty() {
            report.found(&name, format!("is {status} and has payouts already"));
        }
    }
    for leg in payouts.iter().filter(|payout| payout.status != "paid") {
        let account = match (leg.set_aside_at, leg.kind.as_str()) {
            (Some(_), _) => "unclaimed",
            (None, "refund") => "refund_due",
            (None, _) => "payable",
        };
        *owed.entry((format!("{account}:{}", leg.party), leg.currency.clone())).or_default() += leg.amount_minor;
    }
    for ((code, currency), balance) in balances {
        if ["payable:", "refund_due:", "unclaimed:"].iter().any(|kind| code.starts_with(kind)) {
            let open = owed.remove(&(code.clone(), currency.clone())).unwrap_or(0);
            if open != *balance {
                let wrong =
                    format!("owes {balance} but its open payouts and refunds sum to {open} minor units of {currency}");
                report.found(format!("ledger_accounts {code}"), wrong);
            }
        }
    }
    check_suspense(books, balances, report);
    for ((code, currency), open) in owed {
        report.found(
            format!("ledger_accounts {code}"),
            format!("does not exist but {open} minor units of {currency} are to be paid"),
        );
    }
}

/// What stands in suspense is what waits for the administrator or is on its way back.
fn check_suspense(books: &Books, balances: &BTreeMap<(String, String), i64>, report: &mut Verification) {
    let mut open: BTreeMap<(String, String), i64> = BTreeMap::new();
    for item in books.suspense.iter().filter(|item| !matches!(item.status.as_str(), "returned" | "applied")) {
        *open.entry((format!("suspense:{}", item.rail), item.currency.clone())).or_default() += item.amount_minor;
    }
    for ((code, currency), balance) in balances.iter().filter(|((code, _), _)| code.starts_with("suspense:")) {
        let waiting = open.get(&(code.clone(), currency.clone())).copied().unwrap_or(0);
        if waiting != *balance {
            let wrong = format!("holds {balance} but {waiting} minor units of {currency} wait for a decision");
            report.found(format!("ledger_accounts {code}"), wrong);
        }
    }
}

/// Whether the columns beside an event, which lists read, say what the hashed event says.
fn tells_its_payload(row: &EventRow) -> bool {
    serde_json::from_str::<Event>(&row.payload).is_ok_and(|event| {
        event.actor.key() == row.actor_role
            && event.command.kind().key() == row.command
            && event.from.map(Status::key) == row.from_status.as_deref()
            && event.to.key() == row.to_status
    })
}

/// Every order's history is numbered without gaps, hashed over the one before, and ends at the order's status.
fn check_chains(orders: &[OrderRow], events: &[EventRow], report: &mut Verification) {
    let mut last: HashMap<Uuid, &EventRow> = HashMap::new();
    for event in events {
        let name = format!("audit_events {}", event.id);
        let (seq, prev) = last.get(&event.order_id).map_or((1, ""), |before| (before.seq + 1, before.hash.as_str()));
        if event.seq != seq {
            report.found(&name, format!("is number {} where {seq} was expected", event.seq));
        }
        let hash = chain_hash(prev, event.order_id, event.seq, event.at, event.actor_user_id, &event.payload);
        if event.prev_hash != prev || event.hash != hash {
            report.found(&name, "does not carry the hash of its contents and of the event before it");
        }
        if !tells_its_payload(event) {
            report.found(&name, "says another actor, command or status than the event that it carries");
        }
        last.insert(event.order_id, event);
    }
    for row in orders {
        match last.get(&row.id) {
            None => report.found(format!("orders {}", row.number), "has no history"),
            Some(event) if event.to_status != row.status => {
                let wrong = format!("is {} but its history ends at {}", row.status, event.to_status);
                report.found(format!("orders {}", row.number), wrong);
            }
            Some(event) if i64::from(event.seq) != row.version => {
                let wrong = format!("has version {} but {} events", row.version, event.seq);
                report.found(format!("orders {}", row.number), wrong);
            }
            Some(_) => {}
        }
    }
}
