//! Workbooks of Excel since 2007, `.xlsx` (ECMA-376-1, part 18), a cell at a time.

use std::collections::HashMap;

use quick_xml::events::{BytesStart, Event};

use super::book::{BookError, ListedSheet};
use super::cells::{DayZero, FilledCells, NumberKind, place_of, push_number, row_of};
use super::container::Archive;
use super::package::{
    PackageBook, Shared, SheetList, SheetPart, Xml, attribute, ended, push_text, relations, started,
};
use crate::import::records::Packed;

/// The workbook whose sheets the part of that name lists.
///
/// # Errors
/// A list that is damaged.
pub(super) fn open<'a, 'w>(
    archive: &'a Archive<'a, 'w>,
    part: &str,
) -> Result<PackageBook<'a, 'w>, BookError> {
    let relations = relations(archive, part)?;
    let mut book = PackageBook::new(archive, part, &relations, "xml");
    let mut list = SheetList::new(&relations);
    let text = archive.needed_text(part)?;
    let mut xml = Xml::new(&text, part);
    while let Some(event) = xml.next()? {
        let Event::Start(element) = &event else { continue };
        match started(&event) {
            Some("workbookPr") => {
                let is_later = attribute(element, "date1904")
                    .is_some_and(|value| matches!(value.as_ref(), "1" | "true"));
                book.zero = if is_later { DayZero::Of1904 } else { DayZero::Of1900 };
            }
            Some("sheet") => {
                let of = |name: &str| attribute(element, name).unwrap_or_default();
                let is_hidden = matches!(of("state").trim(), "hidden" | "veryHidden");
                let listed = ListedSheet { name: of("name").into_owned(), is_hidden };
                list.add(listed, &of("id"))?;
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
    let text = book.archive.needed_text(&sheet.part)?;
    let mut xml = Xml::new(&text, &sheet.part);
    let mut reader = XlsxCells { shared, zero: book.zero, row: 0, column: 0, value: String::new() };
    loop {
        let event = xml.inside()?;
        match (&event, started(&event), ended(&event)) {
            (_, _, Some("sheetData")) => return Ok(()),
            (Event::Start(row), Some("row"), _) => reader.begin_row(row)?,
            (_, _, Some("row")) => (reader.row, reader.column) = (reader.row + 1, 0),
            (Event::Start(cell), Some("c"), _) => reader.read(cell, &mut xml, grid)?,
            _ => {}
        }
    }
}

/// The cells of a sheet while they are read, and the place of the next.
struct XlsxCells<'b> {
    shared: &'b Shared,
    zero: DayZero,
    row: u64,
    column: u64,
    value: String,
}

impl XlsxCells<'_> {
    fn begin_row(&mut self, row: &BytesStart<'_>) -> Result<(), BookError> {
        if let Some(number) = attribute(row, "r") {
            let damaged = || BookError::damaged(format!("it has a row numbered {number:?}"));
            self.row = row_of(&number).ok_or_else(damaged)?;
        }
        self.column = 0;
        Ok(())
    }

    fn read(
        &mut self,
        cell: &BytesStart<'_>,
        xml: &mut Xml<'_>,
        grid: &mut FilledCells<'_, '_>,
    ) -> Result<(), BookError> {
        let (mut place, mut kind, mut style) = (None, None, None);
        for attribute in cell.attributes().with_checks(false).flatten() {
            match attribute.key.0 {
                "r" => place = Some(attribute.value),
                "t" => kind = Some(attribute.value),
                "s" => style = attribute.value.parse().ok(),
                _ => {}
            }
        }
        let (row, column) = match place {
            Some(name) => place_of(&name)
                .ok_or_else(|| BookError::damaged(format!("it has a cell named {name:?}")))?,
            None => (self.row, self.column),
        };
        self.column = column.saturating_add(1);
        self.value.clear();
        let is_inline = kind.as_deref() == Some("inlineStr");
        loop {
            let event = xml.inside()?;
            match (started(&event), ended(&event)) {
                (Some("v"), _) if !is_inline => xml.text(&mut self.value)?,
                (Some("is"), _) => rich_text(xml, &mut self.value)?,
                (Some(_), _) => xml.skip()?,
                (_, Some(_)) => break,
                _ => {}
            }
        }
        self.write(kind.as_deref(), style)?;
        let written = match kind.as_deref() {
            Some("s") => self.shared_text()?,
            _ => &self.value,
        };
        grid.put(row, column, written)
    }

    /// Makes the value what the cell shows.
    fn write(&mut self, kind: Option<&str>, style: Option<usize>) -> Result<(), BookError> {
        let value = self.value.trim();
        match kind {
            Some("b") if !value.is_empty() => {
                let word = if matches!(value, "1" | "true" | "TRUE") { "TRUE" } else { "FALSE" };
                word.clone_into(&mut self.value);
            }
            Some("str") => self.value = unescaped(&self.value),
            None | Some("n") => match value.parse::<f64>() {
                Ok(number) if number.is_finite() => {
                    self.value.clear();
                    push_number(number, self.shared.kind(style), self.zero, &mut self.value);
                }
                Err(_) if kind.is_some() && !value.is_empty() => {
                    return Err(BookError::damaged(format!("{value:?} stands for a number")));
                }
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }

    fn shared_text(&self) -> Result<&str, BookError> {
        let number = self.value.trim();
        if number.is_empty() {
            return Ok("");
        }
        self.shared.text(number.parse().ok(), format_args!("{number:?}"))
    }
}

/// The texts that cells share.
fn texts(archive: &Archive<'_, '_>, part: &str) -> Result<Packed, BookError> {
    let mut texts = Packed::default();
    let Some(whole) = archive.text(part)? else { return Ok(texts) };
    let (mut xml, mut text) = (Xml::new(&whole, part), String::new());
    while let Some(event) = xml.next()? {
        if started(&event) == Some("si") {
            text.clear();
            rich_text(&mut xml, &mut text)?;
            texts.push(&text);
        }
    }
    Ok(texts)
}

/// The text of an element with runs of text; how it is pronounced is left out.
fn rich_text(xml: &mut Xml<'_>, text: &mut String) -> Result<(), BookError> {
    let mut depth = 1_u64;
    let mut run: Option<(String, bool)> = None;
    while depth > 0 {
        let event = xml.inside()?;
        match &event {
            Event::Start(_) if started(&event) == Some("rPh") => {
                xml.skip()?;
            }
            Event::Start(element) => {
                depth += 1;
                if started(&event) == Some("t") {
                    let keeps = attribute(element, "space").as_deref() == Some("preserve");
                    run = Some((String::new(), keeps));
                }
            }
            Event::End(_) => {
                depth -= 1;
                if let Some((run, keeps)) = run.take() {
                    let run = if keeps { &run } else { run.trim_matches([' ', '\t', '\r', '\n']) };
                    text.push_str(&unescaped(run));
                }
            }
            event => {
                if let Some((run, _)) = &mut run {
                    push_text(event, run);
                }
            }
        }
    }
    Ok(())
}

/// Letters that XML cannot hold are written as `_x000D_` (ECMA-376-1, 22.9.2.19).
fn unescaped(text: &str) -> String {
    let mut units: Vec<u16> = Vec::new();
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    let flush = |units: &mut Vec<u16>, whole: &mut String| {
        let letters = char::decode_utf16(units.drain(..));
        whole.extend(letters.map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)));
    };
    while let Some(at) = rest.find('_') {
        let code = rest.get(at + 1..at + 7).and_then(|code| {
            let digits = code.strip_prefix('x')?.strip_suffix('_')?;
            let hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            hexadecimal.then(|| u16::from_str_radix(digits, 16).ok())?
        });
        if at > 0 || code.is_none() {
            flush(&mut units, &mut whole);
        }
        whole.push_str(&rest[..at]);
        rest = if let Some(code) = code {
            units.push(code);
            &rest[at + 7..]
        } else {
            whole.push('_');
            &rest[at + 1..]
        };
    }
    flush(&mut units, &mut whole);
    whole.push_str(rest);
    whole
}

/// By style, what a number is shown as.
fn kinds(archive: &Archive<'_, '_>, part: &str) -> Result<Vec<NumberKind>, BookError> {
    let (mut kinds, mut formats) = (Vec::new(), HashMap::new());
    let Some(text) = archive.text(part)? else { return Ok(kinds) };
    let mut xml = Xml::new(&text, part);
    let mut is_in_cells = false;
    while let Some(event) = xml.next()? {
        if ended(&event) == Some("cellXfs") {
            is_in_cells = false;
        }
        let Event::Start(element) = &event else { continue };
        let format = || attribute(element, "numFmtId").and_then(|id| id.trim().parse::<u32>().ok());
        match started(&event) {
            Some("cellXfs") => is_in_cells = true,
            Some("numFmt") => {
                if let (Some(id), Some(code)) = (format(), attribute(element, "formatCode")) {
                    formats.insert(id, NumberKind::of_code(&code));
                }
            }
            Some("xf") if is_in_cells => kinds.push(format().map_or(NumberKind::Number, |id| {
                formats.get(&id).copied().unwrap_or_else(|| NumberKind::of_built_in(id))
            })),
            _ => {}
        }
    }
    Ok(kinds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_letters_are_read() {
        for (written, read) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xD83D__xDE00_!", "\u{1f600}!"),
            ("_xD83D_x", "\u{fffd}x"),
            ("a_b_xZZZZ_é_x00e9_", "a_b_xZZZZ_éé"),
            ("_x00é_", "_x00é_"),
            ("", ""),
        ] {
            assert_eq!(unescaped(written), read, "{written}");
        }
    }
}
