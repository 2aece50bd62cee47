//! Whatever is done to a file after the first origin that is scored, what stands before it reads the
//! same, the defaults are the same, and so are the hold-out forecasts of the default models: in every
//! layout, with values, gaps, rows, dates and covariates changed.

use std::fmt::Write;
use std::sync::Arc;

use tidegate::baseline::Baseline;
use tidegate::cancellation::Cancellation;
use tidegate::forecast::{Context, Flow, ModelChoice, Request, TrainingSet};
use tidegate::import::{ImportConfig, Reading, read_bytes};
use tidegate::nn::Cell;
use tidegate::project::Recipe;
use tidegate::series::{Clock, Series};

/// A file by its records; the first cell of each is its time, where it has one.
#[derive(Clone)]
struct File {
    name: &'static str,
    header: Vec<String>,
    records: Vec<Vec<String>>,
    /// The first cell that holds a value.
    first_value: usize,
}

impl File {
    fn text(&self) -> String {
        let mut text = self.header.join(",") + "\n";
        for record in &self.records {
            writeln!(text, "{}", record.join(",")).unwrap();
        }
        text
    }

    fn read(&self, held_out: Option<usize>) -> Reading {
        let config = ImportConfig { held_out, ..ImportConfig::default() };
        read_bytes(self.name, self.text().as_bytes(), &config).unwrap()
    }
}

const MICROS: i64 = 1_000_000;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// Seconds since 1970 as a file writes them.
fn written(secs: i64, format: &str) -> String {
    Clock::Wall.local(secs * MICROS).strftime(format).to_string()
}

fn seconds(text: &str) -> i64 {
    let local = text.replace(' ', "T").parse().unwrap();
    Clock::Wall.instant_micros(local) / MICROS
}

/// A value of a season with a trend and some noise that repeats by no short period.
fn value(row: i64, season: i64) -> f64 {
    let of_season = u32::try_from(row.rem_euclid(season)).unwrap();
    let noise = u32::try_from(row * row % 101).unwrap();
    let swing =
        std::f64::consts::TAU * f64::from(of_season) / f64::from(u32::try_from(season).unwrap());
    50.0 + 10.0 * swing.sin() + 0.02 * f64::from(noise)
}

fn cell(row: i64, season: i64) -> String {
    format!("{:.3}", value(row, season))
}

