//! A throw-away PostgreSQL cluster for the tests.

use crate::process::{Guard, capture, is_root};
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian keeps the programs of a server, one folder per version.
const DEBIAN_DIR: &str = "/usr/lib/postgresql";

/// The account that runs the cluster when we are root, as PostgreSQL refuses to run as root.
const ACCOUNT: &str = "postgres";

/// Another program may take the free port between our look and PostgreSQL's start.
const START_ATTEMPTS: usize = 3;

/// Durability is off, as the cluster is deleted anyway; each test holds a few connections of its own.
const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
fsync = off
synchronous_commit = off
full_page_writes = off
";

/// Removes the folder once the cluster has stopped.
const CLEAN_UP: &str = "dir=$1; shift; \"$@\" >/dev/null 2>&1; rm -rf -- \"$dir\"";

/// A running cluster; it stops and its files go when this is dropped, or when this process ends in any way.
#[derive(Debug)]
pub struct Cluster {
    port: u16,
    _guard: Guard,
}

impl Cluster {
    /// Makes a cluster in a temporary folder and starts it on a free port of the loopback interface.
    pub fn start() -> Result<Self> {
        let programs = Programs::find()?;
        let dir = tempfile::Builder::new().prefix("holdfast-postgres-").tempdir()?;
        Self::start_in(dir.keep(), &programs)
    }

    /// The same in an empty folder, which goes when the cluster does.
    fn start_in(dir: PathBuf, programs: &Programs) -> Result<Self> {
        let data = dir.join("data");
        let stop: Vec<OsString> = programs
            .line("pg_ctl")
            .into_iter()
            .chain(["stop", "--mode=immediate", "--wait", "--pgdata"].map(OsString::from))
            .chain([data.clone().into()])
            .collect();
        let arguments = [dir.clone().into()].into_iter().chain(stop);
        let guard = Guard::new(CLEAN_UP, arguments)?;
        programs.give(&dir)?;
        capture(
            programs
                .command("initdb", &dir)
                .args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"])
                .arg("--pgdata")
                .arg(&data),
        )?;
        let mut config = fs::OpenOptions::new().append(true).open(data.join("postgresql.conf"))?;
        config.write_all(SETTINGS.as_bytes())?;
        let port = start_on_free_port(programs, &dir)?;
        Ok(Self { port, _guard: guard })
    }

    /// The URL of its maintenance database, as its superuser.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

fn start_on_free_port(programs: &Programs, dir: &Path) -> Result<u16> {
    let log = dir.join("log");
    let mut failure = None;
    for _ in 0..START_ATTEMPTS {
        let port = free_port()?;
        let started = capture(
            programs
                .command("pg_ctl", dir)
                .args(["start", "--wait", "--silent", "--options", &format!("-p {port}")])
                .arg("--log")
                .arg(&log)
                .arg("--pgdata")
                .arg(dir.join("data")),
        );
        match started {
            Ok(_) => return Ok(port),
            Err(error) => failure = Some(error),
        }
    }
    let said = fs::read_to_string(&log).unwrap_or_default();
    match failure {
        Some(error) => Err(error.context(format!("PostgreSQL did not start: {}", said.trim()))),
        None => bail!("PostgreSQL was never tried"),
    }
}

/// A TCP port of the loopback interface that nobody listens on.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// The folder that holds a whole server, if there is one.
pub fn bin_dir() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions = fs::read_dir(DEBIAN_DIR).into_iter().flatten().flatten().map(|entry| entry.path());
    candidates(std::env::split_paths(&path), versions).into_iter().find(|dir| is_whole(dir))
}

/// Folders to look in: those of PATH first, then Debian's, newest version first.
fn candidates(path: impl Iterator<Item = PathBuf>, versions: impl Iterator<Item = PathBuf>) -> Vec<PathBuf> {
    let mut versions: Vec<_> = versions.collect();
    versions.sort_by_key(|dir| {
        let name = dir.file_name().unwrap_or_default().to_string_lossy();
        std::cmp::Reverse(name.parse::<u32>().unwrap_or_default())
    });
    path.chain(versions.into_iter().map(|dir| dir.join("bin"))).collect()
}

/// An initdb alone is a client-only install: it would fail for want of `postgres`.
fn is_whole(dir: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"].iter().all(|name| dir.join(name).is_file())
}

/// The server's programs, and how to run them as somebody who is not root.
struct Programs {
    bin: PathBuf,
    as_root: bool,
}

impl Programs {
    fn find() -> Result<Self> {
        let bin = bin_dir().context("no folder has initdb, pg_ctl and postgres: install the PostgreSQL server")?;
        let as_root = is_root();
        if as_root && capture(Command::new("id").arg(ACCOUNT)).is_err() {
            bail!("PostgreSQL refuses to run as root and there is no account `{ACCOUNT}` to run it as");
        }
        Ok(Self { bin, as_root })
    }

    /// The words that start a program.
    fn line(&self, program: &str) -> Vec<OsString> {
        let program = self.bin.join(program).into_os_string();
        if self.as_root {
            vec!["runuser".into(), "-u".into(), ACCOUNT.into(), "--".into(), program]
        } else {
            vec![program]
        }
    }

    fn command(&self, program: &str, dir: &Path) -> Command {
        let line = self.line(program);
        let mut words = line.into_iter();
        let mut command = Command::new(words.next().unwrap_or_default());
        // Our own folder may be closed to the other account.
        command.args(words).current_dir(dir);
        command
    }

    /// Makes the folder belong to the account that the programs run as.
    fn give(&self, dir: &Path) -> Result<()> {
        if self.as_root {
            capture(Command::new("chown").arg(ACCOUNT).arg(dir))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_comes_first_and_then_the_newest_version() {
        let found = candidates(
            [PathBuf::from("/opt/pg/bin")].into_iter(),
            ["9", "17", "15"].into_iter().map(|version| Path::new(DEBIAN_DIR).join(version)),
        );
        let shown: Vec<_> = found.iter().map(|dir| dir.display().to_string()).collect();
        assert_eq!(
            shown,
            ["/opt/pg/bin", "/usr/lib/postgresql/17/bin", "/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/9/bin"]
        );
    }

    #[test]
    fn a_cluster_answers_until_it_is_dropped() {
        if bin_dir().is_none() {
            // `cargo xtask test` installs PostgreSQL first; a plain `cargo test` goes without.
            return;
        }
        let dir = tempfile::tempdir().unwrap().keep();
        let cluster = Cluster::start_in(dir.clone(), &Programs::find().unwrap()).unwrap();
        let url = cluster.url();
        let address = url.split(['@', '/']).nth(3).unwrap().to_owned();
        assert!(std::net::TcpStream::connect(&address).is_ok(), "{url}");
        assert!(dir.join("data").exists());
        drop(cluster);
        assert!(std::net::TcpStream::connect(&address).is_err());
        assert!(!dir.exists());
    }

    #[test]
    fn a_client_only_folder_is_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("initdb"), "").unwrap();
        assert!(!is_whole(dir.path()));
        for name in ["pg_ctl", "postgres"] {
            fs::write(dir.path().join(name), "").unwrap();
        }
        assert!(is_whole(dir.path()));
    }
}
