//! One cell to a date, by hand-written byte parsers: no trial formats, no allocation.
//!
//! A cell such as `03/04/2024` stays undecided here; `stamps` decides it over the whole column.
//! Dates and times of day follow ISO 8601 (2004) and the forms that spreadsheets write.

use jiff::civil::Date;

use crate::series::Precision;

/// What a cell says about time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    /// The day, or the first day of the month or quarter.
    pub day: Day,
    /// Microseconds since midnight; a day's worth for `24:00`.
    pub time_micros: i64,
    /// Offset from UTC in seconds, where the cell has one.
    pub offset_secs: Option<i32>,
    /// How much of a date is written.
    pub precision: Precision,
    /// Whether the year has two digits.
    pub short_year: bool,
}

/// A day that is known, or one whose day and month the cell alone cannot tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Day {
    /// A day of the calendar.
    Known(Date),
    /// Two small numbers before a year.
    Either {
        /// The number written first.
        first: i8,
        /// The number written second.
        second: i8,
        /// The year.
        year: i16,
    },
}

/// Last year read: the program's clock ends within the year 9999, a usual mark for "never".
const LAST_YEAR: u32 = 9998;
/// Two-digit years from here on are of the last century (POSIX `strptime`).
const FIRST_SHORT_YEAR: u32 = 69;

/// A cell as a date, or `None` where it is none. Cells of digits alone are left to `stamps`.
pub(crate) fn read(cell: &str) -> Option<Written> {
    let mut cursor = Cursor::new(cell.trim());
    let written = match cursor.peek()? {
        b'0'..=b'9' => from_digits(&mut cursor)?,
        b'q' | b'Q' => quarter_first(&mut cursor)?,
        _ => month_name_first(&mut cursor)?,
    };
    cursor.is_at_end().then_some(written)
}

