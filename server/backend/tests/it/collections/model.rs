//! What the contract says of money, written once more without looking at the services: histories are held against it.

mod workers;

use domain::collection::SplitDenied;
use std::collections::BTreeSet;
use time::{Date, Duration, OffsetDateTime};

/// How a payment's card behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Card {
    Good,
    Declined,
    Short,
    RefundFails,
    RefundUnknown,
}

/// What becomes of money sent to a bank account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Paid,
    Refused,
    Unknown,
}

/// Where a balance is paid.
#[derive(Debug, Clone, Copy)]
pub struct Bank {
    pub number: &'static str,
    pub fate: Fate,
    change: u32,
    usable_from: OffsetDateTime,
}

/// A balance; the first is the marketplace's.
#[derive(Debug, Clone, Default)]
pub struct Purse {
    pub balance: i64,
    /// On its way to a bank that does not know yet, and when it is asked.
    pub way: Option<(i64, OffsetDateTime)>,
    pub paid_out: i64,
    grown: Vec<(Date, i64)>,
    bank: Option<Bank>,
    /// The last payout was refused: by which bank details, and when.
    refused: Option<(u32, OffsetDateTime)>,
}

impl Purse {
    pub fn available(&self) -> i64 {
        self.balance - self.way.map_or(0, |(amount, _)| amount)
    }
}

/// How a settlement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Done,
    Queued,
    Cancelled,
}

/// A settlement.
#[derive(Debug, Clone)]
pub struct Settled {
    pub name: String,
    pub credit: bool,
    /// After the payment's first refund.
    late: bool,
    pub merchant: usize,
    pub amount: i64,
    pub part: Part,
}

/// How a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    Waits,
    Unknown(OffsetDateTime),
    Failed(OffsetDateTime),
    Paid,
}

/// A refund.
#[derive(Debug, Clone)]
pub struct Refunded {
    pub name: Option<String>,
    pub amount: i64,
    pub sending: Sending,
}

/// A payment.
#[derive(Debug, Clone)]
pub struct Paid {
    pub code: String,
    pub amount: i64,
    pub card: Card,
    pub fulfilled: bool,
    pub left: i64,
    pub settled: Vec<Settled>,
    pub refunds: Vec<Refunded>,
}

impl Paid {
    pub fn succeeded(&self) -> bool {
        !matches!(self.card, Card::Declined | Card::Short)
    }

    /// 2 % and three rupees, and 18 % of that, to the nearest paisa.
    pub fn fees(&self) -> i64 {
        let nearest = |hundredths: i64| hundredths / 100 + i64::from(hundredths % 100 >= 50);
        let fee = nearest(self.amount * 2) + 300;
        fee + nearest(fee * 18)
    }

    pub fn sum(&self, credit: bool, parts: &[Part], merchant: Option<usize>) -> i64 {
        let counted = self.settled.iter().filter(|one| one.credit == credit && parts.contains(&one.part));
        counted.filter(|one| merchant.is_none_or(|whose| whose == one.merchant)).map(|one| one.amount).sum()
    }

    pub fn refunded(&self) -> i64 {
        self.refunds.iter().map(|refund| refund.amount).sum()
    }

    /// Whether what is owed for it is no more than the rail's charge.
    fn covers(&self) -> bool {
        self.left >= -self.fees()
    }
}

/// Everything that moved.
#[derive(Debug, Clone)]
pub struct Model {
    pub now: OffsetDateTime,
    pub holidays: BTreeSet<Date>,
    pub purses: Vec<Purse>,
    pub payments: Vec<Paid>,
    /// Queued debits as (payment, settlement), oldest first.
    queue: Vec<(usize, usize)>,
    /// What the rail took in and has not handed on.
    pub clearing: i64,
    /// What happened that is worth seeing.
    pub seen: BTreeSet<&'static str>,
}

impl Model {
    pub fn new(now: OffsetDateTime, purses: usize) -> Self {
        let (payments, queue, holidays, seen) = (Vec::new(), Vec::new(), BTreeSet::new(), BTreeSet::new());
        Self { now, holidays, purses: vec![Purse::default(); purses], payments, queue, clearing: 0, seen }
    }

    pub fn pay(&mut self, code: String, amount: i64, card: Card) {
        let (settled, refunds) = (Vec::new(), Vec::new());
        let mut paid = Paid { code, amount, card, fulfilled: false, left: 0, settled, refunds };
        if paid.succeeded() {
            paid.left = amount - paid.fees();
            self.clearing += amount;
        }
        self.payments.push(paid);
    }

    /// Moves what is left of a fulfilled payment to the marketplace, and what is missing from it.
    fn sweep(&mut self, at: usize) {
        let today = self.now.date();
        let (paid, own) = (&mut self.payments[at], &mut self.purses[0]);
        if paid.left > 0 && paid.fulfilled {
            own.balance += paid.left;
            own.grown.push((today, paid.left));
            paid.left = 0;
        } else if paid.left < 0 {
            let taken = own.available().clamp(0, -paid.left);
            own.balance -= taken;
            paid.left += taken;
        }
    }

