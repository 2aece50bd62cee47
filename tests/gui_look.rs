//! Looking at data in the window: the views, what they say, and rows found from the ledger. Found
//! by accessible names, as a person with a screen reader would.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "gui/harness.rs"]
mod harness;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui::accesskit::Toggled;
use eframe::egui::{Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use tidegate::app::{Command, DataView, Workbench};
use tidegate::gui::Window;
use tidegate::import::Sample;

use harness::{Scripted, click, wait_until};

/// A window with its Data tab on a file, whose study has been made.
fn looking_at(file: &Path, preferences: Option<PathBuf>) -> Harness<'static, Window> {
    let file = file.to_owned();
    let builder = Harness::builder().with_size([1440.0, 900.0]);
    let mut harness = builder.build_eframe(move |creation| {
        Window::new(&creation.egui_ctx, Box::new(Scripted::default()), preferences, Some(file))
    });
    wait_until(&mut harness, "the study", |state| {
        state.document.open.as_ref().is_some_and(|document| document.study.is_some())
            && state.scorecard().len() == 7
    });
    click(&mut harness, Role::Tab, "Data");
    harness
}

fn is_disabled(harness: &Harness<'static, Window>, role: Role, name: &str) -> bool {
    harness.get_by_role_and_label(role, name).accesskit_node().is_disabled()
}

fn write(folder: &tempfile::TempDir, text: &str) -> PathBuf {
    let path = folder.path().join("data.csv");
    std::fs::write(&path, text).unwrap();
    path
}

/// Years of months that rise and fall and grow.
fn months(folder: &tempfile::TempDir) -> PathBuf {
    write(folder, Sample::Airline.csv())
}

/// Fifteen series of four weeks.
fn panel(folder: &tempfile::TempDir) -> PathBuf {
    let mut text = "region,purpose,day,trips\n".to_owned();
    for region in ["North", "South", "East", "West", "Centre"] {
        for purpose in ["Holiday", "Business", "Visiting"] {
            for day in 1..=28 {
                text += &format!("{region},{purpose},2024-02-{day:02},{}\n", day % 7 + 1);
            }
        }
    }
    write(folder, &text)
}

#[test]
fn every_view_draws_and_says_what_it_shows() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = looking_at(&months(&folder), None);
    for (view, said) in [
        ("Season", "mean of 12 seasons"),
        ("Distribution", "144 values in 8 bins"),
        ("Autocorrelation", "whole seasons of 12 rows"),
        ("Series", "Every row was used"),
    ] {
        click(&mut harness, Role::RadioButton, view);
        harness.get_by_label_contains(said);
    }
    for view in ["Columns", "Panel"] {
        assert!(is_disabled(&harness, Role::RadioButton, view), "one column has no {view}");
    }
}

#[test]
fn the_view_last_chosen_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (file, preferences) = (months(&folder), folder.path().join("preferences.toml"));
    let mut harness = looking_at(&file, Some(preferences.clone()));
    click(&mut harness, Role::RadioButton, "Distribution");
    assert_eq!(harness.state().state().preferences.data_view, DataView::Distribution);
    drop(harness);
    let deadline = Instant::now() + Duration::from_mins(1);
    let written = || std::fs::read_to_string(&preferences).unwrap_or_default();
    while !written().contains("distribution") {
        assert!(Instant::now() < deadline, "the choice was not written: {}", written());
        std::thread::sleep(Duration::from_millis(10));
    }
    let harness = looking_at(&file, Some(preferences));
    harness.get_by_label_contains("144 values in 8 bins");
}

#[test]
fn a_log_axis_is_offered_for_positive_values_only() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = looking_at(&months(&folder), None);
    click(&mut harness, Role::CheckBox, "Log axis");
    let toggled = harness.get_by_role_and_label(Role::CheckBox, "Log axis");
    assert_eq!(toggled.accesskit_node().toggled(), Some(Toggled::True));
    let with_zero: Vec<String> = (0..40).map(|row| format!("{row},{}", row % 5)).collect();
    let file = write(&folder, &format!("t,y\n{}\n", with_zero.join("\n")));
    let harness = looking_at(&file, None);
    assert!(is_disabled(&harness, Role::CheckBox, "Log axis"));
}

