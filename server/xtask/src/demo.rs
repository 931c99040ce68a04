//! A demo server on a free port with a fresh database: for the browser tests and for measuring.

use crate::http::Client;
use crate::postgres::free_port;
use crate::process::{Guard, capture, run, terminate};
use crate::server::SITE_VARIABLE;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const READY_WITHIN: Duration = Duration::from_secs(60);
const STOP_WITHIN: Duration = Duration::from_secs(15);
const POLL_EVERY: Duration = Duration::from_millis(50);
const LOG_LINES_SHOWN: usize = 40;

/// Stops the server and removes its folder when we could not.
const CLEAN_UP: &str = "kill -TERM \"$1\" 2>/dev/null; sleep 1; rm -rf -- \"$2\"";

/// What a demo server starts with.
#[derive(Debug, Default)]
pub struct Stock<'a> {
    /// Its database; an SQLite file of its own where not given.
    pub database_url: Option<&'a str>,
    /// Orders beside the demo's.
    pub orders: usize,
}

/// A running server with its own SQLite database; both go when this is dropped.
pub struct Demo {
    binary: PathBuf,
    site: PathBuf,
    port: u16,
    server: Child,
    guard: Option<Guard>,
    dir: TempDir,
    database_url: String,
}

impl Demo {
    /// Migrates and seeds a fresh database, starts the server and waits until it is ready.
    pub fn start(workspace: &Workspace, binary: &Path) -> Result<Self> {
        Self::start_with(workspace, binary, &Stock::default())
    }

    /// The same on a database that exists, or with many orders.
    pub fn start_with(workspace: &Workspace, binary: &Path, stock: &Stock<'_>) -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("holdfast-demo-").tempdir()?;
        let (site, port) = (workspace.site(), free_port()?);
        let own = || format!("sqlite://{}?mode=rwc", dir.path().join("holdfast.db").display());
        let database_url = stock.database_url.map_or_else(own, ToOwned::to_owned);
        let command = |subcommand: &str| {
            let mut command = Command::new(binary);
            command
                .arg(subcommand)
                .current_dir(dir.path())
                .env("DATABASE_URL", &database_url)
                .env("HOLDFAST_MODE", "sandbox")
                .env("HOLDFAST_LISTEN", format!("127.0.0.1:{port}"))
                .env(SITE_VARIABLE, &site);
            command
        };
        run(&mut command("migrate")).context("the demo database could not be made")?;
        let orders = stock.orders.to_string();
        let seed = capture(command("seed").args(["--demo", "--json", "--orders", &orders]))
            .context("the demo could not be seeded")?;
        fs::write(dir.path().join("seed.json"), seed)?;
        let log = File::create(dir.path().join("server.log"))?;
        let server = command("serve").stdout(log.try_clone()?).stderr(log).spawn()?;
        let arguments = [server.id().to_string().into(), dir.path().as_os_str().to_owned()];
        let guard = Guard::new(CLEAN_UP, arguments)?;
        let mut demo = Self { binary: binary.to_owned(), site, port, server, guard: Some(guard), dir, database_url };
        if let Err(error) = demo.wait_until_ready() {
            demo.print_log();
            return Err(error);
        }
        Ok(demo)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let begun = Instant::now();
        let mut client = Client::new(self.port);
        while begun.elapsed() < READY_WITHIN {
            if let Some(status) = self.server.try_wait()? {
                bail!("`holdfast serve` ended with {status}");
            }
            if client.get("/readyz", &[]).is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            std::thread::sleep(POLL_EVERY);
        }
        bail!("`holdfast serve` was not ready within {} s", READY_WITHIN.as_secs())
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The process id of the server.
    pub fn pid(&self) -> u32 {
        self.server.id()
    }

    /// The URL of its database.
    pub fn database_url(&self) -> String {
        self.database_url.clone()
    }

    /// The file with what `holdfast seed --demo --json` printed.
    pub fn seed_file(&self) -> PathBuf {
        self.dir.path().join("seed.json")
    }

    /// Has the server prove from its rows that no money appeared, vanished or moved without a reason.
    pub fn verify(&self) -> Result<()> {
        run(Command::new(&self.binary)
            .arg("verify")
            .current_dir(self.dir.path())
            .env("DATABASE_URL", self.database_url())
            .env("HOLDFAST_MODE", "sandbox")
            .env(SITE_VARIABLE, &self.site))
    }

    /// Prints the last lines of the server's log.
    pub fn print_log(&self) {
        let log = fs::read_to_string(self.dir.path().join("server.log")).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        println!("--- the last lines of the server's log");
        for line in lines.iter().skip(lines.len().saturating_sub(LOG_LINES_SHOWN)) {
            println!("{line}");
        }
    }

    fn stop(&mut self) -> Result<()> {
        if self.server.try_wait()?.is_some() {
            return Ok(());
        }
        terminate(self.server.id())?;
        let begun = Instant::now();
        while begun.elapsed() < STOP_WITHIN {
            if self.server.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(POLL_EVERY);
        }
        self.server.kill()?;
        self.server.wait()?;
        Ok(())
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // When stopping fails the guard still acts on its own.
        if self.stop().is_ok()
            && let Some(guard) = self.guard.take()
        {
            guard.disarm();
        }
    }
}
