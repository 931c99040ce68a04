//! `cargo xtask test`: every test there is, and one sum at the end.

use crate::browser;
use crate::counts::{self, Counts};
use crate::postgres::Cluster;
use crate::process::{shown, tee};
use crate::progress::Progress;
use crate::server;
use crate::setup::{self, Tool};
use crate::workspace::Workspace;
use anyhow::{Result, bail};
use std::io::IsTerminal;
use std::process::Command;

/// Tells the tests where they may create databases.
pub const POSTGRES_VARIABLE: &str = "HOLDFAST_TEST_POSTGRES_URL";

/// Which tests to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    All,
    /// All but the browser's.
    Native,
    /// The browser's alone.
    Browser,
}

impl Scope {
    /// The scope that the two flags ask for; clap refuses both at once.
    pub fn new(skip_browser: bool, only_browser: bool) -> Self {
        match (skip_browser, only_browser) {
            (true, _) => Self::Native,
            (_, true) => Self::Browser,
            _ => Self::All,
        }
    }
}

/// What a run of the tests came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How many passed and failed.
    pub counts: Counts,
}

impl Outcome {
    /// Whether nothing failed.
    pub fn is_green(&self) -> bool {
        self.counts.failed == 0
    }

    /// Adds what one step counted; a step that broke without counting a failure is a failure itself.
    fn add(&mut self, name: &str, result: Result<Counts>) {
        match result {
            Ok(counts) => self.counts += counts,
            Err(error) => {
                eprintln!("error: {name}: {error:#}");
                self.counts += Counts { passed: 0, failed: 1 };
            }
        }
    }
}

/// Sets up, runs the tests in scope, and counts. An error means that the tests could not begin.
pub fn run(workspace: &Workspace, scope: Scope, playwright: &[String]) -> Result<Outcome> {
    let end2end = workspace.root.join("end2end");
    let with_browser = scope != Scope::Native && end2end.join("package.json").exists();
    let with_native = scope != Scope::Browser;
    if scope == Scope::Browser && !with_browser {
        bail!("end2end/package.json is missing: there are no browser tests");
    }
    let native_steps = if with_native { 2 } else { 0 };
    let browser_steps = if with_browser { server::DEV_STEPS + 1 } else { 0 };
    let mut progress = Progress::new(1 + native_steps + browser_steps);
    progress.step("set-up");
    set_up(workspace, with_native, with_browser)?;
    let mut outcome = Outcome::default();
    if with_native {
        run_native(workspace, &mut progress, &mut outcome)?;
    }
    if with_browser {
        let result = browser::run(workspace, &mut progress, playwright);
        outcome.add("browser tests", result);
    } else if scope == Scope::All {
        println!("no browser tests: end2end/package.json is missing");
    }
    Ok(outcome)
}

fn set_up(workspace: &Workspace, with_native: bool, with_browser: bool) -> Result<()> {
    setup::wasm_target(workspace)?;
    let mut tools = Vec::new();
    if with_native {
        tools.push(Tool::Postgres);
    }
    if with_browser {
        tools.extend([Tool::Node, Tool::Chromium]);
    }
    setup::tools(&tools)?;
    if with_browser {
        setup::npm_packages(&workspace.root.join("end2end"))?;
    }
    Ok(())
}

fn run_native(workspace: &Workspace, progress: &mut Progress, outcome: &mut Outcome) -> Result<()> {
    let cluster = Cluster::start()?;
    progress.step("cargo test: domain, migrations, backend, app, server, simulate");
    let mut command = workspace.cargo_native("test");
    outcome.add("cargo test", cargo_test(command.env(POSTGRES_VARIABLE, cluster.url())));
    progress.step("cargo test: xtask");
    outcome.add("cargo test of xtask", cargo_test(workspace.cargo("test").args(["--locked", "--package", "xtask"])));
    Ok(())
}

/// Runs `cargo test` to the end, whatever fails on the way, and counts.
fn cargo_test(command: &mut Command) -> Result<Counts> {
    command.arg("--no-fail-fast");
    if std::io::stdout().is_terminal() {
        // Our pipe hides the terminal from cargo.
        command.args(["--color", "always"]);
    }
    let (status, output) = tee(command)?;
    let counts = counts::of_cargo(&output);
    if !status.success() && counts.failed == 0 {
        bail!("{} ended with {status}", shown(command));
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_breaks_counts_as_a_failure() {
        let mut outcome = Outcome::default();
        outcome.add("one", Ok(Counts { passed: 3, failed: 0 }));
        assert!(outcome.is_green());
        outcome.add("two", Err(anyhow::anyhow!("does not compile")));
        assert!(!outcome.is_green());
        assert_eq!(outcome.counts, Counts { passed: 3, failed: 1 });
    }
}
