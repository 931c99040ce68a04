//! The services on real databases: every test runs on SQLite, and on PostgreSQL where `HOLDFAST_TEST_POSTGRES_URL` names a
//! server on which databases may be made.
#![expect(clippy::unwrap_used, reason = "what cannot be set up has failed")]

mod auth_reset;
mod auth_sessions;
mod auth_sign_in;
mod auth_sign_up;
mod bank_files;
mod collections;
mod connections;
mod desk;
mod disputes;
mod every_row;
mod mail;
mod marketplace;
mod mended;
mod orders;
mod outbox;
mod platform;
mod projects;
mod second_factor;
mod stuck_payouts;
mod support;
mod suspense;
mod team;
mod telling;
mod webhooks;
