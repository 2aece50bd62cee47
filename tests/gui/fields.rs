//! Numbers typed into fields: drafts until Enter or until the field is left, kept and marked where they
//! cannot be read.

use eframe::egui::PointerButton;

use super::*;

type Gui = Harness<'static, Window>;

fn on_airline() -> Gui {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    harness
}

/// Types into a field, over what is selected there, and leaves it at that.
fn type_into(harness: &mut Gui, name: &str, text: &str) {
    click(harness, Role::SpinButton, name);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.event(Event::Text(text.to_owned()));
    harness.run_steps(2);
}

fn press_key(harness: &mut Gui, key: Key) {
    harness.key_press(key);
    harness.run_steps(3);
}

fn rate(harness: &Gui) -> f64 {
    harness.state().state().document.recipe.train.learning_rate
}

fn value(harness: &Gui, name: &str) -> String {
    let field = harness.get_by_role_and_label(Role::SpinButton, name);
    field.accesskit_node().value().unwrap_or_default()
}

fn is_focused(harness: &Gui, name: &str) -> bool {
    harness.get_by_role_and_label(Role::SpinButton, name).accesskit_node().is_focused()
}

#[test]
fn a_decimal_comma_is_a_decimal_comma() {
    let mut harness = on_airline();
    type_into(&mut harness, "Learning rate", "0,002");
    press_key(&mut harness, Key::Enter);
    assert_eq!(rate(&harness), 0.002);
    assert_eq!(value(&harness, "Learning rate"), "0.002");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_eq!(rate(&harness), 0.005, "one edit is one step of undo");
    assert!(!harness.state().state().document.history.can_undo());
}

#[test]
fn nothing_is_applied_before_enter_which_keeps_the_focus() {
    let mut harness = on_airline();
    type_into(&mut harness, "Epochs", "1");
    assert_eq!(harness.state().state().document.recipe.train.epochs, 200, "it is only typed");
    harness.event(Event::Text("7".to_owned()));
    harness.run_steps(2);
    assert_eq!(harness.state().state().document.recipe.train.epochs, 200);
    press_key(&mut harness, Key::Enter);
    assert_eq!(harness.state().state().document.recipe.train.epochs, 17);
    assert!(is_focused(&harness, "Epochs"), "the field can be typed into again at once");
    // What stands there is selected, so that typing replaces it.
    harness.event(Event::Text("23".to_owned()));
    press_key(&mut harness, Key::Enter);
    assert_eq!(harness.state().state().document.recipe.train.epochs, 23);
}

#[test]
fn a_field_that_is_left_applies_what_was_typed() {
    let mut harness = on_airline();
    type_into(&mut harness, "Epochs", "31");
    press_key(&mut harness, Key::Tab);
    assert_eq!(harness.state().state().document.recipe.train.epochs, 31);
    assert!(is_focused(&harness, "Learning rate"), "Tab goes to the next field");
    type_into(&mut harness, "Hidden size", "9");
    click(&mut harness, Role::Tab, "Data");
    assert_eq!(harness.state().state().document.recipe.model.hidden_size, 9);
}

#[test]
fn text_that_is_no_number_stays_and_says_what_is_expected() {
    let mut harness = on_airline();
    type_into(&mut harness, "Learning rate", "0.0.2");
    press_key(&mut harness, Key::Enter);
    assert_eq!(rate(&harness), 0.005, "the value stays");
    let said = "“0.0.2” is not a number, so 0.005 stays. Type one such as 0.002 or 0,002.";
    harness.get_by_label_contains(said);
    press_key(&mut harness, Key::Tab);
    assert_eq!(value(&harness, "Learning rate"), "0.0.2", "the text stays when the field is left");
    harness.get_by_label_contains(said);
    type_into(&mut harness, "Learning rate", "0.003");
    press_key(&mut harness, Key::Enter);
    assert_eq!(rate(&harness), 0.003);
    assert!(harness.query_by_label_contains("is not a number").is_none());
    type_into(&mut harness, "Learning rate", "1,250");
    press_key(&mut harness, Key::Enter);
    harness.get_by_label_contains("can mean 1.25 or 1250, so 0.003 stays");
    press_key(&mut harness, Key::Escape);
    assert_eq!(value(&harness, "Learning rate"), "0.003", "Escape takes the draft back");
    assert!(harness.query_by_label_contains("can mean").is_none());
    assert_eq!(rate(&harness), 0.003);
}

