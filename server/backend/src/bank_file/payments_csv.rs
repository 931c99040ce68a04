//! Payment orders as CSV, for banks that take no XML.

use super::pain001::{PaymentOrder, decimal};
use std::io;

const HEAD: [&str; 8] = ["reference", "name", "bank", "bank_code", "account", "amount", "currency", "text"];

/// Writes the file, the column names first.
///
/// # Errors
/// Never for a writer in memory.
pub fn print(order: &PaymentOrder) -> io::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEAD)?;
    for transfer in &order.transfers {
        writer.write_record([
            &transfer.end_to_end,
            &plain(&transfer.to.name),
            &plain(&transfer.to.bank),
            &transfer.to.code,
            &transfer.to.number,
            &decimal(transfer.minor, order.currency),
            order.currency.code(),
            &plain(&transfer.remittance),
        ])?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// Words of people: one that a spreadsheet would run as a formula is made plain text.
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}
