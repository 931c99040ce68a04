//! Reading what programs ask to be paid: every field is looked at, so that all that is wrong is said at once
//! (instamojo.md section 5).

use crate::error::{Error, Result};
use crate::port::webhook::target;
use crate::repo::payment_requests::{PARTNER_FIXED, PARTNER_PERCENT};
use crate::service::instamojo::money::{in_rupees, rupees};
use domain::collection::indian_phone;
use domain::text::{Email, FieldError};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// The least amount of a request, paise.
const AMOUNT_MIN: i64 = 900;
/// The greatest amount of a request, paise.
const AMOUNT_MAX: i64 = 20_000_000;
/// Longest amount as it is sent, which is kept so, in characters.
const AMOUNT_CHARS_MAX: usize = 20;
/// The whole in hundredths of a percent.
const WHOLE: i64 = 10_000;
/// A request can be told to end at most so far ahead.
const EXPIRES_MAX: Duration = Duration::seconds(600);

const REQUIRED: &str = "This field is required.";
const ONE_LINE: &str = "Use one line without control characters.";
const NO_INSTANT: &str = "Enter a valid UTC timestamp such as 2016-05-09T16:10:13Z.";

/// Reads fields, and keeps what is wrong with them.
#[derive(Debug, Default)]
pub(in crate::service::instamojo) struct Reader {
    wrong: Vec<FieldError>,
}

impl Reader {
    /// A reader that knows of what was wrong before.
    pub(in crate::service::instamojo) const fn new(wrong: Vec<FieldError>) -> Self {
        Self { wrong }
    }

    /// What was read, where nothing was wrong.
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that was.
    pub(in crate::service::instamojo) fn all_right<T>(self, read: Option<T>) -> Result<T> {
        match read {
            Some(read) if self.wrong.is_empty() => Ok(read),
            _ => Err(Error::Invalid(self.wrong)),
        }
    }

    /// Notes something wrong.
    pub(in crate::service::instamojo) fn refuse(&mut self, field: &str, message: impl Into<String>) {
        self.wrong.push(FieldError::new(field, message));
    }

    fn keep<T>(&mut self, field: &str, read: std::result::Result<T, String>) -> Option<T> {
        read.map_err(|message| self.refuse(field, message)).ok()
    }

    /// A line that may be missing.
    pub(in crate::service::instamojo) fn line(&mut self, field: &str, typed: &str, chars_max: usize) -> String {
        let typed = typed.trim();
        if typed.chars().any(char::is_control) {
            self.refuse(field, ONE_LINE);
        }
        if typed.chars().count() > chars_max {
            self.refuse(field, format!("Ensure this field has no more than {chars_max} characters."));
        }
        typed.to_owned()
    }

    /// A line that must be there.
    pub(in crate::service::instamojo) fn required(&mut self, field: &str, typed: &str, chars_max: usize) -> String {
        if typed.trim().is_empty() {
            self.refuse(field, REQUIRED);
        }
        self.line(field, typed, chars_max)
    }

    /// The amount as it was sent, and in paise.
    pub(in crate::service::instamojo) fn amount(&mut self, typed: &str) -> Option<(String, i64)> {
        let typed = typed.trim();
        let read = match typed {
            "" => Err(REQUIRED.to_owned()),
            long if long.len() > AMOUNT_CHARS_MAX => Err("A valid number is required.".to_owned()),
            typed => rupees(typed).and_then(|paise| match paise {
                ..AMOUNT_MIN => Err("Ensure this value is greater than or equal to 9.".to_owned()),
                AMOUNT_MIN..=AMOUNT_MAX => Ok((typed.to_owned(), paise)),
                _ => Err("Ensure this value is less than or equal to 200000.".to_owned()),
            }),
        };
        self.keep("amount", read)
    }

    /// An address that may be missing, in lower case.
    pub(in crate::service::instamojo) fn email(&mut self, typed: &str, chars_max: usize) -> String {
        if typed.trim().is_empty() {
            return String::new();
        }
        let read = Email::parse(typed).map(String::from).map_err(|_| "Enter a valid email address.".to_owned());
        let email = self.keep("email", read).unwrap_or_default();
        self.line("email", &email, chars_max)
    }

