//! XML as the parts of workbooks are written: elements by their local names, text with its entities.

use std::borrow::Cow;

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::QName;
use quick_xml::{Reader, XmlVersion};

use super::book_error::BookError;

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
