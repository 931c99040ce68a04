//! The folder of assets that the server serves or embeds, and its manifest.

use crate::wasm::{self, NAME, hex};
use crate::workspace::Workspace;
use crate::{css, progress};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::Path;

/// The list of files, itself not served.
pub const MANIFEST: &str = "manifest.json";

const HASH_DIGITS: usize = 12;

/// What to put beside each text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Nothing: for development.
    None,
    /// The smallest `.br` and `.gz` there are.
    Best,
}

/// One servable file.
#[derive(Debug, PartialEq, Eq)]
struct Asset {
    /// The path of its URL, for example `/assets/holdfast-0123456789ab.js`.
    path: String,
    bytes: Vec<u8>,
    /// Whether the name changes with the contents, so that browsers may keep it for ever.
    immutable: bool,
}

/// What wasm-bindgen made, read into memory.
struct Glue {
    js: String,
    wasm: Vec<u8>,
    /// Paths below `snippets/` with their contents.
    snippets: Vec<(String, Vec<u8>)>,
}

/// Writes the site folder afresh from wasm-bindgen's output and `style/`, unless nothing changed.
pub fn write_site(workspace: &Workspace, bindgen_dir: &Path, compression: Compression) -> Result<()> {
    let style = workspace.root.join("style");
    let sheet = css::bundle(&style)?;
    let (output_name, mut assets) = name_glue(read_glue(bindgen_dir)?);
    let css_path = format!("/assets/{NAME}-{}.css", short(&hex(sheet.as_bytes())));
    assets.push(Asset { path: css_path.clone(), bytes: sheet.into_bytes(), immutable: true });
    for (name, bytes) in read_tree(&style.join("public"))? {
        assets.push(Asset { path: format!("/{name}"), bytes, immutable: false });
    }
    assets.sort_by(|a, b| a.path.cmp(&b.path));
    let manifest = manifest(&output_name, &css_path, &assets, compression)?;
    let site = workspace.site();
    if fs::read_to_string(site.join(MANIFEST)).is_ok_and(|old| old == manifest) {
        return Ok(());
    }
    // A folder beside it is filled first, so that an interrupted build leaves no half of a site.
    let fresh = workspace.target.join("site.new");
    wasm::clear(&fresh)?;
    for asset in &assets {
        write_asset(&fresh, asset, compression)?;
    }
    fs::write(fresh.join(MANIFEST), manifest)?;
    wasm::clear(&site)?;
    fs::rename(&fresh, &site).context("cannot move the new site into place")
}

fn read_glue(dir: &Path) -> Result<Glue> {
    Ok(Glue {
        js: fs::read_to_string(dir.join(format!("{NAME}.js"))).context("wasm-bindgen made no JavaScript")?,
        wasm: fs::read(dir.join(format!("{NAME}_bg.wasm"))).context("wasm-bindgen made no WASM")?,
        snippets: read_tree(&dir.join("snippets"))?,
    })
}

/// Names the files after one hash over all of them, as leptos asks for `<name>.js` and `<name>_bg.wasm`.
fn name_glue(glue: Glue) -> (String, Vec<Asset>) {
    let mut all = glue.js.clone().into_bytes();
    all.extend_from_slice(&glue.wasm);
    for (path, bytes) in &glue.snippets {
        all.extend_from_slice(path.as_bytes());
        all.extend_from_slice(bytes);
    }
    let hash = hex(&all);
    let hash = short(&hash);
    let name = format!("{NAME}-{hash}");
    let js = glue.js.replace("./snippets/", &format!("./snippets-{hash}/"));
    let asset = |path: String, bytes: Vec<u8>| Asset { path: format!("/assets/{path}"), bytes, immutable: true };
    let mut assets = vec![asset(format!("{name}.js"), js.into_bytes()), asset(format!("{name}_bg.wasm"), glue.wasm)];
    for (path, bytes) in glue.snippets {
        assets.push(asset(format!("snippets-{hash}/{path}"), bytes));
    }
    (name, assets)
}

fn short(hash: &str) -> &str {
    hash.get(..HASH_DIGITS).unwrap_or(hash)
}

/// All files below a folder with their relative paths; nothing when there is no such folder.
fn read_tree(dir: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    let mut folders = vec![(dir.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                folders.push((entry.path(), format!("{name}/")));
            } else {
                files.push((name, fs::read(entry.path())?));
            }
        }
    }
    files.sort();
    Ok(files)
}

fn manifest(output_name: &str, css: &str, assets: &[Asset], compression: Compression) -> Result<String> {
    let mut files = Vec::new();
    for asset in assets {
        let (mime, is_text) = kind(&asset.path)?;
        let encodings: &[&str] = if is_text && compression == Compression::Best { &["br", "gzip"] } else { &[] };
        files.push(json!({
            "path": asset.path,
            "type": mime,
            "bytes": asset.bytes.len(),
            "sha256": hex(&asset.bytes),
            "immutable": asset.immutable,
            "encodings": encodings,
        }));
    }
    let manifest = json!({ "output_name": output_name, "css": css, "files": files });
    Ok(format!("{manifest:#}\n"))
}

