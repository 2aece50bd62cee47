//! Panels of many series: long panels and wide rows are found by content, or read as set.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use tidegate::import::{
    ColumnRole, DateOrder, Decimal, Delimiter, ImportConfig, ImportError, Layout, Reading, Reason,
    Role, read_bytes,
};
use tidegate::series::{MissingPolicy, StaticValue};

#[track_caller]
fn read(text: &str) -> Reading {
    read_with(text, &ImportConfig::default()).unwrap()
}

fn read_with(text: &str, config: &ImportConfig) -> Result<Reading, ImportError> {
    let reading = read_bytes("f.csv", text.as_bytes(), config)?;
    assert!(reading.ledger.balances(), "{:?}", reading.ledger);
    Ok(reading)
}

fn names(reading: &Reading) -> Vec<&str> {
    reading.panel.names().collect()
}

fn values(reading: &Reading, series: usize) -> Vec<String> {
    reading.panel.series[series].values.iter().map(f64::to_string).collect()
}

/// Two shops; the second starts later, has a gap and ends earlier.
const LONG: &str = "date,shop,kind,sales
2024-01-01,north,big,1
2024-02-01,north,big,2
2024-03-01,north,big,NA
2024-04-01,north,big,4
2024-02-01,south,small,20
2024-04-01,south,small,40
2024-01-01,east,small,7
2024-02-01,east,small,8
2024-03-01,east,small,9
";

#[test]
fn a_long_panel_has_a_series_for_each_key_on_its_own_axis() {
    let reading = read(LONG);
    assert_eq!(reading.layout, Layout::LongPanel);
    assert_eq!(names(&reading), ["north / big", "south / small", "east / small"]);
    assert_eq!(values(&reading, 0), ["1", "2", "NaN", "4"]);
    // Two rows two months apart stand on the months of the other series.
    assert_eq!(values(&reading, 1), ["20", "NaN", "40"]);
    let spans: Vec<_> = reading.panel.series.iter().map(|one| one.span().unwrap()).collect();
    assert_eq!(spans[1], ("2024-02-01".to_owned(), "2024-04-01".to_owned()));
    assert_eq!(spans[2], ("2024-01-01".to_owned(), "2024-03-01".to_owned()));
    let roles: Vec<Role> = reading.columns.iter().map(|column| column.role).collect();
    assert_eq!(roles, [Role::Time, Role::Id, Role::Id, Role::Target]);
    assert_eq!(
        reading.evidence,
        "5 of 9 rows have a time in date that an earlier row has too, but none within the same shop / kind; \
         if they are one series, choose the layout wide-columns"
    );
    assert_eq!(
        reading.summary(),
        "comma-separated, header, long panel of 3 series by shop / kind, time in column date \
         (dates, step 1 month), target north / big"
    );
}

#[test]
fn the_ledger_of_a_long_panel_is_told_for_each_series() {
    let text = format!("{LONG}2024-03-01,east,small,9\n2024-03-01,east,small,10\n2024-05-01,,,1\n");
    let ledger = read(&text).ledger;
    assert_eq!((ledger.rows_read, ledger.rows_used), (12, 9));
    assert_eq!((ledger.rows_merged(), ledger.rows_dropped()), (1, 2));
    assert_eq!(ledger.entry(Reason::MissingId, None).unwrap().lines, [13]);
    let told: Vec<_> = ledger
        .series
        .iter()
        .map(|one| {
            (one.name.as_str(), one.rows_read, one.rows_used, one.cells_read, one.cells_used)
        })
        .collect();
    assert_eq!(
        told,
        [("north / big", 4, 4, 4, 3), ("south / small", 2, 2, 2, 2), ("east / small", 5, 3, 3, 3)]
    );
    assert_eq!(ledger.series[0].entries[0].lines, [4]);
    assert_eq!(ledger.series[1].count(Reason::MissingSlot), 1);
    assert_eq!(ledger.series[2].count(Reason::ConflictingRow), 1);
}

#[test]
fn several_value_columns_make_several_series_a_key() {
    let mut text = "id,t,y,temperature,weather\n".to_owned();
    for id in ["a", "b"] {
        for day in 1..=12 {
            let weather = ["dry", "wet"][day % 2];
            text += &format!("{id},2024-01-{day:02},{day}.5,2{day},{weather}\n");
        }
    }
    let reading = read(&text);
    assert_eq!(
        names(&reading),
        ["a / y", "a / temperature", "a / weather", "b / y", "b / temperature", "b / weather"]
    );
    assert_eq!(reading.columns[4].categories, ["dry", "wet"]);
    let chosen = reading.with_target("b / y").unwrap();
    assert_eq!(chosen.target().name, "b / y");
    let known = chosen.target_with_covariates();
    let beside: Vec<&str> = known.past.iter().map(|covariate| covariate.name.as_str()).collect();
    assert_eq!(beside, ["temperature", "weather"]);
    let temperature = &known.past[0].values;
    assert_eq!(temperature[..], chosen.panel.get("b / temperature").unwrap().values[..]);
    let config = ImportConfig { target: Some("b / y".to_owned()), ..ImportConfig::default() };
    assert_eq!(read_with(&text, &config).unwrap().target, 3);
}

