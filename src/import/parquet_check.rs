//! A look at a Parquet file before the library reads it: what it would take on trust.
//!
//! The library takes memory for as many columns, and unpacks pages to as many bytes, as the file says,
//! and reads a schema by calling itself for every group inside of a group.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use parquet::basic::Compression;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};

/// What stands behind the metadata: their length and the name of the format.
const TAIL_BYTES: usize = 8;
/// Groups inside of groups of a schema that is read.
const DEEPEST_SCHEMA: usize = 64;

/// What is wrong with a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It contradicts itself.
    Damaged(&'static str),
    /// It unpacks to more than is read.
    TooLarge,
}

/// Checks that the schema has as many columns as it says, and is not nested without end.
///
/// # Errors
/// A schema that the library would not survive.
pub(crate) fn check_schema(bytes: &[u8]) -> Result<(), Flaw> {
    let Some(metadata) = metadata(bytes) else {
        return Ok(()); // The library says what is wrong with it.
    };
    match open_groups(metadata) {
        Some(depth) if depth <= DEEPEST_SCHEMA => Ok(()),
        Some(_) => Err(Flaw::Damaged("its schema is nested too deep")),
        None => Err(Flaw::Damaged("its schema is not one")),
    }
}

fn metadata(bytes: &[u8]) -> Option<&[u8]> {
    let end = bytes.len().checked_sub(TAIL_BYTES)?;
    let length = u32::from_le_bytes(bytes.get(end..end + 4)?.try_into().ok()?);
    bytes.get(end.checked_sub(usize::try_from(length).ok()?)?..end)
}

/// How deep groups stand inside of groups; `None` for what is no schema.
fn open_groups(metadata: &[u8]) -> Option<usize> {
    let mut thrift = Thrift::new(metadata);
    let mut last = 0;
    loop {
        let (kind, number) = thrift.field(last)?;
        match (kind, number) {
            (0, _) => return None,
            (kind::LIST, 2) => break,
            (kind, number) => {
                thrift.skip(kind)?;
                last = number;
            }
        }
    }
    let (_, elements) = thrift.list()?;
    // Children still to come of each group that is open.
    let mut open: Vec<u64> = Vec::new();
    let mut deepest = 0;
    for before in 0..elements {
        let children = children(&mut thrift)?;
        while open.last() == Some(&0) {
            open.pop();
        }
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        if children > elements - before {
            return None;
        }
        if children > 0 {
            open.push(children);
        }
        deepest = deepest.max(open.len());
        if deepest > DEEPEST_SCHEMA {
            break;
        }
    }
    Some(deepest)
}

/// How many children an element of a schema says it has.
fn children(thrift: &mut Thrift<'_>) -> Option<u64> {
    let (mut last, mut children) = (0, 0);
    loop {
        let (kind, number) = thrift.field(last)?;
        match (kind, number) {
            (0, _) => return Some(children),
            (kind::I32, 5) => children = u64::try_from(thrift.number()?).ok()?,
            (kind, _) => thrift.skip(kind)?,
        }
        last = number;
    }
}

/// Checks that all pages together unpack to `most` bytes or fewer, and each to what it says.
///
/// # Errors
/// Pages that unpack to more, or that are not where they should be.
pub(crate) fn check_pages(bytes: &[u8], metadata: &ParquetMetaData, most: u64) -> Result<(), Flaw> {
    let mut all = 0_u64;
    for chunk in metadata.row_groups().iter().flat_map(RowGroupMetaData::columns) {
        all = all.saturating_add(unpacked(bytes, chunk)?);
        if all > most {
            return Err(Flaw::TooLarge);
        }
    }
    Ok(())
}

