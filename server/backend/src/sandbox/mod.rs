//! The sandbox's outside world: a payment provider and a mailer that stand behind the same ports as real ones and keep
//! their own books. Nothing in here exists in live mode.

pub mod clock;
pub mod mailer;
pub mod rail;