#[test]
fn columns_and_small_plots_are_drawn_and_a_click_makes_a_series_the_target() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = looking_at(&panel(&folder), None);
    click(&mut harness, Role::RadioButton, "Panel");
    click(&mut harness, Role::RadioButton, "Forecast North / Business");
    wait_until(&mut harness, "the series", |state| {
        state
            .document
            .open
            .as_ref()
            .is_some_and(|document| document.data.series.name == "North / Business")
    });
    let two_columns: Vec<String> =
        (1..=28).map(|day| format!("2024-02-{day:02},{day},{}", day % 7)).collect();
    let file = write(&folder, &format!("day,north,south\n{}\n", two_columns.join("\n")));
    let mut harness = looking_at(&file, None);
    click(&mut harness, Role::RadioButton, "Columns");
    harness.get_by_label("target · 1.000 to 28.00");
    harness.get_by_label("0 to 6.000");
}

#[test]
fn series_are_compared_by_a_tick_or_with_ctrl_and_told_apart_up_to_seven() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = looking_at(&panel(&folder), None);
    click(&mut harness, Role::CheckBox, "Compare North / Business");
    harness.get_by_role_and_label(Role::CheckBox, "Scale to compare");
    // With Ctrl, a click on a name compares it and leaves the target as it is.
    let name = harness.get_by_role_and_label(Role::ListBoxOption, "North / Visiting");
    name.click_modifiers(Modifiers::COMMAND);
    harness.run_steps(4);
    let tick = harness.get_by_role_and_label(Role::CheckBox, "Compare North / Visiting");
    assert_eq!(tick.accesskit_node().toggled(), Some(Toggled::True));
    assert_eq!(
        harness.state().state().document.open.as_ref().unwrap().data.series.name,
        "North / Holiday"
    );
    click(&mut harness, Role::RadioButton, "Panel");
    for name in ["South / Holiday", "South / Business", "South / Visiting", "East / Holiday"] {
        // The list and the grid both have a tick for it.
        let tick = format!("Compare {name}");
        harness.get_all_by_role_and_label(Role::CheckBox, &tick).last().unwrap().click();
        harness.run_steps(4);
    }
    let last = "Compare East / Business";
    let room = |harness: &Harness<'static, Window>| {
        let tick = harness.get_all_by_role_and_label(Role::CheckBox, last).last().unwrap();
        !tick.accesskit_node().is_disabled()
    };
    assert!(room(&harness), "six are compared");
    harness.get_all_by_role_and_label(Role::CheckBox, last).last().unwrap().click();
    harness.run_steps(4);
    let eighth = harness
        .get_all_by_role_and_label(Role::CheckBox, "Compare East / Visiting")
        .last()
        .unwrap();
    assert!(eighth.accesskit_node().is_disabled(), "an eighth colour cannot be told apart");
}

#[test]
fn a_line_of_the_ledger_shows_its_row_in_the_table() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "t,y\n".to_owned();
    for row in 0..400 {
        let value = if row == 371 { "NA".to_owned() } else { (row % 9).to_string() };
        text += &format!("{row},{value}\n");
    }
    let mut harness = looking_at(&write(&folder, &text), None);
    assert!(harness.query_by_label("373").is_none(), "the row is not in view");
    click(&mut harness, Role::Button, "Line 373");
    harness.get_by_label("373");
    harness.get_by_label_contains("no value (1)");
}

#[test]
fn another_season_is_looked_at_and_models_are_told_nothing_of_it() {
    let mut workbench = Workbench::new(Arc::new(|| {}), None);
    workbench.dispatch(Command::OpenSample(Sample::Airline));
    let wait = |workbench: &mut Workbench, season_length: usize| {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            workbench.drain_events();
            let document = workbench.state().document.open.as_ref();
            let study = document.and_then(|document| document.study.as_ref());
            if study.is_some_and(|study| study.season_length == season_length) {
                return;
            }
            assert!(Instant::now() < deadline, "waited a minute for a season of {season_length}");
            std::thread::sleep(Duration::from_millis(2));
        }
    };
    wait(&mut workbench, 12);
    let recipe = workbench.state().document.recipe.clone();
    workbench.dispatch(Command::LookAtSeason(Some(6)));
    wait(&mut workbench, 6);
    assert_eq!(workbench.state().document.recipe, recipe);
    assert_eq!(workbench.state().document.open.as_ref().unwrap().derived.task.season_length, 12);
    // A season set in the recipe is followed again once nothing else is looked at.
    workbench.dispatch(Command::LookAtSeason(None));
    wait(&mut workbench, 12);
    let mut edited = recipe;
    edited.baselines.season_length = Some(4);
    workbench.dispatch(Command::EditRecipe(Box::new(edited)));
    wait(&mut workbench, 4);
}

