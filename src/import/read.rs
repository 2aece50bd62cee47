//! The way from a file to a `Reading`, in order: bytes, text, table, roles, places.

use std::ops::ControlFlow;
use std::path::Path;

use super::compose::{columns_reading, rows_reading};
use super::config::ImportConfig;
use super::encoding::{Decoded, decode};
use super::error::ImportError;
use super::format::Delimiter;
use super::large_values;
use super::parquet_file::{ParquetText, parquet_text};
use super::parsed::{Document, PIECE_BYTES, parse};
use super::progress::{OnProgress, Stage, Watch};
use super::reading::Reading;
use super::roles::assign;
use super::source::bytes_of;
use super::unpack::{Packing, unpack};
use super::wide_rows::find_wide_rows;
use super::workbook::{SheetText, sheet_text};
use crate::guard::quietly;

/// Reads a file, once and whole.
///
/// # Errors
/// A file that cannot be read, is no table, has no numbers, or lacks a column that `config` names.
pub fn read_file(path: &Path, config: &ImportConfig) -> Result<Reading, ImportError> {
    read_file_watched(path, config, &mut |_| ControlFlow::Continue(()))
}

/// Reads a file, once and whole. `on_progress` is told how far it is, from the calling thread and
/// at least every 50 ms or so, and answers whether to go on.
///
/// # Errors
/// Those of `read_file`; and `ImportError::Stopped` soon after an answer to stop.
pub fn read_file_watched(
    path: &Path,
    config: &ImportConfig,
    on_progress: &mut OnProgress<'_>,
) -> Result<Reading, ImportError> {
    let file = path.display().to_string();
    let watch = &Watch::new(&file, on_progress);
    watch.tell(Stage::Loading, 0, 1)?;
    let bytes = bytes_of(path, watch)?;
    read(&file, &bytes, config, PIECE_BYTES, watch)
}

/// Reads the bytes of a file that `source` names.
///
/// # Errors
/// Bytes that are no table or have no numbers, or lack a column that `config` names.
///
/// ```
/// use tidegate::import::{ImportConfig, read_bytes};
///
/// let text = "day,sold\n2024-01-01,5\n2024-01-02,8\n2024-01-04,6\n";
/// let reading = read_bytes("sales.csv", text.as_bytes(), &ImportConfig::default())?;
/// let sold = reading.target();
/// assert_eq!((sold.name.as_str(), sold.len(), sold.missing()), ("sold", 4, 1));
/// assert_eq!(sold.axis.iso(2), "2024-01-03");
/// # Ok::<(), tidegate::import::ImportError>(())
/// ```
pub fn read_bytes(
    source: &str,
    bytes: &[u8],
    config: &ImportConfig,
) -> Result<Reading, ImportError> {
    read_bytes_watched(source, bytes, config, &mut |_| ControlFlow::Continue(()))
}

/// Reads the bytes of a file that `source` names, telling `on_progress` how far it is.
///
/// # Errors
/// Those of `read_bytes`; and `ImportError::Stopped` soon after an answer to stop.
pub fn read_bytes_watched(
    source: &str,
    bytes: &[u8],
    config: &ImportConfig,
    on_progress: &mut OnProgress<'_>,
) -> Result<Reading, ImportError> {
    read(source, bytes, config, PIECE_BYTES, &Watch::new(source, on_progress))
}

/// Reads the bytes of a file, some of it by parsers that are not ours. One that panics says no more
/// than that.
fn read(
    source: &str,
    bytes: &[u8],
    config: &ImportConfig,
    piece_bytes: usize,
    watch: &Watch<'_>,
) -> Result<Reading, ImportError> {
    quietly(|| read_unguarded(source, bytes, config, piece_bytes, watch))
        .unwrap_or_else(|panic| Err(ImportError::Broken { file: source.to_owned(), panic }))
}