    /// The rules that a credit breaks.
    pub fn against_credit(&self, at: usize, amount: i64) -> Vec<SplitDenied> {
        let paid = &self.payments[at];
        let mut broken = Vec::new();
        if paid.fulfilled {
            broken.push(SplitDenied::Fulfilled);
        }
        if paid.sum(true, &[Part::Done], None) + amount > paid.amount {
            broken.push(SplitDenied::MoreThanPaid);
        }
        broken
    }

    pub fn credit(&mut self, at: usize, name: String, merchant: usize, amount: i64) {
        let late = !self.payments[at].refunds.is_empty();
        self.payments[at].settled.push(Settled { name, credit: true, late, merchant, amount, part: Part::Done });
        self.payments[at].left -= amount;
        self.purses[merchant].balance += amount;
        self.purses[merchant].grown.push((self.now.date(), amount));
        self.sweep(at);
        self.collect(merchant);
    }

    /// The rules that a debit breaks.
    pub fn against_debit(&self, at: usize, merchant: usize, amount: i64, queue: bool) -> Vec<SplitDenied> {
        let (paid, standing) = (&self.payments[at], [Part::Done, Part::Queued]);
        let mut broken = Vec::new();
        if paid.refunds.is_empty() {
            broken.push(SplitDenied::NoRefund);
        }
        let credited = paid.sum(true, &standing, Some(merchant));
        if credited == 0 {
            broken.push(SplitDenied::NotCredited);
        }
        if paid.sum(false, &standing, None) + amount > paid.refunded() {
            broken.push(SplitDenied::MoreThanRefunded);
        }
        if paid.sum(false, &standing, Some(merchant)) + amount > credited {
            broken.push(SplitDenied::MoreThanCredited);
        }
        if !queue && amount > self.purses[merchant].available() {
            broken.push(SplitDenied::Balance);
        }
        broken
    }

    /// What is queued for a merchant, paise.
    pub fn queued(&self, merchant: usize) -> i64 {
        self.payments.iter().map(|paid| paid.sum(false, &[Part::Queued], Some(merchant))).sum()
    }

    pub fn debit(&mut self, at: usize, name: String, merchant: usize, amount: i64, queue: bool) -> Part {
        // Nobody who may wait overtakes those who wait.
        let taken = if queue { self.queued(merchant) } else { 0 };
        let waits = amount > self.purses[merchant].available() - taken;
        let part = if waits { Part::Queued } else { Part::Done };
        self.payments[at].settled.push(Settled { name, credit: false, late: true, merchant, amount, part });
        let which = self.payments[at].settled.len() - 1;
        if waits {
            self.queue.push((at, which));
        } else {
            self.take(at, merchant, amount);
        }
        part
    }

    fn take(&mut self, at: usize, merchant: usize, amount: i64) {
        self.purses[merchant].balance -= amount;
        self.payments[at].left += amount;
        self.sweep(at);
    }

    /// Takes a merchant's queued debits, oldest first, until one is not covered.
    fn collect(&mut self, merchant: usize) -> bool {
        let mut moved = false;
        for (at, which) in self.queue.clone() {
            let one = &mut self.payments[at].settled[which];
            if one.merchant != merchant {
                continue;
            }
            if one.amount > self.purses[merchant].available() {
                break;
            }
            one.part = Part::Done;
            let amount = one.amount;
            self.queue.retain(|queued| *queued != (at, which));
            self.take(at, merchant, amount);
            self.seen.insert("a debit was collected");
            moved = true;
        }
        moved
    }

    pub fn cancel(&mut self, at: usize, which: usize) {
        self.payments[at].settled[which].part = Part::Cancelled;
        self.queue.retain(|queued| *queued != (at, which));
    }

    pub fn fulfil(&mut self, at: usize) {
        self.payments[at].fulfilled = true;
        self.sweep(at);
    }

    pub fn refund(&mut self, at: usize, name: Option<String>, amount: i64) {
        self.payments[at].refunds.push(Refunded { name, amount, sending: Sending::Waits });
        self.payments[at].left -= amount;
        self.sweep(at);
    }

    /// A change waits a day, which the same details do not restart.
    pub fn bank(&mut self, whose: usize, number: &'static str) {
        let fate = match number {
            _ if number.ends_with("0002") => Fate::Refused,
            _ if number.ends_with("0009") => Fate::Unknown,
            _ => Fate::Paid,
        };
        let usable_from = match self.purses[whose].bank {
            None => self.now,
            Some(old) if old.number == number => old.usable_from,
            Some(_) => self.now + Duration::days(1),
        };
        let change = self.purses[whose].bank.map_or(0, |old| old.change + 1);
        self.purses[whose].bank = Some(Bank { number, fate, change, usable_from });
    }
}
