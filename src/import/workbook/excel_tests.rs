//! Numbers, dates and places of a sheet as Excel keeps them.

use super::*;

#[test]
fn places_have_names() {
    for (name, place) in [("A1", (0, 0)), ("z10", (9, 25)), ("XFD1048576", (1_048_575, 16_383))] {
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
