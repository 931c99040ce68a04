//! One random step of a history, done by the services and by the model.

use super::dice::Dice;
use super::model::{Card, Model, Part, Sending};
use super::world::World;
use backend::Error;
use backend::service::instamojo::{NewRefund, NewSettlement, SettlementStatus, in_rupees};
use domain::collection::{RefundReason, SplitDenied};
use domain::ids::AccountId;
use std::collections::BTreeSet;
use time::Duration;
use time::macros::date;

/// How a service answered.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    Did(Part),
    NotFound,
    Field(String),
    Refused(String),
}

impl Answer {
    fn of<T>(done: Result<T, Error>, part: impl FnOnce(T) -> Part) -> Self {
        match done {
            Ok(done) => Self::Did(part(done)),
            Err(Error::NotFound) => Self::NotFound,
            Err(Error::Invalid(errors)) => Self::Field(errors[0].field.to_string()),
            Err(Error::Refused(words)) => Self::Refused(words.to_owned()),
            Err(other) => panic!("{other:?}"),
        }
    }

    /// Whether it is a refusal by one of the broken rules, or a success where none is broken.
    #[track_caller]
    fn is_right(&self, broken: &[SplitDenied]) {
        match self {
            Self::Refused(words) => assert!(broken.iter().any(|rule| rule.words() == words), "{words}: {broken:?}"),
            Self::Did(_) => assert_eq!(broken, [], "was done"),
            other => panic!("{other:?} where {broken:?} are broken"),
        }
    }
}

/// A world with what the model expects of it.
pub struct History<'a> {
    pub world: &'a World<'a>,
    pub model: Model,
    pub dice: Dice,
    /// Payments before this one are left alone.
    pub first: usize,
    /// Every kind of answer that was given.
    pub seen: BTreeSet<String>,
    names: u32,
}

impl<'a> History<'a> {
    /// Banks rest on a Wednesday too. Two of three merchants and the marketplace are paid out.
    pub async fn begin(world: &'a World<'a>, seed: u64) -> Self {
        world.on.backend.set_payout_settings(&world.admin, false, "2026-11-25").await.unwrap();
        let mut model = Model::new(world.on.backend.now(), 1 + world.merchants.len());
        model.holidays = BTreeSet::from([date!(2026 - 11 - 25)]);
        let mut history = Self { world, model, dice: Dice(seed), first: 0, seen: BTreeSet::new(), names: 0 };
        for whose in 0..3 {
            history.bank(whose, "123456789").await;
        }
        history
    }

    /// The account of a purse.
    pub fn account(&self, purse: usize) -> AccountId {
        if purse == 0 { self.world.marketplace } else { self.world.merchant(purse - 1) }
    }

    fn later(&mut self, by: Duration) {
        self.world.on.later(by);
        self.model.now = self.world.on.backend.now();
    }

    async fn work(&mut self) {
        self.world.work().await;
        self.model.work();
    }

    fn name(&mut self) -> String {
        self.names += 1;
        self.names.to_string()
    }

    fn any_payment(&mut self) -> usize {
        let active = self.model.payments.len() - self.first;
        self.first + usize::try_from(self.dice.below(i64::try_from(active).unwrap())).unwrap()
    }

    fn any_merchant(&mut self) -> usize {
        usize::try_from(1 + self.dice.below(3)).unwrap()
    }

    /// A merchant whose queued debits wait for a credit half of the time, or any.
    fn creditor(&mut self) -> usize {
        let waiting: Vec<_> = (1..4).filter(|merchant| self.model.queued(*merchant) > 0).collect();
        if waiting.is_empty() || self.dice.one_in(2) { self.any_merchant() } else { self.dice.pick(&waiting) }
    }

