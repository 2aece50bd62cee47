//! How a file is read, changed in the window: layout, roles, a choice that cannot be read by, and a
//! reading that is stopped.

use std::fmt::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use tidegate::app::{AppState, Notice, ReadFile, Source, read};
use tidegate::gui::Window;
use tidegate::import::{
    ColumnRole, ImportConfig, ImportError, Layout, OnProgress, Packing, Progress, Reading,
    Role as ColumnUse, Stage,
};
use tidegate::series::MissingPolicy;

use super::harness::{Scripted, click, wait_until};
use super::{Dropped, open_airline, window};

/// Two regions, one under the other, with a column of words and two of numbers.
fn panel_csv(folder: &Path) -> PathBuf {
    let mut text = "region,day,note,sold,price\n".to_owned();
    for region in ["North", "South"] {
        for day in 0..40 {
            let date = jiff::civil::date(2024, 3, 1) + jiff::Span::new().days(day);
            writeln!(text, "{region},{date},n{day},{},{}", day % 7, day % 5).unwrap();
        }
    }
    let path = folder.join("panel.csv");
    std::fs::write(&path, text).unwrap();
    path
}

fn open_panel(folder: &Path) -> Harness<'static, Window> {
    let open = Some(panel_csv(folder));
    let mut harness = window(Scripted { open, ..Scripted::default() });
    harness.run_steps(3);
    click(&mut harness, Role::Button, "Open a file…");
    wait_until(&mut harness, "baselines", |state| state.scorecard().len() == 7);
    harness
}

fn layout(state: &AppState) -> Option<Layout> {
    state.document.open.as_ref().map(|document| document.data.reading.layout)
}

fn role(state: &AppState, name: &str) -> Option<ColumnUse> {
    let columns = &state.document.open.as_ref()?.data.reading.columns;
    columns.iter().find(|column| column.name == name).map(|column| column.role)
}

#[test]
fn another_layout_is_tried_at_once_and_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = open_panel(folder.path());
    assert_eq!(layout(harness.state().state()), Some(Layout::LongPanel));
    click(&mut harness, Role::Link, "Import settings");
    harness.get_by_label("found: long panel");
    click(&mut harness, Role::ComboBox, "Layout");
    click(&mut harness, Role::Button, "Wide columns");
    wait_until(&mut harness, "the layout", |state| layout(state) == Some(Layout::WideColumns));
    assert_eq!(harness.state().state().document.recipe.import.layout, Some(Layout::WideColumns));
    harness.get_by_label("found: long panel");
    click(&mut harness, Role::Tab, "Data");
    harness.get_by_label_contains("Wide columns: ");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    wait_until(&mut harness, "the undo", |state| layout(state) == Some(Layout::LongPanel));
    assert_eq!(harness.state().state().document.recipe.import.layout, None);
    harness.get_by_label_contains("Long panel: ");
}

#[test]
fn a_column_is_given_another_role_in_the_table_and_left_to_the_file_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = open_panel(folder.path());
    click(&mut harness, Role::Tab, "Data");
    click(&mut harness, Role::RadioButton, "Table");
    click(&mut harness, Role::Button, "Role of sold: target");
    click(&mut harness, Role::RadioButton, "Ignored");
    wait_until(&mut harness, "the role", |state| {
        role(state, "sold") == Some(ColumnUse::Ignored) && state.scorecard().len() == 7
    });
    let series = harness.state().state().document.open.as_ref().unwrap().data.series.name.clone();
    assert_eq!(series, "North", "the other column is the target, and the only one");
    click(&mut harness, Role::Button, "Role of sold: ignored");
    click(&mut harness, Role::RadioButton, "As found: target");
    wait_until(&mut harness, "the role found", |state| {
        role(state, "sold") == Some(ColumnUse::Target)
    });
    assert!(harness.state().state().document.recipe.import.roles.is_empty());
}

