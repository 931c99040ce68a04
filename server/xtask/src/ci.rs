//! `cargo xtask ci`: what has to be green before a change goes in.

use crate::process::run as run_command;
use crate::setup::{self, WASM_TARGET};
use crate::test::{self, Scope};
use crate::workspace::Workspace;
use crate::{budget, deps};
use anyhow::Result;
use std::process::Command;
use std::time::{Duration, Instant};

type Check = fn(&Workspace) -> Result<()>;

const CHECKS: [(&str, Check); 7] = [
    ("set-up", setup::wasm_target),
    ("fmt", fmt),
    ("dependency rules", deps::run),
    ("clippy", clippy_native),
    ("clippy for wasm", clippy_wasm),
    ("docs", docs),
    ("wasm size", budget::check_wasm),
];

/// Runs the checks and then the tests, up to the first that fails. `false` means that something failed.
pub fn run(workspace: &Workspace, no_test: bool) -> Result<bool> {
    let mut log = Log::default();
    for (name, check) in CHECKS {
        if let Err(error) = log.time(name, || check(workspace)) {
            return log.failed(name, &format!("{error:#}"));
        }
    }
    if no_test {
        println!("ci: all green; {}", log.summary());
        return Ok(true);
    }
    let outcome = log.time("test", || test::run(workspace, Scope::All, &[]));
    match outcome {
        Err(error) => log.failed("test", &format!("{error:#}")),
        Ok(outcome) if !outcome.is_green() => {
            let failed = log.failed("test", "some tests failed, see above");
            println!("{}", outcome.counts);
            failed
        }
        Ok(outcome) => {
            println!("ci: all green; {}", log.summary());
            println!("{}", outcome.counts);
            Ok(true)
        }
    }
}

/// The steps so far and how long each took.
#[derive(Default)]
struct Log {
    steps: Vec<(&'static str, Duration)>,
}

impl Log {
    fn time<T>(&mut self, name: &'static str, step: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("ci: {name}");
        let begun = Instant::now();
        let result = step();
        self.steps.push((name, begun.elapsed()));
        result
    }

    fn summary(&self) -> String {
        let steps: Vec<_> =
            self.steps.iter().map(|(name, time)| format!("{name} {:.0} s", time.as_secs_f64())).collect();
        steps.join(", ")
    }

    fn failed(&self, name: &str, why: &str) -> Result<bool> {
        eprintln!("error: {why}");
        println!("ci: {name} failed; {}", self.summary());
        Ok(false)
    }
}

fn fmt(workspace: &Workspace) -> Result<()> {
    run_command(workspace.cargo("fmt").args(["--all", "--check"]))
}

fn clippy_native(workspace: &Workspace) -> Result<()> {
    deny_warnings(workspace.cargo_native("clippy").args(["--package", "xtask", "--all-targets"]))
}

fn clippy_wasm(workspace: &Workspace) -> Result<()> {
    let mut command = workspace.cargo("clippy");
    deny_warnings(command.args(["--locked", "--package", "frontend", "--target", WASM_TARGET]))
}

fn deny_warnings(command: &mut Command) -> Result<()> {
    run_command(command.args(["--", "--deny", "warnings"]))
}

fn docs(workspace: &Workspace) -> Result<()> {
    let mut command = workspace.cargo_native("doc");
    command.args(["--package", "xtask", "--no-deps"]);
    run_command(command.env("RUSTDOCFLAGS", "--deny warnings"))
}
