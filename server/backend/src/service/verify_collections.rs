//! The part of `holdfast verify` that holds collected payments against their settlements, refunds and money.

use crate::repo::books::Books;
use crate::service::verify::Verification;
use domain::ids::{AccountId, PaymentId};
use domain::ledger::LedgerAccount;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Recomputed balances by code and currency, minor units.
type Balances = BTreeMap<(String, String), i64>;

/// Status and money agree for every collected payment; what its columns say is what its rows sum to; and every balance of a merchant
/// or marketplace covers what was debited from it.
pub(super) fn check(books: &Books, balances: &Balances, report: &mut Verification) {
    let balance = |account: LedgerAccount| balances.get(&(account.code(), "INR".to_owned())).copied().unwrap_or(0);
    let sums = sums(books);
    for row in &books.collections {
        let name = format!("collections {}", row.code);
        let Sums { credited, debited, refunded, open } = sums.get(&row.id).copied().unwrap_or_default();
        let sums = [
            ("credited", row.credited_minor, credited),
            ("debited", row.debited_minor, debited),
            ("refunded", row.refunded_minor, refunded),
        ];
        for (what, said, sum) in sums {
            if said != sum {
                report.found(&name, format!("says {said} {what} but its rows sum to {sum} paise"));
            }
        }
        let id = PaymentId(row.id);
        let left = balance(LedgerAccount::Collected(id)) - balance(LedgerAccount::Receivable(id));
        if left != row.left_minor {
            report.found(&name, format!("says that {} paise are left where the ledger has {left}", row.left_minor));
        }
        if row.fulfilled_at.is_some() && left > 0 {
            report.found(&name, format!("is fulfilled and {left} paise are still nobody's"));
        }
        if row.status != "succeeded" && (left != 0 || row.fulfilled_at.is_some()) {
            report.found(&name, format!("is {} and was divided", row.status));
        }
        let owed = balance(LedgerAccount::PaymentRefund(id));
        if open != owed {
            report.found(&name, format!("owes its buyer {owed} paise but {open} are to be sent"));
        }
    }
    check_merchants(books, report);
}

/// What the rows of a payment sum to, paise.
#[derive(Clone, Copy, Default)]
struct Sums {
    credited: i64,
    debited: i64,
    refunded: i64,
    /// Refunds that were not sent yet, and returns of money that did not fit.
    open: i64,
}

fn sums(books: &Books) -> HashMap<Uuid, Sums> {
    let mut sums: HashMap<Uuid, Sums> = HashMap::new();
    for part in books.settlements.iter().filter(|part| part.status == "done") {
        let of = sums.entry(part.payment_id).or_default();
        *(if part.kind == "CREDIT" { &mut of.credited } else { &mut of.debited }) += part.amount_minor;
    }
    for case in &books.cases {
        let of = sums.entry(case.payment_id).or_default();
        of.refunded += if case.kind == "case" { case.amount_minor } else { 0 };
        of.open += if case.status == "paid" { 0 } else { case.amount_minor };
    }
    sums
}

/// Nobody was debited more of a payment than was credited to them (R4 and R11).
fn check_merchants(books: &Books, report: &mut Verification) {
    let mut parts: BTreeMap<(Uuid, Uuid), i64> = BTreeMap::new();
    for part in books.settlements.iter().filter(|part| part.status != "cancelled") {
        let sign = if part.kind == "CREDIT" { 1 } else { -1 };
        *parts.entry((part.payment_id, part.merchant_id)).or_default() += sign * part.amount_minor;
    }
    for ((payment, merchant), net) in parts {
        if net < 0 {
            let wrong = format!("was debited {} paise more than it was credited for {}", -net, PaymentId(payment));
            report.found(format!("merchants {}", AccountId(merchant)), wrong);
        }
    }
}
