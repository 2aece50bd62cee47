//! Numbers for people: enough digits to tell values apart, no more.
//!
//! Not for files, which carry every digit.

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

/// A whole number with thin spaces between thousands: `12 345`.
pub fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) && digits.len() > 4 {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}

/// A duration for people: `3 ms`, `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`.
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
    if seconds < 60.0 {
        return format!("{:.0} s", seconds.min(59.0));
    }
    if seconds < 3_600.0 {
        let minutes = (seconds / 60.0).floor();
        return format!("{minutes:.0} min {:02.0} s", (seconds - minutes * 60.0).min(59.0));
    }
    let hours = (seconds / 3_600.0).floor();
    format!("{hours:.0} h {:02.0} min", ((seconds - hours * 3_600.0) / 60.0).min(59.0))
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
    fn durations_read_well() {
        assert_eq!(duration(0.0), "<1 ms");
        assert_eq!(duration(0.0031), "3 ms");
        assert_eq!(duration(0.42), "0.4 s");
        assert_eq!(duration(42.4), "42 s");
        assert_eq!(duration(185.0), "3 min 05 s");
        assert_eq!(duration(7_800.0), "2 h 10 min");
        assert_eq!(duration(f64::INFINITY), "–");
    }
}