/// The media type of a file, and whether compressing it pays.
fn kind(path: &str) -> Result<(&'static str, bool)> {
    let extension = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(_, end)| end);
    Ok(match extension {
        "css" => ("text/css; charset=utf-8", true),
        "html" => ("text/html; charset=utf-8", true),
        "ico" => ("image/x-icon", false),
        "jpg" | "jpeg" => ("image/jpeg", false),
        "js" | "mjs" => ("text/javascript; charset=utf-8", true),
        "json" => ("application/json", true),
        "png" => ("image/png", false),
        "svg" => ("image/svg+xml", true),
        "txt" => ("text/plain; charset=utf-8", true),
        "wasm" => ("application/wasm", true),
        "webmanifest" => ("application/manifest+json", true),
        "webp" => ("image/webp", false),
        "woff2" => ("font/woff2", false),
        "xml" => ("application/xml", true),
        _ => bail!("no media type is known for {path}"),
    })
}

fn write_asset(site: &Path, asset: &Asset, compression: Compression) -> Result<()> {
    let file = site.join(asset.path.trim_start_matches('/'));
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(&file, &asset.bytes)?;
    if compression == Compression::Best && kind(&asset.path)?.1 {
        fs::write(with_suffix(&file, "br"), brotli(&asset.bytes)?)?;
        fs::write(with_suffix(&file, "gz"), gzip(&asset.bytes)?)?;
    }
    Ok(())
}

fn with_suffix(file: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

/// The bytes in brotli at its best.
pub fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams { quality: 11, size_hint: bytes.len(), ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut out, &params)?;
    Ok(out)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// Prints each file of the site with its size, plain and as sent.
pub fn print_sizes(workspace: &Workspace) -> Result<()> {
    let site = workspace.site();
    for path in paths(&site)? {
        let file = site.join(path.trim_start_matches('/'));
        let size = |file: &Path| fs::metadata(file).map(|meta| usize::try_from(meta.len()).unwrap_or(usize::MAX));
        let plain = progress::size(size(&file)?);
        match size(&with_suffix(&file, "br")) {
            Ok(sent) => println!("  {path}  {plain}, brotli {}", progress::size(sent)),
            Err(_) => println!("  {path}  {plain}"),
        }
    }
    Ok(())
}

/// The URL paths that the manifest of a site lists.
pub fn paths(site: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(site.join(MANIFEST)).context("the site has no manifest")?;
    let manifest: Value = serde_json::from_str(&text)?;
    let files = manifest.get("files").and_then(Value::as_array).context("the manifest lists no files")?;
    Ok(files.iter().filter_map(|file| file.get("path")?.as_str()).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glue(snippet: &str) -> Glue {
        Glue {
            js: "import { f } from './snippets/dep-1/inline0.js';".to_owned(),
            wasm: vec![0, 97, 115, 109],
            snippets: vec![("dep-1/inline0.js".to_owned(), snippet.as_bytes().to_vec())],
        }
    }

    #[test]
    fn script_and_wasm_share_one_name() {
        let (name, assets) = name_glue(glue("export function f() {}"));
        let paths: Vec<_> = assets.iter().map(|asset| asset.path.as_str()).collect();
        let hash = name.strip_prefix("holdfast-").unwrap();
        assert_eq!(hash.len(), HASH_DIGITS);
        assert_eq!(
            paths,
            [
                format!("/assets/{name}.js"),
                format!("/assets/{name}_bg.wasm"),
                format!("/assets/snippets-{hash}/dep-1/inline0.js"),
            ]
        );
        let js = String::from_utf8(assets[0].bytes.clone()).unwrap();
        assert_eq!(js, format!("import {{ f }} from './snippets-{hash}/dep-1/inline0.js';"));
    }

    #[test]
    fn a_changed_snippet_changes_the_name() {
        assert_ne!(name_glue(glue("a")).0, name_glue(glue("b")).0);
        assert_eq!(name_glue(glue("a")).0, name_glue(glue("a")).0);
    }

    #[test]
    fn the_manifest_says_what_can_be_served() {
        let assets = [Asset { path: "/favicon.svg".to_owned(), bytes: b"<svg/>".to_vec(), immutable: false }];
        let text = manifest("holdfast-1", "/assets/holdfast-2.css", &assets, Compression::Best).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["output_name"], "holdfast-1");
        assert_eq!(value["css"], "/assets/holdfast-2.css");
        assert_eq!(value["files"][0]["type"], "image/svg+xml");
        assert_eq!(value["files"][0]["encodings"], json!(["br", "gzip"]));
        assert_eq!(value["files"][0]["immutable"], false);
    }

    #[test]
    fn an_unknown_kind_is_refused() {
        assert!(kind("/a/b.exe").is_err());
        assert!(kind("/a.css/b").is_err());
        assert_eq!(kind("/robots.txt").unwrap().0, "text/plain; charset=utf-8");
    }

    #[test]
    fn compressed_bytes_come_back() {
        let text = b"accept accept accept accept reject".repeat(20);
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut brotli(&text).unwrap().as_slice(), &mut back).unwrap();
        assert_eq!(back, text);
        assert_eq!(gzip(&text).unwrap()[..2], [0x1f, 0x8b]);
    }
}
