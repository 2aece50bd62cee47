//! What workbooks are packed in: a zip archive of parts (.xlsx, .xlsb, .ods), or a compound file of
//! streams (.xls).
//!
//! Of zip only what workbooks use: parts that are stored or deflated (APPNOTE.TXT 6.3.10 of PKWARE,
//! parts 4.3 and 4.5.3 for files over 4 GiB). What all parts unpack to together is bounded, whatever
//! the archive says of their sizes, and each is checked by its checksum. The streams of a compound file
//! are chained sectors (MS-CFB), walked at most once each, so that a chain in a circle ends.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::Read;

use encoding_rs::{Encoding, UTF_16LE};
use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use memchr::memmem;

use super::book::{BookError, u16_at, u32_at, u64_at};
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

/// First bytes of a compound file.
pub(super) const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
const HEADER_BYTES: usize = 512;
/// Entries of the table of sectors that the header itself lists.
const HEADER_TABLES: usize = 109;
const DIRECTORY_ENTRY_BYTES: usize = 128;
/// The first of the numbers that name no sector.
const NO_SECTOR: u32 = 0xffff_fffa;
const END_OF_CHAIN: u32 = 0xffff_fffe;
/// Type of the directory's first entry.
const ROOT: u8 = 5;
const SMALL_SECTOR_BYTES: usize = 64;

/// A compound file.
pub(super) struct Compound<'a> {
    sectors: Sectors<'a>,
    /// By sector, the next one of its chain.
    next: Vec<u32>,
    entries: Vec<StreamEntry>,
    small_next_start: u32,
    /// Streams shorter than this are made of small sectors.
    small_below: usize,
}

struct StreamEntry {
    name: String,
    start: u32,
    bytes: usize,
}

/// Bytes in sectors of one size.
#[derive(Clone, Copy)]
struct Sectors<'a> {
    bytes: &'a [u8],
    size: usize,
}

impl<'a> Sectors<'a> {
    fn count(&self) -> usize {
        self.bytes.len().div_ceil(self.size)
    }

    /// A sector; the last one of a file may be short.
    fn sector(&self, number: u32) -> Result<&'a [u8], BookError> {
        let start = usize::try_from(number).ok().and_then(|number| number.checked_mul(self.size));
        let rest = start.and_then(|start| self.bytes.get(start..)).unwrap_or_default();
        if rest.is_empty() {
            return Err(BookError::damaged(format!("its sector {number} is past its end")));
        }
        Ok(&rest[..rest.len().min(self.size)])
    }

    /// The first `most` bytes of the chain that begins with a sector.
    fn chain(&self, start: u32, next: &[u32], most: usize) -> Result<Vec<u8>, BookError> {
        let mut bytes = Vec::new();
        let mut number = start;
        let mut walked = 0;
        while number != END_OF_CHAIN && bytes.len() < most {
            let sector = self.sector(number)?;
            bytes.extend_from_slice(&sector[..sector.len().min(most - bytes.len())]);
            walked += 1;
            if walked > self.count() {
                return Err(BookError::damaged("a chain of its sectors runs in a circle"));
            }
            let following = usize::try_from(number).ok().and_then(|number| next.get(number));
            let lost = || BookError::damaged(format!("nothing follows its sector {number}"));
            number = *following.ok_or_else(lost)?;
        }
        Ok(bytes)
    }
}

impl<'a> Compound<'a> {
    /// The directory of a file.
    ///
    /// # Errors
    /// A file that is damaged.
    pub fn open(file: &'a [u8]) -> Result<Self, BookError> {
        let header = file.get(..HEADER_BYTES).ok_or_else(|| BookError::ends_in("its header"))?;
        let number = |at: usize| u32_at(header, at).unwrap_or(NO_SECTOR);
        let size = match u16_at(header, 30) {
            Some(9) => 512,
            Some(12) => 4096,
            _ => return Err(BookError::damaged("its sectors have an unusual size")),
        };
        let sectors = Sectors { bytes: file.get(size..).unwrap_or_default(), size };
        let next = next_sectors(sectors, header)?;
        let directory = sectors.chain(number(48), &next, usize::MAX)?;
        let is_small = size == 512;
        let entries = directory.chunks_exact(DIRECTORY_ENTRY_BYTES);
        Ok(Self {
            sectors,
            next,
            entries: entries.map(|entry| StreamEntry::read(entry, is_small)).collect(),
            small_next_start: number(60),
            small_below: usize::try_from(number(56)).unwrap_or(0),
        })
    }

