//! Reading and printing decimal text, only at the edges.

use super::{Currency, MINOR_MAX, Money};

/// Why typed text is not an amount; the message says what to type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseMoneyError {
    /// Nothing was typed.
    #[error("Enter an amount, for example 12,500.00.")]
    Empty,
    /// Something else than digits, one decimal point and grouping commas.
    #[error("Enter the amount in digits, for example 12,500.00.")]
    NotANumber,
    /// The text names another currency than the order's.
    #[error("This amount is in {0}; enter it in {1}.")]
    OtherCurrency(Currency, Currency),
    /// More decimals than the currency has.
    #[error("{0} has {1} decimals; enter no more than that.")]
    TooManyDecimals(Currency, u32),
    /// A minus sign.
    #[error("Enter an amount above zero.")]
    Negative,
    /// Beyond what the product handles.
    #[error("This amount is too large.")]
    TooLarge,
}

pub(super) fn parse(text: &str, currency: Currency) -> Result<Money, ParseMoneyError> {
    let number = strip_currency(text.trim(), currency)?;
    if number.is_empty() {
        return Err(ParseMoneyError::Empty);
    }
    if number.starts_with(['-', '−']) {
        return Err(ParseMoneyError::Negative);
    }
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, fraction),
        None => (number, ""),
    };
    let digits = ungroup(whole).ok_or(ParseMoneyError::NotANumber)?;
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (digits.is_empty() && fraction.is_empty()) || !all_digits(fraction) || number.ends_with('.') {
        return Err(ParseMoneyError::NotANumber);
    }
    let exponent = currency.exponent();
    let decimals = u32::try_from(fraction.len()).unwrap_or(u32::MAX);
    if decimals > exponent {
        return Err(ParseMoneyError::TooManyDecimals(currency, exponent));
    }
    let mut minor: i64 = 0;
    for byte in digits.bytes().chain(fraction.bytes()) {
        minor = push_digit(minor, byte - b'0')?;
    }
    for _ in decimals..exponent {
        minor = push_digit(minor, 0)?;
    }
    Money::new(minor, currency).map_err(|_| ParseMoneyError::TooLarge)
}

fn push_digit(minor: i64, digit: u8) -> Result<i64, ParseMoneyError> {
    minor
        .checked_mul(10)
        .and_then(|value| value.checked_add(i64::from(digit)))
        .filter(|value| *value <= MINOR_MAX)
        .ok_or(ParseMoneyError::TooLarge)
}

/// Takes a leading symbol or code off; another currency's is an error rather than ignored.
fn strip_currency(text: &str, currency: Currency) -> Result<&str, ParseMoneyError> {
    for known in std::iter::once(currency).chain(Currency::ALL) {
        for mark in [known.code(), known.symbol().trim_end()] {
            let Some(head) = text.get(..mark.len()) else { continue };
            if head.eq_ignore_ascii_case(mark) {
                return if known == currency {
                    Ok(text[mark.len()..].trim_start())
                } else {
                    Err(ParseMoneyError::OtherCurrency(known, currency))
                };
            }
        }
    }
    Ok(text)
}

/// Removes grouping commas or spaces; `None` where they do not group by thousands (or Indian lakhs) or it is not digits.
fn ungroup(whole: &str) -> Option<String> {
    let groups: Vec<&str> = whole.split([',', ' ', '\u{a0}', '\u{202f}']).collect();
    let digits = |group: &&str| group.bytes().all(|byte| byte.is_ascii_digit());
    if !groups.iter().all(digits) {
        return None;
    }
    if let [first, middle @ .., last] = groups.as_slice() {
        let grouped = last.len() == 3
            && (1..=3).contains(&first.len())
            && (middle.iter().all(|group| group.len() == 3) || middle.iter().all(|group| group.len() == 2));
        if !grouped {
            return None;
        }
    }
    Some(groups.concat())
}

pub(super) fn format_plain(minor: i64, exponent: u32) -> String {
    let (sign, whole, fraction) = digits(minor, exponent);
    if exponent == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

pub(super) fn format_number(minor: i64, exponent: u32) -> String {
    let (sign, whole, fraction) = digits(minor, exponent);
    let mut grouped = String::with_capacity(whole.len() + whole.len() / 3);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if exponent == 0 { format!("{sign}{grouped}") } else { format!("{sign}{grouped}.{fraction}") }
}

fn digits(minor: i64, exponent: u32) -> (&'static str, String, String) {
    let width = usize::try_from(exponent).unwrap_or(0);
    let text = format!("{:0>width$}", minor.unsigned_abs(), width = width + 1);
    let (whole, fraction) = text.split_at(text.len() - width);
    (if minor < 0 { "−" } else { "" }, whole.to_owned(), fraction.to_owned())
}
