//! What `.xlsx` and `.xlsb` workbooks share: parts that refer to one another (ECMA-376-2, part 9).

use std::cell::OnceCell;
use std::collections::HashMap;
use std::fmt::Display;

use quick_xml::events::Event;

use super::archive::Archive;
use super::book_error::BookError;
use super::excel::{DayZero, NumberKind};
use super::listed::ListedSheet;
use super::xml::{Xml, attribute};
use crate::import::packed::Packed;

/// Most sheets of a workbook, and most parts that one refers to. The memory of a spreadsheet program
/// ends far below.
const MOST_NAMED: usize = 20_000;

/// A reference from one part to another.
pub(super) struct Relation {
    pub id: String,
    /// The last word of its type: `worksheet`.
    pub kind: String,
    /// The part it refers to.
    pub part: String,
}

/// What a part refers to; nothing where that is not said.
///
/// # Errors
/// A list that is damaged.
pub(super) fn relations(archive: &Archive<'_, '_>, part: &str) -> Result<Vec<Relation>, BookError> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let list = format!("{folder}/_rels/{name}.rels");
    let mut relations = Vec::new();
    let Some(text) = archive.text(&list)? else { return Ok(relations) };
    let mut xml = Xml::new(&text, &list);
    while let Some(event) = xml.next()? {
        let Event::Start(element) = event else { continue };
        if element.local_name().as_ref() != "Relationship" {
            continue;
        }
        let of = |name: &str| attribute(&element, name).unwrap_or_default().into_owned();
        let kind = of("Type").rsplit('/').next().unwrap_or_default().to_owned();
        relations.push(Relation { id: of("Id"), kind, part: resolved(folder, &of("Target")) });
        few(relations.len(), "parts")?;
    }
    Ok(relations)
}

/// The first part of a kind, or what it is usually called.
pub(super) fn part_of_kind(relations: &[Relation], kind: &str, usual: &str) -> String {
    let found = relations.iter().find(|relation| relation.kind == kind);
    found.map_or_else(|| usual.to_owned(), |relation| relation.part.clone())
}

/// The name of a part that one in `folder` calls `target`.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut names: Vec<&str> =
        if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for name in target.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    names.retain(|name| !name.is_empty());
    names.join("/")
}

/// The part of a workbook that lists its sheets.
pub(super) fn workbook_part(archive: &Archive<'_, '_>) -> Result<String, BookError> {
    Ok(part_of_kind(&relations(archive, "")?, "officeDocument", "xl/workbook.xml"))
}

/// A workbook in a package: what its sheets share. What is in them, `xlsx` and `xlsb` read.
pub(super) struct PackageBook<'a, 'w> {
    pub archive: &'a Archive<'a, 'w>,
    pub sheets: Vec<SheetPart>,
    /// The part with the texts that cells share.
    pub texts: String,
    /// The part with what numbers are shown as.
    pub styles: String,
    pub zero: DayZero,
    shared: OnceCell<Shared>,
}

/// What the cells of all sheets refer to.
pub(super) struct Shared {
    pub texts: Packed,
    pub kinds: Vec<NumberKind>,
}

impl<'a, 'w> PackageBook<'a, 'w> {
    /// A workbook listed in `part`, still without sheets; its parts end in `.extension`.
    pub fn new(
        archive: &'a Archive<'a, 'w>,
        part: &str,
        relations: &[Relation],
        extension: &str,
    ) -> Self {
        let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
        let of_kind =
            |kind: &str| part_of_kind(relations, kind, &format!("{folder}/{kind}.{extension}"));
        Self {
            archive,
            sheets: Vec::new(),
            texts: of_kind("sharedStrings"),
            styles: of_kind("styles"),
            zero: DayZero::Of1900,
            shared: OnceCell::new(),
        }
    }

    /// What the cells of all sheets refer to, read with the first sheet.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn shared(
        &self,
        read: impl FnOnce(&Self) -> Result<Shared, BookError>,
    ) -> Result<&Shared, BookError> {
        if let Some(shared) = self.shared.get() {
            return Ok(shared);
        }
        let shared = read(self)?;
        Ok(self.shared.get_or_init(|| shared))
    }
}

impl Shared {
    /// The text of a number, counted from 0, that is written so.
    ///
    /// # Errors
    /// A number that no text has.
    pub fn text(&self, number: Option<usize>, written: impl Display) -> Result<&str, BookError> {
        let at = number.filter(|&at| at < self.texts.len());
        let lost = || BookError::damaged(format!("it has no shared text of number {written}"));
        Ok(self.texts.cell(at.ok_or_else(lost)?))
    }

    /// What a number of that style is shown as.
    pub fn kind(&self, style: Option<usize>) -> NumberKind {
        style.and_then(|style| self.kinds.get(style).copied()).unwrap_or_default()
    }
}

/// A sheet: how it is listed, and its part.
pub(super) struct SheetPart {
    pub listed: ListedSheet,
    pub part: String,
}

/// The sheets of a workbook that hold cells, as it names them one by one.
pub(super) struct SheetList<'a> {
    parts: HashMap<&'a str, &'a Relation>,
    pub sheets: Vec<SheetPart>,
}

impl<'a> SheetList<'a> {
    pub fn new(relations: &'a [Relation]) -> Self {
        let parts = relations.iter().map(|relation| (relation.id.as_str(), relation)).collect();
        Self { parts, sheets: Vec::new() }
    }

    /// Adds the sheet that a workbook refers to by `id`, unless it is one of another kind.
    ///
    /// # Errors
    /// More sheets than there can be.
    pub fn add(&mut self, listed: ListedSheet, id: &str) -> Result<(), BookError> {
        let sheet = self.parts.get(id).filter(|relation| relation.kind == "worksheet");
        self.sheets.extend(sheet.map(|relation| SheetPart { listed, part: relation.part.clone() }));
        few(self.sheets.len(), "sheets")
    }
}

/// # Errors
/// More than `MOST_NAMED` of `what`.
pub(super) fn few(count: usize, what: &str) -> Result<(), BookError> {
    if count > MOST_NAMED {
        return Err(BookError::TooLarge(format!("it has over {MOST_NAMED} {what}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_relative_or_from_the_root() {
        assert_eq!(resolved("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolved("xl", "/xl/styles.xml"), "xl/styles.xml");
        assert_eq!(resolved("xl/worksheets", "..\\tables\\t.xml"), "xl/tables/t.xml");
        assert_eq!(resolved("", "../../a"), "a");
    }
}