/// Bytes that the pages of a column unpack to.
fn unpacked(bytes: &[u8], chunk: &ColumnChunkMetaData) -> Result<u64, Flaw> {
    let lost = Flaw::Damaged("a column is not where it should be");
    let start = chunk.dictionary_page_offset().unwrap_or_else(|| chunk.data_page_offset());
    let place = |at: i64| usize::try_from(at).ok();
    let part = || {
        let start = place(start)?;
        bytes.get(start..start.checked_add(place(chunk.compressed_size())?)?)
    };
    let Some(mut rest) = part() else { return Err(lost) };
    let mut all = 0_u64;
    while !rest.is_empty() {
        let page = Page::read(rest).ok_or(Flaw::Damaged("a page is not where it should be"))?;
        let packed = &rest[page.packed..page.end];
        if matches!(chunk.compression(), Compression::GZIP(_)) {
            // Of all kinds of packing only this one is unpacked further than the page says.
            let mut unpacking = MultiGzDecoder::new(packed).take(page.unpacked + 1);
            let read = std::io::copy(&mut unpacking, &mut std::io::sink());
            if read.is_ok_and(|read| read > page.unpacked) {
                return Err(Flaw::Damaged("a page unpacks to more than it says"));
            }
        }
        all = all.saturating_add(page.unpacked);
        rest = &rest[page.end..];
    }
    Ok(all)
}

/// A page, by what its head says.
struct Page {
    /// Where what is packed begins and ends.
    packed: usize,
    end: usize,
    /// Bytes that the page unpacks to.
    unpacked: u64,
}

impl Page {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut thrift = Thrift::new(bytes);
        let (mut last, mut unpacked, mut size, mut levels) = (0, None, None, 0);
        loop {
            let (kind, number) = thrift.field(last)?;
            match (kind, number) {
                (0, _) => break,
                (kind::I32, 2) => unpacked = u64::try_from(thrift.number()?).ok(),
                (kind::I32, 3) => size = usize::try_from(thrift.number()?).ok(),
                (kind::STRUCT, 8) => levels = level_bytes(&mut thrift)?,
                (kind, _) => thrift.skip(kind)?,
            }
            last = number;
        }
        let head = thrift.at();
        let end = head.checked_add(size?).filter(|&end| end <= bytes.len())?;
        let packed = head.checked_add(levels)?.min(end);
        Some(Self { packed, end, unpacked: unpacked? })
    }
}

/// Bytes at the start of a page of the second version that are never packed.
fn level_bytes(thrift: &mut Thrift<'_>) -> Option<usize> {
    let (mut last, mut bytes) = (0, 0_usize);
    loop {
        let (kind, number) = thrift.field(last)?;
        match (kind, number) {
            (0, _) => return Some(bytes),
            (kind::I32, 5 | 6) => {
                bytes = bytes.checked_add(usize::try_from(thrift.number()?).ok()?)?;
            }
            (kind, _) => thrift.skip(kind)?,
        }
        last = number;
    }
}

/// Types of fields.
pub(crate) mod kind {
    pub(crate) const TRUE: u8 = 1;
    pub(crate) const FALSE: u8 = 2;
    pub(crate) const BYTE: u8 = 3;
    pub(crate) const I16: u8 = 4;
    pub(crate) const I32: u8 = 5;
    pub(crate) const I64: u8 = 6;
    pub(crate) const DOUBLE: u8 = 7;
    pub(crate) const BINARY: u8 = 8;
    pub(crate) const LIST: u8 = 9;
    pub(crate) const SET: u8 = 10;
    pub(crate) const MAP: u8 = 11;
    pub(crate) const STRUCT: u8 = 12;
}

/// Structures inside of structures that are passed over; Parquet has four or five.
const DEEPEST: usize = 32;