    /// An amount near an edge that matters, or any.
    fn amount(&mut self, at: usize, merchant: usize) -> i64 {
        let both = [Part::Done, Part::Queued];
        let (paid, purse) = (&self.model.payments[at], &self.model.purses[merchant]);
        let debited = paid.sum(false, &both, None);
        let edges = [
            paid.amount - paid.sum(true, &both, None),
            paid.refunded() - debited,
            paid.sum(true, &both, Some(merchant)) - paid.sum(false, &both, Some(merchant)),
            purse.available(),
            purse.available() - self.model.queued(merchant),
            paid.amount - paid.refunded(),
            paid.left,
            paid.amount / 2,
            paid.amount / 7,
        ];
        let edge = self.dice.pick(&edges);
        let amount = match self.dice.below(4) {
            0 => edge + 1,
            1 => 1 + self.dice.below(edge.max(1)),
            _ => edge,
        };
        amount.max(1)
    }

    /// A merchant of whom the rules allow a debit, and how much of one, most of the time; half of the time one whose
    /// balance may be too small.
    fn debtor(&mut self) -> (usize, usize, i64) {
        let both = [Part::Done, Part::Queued];
        let (mut rooms, mut short) = (Vec::new(), Vec::new());
        for at in self.first..self.model.payments.len() {
            let paid = &self.model.payments[at];
            for merchant in 1..4 {
                let part = paid.sum(true, &both, Some(merchant)) - paid.sum(false, &both, Some(merchant));
                let room = part.min(paid.refunded() - paid.sum(false, &both, None));
                if room > 0 {
                    rooms.push((at, merchant, room, part));
                }
                if room > self.model.purses[merchant].available() {
                    short.push((at, merchant, room, part));
                }
            }
        }
        if rooms.is_empty() || self.dice.one_in(4) {
            let (at, merchant) = (self.any_payment(), self.any_merchant());
            return (at, merchant, self.amount(at, merchant));
        }
        let from = if short.is_empty() || self.dice.one_in(2) { rooms } else { short };
        let (at, merchant, room, part) = self.dice.pick(&from);
        let amount = match self.dice.below(6) {
            0 => part + 1,
            1 | 2 => room,
            _ => 1 + self.dice.below(room),
        };
        (at, merchant, amount)
    }

    /// Does one thing, and what follows from it half of the time.
    pub async fn step(&mut self) {
        self.later(Duration::seconds(1));
        let active = self.model.payments.len() - self.first;
        if active == 0 || (active < 4 && self.dice.one_in(8)) {
            return self.pay().await;
        }
        match self.dice.below(28) {
            0..6 => self.credit().await,
            6..12 => self.debit().await,
            12..15 => self.cancel().await,
            15 => self.fulfil().await,
            16..20 => self.refund().await,
            20..23 => self.jump().await,
            23 => self.change_bank().await,
            24 => self.nonsense().await,
            25 | 26 => self.claw_back().await,
            _ => self.work().await,
        }
        if self.dice.one_in(2) {
            self.work().await;
        }
    }

    async fn pay(&mut self) {
        let paise = 900 + self.dice.below(50_000);
        let good = [
            (Card::Good, "4242 4242 4242 4242"),
            (Card::Good, "4000 0000 0000 0077"),
            (Card::Good, "0000000001"),
            (Card::RefundFails, "4000 0000 0000 5126"),
            (Card::RefundUnknown, "4000 0000 0000 7726"),
        ];
        let bad = [(Card::Declined, "4000 0000 0000 0002"), (Card::Short, "4000 0000 0000 0093")];
        let (card, number) = if self.dice.one_in(8) { self.dice.pick(&bad) } else { self.dice.pick(&good) };
        eprintln!("pay {paise} {card:?}");
        let request = self.world.request(&in_rupees(paise)).await;
        let paid = self.world.pay(request.id, number).await;
        self.model.pay(paid.code, paise, card);
        self.model.work();
    }

