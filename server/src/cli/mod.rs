//! The subcommands of `holdfast`. Their `--help` is the reference; every flag is an environment variable too.

mod admin;
mod seed;
mod serve;
mod verify;

use crate::telemetry::LogOptions;
use crate::world::{WorldOptions, migrate};
use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Self-hosted escrow marketplace.
///
/// A buyer's money is held until the buyer accepts what was delivered; then everybody is paid their share.
#[derive(Debug, Parser)]
#[command(name = "holdfast", version, after_help = EXAMPLES)]
pub struct Cli {
    /// What is logged.
    #[command(flatten)]
    pub log: LogOptions,
    #[command(flatten)]
    world: WorldOptions,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  holdfast serve
  holdfast seed --demo --json
  DATABASE_URL=postgres://holdfast@db/holdfast holdfast serve --listen 0.0.0.0:3000 --public-url https://escrow.example
  holdfast verify --verbose";

#[derive(Debug, Subcommand)]
enum Command {
    /// Migrate, serve the pages and run the workers
    Serve(serve::Serve),
    /// Run the workers alone: mail, deadlines, payouts; as many processes as you like
    Worker,
    /// Bring the database forward
    Migrate,
    /// Make demo people and orders (sandbox only); a second run adds nothing
    Seed(seed::Seed),
    /// Prove the books from the rows alone; exit 1 and the rows where they are wrong
    Verify(verify::Verify),
    /// Manage platform staff and accounts
    #[command(subcommand)]
    Admin(admin::Admin),
}

impl Cli {
    /// Runs the subcommand.
    ///
    /// # Errors
    /// What went wrong, for the person at the terminal.
    pub async fn run(self) -> Result<ExitCode> {
        let world = self.world;
        match self.command {
            Command::Serve(serve) => serve.run(&world).await?,
            Command::Worker => serve::work(&world).await?,
            Command::Migrate => migrate(&world.connect().await?).await?,
            Command::Seed(seed) => seed.run(&world).await?,
            Command::Verify(verify) => return verify.run(&world).await,
            Command::Admin(admin) => admin.run(&world).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
