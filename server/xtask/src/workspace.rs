//! Where things are, and how cargo is called.

use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What `cargo run` sets for its child. Left in place, it would make build scripts that watch these variables run
/// again each time a person alternates between `cargo` and `cargo xtask`.
const CARGO_RUN_PREFIXES: [&str; 4] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];

/// Our crates that run on the server's side. frontend is not among them: it would switch leptos to `hydrate` in all.
const NATIVE: [&str; 6] = ["domain", "migrations", "backend", "app", "server", "simulate"];

/// The checkout and its target folder.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The folder of the workspace's Cargo.toml.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
}

impl Workspace {
    /// The workspace this program was started for.
    pub fn find() -> Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest)
            .join("../..")
            .canonicalize()
            .context("the workspace root is two folders above server/xtask")?;
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => root.join(dir),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// The folder of the assets that the server serves.
    pub fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    /// A `cargo <subcommand>` in the workspace root, with a clean environment.
    pub fn cargo(&self, subcommand: &str) -> Command {
        let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(program);
        command.arg(subcommand).current_dir(&self.root);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if CARGO_RUN_PREFIXES.iter().any(|prefix| text.starts_with(prefix)) {
                command.env_remove(&name);
            }
        }
        // leptos bakes this name into the binary and then looks for other file names than ours.
        command.env_remove("LEPTOS_OUTPUT_NAME");
        command
    }

    /// The same for all native crates in one build, so that dependencies are compiled once, with `ssr` in app.
    pub fn cargo_native(&self, subcommand: &str) -> Command {
        let mut command = self.cargo(subcommand);
        command.args(["--locked", "--features", "app/ssr"]);
        for name in NATIVE {
            command.args(["--package", name]);
        }
        command
    }

    /// The path as a person in the workspace root would type it.
    pub fn shown<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

/// All Rust sources below a folder, in order.
pub fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).with_context(|| format!("cannot list {}", next.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
