//! The built site: style, WebAssembly and icons, embedded in a release and read from disk otherwise.

use serde::Deserialize;
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

include!(concat!(env!("OUT_DIR"), "/site.rs"));

#[derive(Debug, Default, Deserialize)]
struct Manifest {
    output_name: String,
    css: String,
    files: Vec<ManifestFile>,
}

#[derive(Debug, Deserialize)]
struct ManifestFile {
    path: String,
    #[serde(rename = "type")]
    content_type: String,
    immutable: bool,
    encodings: Vec<String>,
}

/// A file with its precompressed forms.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The bytes as they are.
    pub plain: Cow<'static, [u8]>,
    /// Compressed by brotli.
    pub brotli: Option<Cow<'static, [u8]>>,
    /// Compressed by gzip.
    pub gzip: Option<Cow<'static, [u8]>>,
    /// MIME type.
    pub content_type: String,
    /// Whether the name carries a hash of the contents.
    pub immutable: bool,
}

/// Every servable file by its path.
#[derive(Debug, Default)]
pub struct Site {
    /// Name of the WebAssembly and its glue, without ending.
    pub output_name: String,
    /// Path of the stylesheet.
    pub css: String,
    files: HashMap<String, Asset>,
}

impl Site {
    /// The embedded site, or else the one in `folder`. Without either the pages come without style and script, which is
    /// logged.
    #[must_use]
    pub fn load(folder: &Path) -> Self {
        let read = |name: &str| -> Option<Cow<'static, [u8]>> {
            let embedded = EMBEDDED.iter().find(|(file, _)| *file == name);
            match embedded {
                Some((_, bytes)) => Some(Cow::Borrowed(bytes)),
                None if EMBEDDED.is_empty() => std::fs::read(folder.join(name)).ok().map(Cow::Owned),
                None => None,
            }
        };
        let manifest = read("manifest.json").and_then(|bytes| serde_json::from_slice::<Manifest>(&bytes).ok());
        let Some(manifest) = manifest else {
            tracing::warn!(folder = %folder.display(), "no built site: pages are served without style and script");
            return Self { output_name: "holdfast".to_owned(), ..Self::default() };
        };
        let mut files = HashMap::new();
        for file in manifest.files {
            let name = file.path.trim_start_matches('/');
            let encoded = |encoding: &str, ending: &str| {
                file.encodings.iter().any(|known| known == encoding).then(|| read(&format!("{name}{ending}"))).flatten()
            };
            let Some(plain) = read(name) else { continue };
            let (brotli, gzip) = (encoded("br", ".br"), encoded("gzip", ".gz"));
            let asset = Asset { plain, brotli, gzip, content_type: file.content_type, immutable: file.immutable };
            files.insert(file.path, asset);
        }
        Self { output_name: manifest.output_name, css: manifest.css, files }
    }

    /// The file at a path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Asset> {
        self.files.get(path)
    }

    /// Every path, for tests.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}
