//! What an answer has to be.

use crate::harness::Answer;
use crate::json;
use http::{StatusCode, header};
use serde_json::Value;

/// The body of an answer with this status, which has to be JSON.
#[track_caller]
pub(super) fn body(answer: &Answer, status: StatusCode) -> String {
    assert_eq!(answer.status, status, "{}", answer.body);
    let kind = answer.headers.get(header::CONTENT_TYPE).map_or("", |value| value.to_str().unwrap());
    assert!(kind.starts_with("application/json"), "{kind:?}: {}", answer.body);
    let parsed: Result<Value, _> = serde_json::from_str(&answer.body);
    assert!(parsed.is_ok_and(|value| value.is_object()), "no object: {}", answer.body);
    json::compact(&answer.body)
}

/// The body of a success.
#[track_caller]
pub(super) fn ok(answer: &Answer) -> String {
    body(answer, StatusCode::OK)
}

/// The body of a creation.
#[track_caller]
pub(super) fn created(answer: &Answer) -> String {
    body(answer, StatusCode::CREATED)
}

/// An answer with exactly this body, in this order of keys.
#[track_caller]
pub(super) fn golden(answer: &Answer, status: StatusCode, expected: &str) {
    assert_eq!(body(answer, status), json::compact(expected));
}

/// The text behind a key.
#[track_caller]
pub(super) fn text(object: &str, key: &str) -> String {
    let value: Value = serde_json::from_str(&json::part(object, key)).unwrap();
    value.as_str().unwrap_or_else(|| panic!("{key} is no text in {object}")).to_owned()
}

/// The fields that a 400 complains about: every one with its messages, and no `success`.
#[track_caller]
pub(super) fn fields(answer: &Answer) -> Vec<String> {
    let object = body(answer, StatusCode::BAD_REQUEST);
    for (key, messages) in json::entries(&object) {
        let messages: Value = serde_json::from_str(&messages).unwrap();
        let texts = messages.as_array().unwrap_or_else(|| panic!("{key} has no list of messages: {object}"));
        let fine = texts.iter().all(|message| message.as_str().is_some_and(|message| !message.is_empty()));
        assert!(fine && !texts.is_empty(), "{key} in {object}");
    }
    let mut keys = json::keys(&object);
    keys.sort();
    assert!(!keys.is_empty(), "nothing is named: {object}");
    keys
}

/// The sentence of a `success: false` with this status.
#[track_caller]
pub(super) fn said(answer: &Answer, status: u16) -> String {
    let object = body(answer, StatusCode::from_u16(status).unwrap());
    assert_eq!(json::keys(&object), ["success", "message"], "{object}");
    assert_eq!(json::part(&object, "success"), "false");
    let message = text(&object, "message");
    assert!(!message.is_empty());
    message
}

/// A rule refuses it; the answer has a sentence that says so.
#[track_caller]
pub(super) fn refused(answer: &Answer) -> String {
    said(answer, 400)
}

/// There is no such thing for the caller.
#[track_caller]
pub(super) fn not_found(answer: &Answer) {
    golden(answer, StatusCode::NOT_FOUND, r#"{"success":false,"message":"Not found"}"#);
}

/// The token is none.
#[track_caller]
pub(super) fn unauthorized(answer: &Answer) {
    let expected = r#"{"success":false,"message":"Authentication credentials were not provided."}"#;
    golden(answer, StatusCode::UNAUTHORIZED, expected);
}

/// The token is of the wrong kind, or does not permit it.
#[track_caller]
pub(super) fn forbidden(answer: &Answer) {
    let expected = r#"{"success":false,"message":"You do not have permission to perform this action."}"#;
    golden(answer, StatusCode::FORBIDDEN, expected);
}

/// A failure of the token endpoint.
#[track_caller]
pub(super) fn oauth_error(answer: &Answer, status: u16, code: &str) {
    let object = body(answer, StatusCode::from_u16(status).unwrap());
    assert_eq!(text(&object, "error"), code, "{object}");
    for key in json::keys(&object) {
        assert!(["error", "error_description"].contains(&key.as_str()), "{object}");
    }
}

/// The things on one page of a list, whose envelope has to be whole.
#[track_caller]
pub(super) fn items(answer: &Answer, key: &str) -> Vec<String> {
    let list = ok(answer);
    assert_eq!(json::keys(&list), ["count", "next", "previous", key], "{list}");
    assert!(json::part(&list, "count").parse::<u64>().is_ok(), "{list}");
    json::items(&json::part(&list, key))
}

/// What a list says about itself: how many there are, the next and the previous page.
#[track_caller]
pub(super) fn pages(answer: &Answer) -> (u64, String, String) {
    let list = ok(answer);
    (json::part(&list, "count").parse().unwrap(), json::part(&list, "next"), json::part(&list, "previous"))
}

/// A text that a pattern describes: `h` a lower-case hexadecimal digit, `A` an upper-case letter or a digit, `9` a digit,
/// and everything else itself.
#[track_caller]
pub(super) fn looks_like(text: &str, pattern: &str) {
    let fits = |(c, p): (char, char)| match p {
        'h' => c.is_ascii_digit() || ('a'..='f').contains(&c),
        'A' => c.is_ascii_digit() || c.is_ascii_uppercase(),
        '9' => c.is_ascii_digit(),
        _ => c == p,
    };
    assert!(text.len() == pattern.len() && text.chars().zip(pattern.chars()).all(fits), "{text:?} is no {pattern:?}");
}
