//! Files to `Panel` by polars: sniffing, column roles, and the ledger that accounts for every row.
//!
//! Not for changing values: what cannot be read is counted and listed, never repaired here.
//!
//! A file goes through it in this order: `source` (bytes), `encoding` (text), `format` (delimiter),
//! `records` (lines and fields), `layout` (header and rows), `cells` (polars), `columns` and
//! `number` (values), `roles`, `stamps`, `integers`, `clocks` and `date` (time), `place` (the axis).

mod cells;
mod clocks;
mod columns;
mod config;
mod cursor;
mod date;
mod encoding;
mod error;
mod format;
mod integers;
mod layout;
mod ledger;
mod number;
mod place;
mod read;
mod reading;
mod records;
mod roles;
mod sample;
mod source;
mod stamps;

pub use config::ImportConfig;
pub use error::ImportError;
pub use format::{Delimiter, Format};
pub use ledger::{LISTED_LINES, Ledger, LedgerEntry, Reason};
pub use read::{read_bytes, read_file};
pub use reading::{Column, PREVIEW_ROWS, Preview, Reading};
pub use roles::Role;
pub use sample::{Sample, samples};
pub use stamps::TimeStyle;
