//! Numbers for people: enough digits to tell values apart, no more; and numbers in files of JSON, which has
//! no word for NaN and infinities and writes `null`.
//!
//! Not for numbers that have to come back to the last bit (`train::Exact`).

use serde::{Deserialize, Deserializer};

/// A value with about four significant digits, and all digits left of the point: `432`, `17.86`,
/// `0.05123`, `1.234e-7`. Missing is an en dash.
pub fn compact(value: f64) -> String {
    if value.is_nan() {
        return "–".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "-∞" }.to_owned();
    }
    let size = value.abs();
    match size {
        0.0 => "0".to_owned(),
        _ if !(1e-4..1e9).contains(&size) => format!("{value:.3e}"),
        _ if size >= 1_000.0 => format!("{value:.0}"),
        _ if size >= 100.0 => format!("{value:.1}"),
        _ if size >= 10.0 => format!("{value:.2}"),
        _ if size >= 1.0 => format!("{value:.3}"),
        _ if size >= 0.1 => format!("{value:.4}"),
        _ => format!("{value:.5}"),
    }
}

/// As [`compact`], with thin spaces between thousands: `12 346`, `1 234 567`. For the window; text of
/// a terminal or a message may be read by a program, which would stumble over the spaces.
pub fn compact_grouped(value: f64) -> String {
    with_thousands(&compact(value))
}

/// A whole number with thin spaces between thousands: `12 345`.
pub fn grouped(count: usize) -> String {
    with_thousands(&count.to_string())
}

/// A percentage with its sign: `12.34 %`.
pub fn percent(value: f64) -> String {
    if value.is_finite() { format!("{} %", compact_grouped(value)) } else { compact(value) }
}

/// The space between thousands.
const THIN_SPACE: char = '\u{2009}';
/// Numbers with fewer digits before the point are read at a glance as they are.
const FEWEST_DIGITS_GROUPED: usize = 5;

/// A written number with thin spaces between the thousands before its point. Powers of ten, signs and
/// decimals stay as they are.
pub fn with_thousands(number: &str) -> String {
    let start = number.find(|sign: char| sign.is_ascii_digit()).unwrap_or(number.len());
    let (sign, rest) = number.split_at(start);
    let end = rest.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, after) = rest.split_at(end);
    if digits.len() < FEWEST_DIGITS_GROUPED {
        return number.to_owned();
    }
    let mut text = String::with_capacity(number.len() * 2);
    text.push_str(sign);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(THIN_SPACE);
        }
        text.push(digit);
    }
    text.push_str(after);
    text
}

/// A duration for people, in one unit or two that follow each other: `38 ms`, `3.1 s`, `12 s`,
/// `3 min 5 s`, `1 h 5 min`, `2 d 3 h`.
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return "–".to_owned();
    }
    if seconds < 0.0005 {
        return "<1 ms".to_owned();
    }
    if seconds < 0.0995 {
        return format!("{:.0} ms", seconds * 1e3);
    }
    if seconds < 9.95 {
        return format!("{seconds:.1} s");
    }
    // Rounded once, so that no part reaches the next unit: `59.7` is `1 min`.
    for (unit, name, part, part_name) in
        [(1.0, "s", 1.0, ""), (60.0, "min", 1.0, "s"), (3_600.0, "h", 60.0, "min")]
    {
        let whole = (seconds / part).round() * part;
        let limit = if unit < 3_600.0 { unit * 60.0 } else { unit * 24.0 };
        if whole < limit {
            return in_two_units(whole, (unit, name), (part, part_name));
        }
    }
    in_two_units((seconds / 3_600.0).round() * 3_600.0, (86_400.0, "d"), (3_600.0, "h"))
}

/// So many seconds in a unit and a part of it, which is left out where it is zero.
fn in_two_units(seconds: f64, (unit, name): (f64, &str), (part, part_name): (f64, &str)) -> String {
    let units = (seconds / unit).floor();
    let parts = ((seconds - units * unit) / part).round();
    let units = with_thousands(&format!("{units:.0}"));
    if parts < 1.0 {
        format!("{units} {name}")
    } else {
        format!("{units} {name} {parts:.0} {part_name}")
    }
}

/// A number, or NaN where `null` stands: what was infinite comes back as NaN, and the rest of the file
/// with it.
///
/// # Errors
/// Where something else stands there.
pub fn nan_where_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
}

/// Numbers, likewise.
///
/// # Errors
/// Where something else stands there.
pub fn nans_where_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
    let numbers: Vec<Option<f64>> = Vec::deserialize(deserializer)?;
    Ok(numbers.into_iter().map(|number| number.unwrap_or(f64::NAN)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_follow_the_size() {
        assert_eq!(compact(432.0), "432.0");
        assert_eq!(compact(12_345.678), "12346");
        assert_eq!(compact(17.857), "17.86");
        assert_eq!(compact(-0.5), "-0.5000");
        assert_eq!(compact(1.5e-7), "1.500e-7");
        assert_eq!(compact(f64::NAN), "–");
    }

    #[test]
    fn thousands_are_grouped_from_five_digits_on() {
        assert_eq!(grouped(1_234), "1234");
        assert_eq!(grouped(12_345), "12\u{2009}345");
        assert_eq!(grouped(1_234_567), "1\u{2009}234\u{2009}567");
    }

    #[test]
    fn thousands_of_values_are_grouped_and_nothing_else_of_them() {
        assert_eq!(compact_grouped(-1_234_567.8), "-1\u{2009}234\u{2009}568");
        assert_eq!(compact_grouped(12_345.678), "12\u{2009}346");
        for value in [9_999.0, 0.000_123_45, 1.5e-7, 2.5e12, f64::NAN, f64::INFINITY] {
            assert_eq!(compact_grouped(value), compact(value));
        }
        assert_eq!(with_thousands("12345.6789 MW"), "12\u{2009}345.6789 MW");
    }

    #[test]
    fn durations_read_well() {
        assert_eq!(duration(0.0), "<1 ms");
        assert_eq!(duration(0.0031), "3 ms");
        assert_eq!(duration(0.038), "38 ms");
        assert_eq!(duration(0.42), "0.4 s");
        assert_eq!(duration(3.12), "3.1 s");
        assert_eq!(duration(42.4), "42 s");
        assert_eq!(duration(185.0), "3 min 5 s");
        assert_eq!(duration(3_900.0), "1 h 5 min");
        assert_eq!(duration(7_800.0), "2 h 10 min");
        assert_eq!(duration(183_600.0), "2 d 3 h");
        assert_eq!(duration(f64::INFINITY), "–");
    }

    #[test]
    fn no_part_of_a_duration_reaches_the_unit_before_it() {
        for (seconds, text) in [
            (9.949, "9.9 s"),
            (9.96, "10 s"),
            (59.7, "1 min"),
            (119.6, "2 min"),
            (3_599.7, "1 h"),
            (7_199.0, "2 h"),
            (86_399.0, "1 d"),
            (172_799.0, "2 d"),
        ] {
            assert_eq!(duration(seconds), text, "{seconds}");
        }
    }
}
