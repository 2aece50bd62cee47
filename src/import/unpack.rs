//! Compressed files to the bytes inside them: gzip (RFC 1952) and Zstandard (RFC 8878).
//!
//! How much comes out is bounded, so that no small file fills the memory: one of 10 MB takes no more
//! than 1 GB, however it was made.

use std::borrow::Cow;
use std::fmt;
use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::error::ImportError;
use super::progress::{Stage, Watch};

/// What a file is wrapped in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Packing {
    /// Nothing: the file is its text.
    #[default]
    None,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
    /// The sheet of that name in a workbook.
    Sheet(String),
    /// Parquet.
    Parquet,
}

/// The first bytes of gzip files.
const GZIP: &[u8] = b"\x1f\x8b";
/// The first bytes of Zstandard files.
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";
/// Most bytes that a file unpacks to.
const MOST_BYTES: u64 = 4 << 30;
/// A table of numbers shrinks to a fifth or so, one with much that repeats to a twentieth, one of a
/// single repeated row to a thousandth.
const MOST_GROWTH: u64 = 25;
/// Unpacked bytes between two questions whether to go on.
const BYTES_A_QUESTION: u64 = 4 << 20;
/// What may come out of even the smallest file.
const LEAST_LIMIT: u64 = 64 << 20;

impl fmt::Display for Packing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Gzip => f.write_str("gzip"),
            Self::Zstd => f.write_str("zstd"),
            Self::Parquet => f.write_str("Parquet"),
            Self::Sheet(name) => write!(f, "sheet {name}"),
        }
    }
}

/// Most bytes that a file of that size unpacks to.
pub(crate) fn most_unpacked(bytes: usize) -> u64 {
    (bytes as u64).saturating_mul(MOST_GROWTH).clamp(LEAST_LIMIT, MOST_BYTES)
}

/// Memory that a row takes while it is read, and each of its cells, in bytes; as measured.
const ROW_BYTES: u64 = 64;
const CELL_BYTES: u64 = 24;
/// What a table may take for each byte of its file, and files that are taken for longer than they are.
/// Of plain text no table takes more than two thirds of that, unless its rows are short of fields.
const TABLE_GROWTH: u64 = 64;
const LEAST_FILE: u64 = 10 << 20;

/// Checks that a table is not too large for a file of `bytes`: what is packed well, or left out of
/// short rows, can be a thousand times as large.
///
/// # Errors
/// A table that is.
pub(crate) fn check_table(
    file: &str,
    bytes: usize,
    rows: usize,
    width: usize,
) -> Result<(), ImportError> {
    let (rows, width) = (rows as u64, width as u64);
    let row = ROW_BYTES.saturating_add(CELL_BYTES.saturating_mul(width));
    let most = (bytes as u64).max(LEAST_FILE).saturating_mul(TABLE_GROWTH);
    if rows.saturating_mul(row) <= most {
        return Ok(());
    }
    let most = most / row;
    let what = format!(
        "its table has {rows} rows of {width} fields, and of a file of its size at most {most} such \
         rows are read"
    );
    Err(ImportError::TooLarge { file: file.to_owned(), what })
}

/// The bytes inside a file.
///
/// # Errors
/// A stream that is damaged or cut short, or that unpacks to more than is read; or an answer to stop.
pub(crate) fn unpack<'a>(
    file: &str,
    bytes: &'a [u8],
    watch: &Watch<'_>,
) -> Result<(Cow<'a, [u8]>, Packing), ImportError> {
    let mut rest = bytes;
    let (kind, packing, mut stream): (_, _, Box<dyn Read>) = if bytes.starts_with(GZIP) {
        ("gzip", Packing::Gzip, Box::new(MultiGzDecoder::new(&mut rest)))
    } else if bytes.starts_with(ZSTD) {
        let decoder = zstd::Decoder::with_buffer(&mut rest);
        let failed = |error| damaged(file, "zstd", &[], error);
        ("zstd", Packing::Zstd, Box::new(decoder.map_err(failed)?))
    } else {
        return Ok((Cow::Borrowed(bytes), Packing::None));
    };
    let most = most_unpacked(bytes.len());
    let mut unpacked = Vec::new();
    loop {
        // What a stream tells of its length before its end is not to be trusted.
        watch.tell(Stage::Loading, 0, 1)?;
        let read = stream.by_ref().take(BYTES_A_QUESTION).read_to_end(&mut unpacked);
        if read.map_err(|error| damaged(file, kind, &unpacked, error))? == 0 {
            return Ok((Cow::Owned(unpacked), packing));
        }
        if unpacked.len() as u64 > most {
            let what = format!("it unpacks to over {} MiB", most >> 20);
            return Err(ImportError::TooLarge { file: file.to_owned(), what });
        }
    }
}

fn damaged(file: &str, kind: &'static str, unpacked: &[u8], error: std::io::Error) -> ImportError {
    ImportError::Unpacking {
        file: file.to_owned(),
        kind,
        line: memchr::memchr_iter(b'\n', unpacked).count() + 1,
        message: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;
    use std::ops::ControlFlow;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 1).unwrap()
    }

    fn unpacked(bytes: &[u8]) -> Result<(Cow<'_, [u8]>, Packing), ImportError> {
        unpack("f", bytes, &Watch::new("f", &mut |_| ControlFlow::Continue(())))
    }

    #[test]
    fn both_kinds_unpack_member_by_member() {
        for (pack, packing) in
            [(gzip as fn(&[u8]) -> Vec<u8>, Packing::Gzip), (zstd, Packing::Zstd)]
        {
            let bytes = [pack(b"a,b\n1,2\n"), pack(b"3,4\n")].concat();
            let (unpacked, found) = unpacked(&bytes).unwrap();
            assert_eq!((&*unpacked, found), (&b"a,b\n1,2\n3,4\n"[..], packing));
        }
    }

    #[test]
    fn a_stream_that_is_cut_short_is_refused() {
        let text: Vec<u8> =
            (0..5000).flat_map(|i| format!("{i},{}\n", i * i).into_bytes()).collect();
        for pack in [gzip, zstd] {
            let packed = pack(&text);
            let message = unpacked(&packed[..packed.len() / 2]).unwrap_err().to_string();
            assert!(message.contains("damaged or was cut short"), "{message}");
        }
    }

    #[test]
    fn a_table_too_large_for_its_file_is_refused() {
        assert!(check_table("f", 95 << 20, 48_000, 2_795).is_ok());
        let refused = |bytes, rows| check_table("f", bytes, rows, 20_000).unwrap_err().to_string();
        let message = refused(5 << 20, 2_600_000);
        assert!(
            message.contains("2600000 rows of 20000 fields") && message.contains("most 1397 such")
        );
        assert!(refused(1 << 40, usize::MAX).contains("fields"));
    }

    #[test]
    fn a_bomb_is_refused() {
        let message = unpacked(&gzip(&vec![b'0'; 80 << 20])).unwrap_err().to_string();
        assert!(message.contains("unpacks to over 64 MiB"), "{message}");
    }
}
