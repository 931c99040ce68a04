//! Requests through the whole router, in process, on a fresh database each.
#![expect(clippy::unwrap_used, reason = "what cannot be set up has failed")]

mod atarapay;
mod auth_matrix;
mod export;
mod flow;
mod furniture;
mod guides;
mod harness;
mod instamojo;
mod json;
mod lists;
mod projects;
mod roles;
mod security;
