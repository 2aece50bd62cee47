//! A place in the bytes of one cell, and the small words that dates are made of.
//!
//! Every method either takes what it names and moves on, or takes nothing it would miss later.

/// Microseconds in a second.
const MICROS: i64 = 1_000_000;
/// Furthest offset from UTC, in hours; the world's clocks stay within 14.
const FURTHEST_OFFSET_HOURS: u32 = 18;

/// English month names, told by their first three letters or more.
const MONTHS: [&[u8]; 12] = [
    b"january",
    b"february",
    b"march",
    b"april",
    b"may",
    b"june",
    b"july",
    b"august",
    b"september",
    b"october",
    b"november",
    b"december",
];

/// The rest of a cell.
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub fn new(cell: &'a str) -> Self {
        Self { rest: cell.as_bytes() }
    }

    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Moves past `byte` if it stands here.
    pub fn take(&mut self, byte: u8) -> bool {
        let here = self.peek() == Some(byte);
        if here {
            self.rest = &self.rest[1..];
        }
        here
    }

    /// Moves past one of `bytes`.
    pub fn take_any(&mut self, bytes: &[u8]) -> Option<u8> {
        let byte = self.peek().filter(|byte| bytes.contains(byte))?;
        self.rest = &self.rest[1..];
        Some(byte)
    }

    /// Moves past all of `bytes` that stand here; returns how many.
    pub fn skip_any(&mut self, bytes: &[u8]) -> usize {
        let count = self.rest.iter().take_while(|byte| bytes.contains(byte)).count();
        self.rest = &self.rest[count..];
        count
    }

    /// A whole number of `least` to `most` digits (at most 8), and how many it has. More digits
    /// than `most` are no such number.
    pub fn number(&mut self, least: usize, most: usize) -> Option<(u32, usize)> {
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits < least || digits > most.min(8) {
            return None;
        }
        let (number, rest) = self.rest.split_at(digits);
        self.rest = rest;
        Some((number.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')), digits))
    }

    /// A two-digit number, with the `:` that may stand before it.
    fn pair_after_colon(&mut self) -> Option<u32> {
        self.take(b':');
        let (pair, rest) = self.rest.split_at_checked(2)?;
        if !pair.iter().all(u8::is_ascii_digit) {
            return None;
        }
        self.rest = rest;
        Some(u32::from(pair[0] - b'0') * 10 + u32::from(pair[1] - b'0'))
    }

    /// The number (1 to 12) of an English month name of three letters or more.
    pub fn month_name(&mut self) -> Option<u32> {
        let letters = self.rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (name, rest) = self.rest.split_at(letters);
        let is_name = |month: &&[u8]| {
            month.get(..letters).is_some_and(|start| start.eq_ignore_ascii_case(name))
        };
        if letters < 3 {
            return None;
        }
        let month = MONTHS.iter().position(is_name)?;
        self.rest = rest;
        u32::try_from(month + 1).ok()
    }

    /// `13`, `13:30`, `1330`, `13:30:05.25`, `1:30 PM`, as microseconds since midnight. `24:00` is
    /// the end of the day.
    pub fn time_of_day(&mut self) -> Option<i64> {
        let compact = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count() > 2;
        let hour = if compact { self.pair_after_colon()? } else { self.number(1, 2)?.0 };
        let more = |cursor: &Self| {
            cursor.peek() == Some(b':')
                || (compact && cursor.peek().is_some_and(|byte| byte.is_ascii_digit()))
        };
        let minute = if more(self) { self.pair_after_colon()? } else { 0 };
        let (mut second, mut fraction) = (0, 0);
        if more(self) {
            second = self.pair_after_colon()?;
            fraction = if self.take_any(b".,").is_some() { self.fraction()? } else { 0 };
        }
        let hour = self.on_24_hours(hour)?;
        let micros = (i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second)) * MICROS
            + fraction;
        let valid = minute < 60 && second < 60 && micros <= 86_400 * MICROS;
        valid.then_some(micros)
    }

    /// The hour by the AM or PM that may follow.
    fn on_24_hours(&mut self, hour: u32) -> Option<u32> {
        let spaces = self.rest.iter().take_while(|&&byte| byte == b' ').count();
        let after_noon = match self.rest.get(spaces..spaces + 2) {
            Some(word) if word.eq_ignore_ascii_case(b"am") => false,
            Some(word) if word.eq_ignore_ascii_case(b"pm") => true,
            _ => return Some(hour),
        };
        self.rest = &self.rest[spaces + 2..];
        let hour_on_dial = (1..=12).contains(&hour).then_some(hour % 12)?;
        Some(if after_noon { hour_on_dial + 12 } else { hour_on_dial })
    }

    /// Digits after the decimal sign, in microseconds; finer digits are cut.
    fn fraction(&mut self) -> Option<i64> {
        let digits = self.skip_digits();
        if digits.is_empty() {
            return None;
        }
        let micros = digits.iter().chain([&b'0'; 6]).take(6);
        Some(micros.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
    }

    fn skip_digits(&mut self) -> &'a [u8] {
        let count = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        digits
    }

    /// `Z`, `UTC`, `GMT`, `+05:30`, `+0530`, `+05`, in seconds east of Greenwich.
    pub fn offset(&mut self) -> Option<i32> {
        for name in [&b"z"[..], b"utc", b"gmt"] {
            if self.rest.eq_ignore_ascii_case(name) {
                self.rest = &[];
                return Some(0);
            }
        }
        let sign = self.take_any(b"+-")?;
        let hours = self.pair_after_colon()?;
        let minutes = if self.is_at_end() { 0 } else { self.pair_after_colon()? };
        if hours > FURTHEST_OFFSET_HOURS || minutes > 59 {
            return None;
        }
        let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
        Some(if sign == b'-' { -seconds } else { seconds })
    }
}
