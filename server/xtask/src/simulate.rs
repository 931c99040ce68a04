//! `cargo xtask simulate`: random histories of orders, as many as asked for.

use crate::postgres::Cluster;
use crate::process::run as run_command;
use crate::setup::{self, Tool};
use crate::test::POSTGRES_VARIABLE;
use crate::workspace::Workspace;
use anyhow::Result;
use clap::{Args, ValueEnum};

/// Which histories, and where.
#[derive(Args, Debug)]
pub struct SimulateArgs {
    /// How many seeds to run; each is one history of one order.
    #[arg(long, default_value_t = 500)]
    seeds: u64,
    /// The first seed. A violation names its seed; where one history is played at a time, `--start <seed> --seeds 1` repeats it.
    #[arg(long, default_value_t = 0)]
    start: u64,
    /// The database to run on. PostgreSQL is a throw-away cluster that stops afterwards.
    #[arg(long, value_enum, default_value_t = Database::Sqlite)]
    database: Database,
}

/// The two databases that Holdfast runs on.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Database {
    Sqlite,
    Postgres,
}

/// Runs them in a release build; an error means that a history broke a rule.
pub fn run(workspace: &Workspace, args: &SimulateArgs) -> Result<()> {
    let mut command = workspace.cargo("run");
    command.args(["--release", "--locked", "--quiet", "--package", "simulate", "--"]);
    command.args(["--seeds", &args.seeds.to_string(), "--start", &args.start.to_string()]);
    match args.database {
        Database::Sqlite => run_command(command.args(["--database", "sqlite"])),
        Database::Postgres => {
            setup::tools(&[Tool::Postgres])?;
            let cluster = Cluster::start()?;
            run_command(command.args(["--database", "postgres"]).env(POSTGRES_VARIABLE, cluster.url()))
        }
    }
}
