//! Workbooks of Excel before 2007, `.xls` (MS-XLS; BIFF 5 and 8), a cell at a time.

use std::collections::HashMap;

use super::book::{BookError, ListedSheet, f64_at, u16_at, u32_at};
use super::cells::{DayZero, FilledCells, NumberKind, error_word, push_number, rk_number};
use super::container::Compound;
use super::xls_text::{Letters, Pieces};
use crate::import::records::Packed;

/// Types of records (MS-XLS, 2.3).
mod record {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const END: u16 = 0x000a;
    pub(super) const DATE_MODE: u16 = 0x0022;
    pub(super) const FILE_PASS: u16 = 0x002f;
    pub(super) const CONTINUE: u16 = 0x003c;
    pub(super) const CODE_PAGE: u16 = 0x0042;
    pub(super) const SHEET: u16 = 0x0085;
    pub(super) const RK_ROW: u16 = 0x00bd;
    pub(super) const RICH_TEXT: u16 = 0x00d6;
    pub(super) const XF: u16 = 0x00e0;
    pub(super) const SHARED_TEXTS: u16 = 0x00fc;
    pub(super) const SHARED_TEXT: u16 = 0x00fd;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const TEXT: u16 = 0x0204;
    pub(super) const BOOL_OR_ERROR: u16 = 0x0205;
    pub(super) const FORMULA_TEXT: u16 = 0x0207;
    pub(super) const RK: u16 = 0x027e;
    pub(super) const FORMAT: u16 = 0x041e;
    pub(super) const BEGIN: u16 = 0x0809;
}

/// A sheet: how it is listed, and where its records begin.
pub(super) struct SheetPlace {
    pub listed: ListedSheet,
    start: usize,
}

/// What all sheets of a workbook share.
pub(super) struct Xls {
    stream: Vec<u8>,
    pub sheets: Vec<SheetPlace>,
    texts: Packed,
    kinds: Vec<NumberKind>,
    zero: DayZero,
    letters: Letters,
}

impl Xls {
    /// The list of sheets, and what they share; `None` where the file holds no workbook.
    ///
    /// # Errors
    /// A workbook that is damaged or locked.
    pub fn open(file: &[u8]) -> Result<Option<Self>, BookError> {
        let compound = Compound::open(file)?;
        if compound.has("EncryptedPackage") {
            return Err(BookError::Locked);
        }
        let stream = match compound.stream("Workbook")? {
            Some(stream) => Some(stream),
            None => compound.stream("Book")?,
        };
        let Some(stream) = stream else { return Ok(None) };
        let mut book = Self {
            stream: Vec::new(),
            sheets: Vec::new(),
            texts: Packed::default(),
            kinds: Vec::new(),
            zero: DayZero::Of1900,
            letters: Letters::default(),
        };
        let (mut formats, mut styles) = (HashMap::new(), Vec::new());
        let mut records = XlsRecords::new(&stream);
        while let Some(record) = records.next()? {
            match record.kind {
                record::END => break,
                record::BEGIN => book.letters.is_unicode = record.u16(0)? != 0x0500,
                record::FILE_PASS => return Err(BookError::Locked),
                record::CODE_PAGE => book.letters.set_page(record.u16(0)?),
                record::DATE_MODE if record.u16(0)? == 1 => book.zero = DayZero::Of1904,
                record::SHEET => book.sheets.extend(book.letters.sheet(&record)?),
                record::FORMAT => {
                    let code = book.letters.format(record.body.get(2..).unwrap_or_default())?;
                    formats.insert(record.u16(0)?, NumberKind::of_code(&code));
                }
                record::XF => styles.push(record.u16(2)?),
                record::SHARED_TEXTS => {
                    book.texts = Pieces::new(records.with_continued(&record)?).shared_texts()?;
                }
                _ => {}
            }
        }
        book.kinds = styles
            .into_iter()
            .map(|format| {
                let built_in = NumberKind::of_built_in(u32::from(format));
                formats.get(&format).copied().unwrap_or(built_in)
            })
            .collect();
        book.stream = stream;
        Ok(Some(book))
    }

    /// The cells of a sheet.
    ///
    /// # Errors
    /// A sheet that is damaged or too large; or an answer to stop.
    pub fn read(
        &self,
        sheet: &SheetPlace,
        grid: &mut FilledCells<'_, '_>,
    ) -> Result<(), BookError> {
        let lost = || BookError::damaged("it is not where it should be");
        let mut records = XlsRecords::new(self.stream.get(sheet.start..).ok_or_else(lost)?);
        // Charts inside of a sheet have cells of their own.
        let mut depth = 0_u64;
        let mut formula = None;
        let mut value = String::new();
        while let Some(record) = records.next()? {
            match record.kind {
                record::BEGIN => depth += 1,
                record::END if depth > 1 => depth -= 1,
                record::END => return Ok(()),
                _ if depth > 1 => {}
                record::RK_ROW => self.read_row(&record, &mut value, grid)?,
                record::FORMULA_TEXT => {
                    if let Some((row, column)) = formula.take() {
                        let mut pieces = Pieces::new(records.with_continued(&record)?);
                        grid.put(row, column, &pieces.text(&self.letters)?)?;
                    }
                }
                kind => {
                    value.clear();
                    if !self.write(kind, &record, &mut value)? {
                        continue;
                    }
                    let place = (u64::from(record.u16(0)?), u64::from(record.u16(2)?));
                    formula = (kind == record::FORMULA).then_some(place);
                    grid.put(place.0, place.1, &value)?;
                }
            }
        }
        Err(BookError::ends_in("its rows"))
    }

