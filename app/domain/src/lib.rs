//! The rules of Holdfast, pure: money, fees, terms, the escrow state machine, ledger transfers and permissions.
//!
//! Nothing in here reads a clock, a database or the network. The server decides with this code and the pages ask the
//! same code which buttons to show, so a rule exists once. It compiles to WebAssembly.

pub mod bank;
pub mod clock_text;
pub mod collection;
pub mod fee;
pub mod ids;
pub mod ledger;
pub mod limits;
pub mod money;
pub mod order;
pub mod permission;
pub mod project;
pub mod schedule;
pub mod text;

pub use money::{BasisPoints, Currency, Money, MoneyError};
