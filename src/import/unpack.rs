//! Compressed files to the bytes inside them: gzip (RFC 1952) and Zstandard (RFC 8878).
//!
//! How much comes out is bounded, so that no small file fills the memory.

use std::borrow::Cow;
use std::fmt;
use std::io::Read;

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;

use super::error::ImportError;

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
}

/// The first bytes of gzip files.
const GZIP: &[u8] = b"\x1f\x8b";
/// The first bytes of Zstandard files.
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";
/// Most bytes that a file unpacks to.
const MOST_BYTES: u64 = 4 << 30;
/// A table of numbers shrinks to a fifth or so, one of a single repeated row to a thousandth.
const MOST_GROWTH: u64 = 250;
/// What may come out of even the smallest file.
const LEAST_LIMIT: u64 = 64 << 20;

impl fmt::Display for Packing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Gzip => f.write_str("gzip"),
            Self::Zstd => f.write_str("zstd"),
            Self::Sheet(name) => write!(f, "sheet {name}"),
        }
    }
}

/// The bytes inside a file.
///
/// # Errors
/// A stream that is damaged or cut short, or that unpacks to more than is read.
pub(crate) fn unpack<'a>(
    file: &str,
    bytes: &'a [u8],
) -> Result<(Cow<'a, [u8]>, Packing), ImportError> {
    let most = (bytes.len() as u64).saturating_mul(MOST_GROWTH).clamp(LEAST_LIMIT, MOST_BYTES);
    let (unpacked, packing) = if bytes.starts_with(GZIP) {
        let mut unpacked = Vec::new();
        let read = MultiGzDecoder::new(bytes).take(most + 1).read_to_end(&mut unpacked);
        (
            finished(file, "gzip", read.map(drop).map_err(|error| error.to_string()), unpacked)?,
            Packing::Gzip,
        )
    } else if bytes.starts_with(ZSTD) {
        let mut unpacked = Vec::new();
        let read = unpack_zstd(bytes, most + 1, &mut unpacked);
        (finished(file, "zstd", read, unpacked)?, Packing::Zstd)
    } else {
        return Ok((Cow::Borrowed(bytes), Packing::None));
    };
    if unpacked.len() as u64 > most {
        let what = format!("it unpacks to over {} MiB", most >> 20);
        return Err(ImportError::TooLarge { file: file.to_owned(), what });
    }
    Ok((Cow::Owned(unpacked), packing))
}

fn finished(
    file: &str,
    kind: &'static str,
    read: Result<(), String>,
    unpacked: Vec<u8>,
) -> Result<Vec<u8>, ImportError> {
    match read {
        Ok(()) => Ok(unpacked),
        Err(message) => Err(ImportError::Unpacking {
            file: file.to_owned(),
            kind,
            line: memchr::memchr_iter(b'\n', &unpacked).count() + 1,
            message,
        }),
    }
}

/// Unpacks one frame after another, up to `most` bytes.
fn unpack_zstd(mut bytes: &[u8], most: u64, unpacked: &mut Vec<u8>) -> Result<(), String> {
    while !bytes.is_empty() && (unpacked.len() as u64) < most {
        let mut frame = StreamingDecoder::new(&mut bytes).map_err(|error| error.to_string())?;
        let left = most - unpacked.len() as u64;
        (&mut frame).take(left).read_to_end(unpacked).map_err(|error| error.to_string())?;
        let (_, decoder) = frame.into_parts();
        let written = decoder.get_checksum_from_data();
        if written.is_some()
            && decoder.is_finished()
            && written != decoder.get_calculated_checksum()
        {
            return Err("its checksum is wrong".to_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        use ruzstd::encoding::{CompressionLevel, compress_to_vec};
        compress_to_vec(bytes, CompressionLevel::Fastest)
    }

    #[test]
    fn both_kinds_unpack_member_by_member() {
        for (pack, packing) in
            [(gzip as fn(&[u8]) -> Vec<u8>, Packing::Gzip), (zstd, Packing::Zstd)]
        {
            let bytes = [pack(b"a,b\n1,2\n"), pack(b"3,4\n")].concat();
            let (unpacked, found) = unpack("f", &bytes).unwrap();
            assert_eq!((&*unpacked, found), (&b"a,b\n1,2\n3,4\n"[..], packing));
        }
    }

    #[test]
    fn a_stream_that_is_cut_short_is_refused() {
        let text: Vec<u8> =
            (0..5000).flat_map(|i| format!("{i},{}\n", i * i).into_bytes()).collect();
        for pack in [gzip, zstd] {
            let packed = pack(&text);
            let message = unpack("f", &packed[..packed.len() / 2]).unwrap_err().to_string();
            assert!(message.contains("damaged or was cut short"), "{message}");
        }
    }

    #[test]
    fn a_bomb_is_refused() {
        let message = unpack("f", &gzip(&vec![b'0'; 80 << 20])).unwrap_err().to_string();
        assert!(message.contains("unpacks to over 64 MiB"), "{message}");
    }
}
