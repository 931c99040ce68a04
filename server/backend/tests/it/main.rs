//! The services on real databases: every test runs on SQLite, and on PostgreSQL where `HOLDFAST_TEST_POSTGRES_URL` names a
//! server on which databases may be made.

mod auth_reset;
mod auth_sessions;
mod auth_sign_in;
mod auth_sign_up;
mod outbox;
mod support;
