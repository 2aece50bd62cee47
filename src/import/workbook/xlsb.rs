//! Workbooks of Excel as binary records in a package, `.xlsb` (MS-XLSB), a cell at a time.

use std::collections::HashMap;

use encoding_rs::UTF_16LE;

use super::book::{BookError, ListedSheet, f64_at, u16_at, u32_at};
use super::cells::{DayZero, FilledCells, NumberKind, error_word, push_number, rk_number};
use super::container::Archive;
use super::package::{PackageBook, Shared, SheetList, SheetPart, relations};
use crate::import::records::Packed;

/// Types of records (MS-XLSB, 2.3.2).
mod record {
    pub(super) const ROW: u32 = 0;
    pub(super) const BLANK: u32 = 1;
    pub(super) const RK: u32 = 2;
    pub(super) const ERROR: u32 = 3;
    pub(super) const BOOL: u32 = 4;
    pub(super) const REAL: u32 = 5;
    pub(super) const TEXT: u32 = 6;
    pub(super) const SHARED_TEXT: u32 = 7;
    pub(super) const FORMULA_TEXT: u32 = 8;
    pub(super) const FORMULA_NUMBER: u32 = 9;
    pub(super) const FORMULA_BOOL: u32 = 10;
    pub(super) const FORMULA_ERROR: u32 = 11;
    /// From here, the first seven again without a column: they stand behind the cell before.
    pub(super) const SHORT: u32 = 12;
    pub(super) const LAST_SHORT: u32 = 18;
    pub(super) const SST_ITEM: u32 = 19;
    pub(super) const FORMAT: u32 = 44;
    pub(super) const XF: u32 = 47;
    pub(super) const RICH_TEXT: u32 = 62;
    pub(super) const SHEET_DATA_END: u32 = 146;
    pub(super) const WORKBOOK: u32 = 153;
    pub(super) const SHEET: u32 = 156;
    pub(super) const CELL_XFS: u32 = 617;
    pub(super) const CELL_XFS_END: u32 = 618;
}

/// The workbook whose sheets the part of that name lists.
///
/// # Errors
/// A list that is damaged.
pub(super) fn open<'a, 'w>(
    archive: &'a Archive<'a, 'w>,
    part: &str,
) -> Result<PackageBook<'a, 'w>, BookError> {
    let relations = relations(archive, part)?;
    let mut book = PackageBook::new(archive, part, &relations, "bin");
    let mut list = SheetList::new(&relations);
    let bytes = archive.needed(part)?;
    let mut records = XlsbRecords::new(&bytes, part);
    while let Some(kind) = records.next()? {
        match kind {
            record::WORKBOOK if records.u32(0)? & 1 != 0 => book.zero = DayZero::Of1904,
            // A sheet without a part has no id: 0xFFFFFFFF letters.
            record::SHEET if records.u32(8)? != u32::MAX => {
                let is_hidden = records.u32(0)? != 0;
                let (id, end) = records.text(8)?;
                let (name, _) = records.text(end)?;
                list.add(ListedSheet { name, is_hidden }, &id)?;
            }
            _ => {}
        }
    }
    book.sheets = list.sheets;
    Ok(book)
}

/// The cells of a sheet.
///
/// # Errors
/// A sheet that is damaged or too large; or an answer to stop.
pub(super) fn read(
    book: &PackageBook<'_, '_>,
    sheet: &SheetPart,
    grid: &mut FilledCells<'_, '_>,
) -> Result<(), BookError> {
    let shared = book.shared(|book| {
        let texts = texts(book.archive, &book.texts)?;
        Ok(Shared { texts, kinds: kinds(book.archive, &book.styles)? })
    })?;
    let bytes = book.archive.needed(&sheet.part)?;
    let mut records = XlsbRecords::new(&bytes, &sheet.part);
    let cells = XlsbCells { shared, zero: book.zero };
    let (mut row, mut column) = (0, 0);
    let mut value = String::new();
    loop {
        let Some(kind) = records.next()? else { return Err(BookError::ends_in("its rows")) };
        let is_short = (record::SHORT..=record::LAST_SHORT).contains(&kind);
        let first = if is_short { 0 } else { 4 };
        match kind {
            record::ROW => row = u64::from(records.u32(0)?),
            record::SHEET_DATA_END => return Ok(()),
            _ => {
                value.clear();
                let kind = if is_short { kind - record::SHORT + record::BLANK } else { kind };
                if !cells.write(kind, &records, first, &mut value)? {
                    continue;
                }
                column = if is_short { column + 1 } else { u64::from(records.u32(0)?) };
                grid.put(row, column, &value)?;
            }
        }
    }
}

/// What a sheet's cells refer to.
struct XlsbCells<'b> {
    shared: &'b Shared,
    zero: DayZero,
}

