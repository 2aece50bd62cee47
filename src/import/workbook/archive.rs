//! A zip archive and the parts inside it, unpacked as they are read.
//!
//! Only what workbooks use: parts that are stored or deflated (APPNOTE.TXT 6.3.10 of PKWARE, parts
//! 4.3 and 4.5.3 for files over 4 GiB). What all parts unpack to together is bounded, whatever the
//! archive says of their sizes, and each is checked by its checksum.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::Read;

use encoding_rs::Encoding;
use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use memchr::memmem;

use super::book_error::BookError;
use super::bytes::{u16_at, u32_at, u64_at};
use crate::import::progress::{Stage, Watch};

/// First bytes of a zip archive.
pub(super) const ZIP: &[u8] = b"PK\x03\x04";
const DIRECTORY_ENTRY: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const END_64_PLACE: &[u8] = b"PK\x06\x07";
const END_64: &[u8] = b"PK\x06\x06";
/// The last record, and the longest comment there may be behind it.
const LONGEST_END: usize = 22 + 65_535;
/// Bytes unpacked between two questions whether to go on.
const BYTES_A_QUESTION: u64 = 1 << 20;

/// The parts of an archive, by their names in small letters.
pub(super) struct Archive<'a, 'w> {
    bytes: &'a [u8],
    watch: &'a Watch<'w>,
    parts: HashMap<String, ZipEntry>,
    /// Bytes that may still be unpacked.
    left: Cell<u64>,
    most: u64,
}

/// What the archive says of a part.
#[derive(Debug, Clone, Copy)]
struct ZipEntry {
    start: u64,
    packed: u64,
    checksum: u32,
    method: u16,
    locked: bool,
}

impl<'a, 'w> Archive<'a, 'w> {
    /// The parts of an archive, which may unpack to `most` bytes together; `None` where it has no
    /// list of them.
    pub fn open(bytes: &'a [u8], most: u64, watch: &'a Watch<'w>) -> Option<Self> {
        let tail = bytes.len().saturating_sub(LONGEST_END);
        let end = tail + memmem::rfind(&bytes[tail..], END)?;
        let mut count = u64::from(u16_at(bytes, end + 10)?);
        let size = u64::from(u32_at(bytes, end + 12)?);
        let mut start = u64::from(u32_at(bytes, end + 16)?);
        // Where something stands before the archive, places are counted from the archive.
        let mut before = (end as u64).saturating_sub(size.saturating_add(start));
        if let Some(place) = end.checked_sub(20).filter(|&at| starts(bytes, at, END_64_PLACE)) {
            let record = usize::try_from(u64_at(bytes, place + 8)?).ok()?;
            if starts(bytes, record, END_64) {
                (count, start) = (u64_at(bytes, record + 32)?, u64_at(bytes, record + 48)?);
                before = 0;
            }
        }
        let mut parts = HashMap::new();
        let mut at = usize::try_from(start.checked_add(before)?).ok()?;
        for _ in 0..count {
            if !starts(bytes, at, DIRECTORY_ENTRY) {
                break;
            }
            let length = |at: usize| u16_at(bytes, at).map(usize::from);
            let (name, extra) = (length(at + 28)?, length(at + 30)?);
            let (name_at, comment) = (at + 46, length(at + 32)?);
            let entry = ZipEntry::read(bytes, at, name_at + name, extra, before)?;
            let written = String::from_utf8_lossy(bytes.get(name_at..name_at + name)?);
            parts.insert(key(&written), entry);
            at = name_at + name + extra + comment;
        }
        Some(Self { bytes, watch, parts, left: Cell::new(most), most })
    }

    pub fn has(&self, name: &str) -> bool {
        self.parts.contains_key(&key(name))
    }

