//! What the WASM build pulls in, through however many others.

use super::matches;
use std::collections::BTreeSet;

/// What must not be compiled for the browser. A name ending in `*` stands for all that begin so.
const NEVER_IN_WASM: [&str; 14] = [
    "backend",
    "migrations",
    "server",
    "sea-orm*",
    "sqlx*",
    "tokio",
    "axum*",
    "leptos_axum",
    "hyper*",
    "tower*",
    "lettre",
    "reqwest",
    "rustls*",
    "argon2",
];

/// Checks a listing of `cargo tree` with one `name version` per line.
pub fn check(listing: &str) -> Vec<String> {
    let names: BTreeSet<_> = listing.lines().filter_map(|line| line.split_whitespace().next()).collect();
    names
        .into_iter()
        .filter(|name| matches(&NEVER_IN_WASM, name))
        .map(|name| format!("frontend: {name} is compiled into the WASM"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn planted_crates_are_found_once() {
        let listing = "frontend v0.1.0 (path)\napp v0.1.0 (path)\nleptos v0.8.23\nsqlx-core v0.9.0\n\
            tokio v1.54.1\ntokio v1.54.1 (*)\ntokio-stream v0.1.0\n";
        assert_eq!(
            check(listing),
            ["frontend: sqlx-core is compiled into the WASM", "frontend: tokio is compiled into the WASM"]
        );
    }

    #[test]
    fn a_lean_build_passes() {
        assert!(check("frontend v0.1.0\nleptos v0.8.23\nwasm-bindgen v0.2.130\n").is_empty());
    }
}
