//! A compound file, in which old workbooks are (MS-CFB): streams made of chained sectors.
//!
//! Sectors are walked at most once each, so that a chain that runs in a circle ends.

use encoding_rs::UTF_16LE;

use super::book_error::BookError;
use super::bytes::{u16_at, u32_at};

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
