//! What becomes of the hold: the money side of every transition (rules.md section 5.3).

use super::share::{Share, release, scaled, share_like_price};
use super::{Order, Parties, Quote, Terms};
use crate::ids::{OrderId, PartyId};
use crate::ledger::{LedgerAccount, Line};
use crate::money::Currency;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

/// The money rule of a row of the transition table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyRule {
    /// No money moves.
    None,
    /// The payment is held.
    Hold,
    /// The whole price is released to the beneficiaries.
    Release,
    /// A part of the price is released, the rest is held for the next milestone.
    ReleaseAndCarry,
    /// What was carried over goes back to the buyer: the seller stopped, or was never paid for the milestone before.
    RefundCarried,
    /// What was carried over goes to the beneficiaries: the buyer had accepted the delivery it was paid for, and never paid
    /// the rest of the next.
    ReleaseCarried,
    /// Price and fees go back to the buyer: the seller is at fault or never delivered.
    RefundFull,
    /// The buyer cancels: price less the late-cancellation fee; the escrow fee stays.
    RefundOnCancel,
    /// A confirmed rejection: in full, or as the buyer's choice where the reason is the buyer's own.
    RefundByReason,
    /// The buyer was silent and the terms refund: price less the cancellation fee; the escrow fee stays.
    RefundLessFee,
    /// Divided in the parts of an offer or a ruling.
    Split,
}

impl MoneyRule {
    /// The movement in words, for the documentation made from the table.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::None => "–",
            Self::Hold => "hold",
            Self::Release => "release",
            Self::ReleaseAndCarry => "release a part, carry the rest over",
            Self::RefundCarried => "refund of what was carried over",
            Self::ReleaseCarried => "release of what was carried over",
            Self::RefundFull => "full refund, fees too",
            Self::RefundOnCancel => "refund, less the cancellation fee after the free time",
            Self::RefundByReason => "refund (less the cancellation fee if the buyer changed their mind)",
            Self::RefundLessFee => "refund less the cancellation fee and the buyer's fees",
            Self::Split => "split",
        }
    }
}

/// A part of a hold that is held for the next milestone from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carry {
    /// The next milestone's order.
    pub into: OrderId,
    /// How much, minor units.
    pub minor: i64,
}

/// How one order's hold and held fees are divided, in minor units; `price` = `to_buyer` + `carry` + `gateway_from_price` +
/// `escrow_from_price` + `payout_fee` + shares, and the held fees = `fees_to_buyer` + `escrow_kept` + `gateway_kept`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// The currency of every amount.
    pub currency: Currency,
    /// Out of the price, back to the buyer.
    pub to_buyer: i64,
    /// Out of the held fees, back to the buyer.
    pub fees_to_buyer: i64,
    /// Held escrow fee that becomes revenue.
    pub escrow_kept: i64,
    /// Held gateway fee that covers the rail's charge.
    pub gateway_kept: i64,
    /// Seller-borne escrow fee, out of the price.
    pub escrow_from_price: i64,
    /// Seller-borne gateway fee, out of the price.
    pub gateway_from_price: i64,
    /// Payout fee, out of the price.
    pub payout_fee: i64,
    /// What each beneficiary gets.
    pub shares: Vec<Share>,
    /// What is held for the next milestone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carry: Option<Carry>,
}

impl Settlement {
    /// The whole price to the beneficiaries.
    #[must_use]
    pub fn release(order: &Order, quote: &Quote) -> Self {
        Self::split(order, quote, 0)
    }

    /// Price and fees back to the buyer.
    #[must_use]
    pub fn refund_full(quote: &Quote) -> Self {
        Self {
            currency: quote.currency,
            to_buyer: quote.price(),
            fees_to_buyer: quote.buyer_fees(),
            escrow_kept: 0,
            gateway_kept: 0,
            escrow_from_price: 0,
            gateway_from_price: 0,
            payout_fee: 0,
            shares: Vec::new(),
            carry: None,
        }
    }

    /// Price less `fee` minor units back to the buyer; `fee` is shared like the price and the buyer's fees are kept.
    #[must_use]
    pub fn refund_less(order: &Order, quote: &Quote, fee: i64) -> Self {
        let fee = fee.clamp(0, quote.price());
        Self {
            to_buyer: quote.price() - fee,
            fees_to_buyer: 0,
            escrow_kept: quote.escrow.buyer,
            gateway_kept: quote.gateway.buyer,
            shares: share_like_price(&order.parties, &order.terms, quote, fee),
            ..Self::refund_full(quote)
        }
    }

    /// `to_buyer` minor units of the price back to the buyer, the rest released; the held fees in the same proportion.
    #[must_use]
    pub fn split(order: &Order, quote: &Quote, to_buyer: i64) -> Self {
        Self::split_between(&order.parties, &order.terms, quote, to_buyer)
    }

    /// As [`Self::split`], from the parts of an order that it needs: for the browser, which does not have the whole.
    #[must_use]
    pub fn split_between(parties: &Parties, terms: &Terms, quote: &Quote, to_buyer: i64) -> Self {
        let price = quote.price();
        let to_buyer = to_buyer.clamp(0, price);
        let released = release(parties, terms, quote, price - to_buyer);
        let escrow_back = scaled(quote.escrow.buyer, to_buyer, price);
        let gateway_back = scaled(quote.gateway.buyer, to_buyer, price);
        Self {
            currency: quote.currency,
            to_buyer,
            fees_to_buyer: escrow_back + gateway_back,
            escrow_kept: quote.escrow.buyer - escrow_back,
            gateway_kept: quote.gateway.buyer - gateway_back,
            escrow_from_price: released.escrow,
            gateway_from_price: released.gateway,
            payout_fee: released.payout,
            shares: released.shares,
            carry: None,
        }
    }

