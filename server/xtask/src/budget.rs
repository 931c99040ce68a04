//! The budgets of the design, as numbers.

use crate::assets;
use crate::progress;
use crate::wasm::{self, NAME, Profile};
use crate::workspace::Workspace;
use anyhow::{Result, bail};
use std::fs;

/// The WASM after brotli.
pub const WASM_BYTES: usize = 130_000;
/// A buyer's order page with style and script, as sent, without WASM.
pub const ORDER_PAGE_BYTES: usize = 60_000;
/// A rebuild after touching one page.
pub const REBUILD_MS: u128 = 25_000;
/// An order page at 50 requests a second: the slowest of a hundred.
pub const P99_MS: u128 = 25;
/// Resident memory after start.
pub const IDLE_BYTES: usize = 60_000_000;
/// Resident memory after the load test.
pub const LOADED_BYTES: usize = 200_000_000;

/// The size of the release WASM after brotli; builds it when it is not there.
pub fn wasm_size(workspace: &Workspace) -> Result<usize> {
    let glue = wasm::build(workspace, Profile::Release)?;
    Ok(assets::brotli(&fs::read(glue.join(format!("{NAME}_bg.wasm")))?)?.len())
}

/// Fails when the WASM outgrew its budget.
pub fn check_wasm(workspace: &Workspace) -> Result<()> {
    let size = wasm_size(workspace)?;
    let (shown, budget) = (progress::size(size), progress::size(WASM_BYTES));
    println!("WASM, brotli: {shown} of {budget}");
    if size > WASM_BYTES {
        bail!("the WASM is {shown} after brotli, and {budget} is what a page may ask a visitor to load");
    }
    Ok(())
}
