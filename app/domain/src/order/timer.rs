//! The deadlines: every silence ends (rules.md section 4).

use super::{Order, Role, Status, Terms};
use time::{Duration, OffsetDateTime};

/// The deadline of one status.
#[derive(Debug, Clone, Copy)]
pub struct Timer {
    /// The status it runs in.
    pub status: Status,
    /// Whether it is the second deadline of Disputed, with the administrator.
    pub escalated: bool,
    /// Whom the order waits for meanwhile.
    pub waits_for: Role,
    /// How long, from the order's terms.
    pub duration: fn(&Terms) -> Duration,
    /// What happens on expiry, in words.
    pub on_expiry: &'static str,
}

/// Every deadline. A status without a row here is final, or waits only for payouts and refunds to be paid.
pub const TIMERS: [Timer; 8] = [
    Timer {
        status: Status::AwaitingPayment,
        escalated: false,
        waits_for: Role::Buyer,
        duration: |terms| Duration::hours(i64::from(terms.payment_hours)),
        on_expiry: "The order expires. No money has moved.",
    },
    Timer {
        status: Status::Pending,
        escalated: false,
        waits_for: Role::Seller,
        duration: |terms| Duration::days(i64::from(terms.delivery_days)),
        on_expiry: "The order is cancelled and the buyer gets everything back, fees included.",
    },
    Timer {
        status: Status::PendingSecond,
        escalated: false,
        waits_for: Role::Seller,
        duration: |terms| Duration::days(i64::from(terms.delivery_days)),
        on_expiry: "The order is cancelled and the buyer gets everything back, fees included.",
    },
    Timer {
        status: Status::AwaitingBuyerResponse,
        escalated: false,
        waits_for: Role::Buyer,
        duration: |terms| Duration::hours(i64::from(terms.inspection_hours)),
        on_expiry: "As the terms say: the delivery counts as accepted, or the buyer is refunded less the cancellation fee and the fees paid on top.",
    },
    Timer {
        status: Status::RejectionUnderReview,
        escalated: false,
        waits_for: Role::Seller,
        duration: |terms| Duration::hours(i64::from(terms.answer_hours)),
        on_expiry: "The rejection stands and the buyer is refunded.",
    },
    Timer {
        status: Status::Dispute,
        escalated: false,
        waits_for: Role::Seller,
        duration: |terms| Duration::days(i64::from(terms.raise_days)),
        on_expiry: "The rejection stands and the buyer is refunded.",
    },
    Timer {
        status: Status::Disputed,
        escalated: false,
        waits_for: Role::DisputeManager,
        duration: |terms| Duration::days(i64::from(terms.ruling_days)),
        on_expiry: "The dispute goes to the administrator.",
    },
    Timer {
        status: Status::Disputed,
        escalated: true,
        waits_for: Role::Administrator,
        duration: |terms| Duration::days(i64::from(terms.escalation_days)),
        on_expiry: "The last standing offer is taken; without one the buyer is refunded.",
    },
];

impl Timer {
    /// The status in words, with who decides where it has two deadlines.
    #[must_use]
    pub fn status_words(&self) -> String {
        let title = self.status.title();
        if self.escalated { format!("{title}, with the administrator") } else { title.to_owned() }
    }

    /// The timer that runs in this situation.
    #[must_use]
    pub fn running(status: Status, escalated: bool) -> Option<&'static Self> {
        TIMERS
            .iter()
            .find(|timer| timer.status == status && (timer.escalated == escalated || status != Status::Disputed))
    }

    /// The timer of `order` as it stands.
    #[must_use]
    pub fn of(order: &Order) -> Option<&'static Self> {
        Self::running(order.status, order.escalated)
    }

    /// When the deadline is, for an order that entered the status at `entered`.
    #[must_use]
    pub fn deadline(status: Status, escalated: bool, terms: &Terms, entered: OffsetDateTime) -> Option<OffsetDateTime> {
        Self::running(status, escalated).map(|timer| entered + (timer.duration)(terms))
    }

    /// When whoever `order` waits for is reminded next after `now`: at half and at nine tenths of the time.
    #[must_use]
    pub fn next_reminder(order: &Order, now: OffsetDateTime) -> Option<OffsetDateTime> {
        let timer = Self::of(order)?;
        let (deadline, whole) = (order.deadline?, (timer.duration)(&order.terms));
        [whole / 2, whole / 10].into_iter().map(|left| deadline - left).find(|at| *at > now)
    }
}
