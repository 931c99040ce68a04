//! What the backend needs from outside: time, a payment rail, a mailer and a sender of notifications. Nothing else is ever replaced in tests.

mod clock;
mod mailer;
pub mod manual_rail;
mod rail;
pub mod smtp_mailer;
pub mod webhook;

pub use clock::{Clock, ManualClock, SystemClock};
pub use mailer::{MailError, Mailer, RenderedMail};
pub use rail::{ConfirmedPayment, OpenPayment, OpenedPayment, PaymentState, Rail, RailError, Send, SendState, Target};
pub use webhook::{WebhookAnswer, WebhookError, WebhookRequest, WebhookSender};