fn header(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// Days with a covariate beside the target.
fn wide_columns() -> File {
    let start = seconds("2020-01-01");
    let record = |row: i64| {
        vec![written(start + row * DAY, "%Y-%m-%d"), cell(row, 7), (row % 3).to_string()]
    };
    let records = (0..240).map(record).collect();
    let header = header(&["day", "load", "promo"]);
    File { name: "wide columns", header, records, first_value: 1 }
}

fn months() -> File {
    let record = |row: i64| vec![format!("{}-{:02}", 2000 + row / 12, row % 12 + 1), cell(row, 12)];
    let records = (0..150).map(record).collect();
    File { name: "months", header: header(&["month", "y"]), records, first_value: 1 }
}

/// Two shops under each other, closed on Sundays.
fn long_panel() -> File {
    let start = seconds("2020-01-06");
    let days = (0..300_i64).filter(|day| day % 7 != 6);
    let record = |(shop, day): (&str, i64)| {
        let date = written(start + day * DAY, "%Y-%m-%d");
        vec![date, shop.to_owned(), cell(day, 7)]
    };
    let records = days.flat_map(|day| [("A", day), ("B", day)]).map(record).collect();
    let header = header(&["day", "shop", "sold"]);
    File { name: "long panel", header, records, first_value: 2 }
}

fn wide_rows() -> File {
    let mut names = vec!["id".to_owned()];
    names.extend((1..=120).map(|at| format!("V{at}")));
    let record = |id: i64| {
        let mut record = vec![format!("T{id}")];
        record.extend((0..120).map(|row| cell(row + id, 9)));
        record
    };
    let records = (1..=3).map(record).collect();
    File { name: "wide rows", header: names, records, first_value: 1 }
}

/// Whole numbers at uneven times, which add up.
fn irregular() -> File {
    let mut at = seconds("2021-01-01 01:23:22");
    let record = |row: i64| {
        at += 1_800 + (row * row * 7_919) % 9_000;
        let counts = [40, 2, 5, 1, 2, 1];
        vec![
            written(at, "%Y-%m-%d %H:%M:%S"),
            counts[usize::try_from(row % 6).unwrap()].to_string(),
        ]
    };
    let records = (0..900).map(record).collect();
    File { name: "irregular", header: header(&["time", "x"]), records, first_value: 1 }
}

/// Weekdays from eight to six.
fn office_hours() -> File {
    let start = seconds("2021-03-01");
    let hours = (0..90_i64)
        .filter(|day| day % 7 < 5)
        .flat_map(|day| (8..18).map(move |hour| day * 24 + hour));
    let record = |hour: i64| {
        vec![written(start + hour * HOUR, "%Y-%m-%d %H:%M:%S"), cell(hour % 24 - 8, 10)]
    };
    let records = hours.map(record).collect();
    File { name: "office hours", header: header(&["t", "load"]), records, first_value: 1 }
}

/// Monday to Saturday, but for Christmas.
fn holidays() -> File {
    let start = seconds("2017-01-02");
    let days = (0..1_465_i64).filter(|day| day % 7 != 6).map(|day| start + day * DAY);
    let days = days.filter(|&day| written(day, "%m-%d") != "12-25");
    let record = |(row, day): (i64, i64)| vec![written(day, "%Y-%m-%d"), cell(row, 6)];
    let records = (0..).zip(days).map(record).collect();
    File { name: "holidays", header: header(&["d", "sales"]), records, first_value: 1 }
}

fn business_days() -> File {
    let start = seconds("2018-01-01");
    let days = (0..1_000_i64).filter(|day| day % 7 < 5);
    let record = |day: i64| vec![written(start + day * DAY, "%Y-%m-%d"), cell(day, 7)];
    let records = days.map(record).collect();
    File { name: "business days", header: header(&["d", "y"]), records, first_value: 1 }
}

/// A logger that writes some seconds late.
fn jittered() -> File {
    let start = seconds("2022-05-01 00:00:00");
    let record = |row: i64| {
        let late = row * row % 23;
        vec![written(start + row * 600 + late, "%Y-%m-%d %H:%M:%S"), cell(row, 12)]
    };
    let records = (0..400).map(record).collect();
    File { name: "jittered", header: header(&["t", "y"]), records, first_value: 1 }
}

fn no_dates() -> File {
    let records = (0..300).map(|row| vec![cell(row, 24)]).collect();
    File { name: "no dates", header: header(&["y"]), records, first_value: 0 }
}

/// What is done to the rows from a place on; the last row keeps its date, so that the series stays as
/// long as it is.
type Change = (&'static str, fn(&mut File, usize));

const OF_VALUES: [Change; 5] = [
    ("values far out", |file, from| {
        each_value(file, from, |row, _| format!("{}", 1e4 * f64::from(row % 3)));
    }),
    ("negative fractions", |file, from| each_value(file, from, |row, _| format!("-{row}.37"))),
    ("one value", |file, from| each_value(file, from, |_, _| "30".to_owned())),
    ("rising values", |file, from| each_value(file, from, |row, _| (1_000 + row).to_string())),
    ("gaps", |file, from| {
        each_value(
            file,
            from,
            |row, cell| if row % 5 < 2 { String::new() } else { cell.to_owned() },
        );
    }),
];

const OF_ROWS: [Change; 3] = [
    ("rows removed", |file, from| {
        let last = file.records.len() - 6;
        file.records.drain((from + 2).min(last)..last);
    }),
    ("every other row removed", |file, from| {
        let (mut row, last) = (0, file.records.len() - 4);
        file.records.retain(|_| {
            row += 1;
            row <= from + 1 || row > last || row % 4 > 1
        });
    }),
    ("rows repeated with other values", |file, from| {
        let mut again = file.records[from + 3].clone();
        "7.25".clone_into(&mut again[file.first_value]);
        file.records.insert(from + 4, again);
    }),
];

const OF_DATES: [Change; 5] = [
    ("one row on a closed day", |file, from| {
        add_row(file, from, |secs| secs - weekday(secs) * DAY + 6 * DAY);
    }),
    ("one row on a Saturday", |file, from| {
        add_row(file, from, |secs| secs - weekday(secs) * DAY + 5 * DAY);
    }),
    ("one row at night", |file, from| {
        add_row(file, from, |secs| secs - secs.rem_euclid(DAY) + 3 * HOUR);
    }),
    ("rows some seconds late", |file, from| move_rows(file, from, |_, secs| secs + 7)),
    ("rows some hours late", |file, from| {
        move_rows(file, from, |row, secs| secs + i64::from(row % 4 == 1) * 2 * HOUR);
    }),
];

fn weekday(secs: i64) -> i64 {
    (secs.div_euclid(DAY) + 3).rem_euclid(7)
}

fn each_value(file: &mut File, from: usize, changed: impl Fn(u32, &str) -> String) {
    let first = file.first_value;
    // Of a series a row, the cells stand in time order.
    if file.name == "wide rows" {
        for record in &mut file.records {
            for (row, cell) in (0..).zip(&mut record[first + from..]) {
                *cell = changed(row, cell);
            }
            let last = record.len() - 1;
            "1".clone_into(&mut record[last]);
        }
        return;
    }
    for (row, record) in (0..).zip(&mut file.records[from..]) {
        for cell in &mut record[first..] {
            *cell = changed(row, cell);
        }
    }
}

/// Formats times as the file does.
fn like(cell: &str, secs: i64) -> String {
    let has_time = cell.contains(':');
    written(secs, if has_time { "%Y-%m-%d %H:%M:%S" } else { "%Y-%m-%d" })
}

/// Adds a row between two others, at another time of the week or day.
fn add_row(file: &mut File, from: usize, moved: impl Fn(i64) -> i64) {
    let place = from + (file.records.len() - from) / 2;
    let mut added = file.records[place].clone();
    added[0] = like(&added[0], moved(seconds(&added[0])));
    "123.5".clone_into(&mut added[file.first_value]);
    file.records.insert(place + 1, added);
}

fn move_rows(file: &mut File, from: usize, moved: impl Fn(u32, i64) -> i64) {
    let last = file.records.len() - 2;
    // How long the file is stays as it is.
    let end = seconds(&file.records[last][0]);
    for (row, record) in (0..).zip(&mut file.records[from..last]) {
        let secs = moved(row, seconds(&record[0]));
        if secs >= end {
            continue;
        }
        // A day that is written with a time of day is one all the same.
        let has_time = record[0].contains(':') || secs % DAY != 0;
        record[0] = written(secs, if has_time { "%Y-%m-%d %H:%M:%S" } else { "%Y-%m-%d" });
    }
}

/// What the default settings make of a file before its hold-out.
#[derive(Debug, PartialEq)]
struct Made {
    rows: usize,
    /// When the first row and the one after the last stand; how a date is written is another matter.
    times: [f64; 2],
    season_length: usize,
    history: Vec<u64>,
    recipe: Recipe,
    forecasts: Vec<(String, Vec<u64>)>,
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

fn recipe_of(series: &Series, held_out: Option<usize>) -> Recipe {
    let import = ImportConfig { held_out, ..ImportConfig::default() };
    match held_out {
        None => Recipe::for_series_read_by(series, import),
        Some(horizon) => Recipe::for_series_and_horizon(series, import, horizon),
    }
}

impl Made {
    fn of(reading: &Reading, held_out: Option<usize>) -> Self {
        let series = reading.target();
        let mut recipe = recipe_of(series, held_out);
        let split = recipe.split(series);
        let origin = split.holdout(recipe.window.horizon).start;
        let history = &series.values[..origin];
        let defaults = recipe.clone();
        recipe.train.epochs = 2;
        recipe.model.hidden_size = 4;
        // Two batches an epoch show as well as many what was learned from.
        recipe.train.batch_size = 256;
        let models = [
            ModelChoice::Network(Cell::Lstm),
            ModelChoice::Baseline(Baseline::named("seasonal-naive").unwrap()),
            ModelChoice::Baseline(Baseline::named("drift").unwrap()),
            ModelChoice::Baseline(Baseline::named("mstl").unwrap()),
        ];
        let (known, horizon) = (Arc::new(reading.target_with_covariates()), recipe.window.horizon);
        let forecast = |model: ModelChoice| {
            let forecaster = recipe.forecaster(model, series);
            let training = TrainingSet::of(&known, &split, horizon);
            let fitted =
                forecaster.fit(&training, &Cancellation::never(), &mut |_| Flow::Continue).unwrap();
            let context = Context::new(&known, origin, horizon);
            let prediction = fitted.predict(&context, &Request::points(horizon)).unwrap();
            (model.to_string(), bits(&prediction.mean))
        };
        Self {
            rows: series.len(),
            times: [0, series.len()].map(|row| series.axis.plot_x(row)),
            season_length: recipe.season_length(series),
            history: bits(history),
            forecasts: models.map(forecast).to_vec(),
            recipe: defaults,
        }
    }
}

/// The record of a file in which its hold-out begins.
fn first_held_out(file: &File, reading: &Reading, held_out: Option<usize>) -> usize {
    let series = reading.target();
    let recipe = recipe_of(series, held_out);
    let origin = recipe.split(series).holdout(recipe.window.horizon).start;
    if file.name == "wide rows" {
        return origin;
    }
    // The header stands on line 1. Of rows that make one step, the first stands for it.
    (origin..).find_map(|slot| reading.line_of(slot)).unwrap() - 2
}

fn nothing_flows_back(file: &File, changes: &[Change], held_out: Option<usize>) {
    let reading = file.read(held_out);
    let expected = Made::of(&reading, held_out);
    let from = first_held_out(file, &reading, held_out);
    for (what, change) in changes {
        let mut changed = file.clone();
        change(&mut changed, from);
        assert_ne!(changed.text(), file.text(), "{}: {what}", file.name);
        let reading = changed.read(held_out);
        assert!(reading.ledger.balances(), "{}: {what}: {:?}", file.name, reading.ledger);
        let found = Made::of(&reading, held_out);
        assert_eq!(found, expected, "{}, held out {held_out:?}: {what}", file.name);
    }
}

#[test]
fn changed_values_and_gaps_change_nothing_before_them() {
    for file in [
        wide_columns(),
        months(),
        long_panel(),
        wide_rows(),
        irregular(),
        office_hours(),
        no_dates(),
    ] {
        nothing_flows_back(&file, &OF_VALUES, None);
    }
}

#[test]
fn a_longer_hold_out_keeps_its_values_to_itself_too() {
    for file in [wide_columns(), no_dates(), irregular()] {
        let rows = file.read(None).target().len();
        nothing_flows_back(&file, &OF_VALUES, Some(rows / 3));
    }
    for file in [office_hours(), business_days(), holidays()] {
        nothing_flows_back(&file, &OF_DATES, Some(150));
        nothing_flows_back(&file, &OF_ROWS, Some(150));
    }
}

#[test]
fn rows_that_go_or_come_change_nothing_before_them() {
    for file in [wide_columns(), office_hours(), holidays(), business_days(), jittered()] {
        nothing_flows_back(&file, &OF_ROWS, None);
    }
}

#[test]
fn other_dates_change_nothing_before_them() {
    for file in [wide_columns(), office_hours(), holidays(), business_days()] {
        nothing_flows_back(&file, &OF_DATES, None);
    }
    // Its last day holds neither another day nor a night.
    nothing_flows_back(&jittered(), &OF_DATES[3..], None);
    // Twice as many rows of a panel as dates.
    nothing_flows_back(&long_panel(), &OF_DATES, None);
}

#[test]
fn covariates_change_nothing_before_them() {
    let covariate: Change = ("covariates", |file, from| {
        for record in &mut file.records[from..] {
            record[2] = "-1e9".to_owned();
        }
    });
    nothing_flows_back(&wide_columns(), &[covariate], None);
}
