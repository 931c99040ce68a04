//! Builds, starts, checks and measures Holdfast: `cargo xtask --help`.
//!
//! It needs Rust alone for `build` and `start`; wasm-bindgen is linked as a library, so that its version is the
//! one of the lockfile and nothing has to be installed.

mod assets;
mod bench;
mod browser;
mod budget;
mod ci;
mod counts;
mod css;
mod demo;
mod deps;
mod http;
mod postgres;
mod process;
mod progress;
mod server;
mod setup;
mod simulate;
mod start;
mod test;
mod wasm;
mod workspace;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use std::process::ExitCode;
use workspace::Workspace;

/// Build, start, test and measure Holdfast.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the release binary target/release/holdfast with its assets inside.
    ///
    /// Leaves the assets in target/site too: hashed names, each text file also as .br and .gz, and manifest.json.
    Build,
    /// Build for development, migrate and seed an embedded database, and serve http://127.0.0.1:3000.
    ///
    /// Needs nothing but rustup on a fresh machine. Press Ctrl-C to stop. A second start reuses what did not change.
    Start(StartArgs),
    /// Run every test: unit, property, services on SQLite and PostgreSQL, HTTP, browser.
    ///
    /// Starts a throw-away PostgreSQL cluster and a demo server and stops both in all cases. Installs what is
    /// missing (on Debian as root) or says in one line what to install. The last line is "N passed, M failed".
    Test(TestArgs),
    /// Run what CI runs: formatting, lints, docs, dependency rules, WASM size and every test.
    ///
    /// Stops at the first step that fails.
    Ci(CiArgs),
    /// Run random histories of orders, with crashes and clock jumps, against the rules of the books.
    ///
    /// After every step it checks that no money appeared or vanished, that the status tells where the money is, and at
    /// the end that the order ended. Prints the seed of a history that breaks a rule and fails.
    Simulate(simulate::SimulateArgs),
    /// Check who depends on whom: manifests, the resolved WASM build and imports in the sources.
    Deps,
    /// Measure sizes, rebuild time, latency and memory, and compare them with the budgets. Never fails on a budget.
    Bench,
}

#[derive(Args)]
struct StartArgs {
    /// Flags for `holdfast serve`, after `--`, for example `-- --listen 127.0.0.1:8080`.
    #[arg(last = true)]
    serve: Vec<String>,
}

#[derive(Args)]
struct TestArgs {
    /// Leave the browser tests out (no Node and no Chromium needed).
    #[arg(long, conflicts_with = "only_browser")]
    skip_browser: bool,
    /// Run the browser tests alone (no PostgreSQL needed).
    #[arg(long)]
    only_browser: bool,
    /// Arguments for `playwright test`, after `--`, for example `-- --grep accept`.
    #[arg(last = true)]
    playwright: Vec<String>,
}

#[derive(Args)]
struct CiArgs {
    /// Everything but the tests.
    #[arg(long)]
    no_test: bool,
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the task; `false` means that it has already said what failed.
fn run(cli: Cli) -> Result<bool> {
    let workspace = Workspace::find()?;
    match cli.command {
        Task::Build => server::build_all_release(&workspace).map(|()| true),
        Task::Start(args) => start::run(&workspace, &args.serve).map(|()| true),
        Task::Test(args) => {
            let scope = test::Scope::new(args.skip_browser, args.only_browser);
            let outcome = test::run(&workspace, scope, &args.playwright)?;
            println!("{}", outcome.counts);
            Ok(outcome.is_green())
        }
        Task::Ci(args) => ci::run(&workspace, args.no_test),
        Task::Simulate(args) => simulate::run(&workspace, &args).map(|()| true),
        Task::Deps => deps::run(&workspace).map(|()| true),
        Task::Bench => bench::run(&workspace).map(|()| true),
    }
}
