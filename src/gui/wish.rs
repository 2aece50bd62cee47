//! What panels ask of the window, and the keys for it.

use crate::app::{Command, ScoresTable};

#[derive(Debug, Clone, PartialEq)]
pub enum Wish {
    Do(Command),
    AskOpen,
    AskExport,
    /// Say what the program is, and what others wrote of it.
    ShowAbout,
    AskExportScores(ScoresTable),
    Quit,
}

impl Wish {
    /// Whether it is carried out by the settings as they stand.
    pub(super) const fn reads_settings(&self) -> bool {
        use Command::{FindRate, GoOn, ScorePanel, Train, TrainBothWays};
        matches!(self, Self::Do(Train | TrainBothWays | FindRate | ScorePanel | GoOn { .. }))
    }
}

pub mod shortcuts {
    //! The keyboard: every command of the menus has a key.

    use eframe::egui::Key;
    use eframe::egui::KeyboardShortcut;
    use eframe::egui::Modifiers;

    pub const fn command(key: Key) -> KeyboardShortcut {
        KeyboardShortcut::new(Modifiers::COMMAND, key)
    }

    pub const OPEN: KeyboardShortcut = command(Key::O);
    pub const EXPORT: KeyboardShortcut = command(Key::E);
    pub const CLOSE: KeyboardShortcut = command(Key::W);
    pub const QUIT: KeyboardShortcut = command(Key::Q);
    pub const UNDO: KeyboardShortcut = command(Key::Z);
    pub const REDO: KeyboardShortcut =
        KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::Z);
    pub const TRAIN: KeyboardShortcut = command(Key::Enter);
    pub const STOP_READING: KeyboardShortcut = KeyboardShortcut::new(Modifiers::NONE, Key::Escape);
    pub const BOTH_WAYS: KeyboardShortcut = command(Key::B);
    pub const FIND_RATE: KeyboardShortcut = command(Key::L);
    pub const PAUSE: KeyboardShortcut = command(Key::P);
    pub const STOP: KeyboardShortcut = command(Key::Period);
    pub const DISCARD: KeyboardShortcut = command(Key::D);

    pub const FOLD_SETTINGS: KeyboardShortcut = KeyboardShortcut::new(Modifiers::NONE, Key::F8);
    pub const FOLD_SCORECARD: KeyboardShortcut = KeyboardShortcut::new(Modifiers::NONE, Key::F9);
}