    /// The bytes of a part; `None` where there is none of that name.
    ///
    /// # Errors
    /// A part that is locked, packed in an unusual way or damaged, or that unpacks to too much; or an
    /// answer to stop.
    pub fn part(&self, name: &str) -> Result<Option<Vec<u8>>, BookError> {
        let Some(entry) = self.parts.get(&key(name)) else { return Ok(None) };
        if entry.locked {
            return Err(BookError::Locked);
        }
        let damaged = |what: &str| BookError::damaged(format!("its part {name} {what}"));
        let packed = entry.bytes(self.bytes).ok_or_else(|| damaged("is not where it should be"))?;
        let mut stream: Box<dyn Read> = match entry.method {
            0 => Box::new(packed),
            8 => Box::new(DeflateDecoder::new(packed)),
            method => return Err(damaged(&format!("is packed by method {method}"))),
        };
        let mut bytes = Vec::new();
        loop {
            self.watch.tell(Stage::Loading, 0, 1)?;
            let read = stream.by_ref().take(BYTES_A_QUESTION).read_to_end(&mut bytes);
            let read = read.map_err(|error| damaged(&format!("cannot be unpacked: {error}")))?;
            if read == 0 {
                break;
            }
            let left = self.left.get().checked_sub(read as u64).ok_or_else(|| {
                BookError::TooLarge(format!("it unpacks to over {} MiB", self.most >> 20))
            })?;
            self.left.set(left);
        }
        let mut crc = Crc::new();
        crc.update(&bytes);
        if crc.sum() != entry.checksum {
            return Err(damaged("is damaged: its checksum does not match"));
        }
        Ok(Some(bytes))
    }

    /// A part that has to be there.
    ///
    /// # Errors
    /// As `part`, and a part that is missing.
    pub fn needed(&self, name: &str) -> Result<Vec<u8>, BookError> {
        self.part(name)?.ok_or_else(|| BookError::damaged(format!("its part {name} is missing")))
    }

    /// The text of a part: UTF-8 unless it begins with a mark of UTF-16. `None` where there is none of
    /// that name.
    ///
    /// # Errors
    /// As `part`, and a part that is no text.
    pub fn text(&self, name: &str) -> Result<Option<String>, BookError> {
        let Some(bytes) = self.part(name)? else { return Ok(None) };
        if let Some((encoding, _)) = Encoding::for_bom(&bytes) {
            return Ok(Some(encoding.decode_with_bom_removal(&bytes).0.into_owned()));
        }
        let text = String::from_utf8(bytes);
        text.map(Some).map_err(|_| BookError::damaged(format!("its part {name} is no text")))
    }

    /// The text of a part that has to be there.
    ///
    /// # Errors
    /// As `text`, and a part that is missing.
    pub fn needed_text(&self, name: &str) -> Result<String, BookError> {
        self.text(name)?.ok_or_else(|| BookError::damaged(format!("its part {name} is missing")))
    }
}

impl ZipEntry {
    /// What stands at `at` in the list; its extra fields stand at `extra_at`.
    fn read(bytes: &[u8], at: usize, extra_at: usize, extra: usize, before: u64) -> Option<Self> {
        let mut packed = u64::from(u32_at(bytes, at + 20)?);
        let mut start = u64::from(u32_at(bytes, at + 42)?);
        let unpacked = u32_at(bytes, at + 24)?;
        let mut rest = bytes.get(extra_at..extra_at + extra)?;
        while let (Some(kind), Some(length)) = (u16_at(rest, 0), u16_at(rest, 2)) {
            let field = rest.get(4..4 + usize::from(length)).unwrap_or_default();
            if kind == 1 {
                // Of three sizes, those that do not fit above.
                let mut at = if unpacked == u32::MAX { 8 } else { 0 };
                for size in [&mut packed, &mut start] {
                    if *size == u64::from(u32::MAX) {
                        *size = u64_at(field, at)?;
                        at += 8;
                    }
                }
            }
            rest = rest.get(4 + usize::from(length)..).unwrap_or_default();
        }
        let start = start.checked_add(before)?;
        let locked = u16_at(bytes, at + 8)? & 1 != 0;
        let (method, checksum) = (u16_at(bytes, at + 10)?, u32_at(bytes, at + 16)?);
        Some(Self { start, packed, checksum, method, locked })
    }

    fn bytes<'a>(&self, archive: &'a [u8]) -> Option<&'a [u8]> {
        let at = usize::try_from(self.start).ok().filter(|&at| starts(archive, at, ZIP))?;
        let length = |at: usize| u16_at(archive, at).map(usize::from);
        let start = at + 30 + length(at + 26)? + length(at + 28)?;
        archive.get(start..start.checked_add(usize::try_from(self.packed).ok()?)?)
    }
}

/// A name as it is looked up: some programs write it otherwise in one place than in the other.
fn key(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_lowercase()
}

fn starts(bytes: &[u8], at: usize, with: &[u8]) -> bool {
    bytes.get(at..).is_some_and(|rest| rest.starts_with(with))
}