impl XlsbCells<'_> {
    /// Adds what the cell in a record shows, whose style stands at `at`; whether it is a cell.
    fn write(
        &self,
        kind: u32,
        records: &XlsbRecords<'_>,
        at: usize,
        value: &mut String,
    ) -> Result<bool, BookError> {
        match kind {
            record::BLANK => {}
            record::RK | record::REAL | record::FORMULA_NUMBER => {
                let number = match kind {
                    record::RK => rk_number(records.u32(at + 4)?),
                    _ => f64_at(records.body, at + 4).ok_or_else(|| records.short())?,
                };
                let style = usize::try_from(records.u32(at)? & 0x00ff_ffff).ok();
                push_number(number, self.shared.kind(style), self.zero, value);
            }
            record::ERROR | record::FORMULA_ERROR => {
                value.push_str(error_word(records.u8(at + 4)?));
            }
            record::BOOL | record::FORMULA_BOOL => {
                value.push_str(if records.u8(at + 4)? == 0 { "FALSE" } else { "TRUE" });
            }
            record::TEXT | record::FORMULA_TEXT => *value = records.text(at + 4)?.0,
            record::RICH_TEXT => *value = records.text(at + 5)?.0,
            record::SHARED_TEXT => {
                let number = records.u32(at + 4)?;
                value.push_str(self.shared.text(usize::try_from(number).ok(), number)?);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn texts(archive: &Archive<'_, '_>, part: &str) -> Result<Packed, BookError> {
    let mut texts = Packed::default();
    let Some(bytes) = archive.part(part)? else { return Ok(texts) };
    let mut records = XlsbRecords::new(&bytes, part);
    while let Some(kind) = records.next()? {
        if kind == record::SST_ITEM {
            texts.push(&records.text(1)?.0);
        }
    }
    Ok(texts)
}

/// By style, what a number is shown as.
fn kinds(archive: &Archive<'_, '_>, part: &str) -> Result<Vec<NumberKind>, BookError> {
    let (mut kinds, mut formats) = (Vec::new(), HashMap::new());
    let Some(bytes) = archive.part(part)? else { return Ok(kinds) };
    let mut records = XlsbRecords::new(&bytes, part);
    let mut is_in_cells = false;
    while let Some(kind) = records.next()? {
        match kind {
            record::FORMAT => {
                let code = NumberKind::of_code(&records.text(2)?.0);
                formats.insert(records.u16(0)?, code);
            }
            record::CELL_XFS => is_in_cells = true,
            record::CELL_XFS_END => is_in_cells = false,
            record::XF if is_in_cells => {
                let format = records.u16(2)?;
                let built_in = NumberKind::of_built_in(u32::from(format));
                kinds.push(formats.get(&format).copied().unwrap_or(built_in));
            }
            _ => {}
        }
    }
    Ok(kinds)
}

/// The records of a part, one after another.
struct XlsbRecords<'a> {
    rest: &'a [u8],
    name: &'a str,
    /// What the record that was read last holds.
    body: &'a [u8],
}

impl<'a> XlsbRecords<'a> {
    const fn new(bytes: &'a [u8], name: &'a str) -> Self {
        Self { rest: bytes, name, body: &[] }
    }

    /// Reads the next record and gives its type; `None` at the end of the part.
    fn next(&mut self) -> Result<Option<u32>, BookError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let kind = self.number(2)?;
        let length = usize::try_from(self.number(4)?).unwrap_or(usize::MAX);
        let (body, rest) = self.rest.split_at_checked(length).ok_or_else(|| self.short())?;
        (self.body, self.rest) = (body, rest);
        Ok(Some(kind))
    }

    /// A number in up to `most` bytes, seven bits each.
    fn number(&mut self, most: u32) -> Result<u32, BookError> {
        let mut number = 0;
        for place in 0..most {
            let (&byte, rest) = self.rest.split_first().ok_or_else(|| self.short())?;
            self.rest = rest;
            number |= u32::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 {
                break;
            }
        }
        Ok(number)
    }

    fn short(&self) -> BookError {
        BookError::ends_in(format!("a record of its part {}", self.name))
    }

    fn u8(&self, at: usize) -> Result<u8, BookError> {
        self.body.get(at).copied().ok_or_else(|| self.short())
    }

    fn u16(&self, at: usize) -> Result<u16, BookError> {
        u16_at(self.body, at).ok_or_else(|| self.short())
    }

    fn u32(&self, at: usize) -> Result<u32, BookError> {
        u32_at(self.body, at).ok_or_else(|| self.short())
    }

    /// A text with its length before it, and where it ends.
    fn text(&self, at: usize) -> Result<(String, usize), BookError> {
        let bytes = usize::try_from(self.u32(at)?).ok().and_then(|letters| letters.checked_mul(2));
        let end = bytes.and_then(|bytes| (at + 4).checked_add(bytes));
        let end = end.ok_or_else(|| self.short())?;
        let text = self.body.get(at + 4..end).ok_or_else(|| self.short())?;
        Ok((UTF_16LE.decode_without_bom_handling(text).0.into_owned(), end))
    }
}
