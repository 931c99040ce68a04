//! The browser's half: cargo for wasm32, then wasm-bindgen as a library.

use crate::setup::{self, WASM_TARGET};
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// The name wasm-bindgen gives its files, before the hash is put in.
pub const NAME: &str = "holdfast";

/// How much time the compiler may take to make it small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build.
    Dev,
    /// Small to download.
    Release,
}

impl Profile {
    /// The profile's name in the root Cargo.toml, and of its folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dev => "wasm-dev",
            Self::Release => "wasm-release",
        }
    }
}

/// Builds the frontend and its JavaScript glue, and returns the folder with `holdfast.js` and `holdfast_bg.wasm`.
pub fn build(workspace: &Workspace, profile: Profile) -> Result<PathBuf> {
    compile(workspace, profile)?;
    bind(workspace, profile)
}

/// Compiles the frontend alone, without the glue.
pub fn compile(workspace: &Workspace, profile: Profile) -> Result<()> {
    setup::wasm_target(workspace)?;
    crate::process::run(workspace.cargo("build").args([
        "--locked",
        "--package",
        "frontend",
        "--target",
        WASM_TARGET,
        "--profile",
        profile.name(),
    ]))
}

/// Runs wasm-bindgen unless it has already run on the very same file.
pub fn bind(workspace: &Workspace, profile: Profile) -> Result<PathBuf> {
    let input = workspace.target.join(WASM_TARGET).join(profile.name()).join("frontend.wasm");
    let output = workspace.target.join("xtask/bindgen").join(profile.name());
    let stamp = output.join("made-from.sha256");
    let hash = hex(&fs::read(&input).with_context(|| format!("no {}", input.display()))?);
    if fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == hash) {
        return Ok(output);
    }
    clear(&output)?;
    Bindgen::new()
        .input_path(&input)
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        // Pages name the file themselves, as its real name has a hash in it.
        .omit_default_module_path(true)
        .remove_name_section(profile == Profile::Release)
        .remove_producers_section(profile == Profile::Release)
        .generate(&output)
        .context("wasm-bindgen failed")?;
    fs::write(stamp, hash)?;
    Ok(output)
}

/// The SHA-256 of some bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes the folder exist and be empty.
pub fn clear(dir: &Path) -> Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot empty {}", dir.display()));
        }
        _ => {}
    }
    fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))
}
