//! Uploaded proof: checked by content, not by name, before anything is written.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::files::{self, FileInfo, NewFile};
use crate::service::access::OrderRef;
use crate::service::viewer::Viewer;
use domain::ids::FileId;
use domain::limits::{FILE_BYTES_MAX, FILES_PER_UPLOAD_MAX};
use domain::order::Role;

/// A file as it came from a form.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The name the browser gave.
    pub name: String,
    /// The bytes.
    pub body: Vec<u8>,
}

/// What may be uploaded, for the hint under the field.
pub const ACCEPTED: &str = "Up to 5 images (JPEG, PNG, WebP) or PDF files of 8 MB each.";

/// Checks every file of one upload.
///
/// # Errors
/// [`Error::Invalid`] at `files`, naming the file and what to do.
pub(crate) fn check(uploads: Vec<Upload>, purpose: &'static str, by: Role) -> Result<Vec<NewFile>> {
    let uploads: Vec<Upload> =
        uploads.into_iter().filter(|upload| !(upload.name.is_empty() && upload.body.is_empty())).collect();
    if uploads.len() > FILES_PER_UPLOAD_MAX {
        return Err(Error::field("files", format!("Choose at most {FILES_PER_UPLOAD_MAX} files.")));
    }
    uploads.into_iter().map(|upload| check_one(upload, purpose, by)).collect()
}

fn check_one(upload: Upload, purpose: &'static str, by: Role) -> Result<NewFile> {
    let name = display_name(&upload.name);
    if upload.body.is_empty() {
        return Err(Error::field("files", format!("“{name}” is empty. Choose another file.")));
    }
    if upload.body.len() > FILE_BYTES_MAX {
        let limit = FILE_BYTES_MAX / (1024 * 1024);
        return Err(Error::field("files", format!("“{name}” is larger than {limit} MB. Choose a smaller file.")));
    }
    let Some(content_type) = sniff(&upload.body) else {
        return Err(Error::field(
            "files",
            format!("“{name}” is not a JPEG, PNG or WebP image or a PDF. Choose another file."),
        ));
    };
    Ok(NewFile { purpose, by, name, content_type, body: upload.body })
}

/// The type by the first bytes; `None` for anything we do not take.
fn sniff(body: &[u8]) -> Option<&'static str> {
    match body {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some("application/pdf"),
        _ => None,
    }
}

/// The last part of a path, without control characters, at most 100 characters.
fn display_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control() && *c != '"').take(100).collect();
    if clean.is_empty() { "file".to_owned() } else { clean }
}

impl Backend {
    /// A file of an order, for a party of the order.
    ///
    /// # Errors
    /// [`Error::NotFound`] for everybody else.
    pub async fn order_file(
        &self,
        viewer: Option<&Viewer>,
        reference: &OrderRef,
        file: FileId,
    ) -> Result<(FileInfo, Vec<u8>)> {
        let (access, _) = self.open_order(self.db().read(), viewer, reference).await?;
        files::body(self.db().read(), file, access.order).await
    }
}

#[cfg(test)]
mod tests {
    use super::{Upload, check, display_name, sniff};
    use domain::order::Role;

    #[test]
    fn types_are_told_by_content() {
        assert_eq!(sniff(b"%PDF-1.7 ..."), Some("application/pdf"));
        assert_eq!(sniff(&[0xff, 0xd8, 0xff, 0xe0]), Some("image/jpeg"));
        assert_eq!(sniff(b"<svg onload=alert(1)>"), None);
        assert_eq!(sniff(b"MZ executable"), None);
    }

    #[test]
    fn names_lose_their_path() {
        assert_eq!(display_name("../../etc/passwd"), "passwd");
        assert_eq!(display_name("C:\\photos\\a\"b.png"), "ab.png");
        assert_eq!(display_name(""), "file");
    }

    #[test]
    fn a_page_named_like_an_image_is_refused_with_its_name() {
        let upload = Upload { name: "photo.png".to_owned(), body: b"<html>".to_vec() };
        let refused = format!("{:?}", check(vec![upload], "delivery", Role::Seller));
        assert!(refused.contains("photo.png"), "{refused}");
    }

    #[test]
    fn an_empty_file_field_is_no_upload() {
        let upload = Upload { name: String::new(), body: Vec::new() };
        assert!(check(vec![upload], "delivery", Role::Seller).is_ok_and(|files| files.is_empty()));
    }
}
