//! Files of every form that must read without options: delimiters, headers, quotes, decimal signs,
//! encodings, and every kind of time column.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use tidegate::import::{Delimiter, ImportConfig, Reading, Role, TimeStyle, read_bytes};
use tidegate::series::TimeAxis;

#[track_caller]
fn read(text: &str) -> Reading {
    read_bytes("f.csv", text.as_bytes(), &ImportConfig::default()).unwrap()
}

fn chosen(text: &str, time: Option<&str>, target: Option<&str>) -> Reading {
    let config = ImportConfig {
        time: time.map(Into::into),
        target: target.map(Into::into),
        ..ImportConfig::default()
    };
    read_bytes("f.csv", text.as_bytes(), &config).unwrap()
}

/// A table of `rows` with `0, 1, 2, …` beside each time.
fn dated<T: AsRef<str>>(times: impl IntoIterator<Item = T>) -> String {
    let rows = times.into_iter().enumerate().map(|(i, time)| format!("{},{i}\n", time.as_ref()));
    format!("when,value\n{}", rows.collect::<String>())
}

#[track_caller]
fn check_times(times: &[&str], style: TimeStyle, step: &str, span: (&str, &str)) {
    let reading = read(&dated(times));
    assert_eq!(reading.time_column.as_deref(), Some("when"), "{times:?}");
    assert_eq!(reading.time_style, Some(style), "{times:?}");
    assert_eq!(reading.target().axis.step_label(), step, "{times:?}");
    let found = reading.target().span().unwrap();
    assert_eq!((found.0.as_str(), found.1.as_str()), span, "{times:?}");
}

#[test]
fn delimiters_headers_and_line_ends() {
    let expected = [1.5, 2.5, 3.5];
    for (text, delimiter) in [
        ("t,v\n2024-01-01,1.5\n2024-01-02,2.5\n2024-01-03,3.5\n", Delimiter::Comma),
        ("t;v\n2024-01-01;1,5\n2024-01-02;2,5\n2024-01-03;3,5\n", Delimiter::Semicolon),
        ("t\tv\r\n2024-01-01\t1.5\r\n2024-01-02\t2.5\r\n2024-01-03\t3.5\r\n", Delimiter::Tab),
        ("t|v\n2024-01-01|1.5\n2024-01-02|2.5\n2024-01-03|3.5", Delimiter::Pipe),
        ("\u{feff}t,v\n2024-01-01,1.5\n2024-01-02,2.5\n2024-01-03,3.5\n\n\n", Delimiter::Comma),
        ("t,v\r2024-01-01,1.5\r2024-01-02,2.5\r2024-01-03,3.5\r", Delimiter::Comma),
        (
            "\"t\",\"v\"\n\"2024-01-01\",\"1.5\"\n2024-01-02,2.5\n2024-01-03, 3.5\n",
            Delimiter::Comma,
        ),
    ] {
        let reading = read(text);
        assert_eq!(&*reading.target().values, expected, "{text:?}");
        assert_eq!(reading.format.delimiter, delimiter, "{text:?}");
        assert_eq!(reading.target().name, "v");
        assert_eq!(reading.target().axis.iso(0), "2024-01-01");
        assert_eq!((reading.ledger.rows_read, reading.ledger.rows_used), (3, 3));
        assert_eq!(reading.format.byte_order_mark, text.starts_with('\u{feff}'));
    }
}

#[test]
fn without_a_header_columns_are_numbered() {
    let reading = read("2024-01-01,1,a\n2024-01-02,2,b\n");
    assert!(!reading.format.has_header);
    assert_eq!(reading.time_column.as_deref(), Some("column 1"));
    assert_eq!(reading.target().name, "column 2");
    assert_eq!(reading.columns[2].role, Role::Text);
}

#[test]
fn one_column_is_read_with_and_without_a_header() {
    let reading = read("value\n1\n2\n4\n");
    assert_eq!(&*reading.target().values, [1.0, 2.0, 4.0]);
    assert_eq!(reading.target().axis, TimeAxis::row_numbers());
    assert_eq!(reading.time_column, None);
    assert_eq!(&*read("1\n2\n3\n").target().values, [1.0, 2.0, 3.0]);
    assert_eq!(&*read("value\n1,5\n2,5\n").target().values, [1.5, 2.5]);
    assert_eq!(&*read("1990\n1991\n1992\n").target().values, [1990.0, 1991.0, 1992.0]);
}

#[test]
fn quoted_cells_may_hold_delimiters_quotes_and_newlines() {
    let text = "t,note,v\n2024-01-01,\"a, \"\"b\"\"\nc\",1\n2024-01-02,\"x\",\"1,234.5\"\n";
    let reading = read(text);
    assert_eq!(&*reading.target().values, [1.0, 1234.5]);
    assert_eq!(reading.preview.rows[0][1], "a, \"b\" c");
    assert_eq!(reading.preview.lines, [2, 4]);
    assert!(reading.notes[0].contains("thousands separators"), "{:?}", reading.notes);
}

