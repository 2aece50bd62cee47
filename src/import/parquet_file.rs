//! A Parquet file as comma-separated text, so that its cells are read as those of any table.
//!
//! A row becomes the line of its number, counted from 1, below a header on line 0. Dates and times
//! become ISO 8601, with `Z` where the type says that they are UTC; nested columns are left out.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::Offset;
use parquet::basic::{LogicalType, TimeUnit};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use parquet::schema::types::Type;

use super::bytes::{check_table, most_unpacked};
use super::error::{ImportError, listed};
use super::parquet_check::{Flaw, check_pages, check_schema};
use super::progress::{Stage, Watch};
use super::records::TextRows;
use super::sheet::MOST_COLUMNS;
use crate::guard::quietly;

/// First bytes of a Parquet file.
const PARQUET: &[u8] = b"PAR1";
/// Rows between two questions whether to go on.
const ROWS_A_QUESTION: usize = 1 << 12;
const DAY: i64 = 86_400;
const MICROS: i64 = 1_000_000;

/// A Parquet file as text.
#[derive(Debug)]
pub(crate) struct ParquetText {
    pub text: String,
    /// Number of columns.
    pub width: usize,
    pub notes: Vec<String>,
}

/// The text of a Parquet file; `None` where the bytes are none.
///
/// # Errors
/// A file that is damaged, has no rows or no columns that are read, or is too large; or an answer to
/// stop.
pub(crate) fn parquet_text(
    file: &str,
    bytes: &[u8],
    watch: &Watch<'_>,
) -> Result<Option<ParquetText>, ImportError> {
    if !bytes.starts_with(PARQUET) {
        return Ok(None);
    }
    // What the library has no answer to in a damaged file, it panics at.
    quietly(|| read(file, bytes, watch))
        .unwrap_or_else(|_| Err(damaged(file, "its contents contradict each other")))
        .map(Some)
}

fn damaged(file: &str, message: impl ToString) -> ImportError {
    ImportError::Parquet { file: file.to_owned(), message: message.to_string() }
}

fn read(file: &str, bytes: &[u8], watch: &Watch<'_>) -> Result<ParquetText, ImportError> {
    let failed = |error: ParquetError| damaged(file, error);
    let most = most_unpacked(bytes.len());
    let too_large = || {
        let what = format!("it unpacks to over {} MiB", most >> 20);
        ImportError::TooLarge { file: file.to_owned(), what }
    };
    let flawed = |flaw: Flaw| match flaw {
        Flaw::Damaged(what) => damaged(file, what),
        Flaw::TooLarge => too_large(),
    };
    check_schema(bytes).map_err(flawed)?;
    let reader = SerializedFileReader::new(Bytes::copy_from_slice(bytes)).map_err(failed)?;
    let metadata = reader.metadata().file_metadata();
    let schema = metadata.schema();
    let (flat, nested): (Vec<_>, Vec<_>) = schema.get_fields().iter().cloned().partition(is_flat);
    if flat.is_empty() || flat.len() > MOST_COLUMNS {
        let message =
            format!("{} columns of single values, 1 to {MOST_COLUMNS} are read", flat.len());
        return Err(damaged(file, message));
    }
    let rows = usize::try_from(metadata.num_rows()).unwrap_or(0);
    if rows == 0 {
        return Err(damaged(file, "it has no rows"));
    }
    check_table(file, bytes.len(), rows, flat.len())?;
    check_pages(bytes, reader.metadata(), most).map_err(flawed)?;
    let mut notes = vec!["the file has no lines: rows are named by their number".to_owned()];
    if !nested.is_empty() {
        let names = listed(nested.iter().map(|column| column.name()));
        notes.push(format!("columns of lists or groups are left out: {names}"));
    }
    let kinds: Vec<ParquetKind> = flat.iter().map(|column| ParquetKind::of(column)).collect();
    let mut text = TextRows::default();
    for column in &flat {
        text.push(column.name());
    }
    text.end_row();
    let projection = Type::group_type_builder(schema.name()).with_fields(flat.clone()).build();
    let found = reader.get_row_iter(Some(projection.map_err(failed)?)).map_err(failed)?;
    for (number, row) in found.enumerate() {
        if number % ROWS_A_QUESTION == 0 {
            watch.tell(Stage::Loading, number, rows)?;
            // There may be more than it says.
            check_table(file, bytes.len(), number, flat.len())?;
        }
        text.push_row(&row.map_err(failed)?, &kinds);
        if text.text.len() as u64 > most {
            return Err(too_large());
        }
    }
    Ok(ParquetText { text: text.text, width: flat.len(), notes })
}

