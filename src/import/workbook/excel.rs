//! What the formats of Excel have in common: names of cells, dates as numbers, number formats, errors.

use std::fmt::Write;

use jiff::civil::{Date, date};
use jiff::{SignedDuration, ToSpan};

/// What a cell's number format makes of its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum NumberKind {
    #[default]
    Number,
    /// A point in time, in days.
    Date,
    /// A time of day, as a fraction of a day: `hh:mm`, without a letter of a date.
    Clock,
    /// A length of time, in days, shown as hours: `[h]:mm`.
    Span,
}

/// Where the days of a workbook are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum DayZero {
    #[default]
    Of1900,
    Of1904,
}

impl NumberKind {
    /// That of a format Excel has built in (ECMA-376, 18.8.30).
    pub const fn of_built_in(format: u32) -> Self {
        match format {
            18..=21 | 32 | 33 | 45 | 47 => Self::Clock,
            14..=17 | 22 | 27..=31 | 34..=36 | 50..=58 => Self::Date,
            46 => Self::Span,
            _ => Self::Number,
        }
    }

    /// That of a format as it is written: a letter of a date or a time outside of quotes, escapes and
    /// brackets, in the part for positive numbers. `m` is a minute beside an hour or a second.
    pub fn of_code(code: &str) -> Self {
        let mut letters = code.chars();
        let mut bracket: Option<String> = None;
        let (mut meridiem, mut is_clock, mut is_timed) = (false, false, false);
        while let Some(letter) = letters.next() {
            let lower = letter.to_ascii_lowercase();
            if let Some(inside) = &mut bracket {
                if letter != ']' {
                    inside.push(lower);
                    continue;
                }
                let is_span = |of: char| !inside.is_empty() && inside.chars().all(|c| c == of);
                if ['h', 'm', 's'].into_iter().any(is_span) {
                    return Self::Span;
                }
                bracket = None;
                continue;
            }
            match lower {
                // What they are followed by is shown as it is.
                '\\' | '_' | '*' => drop(letters.next()),
                '"' => drop(letters.by_ref().find(|&letter| letter == '"')),
                '[' => bracket = Some(String::new()),
                ';' => break,
                'a' => meridiem = true,
                'p' | '/' if meridiem => is_clock = true,
                'h' | 's' => is_clock = true,
                'm' => is_timed = true,
                'd' | 'y' => return Self::Date,
                _ => {}
            }
        }
        match (is_clock, is_timed) {
            (true, _) => Self::Clock,
            (false, true) => Self::Date,
            (false, false) => Self::Number,
        }
    }
}

/// A number as text: a date or a time of day where its format says so. A time of day of more than a
/// day is a date that shows its time only.
pub(super) fn push_number(number: f64, kind: NumberKind, zero: DayZero, text: &mut String) {
    match kind {
        NumberKind::Clock if (0.0..=1.0).contains(&number) => push_clock(day_millis(number), text),
        NumberKind::Date | NumberKind::Clock if push_date(number, zero, text).is_some() => {}
        _ => drop(write!(text, "{number}")),
    }
}

const DAY_MILLIS: f64 = 86_400_000.0;
/// The day that Excel takes for 29 February 1900, which there was not.
const NO_DAY: i64 = 60;
/// The last day of the year 9999.
const LAST_DAY: f64 = 2_958_465.0;

/// ISO 8601; `None` for a number that is no day of the calendar.
fn push_date(days: f64, zero: DayZero, text: &mut String) -> Option<()> {
    if !(0.0..=LAST_DAY + 1.0).contains(&days) {
        return None;
    }
    let millis = day_millis(days);
    let (day, rest) = (millis / 86_400_000, millis % 86_400_000);
    let first: Date = match zero {
        DayZero::Of1904 => date(1904, 1, 1),
        DayZero::Of1900 if day < NO_DAY => date(1899, 12, 31),
        DayZero::Of1900 => date(1899, 12, 30),
    };
    if (day, zero) == (NO_DAY, DayZero::Of1900) {
        text.push_str("1900-02-29");
    } else {
        let _ = write!(text, "{}", first.checked_add(day.days()).ok()?);
    }
    if rest != 0 {
        text.push('T');
        push_clock(rest, text);
    }
    Some(())
}

/// Days, up to the last one of the calendar, in milliseconds.
#[allow(clippy::cast_possible_truncation, reason = "below 2^48 for days of the calendar")]
fn day_millis(days: f64) -> i64 {
    (days * DAY_MILLIS).round() as i64
}

/// A time of day; 24:00 is the midnight at its end.
fn push_clock(millis: i64, text: &mut String) {
    if millis == 86_400_000 {
        return text.push_str("24:00:00");
    }
    let time = jiff::civil::Time::midnight().wrapping_add(SignedDuration::from_millis(millis));
    let _ = write!(text, "{}", time.strftime("%H:%M:%S"));
    if millis % 1000 != 0 {
        let _ = write!(text, ".{:03}", millis % 1000);
    }
}

/// What a cell shows for the code of an error (MS-XLS, 2.5.10).
pub(super) const fn error_word(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        0x2b => "#DATA!",
        _ => "#N/A",
    }
}

/// A number in 30 bits (MS-XLS, 2.5.217): a whole one or the upper half of a float, or a hundredth.
pub(super) fn rk_number(bits: u32) -> f64 {
    let number = if bits & 2 == 0 {
        f64::from_bits(u64::from(bits & !3) << 32)
    } else {
        f64::from(bits.cast_signed() >> 2)
    };
    if bits & 1 == 0 { number } else { number / 100.0 }
}