#[test]
fn a_decimal_comma_may_stand_beside_grouped_thousands() {
    let reading = read("t;v\n2024-01-01;1.234,5\n2024-01-02;2,25\n2024-01-03;3\n");
    assert_eq!(&*reading.target().values, [1234.5, 2.25, 3.0]);
    assert!(reading.format.decimal_comma);
    assert_eq!(
        reading.summary(),
        "semicolon-separated, header, decimal comma, time in column t (dates, step 1 day), target v"
    );
}

#[test]
fn other_encodings_are_read_and_said() {
    let windows = b"t,caf\xe9\n2024-01-01,1\n2024-01-02,2\n";
    let reading = read_bytes("f", windows, &ImportConfig::default()).unwrap();
    assert_eq!(reading.target().name, "café");
    assert!(reading.notes[0].contains("Windows-1252, the first on line 1"), "{:?}", reading.notes);
    let wide: Vec<u8> = "\u{feff}t,v\n2024-01-01,1\n2024-01-02,2\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let reading = read_bytes("f", &wide, &ImportConfig::default()).unwrap();
    assert_eq!((&*reading.target().values, reading.format.encoding), (&[1.0, 2.0][..], "UTF-16"));
}

#[test]
fn iso_dates_and_times() {
    let style = TimeStyle::Dates;
    check_times(&["2024-01-01", "2024-01-08"], style, "1 week", ("2024-01-01", "2024-01-08"));
    check_times(
        &["2024-01-01 00:00:00", "2024-01-01 00:15:00"],
        style,
        "15 minutes",
        ("2024-01-01T00:00:00", "2024-01-01T00:15:00"),
    );
    check_times(
        &["2024-01-01T00:00:00Z", "2024-01-01T00:30:00Z"],
        style,
        "30 minutes",
        ("2024-01-01T00:00:00Z", "2024-01-01T00:30:00Z"),
    );
    check_times(
        &["2024-01-01T00:00:00.500+02:00", "2024-01-01T00:00:01.500+02:00"],
        style,
        "1 second",
        ("2024-01-01T00:00:00+02:00", "2024-01-01T00:00:01+02:00"),
    );
    check_times(
        &["2024-01-31", "2024-02-29", "2024-03-31"],
        style,
        "1 month",
        ("2024-01-31", "2024-03-31"),
    );
}

#[test]
fn day_first_and_month_first() {
    check_times(
        &["30/01/2024", "31/01/2024", "01/02/2024"],
        TimeStyle::DayFirst,
        "1 day",
        ("2024-01-30", "2024-02-01"),
    );
    check_times(
        &["1/30/24 13:00", "1/30/24 14:00"],
        TimeStyle::MonthFirst,
        "1 hour",
        ("2024-01-30T13:00:00", "2024-01-30T14:00:00"),
    );
    check_times(
        &["30.01.2024", "31.01.2024"],
        TimeStyle::DayFirst,
        "1 day",
        ("2024-01-30", "2024-01-31"),
    );
    let reading = read("Date,v\n01-02-2024,1\n02-02-2024,2\n");
    assert_eq!(
        reading.notes,
        ["day-first and month-first both fit the dates in column Date; read as day-first"]
    );
}

#[test]
fn months_quarters_and_years() {
    let months = ("1949-01", "1949-02");
    for times in [
        ["1949-01", "1949-02"],
        ["1949/01", "1949/02"],
        ["Jan 1949", "Feb 1949"],
        ["1949 Jan", "1949 Feb"],
        ["1949M01", "1949M02"],
    ] {
        check_times(&times, TimeStyle::YearMonth, "1 month", months);
    }
    check_times(&["Jan-95", "Feb-95"], TimeStyle::YearMonth, "1 month", ("1995-01", "1995-02"));
    check_times(&["1-01", "1-02"], TimeStyle::YearMonth, "1 month", ("0001-01", "0001-02"));
    for times in [
        ["1998 Q1", "1998 Q2"],
        ["1998-Q1", "1998-Q2"],
        ["1998Q1", "1998Q2"],
        ["Q1 1998", "Q2 1998"],
    ] {
        check_times(&times, TimeStyle::Quarters, "1 quarter", ("1998-01-01", "1998-04-01"));
    }
    check_times(&["1990", "1991", "1992"], TimeStyle::Years, "1 year", ("1990", "1992"));
    check_times(
        &["20240131", "20240201"],
        TimeStyle::CompactDates,
        "1 day",
        ("2024-01-31", "2024-02-01"),
    );
}

#[test]
fn unix_times_are_dates_in_utc() {
    let reading = read("timestamp,v\n1704067200,1\n1704070800,2\n1704078000,3\n");
    assert_eq!(reading.target().axis.step_label(), "1 hour");
    assert_eq!(reading.target().axis.iso(0), "2024-01-01T00:00:00Z");
    assert_eq!((reading.target().len(), reading.target().missing()), (4, 1));
}

#[test]
fn several_series_that_nothing_tells_apart_are_told_of() {
    let text = "t,v\n2024-01-01,1\n2024-01-02,2\n2024-01-01,3\n2024-01-02,4\n2024-01-01,5\n\
                2024-01-02,6\n";
    let reading = read(text);
    assert_eq!(&*reading.target().values, [1.0, 2.0]);
    assert!(reading.notes[0].contains("4 of 6 rows repeat the time"), "{:?}", reading.notes);
}

