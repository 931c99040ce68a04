//! What the backend needs from outside: time, a payment rail and a mailer. Nothing else is ever replaced in tests.

mod clock;
mod mailer;
pub mod manual_rail;
mod rail;
pub mod smtp_mailer;

pub use clock::{Clock, ManualClock, SystemClock};
pub use mailer::{MailError, Mailer, RenderedMail};
pub use rail::{ConfirmedPayment, OpenPayment, OpenedPayment, PaymentState, Rail, RailError, Send, SendState, Target};
