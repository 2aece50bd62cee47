//! Files to `Panel` by polars: sniffing, column roles, and the ledger that accounts for every row.
//!
//! Not for changing values: what cannot be read is counted and listed, never repaired here.
//!
//! `read` leads a file through it in this order, telling of its `progress`: `source` (bytes), `unpack` and `workbook` (what
//! they are wrapped in), `encoding` (text), `format` (delimiter),
//! `records` (lines and fields), `sheet`, `remarks` and `look` (header and rows), `cells` (polars), `columns` and `number`
//! (values); then either `wide_rows`, or `roles` with `find_time`, `stamps`, `integers`, `joined`, `clocks`
//! and `date` (time), `keys` (long panels), `categories` and `covariates`; then `daylight`, `place`,
//! `strays` and `axes` with `irregular`, `gather`, `openings` and `slots` (the axis), `cleaning`, `accounts` and
//! `tally` (series and ledger), and `preview` (rows to look at), which `compose` brings together.
//! `head` sends the first rows of a long file the same way.

mod accounts;
mod axes;
mod categories;
mod cells;
mod cleaning;
mod clocks;
mod columns;
mod compose;
mod config;
mod covariates;
mod cursor;
mod date;
mod daylight;
mod encoding;
mod error;
mod find_time;
mod format;
mod gather;
mod head;
mod integers;
mod irregular;
mod joined;
mod keys;
mod layout;
mod ledger;
mod look;
mod number;
mod openings;
mod parsed;
mod place;
mod preview;
mod progress;
mod read;
mod reading;
mod records;
mod remarks;
mod roles;
mod sample;
mod sheet;
mod slot_lines;
mod slots;
mod source;
mod stamps;
mod strays;
mod table;
mod tally;
mod unpack;
mod wide_rows;
mod workbook;

pub use config::{ColumnRole, ImportConfig, WorkingTimes};
pub use error::ImportError;
pub use format::{Delimiter, Format};
pub use gather::{Gather, IrregularRows, IrregularTimes};
pub use head::{HEAD_ROWS, read_head};
pub use layout::Layout;
pub use ledger::{LISTED_LINES, Ledger, LedgerEntry, Place, Reason, SeriesLedger};
pub use number::Decimal;
pub use preview::{PREVIEW_ROWS, Preview};
pub use progress::{OnProgress, Progress, Stage};
pub use read::{read_bytes, read_bytes_watched, read_file, read_file_watched};
pub use reading::{Column, Reading};
pub use roles::Role;
pub use sample::{Sample, samples};
pub use slot_lines::SlotLines;
pub use stamps::{DateOrder, TimeStyle};
pub use unpack::Packing;