#[test]
fn whole_numbers_are_ids_by_name_or_by_blocks() {
    let mut text = "store,item,date,sales\n".to_owned();
    for (store, item) in [(1, 1), (1, 2), (2, 1), (2, 2)] {
        for day in 1..=5 {
            text += &format!("{store},{item},2024-01-{day:02},{}\n", day * 3 + item);
        }
    }
    assert_eq!(names(&read(&text)), ["1 / 1", "1 / 2", "2 / 1", "2 / 2"]);
    let mut blocks = "n1,date,y\n".to_owned();
    for i in 0..12 {
        blocks += &format!("{},2024-01-0{},{i}.5\n", 7 + i / 4, i % 4 + 1);
    }
    let reading = read(&blocks);
    assert_eq!(names(&reading), ["7", "8", "9"]);
}

#[test]
fn years_and_steps_may_count_within_each_key() {
    let text = "country,continent,year,gdp\nChad,Africa,1990,1.5\nChad,Africa,1991,2\n\
                Chad,Africa,1992,3\nPeru,America,1990,4\nPeru,America,1991,5\nPeru,America,1992,6\n";
    let reading = read(text);
    assert_eq!(names(&reading), ["Chad / Africa", "Peru / America"]);
    assert_eq!(reading.target().axis.iso(1), "1991");
    let text = "unique_id,ds,y\nT1,1,5\nT1,2,6\nT1,3,7\nT2,1,8\nT2,2,9\nT2,3,10\nT2,4,11\n";
    let reading = read(text);
    assert_eq!(names(&reading), ["T1", "T2"]);
    assert_eq!(values(&reading, 1), ["8", "9", "10", "11"]);
}

#[test]
fn wide_rows_under_positions_end_where_the_blanks_begin() {
    let text = "V1,V2,V3,V4,V5\nA,1,2,3,4\nB,5,NA,7,\nC,,x,NA,\nD,,,,\n";
    let reading = read(text);
    assert_eq!(reading.layout, Layout::WideRows);
    assert_eq!(names(&reading), ["A", "B", "C"]);
    assert_eq!(values(&reading, 1), ["5", "NaN", "7"]);
    assert_eq!(values(&reading, 2), ["NaN", "NaN", "NaN"]);
    assert_eq!(reading.target().axis.iso(0), "1");
    assert_eq!(reading.evidence, "the header runs through positions from V2 to V5");
    let ledger = &reading.ledger;
    assert_eq!((ledger.rows_read, ledger.rows_used, ledger.count(Reason::EmptyRow)), (4, 3, 1));
    assert_eq!((ledger.cells_read, ledger.cells_used), (10, 6));
    assert_eq!(ledger.entry(Reason::MissingCell, None).unwrap().lines, [3, 4]);
    assert_eq!(ledger.series[2].count(Reason::UnparsableCell), 1);
}

#[test]
fn wide_rows_may_end_before_the_header_does() {
    for header in ["id,1,2,3,4", "id,V1,V2,V3,V4", "id,2024-01-01,2024-01-02,2024-01-03,2024-01-04"]
    {
        let reading = read(&format!("{header}\na,1,5,3,4\nb,5\nc,6,,7\nd,8\n"));
        assert_eq!(reading.layout, Layout::WideRows, "{header}");
        let lengths: Vec<usize> =
            reading.panel.series.iter().map(tidegate::series::Series::len).collect();
        assert_eq!(lengths, [4, 1, 3, 1], "{header}");
        assert_eq!(reading.ledger.rows_dropped(), 0);
        assert_eq!(reading.ledger.count(Reason::MissingCell), 1, "{header}");
    }
    let steps = read("day,1,2,3\n2024-01-01,1,2,3\n2024-01-02,4\n2024-01-03,5,6,7\n");
    assert_eq!((steps.layout, steps.ledger.rows_dropped()), (Layout::WideColumns, 1));
}

#[test]
fn wide_rows_of_the_same_id_are_told_apart_under_dates() {
    let reading = read("id,2024-01,2024-02,2024-03\na,1,2,3\nb,4,5,6\na,7,8,9\n");
    assert_eq!(reading.layout, Layout::WideRows);
    assert_eq!(reading.panel.names().collect::<Vec<_>>(), ["a", "b", "a (2)"]);
    assert!(reading.evidence.contains("1 row has the ids of an earlier one"));
    let kinds = read("kind,x1,x2,x3\na,1,2,3\nb,4,5,6\na,7,8,9\n");
    assert_eq!(kinds.layout, Layout::WideColumns);
}

