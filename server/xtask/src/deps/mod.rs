//! `cargo xtask deps`: the architecture's dependency rules, checked.
//!
//! Three views of the same rules: what the manifests allow, what the WASM build really pulls in, and what the
//! sources import.

mod layers;
mod manifest;
mod sources;
mod tree;

use crate::process::capture;
use crate::setup::{self, WASM_TARGET};
use crate::workspace::{Workspace, rust_files};
use anyhow::{Context, Result, bail};
use cargo_metadata::MetadataCommand;
use std::fs;

/// Checks all rules; an error lists every violation.
pub fn run(workspace: &Workspace) -> Result<()> {
    let mut violations = check_manifests(workspace)?;
    violations.extend(check_wasm_tree(workspace)?);
    violations.extend(check_sources(workspace)?);
    // One import in braces can break a rule several times on one line.
    violations.dedup();
    if !violations.is_empty() {
        bail!("{} dependency rules are broken:\n  {}", violations.len(), violations.join("\n  "));
    }
    println!("dependency rules hold: manifests, WASM build, sources");
    Ok(())
}

fn check_manifests(workspace: &Workspace) -> Result<Vec<String>> {
    let metadata = MetadataCommand::new()
        .manifest_path(workspace.root.join("Cargo.toml"))
        .no_deps()
        .other_options(vec!["--locked".to_owned()])
        .exec()
        .context("cargo metadata failed")?;
    let crates: Vec<_> = metadata.workspace_packages().into_iter().map(manifest::Crate::from).collect();
    Ok(manifest::check(&crates))
}

fn check_wasm_tree(workspace: &Workspace) -> Result<Vec<String>> {
    setup::wasm_target(workspace)?;
    let listing = capture(workspace.cargo("tree").args([
        "--locked",
        "--package",
        "frontend",
        "--target",
        WASM_TARGET,
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]))?;
    Ok(tree::check(&listing))
}

fn check_sources(workspace: &Workspace) -> Result<Vec<String>> {
    let mut violations = Vec::new();
    for rule in layers::RULES {
        let folder = workspace.root.join(rule.folder);
        for file in rust_files(&folder)? {
            let text = fs::read_to_string(&file)?;
            let inside = file.strip_prefix(&folder).unwrap_or(&file).to_string_lossy().replace('\\', "/");
            let source = sources::Source::read(&inside, &text);
            violations.extend((rule.check)(&source).iter().map(|violation| format!("{}/{violation}", rule.folder)));
        }
    }
    Ok(violations)
}

/// Whether a crate's name is in a list; a pattern that ends in `*` stands for all names that begin so.
fn matches(patterns: &[&str], name: &str) -> bool {
    patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == *pattern,
    })
}