    async fn settle(
        &mut self,
        at: usize,
        name: &str,
        credit: bool,
        merchant: usize,
        amount: i64,
        queue: bool,
    ) -> Answer {
        let new = NewSettlement {
            settlement_id: name.to_owned(),
            kind: if credit { "CREDIT" } else { "DEBIT" }.to_owned(),
            submerchant: self.account(merchant).0.simple().to_string(),
            amount: in_rupees(amount),
            queue,
        };
        let code = &self.model.payments[at].code;
        let answer = Answer::of(self.world.on.backend.settle(self.world.marketplace, code, new).await, |done| {
            if done.status == SettlementStatus::Queued { Part::Queued } else { Part::Done }
        });
        eprintln!("settle {at} {name} credit={credit} {merchant} {amount} queue={queue}: {answer:?}");
        self.seen.insert(format!("{answer:?} {credit}"));
        answer
    }

    async fn credit(&mut self) {
        let (at, merchant) = (self.any_payment(), self.creditor());
        let (amount, name) = (self.amount(at, merchant), self.name());
        let answer = self.settle(at, &name, true, merchant, amount, false).await;
        if !self.model.payments[at].succeeded() {
            return assert_eq!(answer, Answer::NotFound);
        }
        answer.is_right(&self.model.against_credit(at, amount));
        if answer == Answer::Did(Part::Done) {
            self.model.credit(at, name, merchant, amount);
        }
    }

    async fn debit(&mut self) {
        let (queue, name) = (self.dice.one_in(2), self.name());
        let (at, merchant, amount) = self.debtor();
        let answer = self.settle(at, &name, false, merchant, amount, queue).await;
        if !self.model.payments[at].succeeded() {
            return assert_eq!(answer, Answer::NotFound);
        }
        answer.is_right(&self.model.against_debit(at, merchant, amount, queue));
        if let Answer::Did(part) = answer {
            assert_eq!(part, self.model.debit(at, name, merchant, amount, queue));
        }
    }

    async fn cancel(&mut self) {
        let mut all = Vec::new();
        for at in self.first..self.model.payments.len() {
            let settled = self.model.payments[at].settled.iter().enumerate();
            all.extend(settled.map(|(which, one)| (at, which, one.part == Part::Queued)));
        }
        let queued: Vec<_> = all.iter().copied().filter(|(.., queued)| *queued).collect();
        let from = if queued.is_empty() { all } else { queued };
        if from.is_empty() {
            return;
        }
        let (at, which, _) = self.dice.pick(&from);
        let paid = &self.model.payments[at];
        let (name, queued) = (&paid.settled[which].name, paid.settled[which].part == Part::Queued);
        let done = self.world.on.backend.cancel_settlement(self.world.marketplace, &paid.code, name).await;
        eprintln!("cancel {at} {name}: {done:?}");
        match done {
            Ok(_) if queued => {
                self.model.cancel(at, which);
                self.seen.insert("cancelled".to_owned());
            }
            Err(Error::Refused(_)) if !queued => {}
            other => panic!("{other:?}"),
        }
    }

    async fn fulfil(&mut self) {
        let at = self.any_payment();
        let paid = &self.model.payments[at];
        let done = self.world.on.backend.fulfil(self.world.marketplace, &paid.code).await;
        eprintln!("fulfil {at}: {done:?}");
        match done {
            Ok(()) if paid.succeeded() && paid.fulfilled => {}
            Ok(()) if paid.succeeded() => self.model.fulfil(at),
            Err(Error::Refused(_)) if !paid.succeeded() => {}
            other => panic!("{other:?}"),
        }
    }

