//! What panels ask of the window, and the keys for it.

use crate::app::{Command, ScoresTable};

/// What a panel may ask of the window.
#[derive(Debug, Clone, PartialEq)]
pub enum Wish {
    /// Something for the workbench.
    Do(Command),
    /// Ask the person for a file.
    AskOpen,
    /// Ask the person where to write the forecast.
    AskExport,
    /// Say what the program is, and what others wrote of it.
    ShowAbout,
    /// Ask the person where to write a table of a panel's scores.
    AskExportScores(ScoresTable),
    /// Close the program.
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
}
