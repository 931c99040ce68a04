//! Statements as CSV. The first line names the columns: `date`, `amount` (below zero where money went out), `currency`, and
//! where the bank has them `reference`, `end_to_end`, `name`, `account`, `bank_reference` and `returned`, in any order.

use super::statement::{Malformed, Movement};
use domain::clock_text::iso_date;
use domain::money::{Currency, Money};

/// Reads a statement.
///
/// # Errors
/// [`Malformed`] with the first line that is wrong; then nothing of the file counts.
pub fn read(body: &[u8]) -> Result<Vec<Movement>, Malformed> {
    let mut reader = csv::ReaderBuilder::new().flexible(false).trim(csv::Trim::All).from_reader(body);
    let head = reader.headers().map_err(|error| broken(&error))?.clone();
    let columns = Columns::of(&head)?;
    let mut movements = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| broken(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        let line = usize::try_from(line).unwrap_or(usize::MAX);
        movements.push(columns.movement(&record, line)?);
    }
    if movements.is_empty() {
        return Err(Malformed::new(2, "The statement has no movements."));
    }
    Ok(movements)
}

fn broken(error: &csv::Error) -> Malformed {
    let line = error.position().map_or(1, csv::Position::line);
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} columns, where the first line names {expected_len}.")
        }
        csv::ErrorKind::Utf8 { .. } => "Not UTF-8 text. Export the statement as UTF-8.".to_owned(),
        _ => "Not CSV.".to_owned(),
    };
    Malformed::new(usize::try_from(line).unwrap_or(usize::MAX), message)
}

struct Columns {
    names: Vec<String>,
}

impl Columns {
    fn of(head: &csv::StringRecord) -> Result<Self, Malformed> {
        let names: Vec<String> =
            head.iter().map(|name| name.trim_start_matches('\u{feff}').to_lowercase().replace(' ', "_")).collect();
        for wanted in ["date", "amount", "currency"] {
            if !names.iter().any(|name| name == wanted) {
                return Err(Malformed::new(1, format!("The column “{wanted}” is missing.")));
            }
        }
        Ok(Self { names })
    }

    fn get<'a>(&self, record: &'a csv::StringRecord, name: &str) -> &'a str {
        let index = self.names.iter().position(|column| column == name);
        index.and_then(|index| record.get(index)).unwrap_or_default()
    }

    fn movement(&self, record: &csv::StringRecord, line: usize) -> Result<Movement, Malformed> {
        let text = |name: &str| self.get(record, name).to_owned();
        let typed = self.get(record, "currency");
        let currency = Currency::from_code(typed)
            .ok_or_else(|| Malformed::new(line, format!("“{typed}” is no currency that is known here.")))?;
        let booked_on = iso_date(self.get(record, "date"))
            .ok_or_else(|| Malformed::new(line, "Write the date as year-month-day, such as 2026-12-25."))?;
        let signed = self.get(record, "amount");
        let (credit, digits) = match signed.strip_prefix('-') {
            Some(digits) => (false, digits),
            None => (true, signed.strip_prefix('+').unwrap_or(signed)),
        };
        let amount = Money::parse(digits, currency)
            .map_err(|error| Malformed::new(line, format!("The amount “{signed}” cannot be read: {error}")))?;
        if amount.minor() == 0 {
            return Err(Malformed::new(line, "An amount of nothing."));
        }
        let returned = text("returned");
        Ok(Movement {
            line,
            booked_on,
            amount,
            credit,
            end_to_end: text("end_to_end"),
            reference: text("reference"),
            counterparty: text("name"),
            counterparty_account: text("account"),
            bank_reference: text("bank_reference"),
            returned: (!returned.is_empty()).then_some(returned),
        })
    }
}