#[test]
fn the_key_names_what_is_special_about_rows_and_nothing_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut rows: Vec<String> = (0..80)
        .map(|row| {
            let day = format!("2024-{:02}-{:02}", row / 28 + 1, row % 28 + 1);
            match row {
                30 => format!("{day},NA"),
                60 => format!("{day},900"),
                _ => format!("{day},{}", 50 + row % 7),
            }
        })
        .collect();
    rows.insert(11, rows[10].clone());
    let file = write(&folder, &format!("t,y\n{}\n", rows.join("\n")));
    let harness = looking_at(&file, None);
    for name in [
        "no value (5)",
        "filled in for networks (5)",
        "possible outlier (1)",
        "time with more than one row (1)",
    ] {
        harness.get_by_label(name);
    }
    let harness = looking_at(&months(&folder), None);
    assert!(harness.query_by_label_contains("no value").is_none());
    assert!(harness.query_by_label_contains("filled in").is_none());
}

#[test]
fn in_a_narrow_window_the_views_are_a_menu() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = looking_at(&months(&folder), None);
    harness.set_size([960.0, 600.0].into());
    harness.run_steps(4);
    assert!(harness.query_by_role_and_label(Role::RadioButton, "Season").is_none());
    click(&mut harness, Role::ComboBox, "Look at");
    click(&mut harness, Role::RadioButton, "Season");
    assert_eq!(harness.state().state().preferences.data_view, DataView::Season);
    harness.get_by_label_contains("mean of 12 seasons");
}

#[test]
fn in_a_narrow_window_the_middle_has_more_room_than_either_side() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = looking_at(&months(&folder), None);
    harness.set_size([960.0, 600.0].into());
    harness.run_steps(4);
    let first = harness.get_by_role_and_label(Role::Tab, "Data").rect();
    let last = harness.get_by_role_and_label(Role::Tab, "Residuals").rect();
    let scorecard = harness.get_by_label("Scorecard").rect();
    assert!(last.right() < scorecard.left(), "no tab is covered");
    let (settings, middle) = (first.left(), scorecard.left() - first.left());
    let runs = 960.0 - scorecard.left();
    assert!(middle > settings && middle > runs, "{settings} {middle} {runs}");
    let best = harness.get_by_role_and_label(Role::CheckBox, "seasonal-naive").rect();
    assert!(best.right() < 960.0);
}

#[test]
fn in_a_narrow_window_a_long_name_is_cut_before_what_stands_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let name = "Nights spent away from home by people on business in every region of the south";
    let text = Sample::Airline.csv().replacen("Passengers", name, 1);
    let mut harness = looking_at(&write(&folder, &text), None);
    harness.set_size([960.0, 600.0].into());
    click(&mut harness, Role::Tab, "Forecast");
    harness.run_steps(4);
    harness.get_by_label(&format!("Forecast of {name}"));
    let all = harness.get_by_role_and_label(Role::Button, "All").rect();
    assert!(all.right() < harness.get_by_label("Scorecard").rect().left(), "{all}");
}

#[test]
fn the_list_of_series_follows_a_target_chosen_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = looking_at(&panel(&folder), None);
    let name = "Centre / Visiting";
    let is_listed = |harness: &Harness<'static, Window>| {
        let row = harness.query_by_role_and_label(Role::ListBoxOption, name);
        let list = harness.get_by_label_contains("Search 15 series").rect();
        row.is_some_and(|row| row.rect().bottom() <= list.bottom() + 208.0)
    };
    assert!(!is_listed(&harness), "the last of fifteen is out of view");
    click(&mut harness, Role::RadioButton, "Panel");
    let forecast = format!("Forecast {name}");
    let chosen = harness.get_by_role_and_label(Role::RadioButton, &forecast);
    chosen.scroll_to_me();
    harness.run_steps(4);
    click(&mut harness, Role::RadioButton, &forecast);
    wait_until(&mut harness, "the series", |state| {
        state.document.open.as_ref().is_some_and(|document| document.data.series.name == name)
    });
    harness.run_steps(4);
    assert!(is_listed(&harness));
}