#[test]
fn wide_rows_under_dates_stand_on_them() {
    let text = "region,kind,2024-01,2024-02,2024-03,2024-04\nn,a,1,2,3,4\nn,b,5,6,7,8\n";
    let reading = read(text);
    assert_eq!(names(&reading), ["n / a", "n / b"]);
    assert_eq!(reading.target().span().unwrap().1, "2024-04");
    let text = "id,1990,1991,1992\n17,5,6,7\n18,8,9,10\n";
    let reading = read(text);
    assert_eq!(names(&reading), ["17", "18"]);
    assert_eq!(reading.target().axis.step_label(), "1 year");
}

#[test]
fn layouts_can_be_set() {
    let of = |layout| ImportConfig { layout: Some(layout), ..ImportConfig::default() };
    let wide = read_with(LONG, &of(Layout::WideColumns)).unwrap();
    assert_eq!((wide.layout, wide.target().name.as_str()), (Layout::WideColumns, "sales"));
    let rows = read_with("a,b,c\n1,2,3\n4,5,6\n", &of(Layout::WideRows)).unwrap();
    assert_eq!(names(&rows).len(), 2);
    let mut config = of(Layout::LongPanel);
    config.roles.insert("shop".to_owned(), ColumnRole::Id);
    let by_shop = read_with(LONG, &config).unwrap();
    assert_eq!(names(&by_shop), ["north", "south", "east"]);
    assert_eq!(by_shop.columns[2].role, Role::Static);
}

#[test]
fn the_form_of_the_file_can_be_set() {
    let text = "01/02/2024;1.234\n02/02/2024;2.345\n";
    let config = ImportConfig {
        delimiter: Some(Delimiter::Semicolon),
        decimal: Some(Decimal::Comma),
        header: Some(false),
        date_order: Some(DateOrder::MonthFirst),
        ..ImportConfig::default()
    };
    let reading = read_with(text, &config).unwrap();
    assert_eq!(values(&reading, 0)[0], "1234");
    assert_eq!(reading.target().axis.iso(0), "2024-01-02");
    let headed = ImportConfig { header: Some(true), ..ImportConfig::default() };
    assert_eq!(read_with("2024-01-01,5\n2024-01-02,6\n", &headed).unwrap().target().name, "5");
}

#[test]
fn roles_can_be_set() {
    let text = "t,y,z,code\n2024-01-01,1,4,a\n2024-01-02,2,5,b\n2024-01-03,3,6,c\n";
    let mut config = ImportConfig::default();
    config.roles.insert("y".to_owned(), ColumnRole::Ignored);
    config.roles.insert("code".to_owned(), ColumnRole::PastCovariate);
    let reading = read_with(text, &config).unwrap();
    assert_eq!(names(&reading), ["z", "code"]);
    assert_eq!(reading.columns[3].categories, ["a", "b", "c"]);
    config.roles.insert("z".to_owned(), ColumnRole::FutureCovariate);
    let none = read_with(text, &config).unwrap_err().to_string();
    assert!(none.contains("no column holds numbers"), "{none}");
    config.roles.insert("q".to_owned(), ColumnRole::Static);
    let unknown = read_with(text, &config).unwrap_err().to_string();
    assert!(unknown.contains("no column is named \"q\" (asked for as static)"), "{unknown}");
    let text = "[roles]\n\"my col\" = \"future-covariate\"\n";
    let config: ImportConfig = toml::from_str(text).unwrap();
    assert_eq!(config.roles["my col"], ColumnRole::FutureCovariate);
    assert!(toml::from_str::<ImportConfig>("layout = \"tall\"").is_err());
}

#[test]
fn covariates_are_told_by_name_and_content() {
    let mut text = "Time,Demand,Temperature,Holiday\n".to_owned();
    for i in 0..48 {
        let (day, hour, flag) = (1 + i / 24, i % 24, ["FALSE", "TRUE"][usize::from(i > 40)]);
        text += &format!("2024-01-{day:02}T{hour:02}:00Z,{}.25,2{},{flag}\n", i * 7, i % 9);
    }
    let reading = read(&text);
    let roles: Vec<Role> = reading.columns.iter().map(|column| column.role).collect();
    assert_eq!(roles, [Role::Time, Role::Target, Role::PastCovariate, Role::FutureCovariate]);
    assert_eq!(reading.panel.get("Holiday").unwrap().values[41], 1.0);
    let known = reading.target_with_covariates();
    assert_eq!((known.past.len(), known.future.len()), (1, 1));
    let error = reading.with_target("Holiday").unwrap_err().to_string();
    assert!(error.contains("\"FALSE\" on line 2"), "{error}");
}

