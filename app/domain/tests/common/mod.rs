//! Orders in every status, for tests.
#![allow(dead_code, clippy::expect_used, reason = "each test binary uses its own part, and a broken set-up has failed")]

use domain::Currency;
use domain::fee::{Borne, FeeSchedule};
use domain::ids::{AccountId, OrderId};
use domain::order::aggregate::Placing;
use domain::order::{
    Order, Parties, Price, Quote, RejectReason, Rejection, Role, Side, SplitOffer, Status, Terms, Timer,
};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// Product and shipping of every test order, kobo.
pub const PRICE: i64 = 1_400_000;
/// The buyer's fees: 1.5 % of the product, at least ₦500.
pub const BUYER_FEES: i64 = 50_000;
/// What both sides' standing offers give to the buyer, kobo.
pub const OFFERED: i64 = 400_000;

/// An order at an instant.
pub struct Situation {
    /// The order.
    pub order: Order,
    /// The quote it is or will be paid at.
    pub quote: Quote,
    /// Now.
    pub now: OffsetDateTime,
}

/// The parties of every test order: a buyer and a seller.
pub fn parties() -> Parties {
    Parties {
        buyer: AccountId(Uuid::from_u128(1)),
        seller: AccountId(Uuid::from_u128(2)),
        provider: None,
        operator: None,
    }
}

/// A fresh order that awaits payment.
pub fn fresh(terms: Terms, now: OffsetDateTime) -> Order {
    let price = Price { currency: Currency::Ngn, product: 1_250_000, shipping: 150_000 };
    let placing = Placing {
        id: OrderId(Uuid::from_u128(3)),
        parties: parties(),
        price,
        terms,
        awaits_agreement_of: None,
        milestone: None,
        carried: 0,
    };
    Order::place(placing, Role::Seller, now).0
}

/// The quote of [`fresh`].
pub fn quote_of(order: &Order) -> Quote {
    let fees = FeeSchedule::default_for(order.price.currency).expect("traded");
    Quote::compute(order.price, &order.terms, &fees, false, false).expect("payable")
}

/// An order in `status`, paid an hour ago where that status is paid, with a rejection and both sides' offers where it may
/// have them, and half of its time left.
pub fn order_in(status: Status) -> Situation {
    let now = datetime!(2026-03-02 09:00 UTC);
    let terms = Terms { cancellation_free_hours: 24, cancellation_fee: 100_000, ..Terms::default() };
    let mut order = fresh(terms, now - Duration::hours(2));
    let quote = quote_of(&order);
    assert_eq!((quote.price(), quote.buyer_fees()), (PRICE, BUYER_FEES));
    assert_eq!(quote.escrow, Borne { buyer: 50_000, seller: 0 });
    order.status = status;
    if !matches!(status, Status::AwaitingPayment | Status::Expired) {
        order.quote = Some(quote);
        order.paid_at = Some(now - Duration::hours(1));
    }
    if matches!(status, Status::RejectionUnderReview | Status::Dispute | Status::Disputed) {
        order.rejection = Some(Rejection { reason: RejectReason::Damaged, text: "broken".to_owned() });
        let offer = |by| SplitOffer { by, to_buyer: OFFERED, at: now };
        order.split_offers = vec![offer(Side::Buyer), offer(Side::Seller)];
    }
    if status == Status::PendingSecond {
        order.attempt = 2;
    }
    order.deadline = Timer::deadline(status, false, &order.terms, now);
    Situation { order, quote, now }
}
