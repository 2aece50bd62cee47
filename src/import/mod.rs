//! Files to `Panel` by polars: sniffing, column roles, and the ledger that accounts for every row.
//!
//! Not for changing values: what cannot be read is counted and listed, never repaired here.

mod cells;
mod config;
mod cursor;
mod date;
mod encoding;
mod error;
mod format;
mod layout;
mod ledger;
mod number;
mod records;
mod source;

pub use config::ImportConfig;
pub use error::ImportError;
pub use format::{Delimiter, Format};
pub use ledger::{LISTED_LINES, Ledger, LedgerEntry, Reason};
