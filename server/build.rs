//! Embeds the built site where `HOLDFAST_EMBED_SITE` names its folder, so that a release is one file.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-env-changed=HOLDFAST_EMBED_SITE");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("site.rs");
    let mut table = String::from("static EMBEDDED: &[(&str, &[u8])] = &[\n");
    if let Some(site) = env::var_os("HOLDFAST_EMBED_SITE").map(PathBuf::from) {
        println!("cargo::rerun-if-changed={}", site.display());
        for file in files(&site)? {
            let name = file.strip_prefix(&site).unwrap_or(&file).display().to_string();
            table.push_str(&format!("    ({name:?}, include_bytes!({:?})),\n", file.display().to_string()));
        }
    }
    table.push_str("];\n");
    fs::write(out, table)
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