    async fn refund(&mut self) {
        let (at, merchant) = (self.any_payment(), self.any_merchant());
        let amount = self.amount(at, merchant);
        let all = self.dice.one_in(6);
        let fresh = self.name();
        let known = self.model.payments[at].refunds.last().and_then(|last| last.name.clone());
        let name = match self.dice.below(8) {
            0 => None,
            1 => known.or(Some(fresh)),
            _ => Some(fresh),
        };
        let new = NewRefund {
            reason: self.dice.pick(&RefundReason::ALL).key().to_owned(),
            body: "Not what was ordered".to_owned(),
            amount: (!all).then(|| in_rupees(amount)),
            transaction_id: name.clone(),
        };
        let paid = &self.model.payments[at];
        let rest = paid.amount - paid.refunded();
        let amount = if all { rest } else { amount };
        let done = self.world.on.backend.refund_collection(self.world.marketplace, &paid.code, new).await;
        let answer = Answer::of(done, |_| Part::Done);
        eprintln!("refund {at} {amount} {name:?}: {answer:?}");
        self.seen.insert(format!("{answer:?} refund"));
        let replayed = match &name {
            None => !paid.refunds.is_empty(),
            Some(_) => paid.refunds.iter().any(|earlier| earlier.name == name),
        };
        if replayed {
            return assert_eq!(answer, Answer::Field("transaction_id".to_owned()));
        }
        if !paid.succeeded() {
            return assert!(matches!(answer, Answer::Refused(_)), "{answer:?}");
        }
        let too_much = amount > rest || rest == 0;
        answer.is_right(if too_much { &[SplitDenied::RefundsMoreThanPaid] } else { &[] });
        if !too_much {
            self.model.refund(at, name, amount);
        }
    }

    /// A refund when the merchants were paid their shares long ago.
    async fn claw_back(&mut self) {
        self.later(Duration::days(7));
        self.work().await;
        self.refund().await;
        self.debit().await;
    }

    async fn jump(&mut self) {
        let by = match self.dice.below(4) {
            0 => Duration::minutes(1 + self.dice.below(30)),
            1 => Duration::hours(1 + self.dice.below(30)),
            _ => Duration::days(1 + self.dice.below(6)),
        };
        eprintln!("jump {by}");
        self.later(by);
    }

    async fn change_bank(&mut self) {
        let whose = usize::try_from(self.dice.below(4)).unwrap();
        let number = self.dice.pick(&["123456789", "987654321", "123450002", "123450009"]);
        self.bank(whose, number).await;
    }

    async fn bank(&mut self, whose: usize, number: &'static str) {
        eprintln!("bank {whose} {number}");
        self.world.bank(self.account(whose), number).await;
        self.model.bank(whose, number);
    }

    /// A field that nobody can read, and a name that was used (R7, R8, R9, R10, R12).
    async fn nonsense(&mut self) {
        let at = self.any_payment();
        let good = NewSettlement {
            settlement_id: self.name(),
            kind: "CREDIT".to_owned(),
            submerchant: self.account(1).0.simple().to_string(),
            amount: "0.01".to_owned(),
            queue: false,
        };
        let paid = &self.model.payments[at];
        let text = str::to_owned;
        let (field, bad) = match self.dice.below(8) {
            0 => ("amount", NewSettlement { amount: text("0"), ..good }),
            1 => ("amount", NewSettlement { amount: text("-5"), ..good }),
            2 => ("amount", NewSettlement { amount: text("1.001"), ..good }),
            3 => ("type", NewSettlement { kind: text("credit "), ..good }),
            4 => ("submerchant", NewSettlement { submerchant: self.account(0).0.simple().to_string(), ..good }),
            5 => ("submerchant", NewSettlement { submerchant: text("90f01dfdacbe4fe7892fc27dbdc30906"), ..good }),
            6 => ("settlement_id", NewSettlement { settlement_id: text(" "), ..good }),
            _ => match paid.settled.last() {
                Some(used) => ("settlement_id", NewSettlement { settlement_id: used.name.clone(), ..good }),
                None => return,
            },
        };
        let done = self.world.on.backend.settle(self.world.marketplace, &paid.code, bad).await;
        let expected = if paid.succeeded() { Answer::Field(text(field)) } else { Answer::NotFound };
        assert_eq!(Answer::of(done, |_| Part::Done), expected);
    }

    /// Whether a refund is where the model has it.
    pub fn key(sending: Sending) -> &'static str {
        match sending {
            Sending::Waits => "queued",
            Sending::Unknown(_) => "unknown",
            Sending::Failed(_) => "failed",
            Sending::Paid => "paid",
        }
    }
}
