//! `holdfast seed`.

use crate::seed;
use crate::world::{ModeOption, WorldOptions, migrate};
use anyhow::{Result, bail};
use clap::Args;

/// What to make.
#[derive(Debug, Args)]
pub(super) struct Seed {
    /// The demo: people, orders in every status and a history.
    #[arg(long, required = true)]
    demo: bool,
    /// So many orders of one seller besides, to measure with.
    #[arg(long, default_value_t = 0, value_name = "NUMBER")]
    orders: usize,
    /// Print what there is as JSON.
    #[arg(long)]
    json: bool,
}

impl Seed {
    /// Makes the demo where it is missing, and says what there is.
    pub(super) async fn run(self, world: &WorldOptions) -> Result<()> {
        if world.mode == ModeOption::Live {
            bail!("the demo is for the sandbox; it is not made in live mode");
        }
        let db = world.connect().await?;
        migrate(&db).await?;
        let made = seed::demo(world, db, self.orders, self.json).await?;
        if self.json {
            println!("{}", serde_json::to_string(&made)?);
        } else {
            println!(
                "{} demo accounts and {} orders; everybody's password is {}",
                made.accounts.len(),
                made.orders.len(),
                seed::PASSWORD
            );
        }
        Ok(())
    }
}
