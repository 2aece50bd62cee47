//! What `.xlsx` and `.xlsb` workbooks share: parts that refer to one another (ECMA-376-2, part 9).

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::fmt::Display;

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::QName;
use quick_xml::{Reader, XmlVersion};

use super::book::{BookError, ListedSheet};
use super::cells::{DayZero, NumberKind};
use super::container::Archive;
use crate::import::records::Packed;

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

/// A part that is being read as XML.
pub(super) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    name: &'a str,
}

impl<'a> Xml<'a> {
    /// The text of the part of that name.
    pub fn new(text: &'a str, name: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.expand_empty_elements = true;
        Self { reader, name }
    }

    /// How many bytes were read: where the next event begins, between two elements.
    pub fn place(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// The next start, end or text; `None` at the end of the part.
    ///
    /// # Errors
    /// A part that is no XML.
    pub fn next(&mut self) -> Result<Option<Event<'a>>, BookError> {
        match self.reader.read_event() {
            Ok(Event::Eof) => Ok(None),
            Ok(event) => Ok(Some(event)),
            Err(error) => {
                let name = self.name;
                Err(BookError::damaged(format!("its part {name} cannot be read: {error}")))
            }
        }
    }

    /// As `next`, inside of an element that has not ended yet.
    ///
    /// # Errors
    /// As `next`, and the end of the part.
    pub fn inside(&mut self) -> Result<Event<'a>, BookError> {
        self.next()?.ok_or_else(|| BookError::ends_in(format!("its part {}", self.name)))
    }

    /// Passes over the rest of the element that `next` began.
    ///
    /// # Errors
    /// As `inside`.
    pub fn skip(&mut self) -> Result<(), BookError> {
        let mut depth = 1_u64;
        while depth > 0 {
            match self.inside()? {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                _ => {}
            }
        }
        Ok(())
    }

    /// Adds the text of the element that `next` began, of elements inside it too.
    ///
    /// # Errors
    /// As `inside`.
    pub fn text(&mut self, text: &mut String) -> Result<(), BookError> {
        let mut depth = 1_u64;
        while depth > 0 {
            match self.inside()? {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                event => push_text(&event, text),
            }
        }
        Ok(())
    }
}

/// Adds what an event says, if it is text.
pub(super) fn push_text(event: &Event<'_>, text: &mut String) {
    match event {
        Event::Text(piece) => text.push_str(&piece.xml10_content()),
        Event::CData(piece) => text.push_str(&piece.xml10_content()),
        Event::GeneralRef(name) => {
            if let Some(entity) = resolve_predefined_entity(name) {
                text.push_str(entity);
            } else if let Ok(Some(letter)) = name.resolve_char_ref() {
                text.push(letter);
            }
        }
        _ => {}
    }
}

/// The value of an attribute, by its name without a prefix.
pub(super) fn attribute<'e>(element: &'e BytesStart<'_>, name: &str) -> Option<Cow<'e, str>> {
    let mut attributes = element.attributes();
    let found = attributes
        .with_checks(false)
        .map_while(Result::ok)
        .find(|attribute| local(attribute.key) == name)?;
    Some(match found.normalized_value(XmlVersion::Implicit1_0) {
        Ok(value) => value,
        Err(_) => found.value,
    })
}

/// The part of a name behind its prefix.
fn local(name: QName<'_>) -> &str {
    name.0.rsplit_once(':').map_or(name.0, |(_, local)| local)
}

/// The local name of the element that an event begins.
pub(super) fn started<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    match event {
        Event::Start(element) => Some(local(element.name())),
        _ => None,
    }
}

/// The local name of the element that an event ends.
pub(super) fn ended<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    match event {
        Event::End(element) => Some(local(element.name())),
        _ => None,
    }
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