    pub fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    fn entry(&self, name: &str) -> Option<&StreamEntry> {
        self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// The bytes of a stream; `None` where there is none of that name.
    ///
    /// # Errors
    /// A chain that is damaged.
    pub fn stream(&self, name: &str) -> Result<Option<Vec<u8>>, BookError> {
        let Some(entry) = self.entry(name) else { return Ok(None) };
        if entry.bytes >= self.small_below {
            return self.sectors.chain(entry.start, &self.next, entry.bytes).map(Some);
        }
        let Some(root) = self.entries.first() else { return Ok(None) };
        let small = self.sectors.chain(root.start, &self.next, root.bytes)?;
        let next = self.sectors.chain(self.small_next_start, &self.next, usize::MAX)?;
        let small = Sectors { bytes: &small, size: SMALL_SECTOR_BYTES };
        small.chain(entry.start, &numbers(&next), entry.bytes).map(Some)
    }
}

/// By sector, the next one of its chain: a table in sectors of its own, which the header lists, and
/// further lists after it.
fn next_sectors(sectors: Sectors<'_>, header: &[u8]) -> Result<Vec<u32>, BookError> {
    let mut tables: Vec<u32> = numbers(&header[HEADER_BYTES - 4 * HEADER_TABLES..]);
    let mut list = u32_at(header, 68).unwrap_or(END_OF_CHAIN);
    let mut lists = 0;
    while list < NO_SECTOR {
        lists += 1;
        if lists > sectors.count() {
            return Err(BookError::damaged("the list of its sectors runs in a circle"));
        }
        let mut more = numbers(sectors.sector(list)?);
        list = more.pop().unwrap_or(END_OF_CHAIN);
        tables.append(&mut more);
        // More tables than there are sectors say nothing.
        if tables.len() > sectors.count() + HEADER_TABLES {
            break;
        }
    }
    let mut next = Vec::new();
    for table in tables.into_iter().filter(|&table| table < NO_SECTOR) {
        if next.len() >= sectors.count() {
            break;
        }
        next.append(&mut numbers(sectors.sector(table)?));
    }
    Ok(next)
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks::<4>().0.iter().map(|number| u32::from_le_bytes(*number)).collect()
}

impl StreamEntry {
    fn read(entry: &[u8], is_small: bool) -> Self {
        let length = usize::from(u16_at(entry, 64).unwrap_or(0)).min(64);
        let name = UTF_16LE.decode_without_bom_handling(&entry[..length]).0;
        let name = name.trim_end_matches('\0').to_owned();
        let is_root = entry[66] == ROOT;
        let start = u32_at(entry, 116).unwrap_or(END_OF_CHAIN);
        let low = u64::from(u32_at(entry, 120).unwrap_or(0));
        let high = u64::from(u32_at(entry, 124).unwrap_or(0));
        // Files of small sectors may hold anything in the upper half.
        let bytes = if is_small { low } else { high << 32 | low };
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        Self { name: if is_root { String::new() } else { name }, start, bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with one stream of 4,096 bytes in nine sectors, of which the last is `last`'s next.
    fn file(links: impl Fn(u32) -> u32) -> Vec<u8> {
        let mut file = COMPOUND.to_vec();
        file.resize(512, 0);
        file[30] = 9;
        file[48..52].copy_from_slice(&1_u32.to_le_bytes());
        file[56..60].copy_from_slice(&4096_u32.to_le_bytes());
        file[60..64].copy_from_slice(&END_OF_CHAIN.to_le_bytes());
        file[68..72].copy_from_slice(&END_OF_CHAIN.to_le_bytes());
        file[76..512].fill(0xff);
        file[76..80].copy_from_slice(&0_u32.to_le_bytes());
        (0..128).for_each(|sector| file.extend(links(sector).to_le_bytes()));
        for (name, kind, start, bytes) in [("R", ROOT, END_OF_CHAIN, 0_u32), ("Book", 2, 2, 4096)] {
            let mut entry = vec![0; DIRECTORY_ENTRY_BYTES];
            for (at, letter) in name.encode_utf16().enumerate() {
                entry[2 * at..2 * at + 2].copy_from_slice(&letter.to_le_bytes());
            }
            entry[64] = u8::try_from(2 * name.len() + 2).unwrap();
            entry[66] = kind;
            entry[116..120].copy_from_slice(&start.to_le_bytes());
            entry[120..124].copy_from_slice(&bytes.to_le_bytes());
            file.extend(entry);
        }
        file.resize(512 * 3, 0);
        (0..8).for_each(|sector| file.extend([sector; 512]));
        file
    }

    fn straight(sector: u32) -> u32 {
        if (2..9).contains(&sector) { sector + 1 } else { END_OF_CHAIN }
    }

    #[test]
    fn a_stream_is_its_sectors_in_order() {
        let file = file(straight);
        let stream = Compound::open(&file).unwrap().stream("BOOK").unwrap().unwrap();
        assert_eq!((stream.len(), stream[0], stream[4095]), (4096, 0, 7));
        assert!(Compound::open(&file).unwrap().stream("Workbook").unwrap().is_none());
    }

    #[test]
    fn circles_and_sectors_past_the_end_are_refused() {
        let message = |file: &[u8]| {
            let found = Compound::open(file).and_then(|file| file.stream("Book"));
            found.unwrap_err().to_string()
        };
        let circle = file(|sector| if sector == 1 { 1 } else { straight(sector) });
        assert!(message(&circle).contains("runs in a circle"));
        let past = file(|sector| if sector == 4 { 400 } else { straight(sector) });
        assert!(message(&past).contains("sector 400 is past its end"));
        let mut listed = file(straight);
        listed[68..72].copy_from_slice(&0_u32.to_le_bytes());
        listed[1020..1024].copy_from_slice(&0_u32.to_le_bytes());
        // Its table of sectors is whole before the circle, which is left where it begins to repeat.
        let stream = Compound::open(&listed).unwrap().stream("Book").unwrap().unwrap();
        assert_eq!((stream.len(), stream[4095]), (4096, 7));
        assert!(message(&listed[..300]).contains("in the middle of its header"));
    }
}
