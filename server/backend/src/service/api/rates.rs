//! Exchange rates, set by the administrator, for shops that price in another currency than naira.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::{exchange_rates, staff_events};
use crate::service::viewer::Viewer;
use domain::money::Currency;

pub use crate::repo::exchange_rates::ExchangeRate;

/// Millionths of a whole.
const MICROS: i64 = 1_000_000;
/// Greatest rate, in millionths: a hundred million naira.
const MICROS_MAX: i64 = 100_000_000 * MICROS;

impl Backend {
    /// Sets what one unit of a currency is worth in naira from now on, as typed: `1520.50`.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator, [`Error::Invalid`] at `base` or `rate`.
    pub async fn set_exchange_rate(&self, viewer: &Viewer, base: &str, typed: &str) -> Result<()> {
        self.administrator(viewer)?;
        let base = Currency::from_code(base.trim()).filter(|currency| *currency != Currency::Ngn);
        let base = base.ok_or_else(|| Error::field("base", "Choose a currency other than naira."))?;
        let micros = micros(typed).filter(|micros| (1..=MICROS_MAX).contains(micros));
        let micros = micros.ok_or_else(|| {
            Error::field("rate", "Enter how many naira one unit is worth, such as 1520.50, with at most six decimals.")
        })?;
        let now = self.now();
        let tx = self.db().begin().await?;
        exchange_rates::insert(&tx, base.code(), micros, viewer.user, now).await?;
        let detail = format!("1 {base} = {} NGN", decimal(micros));
        staff_events::record(&tx, self.staff_event(viewer, "set_exchange_rate", base.code().to_owned(), detail))
            .await?;
        Ok(tx.commit().await?)
    }

    /// The rate of a currency to naira that counts now.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn exchange_rate(&self, base: Currency) -> Result<Option<ExchangeRate>> {
        exchange_rates::current(self.db().read(), base.code()).await
    }
}

impl ExchangeRate {
    /// The rate as a plain decimal number: `1520.5`.
    #[must_use]
    pub fn decimal(&self) -> String {
        decimal(self.micros)
    }
}

/// Millionths as a plain decimal number without needless zeros.
pub(crate) fn decimal(micros: i64) -> String {
    let (whole, rest) = (micros / MICROS, micros % MICROS);
    if rest == 0 {
        return whole.to_string();
    }
    format!("{whole}.{rest:06}").trim_end_matches('0').to_owned()
}

/// Reads a decimal number of at most six decimals, in millionths.
fn micros(typed: &str) -> Option<i64> {
    let plain = typed.trim().replace(',', "");
    let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || whole.len() > 9 || rest.len() > 6 || !(rest.is_empty() || digits(rest)) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let rest: i64 = format!("{rest:0<6}").parse().ok()?;
    Some(whole * MICROS + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_and_written_exactly() {
        for (typed, text) in [("1520.50", "1520.5"), ("410", "410"), ("1,520.000001", "1520.000001"), ("0.5", "0.5")] {
            assert_eq!(decimal(micros(typed).unwrap()), text);
        }
        for wrong in ["", "-1", "1.2.3", "1e3", "1.1234567", ".5", "1.x", "NaN"] {
            assert_eq!(micros(wrong), None, "{wrong}");
        }
    }
}
