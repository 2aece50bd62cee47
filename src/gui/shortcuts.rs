//! The keyboard: every command of the menus has a key.

use eframe::egui::{Key, KeyboardShortcut, Modifiers};

pub(super) const fn command(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND, key)
}

/// Open a file.
pub const OPEN: KeyboardShortcut = command(Key::O);
/// Export the forecast.
pub const EXPORT: KeyboardShortcut = command(Key::E);
/// Close the file.
pub const CLOSE: KeyboardShortcut = command(Key::W);
/// Quit.
pub const QUIT: KeyboardShortcut = command(Key::Q);
/// Undo a setting.
pub const UNDO: KeyboardShortcut = command(Key::Z);
/// Redo a setting.
pub const REDO: KeyboardShortcut =
    KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::Z);
/// Train.
pub const TRAIN: KeyboardShortcut = command(Key::Enter);
/// Stop reading a file.
pub const STOP_READING: KeyboardShortcut = KeyboardShortcut::new(Modifiers::NONE, Key::Escape);
/// Train stateless and stateful.
pub const BOTH_WAYS: KeyboardShortcut = command(Key::B);
/// Look for a learning rate.
pub const FIND_RATE: KeyboardShortcut = command(Key::L);
/// Hold training, or let it go on.
pub const PAUSE: KeyboardShortcut = command(Key::P);
/// Stop training and keep the best weights.
pub const STOP: KeyboardShortcut = command(Key::Period);
/// Stop training and keep nothing.
pub const DISCARD: KeyboardShortcut = command(Key::D);

/// Fold the settings away, or show them.
pub const FOLD_SETTINGS: KeyboardShortcut = KeyboardShortcut::new(Modifiers::NONE, Key::F8);
/// Fold the scorecard away, or show it.
pub const FOLD_SCORECARD: KeyboardShortcut = KeyboardShortcut::new(Modifiers::NONE, Key::F9);