fn by_shop() -> ImportConfig {
    let mut config = ImportConfig::default();
    config.roles.insert("shop".to_owned(), ColumnRole::Id);
    config
}

/// What a static column says of the key of a series.
fn statics(reading: &Reading, place: usize) -> Vec<(String, StaticValue)> {
    let statics = reading.dataset_series(place).statics;
    statics.into_iter().map(|it| (it.name, it.value)).collect()
}

#[test]
fn static_values_belong_to_their_key() {
    let reading = read_with(LONG, &by_shop()).unwrap();
    let word = |word: &str| ("kind".to_owned(), StaticValue::Category(word.to_owned()));
    assert_eq!(statics(&reading, 0), [word("big")]);
    assert_eq!(statics(&reading, 1), [word("small")]);
    let mut text = "date,shop,area,sales\n".to_owned();
    for month in 1..=4 {
        text +=
            &format!("2024-{month:02}-01,a,{},1\n2024-{month:02}-01,b,90.5,2\n", 40 + month / 4);
    }
    let mut config = ImportConfig::default();
    config.roles.insert("area".to_owned(), ColumnRole::Static);
    let reading = read_with(&text, &config).unwrap();
    let number = |number: f64| ("area".to_owned(), StaticValue::Number(number));
    assert_eq!(statics(&reading, 0), [number(40.0)]);
    assert_eq!(statics(&reading, 1), [number(90.5)]);
    let note = reading.notes.iter().find(|note| note.contains("only their first value counts"));
    assert!(note.is_some_and(|note| note.ends_with(": \"area\"")), "{:?}", reading.notes);
}

#[test]
fn a_key_that_is_left_out_takes_its_static_values_with_it() {
    let config = ImportConfig { missing: MissingPolicy::DropSeries, ..by_shop() };
    let reading = read_with(LONG, &config).unwrap();
    assert_eq!(names(&reading).len(), 1);
    let place = reading.panel.names().position(|name| name.starts_with("east")).unwrap();
    assert_eq!(statics(&reading, place).len(), 1);
}

#[test]
fn rows_that_know_only_future_covariates_are_to_come_not_missing() {
    let mut text = "date,sales,promo,temp\n".to_owned();
    for day in 1..=20 {
        text += &format!("2024-01-{day:02},{}.5,{},{}\n", day * 3, day % 2, day + 5);
    }
    for day in 21..=25 {
        text += &format!("2024-01-{day:02},,{},\n", day % 2);
    }
    let reading = read(&text);
    let known = reading.target_with_covariates();
    assert_eq!((known.target.len(), known.target.missing()), (20, 0));
    assert_eq!((known.future[0].name.as_str(), known.future[0].values.len()), ("promo", 25));
    assert_eq!((known.past[0].name.as_str(), known.past[0].values.len()), ("temp", 20));
    let entry = reading.ledger.entry(Reason::CellToCome, Some("sales")).unwrap();
    assert_eq!((entry.count, entry.lines.as_slice()), (5, &[22, 23, 24, 25, 26][..]));
    assert!(entry.places.iter().all(Option::is_none));
    let says = "5 rows at the end have future covariates but no value to forecast";
    assert!(reading.notes.iter().any(|note| note.starts_with(says)), "{:?}", reading.notes);
}

#[test]
fn without_a_future_covariate_empty_cells_at_the_end_are_missing() {
    let text = "date,sales,wind\n2024-01-01,1.5,7\n2024-01-02,2.5,8\n2024-01-03,,9\n";
    let reading = read(text);
    assert_eq!((reading.target().len(), reading.target().missing()), (3, 1));
    assert_eq!(reading.ledger.count(Reason::CellToCome), 0);
}

#[test]
fn each_key_ends_where_its_own_targets_end() {
    let mut text = "date,shop,sales,returns,promo\n".to_owned();
    for day in 1..=12 {
        let sales = if day <= 8 { format!("{day}.5") } else { String::new() };
        let returns = if day <= 9 { format!("{day}") } else { String::new() };
        text += &format!("2024-01-{day:02},a,{sales},{returns},{}\n", day % 2);
        text += &format!("2024-01-{day:02},b,{day}.25,{day},{}\n", day % 3 % 2);
    }
    let reading = read(&text);
    let rows: Vec<usize> = reading.panel.series.iter().map(tidegate::series::Series::len).collect();
    assert_eq!(rows, [9, 9, 12, 12, 12, 12], "{:?}", names(&reading));
    assert_eq!(reading.panel.series[0].missing(), 1);
    assert_eq!(reading.dataset_series(0).future[0].values.len(), 12);
}
