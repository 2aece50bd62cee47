//! How files are read, said by `tidegate inspect` and set by flags.

use predicates::str::contains;
use serde_json::Value;
use std::fs;

use super::{airline, forecast_json, holed_file, refused, tidegate};

#[test]
fn inspect_tells_of_missing_values_and_outliers_and_takes_their_policies() {
    let folder = tempfile::tempdir().unwrap();
    let file = holed_file(folder.path());
    let inspect = |flags: &[&str]| {
        let output = tidegate().arg("inspect").arg(&file).args(flags).assert().success();
        String::from_utf8(output.get_output().stdout.clone()).unwrap()
    };
    let text = inspect(&[]);
    assert!(text.contains("40 read, 39 used, 1 imputed, 0 masked"), "{text}");
    assert!(text.contains("policy auto: 1 filled in as input, 0 left"), "{text}");
    assert!(text.contains("outliers 1 in v, kept: 999.0 at 1021 (line 22)"), "{text}");
    let text = inspect(&["--missing", "leave", "--outliers", "mask"]);
    assert!(text.contains("40 read, 38 used, 0 imputed, 2 masked"), "{text}");
    let json: Value = serde_json::from_str(&inspect(&["--json"])).unwrap();
    assert_eq!(json["outliers"][0]["line"], 22);
    assert_eq!(json["missing_policy"], "auto");
    tidegate()
        .arg("inspect")
        .arg(&file)
        .args(["--missing", "guess"])
        .assert()
        .failure()
        .stderr(contains("drop-series"));
}

#[test]
fn inspect_says_of_which_columns_no_model_makes_use() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.csv");
    let rows: Vec<String> =
        (1..=28).map(|day| format!("2024-02-{day:02},{},{},3", day * 7 % 5, day % 3)).collect();
    fs::write(&file, format!("day,sold,holiday,size\n{}\n", rows.join("\n"))).unwrap();
    let roles = ["--role", "holiday=future-covariate", "--role", "size=static"];
    let inspect = |flags: &[&str]| {
        let output =
            tidegate().arg("inspect").arg(&file).args(roles).args(flags).assert().success();
        String::from_utf8(output.get_output().stdout.clone()).unwrap()
    };
    let text = inspect(&[]);
    assert!(text.contains("holiday (future covariate; not used by LSTM and "), "{text}");
    assert!(text.contains("size (static; not used by LSTM and "), "{text}");
    assert!(text.contains("sold (target), 28 filled"), "{text}");
    let json: Value = serde_json::from_str(&inspect(&["--json"])).unwrap();
    let note = json["columns"][2]["role_note"].as_str().unwrap();
    assert!(note.starts_with("not used by LSTM and ") && note.ends_with(" yet"), "{note}");
    assert!(json["columns"][1]["role_note"].is_null());
}

#[test]
fn inspect_names_values_beyond_arithmetic_by_series_date_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sentinel.csv");
    let value = |day: i32| if day == 9 { "1e300".to_owned() } else { (day % 7).to_string() };
    let rows: Vec<String> =
        (1..=28).map(|day| format!("2024-02-{day:02},{}", value(day))).collect();
    fs::write(&file, format!("day,y\n{}\n", rows.join("\n"))).unwrap();
    let inspect = |flags: &[&str]| {
        let output = tidegate().arg("inspect").arg(&file).args(flags).assert().success();
        String::from_utf8(output.get_output().stdout.clone()).unwrap()
    };
    let text = inspect(&[]);
    assert!(text.contains("1.000e300 in y at 2024-02-09, line 10"), "{text}");
    assert!(text.contains("--outliers mask"), "{text}");
    assert!(text.contains("outliers 1 in y, kept"), "{text}");
    let text = inspect(&["--outliers", "mask"]);
    assert!(text.contains("27 used, 1 imputed") && text.contains("counted so"), "{text}");
}

#[test]
fn inspect_accounts_for_every_row() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("messy.csv");
    fs::write(&file, "day,y\n2024-01-01,1\n2024-01-02,x\n2024-01-02,3\nnever,4\n2024-01-05,5\n")
        .unwrap();
    let output = tidegate().args(["inspect", "--json"]).arg(&file).assert().success();
    let json: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    let rows = &json["rows"];
    assert_eq!(rows["read"], 5);
    let dropped: u64 = rows["dropped"].as_u64().unwrap();
    assert_eq!(rows["used"].as_u64().unwrap() + dropped, 5);
    let reason = |name: &str| {
        let reasons = rows["by_reason"].as_array().unwrap();
        reasons.iter().find(|entry| entry["reason"] == name).cloned().unwrap_or_default()
    };
    assert_eq!(reason("unparsable-time")["lines"], serde_json::json!([5]));
    assert_eq!(reason("unparsable-cell")["lines"], serde_json::json!([3]));
    assert_eq!(json["step"], "1 day");
    tidegate().arg("inspect").arg(&file).assert().success().stdout(contains("5 read"));
}