/// Whether a column holds one value a row.
fn is_flat(column: &Arc<Type>) -> bool {
    let info = column.get_basic_info();
    column.is_primitive()
        && !(info.has_repetition() && info.repetition() == parquet::basic::Repetition::REPEATED)
}

/// What a column's type says beside its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ParquetKind {
    /// Nothing.
    Plain,
    /// Times in UTC.
    Utc,
    /// Nanoseconds since 1970, and whether in UTC.
    Nanoseconds { utc: bool },
}

impl ParquetKind {
    fn of(column: &Type) -> Self {
        match column.get_basic_info().logical_type_ref() {
            Some(LogicalType::Timestamp(kind)) => {
                let utc = kind.is_adjusted_to_u_t_c;
                match kind.unit {
                    TimeUnit::NANOS => Self::Nanoseconds { utc },
                    _ if utc => Self::Utc,
                    _ => Self::Plain,
                }
            }
            _ => Self::Plain,
        }
    }
}

impl TextRows {
    fn push_row(&mut self, row: &Row, kinds: &[ParquetKind]) {
        for ((_, field), &kind) in row.get_column_iter().zip(kinds) {
            match field {
                Field::Str(cell) => self.push(cell),
                Field::Bytes(bytes) => self.push(&String::from_utf8_lossy(bytes.data())),
                field => self.push(&written(field, kind)),
            }
        }
        self.end_row();
    }
}

/// A value that is no text.
fn written(field: &Field, kind: ParquetKind) -> String {
    let utc = matches!(kind, ParquetKind::Utc | ParquetKind::Nanoseconds { utc: true });
    let time =
        |micros: Option<i64>| micros.and_then(|micros| instant(micros, utc)).unwrap_or_default();
    match *field {
        Field::Null => String::new(),
        Field::Float(value) => value.to_string(),
        Field::Double(value) => value.to_string(),
        Field::Long(nanos) if matches!(kind, ParquetKind::Nanoseconds { .. }) => {
            time(Some(nanos.div_euclid(1000)))
        }
        Field::Date(days) => time(i64::from(days).checked_mul(DAY * MICROS)),
        Field::TimestampMillis(millis) => time(millis.checked_mul(1000)),
        Field::TimestampMicros(micros) => time(Some(micros)),
        Field::TimeMillis(millis) => time_of_day(i64::from(millis) * 1000),
        Field::TimeMicros(micros) => time_of_day(micros),
        ref other => other.to_string(),
    }
}

/// A time on the calendar, ISO 8601; a midnight without an offset is its day.
fn instant(micros: i64, utc: bool) -> Option<String> {
    let time: DateTime = Offset::UTC.to_datetime(Timestamp::from_microsecond(micros).ok()?);
    Some(if utc {
        format!("{time}Z")
    } else if time.time() == Time::midnight() {
        time.date().to_string()
    } else {
        time.to_string()
    })
}

fn time_of_day(micros: i64) -> String {
    let (seconds, rest) = (micros.div_euclid(MICROS), micros.rem_euclid(MICROS));
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest == 0 { clock } else { format!("{clock}.{rest:06}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_iso_8601() {
        let day = Field::Date(19_753);
        assert_eq!(written(&day, ParquetKind::Plain), "2024-01-31");
        let noon = 1_706_702_400_000_000;
        assert_eq!(
            written(&Field::TimestampMicros(noon), ParquetKind::Plain),
            "2024-01-31T12:00:00"
        );
        assert_eq!(
            written(&Field::TimestampMicros(noon), ParquetKind::Utc),
            "2024-01-31T12:00:00Z"
        );
        let nanos = ParquetKind::Nanoseconds { utc: false };
        assert_eq!(
            written(&Field::Long(noon * 1000 + 500_000_000), nanos),
            "2024-01-31T12:00:00.5"
        );
        assert_eq!(written(&Field::Long(7), ParquetKind::Plain), "7");
        assert_eq!(written(&Field::TimestampMillis(i64::MAX), ParquetKind::Plain), "");
        assert_eq!(time_of_day(45_000_250_000), "12:30:00.250000");
    }
}
