//! The window, used as a person uses it: found by accessible names, clicked, and waited for.
//!
//! No display and no graphics card are needed: the accessibility tree is what is looked at.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "gui/about.rs"]
mod about;
#[path = "gui/evaluate.rs"]
mod evaluate;
#[path = "gui/fields.rs"]
mod fields;
#[path = "gui/files.rs"]
mod files;
#[path = "gui/harness.rs"]
mod harness;
#[path = "gui/layout.rs"]
mod layout;
#[path = "gui/model.rs"]
mod model;
#[path = "gui/names.rs"]
mod names;
#[path = "gui/plots.rs"]
mod plots;
#[path = "gui/progress.rs"]
mod progress;
#[path = "gui/reading.rs"]
mod reading;
#[path = "gui/resets.rs"]
mod resets;
#[path = "gui/runs.rs"]
mod runs;
#[path = "gui/scorecard.rs"]
mod scorecard;
#[path = "gui/training.rs"]
mod training;
#[path = "gui/windows.rs"]
mod windows;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use eframe::egui::{DroppedFile, Event, Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use tidegate::app::Notice;
use tidegate::gui::Window;

use harness::{Scripted, click, wait_until};

fn window(dialogs: Scripted) -> Harness<'static, Window> {
    Harness::builder().with_size([1280.0, 800.0]).build_eframe(move |creation| {
        Window::new(&creation.egui_ctx, Box::new(dialogs), None, None)
    })
}

/// Types a number into the setting of this name.
fn enter(harness: &mut Harness<'static, Window>, name: &str, text: &str) {
    click(harness, Role::SpinButton, name);
    // A field that has the focus already is not selected whole by a click.
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.event(Event::Text(text.to_owned()));
    harness.step();
    harness.key_press(Key::Enter);
    harness.run_steps(3);
}

/// Presses what has this role and name, wherever its panel is scrolled to, as a screen reader does.
fn press(harness: &mut Harness<'static, Window>, role: Role, name: &str) {
    harness.get_by_role_and_label(role, name).click_accesskit();
    harness.run_steps(3);
}

fn open_airline(harness: &mut Harness<'static, Window>) {
    click(harness, Role::Button, "Airline passengers");
    wait_until(harness, "baselines", |state| state.scorecard().len() == 7);
}

#[test]
fn open_a_sample_change_a_setting_train_read_the_scorecard_and_export() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.csv");
    let mut harness = window(Scripted { save: Some(path.clone()), ..Scripted::default() });
    harness.run_steps(3);
    open_airline(&mut harness);
    enter(&mut harness, "Hidden size", "8");
    enter(&mut harness, "Epochs", "5");
    assert_eq!(harness.state().state().document.recipe.model.hidden_size, 8);
    click(&mut harness, Role::Button, "Train");
    wait_until(&mut harness, "training", |state| state.scorecard().len() == 8);
    let run = harness.state().state().runs.list.iter().find(|run| run.label == "lstm").unwrap();
    assert_eq!((run.recipe.model.hidden_size, run.curve.len()), (8, 5));
    for name in ["lstm", "naive", "seasonal-naive", "drift", "theta", "auto-ets", "auto-arima"] {
        harness.get_by_role_and_label(Role::CheckBox, name);
    }
    // Five models are drawn at first, and naive is ticked: six of twelve rows each are written.
    click(&mut harness, Role::CheckBox, "naive");
    click(&mut harness, Role::Button, "Export forecast…");
    wait_until(
        &mut harness,
        "the export",
        |state| matches!(&state.notice, Some(Notice::Done(text)) if text.contains("out.csv")),
    );
    let text = std::fs::read_to_string(path).unwrap();
    let header = "series,time,model,value,lower_80,upper_80,lower_95,upper_95";
    assert_eq!(text.lines().next(), Some(header));
    assert_eq!(text.lines().count(), 1 + 6 * 12);
    assert!(text.contains("Passengers,1961-01,lstm,") && text.contains(",naive,"));
    assert!(!text.contains(",theta,"));
}

#[test]
fn baselines_are_ticked_put_together_by_hand_and_looked_through() {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    press(&mut harness, Role::CheckBox, "Run drift");
    wait_until(&mut harness, "drift to go", |state| state.scorecard().len() == 6);
    press(&mut harness, Role::CheckBox, "Run mean");
    wait_until(&mut harness, "the mean", |state| state.scorecard().len() == 7);
    harness.get_by_label("Orders by hand").click_accesskit();
    harness.run_steps(20);
    press(&mut harness, Role::Button, "Add ARIMA");
    let name = "arima(1,1,1)(0,1,1)[12]";
    wait_until(&mut harness, "ARIMA", |state| state.runs.list.iter().any(|run| run.label == name));
    let recipe = &harness.state().state().document.recipe;
    assert_eq!(recipe.baselines.models.last().unwrap().to_string(), name);
    click(&mut harness, Role::Tab, "Residuals");
    let best = harness.state().state().scorecard()[0].report.clone();
    let words = best.residuals.expect("the best baseline has residuals").pattern();
    harness.get_by_label(&words);
    let fit = best.fit.expect("the best baseline was fitted");
    harness.get_by_label_contains(&fit.description);
    harness.get_by_label_contains(" · AICc ");
    press(&mut harness, Role::Button, &format!("Take off {name}"));
    wait_until(&mut harness, "ARIMA to go", |state| {
        state.runs.list.iter().all(|run| run.label != name)
    });
}

