//! Spreadsheets of `LibreOffice` and others, `.ods` (OpenDocument 1.3, part 3), a cell at a time.

use std::collections::HashSet;

use quick_xml::events::{BytesStart, Event};

use super::book::{BookError, ListedSheet};
use super::cells::FilledCells;
use super::container::Archive;
use super::package::{Xml, attribute, ended, few, push_text, started};

/// The part that holds all sheets.
pub(super) const CONTENT: &str = "content.xml";
const MANIFEST: &str = "META-INF/manifest.xml";
/// Most spaces that are written for one element that stands for several.
const MOST_SPACES: usize = 100;

/// A spreadsheet.
pub(super) struct Ods {
    content: String,
    pub sheets: Vec<SheetStart>,
}

/// A sheet: how it is listed, and where in the part its element begins or shortly before.
pub(super) struct SheetStart {
    pub listed: ListedSheet,
    start: usize,
}

impl Ods {
    /// The list of sheets.
    ///
    /// # Errors
    /// A spreadsheet that is damaged or locked.
    pub fn open(archive: &Archive<'_, '_>) -> Result<Self, BookError> {
        if let Some(text) = archive.text(MANIFEST)? {
            let mut manifest = Xml::new(&text, MANIFEST);
            while let Some(event) = manifest.next()? {
                if started(&event) == Some("encryption-data") {
                    return Err(BookError::Locked);
                }
            }
        }
        let mut sheets = Vec::new();
        let content = archive.needed_text(CONTENT)?;
        let mut xml = Xml::new(&content, CONTENT);
        let (mut style, mut hidden) = (String::new(), HashSet::new());
        loop {
            let start = xml.place();
            let Some(event) = xml.next()? else { break };
            let Event::Start(element) = &event else { continue };
            let of = |name: &str| attribute(element, name).unwrap_or_default();
            match started(&event) {
                Some("style") => style = of("name").into_owned(),
                Some("table-properties") if of("display") == "false" => {
                    hidden.insert(style.clone());
                }
                Some("table") => {
                    let Some(name) = sheet_name(&event) else { continue };
                    let is_hidden = hidden.contains(of("style-name").as_ref());
                    sheets.push(SheetStart { listed: ListedSheet { name, is_hidden }, start });
                    few(sheets.len(), "sheets")?;
                }
                _ => {}
            }
        }
        Ok(Self { content, sheets })
    }

    /// The cells of a sheet.
    ///
    /// # Errors
    /// A sheet that is damaged or too large; or an answer to stop.
    pub fn read(
        &self,
        sheet: &SheetStart,
        grid: &mut FilledCells<'_, '_>,
    ) -> Result<(), BookError> {
        let mut xml = Xml::new(self.content.get(sheet.start..).unwrap_or_default(), CONTENT);
        while sheet_name(&xml.inside()?).is_none() {}
        let mut table = OdsTable { row: 0, cells: Vec::new() };
        loop {
            let event = xml.inside()?;
            if ended(&event) == Some("table") {
                return Ok(());
            }
            if let (Event::Start(row), Some("table-row")) = (&event, started(&event)) {
                let repeated = times(row, "number-rows-repeated");
                table.read_row(&mut xml)?;
                table.put(repeated, grid)?;
            }
        }
    }
}

/// The name of the sheet that an event begins.
fn sheet_name(event: &Event<'_>) -> Option<String> {
    let (Event::Start(table), Some("table")) = (event, started(event)) else { return None };
    attribute(table, "name").map(std::borrow::Cow::into_owned)
}

/// How often an element stands for itself.
fn times(element: &BytesStart<'_>, name: &str) -> u64 {
    attribute(element, name).and_then(|times| times.trim().parse().ok()).unwrap_or(1)
}

/// A filled cell of a row: its first column, how many columns it fills, its text.
type RowCell = (u64, u64, String);

/// A sheet while it is read.
struct OdsTable {
    row: u64,
    cells: Vec<RowCell>,
}

impl OdsTable {
    /// Reads the cells of a row up to its end.
    fn read_row(&mut self, xml: &mut Xml<'_>) -> Result<(), BookError> {
        self.cells.clear();
        let mut column = 0_u64;
        loop {
            let event = xml.inside()?;
            if ended(&event) == Some("table-row") {
                return Ok(());
            }
            let Event::Start(element) = &event else { continue };
            if !matches!(started(&event), Some("table-cell" | "covered-table-cell")) {
                xml.skip()?;
                continue;
            }
            let repeated = times(element, "number-columns-repeated");
            let value = value(element);
            let text = match value {
                Some(value) => {
                    xml.skip()?;
                    value
                }
                None => paragraphs(xml)?,
            };
            if !text.trim().is_empty() {
                self.cells.push((column, repeated, text));
            }
            column = column.saturating_add(repeated);
        }
    }

    /// Adds the row that was read as often as it stands for itself. One without text is passed over.
    fn put(&mut self, repeated: u64, grid: &mut FilledCells<'_, '_>) -> Result<(), BookError> {
        let end = self.row.saturating_add(repeated);
        if !self.cells.is_empty() {
            for row in self.row..end {
                for (column, columns, text) in &self.cells {
                    for column in *column..column.saturating_add(*columns) {
                        grid.put(row, column, text)?;
                    }
                }
            }
        }
        self.row = end;
        Ok(())
    }
}

/// What a cell's attributes say it holds; `None` where its text does.
fn value(cell: &BytesStart<'_>) -> Option<String> {
    let of = |name: &str| attribute(cell, name).map(std::borrow::Cow::into_owned);
    let mut kinds = cell.attributes();
    let is_error = kinds.with_checks(false).flatten().any(|attribute| {
        attribute.key.0 == "calcext:value-type" && attribute.value.as_ref() == "error"
    });
    if is_error {
        return of("string-value").filter(|text| !text.is_empty());
    }
    if let Some(number) = of("value") {
        let finite = number.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        return Some(finite.map_or(number, |number| number.to_string()));
    }
    if let Some(truth) = of("boolean-value") {
        return Some(if truth.eq_ignore_ascii_case("true") { "TRUE" } else { "FALSE" }.to_owned());
    }
    of("date-value").or_else(|| of("time-value")).or_else(|| of("string-value"))
}

/// The paragraphs of a cell, without what is noted at it.
fn paragraphs(xml: &mut Xml<'_>) -> Result<String, BookError> {
    let mut text = String::new();
    let mut depth = 1_u64;
    while depth > 0 {
        let event = xml.inside()?;
        match (&event, started(&event)) {
            (_, Some("annotation" | "table")) => {
                xml.skip()?;
                continue;
            }
            (Event::Start(spaces), Some("s")) => {
                let count = usize::try_from(times(spaces, "c")).unwrap_or(usize::MAX);
                text.extend(std::iter::repeat_n(' ', count.min(MOST_SPACES)));
            }
            (_, Some("tab" | "line-break")) => text.push(' '),
            (_, Some("p")) if !text.is_empty() => text.push('\n'),
            _ => push_text(&event, &mut text),
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    Ok(text)
}
