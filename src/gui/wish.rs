//! What panels ask of the window.

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
