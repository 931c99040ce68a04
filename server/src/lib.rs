//! The server: configuration, router, middleware, seed and the subcommands of `holdfast`. It holds no business rule.

pub mod cli;
pub mod http;
mod seed;
pub mod site;
pub mod telemetry;
pub mod world;
