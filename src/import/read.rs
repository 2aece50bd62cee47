//! From a file to a `Reading`, in order: bytes, text, table, roles, places. Also the first rows of a long
//! file, read at once while the rest takes its time, and the samples that are built into the program
//! (`sample_data/README.md` says where their figures come from).

use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;

use super::bytes::{Decoded, Packing, bytes_of, decode, is_packed, unpack};
use super::compose::{columns_reading, rows_reading};
use super::config::ImportConfig;
use super::error::ImportError;
use super::panel::note_large_values;
use super::parquet_file::{ParquetText, parquet_text};
use super::parsed::{PIECE_BYTES, TextDocument, parse};
use super::progress::{OnProgress, Stage, Watch};
use super::reading::Reading;
use super::roles::assign;
use super::survey::Delimiter;
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
    reading.notes.extend(note_large_values(&reading));
    reading.with_set_target(config)
}

/// The text inside a file of that name and size, and how it is written.
fn opened<'a>(
    (file, file_bytes): (&'a str, usize),
    bytes: &'a [u8],
    packing: Packing,
    config: &ImportConfig,
    watch: &Watch<'_>,
) -> Result<TextDocument<'a>, ImportError> {
    let made = |text: String, packing| TextDocument {
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
        return Ok(TextDocument { sheets, notes, ..made(text, Packing::Sheet(name)) });
    }
    if let Some(ParquetText { text, width, notes }) = parquet_text(file, bytes, watch)? {
        let delimiter = Some(if width == 1 { Delimiter::None } else { Delimiter::Comma });
        return Ok(TextDocument { delimiter, notes, ..made(text, Packing::Parquet) });
    }
    let Decoded { text, byte_order_mark, encoding, notes } = decode(file, bytes)?;
    Ok(TextDocument {
        text,
        packing,
        byte_order_mark,
        encoding,
        notes,
        ..made(String::new(), Packing::None)
    })
}

/// Rows of a head, its header and what stands above it included.
pub const HEAD_ROWS: usize = 2_000;
/// Files shorter than this are read whole in about a frame.
const LONG_FILE: u64 = 4 << 20;
/// Bytes looked at: far more than so many rows of an ordinary table take.
const HEAD_BYTES: u64 = 2 << 20;

/// Reads the head of a long file of plain text by `config`; `None` for any other file, and where the
/// head cannot be read by itself.
pub fn read_head(path: &Path, config: &ImportConfig) -> Option<Reading> {
    let metadata = std::fs::metadata(path).ok()?;
    if !metadata.is_file() || metadata.len() < LONG_FILE {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(HEAD_BYTES).read_to_end(&mut bytes).ok()?;
    // A compressed file, a workbook or UTF-16 cannot be cut at any newline.
    if bytes.contains(&0) || is_packed(&bytes) {
        return None;
    }
    let lines = memchr::memchr_iter(b'\n', &bytes).take(HEAD_ROWS);
    let end = lines.last()? + 1;
    read_bytes(&path.display().to_string(), &bytes[..end], config).ok()
}

/// A built-in series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sample {
    /// Airline passengers, 144 months.
    Airline,
    /// Monthly sunspot numbers, 2,820 months.
    Sunspots,
    /// Daily minimum temperatures, ten years.
    Temperatures,
    /// A sine that slowly dies away under a little noise, 200 rows.
    DampedSine,
}

/// All built-in series, in the order in which they are offered.
pub const fn samples() -> [Sample; 4] {
    [Sample::Airline, Sample::Sunspots, Sample::Temperatures, Sample::DampedSine]
}