#[test]
fn a_choice_that_cannot_be_read_by_says_so_where_it_stands_and_goes_with_a_click() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = open_panel(folder.path());
    let before = harness.state().state().document.open.as_ref().unwrap().data.fingerprint;
    click(&mut harness, Role::Link, "Import settings");
    click(&mut harness, Role::ComboBox, "Time column");
    click(&mut harness, Role::Button, "note");
    wait_until(&mut harness, "the refusal", |state| state.document.unread.is_some());
    harness.get_by_label_contains("\"note\" cannot be the time");
    assert_eq!(harness.state().state().document.open.as_ref().unwrap().data.fingerprint, before);
    let train = harness.get_by_role_and_label(Role::Button, "Train");
    assert!(train.accesskit_node().is_disabled(), "nothing is trained on another reading");
    click(&mut harness, Role::Button, "Undo this setting");
    assert_eq!(harness.state().state().document.unread, None);
    assert_eq!(harness.state().state().document.recipe.import.time, None);
    let train = harness.get_by_role_and_label(Role::Button, "Train");
    assert!(!train.accesskit_node().is_disabled());
}

#[test]
fn another_sheet_of_a_workbook_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import");
    let open = Some(folder.join("workbook.xlsx"));
    let mut harness = window(Scripted { open, ..Scripted::default() });
    harness.run_steps(3);
    click(&mut harness, Role::Button, "Open a file…");
    wait_until(&mut harness, "the first sheet", |state| state.document.open.is_some());
    click(&mut harness, Role::Link, "Import settings");
    harness.get_by_label("found: Load");
    assert!(harness.query_by_role_and_label(Role::ComboBox, "Delimiter").is_none());
    click(&mut harness, Role::ComboBox, "Sheet");
    click(&mut harness, Role::Button, "Hours");
    wait_until(&mut harness, "the other sheet", |state| {
        let packing =
            state.document.open.as_ref().map(|document| &document.data.reading.format.packing);
        packing == Some(&Packing::Sheet("Hours".to_owned()))
    });
}

#[test]
fn what_stands_in_for_missing_values_is_set_and_followed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gap.csv");
    let days = (0..60).filter(|day| *day != 42);
    let rows = days.map(|day| {
        let date = jiff::civil::date(2024, 1, 1) + jiff::Span::new().days(day);
        format!("{date},{}\n", day % 7)
    });
    std::fs::write(&path, rows.fold("day,y\n".to_owned(), |text, row| text + &row)).unwrap();
    let mut harness = window(Scripted { open: Some(path), ..Scripted::default() });
    harness.run_steps(3);
    click(&mut harness, Role::Button, "Open a file…");
    wait_until(&mut harness, "baselines", |state| state.scorecard().len() == 7);
    let lookback = harness.state().state().document.recipe.window.lookback;
    assert!(lookback > 5, "the gap is filled by default, so a window may span it");
    click(&mut harness, Role::Link, "Import settings");
    harness.get_by_label("found: 1 in y");
    click(&mut harness, Role::ComboBox, "Missing values");
    click(&mut harness, Role::Button, "Leave");
    wait_until(&mut harness, "the reading", |state| {
        let document = state.document.open.as_ref().unwrap();
        document.data.reading.missing == MissingPolicy::Leave && state.document.opening.is_none()
    });
    let lookback = harness.state().state().document.recipe.window.lookback;
    assert!(lookback <= 5, "{lookback}: defaults that were never touched follow");
}

#[test]
fn outliers_are_counted_and_masked_where_that_is_set() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slip.csv");
    let rows = (0..120_i64).map(|day| {
        let date = jiff::civil::date(2024, 1, 1) + jiff::Span::new().days(day);
        let value = if day == 50 { 9_000 } else { 10 + day % 7 + day * 13 % 5 };
        format!("{date},{value}\n")
    });
    std::fs::write(&path, rows.fold("day,y\n".to_owned(), |text, row| text + &row)).unwrap();
    let mut harness = window(Scripted { open: Some(path), ..Scripted::default() });
    harness.run_steps(3);
    click(&mut harness, Role::Button, "Open a file…");
    wait_until(&mut harness, "baselines", |state| state.scorecard().len() == 7);
    let modelled =
        |state: &AppState| state.document.open.as_ref().unwrap().data.modelled.values[50];
    assert_eq!(modelled(harness.state().state()), 9_000.0, "nothing changes unasked");
    click(&mut harness, Role::Link, "Import settings");
    harness.get_by_label("found: 1 in y");
    click(&mut harness, Role::ComboBox, "Outliers");
    click(&mut harness, Role::Button, "Mask");
    wait_until(&mut harness, "the mask", |state| modelled(state).is_nan());
}

