//! Files that banks read and write: payment orders (ISO 20022 pain.001 and CSV) and statements (camt.053 and CSV).
//!
//! Pure text in and out; a malformed file is refused whole, with the line that is wrong.

pub mod camt053;
pub mod pain001;
pub mod payments_csv;
pub mod statement;
pub mod statement_csv;
mod xml;

pub use statement::{Malformed, Movement};
