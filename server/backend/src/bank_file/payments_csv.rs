//! Payment orders as CSV, for banks that take no XML.

use super::pain001::PaymentOrder;
use domain::money::Money;
use domain::text::cell;
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
            &cell(&transfer.to.name),
            &cell(&transfer.to.bank),
            &transfer.to.code,
            &transfer.to.number,
            &Money::or_zero(transfer.minor, order.currency).plain(),
            order.currency.code(),
            &cell(&transfer.remittance),
        ])?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    String::from_utf8(bytes).map_err(io::Error::other)
}