/// Row and column, counted from 0, of a cell's name: `B3` is (2, 1). Too large ones stay too large.
pub(super) fn place_of(name: &str) -> Option<(u64, u64)> {
    let digits = name.find(|letter: char| !letter.is_ascii_alphabetic())?;
    let (letters, digits) = name.split_at(digits);
    let column = letters.bytes().fold(0_u64, |column, letter| {
        let letter = u64::from(letter.to_ascii_uppercase() - b'A') + 1;
        column.saturating_mul(26).saturating_add(letter)
    });
    Some((row_of(digits)?, column.checked_sub(1)?))
}

/// A row's number, counted from 0, where it is written counted from 1.
pub(super) fn row_of(digits: &str) -> Option<u64> {
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let number = digits.bytes().fold(0_u64, |number, digit| {
        number.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
    });
    number.checked_sub(1)
}

/// The name of a column, counted from 0.
pub(super) fn column_name(column: u64) -> String {
    let mut letters = Vec::new();
    let mut left = column.saturating_add(1);
    while let Some(rest) = left.checked_sub(1) {
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        left = rest / 26;
    }
    letters.iter().rev().collect()
}

/// The name of a cell, its row and column counted from 0.
pub(super) fn place_name(row: u64, column: u64) -> String {
    format!("{}{}", column_name(column), row.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_have_names() {
        for (name, place) in [("A1", (0, 0)), ("z10", (9, 25)), ("XFD1048576", (1_048_575, 16_383))]
        {
            assert_eq!(place_of(name), Some(place));
            assert_eq!(place_name(place.0, place.1), name.to_ascii_uppercase());
        }
        assert_eq!(place_of("A4294967297"), Some((4_294_967_296, 0)));
        assert!(place_of(&"Z".repeat(99).replace('Z', "ZZ9")).is_none());
        for none in ["", "A", "7", "A0", "A-1", "É1", "A1B"] {
            assert_eq!(place_of(none), None, "{none}");
        }
    }

    #[test]
    fn formats_tell_dates_from_numbers() {
        use NumberKind::{Clock, Date, Number, Span};
        for (code, kind) in [
            ("DD/MM/YY", Date),
            ("H:MM:SS;@", Clock),
            ("hh:mm", Clock),
            ("mm:ss.0", Clock),
            ("[$-409]h:mm AM/PM;@", Clock),
            ("dd/mm/yyyy hh:mm", Date),
            ("hh:mm dd.mm", Date),
            ("mmm", Date),
            ("m\"M\"d\"D\";@", Date),
            ("[$-404]e\"x\"m\"y\"", Date),
            ("ha/p\\\\m", Clock),
            ("*-yyyy-mm-dd", Date),
            ("[h]:mm:ss", Span),
            ("[ss]", Span),
            ("[>=100][Magenta][s].00", Span),
            ("#,##0\\ [$\u{20bd}-46D]", Number),
            ("\"$\"#,##0_);[Red](\"$\"#,##0)", Number),
            ("0_ ;[Red]\\-0\\ ", Number),
            ("\\Y000000", Number),
            ("#,##0.0####\" YMD\"", Number),
            ("#,##0*y", Number),
            ("General", Number),
            ("0.00E+00", Number),
        ] {
            assert_eq!(NumberKind::of_code(code), kind, "{code}");
        }
    }

    #[test]
    fn days_become_dates() {
        let text = |days: f64, zero| {
            let mut text = String::new();
            push_number(days, NumberKind::Date, zero, &mut text);
            text
        };
        for (days, date) in [
            (0.0, "1899-12-31"),
            (59.0, "1900-02-28"),
            (60.0, "1900-02-29"),
            (61.0, "1900-03-01"),
            (45_322.0, "2024-01-31"),
            (45_322.5, "2024-01-31T12:00:00"),
            (45_322.999_999_999, "2024-02-01"),
            (45_322.000_005_787, "2024-01-31T00:00:00.500"),
            (2_958_465.0, "9999-12-31"),
            (-1.0, "-1"),
            (1e300, &format!("1{}", "0".repeat(300))),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(text(days, DayZero::Of1900), date, "{days}");
        }
        assert_eq!(text(0.0, DayZero::Of1904), "1904-01-01");
        assert_eq!(text(2_958_465.0, DayZero::Of1904), "2958465");
    }

    #[test]
    fn fractions_of_a_day_become_times_of_day() {
        let text = |days: f64| {
            let mut text = String::new();
            push_number(days, NumberKind::Clock, DayZero::Of1900, &mut text);
            text
        };
        for (days, shown) in [
            (0.0, "00:00:00"),
            (0.5, "12:00:00"),
            (1.0 / 24.0 * 7.0, "07:00:00"),
            (0.999_999_999_9, "24:00:00"),
            (1.0, "24:00:00"),
            (0.000_005_787, "00:00:00.500"),
            (45_322.25, "2024-01-31T06:00:00"),
            (-0.25, "-0.25"),
        ] {
            assert_eq!(text(days), shown, "{days}");
        }
        for format in [18, 19, 20, 21, 45, 47] {
            assert_eq!(NumberKind::of_built_in(format), NumberKind::Clock);
        }
    }

    #[test]
    fn short_numbers_are_whole_or_a_fraction() {
        assert_eq!(rk_number((-5_i32 << 2).cast_unsigned() | 2), -5.0);
        assert_eq!(rk_number((125 << 2) | 3), 1.25);
        assert_eq!(rk_number(0x3ff8_0000), 1.5);
    }
}