#[test]
fn flags_and_recipe_files_say_how_a_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("odd.csv");
    let mut text = String::new();
    for day in 1..=28 {
        text += &format!("{day:02}/{:02}/2024;{},5;{day}\n", day % 12 + 1, day % 9);
    }
    fs::write(&file, &text).unwrap();
    let inspect = |flags: &[&str]| -> Value {
        let output = tidegate().args(["inspect", "--json"]).args(flags).arg(&file).assert();
        serde_json::from_slice(&output.success().get_output().stdout).unwrap()
    };
    let role_of = |json: &Value, name: &str| {
        let columns = json["columns"].as_array().unwrap();
        columns.iter().find(|column| column["name"] == name).unwrap()["role"].clone()
    };
    let flags = [
        "--no-header",
        "--delimiter",
        ";",
        "--decimal",
        "comma",
        "--date-order",
        "day-first",
        "--layout",
        "wide-columns",
        "--role",
        "column 3=ignored",
        "--target",
        "column 2",
    ];
    let json = inspect(&flags);
    assert_eq!(json["rows"]["read"], 28);
    assert_eq!(json["target"], "column 2");
    assert_eq!(role_of(&json, "column 3"), "ignored");
    assert!(json["reading"].as_str().unwrap().contains("day-first"), "{json}");
    assert_eq!(inspect(&["--header"])["rows"]["read"], 27);
    refused(&file, &["--delimiter", "pipe"], &["odd.csv", "no column holds numbers"]);
    // The same settings by a recipe file, one of them taken over by a flag.
    let recipe = folder.path().join("recipe.toml");
    let settings = "[import]\nheader = false\ndelimiter = \"semicolon\"\ndecimal = \"comma\"\n\
                    date_order = \"day-first\"\ntarget = \"column 2\"\n";
    fs::write(&recipe, settings).unwrap();
    let options = ["--models", "naive", "--recipe", recipe.to_str().unwrap()];
    assert_eq!(forecast_json(&file, &options)["target"], "column 2");
    let options = [&options[..], &["--target", "column 3"]].concat();
    assert_eq!(forecast_json(&file, &options)["target"], "column 3");
}

#[test]
fn the_policy_for_missing_values_reaches_reading_and_training() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gap.csv");
    let days = (1..=120).filter(|day| *day != 118);
    let rows = days.map(|day| {
        let date = jiff::civil::date(2024, 1, 1) + jiff::Span::new().days(day - 1);
        format!("{date},{}\n", day % 7)
    });
    fs::write(&file, rows.fold("day,y\n".to_owned(), |text, row| text + &row)).unwrap();
    let call = ["inspect", "--json", "--missing", "linear"];
    let output = tidegate().args(call).arg(&file).assert().success();
    let json: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!(json["missing_policy"], "linear");
    let options = ["--models", "lstm", "--lookback", "20", "--epochs", "1", "--missing"];
    forecast_json(&file, &[&options[..], &["linear"]].concat());
    refused(&file, &[&options[..], &["leave"]].concat(), &["missing value", "2024-04-27"]);
    let output = tidegate().args(["inspect", "--missing", "hope"]).arg(&file).assert();
    output.code(2).stderr(contains("drop-series"));
}

#[test]
fn uneven_times_and_closed_days_are_read_as_the_flags_say() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("uneven.csv");
    let mut text = "when,sold\n".to_owned();
    for day in 0..60_i64 {
        let date = jiff::civil::date(2024, 1, 1) + jiff::Span::new().days(day);
        for row in 0..=day % 3 {
            text += &format!("{date} {:02}:{:02},2\n", 8 + 3 * row, (day * 17 + row) % 60);
        }
    }
    fs::write(&file, text).unwrap();
    let inspect = |flags: &[&str]| -> Value {
        let output = tidegate().args(["inspect", "--json"]).args(flags).arg(&file).assert();
        serde_json::from_slice(&output.success().get_output().stdout).unwrap()
    };
    assert_eq!(inspect(&[])["step"], "1 day");
    assert_eq!(inspect(&["--step", "week", "--gather", "sold=mean"])["step"], "1 week");
    assert_eq!(inspect(&["--irregular", "numbered"])["slots"], 120);
    let options = ["--models", "naive", "--gather", "last", "--working-times", "all"];
    assert_eq!(forecast_json(&file, &options)["models"][0]["forecast"][0]["value"], 2.0);
    for flags in [["--step", "often"], ["--gather", "most"], ["--working-times", "none"]] {
        tidegate().arg("inspect").args(flags).arg(&file).assert().code(2);
    }
}

#[test]
fn a_reading_that_cannot_be_is_refused_and_a_wrong_word_is_a_wrong_call() {
    let file = airline();
    refused(&file, &["--role", "Nope=ignored"], &["Nope", "Passengers"]);
    refused(&file, &["--role", "Passengers=time"], &["Passengers"]);
    for (flags, word) in [
        (["--layout", "tall"], "wide-columns"),
        (["--role", "Passengers=boss"], "past-covariate"),
        (["--role", "Passengers"], "price=ignored"),
        (["--decimal", "dot"], "point"),
        (["--date-order", "iso"], "day-first"),
    ] {
        let call = tidegate().arg("inspect").args(flags).arg(&file).assert();
        call.code(2).stderr(contains(word));
    }
    tidegate().args(["inspect", "--header", "--no-header", "x.csv"]).assert().code(2);
}
