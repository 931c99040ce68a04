//! The server: configuration, router, middleware, seed and the subcommands of `holdfast`. It holds no business rule.

pub mod cli;
pub mod http;
pub mod receipt_pdf;
mod seed;
pub mod site;
pub mod telemetry;
pub mod world;