/// The day, or `None` where the calendar has none such.
pub(crate) fn known(year: u32, month: u32, day: u32) -> Option<Date> {
    if year > LAST_YEAR {
        return None;
    }
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A date without a time of day.
pub(crate) const fn date_only(day: Day, precision: Precision, short_year: bool) -> Written {
    Written { day, time_micros: 0, offset_secs: None, precision, short_year }
}

fn month_of(year: u32, month: u32, short_year: bool) -> Option<Written> {
    let day = Day::Known(known(year, month, 1)?);
    Some(date_only(day, Precision::Month, short_year))
}

fn quarter_of(year: u32, quarter: u32) -> Option<Written> {
    if !(1..=4).contains(&quarter) {
        return None;
    }
    let day = Day::Known(known(year, quarter * 3 - 2, 1)?);
    Some(date_only(day, Precision::Quarter, false))
}

/// A year of two or four digits, and whether it had two.
fn full_year(number: u32, digits: usize) -> Option<(u32, bool)> {
    match digits {
        4 => Some((number, false)),
        2 if number >= FIRST_SHORT_YEAR => Some((1900 + number, true)),
        2 => Some((2000 + number, true)),
        _ => None,
    }
}

/// Cells that begin with a number: most dates, `1998 Q1`, `1949M01`, `31 Jan 2024`.
fn from_digits(cursor: &mut Cursor<'_>) -> Option<Written> {
    let (first, digits) = cursor.number(1, 8)?;
    if digits == 8 {
        // Digits alone are judged as a column; with a time of day they can only be a date.
        let day = known(first / 10_000, first / 100 % 100, first % 100)?;
        return (!cursor.is_at_end()).then(|| with_time(cursor, Day::Known(day), false))?;
    }
    if digits == 4 && cursor.take_any(b"mM").is_some() && cursor.peek()?.is_ascii_digit() {
        return month_of(first, cursor.number(2, 2)?.0, false);
    }
    let separator = cursor.take_any(b"-/. ");
    if digits == 4 && cursor.take_any(b"qQ").is_some() {
        return quarter_of(first, cursor.number(1, 1)?.0);
    }
    match (separator, cursor.peek()?) {
        (Some(separator), b'0'..=b'9') if separator != b' ' => {
            numeric(cursor, (first, digits), separator)
        }
        (_, letter) if letter.is_ascii_alphabetic() => {
            month_name_second(cursor, first, digits, separator)
        }
        _ => None,
    }
}

/// The second and third number of a date, or the second of a year and month.
fn numeric(
    cursor: &mut Cursor<'_>,
    (first, first_digits): (u32, usize),
    separator: u8,
) -> Option<Written> {
    let (second, second_digits) = cursor.number(1, 4)?;
    if !cursor.take(separator) {
        return match (first_digits, second_digits, separator) {
            // A point would make it a decimal number.
            (1 | 2, 4, b'-' | b'/') => month_of(second, first, false),
            // Also the first years of a series that counts its years: `1-01`.
            (4, 1 | 2, b'-' | b'/') | (1..=3, 2, b'-') => month_of(first, second, false),
            _ => None,
        };
    }
    let (third, third_digits) = cursor.number(1, 4)?;
    if second_digits > 2 {
        return None;
    }
    if first_digits == 4 && third_digits <= 2 {
        return with_time(cursor, Day::Known(known(first, second, third)?), false);
    }
    if first_digits > 2 {
        return None;
    }
    let (year, short_year) = full_year(third, third_digits)?;
    // One of the two orders must be a day, or the cell is no date at all.
    known(year, first, second).or_else(|| known(year, second, first))?;
    let day = Day::Either {
        first: i8::try_from(first).ok()?,
        second: i8::try_from(second).ok()?,
        year: i16::try_from(year).ok()?,
    };
    with_time(cursor, day, short_year)
}

/// `1949 Jan`, `2024-Jan-31`, `31 Jan 2024`, `31-Jan-24`.
fn month_name_second(
    cursor: &mut Cursor<'_>,
    first: u32,
    digits: usize,
    separator: Option<u8>,
) -> Option<Written> {
    let month = cursor.month_name()?;
    let more = cursor.skip_any(b"-/., ") > 0 && !cursor.is_at_end();
    match digits {
        4 if !more => month_of(first, month, false),
        4 => {
            let (day, _) = cursor.number(1, 2)?;
            with_time(cursor, Day::Known(known(first, month, day)?), false)
        }
        1 | 2 if more && separator.is_some() => {
            let (year, year_digits) = cursor.number(2, 4)?;
            let (year, short_year) = full_year(year, year_digits)?;
            with_time(cursor, Day::Known(known(year, month, first)?), short_year)
        }
        _ => None,
    }
}

/// `Jan 1949`, `January 1949`, `Jan-49`, `Jan 31, 2024`.
fn month_name_first(cursor: &mut Cursor<'_>) -> Option<Written> {
    let month = cursor.month_name()?;
    let dash = cursor.peek() == Some(b'-');
    if cursor.skip_any(b"-/., ") == 0 {
        return None;
    }
    let (number, digits) = cursor.number(1, 4)?;
    if digits == 4 {
        return month_of(number, month, false);
    }
    if cursor.skip_any(b"-, ") > 0 && digits <= 2 {
        let (year, year_digits) = cursor.number(4, 4)?;
        let (year, _) = full_year(year, year_digits)?;
        return with_time(cursor, Day::Known(known(year, month, number)?), false);
    }
    let (year, short_year) = full_year(number, digits).filter(|_| dash)?;
    month_of(year, month, short_year)
}

/// `Q1 1998`, `Q1-1998`, `Q1/1998`.
fn quarter_first(cursor: &mut Cursor<'_>) -> Option<Written> {
    cursor.take_any(b"qQ")?;
    let (quarter, _) = cursor.number(1, 1)?;
    cursor.skip_any(b"-/ ");
    quarter_of(cursor.number(4, 4)?.0, quarter)
}

/// The time of day and the offset that may follow a day.
fn with_time(cursor: &mut Cursor<'_>, day: Day, short_year: bool) -> Option<Written> {
    let written = date_only(day, Precision::Day, short_year);
    if cursor.is_at_end() {
        return Some(written);
    }
    if cursor.take_any(b"tT").is_none() && cursor.skip_any(b" ") == 0 {
        return None;
    }
    let time_micros = cursor.time_of_day()?;
    cursor.skip_any(b" ");
    let offset_secs = if cursor.is_at_end() { None } else { Some(cursor.offset()?) };
    Some(Written { time_micros, offset_secs, precision: Precision::Second, ..written })
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn said(cell: &str) -> Option<String> {
        let written = read(cell)?;
        let day = match written.day {
            Day::Known(date) => date.to_string(),
            Day::Either { first, second, year } => format!("{first}?{second}?{year}"),
        };
        let time = written.time_micros / 1_000_000;
        Some(match (written.precision, written.offset_secs) {
            (Precision::Second, None) => format!("{day} {time}s"),
            (Precision::Second, Some(offset)) => format!("{day} {time}s {offset}"),
            (precision, _) => format!("{precision:?} {day}"),
        })
    }

    #[track_caller]
    fn reads(cell: &str, expected: &str) {
        assert_eq!(said(cell).as_deref(), Some(expected), "{cell}");
    }

    #[test]
    fn iso_dates_and_times() {
        reads("2024-01-31", "Day 2024-01-31");
        reads("2024/1/31", "Day 2024-01-31");
        reads("2024-01-31T13:30", "2024-01-31 48600s");
        reads("2024-01-31 13:30:05.250", "2024-01-31 48605s");
        reads("2024-01-31T13:30:05Z", "2024-01-31 48605s 0");
        reads("2024-01-31T13:30+05:30", "2024-01-31 48600s 19800");
        reads("2024-01-31 13:30:00 -0800", "2024-01-31 48600s -28800");
        reads("2024-01-31 13:30:00 UTC", "2024-01-31 48600s 0");
        reads("2024-01-31 24:00", "2024-01-31 86400s");
        reads("20240131T133005", "2024-01-31 48605s");
    }

    #[test]
    fn days_and_months_in_doubt_stay_so() {
        reads("3/4/2024", "Day 3?4?2024");
        reads("31.12.99", "Day 31?12?1999");
        reads("12/31/68 1:30 PM", "12?31?2068 48600s");
        reads("12/31/2024 12:05 am", "12?31?2024 300s");
    }

    #[test]
    fn months_quarters_and_names() {
        reads("1949-01", "Month 1949-01-01");
        reads("1949/1", "Month 1949-01-01");
        reads("12/1949", "Month 1949-12-01");
        reads("1949M12", "Month 1949-12-01");
        reads("1-01", "Month 0001-01-01");
        reads("Jan 1949", "Month 1949-01-01");
        reads("1949 January", "Month 1949-01-01");
        reads("Sep-49", "Month 2049-09-01");
        reads("1998 Q2", "Quarter 1998-04-01");
        reads("1998-Q2", "Quarter 1998-04-01");
        reads("1998q4", "Quarter 1998-10-01");
        reads("Q1 1998", "Quarter 1998-01-01");
        reads("31 Jan 2024", "Day 2024-01-31");
        reads("31-Jan-24", "Day 2024-01-31");
        reads("Jan 31, 2024", "Day 2024-01-31");
        reads("2024-Mar-05 10:00", "2024-03-05 36000s");
    }

    #[test]
    fn what_is_no_date() {
        for cell in [
            "",
            "1",
            "1.5",
            "1949.01",
            "2024-02-30",
            "2024-13-01",
            "32/13/2024",
            "2024-01-31x",
            "1998 Q5",
            "2024-01-31T25:00",
            "2024-01-31 13:60",
            "9999-12-31",
            "hello",
            "20240131",
            "2024-01-31T",
            "Q",
            "--",
            "May",
            "Mayor 2024",
            "é2024",
            "2024-é",
            "1-1",
            "13-2024",
            "2024-01-01T10:00+99:00",
            "99999999T00:00",
        ] {
            assert_eq!(said(cell), None, "{cell:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(cell in "\\PC{0,24}", dated in "[0-9TZqQ:/. +-]{0,24}") {
            let _ = read(&cell);
            let _ = read(&dated);
        }
    }
}
