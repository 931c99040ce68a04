//! Text that people type, parsed once into types that cannot hold anything else.

use crate::limits;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A form field that was not accepted, with a message that says what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{field}: {message}")]
pub struct FieldError {
    /// Name of the field in the form.
    pub field: String,
    /// What to change, as a sentence.
    pub message: String,
}

impl FieldError {
    /// An error at `field`.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// Words of people for a cell of a CSV file: what a spreadsheet would run as a formula is made plain text.
#[must_use]
pub fn cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// An e-mail address, trimmed and in lower case, so that one mailbox is one account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// Reads an address.
    ///
    /// # Errors
    /// A sentence for the form field. Deliverability is proved by a mail, not by a pattern.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim().to_lowercase();
        if text.is_empty() {
            return Err("Enter an e-mail address.");
        }
        if text.len() > limits::EMAIL_BYTES_MAX {
            return Err("This e-mail address is too long.");
        }
        let valid = text.split_once('@').is_some_and(|(local, host)| {
            !local.is_empty()
                && local.len() <= 64
                && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>()[]\\,;:\"".contains(c))
                && !host.contains('@')
                && host.contains('.')
                && host.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
        });
        if valid { Ok(Self(text)) } else { Err("Enter an e-mail address like name@example.com.") }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Email {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

/// Reads a one-line text such as a name or a title: trimmed, not empty, no control characters, at most `chars_max`.
///
/// # Errors
/// A sentence for the form field.
pub fn line(text: &str, what: &str, chars_max: usize) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(format!("Enter {what}."));
    }
    if text.chars().any(char::is_control) {
        return Err("Use one line without control characters.".to_owned());
    }
    within(text, chars_max)
}

/// Reads an optional text of several lines: trimmed, line ends unified, at most [`limits::TEXT_CHARS_MAX`] characters.
///
/// # Errors
/// A sentence for the form field.
pub fn paragraph(text: &str) -> Result<String, String> {
    let text = text.trim().replace("\r\n", "\n");
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err("Remove the control characters from this text.".to_owned());
    }
    within(&text, limits::TEXT_CHARS_MAX)
}

/// Reads a telephone number as `+` and 7 to 15 digits (ITU-T E.164); brackets, dots, dashes and blanks may stand between. A
/// number that begins with one 0 and has 11 digits is a Nigerian one without its country code.
///
/// # Errors
/// A sentence for the form field.
pub fn phone(text: &str) -> Result<String, String> {
    let kept: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.')).collect();
    let digits = kept.strip_prefix('+').unwrap_or(&kept);
    let right = (7..=15).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit());
    if !right {
        return Err("Enter a telephone number such as +234 803 123 4567.".to_owned());
    }
    match digits.strip_prefix('0') {
        Some(national) if digits.len() == 11 && !kept.starts_with('+') => Ok(format!("+234{national}")),
        _ => Ok(format!("+{digits}")),
    }
}

fn within(text: &str, chars_max: usize) -> Result<String, String> {
    let chars = text.chars().count();
    if chars > chars_max {
        return Err(format!("Shorten this to {chars_max} characters; it has {chars}."));
    }
    Ok(text.to_owned())
}

/// The page that an address names, counted from 0; people count from 1. What is no number is the first page.
#[must_use]
pub fn page_number(typed: &str) -> u64 {
    typed.trim().parse::<u64>().unwrap_or(1).clamp(1, 100_000) - 1
}
