//! How a file is read, changed in the window: layout, roles, a choice that cannot be read by, and a
//! reading that is stopped.

use std::fmt::Write;
use std::ops::ControlFlow;

use tidegate::app::{ReadFile, Source, read};
use tidegate::import::{
    ColumnRole, ImportConfig, ImportError, Layout, OnProgress, Progress, Reading,
    Role as ColumnUse, Stage,
};

use super::*;

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
    wait_until(&mut harness, "baselines", |state| state.scorecard().len() == 3);
    harness
}

fn layout(state: &AppState) -> Option<Layout> {
    state.document.as_ref().map(|document| document.reading.layout)
}

fn role(state: &AppState, name: &str) -> Option<ColumnUse> {
    let columns = &state.document.as_ref()?.reading.columns;
    columns.iter().find(|column| column.name == name).map(|column| column.role)
}

#[test]
fn another_layout_is_tried_at_once_and_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = open_panel(folder.path());
    assert_eq!(layout(harness.state().state()), Some(Layout::LongPanel));
    click(&mut harness, Role::Link, "How the file is read");
    harness.get_by_label("found: long panel");
    click(&mut harness, Role::ComboBox, "Layout");
    click(&mut harness, Role::Button, "Wide columns");
    wait_until(&mut harness, "the layout", |state| layout(state) == Some(Layout::WideColumns));
    assert_eq!(harness.state().state().recipe.import.layout, Some(Layout::WideColumns));
    harness.get_by_label("found: long panel");
    click(&mut harness, Role::Tab, "Data");
    harness.get_by_label_contains("Wide columns: ");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    wait_until(&mut harness, "the undo", |state| layout(state) == Some(Layout::LongPanel));
    assert_eq!(harness.state().state().recipe.import.layout, None);
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
        role(state, "sold") == Some(ColumnUse::Ignored) && state.scorecard().len() == 3
    });
    let series = harness.state().state().document.as_ref().unwrap().series.name.clone();
    assert_eq!(series, "North", "the other column is the target, and the only one");
    click(&mut harness, Role::Button, "Role of sold: ignored");
    click(&mut harness, Role::RadioButton, "As found: target");
    wait_until(&mut harness, "the role found", |state| {
        role(state, "sold") == Some(ColumnUse::Target)
    });
    assert!(harness.state().state().recipe.import.roles.is_empty());
}

#[test]
fn a_choice_that_cannot_be_read_by_says_so_where_it_stands_and_goes_with_a_click() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = open_panel(folder.path());
    let before = harness.state().state().document.as_ref().unwrap().fingerprint;
    click(&mut harness, Role::Link, "How the file is read");
    click(&mut harness, Role::ComboBox, "Time column");
    click(&mut harness, Role::Button, "note");
    wait_until(&mut harness, "the refusal", |state| state.unread.is_some());
    harness.get_by_label_contains("\"note\" cannot be the time");
    assert_eq!(harness.state().state().document.as_ref().unwrap().fingerprint, before);
    let train = harness.get_by_role_and_label(Role::Button, "Train");
    assert!(train.accesskit_node().is_disabled(), "nothing is trained on another reading");
    click(&mut harness, Role::Button, "Undo this setting");
    assert_eq!(harness.state().state().unread, None);
    assert_eq!(harness.state().state().recipe.import.time, None);
    let train = harness.get_by_role_and_label(Role::Button, "Train");
    assert!(!train.accesskit_node().is_disabled());
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
        state.opening.as_ref().is_some_and(|opening| opening.progress.is_some())
    });
    let deadline = Instant::now() + Duration::from_mins(1);
    while harness.query_all_by_label("Stop reading").next().is_none() {
        assert!(Instant::now() < deadline, "waited a minute for the bar");
        harness.step();
    }
    harness.get_all_by_label("Stop reading").next().unwrap().click();
    wait_until(&mut harness, "the stop", |state| state.opening.is_none());
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
    harness.get_by_label("25 %");
    harness.key_press(Key::Escape);
    wait_until(&mut harness, "the stop", |state| state.opening.is_none());
    assert!(says(harness.state().state(), "Stopped reading slow.csv"));
    assert_eq!(harness.state().state().scorecard().len(), 3, "the open file stays open");
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
    let set = &harness.state().state().recipe.import.roles;
    assert_eq!(set.get("price"), Some(&ColumnRole::PastCovariate));
    let other = folder.path().join("other.csv");
    let rows: Vec<String> = (0..40).map(|row| format!("{row},{}", row % 5)).collect();
    std::fs::write(&other, format!("t,price\n{}\n", rows.join("\n"))).unwrap();
    harness.input_mut().dropped_files.push(Arc::new(Dropped(other)));
    harness.step();
    wait_until(&mut harness, "the other file", |state| role(state, "t").is_some());
    let state = harness.state().state();
    assert_eq!(state.recipe.import, ImportConfig::default());
    assert_eq!(role(state, "price"), Some(ColumnUse::Target));
    assert!(!state.history.can_undo(), "no step leads back into the other file");
}
