//! Sentences that several pages share.

use http::StatusCode;

/// Title and advice for a failure outside the pages.
pub(crate) const fn failure(status: StatusCode) -> (&'static str, &'static str) {
    match status.as_u16() {
        400 | 422 => {
            ("This form could not be read", "Go back, reload the page and send it again. Nothing was changed.")
        }
        403 => (
            "This was not sent from one of our pages",
            "Open the page again and send the form from there. Nothing was changed.",
        ),
        404 => ("There is nothing here for you", "The address may be mistyped, or it belongs to somebody else."),
        405 => ("This cannot be opened directly", "Go back and use the page's own buttons."),
        408 => ("This took too long", "Try again in a moment. Look first whether it happened after all."),
        410 => ("This link is over its time", "Ask for a new one."),
        413 => (
            "This is too large",
            "Choose smaller files, up to 8 MB each, and send the form again. Nothing was changed.",
        ),
        429 => ("Too many attempts", "Wait a minute and try again."),
        _ => ("A fault on our side", "Nothing was lost. Try again in a moment."),
    }
}

/// Text as a value of a query.
pub(crate) fn query_value(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