/// Bytes that are read as Thrift. Every answer is `None` where they are none.
pub(crate) struct Thrift<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Thrift<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Bytes read so far.
    pub const fn at(&self) -> usize {
        self.at
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn advance(&mut self, bytes: u64) -> Option<()> {
        let end = self.at.checked_add(usize::try_from(bytes).ok()?)?;
        (end <= self.bytes.len()).then(|| self.at = end)
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut number = 0;
        for place in 0..10 {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// A whole number.
    pub fn number(&mut self) -> Option<i64> {
        let number = self.unsigned()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// The next field of a structure, by its type and number; the type is 0 at the structure's end.
    pub fn field(&mut self, last: i64) -> Option<(u8, i64)> {
        let head = self.byte()?;
        let kind = head & 0x0f;
        let step = i64::from(head >> 4);
        if kind == 0 {
            return Some((0, last));
        }
        let number = if step == 0 { self.number()? } else { last.checked_add(step)? };
        Some((kind, number))
    }

    /// The type and number of a list's items.
    pub fn list(&mut self) -> Option<(u8, u64)> {
        let head = self.byte()?;
        let short = u64::from(head >> 4);
        let count = if short == 15 { self.unsigned()? } else { short };
        Some((head & 0x0f, count))
    }

    /// Passes over a value.
    pub fn skip(&mut self, kind: u8) -> Option<()> {
        self.skip_inside(kind, 0, false)
    }

    fn skip_inside(&mut self, kind: u8, depth: usize, is_item: bool) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        match kind {
            kind::TRUE | kind::FALSE if is_item => self.advance(1),
            kind::TRUE | kind::FALSE => Some(()),
            kind::BYTE => self.advance(1),
            kind::I16 | kind::I32 | kind::I64 => self.unsigned().map(drop),
            kind::DOUBLE => self.advance(8),
            kind::BINARY => {
                let length = self.unsigned()?;
                self.advance(length)
            }
            kind::LIST | kind::SET => {
                let (kind, count) = self.list()?;
                (0..count).try_for_each(|_| self.skip_inside(kind, depth + 1, true))
            }
            kind::MAP => {
                let count = self.unsigned()?;
                let kinds = if count == 0 { 0 } else { self.byte()? };
                (0..count).try_for_each(|_| {
                    self.skip_inside(kinds >> 4, depth + 1, true)?;
                    self.skip_inside(kinds & 0x0f, depth + 1, true)
                })
            }
            kind::STRUCT => {
                let mut last = 0;
                loop {
                    let (kind, number) = self.field(last)?;
                    if kind == 0 {
                        return Some(());
                    }
                    last = number;
                    self.skip_inside(kind, depth + 1, false)?;
                }
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The metadata of a file with these elements, by how many children each says it has.
    fn file(children: &[u8]) -> Vec<u8> {
        let mut metadata = vec![0x15, 2, 0x19, 0xfc];
        metadata.push(u8::try_from(children.len()).unwrap());
        for &children in children {
            metadata.extend([0x55, children * 2, 0]);
        }
        metadata.push(0);
        let length = u32::try_from(metadata.len()).unwrap().to_le_bytes();
        [&metadata[..], &length, b"PAR1"].concat()
    }

    #[test]
    fn a_schema_has_the_children_it_says() {
        assert_eq!(check_schema(&file(&[2, 0, 1, 0])), Ok(()));
        assert_eq!(check_schema(&file(&[2, 60])), Err(Flaw::Damaged("its schema is not one")));
        let deep = Flaw::Damaged("its schema is nested too deep");
        assert_eq!(check_schema(&file(&[1; 100])), Err(deep));
        assert_eq!(check_schema(b"PAR1"), Ok(()));
    }
}

#[cfg(test)]
mod thrift_tests {
    use super::*;

    #[test]
    fn fields_are_found_and_passed_over() {
        // 1: -3, 2: "ab", 4: [true, false], 20: {1: 7}, end.
        let bytes = [0x15, 5, 0x18, 2, b'a', b'b', 0x29, 0x21, 1, 2, 0x0c, 40, 0x15, 14, 0, 0];
        let mut thrift = Thrift::new(&bytes);
        let (mut found, mut last) = (Vec::new(), 0);
        while let Some((kind, number)) = thrift.field(last).filter(|(kind, _)| *kind != 0) {
            last = number;
            found.push(number);
            thrift.skip(kind).unwrap();
        }
        assert_eq!((found.as_slice(), thrift.at()), (&[1, 2, 4, 20][..], bytes.len()));
        assert_eq!(Thrift::new(&[5]).number(), Some(-3));
    }

    #[test]
    fn what_is_too_deep_or_too_long_is_none() {
        assert!(Thrift::new(&[0x1c; 999]).skip(kind::STRUCT).is_none());
        assert!(Thrift::new(&[0xff, 0xff, 0xff, 0x7f]).skip(kind::BINARY).is_none());
        assert!(Thrift::new(&[0xff; 99]).skip(kind::I64).is_none());
        assert!(
            Thrift::new(&[0xf3, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]).skip(kind::LIST).is_none()
        );
    }
}
