//! Forms with files.

use backend::service::uploads::Upload;
use domain::limits::{FILE_BYTES_MAX, FILES_PER_UPLOAD_MAX};
use leptos::prelude::ServerFnError;
use leptos::server_fn::codec::MultipartData;
use std::collections::BTreeMap;

/// The fields and files of a form.
pub(super) struct UploadForm {
    /// The text fields by name.
    pub(super) fields: BTreeMap<String, String>,
    /// The files, in order.
    pub(super) files: Vec<Upload>,
}

/// Longest text field, in bytes; the domain then counts characters.
const FIELD_BYTES_MAX: usize = 32 * 1024;

/// Reads the form to its end. What is too large is cut just beyond its limit, so that the check that follows can name it.
pub(super) async fn read(data: MultipartData) -> Result<UploadForm, ServerFnError> {
    let mut form = UploadForm { fields: BTreeMap::new(), files: Vec::new() };
    let Some(mut parts) = data.into_inner() else { return Ok(form) };
    let unreadable = |_| ServerFnError::new("the form could not be read");
    while let Some(mut part) = parts.next_field().await.map_err(unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().map(ToOwned::to_owned);
        let limit = if file_name.is_some() { FILE_BYTES_MAX } else { FIELD_BYTES_MAX };
        let mut body = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(unreadable)? {
            if body.len() <= limit {
                body.extend_from_slice(&chunk);
            }
        }
        match file_name {
            Some(file_name) if form.files.len() <= FILES_PER_UPLOAD_MAX => {
                form.files.push(Upload { name: file_name, body })
            }
            Some(_) => {}
            None => {
                form.fields.insert(name, String::from_utf8_lossy(&body).into_owned());
            }
        }
    }
    Ok(form)
}
