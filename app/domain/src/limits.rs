//! Every cap of the product in one place.

/// Longest order title, in characters.
pub const TITLE_CHARS_MAX: usize = 120;
/// Longest free text a person may write (description, note, rejection text), in characters.
pub const TEXT_CHARS_MAX: usize = 4_000;
/// Longest name of a person or business, in characters.
pub const NAME_CHARS_MAX: usize = 100;
/// Longest e-mail address, in bytes (RFC 5321 section 4.5.3.1.3 less the angle brackets).
pub const EMAIL_BYTES_MAX: usize = 254;
/// Shortest password, in characters (OWASP: at least 8 with a strength check, we ask 10).
pub const PASSWORD_CHARS_MIN: usize = 10;
/// Longest password, in characters; bounds the hashing work.
pub const PASSWORD_CHARS_MAX: usize = 200;
/// Largest uploaded file, in bytes.
pub const FILE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Most files in one upload.
pub const FILES_PER_UPLOAD_MAX: usize = 5;
/// Most pictures of one listing.
pub const PICTURES_MAX: usize = 5;
/// Smallest price of an order, in minor units of any currency.
pub const PRICE_MINOR_MIN: i64 = 100;
/// Largest price of an order, in minor units of any currency: 10 billion major units at two decimals.
pub const PRICE_MINOR_MAX: i64 = 1_000_000_000_000;
/// How long a quote may be paid at its price, in seconds.
pub const QUOTE_SECONDS: i64 = 30 * 60;
/// How long a buyer's signed link works, in seconds (180 days).
pub const ORDER_LINK_SECONDS: i64 = 180 * 24 * 3_600;
