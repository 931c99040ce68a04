//! Installing what is missing, or saying in one line what to install.

use crate::postgres;
use crate::process::{capture, in_path, is_root, run};
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The target triple of the browser's half.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The shell without windows comes first: it opens pages and tabs several times as fast as the whole browser.
const CHROMIUM_NAMES: [&str; 5] =
    ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// A program that the tests need and Rust does not bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// The browser that Playwright drives.
    Chromium,
    /// Playwright itself runs in Node.
    Node,
    /// initdb, pg_ctl and postgres.
    Postgres,
}

impl Tool {
    fn is_present(self) -> bool {
        match self {
            Self::Chromium => chromium().is_some(),
            Self::Node => in_path("npm").is_some() && in_path("npx").is_some(),
            Self::Postgres => postgres::bin_dir().is_some(),
        }
    }

    fn debian_packages(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &["chromium-headless-shell"],
            Self::Node => &["nodejs", "npm"],
            Self::Postgres => &["postgresql"],
        }
    }
}

/// Adds the wasm target to the toolchain when it is not there.
pub fn wasm_target(workspace: &Workspace) -> Result<()> {
    let sysroot = capture(Command::new("rustc").args(["--print", "sysroot"]).current_dir(&workspace.root))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(WASM_TARGET).is_dir() {
        return Ok(());
    }
    if in_path("rustup").is_none() {
        bail!("this Rust has no {WASM_TARGET}: install rustup, or the target by the means Rust came by");
    }
    run(Command::new("rustup").args(["target", "add", WASM_TARGET]).current_dir(&workspace.root))
}

/// Makes sure that these tools are there: through apt on Debian as root, otherwise by asking for them.
pub fn tools(wanted: &[Tool]) -> Result<()> {
    let missing = || wanted.iter().copied().filter(|tool| !tool.is_present()).collect::<Vec<_>>();
    let packages = |tools: &[Tool]| tools.iter().flat_map(|tool| tool.debian_packages()).copied().collect::<Vec<_>>();
    let needed = missing();
    if needed.is_empty() {
        return Ok(());
    }
    if Path::new("/etc/debian_version").exists() && in_path("apt-get").is_some() && is_root() {
        apt(&["update"])?;
        let mut arguments = vec!["install", "-y", "--no-install-recommends"];
        arguments.extend(packages(&needed));
        apt(&arguments)?;
    }
    let still = missing();
    if !still.is_empty() {
        bail!("missing {still:?}: install (names as in Debian) {}", packages(&still).join(" "));
    }
    Ok(())
}

fn apt(arguments: &[&str]) -> Result<()> {
    run(Command::new("apt-get").arg("-q").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// The browser: the file CHROMIUM_PATH names when set, otherwise the first known name in PATH.
pub fn chromium() -> Option<PathBuf> {
    match std::env::var_os("CHROMIUM_PATH") {
        Some(path) if !path.is_empty() => Some(PathBuf::from(path)).filter(|file| file.is_file()),
        _ => CHROMIUM_NAMES.iter().find_map(|name| in_path(name)),
    }
}

/// Runs `npm ci` in end2end when the installed packages are missing or older than the lockfile.
pub fn npm_packages(end2end: &Path) -> Result<()> {
    let lock = end2end.join("package-lock.json");
    let installed = end2end.join("node_modules/.package-lock.json");
    if is_newer(&installed, &lock)? {
        return Ok(());
    }
    // Tests drive the system's Chromium: a download of Playwright's own would only cost time.
    run(Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund"])
        .current_dir(end2end)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))
}

/// Whether `made` exists and is not older than `source`.
fn is_newer(made: &Path, source: &Path) -> Result<bool> {
    let modified = |path: &Path| std::fs::metadata(path).and_then(|meta| meta.modified());
    let source_time = modified(source).with_context(|| format!("{} is missing", source.display()))?;
    Ok(modified(made).is_ok_and(|time| time.duration_since(source_time).unwrap_or_default() > Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::is_newer;

    #[test]
    fn missing_or_old_packages_are_installed_again() {
        let dir = tempfile::tempdir().unwrap();
        let (lock, installed) = (dir.path().join("lock"), dir.path().join("installed"));
        assert!(is_newer(&installed, &lock).is_err());
        std::fs::write(&lock, "").unwrap();
        assert!(!is_newer(&installed, &lock).unwrap());
        let file = std::fs::File::create(&installed).unwrap();
        let made = std::fs::metadata(&lock).unwrap().modified().unwrap();
        let second = std::time::Duration::from_secs(1);
        file.set_modified(made + second).unwrap();
        assert!(is_newer(&installed, &lock).unwrap());
        file.set_modified(made - second).unwrap();
        assert!(!is_newer(&installed, &lock).unwrap());
    }
}