#[test]
fn a_plain_index_keeps_its_positions() {
    let reading = read("t,v\n10,1\n20,2\n40,3\n");
    assert_eq!(reading.time_style, Some(TimeStyle::Index));
    assert_eq!(reading.target().axis.iso(1), "20");
    assert_eq!(reading.target().missing(), 1);
    let reading = read("i,value\n0,0.5\n1,0.6\n2,0.7\n");
    assert_eq!(reading.target().axis.iso(2), "2");
}

#[test]
fn time_never_takes_the_only_numbers() {
    assert_eq!(read("year\n1990\n1991\n1992\n").target().name, "year");
    assert_eq!(read("name,t\na,1\nb,2\nc,3\n").target().name, "t");
    let reading = read("2024-01-01,1990\n2024-01-02,1991\n2024-01-03,1992\n");
    assert_eq!(&*reading.target().values, [1990.0, 1991.0, 1992.0]);
}

#[test]
fn row_numbers_are_no_target() {
    let reading = read(",date,v\n0,2024-01-01,5\n1,2024-01-02,6\n2,2024-01-03,7\n");
    assert_eq!(reading.columns[0].role, Role::RowNumber);
    assert_eq!(reading.target().name, "v");
    assert_eq!(reading.panel.series.len(), 2);
}

#[test]
fn the_time_without_repeats_wins() {
    let text = "Day,Time,v\n2024-01-01,2024-01-01T10:00,1\n2024-01-01,2024-01-01T11:00,2\n";
    assert_eq!(read(text).time_column.as_deref(), Some("Time"));
}

#[test]
fn columns_can_be_chosen_by_name() {
    let text = "a,b,c,when\n1,10,x,2024-01-01\n2,20,y,2024-01-02\n3,30,z,2024-01-03\n";
    assert_eq!(chosen(text, None, Some("b")).target().name, "b");
    let by_number = chosen(text, Some("b"), None);
    assert_eq!(
        (by_number.time_style, by_number.target().name.as_str()),
        (Some(TimeStyle::Index), "a")
    );
    let reading = read(text).with_target("b").unwrap();
    assert_eq!((reading.target().name.as_str(), reading.target), ("b", 1));
    assert_eq!((reading.columns[0].role, reading.columns[1].role), (Role::Target, Role::Target));
    assert_eq!(&*reading.target().values, [10.0, 20.0, 30.0]);
}

#[test]
fn offsets_that_change_are_a_zone() {
    let text = dated([
        "2021-03-28T00:00:00+01:00",
        "2021-03-28T01:00:00+01:00",
        "2021-03-28T03:00:00+02:00",
        "2021-03-28T04:00:00+02:00",
    ]);
    let reading = read(&text);
    assert_eq!(reading.target().axis.step_label(), "1 hour");
    assert_eq!(reading.target().missing(), 0);
    assert_eq!(reading.target().axis.iso(4), "2021-03-28T05:00:00+02:00");
    assert!(reading.notes[0].contains("first zone by name"), "{:?}", reading.notes);
    let reading = read(&dated(["2024-01-01T00:00+00:17", "2024-01-01T01:00+00:00"]));
    assert!(reading.notes.iter().any(|note| note.contains("shown in UTC")), "{:?}", reading.notes);
}

#[test]
fn irregular_times_become_row_numbers_and_are_said() {
    let times = ["2024-01-01T00:00:01", "2024-01-01T00:07:12", "2024-01-03T11:00:59"];
    let reading = read(&dated(times));
    assert_eq!(reading.target().axis, TimeAxis::row_numbers());
    assert!(reading.notes[0].contains("no even step of whole seconds"), "{:?}", reading.notes);
}

#[test]
fn the_summary_is_one_line() {
    let reading = read("\"Month\",\"Passengers\"\n\"1949-01\",112\n\"1949-02\",118\n");
    assert_eq!(
        reading.summary(),
        "comma-separated, header, time in column Month (year-month, step 1 month), \
         target Passengers"
    );
    assert_eq!(
        read("1\n2\n").summary(),
        "one column, no header, no time column (rows are numbered), target column 1"
    );
}

#[test]
fn the_preview_shows_the_first_rows_as_written() {
    let rows: Vec<String> = (0..300).map(|i| format!("{i},{}.50", i + 7)).collect();
    let reading = read(&format!("i,v\n{}", rows.join("\n")));
    assert_eq!(reading.preview.header, ["i", "v"]);
    assert_eq!(reading.preview.rows.len(), 200);
    assert_eq!(reading.preview.rows[1], ["1", "8.50"]);
    assert_eq!(reading.preview.lines[199], 201);
}

#[test]
fn the_config_refuses_unknown_keys() {
    let config: ImportConfig = toml::from_str("target = \"v\"").unwrap();
    assert_eq!(config.target.as_deref(), Some("v"));
    assert!(toml::from_str::<ImportConfig>("tagret = \"v\"").is_err());
}
