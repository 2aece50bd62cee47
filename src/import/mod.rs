//! Files to `Panel` by polars: sniffing, column roles, and the ledger that accounts for every row.
//!
//! Not for changing values: what cannot be read is counted and listed, never repaired here.
//!
//! `read` leads a file through it in this order, telling of its `progress`: `source` (bytes), `unpack`,
//! `workbook` and `parquet_file` with `parquet_check`, `thrift` and `text_rows` (what they are wrapped in), `encoding` (text), `format` (delimiter), `survey` and
//! `records` (pieces, records and fields), `sheet`, `remarks` and `look` (header and rows). Then
//! `parsed` reads piece by piece: `selection` (which records are rows), `frame` (polars), `columns` and
//! `number` (values), and `cells` with `packed` for the text that is still needed. Then
//! either `wide_rows`, or `roles` with `time` (what the rows say of time), `keys` (long panels),
//! `categories` and `covariates`; then `time` again (the axis), `cleaning`, `accounts` and `tally`
//! (series and ledger), and `preview` (rows to look at), which `compose` brings together.
//! `head` sends the first rows of a long file the same way.

mod accounts;
mod categories;
mod cells;
mod cleaning;
mod columns;
mod compose;
mod config;
mod covariates;
mod cursor;
mod dataset;
mod encoding;
mod error;
mod format;
mod frame;
mod head;
mod irregular_times;
mod keys;
mod large_values;
mod layout;
mod ledger;
mod lines;
mod look;
mod number;
mod order;
mod packed;
mod parquet_check;
mod parquet_file;
mod parsed;
mod piece;
mod preview;
mod progress;
mod read;
mod reading;
mod records;
mod remarks;
mod role;
mod roles;
mod sample;
mod selection;
mod sheet;
mod slot_lines;
mod source;
mod survey;
mod table;
mod tally;
mod text_rows;
mod thrift;
mod time;
mod unpack;
mod wide_rows;
mod workbook;

pub use config::{ColumnRole, ImportConfig, WorkingTimes};
pub use error::ImportError;
pub use format::{Delimiter, Format};
pub use head::{HEAD_ROWS, read_head};
pub use irregular_times::{Gather, IrregularRows, IrregularTimes};
pub use layout::Layout;
pub use ledger::{LISTED_LINES, Ledger, LedgerEntry, Place, Reason, SeriesLedger};
pub use number::Decimal;
pub use preview::{PREVIEW_ROWS, Preview};
pub use progress::{OnProgress, Progress, Stage};
pub use read::{read_bytes, read_bytes_watched, read_file, read_file_watched};
pub use reading::{Column, Reading};
pub use role::Role;
pub use sample::{Sample, samples};
pub use slot_lines::SlotLines;
pub use time::stamps::{DateOrder, TimeStyle};
pub use unpack::Packing;
pub use workbook::ListedSheet;