#[test]
fn escape_takes_back_what_was_typed() {
    let mut harness = on_airline();
    let before = harness.state().state().document.recipe.clone();
    type_into(&mut harness, "Hidden size", "77");
    press_key(&mut harness, Key::Escape);
    assert_eq!(value(&harness, "Hidden size"), before.model.hidden_size.to_string());
    click(&mut harness, Role::Tab, "Data");
    assert_eq!(harness.state().state().document.recipe, before);
}

#[test]
fn a_value_out_of_range_is_said_and_not_bent_into_it() {
    let mut harness = on_airline();
    type_into(&mut harness, "Lookback", "1000");
    press_key(&mut harness, Key::Enter);
    assert_eq!(harness.state().state().document.recipe.window.lookback, 1_000);
    assert!(harness.query_all_by_label_contains("use a lookback of").count() > 0);
    type_into(&mut harness, "Learning rate", "5");
    press_key(&mut harness, Key::Enter);
    assert_eq!(rate(&harness), 5.0);
    assert!(
        harness.query_all_by_label_contains("Learning rate 5 is out of range; use").count() > 0
    );
    // Where no recipe checks a number, the field does.
    harness.get_by_label("Orders by hand").click_accesskit();
    harness.run_steps(20);
    harness.get_by_role_and_label(Role::SpinButton, "p").scroll_to_me();
    harness.run_steps(20);
    type_into(&mut harness, "p", "9");
    press_key(&mut harness, Key::Enter);
    harness.get_by_label_contains("9 is out of range, so 1 stays. Type 0 to 5.");
}

#[test]
fn arrows_step_what_is_typed() {
    let mut harness = on_airline();
    click(&mut harness, Role::SpinButton, "Learning rate");
    press_key(&mut harness, Key::ArrowUp);
    press_key(&mut harness, Key::ArrowUp);
    assert_eq!((value(&harness, "Learning rate").as_str(), rate(&harness)), ("0.007", 0.005));
    press_key(&mut harness, Key::Enter);
    assert_eq!(rate(&harness), 0.007);
    click(&mut harness, Role::SpinButton, "Hidden size");
    press_key(&mut harness, Key::ArrowDown);
    press_key(&mut harness, Key::Enter);
    assert_eq!(harness.state().state().document.recipe.model.hidden_size, 31);
    for _ in 0..2 {
        harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
        harness.run_steps(3);
    }
    let recipe = &harness.state().state().document.recipe;
    assert_eq!((recipe.train.learning_rate, recipe.model.hidden_size), (0.005, 32));
}

#[test]
fn a_drag_is_one_edit() {
    let mut harness = on_airline();
    let field = harness.get_by_role_and_label(Role::SpinButton, "Hidden size").rect().center();
    harness.drag_at(field);
    for step in 1..=8_u8 {
        harness.hover_at(field + eframe::egui::vec2(10.0 * f32::from(step), 0.0));
        harness.run_steps(1);
    }
    assert_eq!(
        harness.state().state().document.recipe.model.hidden_size,
        32,
        "until it is let go of"
    );
    harness.drop_at(field + eframe::egui::vec2(80.0, 0.0));
    harness.run_steps(3);
    assert!(harness.state().state().document.recipe.model.hidden_size > 40);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_eq!(harness.state().state().document.recipe.model.hidden_size, 32);
}

#[test]
fn training_waits_for_what_is_being_typed() {
    let mut harness = on_airline();
    type_into(&mut harness, "Epochs", "2");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run_steps(3);
    wait_until(&mut harness, "training", |state| state.scorecard().len() == 8);
    assert_eq!(harness.state().state().runs.list.last().unwrap().recipe.train.epochs, 2);
    type_into(&mut harness, "Epochs", "two");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run_steps(3);
    assert!(harness.state().state().learning().is_none(), "not by other settings than are seen");
    harness.get_by_label_contains("“two” is not a whole number, so 2 stays");
}