impl Sample {
    /// The sample of that name, as the command line writes it.
    pub fn from_name(name: &str) -> Option<Self> {
        samples().into_iter().find(|sample| sample.name() == name)
    }

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Airline => "airline",
            Self::Sunspots => "sunspots",
            Self::Temperatures => "temperatures",
            Self::DampedSine => "damped-sine",
        }
    }

    /// The name on a card.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Airline => "Airline passengers",
            Self::Sunspots => "Sunspots",
            Self::Temperatures => "Minimum temperatures",
            Self::DampedSine => "Damped sine",
        }
    }

    /// One line on what it shows.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Airline => "144 months: a trend, and a yearly season that grows with it",
            Self::Sunspots => "2,820 months: cycles of about eleven years, never quite the same",
            Self::Temperatures => "3,650 days in Melbourne: a yearly season under daily noise",
            Self::DampedSine => {
                "200 rows: a sine of 20 rows that slowly dies away, under a little noise"
            }
        }
    }

    /// Where the figures come from.
    pub const fn source(self) -> &'static str {
        match self {
            Self::Airline => "Brown (1962); Box and Jenkins (1970), Series G",
            Self::Sunspots => "Zurich observatory and SIDC Brussels, 1749 to 1983",
            Self::Temperatures => "Australian Bureau of Meteorology, 1981 to 1990",
            Self::DampedSine => "computed",
        }
    }

    /// The file, as it lies in `sample_data/`.
    pub const fn csv(self) -> &'static str {
        match self {
            Self::Airline => include_str!("../../sample_data/airline-passengers.csv"),
            Self::Sunspots => include_str!("../../sample_data/monthly-sunspots.csv"),
            Self::Temperatures => include_str!("../../sample_data/daily-min-temperatures.csv"),
            Self::DampedSine => include_str!("../../sample_data/damped-sine.csv"),
        }
    }

    /// The file's name in `sample_data/`.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Airline => "airline-passengers.csv",
            Self::Sunspots => "monthly-sunspots.csv",
            Self::Temperatures => "daily-min-temperatures.csv",
            Self::DampedSine => "damped-sine.csv",
        }
    }

    /// The series, read as any file is.
    ///
    /// # Errors
    /// As `read_bytes`; a test holds that no sample has any.
    pub fn read(self) -> Result<Reading, ImportError> {
        read_bytes(self.file_name(), self.csv().as_bytes(), &ImportConfig::default())
    }
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

#[cfg(test)]
mod head_tests {
    use super::*;

    #[test]
    fn a_long_file_shows_its_first_rows_and_a_short_one_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long.csv");
        let rows = (0..600_000).map(|row| format!("{row},{}\n", row % 7));
        std::fs::write(&path, rows.fold("t,y\n".to_owned(), |text, row| text + &row)).unwrap();
        let head = read_head(&path, &ImportConfig::default()).unwrap();
        assert_eq!(head.ledger.rows_read, HEAD_ROWS - 1);
        assert_eq!(head.target().name, "y");
        std::fs::write(&path, "t,y\n1,2\n3,4\n").unwrap();
        assert!(read_head(&path, &ImportConfig::default()).is_none());
    }

    #[test]
    fn a_head_that_ends_inside_a_cell_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("quoted.csv");
        let lines = "a line of a note\n".repeat(300_000);
        std::fs::write(&path, format!("y,note\n1,\"{lines}\"\n2,b\n")).unwrap();
        assert!(read_head(&path, &ImportConfig::default()).is_none());
    }
}

#[cfg(test)]
mod sample_tests {
    use super::*;

    #[test]
    fn every_sample_reads_with_its_target_and_length() {
        let expected = [
            (Sample::Airline, "Passengers", 144, 0, "1949-01", "1960-12"),
            (Sample::Sunspots, "Sunspots", 2820, 0, "1749-01", "1983-12"),
            (Sample::Temperatures, "Temp", 3652, 2, "1981-01-01", "1990-12-31"),
            (Sample::DampedSine, "value", 200, 0, "0", "199"),
        ];
        for (sample, target, slots, missing, first, last) in expected {
            let reading = sample.read().unwrap();
            let series = reading.target();
            assert_eq!(series.name, target);
            assert_eq!((series.len(), series.missing()), (slots, missing), "{target}");
            assert_eq!(series.span(), Some((first.to_owned(), last.to_owned())));
            assert_eq!(reading.ledger.rows_used, slots - missing);
            assert_eq!(Sample::from_name(sample.name()), Some(sample));
        }
        assert_eq!(Sample::from_name("nothing"), None);
    }

    #[test]
    fn the_damped_sine_is_its_formula_and_still_swings_where_it_is_held_out() {
        let mut state = 1_u32;
        let formula = (0..200).map(|row| {
            // The generator of the C standard's example (ISO/IEC 9899:2011, 7.22.2.2), in 31 bits.
            state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345) & 0x7fff_ffff;
            let noise = 0.08 * (f64::from(state) / 2_f64.powi(31) - 0.5);
            let row = f64::from(row);
            let swing = (std::f64::consts::TAU * row / 20.0).sin() * (-0.005 * row).exp();
            0.5 + 0.5 * swing + noise
        });
        let reading = Sample::DampedSine.read().unwrap();
        let values = &reading.target().values;
        for (row, (value, expected)) in values.iter().zip(formula).enumerate() {
            assert!((value - expected).abs() < 5.1e-5, "row {row}: {value}, not {expected}");
        }
        let last = &values[180..];
        let high = last.iter().copied().fold(f64::MIN, f64::max);
        let low = last.iter().copied().fold(f64::MAX, f64::min);
        assert!(high - low > 5.0 * 0.08, "the last period swings by {} only", high - low);
    }
}
