//! Files to `Panel` by polars: sniffing, column roles, and the ledger that accounts for every row.
//!
//! Not for changing values: what cannot be read is counted and listed, never repaired here.
//!
//! `read` leads a file through it in this order, reporting its `progress`: `bytes` (read, unpacked and
//! decoded), `workbook` and `parquet_file` with `parquet_check` (what is not text), `survey` and
//! `records` (delimiter, pieces, records and fields), `sheet` and `remarks` (header and rows). Then
//! `parsed` reads piece by piece: `selection` (which records are rows), `columns` and `number` (values),
//! and `cells` (the text that is still needed, and rows to look at). Then either `wide_rows`, or `roles`
//! with `time` (which column holds the time) and `keys` (long panels); then `time` again (the axis),
//! `panel` and `ledger` (series and what became of each row), which `compose` brings together.

mod bytes;
mod cells;
mod columns;
mod compose;
mod config;
mod dataset;
mod error;
mod keys;
mod ledger;
mod number;
mod panel;
mod parquet_check;
mod parquet_file;
mod parsed;
mod progress;
mod read;
mod reading;
mod records;
mod remarks;
mod roles;
mod selection;
mod sheet;
mod survey;
mod time;
mod wide_rows;
mod workbook;

pub use bytes::Packing;
pub use cells::{PREVIEW_ROWS, Preview};
pub use config::{
    ColumnRole, Gather, ImportConfig, IrregularRows, IrregularTimes, Layout, Role, WorkingTimes,
};
pub use error::ImportError;
pub use ledger::{LISTED_LINES, Ledger, LedgerEntry, Place, Reason, SeriesLedger};
pub use number::Decimal;
pub use progress::{OnProgress, Progress, Stage};
pub use read::{
    HEAD_ROWS, Sample, read_bytes, read_bytes_watched, read_file, read_file_watched, read_head,
    samples,
};
pub use reading::{Column, Reading};
pub use selection::SlotLines;
pub use survey::{Delimiter, Format};
pub use time::stamps::{DateOrder, TimeStyle};
pub use workbook::ListedSheet;
