//! Texts in the records of old workbooks (MS-XLS, 2.5.293 and 2.5.294; before that, in a code page).

use encoding_rs::{Encoding, UTF_16LE, WINDOWS_1252};

use super::book::{BookError, u16_at};
use crate::import::records::Packed;

/// How letters are written.
pub(super) struct Letters {
    /// As Unicode, of which the upper bytes may be left out; before 1997 in a code page.
    pub is_unicode: bool,
    page: &'static Encoding,
}

impl Default for Letters {
    fn default() -> Self {
        Self { is_unicode: true, page: WINDOWS_1252 }
    }
}

/// The bit that says that letters take two bytes each.
const WIDE: u8 = 1;
/// The bit that says that how the text is pronounced follows.
const PHONETIC: u8 = 4;
/// The bit that says that fonts of parts of the text follow.
const RICH: u8 = 8;

impl Letters {
    pub fn set_page(&mut self, page: u16) {
        let label = match page {
            874 | 1250..=1258 => format!("windows-{page}"),
            932 => "shift_jis".to_owned(),
            936 => "gbk".to_owned(),
            949 => "euc-kr".to_owned(),
            950 => "big5".to_owned(),
            10_000 => "macintosh".to_owned(),
            _ => return,
        };
        self.page = Encoding::for_label(label.as_bytes()).unwrap_or(WINDOWS_1252);
    }

    /// A text with its number of letters in one byte before it.
    ///
    /// # Errors
    /// A text that is cut short.
    pub fn short_text(&self, bytes: &[u8]) -> Result<String, BookError> {
        let (&letters, rest) = bytes.split_first().ok_or_else(short)?;
        self.letters(usize::from(letters), rest)
    }

    /// The text of a number format: its number of letters takes one byte more since 1997.
    ///
    /// # Errors
    /// A text that is cut short.
    pub fn format(&self, bytes: &[u8]) -> Result<String, BookError> {
        if self.is_unicode { self.text(bytes) } else { self.short_text(bytes) }
    }

    /// A text with its number of letters in two bytes before it.
    ///
    /// # Errors
    /// A text that is cut short.
    pub fn text(&self, bytes: &[u8]) -> Result<String, BookError> {
        let letters = u16_at(bytes, 0).ok_or_else(short)?;
        self.letters(usize::from(letters), &bytes[2..])
    }

    fn letters(&self, count: usize, bytes: &[u8]) -> Result<String, BookError> {
        if count == 0 {
            return Ok(String::new());
        }
        if !self.is_unicode {
            let bytes = bytes.get(..count).ok_or_else(short)?;
            return Ok(self.page.decode_without_bom_handling(bytes).0.into_owned());
        }
        let (&flags, rest) = bytes.split_first().ok_or_else(short)?;
        let is_wide = flags & WIDE != 0;
        let bytes = rest.get(..if is_wide { 2 * count } else { count }).ok_or_else(short)?;
        let mut text = String::new();
        push_unicode(bytes, is_wide, &mut text);
        Ok(text)
    }
}

fn push_unicode(bytes: &[u8], is_wide: bool, text: &mut String) {
    if is_wide {
        text.push_str(&UTF_16LE.decode_without_bom_handling(bytes).0);
    } else {
        text.extend(bytes.iter().map(|&byte| char::from(byte)));
    }
}

fn short() -> BookError {
    BookError::ends_in("a text")
}

/// A long record in the pieces it was cut into.
pub(super) struct Pieces<'a> {
    parts: Vec<&'a [u8]>,
    /// The piece that is being read.
    at: usize,
    /// What is left of it.
    rest: &'a [u8],
}

impl<'a> Pieces<'a> {
    pub fn new(parts: Vec<&'a [u8]>) -> Self {
        let rest = parts.first().copied().unwrap_or_default();
        Self { parts, at: 0, rest }
    }

    /// Goes on to the next piece that holds anything; whether there is one.
    fn advance(&mut self) -> bool {
        while self.rest.is_empty() {
            self.at += 1;
            let Some(&next) = self.parts.get(self.at) else { return false };
            self.rest = next;
        }
        true
    }

