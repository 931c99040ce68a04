//! `cargo xtask simulate` runs this.

use anyhow::Result;
use clap::Parser;
use simulate::{Database, Options, run};
use std::time::Instant;

/// Random histories of orders against the rules of the books.
#[derive(Parser)]
struct Arguments {
    /// How many seeds to run.
    #[arg(long, default_value_t = 500)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    start: u64,
    /// On which database; `postgres` needs HOLDFAST_TEST_POSTGRES_URL.
    #[arg(long, default_value = "sqlite")]
    database: Database,
}

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments { seeds, start, database } = Arguments::parse();
    let parallel = std::thread::available_parallelism().map_or(1, usize::from);
    let began = Instant::now();
    let summary = run(Options { seeds, start, database, parallel }).await?;
    println!("{summary}");
    println!("{} s on {database:?}", began.elapsed().as_secs());
    Ok(())
}
