//! The entry of the WebAssembly: wakes the islands that the server rendered.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the page's script.
#[wasm_bindgen]
pub fn hydrate() {
    // Keeps the islands linked: they are only reached through their exported names.
    use app as _;
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