/// Keys and text that come in one frame, as they do where frames are slow.
fn at_once(harness: &mut Gui, texts: &[&str], key: Key, modifiers: Modifiers) {
    let typed = texts.iter().map(|text| Event::Text((*text).to_owned()));
    let pressed = Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
    let events = typed.chain([Event::ModifiersChanged(modifiers), pressed]);
    harness.input_mut().events.extend(events);
    harness.step();
    harness.input_mut().events.push(Event::ModifiersChanged(Modifiers::default()));
    harness.run_steps(3);
}

#[test]
fn what_is_typed_in_one_frame_with_enter_or_tab_is_not_lost() {
    let mut harness = on_airline();
    click(&mut harness, Role::SpinButton, "Epochs");
    at_once(&mut harness, &["4", "2"], Key::Enter, Modifiers::default());
    assert_eq!(harness.state().state().document.recipe.train.epochs, 42);
    at_once(&mut harness, &["1", "7"], Key::Tab, Modifiers::default());
    assert_eq!(harness.state().state().document.recipe.train.epochs, 17);
}

#[test]
fn training_takes_what_is_typed_in_its_own_frame() {
    let started_with = |harness: &mut Gui| {
        let state = harness.state().state();
        let epochs = state.learning().map(|learning| learning.assignment.recipe.train.epochs);
        let epochs = epochs.or_else(|| {
            let networks = state.runs.list.iter().rev().find(|run| run.model.is_network());
            networks.map(|run| run.recipe.train.epochs)
        });
        wait_until(harness, "the end", |state| state.learning().is_none());
        epochs
    };
    let mut harness = on_airline();
    click(&mut harness, Role::SpinButton, "Epochs");
    at_once(&mut harness, &["3"], Key::Enter, Modifiers::COMMAND);
    assert_eq!(started_with(&mut harness), Some(3), "in a field that has the focus");
    // A click, Ctrl+A, text and Ctrl+Enter, all in one frame.
    click(&mut harness, Role::Tab, "Forecast");
    let field = harness.get_by_role_and_label(Role::SpinButton, "Epochs").rect().center();
    for pressed in [true, false] {
        harness.input_mut().events.push(Event::PointerButton {
            pos: field,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::default(),
        });
    }
    at_once(&mut harness, &["4"], Key::Enter, Modifiers::COMMAND);
    assert_eq!(started_with(&mut harness), Some(4), "in a field that gets the focus in that frame");
    type_into(&mut harness, "Epochs", "77");
    let all = Event::Key {
        key: Key::A,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::COMMAND,
    };
    harness.input_mut().events.push(all);
    at_once(&mut harness, &["5"], Key::Enter, Modifiers::COMMAND);
    assert_eq!(started_with(&mut harness), Some(5), "over what was selected in that frame");
    // Text that is no number holds training back, and is marked.
    let before = harness.state().state().runs.list.len();
    click(&mut harness, Role::SpinButton, "Epochs");
    at_once(&mut harness, &["x"], Key::Enter, Modifiers::COMMAND);
    let state = harness.state().state();
    assert!(state.learning().is_none() && state.runs.list.len() == before);
    harness.get_by_label_contains("is not a whole number, so 5 stays");
}

#[test]
fn undo_in_a_field_takes_back_what_was_typed_there() {
    let mut harness = on_airline();
    enter(&mut harness, "Hidden size", "8");
    type_into(&mut harness, "Epochs", "9");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_eq!(
        harness.state().state().document.recipe.model.hidden_size,
        8,
        "no setting is undone"
    );
}

#[test]
fn a_setting_left_to_the_program_takes_its_word() {
    let mut harness = on_airline();
    click(&mut harness, Role::ComboBox, "State mode");
    click(&mut harness, Role::Button, "Stateful");
    enter(&mut harness, "Lane", "48");
    assert_eq!(harness.state().state().document.recipe.train.lane_rows, Some(48));
    enter(&mut harness, "Lane", "auto");
    assert_eq!(harness.state().state().document.recipe.train.lane_rows, None);
}
