//! One file a table; the columns are described in the migrations.

pub mod account;
pub mod audit_event;
pub mod bank_account;
pub mod delivery;
pub mod file;
pub mod idempotency_key;
pub mod ledger_account;
pub mod ledger_posting;
pub mod ledger_transfer;
pub mod mail_token;
pub mod member;
pub mod order;
pub mod outbox;
pub mod payment;
pub mod payout;
pub mod quote;
pub mod sandbox_charge;
pub mod sandbox_mail;
pub mod sandbox_transfer;
pub mod session;
pub mod setting;
pub mod user;
