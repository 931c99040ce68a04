//! What the WooCommerce plugin does with a notification, written from its description (atarapay.md sections 7.2 to 7.4) and
//! not from what we send.

use super::receiver::Request;
use backend::service::api::{Encoding, IssuedKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

/// A notification as a shop reads it.
#[derive(Debug, Clone)]
pub struct Notification {
    pub request: Request,
    pub status: String,
    pub message: String,
    pub data: Value,
    pub token: String,
}

impl Notification {
    /// Reads a request in the shop's encoding.
    #[track_caller]
    pub fn read(request: Request, encoding: Encoding) -> Self {
        let parts = match encoding {
            Encoding::MultipartRaw => multipart(&request.text()),
            Encoding::Json => json(&request.text()),
        };
        let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["status", "message", "data", "token"]);
        let mut values = parts.into_iter().map(|(_, value)| value);
        let mut next = || values.next().unwrap();
        let (status, message, data, token) = (next(), next(), next(), next());
        let data = serde_json::from_str(&data).unwrap_or_else(|error| panic!("{error} in {data}"));
        Self { request, status, message, data, token }
    }

    /// The name of the message, the same in every try.
    pub fn id(&self) -> &str {
        self.request.header("webhook-id")
    }

    /// Status, message, and id and title of the object's status.
    pub fn said(&self) -> (&str, &str, i64, &str) {
        let status = &self.data["status"];
        (&self.status, &self.message, status["id"].as_i64().unwrap(), status["title"].as_str().unwrap())
    }

    /// Whether the plugin processes it for a shop with these keys.
    pub fn proves(&self, key: &IssuedKey) -> bool {
        self.token == token(&key.public, &key.private, &self.data["id"], &self.data["amount_payed"])
    }

    /// Which of these secrets a Standard Webhooks library verifies it with, at this instant.
    pub fn signed_with<'a>(&self, secrets: &[&'a str], now: i64) -> Vec<&'a str> {
        let timestamp: i64 = self.request.header("webhook-timestamp").parse().unwrap();
        assert!((now - timestamp).abs() < 300, "{timestamp} is not now, {now}");
        let sent: Vec<&str> = self.request.header("webhook-signature").split(' ').collect();
        let signed = [format!("{}.{timestamp}.", self.id()).into_bytes(), self.request.body.clone()].concat();
        let verifies = |secret: &&&str| sent.contains(&signature(secret, &signed).as_str());
        let verified: Vec<&str> = secrets.iter().filter(verifies).copied().collect();
        assert_eq!(sent.len(), verified.len(), "a signature of nobody's secret: {sent:?}");
        verified
    }
}

/// `v1,` and the HMAC of what is signed with a secret as its owner copies it from the page.
fn signature(secret: &str, signed: &[u8]) -> String {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    assert!((24..=64).contains(&key.len()), "Standard Webhooks: 24 to 64 bytes");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(signed);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// The security token, with the values as PHP puts them into a string.
pub fn token(public: &str, private: &str, order: &Value, amount: &Value) -> String {
    STANDARD.encode(format!("{public}:{private}:{order}:{amount}"))
}

/// The token of an API call.
pub fn authtoken(key: &IssuedKey) -> String {
    STANDARD.encode(format!("{}:{}", key.public, key.private))
}

/// What the plugin makes of a status: the status of the WooCommerce order. It ignores every other word.
pub fn woocommerce(status: &str) -> Option<&'static str> {
    Some(match status {
        "Delivered" => "delivered",
        "Accepted" | "Refunded" | "Complete" => "completed",
        "Rejected" | "Pending II" | "Dispute" | "Disputed" => "processing",
        "Canceled" => "cancelled",
        _ => return None,
    })
}

/// The parts of a body as the plugin's line-wise parser finds them, in their order.
#[track_caller]
pub fn multipart(body: &str) -> Vec<(String, String)> {
    let mut lines = body.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    let boundary = first.trim_end();
    assert!(boundary.starts_with("--"), "the boundary is the first line: {first}");
    let mut parts = Vec::new();
    let mut name = None;
    while let Some(line) = lines.next() {
        let line = line.trim_end();
        if !line.is_empty() {
            let Some((header, value)) = line.split_once(": ") else { panic!("no header of a part: {line}") };
            if header == "Content-Disposition" {
                assert!(!value.contains("filename"), "it would be taken for a file: {value}");
                let (_, quoted) = value.split_once("name=\"").unwrap_or_else(|| panic!("no name in {value}"));
                name = Some(quoted.split('"').next().unwrap().to_owned());
            }
            continue;
        }
        let name = name.take().unwrap_or_else(|| panic!("a part without a name in {body}"));
        let mut value = String::new();
        let mut last = None;
        for line in lines.by_ref() {
            if line.starts_with(boundary) {
                last = Some(line.trim_end());
                break;
            }
            value.extend(line.chars().filter(|c| !matches!(c, '\r' | '\n')));
        }
        parts.push((name, value));
        if last.is_some_and(|line| line == format!("{boundary}--")) {
            assert_eq!(lines.next(), None, "nothing behind the end");
            return parts;
        }
    }
    panic!("the body does not end with {boundary}--: {body}")
}

/// The members of a JSON body in their order; texts without their quotes.
#[track_caller]
fn json(body: &str) -> Vec<(String, String)> {
    let Value::Object(members) = serde_json::from_str(body).unwrap() else { panic!("no object: {body}") };
    let mut parts: Vec<(String, String)> = members
        .into_iter()
        .map(|(name, value)| (name, value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect();
    // A map forgets the order; the text shows it.
    parts.sort_by_key(|(name, _)| body.find(&format!("\"{name}\":")));
    parts
}

#[test]
fn the_parser_reads_what_the_plugin_reads() {
    let written = "--b\r\nContent-Disposition: form-data; name=\"status\"\r\nContent-Length: 9\r\n\r\nDelivered\r\n\
                   --b\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n{\r\n \"id\": 1\r\n}\r\n--b--\r\n";
    let parts = [("status".to_owned(), "Delivered".to_owned()), ("data".to_owned(), "{ \"id\": 1}".to_owned())];
    assert_eq!(multipart(written), parts);
    assert_eq!(multipart(&written.replace('\r', "")), parts);
}

#[test]
fn the_token_is_that_of_the_contract() {
    let (public, private) = ("b8kP7A1e67s0jc3h98T8pH71dq66J0s3", "PKp6z3jTcLeQNc1h3u9e0ffX77NY91adE12");
    assert_eq!(
        token(public, private, &3021.into(), &6_051_900.into()),
        "YjhrUDdBMWU2N3MwamMzaDk4VDhwSDcxZHE2NkowczM6UEtwNnozalRjTGVRTmMxaDN1OWUwZmZYNzdOWTkxYWRFMTI6MzAyMTo2MDUxOTAw"
    );
}
