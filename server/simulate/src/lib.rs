//! A seeded simulation of the whole escrow: random commands by random people, duplicated, reordered and late, clock jumps,
//! and crashes between any two writes. After every step the books are checked from the rows alone.
//!
//! Seeds run in batches that share one database and its accounts; every seed makes orders of its own. The same seeds choose
//! the same steps again, but for the moments of the crashes, which depend on how the machine schedules.

mod act;
mod chance;
mod check;
mod crash;
mod step;
mod world;

use anyhow::{Context, Result, bail};
use chance::Chance;
use check::check_orders;
use clap::ValueEnum;
use futures::StreamExt;
use futures::stream;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use step::Tally;
use time::Duration;
use world::World;

/// Seeds that share a database.
const BATCH: u64 = 25;
/// Fewest and most steps of a seed.
const STEPS: Range<u64> = 12..40;
/// Longest silence after which every order must have ended: the longest chain of deadlines, and 90 days unclaimed.
const SILENCE: Duration = Duration::days(400);
/// How far the clock jumps in the silence.
const JUMP: Duration = Duration::days(8);

/// On which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Database {
    /// An embedded database in a temporary folder.
    Sqlite,
    /// Fresh databases on the server that `HOLDFAST_TEST_POSTGRES_URL` names.
    Postgres,
}

/// What to run.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How many seeds.
    pub seeds: u64,
    /// The first seed.
    pub start: u64,
    /// On which database.
    pub database: Database,
    /// How many batches run at once.
    pub parallel: usize,
}

/// What a run came to.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Seeds that held.
    pub seeds: u64,
    /// Steps taken.
    pub steps: u64,
    /// Calls that were accepted.
    pub accepted: u64,
    /// Calls that were refused with a reason.
    pub refused: u64,
    /// Calls that were cut off between two writes.
    pub crashes: u64,
    /// How the orders ended.
    pub endings: BTreeMap<String, u64>,
}

impl Summary {
    fn add(&mut self, other: &Self) {
        self.seeds += other.seeds;
        self.steps += other.steps;
        self.accepted += other.accepted;
        self.refused += other.refused;
        self.crashes += other.crashes;
        for (ending, count) in &other.endings {
            *self.endings.entry(ending.clone()).or_default() += count;
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} seeds without a violation: {} steps, {} calls accepted, {} refused, {} cut off between two writes; endings:",
            self.seeds, self.steps, self.accepted, self.refused, self.crashes
        )?;
        for (ending, count) in &self.endings {
            write!(f, " {ending} {count}")?;
        }
        Ok(())
    }
}

/// Runs the seeds.
///
/// # Errors
/// The first violation, with its seed, its steps and how to run it again; or a database that does not answer.
pub async fn run(options: Options) -> Result<Summary> {
    let end = options.start + options.seeds;
    let batches = (options.start..end)
        .step_by(usize::try_from(BATCH)?)
        .map(|first| tokio::spawn(batch(options.database, first..end.min(first + BATCH))));
    let mut running = stream::iter(batches).buffer_unordered(options.parallel.max(1));
    let mut summary = Summary::default();
    while let Some(done) = running.next().await {
        summary.add(&done.context("a batch panicked")??);
    }
    Ok(summary)
}

async fn batch(database: Database, seeds: Range<u64>) -> Result<Summary> {
    let world = World::open(database).await?;
    let mut summary = Summary::default();
    for seed in seeds.clone() {
        let mut tally = Tally::default();
        if let Err(violation) = one_seed(&world, seed, &mut tally).await {
            let trace = tally.trace.join("\n  ");
            bail!(
                "seed {seed}: {violation:#}\n  {trace}\nto run it again: --start {} --seeds {}",
                seeds.start,
                seed - seeds.start + 1
            );
        }
        summary.add(&tally.summary);
        summary.seeds += 1;
    }
    let findings = world.backend().verify().await?.findings;
    if !findings.is_empty() {
        bail!("seeds {seeds:?}: the books do not agree: {findings:?}");
    }
    world.close().await?;
    Ok(summary)
}

async fn one_seed(world: &World, seed: u64, tally: &mut Tally) -> Result<()> {
    let mut chance = Chance::new(seed);
    let mut scene = step::Scene::open(world, &mut chance, tally).await?;
    for _ in 0..chance.between(STEPS) {
        step::take(&mut scene, &mut chance, tally).await?;
        check_orders(world, &scene.orders()).await?;
    }
    let mut silent = Duration::ZERO;
    loop {
        let open = scene.open_orders().await?;
        if open.is_empty() {
            break;
        }
        if silent > SILENCE {
            bail!("after {} days of silence these orders have not ended: {open:?}", silent.whole_days());
        }
        world.later(JUMP);
        silent += JUMP;
        world.work().await?;
        check_orders(world, &scene.orders()).await?;
    }
    for status in scene.endings().await? {
        *tally.summary.endings.entry(status).or_default() += 1;
    }
    Ok(())
}
