//! `cargo xtask start`: from a clean checkout to a served demo.

use crate::process;
use crate::progress::Progress;
use crate::server::{self, SITE_VARIABLE};
use crate::setup;
use crate::workspace::Workspace;
use anyhow::Result;
use std::path::Path;
use std::process::Command;

const DEFAULT_LISTEN: &str = "127.0.0.1:3000";

/// Flags of `serve` that `migrate` and `seed` have to follow, with the variable that carries them there.
const SHARED_FLAGS: [(&str, &str); 2] = [("--database-url", "DATABASE_URL"), ("--mode", "HOLDFAST_MODE")];

/// Builds, migrates and seeds, and then becomes the server.
pub fn run(workspace: &Workspace, flags: &[String]) -> Result<()> {
    let mut progress = Progress::new(server::DEV_STEPS + 4);
    progress.step("wasm target");
    setup::wasm_target(workspace)?;
    let binary = server::build_all_dev(workspace, &mut progress)?;
    // SQLite makes the database file, but not the folder it lies in.
    std::fs::create_dir_all(workspace.root.join("data"))?;
    progress.step("database: migrate");
    process::run(holdfast(workspace, &binary, flags).arg("migrate"))?;
    progress.step("database: seed the demo");
    process::run(holdfast(workspace, &binary, flags).args(["seed", "--demo"]))?;
    progress.step(&format!("serve {} — Ctrl-C stops it", url(flags)));
    let mut serve = holdfast(workspace, &binary, flags);
    serve.arg("serve").args(flags);
    become_program(serve)
}

fn holdfast(workspace: &Workspace, binary: &Path, flags: &[String]) -> Command {
    let mut command = Command::new(binary);
    command.current_dir(&workspace.root).env(SITE_VARIABLE, workspace.site());
    if std::env::var_os("HOLDFAST_MODE").is_none() {
        command.env("HOLDFAST_MODE", "sandbox");
    }
    for (flag, variable) in SHARED_FLAGS {
        if let Some(value) = value_of(flags, flag) {
            command.env(variable, value);
        }
    }
    command
}

/// The value given as `--flag value` or `--flag=value`; the last one counts.
fn value_of<'a>(flags: &'a [String], flag: &str) -> Option<&'a str> {
    let mut value = None;
    let mut rest = flags.iter();
    while let Some(next) = rest.next() {
        if next == flag {
            value = rest.next().map(String::as_str);
        } else if let Some(given) = next.strip_prefix(flag).and_then(|tail| tail.strip_prefix('=')) {
            value = Some(given);
        }
    }
    value
}

fn url(flags: &[String]) -> String {
    let from_environment = std::env::var("HOLDFAST_LISTEN").ok();
    let listen = value_of(flags, "--listen").or(from_environment.as_deref()).unwrap_or(DEFAULT_LISTEN);
    format!("http://{listen}")
}

/// Replaces this process, so that signals reach the server alone and it can shut down in its own time.
#[cfg(unix)]
fn become_program(mut command: Command) -> Result<()> {
    use anyhow::Context;
    use std::os::unix::process::CommandExt;
    Err(command.exec()).context("cannot start the server")
}

#[cfg(not(unix))]
fn become_program(mut command: Command) -> Result<()> {
    process::run(&mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn flags_are_read_in_both_forms() {
        let flags = words("--listen 0.0.0.0:80 --database-url=sqlite://a.db?mode=rwc --listen [::1]:81");
        assert_eq!(value_of(&flags, "--listen"), Some("[::1]:81"));
        assert_eq!(value_of(&flags, "--database-url"), Some("sqlite://a.db?mode=rwc"));
        assert_eq!(value_of(&flags, "--mode"), None);
        assert_eq!(value_of(&words("--listener x"), "--listen"), None);
        assert_eq!(url(&flags), "http://[::1]:81");
    }
}
