//! Numbers as a field writes them, and how typed ones are read. Not for cells of a file, see
//! `import::number`.

/// A number with six decimals at the most and no zeros behind them: `0.005`, `1`. Where six decimals
/// are too few for it, all of them, or a power of ten: `0.00000025`, `1e-12`.
pub fn plain(value: f64) -> String {
    /// Digits that a field has room for.
    const ROOM: usize = 12;
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let is_close = text.parse().is_ok_and(|shown: f64| (shown - value).abs() <= 1e-4 * value.abs());
    let whole = format!("{value}");
    match () {
        () if is_close && text == "-0" => "0".to_owned(),
        () if is_close && text.len() <= ROOM => text.to_owned(),
        () if whole.len() <= ROOM => whole,
        () => format!("{value:e}"),
    }
}

/// Why typed text is not taken; `now` is what the field keeps. Says what to type instead.
pub type Complaint = String;

/// A whole number of digits only: a sign between thousands could be a decimal sign.
///
/// # Errors
/// What is wrong with the text, and what to type.
pub fn read_whole(text: &str, now: &str) -> Result<u64, Complaint> {
    let text = text.trim();
    if text.is_empty() {
        return Err(nothing(now, "24"));
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let too_large = |_| format!("{text} is too large, so {now} stays. Type a smaller number.");
        return text.parse().map_err(too_large);
    }
    Err(format!(
        "“{text}” is not a whole number, so {now} stays. Type digits only, such as 24 or 1000."
    ))
}

/// A number with a point or a comma before its decimals: `0.002` and `0,002` are the same. What could
/// as well have a sign between its thousands, such as `1,250`, is asked about and not guessed.
///
/// # Errors
/// What is wrong with the text, and what to type.
pub fn read_fraction(text: &str, now: &str) -> Result<f64, Complaint> {
    let text = text.trim();
    if text.is_empty() {
        return Err(nothing(now, "0.002"));
    }
    let plain_signs = text.replace('\u{2212}', "-");
    if let Some((one, other)) = two_readings(&plain_signs) {
        return Err(format!(
            "“{text}” can mean {} or {}, so {now} stays. Type the one you mean.",
            plain(one),
            plain(other)
        ));
    }
    let with_point =
        if plain_signs.contains('.') { plain_signs } else { plain_signs.replacen(',', ".", 1) };
    let is_number = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    match with_point.parse::<f64>() {
        Ok(number) if number.is_finite() && is_number(&with_point) => Ok(number),
        _ => Err(format!(
            "“{text}” is not a number, so {now} stays. Type one such as 0.002 or 0,002."
        )),
    }
}

fn nothing(now: &str, such_as: &str) -> Complaint {
    format!("The field is empty, so {now} stays. Type a number such as {such_as}.")
}

/// Both numbers that a text with one comma before exactly three digits may mean.
fn two_readings(text: &str) -> Option<(f64, f64)> {
    let (whole, rest) = text.split_once(',')?;
    let digits = whole.trim_start_matches(['-', '+']);
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let may_group =
        (1..=3).contains(&digits.len()) && are_digits(digits) && !digits.starts_with('0');
    if !may_group || rest.len() != 3 || !are_digits(rest) {
        return None;
    }
    let read = |sign: &str| format!("{whole}{sign}{rest}").parse().ok();
    Some((read(".")?, read("")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_is_a_decimal_sign() {
        for (text, value) in [
            ("0,002", 0.002),
            ("0.002", 0.002),
            (" 1,5 ", 1.5),
            (",5", 0.5),
            ("12,25", 12.25),
            ("0,125", 0.125),
            ("1e-3", 1e-3),
            ("1,5e-3", 1.5e-3),
            ("\u{2212}2,5", -2.5),
            ("3", 3.0),
            ("1.250", 1.25),
            ("1000,125", 1000.125),
        ] {
            assert_eq!(read_fraction(text, "5"), Ok(value), "{text}");
        }
    }

    #[test]
    fn thousands_are_not_guessed() {
        for text in ["1,250", "-12,500", "100,000"] {
            let complaint = read_fraction(text, "5").unwrap_err();
            assert!(complaint.contains("can mean") && complaint.contains("5 stays"), "{complaint}");
        }
        let complaint = read_fraction("1,250", "5").unwrap_err();
        assert!(complaint.contains("1.25 or 1250"), "{complaint}");
        for text in ["1,250,000", "1.250,5", "1,250.5", "1 250", "1'250"] {
            assert!(read_fraction(text, "5").is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_says_what_is_expected() {
        for text in ["", " ", "abc", "0.0.2", "nan", "inf", "1e999", "0x10", "-", "infinity", "5 %"]
        {
            let complaint = read_fraction(text, "0.005").unwrap_err();
            assert!(complaint.contains("0.005 stays. Type"), "{text}: {complaint}");
            let complaint = read_whole(text, "32").unwrap_err();
            assert!(complaint.contains("32 stays. Type"), "{text}: {complaint}");
        }
    }

    #[test]
    fn whole_numbers_are_of_digits_only() {
        assert_eq!(read_whole(" 120 ", "1"), Ok(120));
        assert_eq!(read_whole("18446744073709551615", "1"), Ok(u64::MAX));
        for text in ["1.5", "1,5", "10,000", "-3", "+3", "1e3"] {
            assert!(read_whole(text, "1").unwrap_err().contains("not a whole number"), "{text}");
        }
        let complaint = read_whole("18446744073709551616", "1").unwrap_err();
        assert!(complaint.contains("too large"), "{complaint}");
    }
}
