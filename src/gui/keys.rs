//! Keys pressed, as wishes.
//!
//! Not for which key does what, see `shortcuts`.

use eframe::egui::{Context, Key, KeyboardShortcut, Popup};

use crate::app::{AppState, Command};

use super::draft;
use super::folding::SidePanel;
use super::shortcuts::{
    BOTH_WAYS, CLOSE, DISCARD, EXPORT, FIND_RATE, OPEN, PAUSE, QUIT, REDO, STOP, STOP_READING,
    TRAIN, UNDO, command,
};
use super::train_buttons::Control;
use super::view::{Tab, View};
use super::wish::Wish;

/// Turns keys pressed in this frame into wishes. A key typed into a number is left to it, and so is
/// undo while a number is being typed: it takes back what was typed there.
pub fn read(context: &Context, state: &AppState, view: &mut View, wishes: &mut Vec<Wish>) {
    let is_typed_into = draft::is_typed_into(context);
    let pressed = |shortcut: &KeyboardShortcut| {
        let is_of_text = is_typed_into && [&UNDO, &REDO].contains(&shortcut);
        !is_of_text && context.input_mut(|input| input.consume_shortcut(shortcut))
    };
    // The longer combination first, or its shorter part would take the key.
    for (shortcut, wish) in [
        (REDO, Wish::Do(Command::Redo)),
        (UNDO, Wish::Do(Command::Undo)),
        (OPEN, Wish::AskOpen),
        (TRAIN, Wish::Do(Command::Train)),
        (BOTH_WAYS, Wish::Do(Command::TrainBothWays)),
        (FIND_RATE, Wish::Do(Command::FindRate)),
        (PAUSE, Wish::Do(Control::hold(state).command())),
        (STOP, Wish::Do(Command::Stop)),
        (DISCARD, Wish::Do(Command::Discard)),
        (QUIT, Wish::Quit),
    ] {
        if pressed(&shortcut) {
            wishes.push(wish);
        }
    }
    // Escape first closes a menu or leaves a field.
    let elsewhere = Popup::is_any_open(context) || context.egui_wants_keyboard_input();
    if state.document.opening.is_some() && !elsewhere && pressed(&STOP_READING) {
        wishes.push(Wish::Do(Command::StopReading));
    }
    let Some(document) = &state.document.open else { return };
    for panel in SidePanel::ALL {
        if pressed(panel.shortcut()) {
            wishes.push(Wish::Do(panel.toggle(&state.preferences)));
        }
    }
    if pressed(&EXPORT) {
        wishes.push(Wish::AskExport);
    }
    if pressed(&CLOSE) {
        wishes.push(Wish::Do(Command::CloseFile));
    }
    let keys = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6];
    for (key, tab) in keys.into_iter().zip(Tab::ALL) {
        if pressed(&command(key)) && tab.is_of_use(document) {
            view.tab = tab;
        }
    }
}