    /// `carry.minor` minor units of the price held for the next milestone, the rest released. The fees were for the whole price:
    /// whoever bears them, they are taken now, and nothing is charged on the carried part again.
    #[must_use]
    pub fn release_and_carry(order: &Order, quote: &Quote, carry: Carry) -> Self {
        let minor = carry.minor.clamp(0, quote.price());
        let part = quote.price() - minor;
        // As the price of its own, the released part bears the seller's fees in full.
        let released = release(&order.parties, &order.terms, &Quote { product: part, shipping: 0, ..*quote }, part);
        Self {
            to_buyer: 0,
            fees_to_buyer: 0,
            escrow_kept: quote.escrow.buyer,
            gateway_kept: quote.gateway.buyer,
            escrow_from_price: released.escrow,
            gateway_from_price: released.gateway,
            payout_fee: released.payout,
            shares: released.shares,
            carry: Some(Carry { minor, ..carry }),
            ..Self::refund_full(quote)
        }
    }

    /// Everything the buyer gets back, minor units.
    #[must_use]
    pub const fn refund_total(&self) -> i64 {
        self.to_buyer + self.fees_to_buyer
    }

    /// The escrow fee that becomes revenue, whoever bears it, minor units.
    #[must_use]
    pub const fn escrow_fee(&self) -> i64 {
        self.escrow_kept + self.escrow_from_price
    }

    /// What covers the rail's charge, whoever bears it, minor units.
    #[must_use]
    pub const fn gateway_fee(&self) -> i64 {
        self.gateway_kept + self.gateway_from_price
    }

    /// The ledger lines: hold and held fees down to nothing, everybody's part up.
    #[must_use]
    pub fn lines(&self, order: &Order, quote: &Quote) -> Vec<Line> {
        let refund_due = LedgerAccount::RefundDue(order.parties.buyer);
        let mut lines = vec![
            Line::debit(LedgerAccount::Hold(order.id), quote.price()),
            Line::debit(LedgerAccount::FeeHold(order.id), quote.buyer_fees()),
            Line::credit(refund_due, self.refund_total()),
            Line::credit(LedgerAccount::RevenueEscrowFee, self.escrow_fee()),
            Line::credit(LedgerAccount::ExpenseGateway, self.gateway_fee()),
            Line::credit(LedgerAccount::RevenuePayoutFee, self.payout_fee),
        ];
        lines.extend(self.carry.map(|carry| Line::credit(LedgerAccount::Hold(carry.into), carry.minor)));
        lines.extend(self.shares.iter().map(|share| Line::credit(LedgerAccount::Payable(share.party), share.minor)));
        lines.retain(|line| line.minor > 0);
        lines
    }

    /// What each party is to be paid, minor units.
    pub fn payables(&self) -> impl Iterator<Item = (PartyId, i64)> + '_ {
        self.shares.iter().map(|share| (share.party, share.minor))
    }
}

/// Resolves a refunding or releasing rule for `order`; `to_buyer` is the buyer's part of a split. `None` where the order
/// was never paid or the rule moves no held money.
#[must_use]
pub fn settlement(rule: MoneyRule, order: &Order, to_buyer: Option<i64>, now: OffsetDateTime) -> Option<Settlement> {
    match rule {
        MoneyRule::RefundCarried => return Some(Settlement::refund_full(&Quote::of_carried(order))),
        MoneyRule::ReleaseCarried => return Some(Settlement::release(order, &Quote::of_carried(order))),
        _ => {}
    }
    let quote = order.quote.as_ref()?;
    Some(match rule {
        // How much is carried over, and into which order, only the command says.
        MoneyRule::None | MoneyRule::Hold | MoneyRule::ReleaseAndCarry => return None,
        MoneyRule::RefundCarried | MoneyRule::ReleaseCarried => return None,
        MoneyRule::Release => Settlement::release(order, quote),
        MoneyRule::RefundFull => Settlement::refund_full(quote),
        MoneyRule::RefundOnCancel => Settlement::refund_less(order, quote, late_fee(order, now)),
        MoneyRule::RefundLessFee => Settlement::refund_less(order, quote, order.terms.cancellation_fee),
        MoneyRule::RefundByReason => match order.rejection.as_ref().map(|rejection| rejection.reason) {
            Some(reason) if reason.is_buyers() => Settlement::refund_less(order, quote, order.terms.cancellation_fee),
            _ => Settlement::refund_full(quote),
        },
        MoneyRule::Split => Settlement::split(order, quote, to_buyer?),
    })
}

/// The fee a buyer's cancellation costs at `now`: nothing in the free hours after payment (rules.md section 5.4).
#[must_use]
pub fn late_fee(order: &Order, now: OffsetDateTime) -> i64 {
    if in_free_time(order, now) { 0 } else { order.terms.cancellation_fee }
}

/// Whether a cancellation by the buyer is still in the free hours.
#[must_use]
pub fn in_free_time(order: &Order, now: OffsetDateTime) -> bool {
    let free = Duration::hours(i64::from(order.terms.cancellation_free_hours));
    order.paid_at.is_none_or(|paid| now <= paid + free)
}
