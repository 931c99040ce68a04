//! Rows in, domain types out. Functions take the connection of the caller, so that they join its transaction.
//!
//! A row that breaks an invariant of the domain is an internal error: the database is checked again after it was read.

pub(crate) mod account_lines;
pub(crate) mod accounts;
pub(crate) mod associations;
pub(crate) mod audit;
pub(crate) mod bank_accounts;
pub(crate) mod bank_statements;
pub(crate) mod batches;
pub(crate) mod books;
pub(crate) mod convert;
pub(crate) mod deliveries;
pub(crate) mod delivery_terms;
pub(crate) mod desk_payouts;
pub(crate) mod fee_schedules;
pub(crate) mod files;
pub(crate) mod idempotency;
pub(crate) mod ledger;
pub(crate) mod ledger_sums;
pub(crate) mod listings;
pub(crate) mod mail_tokens;
pub(crate) mod messages;
pub(crate) mod notifications;
pub(crate) mod numbers;
pub(crate) mod order_figures;
pub(crate) mod order_filter;
pub(crate) mod orders;
pub(crate) mod outbox;
pub(crate) mod payments;
pub(crate) mod payout_schedules;
pub(crate) mod payouts;
pub(crate) mod pictures;
pub(crate) mod platform_files;
pub(crate) mod providers;
pub(crate) mod quotes;
pub(crate) mod sandbox_mails;
pub(crate) mod saved_views;
pub(crate) mod second_factors;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod staff_events;
pub(crate) mod storefronts;
pub(crate) mod suspense;
pub(crate) mod team;
pub(crate) mod users;
