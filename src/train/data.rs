//! What a network is trained on: rows, and the windows or lanes to learn from and to be tried on.

use crate::window::{LanePlan, Source, Windows};

/// What a network is trained on.
#[derive(Debug, Clone, Copy)]
pub struct TrainingData<'a> {
    /// Rows that windows and lanes are gathered from.
    pub source: Source<'a>,
    /// What to learn from; at least one window or lane.
    pub train: Material<'a>,
    /// What chooses the best epoch; where it is empty the training loss does.
    pub validation: Material<'a>,
    /// The scaled value of 0 in the series' units, for errors that are shares of the values.
    pub zero: f64,
}

/// Windows, each from the start state, or lanes, whose state is carried from chunk to chunk.
#[derive(Debug, Clone, Copy)]
pub enum Material<'a> {
    /// Windows.
    Windows(&'a Windows),
    /// Lanes.
    Lanes(&'a LanePlan),
}

impl Material<'_> {
    /// Number of windows or lanes.
    pub const fn len(&self) -> usize {
        match self {
            Self::Windows(windows) => windows.len(),
            Self::Lanes(plan) => plan.len(),
        }
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Rows that each output forecasts.
    pub const fn horizon(&self) -> usize {
        match self {
            Self::Windows(windows) => windows.horizon,
            Self::Lanes(plan) => plan.horizon(),
        }
    }
}
