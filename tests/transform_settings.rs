//! The transforms' settings in the window, used by their accessible names.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::time::{Duration, Instant};

use eframe::egui::{Event, Key, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use tidegate::gui::Window;
use tidegate::gui::dialogs::SystemDialogs;
use tidegate::project::Recipe;
use tidegate::transform::{FourierTerms, Power};

/// The window on a sample, its folded settings shown.
fn window(sample: &str) -> Harness<'static, Window> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data").join(sample);
    let mut harness = Harness::builder().with_size([1280.0, 1600.0]).build_eframe(|creation| {
        Window::new(&creation.egui_ctx, Box::new(SystemDialogs::default()), None, Some(file))
    });
    let deadline = Instant::now() + Duration::from_mins(1);
    while harness.state().state().document.open.is_none() {
        assert!(Instant::now() < deadline, "waited a minute for {sample}");
        harness.step();
        std::thread::sleep(Duration::from_millis(5));
    }
    harness.run_steps(3);
    click(&mut harness, Role::Link, "More settings");
    harness
}

fn click(harness: &mut Harness<'static, Window>, role: Role, name: &str) {
    harness.get_by_role_and_label(role, name).click();
    settle(harness);
}

/// Draws until the settings are checked, which long series are beside the window.
fn settle(harness: &mut Harness<'static, Window>) {
    let is_checked = |harness: &Harness<'static, Window>| {
        let blocker = harness.state().state().train_blocker();
        !blocker.is_some_and(|why| why.contains("being checked"))
    };
    let deadline = Instant::now() + Duration::from_mins(1);
    harness.run_steps(3);
    while !is_checked(harness) {
        assert!(Instant::now() < deadline, "waited a minute for the check");
        harness.step();
        std::thread::sleep(Duration::from_millis(5));
    }
    harness.run_steps(3);
}

/// Types a number into the last setting of this name.
fn enter(harness: &mut Harness<'static, Window>, name: &str, text: &str) {
    harness.get_all_by_role_and_label(Role::SpinButton, name).last().unwrap().click();
    harness.run_steps(3);
    harness.event(Event::Text(text.to_owned()));
    harness.step();
    harness.key_press(Key::Enter);
    settle(harness);
}

fn recipe(harness: &Harness<'static, Window>) -> Recipe {
    harness.state().state().document.recipe.clone()
}

fn can_train(harness: &Harness<'static, Window>) -> bool {
    !harness.get_by_role_and_label(Role::Button, "Train").accesskit_node().is_disabled()
}

/// Of ten years of days, whose weeks say nothing, a click takes the year for the season, and further
/// clicks add Fourier terms of several seasons.
#[test]
fn found_seasons_are_a_click_away() {
    let mut harness = window("daily-min-temperatures.csv");
    assert_eq!(recipe(&harness).baselines.season_length, None);
    click(&mut harness, Role::Button, "Use 365");
    assert_eq!(recipe(&harness).baselines.season_length, Some(365));
    assert!(harness.query_by_role_and_label(Role::Button, "Use 365").is_none());
    click(&mut harness, Role::Button, "Season of 7 rows");
    assert_eq!(recipe(&harness).baselines.season_length, None, "as the data suggest");
    click(&mut harness, Role::Button, "Add Fourier terms of 365.25 rows");
    click(&mut harness, Role::Button, "Add Fourier terms of 7 rows");
    let terms = |period, pairs| FourierTerms { period, pairs };
    assert_eq!(recipe(&harness).transform.fourier, [terms(365.25, 3), terms(7.0, 3)]);
    assert!(can_train(&harness));
    let gone = "Add Fourier terms of 365.25 rows";
    assert!(harness.query_by_role_and_label(Role::Button, gone).is_none());
}

#[test]
fn a_power_that_the_values_do_not_suit_is_marked_and_mended() {
    let mut harness = window("monthly-sunspots.csv");
    click(&mut harness, Role::ComboBox, "Power");
    click(&mut harness, Role::Button, "Guerrero");
    assert_eq!(recipe(&harness).transform.power, Power::BoxCoxGuerrero);
    assert!(!can_train(&harness), "months without a spot have no logarithm");
    click(&mut harness, Role::Button, "Use a shift of 1");
    assert_eq!(recipe(&harness).transform.shift, 1.0);
    assert!(can_train(&harness));
}

#[test]
fn seasons_are_added_and_taken_away() {
    let mut harness = window("airline-passengers.csv");
    for name in ["STL adjustment", "Seasonal difference", "First difference", "Calendar"] {
        click(&mut harness, Role::CheckBox, name);
    }
    enter(&mut harness, "Fourier pairs", "2");
    enter(&mut harness, "Fourier pairs", "1");
    enter(&mut harness, "Fourier period", "6.5");
    let transform = recipe(&harness).transform;
    assert!(transform.seasonal_adjustment && transform.seasonal_difference);
    assert!(transform.difference && transform.calendar);
    let terms = |period, pairs| FourierTerms { period, pairs };
    assert_eq!(transform.fourier, [terms(12.0, 2), terms(6.5, 1)]);
    assert!(can_train(&harness));
}
