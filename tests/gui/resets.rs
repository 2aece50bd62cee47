//! Settings that are not as the data suggest: marked, and taken back one by one.

use tidegate::series::MissingPolicy;

use super::*;

fn has_reset(harness: &Harness<'static, Window>, name: &str) -> bool {
    let name = format!("Reset {name}");
    harness.query_by_role_and_label(Role::Button, &name).is_some()
}

#[test]
fn a_changed_setting_is_marked_and_goes_back_on_a_click() {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    assert!(harness.query_all_by_label_contains("Reset ").count() == 0, "nothing is set yet");
    let place = |harness: &Harness<'static, Window>| {
        harness.get_by_role_and_label(Role::SpinButton, "Learning rate").rect()
    };
    let before = place(&harness);
    enter(&mut harness, "Learning rate", "0.05");
    assert_eq!(place(&harness), before, "nothing moves");
    let mark = harness.get_by_role_and_label(Role::Button, "Reset Learning rate").rect();
    assert!(mark.right() <= before.left() && mark.left() >= 0.0, "{mark:?}");
    mark_tells(&mut harness, "Reset Learning rate", "Default: 0.005");
    click(&mut harness, Role::Button, "Reset Learning rate");
    assert_eq!(harness.state().state().document.recipe.train.learning_rate, 0.005);
    assert!(!has_reset(&harness, "Learning rate"));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_eq!(harness.state().state().document.recipe.train.learning_rate, 0.05);
    assert!(has_reset(&harness, "Learning rate"));
}

#[test]
fn all_defaults_are_gone_back_to_where_something_is_not_one() {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    let is_off = |harness: &Harness<'static, Window>| {
        let button = harness.get_by_role_and_label(Role::Button, "Back to defaults");
        button.accesskit_node().is_disabled()
    };
    assert!(is_off(&harness), "nothing is set yet");
    let before = harness.state().state().document.recipe.clone();
    enter(&mut harness, "Epochs", "7");
    enter(&mut harness, "Lookback", "30");
    assert!(!is_off(&harness));
    press(&mut harness, Role::Button, "Back to defaults");
    assert_eq!(harness.state().state().document.recipe, before);
    assert!(is_off(&harness));
}

/// Points at what has this name, and finds the words.
fn mark_tells(harness: &mut Harness<'static, Window>, name: &str, words: &str) {
    harness.get_by_role_and_label(Role::Button, name).hover();
    harness.run_steps(60);
    assert!(harness.query_all_by_label_contains(words).count() > 0, "{words}");
}

#[test]
fn what_follows_the_horizon_is_as_usual_and_goes_back_with_it() {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    enter(&mut harness, "Horizon", "18");
    assert_eq!(harness.state().state().document.recipe.window.test, 18);
    assert!(has_reset(&harness, "Horizon") && !has_reset(&harness, "Test rows"));
    click(&mut harness, Role::Button, "Reset Horizon");
    let window = &harness.state().state().document.recipe.window;
    assert_eq!((window.horizon, window.test), (12, 12));
    assert!(!has_reset(&harness, "Horizon") && !has_reset(&harness, "Test rows"));
}

#[test]
fn choices_and_settings_left_to_the_data_go_back_too() {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    enter(&mut harness, "Season length", "6");
    assert_eq!(harness.state().state().document.recipe.baselines.season_length, Some(6));
    press(&mut harness, Role::Button, "Reset Season length");
    assert_eq!(harness.state().state().document.recipe.baselines.season_length, None);
    click(&mut harness, Role::ComboBox, "State mode");
    click(&mut harness, Role::Button, "Stateful");
    enter(&mut harness, "Lane", "48");
    press(&mut harness, Role::Button, "Reset Lane");
    assert_eq!(harness.state().state().document.recipe.train.lane_rows, None);
    press(&mut harness, Role::Button, "Reset State mode");
    click(&mut harness, Role::Link, "Import settings");
    click(&mut harness, Role::ComboBox, "Missing values");
    click(&mut harness, Role::Button, "Linear");
    let policy =
        |harness: &Harness<'static, Window>| harness.state().state().document.recipe.import.missing;
    assert_eq!(policy(&harness), MissingPolicy::Linear);
    press(&mut harness, Role::Button, "Reset Missing values");
    assert_eq!(policy(&harness), MissingPolicy::Auto);
    // What is usual follows the file as it is read by then.
    wait_until(&mut harness, "the reading", |state| state.document.opening.is_none());
    let state = harness.state().state();
    assert_eq!(state.document.recipe, state.document.open.as_ref().unwrap().usual);
}