#[test]
fn uneven_times_are_gathered_as_set_or_numbered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("uneven.csv");
    let mut text = "when,sold\n".to_owned();
    for day in 0..40_i64 {
        let date = jiff::civil::date(2024, 1, 1) + jiff::Span::new().days(day);
        for row in 0..=day % 3 {
            writeln!(text, "{date} {:02}:{:02},2", 8 + 3 * row, (day * 17 + row) % 60).unwrap();
        }
    }
    std::fs::write(&path, text).unwrap();
    let mut harness = window(Scripted { open: Some(path), ..Scripted::default() });
    harness.run_steps(3);
    click(&mut harness, Role::Button, "Open a file…");
    wait_until(&mut harness, "baselines", |state| state.scorecard().len() == 7);
    let second = |state: &AppState| state.document.open.as_ref().unwrap().data.series.values[1];
    assert_eq!(second(harness.state().state()), 4.0, "what is sold in a day adds up");
    click(&mut harness, Role::Link, "Import settings");
    harness.get_by_label("found: 1 day");
    harness.get_by_label("found: sum");
    click(&mut harness, Role::ComboBox, "Values of a step");
    click(&mut harness, Role::Button, "Last");
    wait_until(&mut harness, "the last values", |state| second(state) == 2.0);
    click(&mut harness, Role::ComboBox, "Step");
    click(&mut harness, Role::Button, "1 week");
    wait_until(&mut harness, "the step", |state| {
        state.document.open.as_ref().unwrap().data.series.axis.step_label() == "1 week"
    });
    click(&mut harness, Role::ComboBox, "Uneven times");
    click(&mut harness, Role::Button, "Numbered");
    wait_until(&mut harness, "numbered rows", |state| {
        !state.document.open.as_ref().unwrap().data.series.axis.is_calendar()
            && state.document.opening.is_none()
    });
    click(&mut harness, Role::Button, "All as found");
    wait_until(&mut harness, "what was found", |state| {
        state.document.open.as_ref().unwrap().data.series.axis.step_label() == "1 day"
    });
}

#[test]
fn closed_days_are_rows_where_that_is_set() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.csv");
    let days = (0..200_i64).map(|day| jiff::civil::date(2024, 1, 1) + jiff::Span::new().days(day));
    let open = days.filter(|date| date.weekday() != jiff::civil::Weekday::Sunday);
    let rows = open.map(|date| format!("{date},{}\n", date.day()));
    std::fs::write(&path, rows.fold("day,y\n".to_owned(), |text, row| text + &row)).unwrap();
    let mut harness = window(Scripted { open: Some(path), ..Scripted::default() });
    harness.run_steps(3);
    click(&mut harness, Role::Button, "Open a file…");
    wait_until(&mut harness, "baselines", |state| state.scorecard().len() == 7);
    let missing = |state: &AppState| state.document.open.as_ref().unwrap().data.series.missing();
    assert_eq!(missing(harness.state().state()), 0);
    click(&mut harness, Role::Link, "Import settings");
    harness.get_by_label("found: closed on Sundays");
    click(&mut harness, Role::ComboBox, "Working times");
    click(&mut harness, Role::Button, "All open");
    wait_until(&mut harness, "gaps", |state| missing(state) == 28);
}

/// Reads files named `slow…` until it is stopped, and all others as they are.
fn slow_reader() -> ReadFile {
    fn slow(
        source: &Source,
        config: &ImportConfig,
        on_progress: &mut OnProgress<'_>,
    ) -> Result<Reading, ImportError> {
        if !source.title().starts_with("slow") {
            return read(source, config, on_progress);
        }
        let progress = Progress { stage: Stage::Parsing, share: 0.25 };
        while on_progress(progress) == ControlFlow::Continue(()) {
            std::thread::sleep(Duration::from_millis(2));
        }
        Err(ImportError::Stopped { file: source.title() })
    }
    Arc::new(slow)
}