    /// A telephone number that may be missing, with its country.
    pub(in crate::service::instamojo) fn phone(&mut self, typed: &str) -> String {
        if typed.trim().is_empty() {
            return String::new();
        }
        self.keep("phone", indian_phone(typed)).unwrap_or_default()
    }

    /// A web address that may be missing, as it was sent.
    pub(in crate::service::instamojo) fn url(&mut self, field: &str, typed: &str) -> String {
        let typed = typed.trim();
        // The parser would drop line breaks; what is kept is what was sent.
        let broken = typed.chars().any(|c| c.is_control() || c.is_whitespace());
        if !typed.is_empty() && (broken || target(typed).is_err()) {
            self.refuse(field, "Enter a valid URL.");
        }
        typed.to_owned()
    }

    /// What the marketplace takes of a merchant's payment: the kind, and rupees or percent with two decimals. Both or none.
    pub(super) fn partner(&mut self, kind: &str, fee: &str, amount: Option<i64>) -> Option<(String, String)> {
        let (kind, fee) = (kind.trim(), fee.trim());
        if kind.is_empty() && fee.is_empty() {
            return None;
        }
        let most = match kind {
            PARTNER_FIXED => amount.unwrap_or(AMOUNT_MAX),
            PARTNER_PERCENT => WHOLE,
            "" => {
                self.refuse("partner_fee_type", REQUIRED);
                return None;
            }
            _ => {
                self.refuse("partner_fee_type", "Choose fixed or percent.");
                return None;
            }
        };
        let read = match fee {
            "" => Err(REQUIRED.to_owned()),
            "0" | "0.0" | "0.00" => Ok(in_rupees(0)),
            fee => rupees(fee).and_then(|hundredths| {
                let most_text = in_rupees(most);
                let message = || format!("Ensure this value is less than or equal to {most_text}.");
                if hundredths > most { Err(message()) } else { Ok(in_rupees(hundredths)) }
            }),
        };
        self.keep("partner_fee", read).map(|fee| (kind.to_owned(), fee))
    }

    /// Until when it can be paid, where that is said.
    pub(super) fn expires_at(&mut self, typed: &str, now: OffsetDateTime) -> Option<OffsetDateTime> {
        let at = self.instant("expires_at", typed)?;
        if at <= now {
            self.refuse("expires_at", "Enter a time in the future.");
        } else if at > now + EXPIRES_MAX {
            self.refuse("expires_at", "Enter a time that is at most 600 seconds from now.");
        }
        Some(at)
    }

    /// An instant in UTC that may be missing; an offset may be named, and a day alone is its beginning.
    pub(in crate::service::instamojo) fn instant(&mut self, field: &str, typed: &str) -> Option<OffsetDateTime> {
        let typed = typed.trim();
        if typed.is_empty() {
            return None;
        }
        self.keep(field, instant(typed).ok_or_else(|| NO_INSTANT.to_owned()))
    }

    /// An id of the wire that may be missing, alone or as the end of an address.
    pub(in crate::service::instamojo) fn id(&mut self, field: &str, typed: &str) -> Option<Uuid> {
        let last = typed.trim().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        if last.is_empty() {
            return None;
        }
        self.keep(field, hex_id(last).ok_or_else(|| "Enter a valid id.".to_owned()))
    }
}

/// The id that 32 hexadecimal digits name.
pub(in crate::service::instamojo) fn hex_id(text: &str) -> Option<Uuid> {
    let hex = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hex { Uuid::try_parse(text).ok() } else { None }
}

