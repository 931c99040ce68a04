//! What the workers do: they collect, cover, and send.

use super::{Card, Fate, Model, Sending};
use time::{Date, Duration, Weekday};

impl Model {
    /// What the workers do, until nothing is left to do.
    pub fn work(&mut self) {
        while self.round() {}
    }

    fn round(&mut self) -> bool {
        let mut moved = false;
        for merchant in 1..self.purses.len() {
            moved |= self.collect(merchant);
        }
        for at in 0..self.payments.len() {
            let before = self.payments[at].left;
            if before < 0 {
                self.sweep(at);
                moved |= self.payments[at].left != before;
            }
        }
        for at in 0..self.payments.len() {
            moved |= self.send_refunds(at);
        }
        for whose in 0..self.purses.len() {
            moved |= self.pay_out(whose);
        }
        moved
    }

    fn send_refunds(&mut self, at: usize) -> bool {
        let (now, mut moved) = (self.now, false);
        let paid = &mut self.payments[at];
        let (covers, card) = (paid.covers(), paid.card);
        if !covers && paid.refunds.iter().any(|refund| refund.sending == Sending::Waits) {
            self.seen.insert("a refund waited");
        }
        for refund in &mut paid.refunds {
            let next = match refund.sending {
                Sending::Failed(again) if again <= now && !covers => Sending::Failed(now + Duration::hours(1)),
                Sending::Failed(again) if again > now => continue,
                Sending::Waits | Sending::Failed(_) if covers => match card {
                    Card::RefundFails => Sending::Failed(now + Duration::days(1)),
                    Card::RefundUnknown => Sending::Unknown(now + Duration::minutes(5)),
                    _ => Sending::Paid,
                },
                Sending::Unknown(ask) if ask <= now => Sending::Paid,
                _ => continue,
            };
            refund.sending = next;
            if next == Sending::Paid {
                self.clearing -= refund.amount;
            }
            moved = true;
        }
        moved
    }

    fn pay_out(&mut self, whose: usize) -> bool {
        let now = self.now;
        if let Some((amount, ask)) = self.purses[whose].way {
            if ask <= now {
                self.arrived(whose, amount);
            }
            return ask <= now;
        }
        let payable = self.payable(whose) - self.unbacked(whose);
        let purse = &mut self.purses[whose];
        let Some(bank) = purse.bank.filter(|bank| bank.usable_from <= now && payable > 0) else { return false };
        if purse.refused.is_some_and(|(by, at)| by == bank.change && now < at + Duration::days(1)) {
            return false;
        }
        purse.refused = (bank.fate == Fate::Refused).then_some((bank.change, now));
        self.seen.insert(match bank.fate {
            Fate::Paid => "paid out",
            Fate::Unknown => "a bank did not know",
            Fate::Refused => "refused by a bank",
        });
        match bank.fate {
            Fate::Paid => self.arrived(whose, payable),
            Fate::Unknown => purse.way = Some((payable, now + Duration::minutes(5))),
            Fate::Refused => {}
        }
        true
    }

    fn arrived(&mut self, whose: usize, amount: i64) {
        let purse = &mut self.purses[whose];
        purse.way = None;
        purse.balance -= amount;
        purse.paid_out += amount;
        self.clearing -= amount;
    }

    /// What is three working days old, and neither queued for nor owed.
    fn payable(&self, whose: usize) -> i64 {
        let (purse, today) = (&self.purses[whose], self.now.date());
        let young = purse.grown.iter().filter(|(day, _)| self.payable_on(*day) > today);
        let young: i64 = young.map(|(_, amount)| amount).sum();
        let owed: i64 = self.payments.iter().map(|paid| -paid.left.min(0)).sum();
        purse.available() - young - self.queued(whose) - if whose == 0 { owed } else { 0 }
    }

    /// What a merchant was credited of payments that had gone back to their buyers: nobody else's money is paid out for it.
    fn unbacked(&self, whose: usize) -> i64 {
        let of_payments = self.payments.iter().map(|paid| {
            let unsent = paid.refunds.iter().filter(|one| matches!(one.sending, Sending::Waits | Sending::Failed(_)));
            let backed = paid.left + paid.fees() + unsent.map(|one| one.amount).sum::<i64>();
            let late = paid.settled.iter().filter(|one| one.credit && one.late && one.merchant == whose);
            late.map(|one| one.amount).sum::<i64>().min(-backed).max(0)
        });
        of_payments.sum()
    }

    /// The third working day after a day; one on which banks rest counts as the next on which they work.
    fn payable_on(&self, day: Date) -> Date {
        let rests =
            |day: Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) || self.holidays.contains(&day);
        let (mut day, mut left) = (day, 3);
        while rests(day) || left > 0 {
            left -= i32::from(!rests(day));
            day = day.next_day().unwrap();
        }
        day
    }
}
