//! `holdfast verify`.

use crate::world::WorldOptions;
use anyhow::{Context, Result};
use clap::Args;
use std::process::ExitCode;

/// How much to say.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// Say what was looked at, also when all is well.
    #[arg(long)]
    verbose: bool,
}

impl Verify {
    /// Silent and 0 where the books are right; the rows and 1 where they are not.
    pub(super) async fn run(self, world: &WorldOptions) -> Result<ExitCode> {
        let backend = world.backend(world.connect().await?, "http://localhost").await?;
        let report = backend.verify().await.context("the books cannot be read")?;
        for finding in &report.findings {
            println!("{}: {}", finding.row, finding.wrong);
        }
        if self.verbose {
            let (transfers, accounts, orders) = (report.transfers, report.accounts, report.orders);
            let (collections, events) = (report.collections, report.events);
            println!(
                "{transfers} transfers, {accounts} accounts, {orders} orders, {collections} collected payments and {events} audit events checked"
            );
        }
        Ok(if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
