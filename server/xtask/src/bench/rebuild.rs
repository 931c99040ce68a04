//! How long a developer waits after changing one page.

use crate::process::run;
use crate::progress::Progress;
use crate::server;
use crate::workspace::{Workspace, rust_files};
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// Brings the development build up to date, touches a page, and times the build that `start` would do.
pub fn after_touching_a_page(workspace: &Workspace) -> Result<Duration> {
    let page = a_page(workspace)?;
    build(workspace)?;
    println!("touching {}", workspace.shown(&page));
    run(Command::new("touch").arg(&page))?;
    let begun = Instant::now();
    build(workspace)?;
    Ok(begun.elapsed())
}

fn build(workspace: &Workspace) -> Result<()> {
    let mut progress = Progress::new(server::DEV_STEPS);
    server::build_all_dev(workspace, &mut progress).map(drop)
}

/// The first page by name, so that each run touches the same.
fn a_page(workspace: &Workspace) -> Result<PathBuf> {
    let pages = rust_files(&workspace.root.join("app/src/pages"))?;
    let is_page = |path: &PathBuf| path.file_name().is_some_and(|name| name != "mod.rs");
    pages.into_iter().find(is_page).context("app/src/pages has no page")
}