/// Reads what clients write: RFC 3339, the same without an offset, with a blank for the `T`, with a `+` that a form made a
/// blank, and a day alone.
fn instant(typed: &str) -> Option<OffsetDateTime> {
    let (day, rest) = typed.split_at_checked(10)?;
    let text = match rest.split_at_checked(1) {
        None => format!("{day}T00:00:00Z"),
        Some((_, time)) => {
            let time = time.replace(' ', "+");
            let named = time.ends_with(['Z', 'z']) || time.contains(['+', '-']);
            format!("{day}T{time}{}", if named { "" } else { "Z" })
        }
    };
    let at = OffsetDateTime::parse(&text, &Rfc3339).ok()?.to_offset(time::UtcOffset::UTC);
    // Stored instants have milliseconds.
    at.replace_millisecond(at.millisecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-20 12:00 UTC);

    #[test]
    fn instants_are_read_as_clients_write_them() {
        let at = datetime!(2016-05-09 16:10:13 UTC);
        for typed in [
            "2016-05-09T16:10:13Z",
            "2016-05-09T16:10:13",
            "2016-05-09 16:10:13",
            "2016-05-09T16:10:13.000Z",
            "2016-05-09T21:40:13+05:30",
            "2016-05-09T21:40:13 05:30",
        ] {
            assert_eq!(instant(typed), Some(at), "{typed}");
        }
        assert_eq!(instant("2016-05-09T16:10:13.786123Z"), Some(datetime!(2016-05-09 16:10:13.786 UTC)));
        assert_eq!(instant("2016-05-09"), Some(datetime!(2016-05-09 0:00 UTC)));
        for typed in ["now", "1462810213", "2016-05-09T", "2016-13-09", "2016-05-0ä", "09/05/2016 16:10"] {
            assert_eq!(instant(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_request_ends_within_ten_minutes() {
        for (typed, fine) in [
            ("2026-11-20T12:00:00Z", false),
            ("2026-11-20T12:00:01Z", true),
            ("2026-11-20T12:10:00Z", true),
            ("2026-11-20T12:10:01Z", false),
            ("soon", false),
        ] {
            let mut reader = Reader::default();
            reader.expires_at(typed, NOW);
            assert_eq!(reader.wrong.is_empty(), fine, "{typed}");
        }
    }

    #[test]
    fn amounts_are_bounded_and_kept_as_sent() {
        let mut reader = Reader::default();
        assert_eq!(reader.amount(" 2500 "), Some(("2500".to_owned(), 250_000)));
        assert_eq!(reader.amount("9"), Some(("9".to_owned(), 900)));
        assert_eq!(reader.amount("200000.00"), Some(("200000.00".to_owned(), 20_000_000)));
        assert_eq!(reader.wrong, []);
        for typed in ["", "8.99", "200000.01", "10.001", "ten", "-10", "1e3", "10.00000000000000000000"] {
            let mut reader = Reader::default();
            assert_eq!(reader.amount(typed), None, "{typed}");
            assert_eq!(reader.wrong.len(), 1, "{typed}");
        }
    }

    #[test]
    fn a_partner_fee_has_a_kind_and_a_bound() {
        let read = |kind: &str, fee: &str| {
            let mut reader = Reader::default();
            let partner = reader.partner(kind, fee, Some(100_000));
            (partner, reader.wrong.into_iter().map(|wrong| wrong.field).collect::<Vec<_>>())
        };
        assert_eq!(read("", ""), (None, vec![]));
        assert_eq!(read("percent", "12.5"), (Some(("percent".to_owned(), "12.50".to_owned())), vec![]));
        assert_eq!(read("fixed", "0"), (Some(("fixed".to_owned(), "0.00".to_owned())), vec![]));
        assert_eq!(read("fixed", "1000"), (Some(("fixed".to_owned(), "1000.00".to_owned())), vec![]));
        for (kind, fee, field) in [
            ("fixed", "1000.01", "partner_fee"),
            ("percent", "100.01", "partner_fee"),
            ("percent", "", "partner_fee"),
            ("", "5", "partner_fee_type"),
            ("share", "5", "partner_fee_type"),
        ] {
            assert_eq!(read(kind, fee), (None, vec![field.to_owned()]), "{kind} {fee}");
        }
    }

    #[test]
    fn addresses_are_kept_as_sent_and_lead_somewhere() {
        let mut reader = Reader::default();
        assert_eq!(reader.url("webhook", ""), "");
        assert_eq!(reader.url("webhook", "https://shop.example?x=1#top"), "https://shop.example?x=1#top");
        assert_eq!(reader.wrong, []);
        for typed in ["shop", "javascript:alert(1)", "https://a.example/\nSet-Cookie: x", "https://me:pw@a.example/"] {
            let mut reader = Reader::default();
            reader.url("webhook", typed);
            assert_eq!(reader.wrong.len(), 1, "{typed}");
        }
    }
}