fn read_unguarded(
    source: &str,
    bytes: &[u8],
    config: &ImportConfig,
    piece_bytes: usize,
    watch: &Watch<'_>,
) -> Result<Reading, ImportError> {
    if bytes.is_empty() {
        return Err(ImportError::Empty { file: source.to_owned() });
    }
    let (unpacked, packing) = unpack(source, bytes, watch)?;
    let document = opened((source, bytes.len()), &unpacked, packing, config, watch)?;
    watch.tell(Stage::Loading, 1, 1)?;
    let mut parsed = parse(&document, config, piece_bytes, watch)?;
    watch.tell(Stage::Parsing, 1, 1)?;
    if let Some(wide) = find_wide_rows(parsed.table(), config)? {
        let reading = rows_reading(parsed, &wide, config)?;
        watch.tell(Stage::Placing, 1, 1)?;
        return finished(reading, config);
    }
    let mut roles = assign(parsed.table(), config)?;
    if let Some((_, time)) = &mut roles.time {
        parsed.notes.append(&mut time.notes);
    }
    parsed.notes.append(&mut roles.notes);
    for ((column, _), codes) in roles.words.iter().zip(roles.codes.drain(..)) {
        parsed.numbers[*column] = codes;
    }
    watch.tell(Stage::Sorting, 1, 1)?;
    let reading = columns_reading(parsed, roles, config, watch)?;
    watch.tell(Stage::Placing, 1, 1)?;
    finished(reading, config)
}

fn finished(mut reading: Reading, config: &ImportConfig) -> Result<Reading, ImportError> {
    reading.notes.extend(large_values::note(&reading));
    reading.with_set_target(config)
}

/// The text inside a file of that name and size, and how it is written.
fn opened<'a>(
    (file, file_bytes): (&'a str, usize),
    bytes: &'a [u8],
    packing: Packing,
    config: &ImportConfig,
    watch: &Watch<'_>,
) -> Result<Document<'a>, ImportError> {
    let made = |text: String, packing| Document {
        file,
        file_bytes,
        text: text.into(),
        packing,
        sheets: Vec::new(),
        byte_order_mark: false,
        encoding: "UTF-8",
        delimiter: None,
        notes: Vec::new(),
    };
    if let Some(SheetText { name, text, notes, sheets }) =
        sheet_text(file, bytes, config.sheet.as_deref(), watch)?
    {
        return Ok(Document { sheets, notes, ..made(text, Packing::Sheet(name)) });
    }
    if let Some(ParquetText { text, width, notes }) = parquet_text(file, bytes, watch)? {
        let delimiter = Some(if width == 1 { Delimiter::None } else { Delimiter::Comma });
        return Ok(Document { delimiter, notes, ..made(text, Packing::Parquet) });
    }
    let Decoded { text, byte_order_mark, encoding, notes } = decode(file, bytes)?;
    Ok(Document {
        text,
        packing,
        byte_order_mark,
        encoding,
        notes,
        ..made(String::new(), Packing::None)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Progress;

    #[test]
    fn progress_rises_to_the_end_and_a_stop_stops() {
        let text = b"t,v\n2024-01-01,1\n2024-01-02,2\n";
        let mut told: Vec<Progress> = Vec::new();
        let watched = |told: &mut Vec<Progress>, most: usize| {
            read_bytes_watched("f", text, &ImportConfig::default(), &mut |progress| {
                told.push(progress);
                if told.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })
        };
        let reading = watched(&mut told, usize::MAX).unwrap();
        assert_eq!(reading, read_bytes("f", text, &ImportConfig::default()).unwrap());
        assert!(told.is_sorted_by(|one, next| one.share <= next.share && one.stage <= next.stage));
        assert_eq!(told.last().map(|progress| progress.stage), Some(Stage::Placing));
        for most in 1..=told.len() {
            let stopped = watched(&mut Vec::new(), most);
            assert!(matches!(stopped, Err(ImportError::Stopped { .. })), "after {most}");
        }
    }
    /// A reading in words, so that missing values are equal.
    fn in_pieces(bytes: &[u8], piece_bytes: usize) -> String {
        let mut go_on = |_| ControlFlow::Continue(());
        let watch = Watch::new("f", &mut go_on);
        format!("{:?}", read("f", bytes, &ImportConfig::default(), piece_bytes, &watch))
    }

    #[test]
    fn the_size_of_the_pieces_changes_no_reading() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import");
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let whole = in_pieces(&bytes, PIECE_BYTES);
            // Wide rows take a piece each, which is slow enough in a test.
            for piece_bytes in [1, 30, 200].into_iter().filter(|least| bytes.len() / least < 2000) {
                assert_eq!(
                    whole,
                    in_pieces(&bytes, piece_bytes),
                    "{} by {piece_bytes}",
                    path.display()
                );
            }
        }
    }
}