    fn byte(&mut self) -> Result<u8, BookError> {
        if !self.advance() {
            return Err(short());
        }
        let (&byte, rest) = self.rest.split_first().ok_or_else(short)?;
        self.rest = rest;
        Ok(byte)
    }

    fn number(&mut self, bytes: u32) -> Result<u64, BookError> {
        (0..bytes).try_fold(0, |number, place| Ok(number | u64::from(self.byte()?) << (8 * place)))
    }

    fn skip(&mut self, mut bytes: u64) -> Result<(), BookError> {
        while bytes > 0 {
            if !self.advance() {
                return Err(short());
            }
            let now = self.rest.len().min(usize::try_from(bytes).unwrap_or(usize::MAX));
            self.rest = &self.rest[now..];
            bytes -= now as u64;
        }
        Ok(())
    }

    /// The texts that cells share, behind two counts that are not needed.
    ///
    /// # Errors
    /// A text that is cut short.
    pub fn shared_texts(&mut self) -> Result<Packed, BookError> {
        let mut texts = Packed::default();
        self.skip(8)?;
        while self.advance() {
            texts.push(&self.rich_text()?);
        }
        Ok(texts)
    }

    /// A text with its number of letters before it and its fonts behind.
    fn rich_text(&mut self) -> Result<String, BookError> {
        let (letters, flags) = (self.number(2)?, self.byte()?);
        let fonts = if flags & RICH == 0 { 0 } else { self.number(2)? };
        let phonetic = if flags & PHONETIC == 0 { 0 } else { self.number(4)? };
        let text = self.letters(letters, flags)?;
        self.skip(4 * fonts)?;
        self.skip(phonetic)?;
        Ok(text)
    }

    /// A plain text with its number of letters before it.
    ///
    /// # Errors
    /// A text that is cut short.
    pub fn text(&mut self, letters: &Letters) -> Result<String, BookError> {
        if !letters.is_unicode {
            return letters.text(self.rest);
        }
        let count = self.number(2)?;
        if count == 0 {
            return Ok(String::new());
        }
        let flags = self.byte()?;
        self.letters(count, flags)
    }

    /// Letters that may be cut between two parts; the later one says again how wide they are.
    fn letters(&mut self, mut count: u64, mut flags: u8) -> Result<String, BookError> {
        let mut text = String::new();
        while count > 0 {
            if self.rest.is_empty() {
                if !self.advance() {
                    return Err(short());
                }
                flags = self.byte()?;
            }
            let is_wide = flags & WIDE != 0;
            let width = if is_wide { 2 } else { 1 };
            let here = (self.rest.len() / width).min(usize::try_from(count).unwrap_or(usize::MAX));
            if here == 0 && !self.rest.is_empty() {
                return Err(BookError::damaged("one of its letters is cut in half"));
            }
            let (letters, rest) = self.rest.split_at(here * width);
            push_unicode(letters, is_wide, &mut text);
            self.rest = rest;
            count -= here as u64;
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_texts_may_be_cut_between_pieces() {
        let first = b"\0\0\0\0\0\0\0\0\x03\0\0abc\x04\0\x01\xe9\0x\0";
        let second = b"\0yz\x02\0\x0d\x01\0\x02\0\0\0\xfc\0h\0fontph";
        let texts = Pieces::new(vec![first, b"", second]).shared_texts().unwrap();
        assert_eq!(texts.iter().collect::<Vec<_>>(), ["abc", "éxyz", "üh"]);
        let cut = Pieces::new(vec![first]).shared_texts();
        assert!(cut.unwrap_err().to_string().contains("in the middle of a text"));
    }

    #[test]
    fn letters_of_old_pages_are_read() {
        let mut letters = Letters { is_unicode: false, page: WINDOWS_1252 };
        assert_eq!(letters.short_text(b"\x02\x80x!").unwrap(), "€x");
        letters.set_page(932);
        assert_eq!(letters.text(&[4, 0, 0x93, 0xfa, 0x96, 0x7b]).unwrap(), "日本");
        assert!(letters.text(&[9, 0, 0x93]).is_err());
    }
}