    /// Adds what a cell shows; whether the record is a cell.
    fn write(
        &self,
        kind: u16,
        record: &XlsRecord<'_>,
        value: &mut String,
    ) -> Result<bool, BookError> {
        match kind {
            record::RK => self.write_number(rk_number(record.u32(6)?), record.u16(4)?, value),
            record::TEXT | record::RICH_TEXT => {
                *value = self.letters.text(record.body.get(6..).unwrap_or_default())?;
            }
            record::BOOL_OR_ERROR => {
                push_bool_or_error(record.u8(6)?, record.u8(7)? != 0, value);
            }
            record::SHARED_TEXT => {
                let number = record.u32(6)?;
                let at = usize::try_from(number).ok().filter(|&at| at < self.texts.len());
                let lost =
                    || BookError::damaged(format!("it has no shared text of number {number}"));
                value.push_str(self.texts.cell(at.ok_or_else(lost)?));
            }
            // What it came to last: a number, or a kind and two bytes between 0xFF.
            record::FORMULA if record.u16(12)? == u16::MAX => match record.u8(6)? {
                1 => push_bool_or_error(record.u8(8)?, false, value),
                2 => push_bool_or_error(record.u8(8)?, true, value),
                _ => {}
            },
            record::NUMBER | record::FORMULA => {
                self.write_number(record.f64(6)?, record.u16(4)?, value);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn write_number(&self, number: f64, style: u16, value: &mut String) {
        let kind = self.kinds.get(usize::from(style)).copied();
        push_number(number, kind.unwrap_or_default(), self.zero, value);
    }

    /// Several numbers in a row: its number, the first column, style and number each, the last column.
    fn read_row(
        &self,
        record: &XlsRecord<'_>,
        value: &mut String,
        grid: &mut FilledCells<'_, '_>,
    ) -> Result<(), BookError> {
        let (row, first) = (u64::from(record.u16(0)?), u64::from(record.u16(2)?));
        let numbers = record.body.get(4..record.body.len().saturating_sub(2)).unwrap_or_default();
        for (column, bytes) in (first..).zip(numbers.chunks_exact(6)) {
            let (Some(style), Some(number)) = (u16_at(bytes, 0), u32_at(bytes, 2)) else { break };
            value.clear();
            self.write_number(rk_number(number), style, value);
            grid.put(row, column, value)?;
        }
        Ok(())
    }
}

fn push_bool_or_error(code: u8, is_error: bool, value: &mut String) {
    value.push_str(match (is_error, code) {
        (true, code) => error_word(code),
        (false, 0) => "FALSE",
        (false, _) => "TRUE",
    });
}

impl Letters {
    /// A sheet of cells; `None` for charts and macros.
    fn sheet(&self, record: &XlsRecord<'_>) -> Result<Option<SheetPlace>, BookError> {
        let start = usize::try_from(record.u32(0)?).unwrap_or(usize::MAX);
        let (is_hidden, is_cells) = (record.u8(4)? & 3 != 0, record.u8(5)? == 0);
        let name = self.short_text(record.body.get(6..).unwrap_or_default())?;
        let listed = ListedSheet { name, is_hidden };
        Ok(is_cells.then_some(SheetPlace { listed, start }))
    }
}

/// One record.
struct XlsRecord<'a> {
    kind: u16,
    body: &'a [u8],
}

impl XlsRecord<'_> {
    fn u8(&self, at: usize) -> Result<u8, BookError> {
        self.body.get(at).copied().ok_or_else(short)
    }

    fn u16(&self, at: usize) -> Result<u16, BookError> {
        u16_at(self.body, at).ok_or_else(short)
    }

    fn u32(&self, at: usize) -> Result<u32, BookError> {
        u32_at(self.body, at).ok_or_else(short)
    }

    fn f64(&self, at: usize) -> Result<f64, BookError> {
        f64_at(self.body, at).ok_or_else(short)
    }
}

fn short() -> BookError {
    BookError::ends_in("a record")
}

/// The records of a stream, one after another.
struct XlsRecords<'a> {
    rest: &'a [u8],
}

impl<'a> XlsRecords<'a> {
    const fn new(stream: &'a [u8]) -> Self {
        Self { rest: stream }
    }

    fn next(&mut self) -> Result<Option<XlsRecord<'a>>, BookError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let kind = u16_at(self.rest, 0).ok_or_else(short)?;
        let length = usize::from(u16_at(self.rest, 2).ok_or_else(short)?);
        let body = self.rest.get(4..4 + length).ok_or_else(short)?;
        self.rest = &self.rest[4 + length..];
        Ok(Some(XlsRecord { kind, body }))
    }

    /// The body of a record and of those that continue it.
    fn with_continued(&mut self, record: &XlsRecord<'a>) -> Result<Vec<&'a [u8]>, BookError> {
        let mut bodies = vec![record.body];
        while u16_at(self.rest, 0) == Some(record::CONTINUE) {
            bodies.extend(self.next()?.map(|record| record.body));
        }
        Ok(bodies)
    }
}