fn slow_window(folder: &Path) -> Harness<'static, Window> {
    let open = Some(folder.join("slow.csv"));
    let dialogs = Scripted { open, ..Scripted::default() };
    let build = Harness::builder().with_size([1280.0, 800.0]);
    let mut harness = build.build_eframe(move |creation| {
        let dialogs = Box::new(dialogs);
        Window::with_reader(&creation.egui_ctx, dialogs, None, None, slow_reader())
    });
    harness.run_steps(3);
    harness
}

/// Waits until the bar of a reading is drawn.
fn wait_for_bar(harness: &mut Harness<'static, Window>) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while harness.query_by_label_contains("Reading slow.csv: reading the cells").is_none() {
        assert!(Instant::now() < deadline, "waited a minute for the bar");
        harness.step();
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn says(state: &AppState, words: &str) -> bool {
    matches!(&state.notice, Some(Notice::Done(text)) if text.contains(words))
}

#[test]
fn a_reading_is_stopped_on_the_start_page() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = slow_window(folder.path());
    click(&mut harness, Role::Button, "Open a file…");
    wait_until(&mut harness, "progress", |state| {
        state.document.opening.as_ref().is_some_and(|opening| opening.progress.is_some())
    });
    let deadline = Instant::now() + Duration::from_mins(1);
    while harness.query_all_by_label("Stop reading").next().is_none() {
        assert!(Instant::now() < deadline, "waited a minute for the bar");
        harness.step();
    }
    harness.get_all_by_label("Stop reading").next().unwrap().click();
    wait_until(&mut harness, "the stop", |state| state.document.opening.is_none());
    assert!(says(harness.state().state(), "Stopped reading slow.csv"));
    open_airline(&mut harness);
}

#[test]
fn escape_stops_a_reading_and_what_is_open_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = slow_window(folder.path());
    open_airline(&mut harness);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::O);
    harness.run_steps(2);
    wait_for_bar(&mut harness);
    // A quarter of the reading, after which the series is studied.
    harness.get_by_label("17 %");
    harness.key_press(Key::Escape);
    wait_until(&mut harness, "the stop", |state| state.document.opening.is_none());
    assert!(says(harness.state().state(), "Stopped reading slow.csv"));
    assert_eq!(harness.state().state().scorecard().len(), 7, "the open file stays open");
}

#[test]
fn nothing_set_of_one_file_carries_over_to_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = open_panel(folder.path());
    click(&mut harness, Role::Tab, "Data");
    click(&mut harness, Role::RadioButton, "Table");
    click(&mut harness, Role::Button, "Role of price: target");
    click(&mut harness, Role::RadioButton, "Past covariate");
    wait_until(&mut harness, "the role", |state| {
        role(state, "price") == Some(ColumnUse::PastCovariate)
    });
    let set = &harness.state().state().document.recipe.import.roles;
    assert_eq!(set.get("price"), Some(&ColumnRole::PastCovariate));
    // Under the network, and in the menu of the role.
    harness.get_by_label("price: not used by LSTM yet");
    click(&mut harness, Role::Button, "Role of price: past covariate");
    harness.get_by_label_contains("As past covariate, it is not used by LSTM and ");
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    let other = folder.path().join("other.csv");
    let rows: Vec<String> = (0..40).map(|row| format!("{row},{}", row % 5)).collect();
    std::fs::write(&other, format!("t,price\n{}\n", rows.join("\n"))).unwrap();
    harness.input_mut().dropped_files.push(Arc::new(Dropped(other)));
    harness.step();
    wait_until(&mut harness, "the other file", |state| role(state, "t").is_some());
    let state = harness.state().state();
    assert_eq!(state.document.recipe.import, ImportConfig::default());
    assert_eq!(role(state, "price"), Some(ColumnUse::Target));
    assert!(!state.document.history.can_undo(), "no step leads back into the other file");
}