#[test]
fn a_problem_is_marked_with_a_mend_that_works() {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    enter(&mut harness, "Lookback", "130");
    let train = harness.get_by_role_and_label(Role::Button, "Train");
    assert!(train.accesskit_node().is_disabled(), "Train is off while there is a problem");
    let marks = harness.get_all_by_label_contains("needs 142 rows in the training part").count();
    assert_eq!(marks, 2, "at the setting, and in the status line");
    let fix = harness.state().state().document.open.as_ref().unwrap().derived.problems[0]
        .fix
        .clone()
        .unwrap();
    click(&mut harness, Role::Button, &fix.label);
    let windows = harness.state().state().document.open.as_ref().unwrap().derived.windows.train;
    assert!(windows >= fix.recipe.window.lookback, "{windows} windows are left");
    let train = harness.get_by_role_and_label(Role::Button, "Train");
    assert!(!train.accesskit_node().is_disabled(), "the fix makes training possible");
}

#[test]
fn edits_can_be_undone_and_redone_from_the_keyboard() {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    let before = harness.state().state().document.recipe.clone();
    enter(&mut harness, "Hidden size", "5");
    assert_ne!(harness.state().state().document.recipe, before);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_eq!(harness.state().state().document.recipe, before);
    harness.key_press_modifiers(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::Z);
    harness.run_steps(3);
    assert_eq!(harness.state().state().document.recipe.model.hidden_size, 5);
}

#[test]
fn stop_keeps_the_best_weights_so_far() {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    enter(&mut harness, "Epochs", "100000");
    enter(&mut harness, "Hidden size", "64");
    click(&mut harness, Role::Button, "Train");
    wait_until(&mut harness, "a few epochs", |state| {
        state.learning().is_none_or(|learning| learning.curve.len() > 2)
    });
    click(&mut harness, Role::Button, "Stop");
    wait_until(&mut harness, "the stop", |state| state.learning().is_none());
    let run = harness.state().state().runs.list.iter().find(|run| run.model.is_network()).unwrap();
    assert!(run.report.metrics.is_some() && run.report.future.values.len() == 12);
}

#[test]
fn every_tab_draws_and_the_data_are_all_accounted_for() {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    for tab in ["Data", "Windows", "Training", "Forecast"] {
        click(&mut harness, Role::Tab, tab);
    }
    click(&mut harness, Role::Tab, "Data");
    harness.get_by_label_contains("144 rows read, 144 used");
    harness.get_by_label_contains("Every row was used");
}

/// A file let go over the window.
#[derive(Debug)]
struct Dropped(PathBuf);

impl DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

#[test]
fn a_file_dropped_on_the_window_opens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dropped.csv");
    let rows: Vec<String> = (0..40).map(|row| format!("{row};{}", row % 5)).collect();
    std::fs::write(&path, format!("t;sales\n{}\n", rows.join("\n"))).unwrap();
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    harness.input_mut().dropped_files.push(Arc::new(Dropped(path)));
    harness.step();
    wait_until(&mut harness, "baselines", |state| state.scorecard().len() == 7);
    assert_eq!(harness.state().state().document.open.as_ref().unwrap().data.series.name, "sales");
}

#[test]
fn a_panel_is_searched_and_another_series_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("panel.csv");
    let mut text = "region,purpose,day,trips\n".to_owned();
    for region in ["North", "South", "East", "West", "Centre"] {
        for purpose in ["Holiday", "Business", "Visiting"] {
            for day in 1..=28 {
                text += &format!("{region},{purpose},2024-02-{day:02},{}\n", day % 7);
            }
        }
    }
    std::fs::write(&path, text).unwrap();
    let mut harness = window(Scripted { open: Some(path), ..Scripted::default() });
    harness.run_steps(3);
    click(&mut harness, Role::Button, "Open a file…");
    wait_until(&mut harness, "baselines", |state| state.scorecard().len() == 7);
    click(&mut harness, Role::TextInput, "Search 15 series");
    harness.event(Event::Text("west bus".to_owned()));
    harness.run_steps(3);
    assert_eq!(harness.query_all_by_role(Role::ListBoxOption).count(), 1);
    click(&mut harness, Role::ListBoxOption, "West / Business");
    wait_until(&mut harness, "the series", |state| {
        state.scorecard().iter().any(|run| run.series.target.name == "West / Business")
    });
}

#[test]
fn a_file_that_cannot_be_read_says_why_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.csv");
    let mut harness = window(Scripted { open: Some(missing), ..Scripted::default() });
    harness.run_steps(3);
    open_airline(&mut harness);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::O);
    harness.run_steps(2);
    wait_until(&mut harness, "the error", |state| matches!(state.notice, Some(Notice::Error(_))));
    harness.get_by_label_contains("missing.csv");
    assert_eq!(harness.state().state().scorecard().len(), 7, "the open file stays open");
    click(&mut harness, Role::Button, "Dismiss");
    assert_eq!(harness.state().state().notice, None);
}

#[test]
fn an_idle_window_asks_for_no_frame() {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    wait_until(&mut harness, "the estimate", |state| state.pace().is_some());
    // Settles within the harness's limit of steps: nothing asks for another frame.
    harness.run();
    harness.step();
    let delay = harness.output().viewport_output.values().map(|output| output.repaint_delay).min();
    assert!(delay.is_none_or(|delay| delay > Duration::from_secs(1)), "{delay:?}");
}
