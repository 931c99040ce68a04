//! The browser tests: Playwright against a demo server of this checkout.

use crate::counts::{self, Counts};
use crate::demo::Demo;
use crate::process::{shown, tee};
use crate::progress::Progress;
use crate::workspace::Workspace;
use crate::{server, setup};
use anyhow::{Context, Result, bail};
use std::process::Command;

/// Builds, serves, drives the browser, and has the database prove itself afterwards.
pub fn run(workspace: &Workspace, progress: &mut Progress, arguments: &[String]) -> Result<Counts> {
    let binary = server::build_all_dev(workspace, progress)?;
    progress.step("browser: playwright test");
    let chromium = setup::chromium().context("no Chromium in PATH and CHROMIUM_PATH is not set")?;
    let demo = Demo::start(workspace, &binary)?;
    let mut command = Command::new("npx");
    command
        .args(["--no-install", "playwright", "test"])
        .args(arguments)
        .current_dir(workspace.root.join("end2end"))
        .env("HOLDFAST_BASE_URL", format!("http://127.0.0.1:{}", demo.port()))
        .env("HOLDFAST_SEED_FILE", demo.seed_file())
        .env("HOLDFAST_BIN", &binary)
        .env("HOLDFAST_DATABASE_URL", demo.database_url())
        .env("CHROMIUM_PATH", chromium);
    let (status, output) = tee(&mut command)?;
    let mut counts = counts::of_playwright(&output);
    if !status.success() || counts.failed > 0 {
        demo.print_log();
    }
    if !status.success() && counts.failed == 0 {
        bail!("{} ended with {status}", shown(&command));
    }
    if let Err(error) = demo.verify() {
        eprintln!("error: the database after the browser tests: {error:#}");
        counts.failed += 1;
    }
    Ok(counts)
}
