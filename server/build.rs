//! Embeds the built site where `HOLDFAST_EMBED_SITE` names its folder, so that a release is one file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-env-changed=HOLDFAST_EMBED_SITE");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("site.rs");
    let mut table = String::from("static EMBEDDED: &[(&str, &[u8])] = &[\n");
    if let Some(site) = env::var_os("HOLDFAST_EMBED_SITE") {
        let site = PathBuf::from(site);
        println!("cargo::rerun-if-changed={}", site.display());
        for file in files(&site) {
            let name = file.strip_prefix(&site).expect("a file of the folder").display().to_string();
            writeln!(table, "    ({name:?}, include_bytes!({:?})),", file.display().to_string()).expect("text");
        }
    }
    table.push_str("];\n");
    fs::write(out, table).expect("OUT_DIR is writable");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the site folder is readable") {
        let path = entry.expect("the site folder is readable").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}
