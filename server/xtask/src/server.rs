//! The server binary: building it, and the whole of `build`.

use crate::assets::{self, Compression};
use crate::process::run;
use crate::progress::{self, Progress};
use crate::wasm::{self, Profile};
use crate::workspace::Workspace;
use anyhow::Result;
use std::path::PathBuf;

/// Names the folder whose files server/build.rs embeds.
const EMBED_VARIABLE: &str = "HOLDFAST_EMBED_SITE";

/// Where a server without embedded assets finds them.
pub const SITE_VARIABLE: &str = "HOLDFAST_SITE_DIR";

/// `cargo xtask build`: assets, then the release binary with the assets inside.
pub fn build_all_release(workspace: &Workspace) -> Result<()> {
    let mut progress = Progress::new(4);
    progress.step("WASM, small profile");
    wasm::compile(workspace, Profile::Release)?;
    progress.step("wasm-bindgen");
    let glue = wasm::bind(workspace, Profile::Release)?;
    progress.step("assets, compressed");
    assets::write_site(workspace, &glue, Compression::Best)?;
    progress.step("server, release profile");
    let binary = build_release(workspace)?;
    assets::print_sizes(workspace)?;
    let bytes = usize::try_from(std::fs::metadata(&binary)?.len()).unwrap_or(usize::MAX);
    println!("  {}  {}", workspace.shown(&binary), progress::size(bytes));
    Ok(())
}

fn build_release(workspace: &Workspace) -> Result<PathBuf> {
    run(workspace
        .cargo("build")
        .args(["--locked", "--release", "--package", "server"])
        .env(EMBED_VARIABLE, workspace.site()))?;
    Ok(workspace.target.join("release/holdfast"))
}

/// Builds the development server, which reads its assets from the site folder.
pub fn build_dev(workspace: &Workspace) -> Result<PathBuf> {
    run(workspace.cargo("build").args(["--locked", "--package", "server"]).env_remove(EMBED_VARIABLE))?;
    Ok(workspace.target.join("debug/holdfast"))
}

/// Builds what `start` serves: quick WASM, assets as they are, the development server.
pub fn build_all_dev(workspace: &Workspace, progress: &mut Progress) -> Result<PathBuf> {
    progress.step("WASM, quick profile");
    let glue = wasm::build(workspace, Profile::Dev)?;
    progress.step("assets");
    assets::write_site(workspace, &glue, Compression::None)?;
    progress.step("server");
    build_dev(workspace)
}

/// How many steps `build_all_dev` reports.
pub const DEV_STEPS: usize = 3;
