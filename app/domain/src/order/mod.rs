//! One escrow order: its statuses, commands, transition table, terms, timers, shares and money movements.

pub mod actor;
pub mod aggregate;
pub mod command;
pub mod commission;
mod commission_text;
pub mod decide;
pub mod denied;
pub mod diagram;
pub mod document;
pub mod event;
pub mod guard;
pub mod quote;
pub mod settle;
pub mod share;
pub mod status;
pub mod table;
pub mod terms;
pub mod timer;
pub mod waiting;

pub use actor::{Actor, Role, Side};
pub use aggregate::{CancelledBy, Ending, Order, Parties, Rejection, SplitOffer};
pub use command::{Assigned, Command, CommandKind, RejectReason, RulingReason};
pub use commission::{Commission, CommissionLine};
pub use decide::{check, decide};
pub use denied::Denied;
pub use event::Event;
pub use guard::Guard;
pub use quote::{Price, Quote, QuoteError};
pub use settle::{MoneyRule, Settlement};
pub use share::{Share, ShareOf};
pub use status::Status;
pub use table::{TABLE, To, Transition};
pub use terms::{OnSilence, RefundPolicy, Terms, TermsError};
pub use timer::{TIMERS, Timer};
pub use waiting::{Waiting, waiting};
