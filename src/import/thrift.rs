//! The compact protocol of Thrift, as far as it takes to look at some fields of a structure and pass
//! over the others. Nothing it says of sizes is trusted.

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
