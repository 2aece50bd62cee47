//! What inputs and targets are gathered from, and what they are told relative to.
//!
//! Not for gathering (`batch`, `lane_batch`).

use super::{KnownInputs, Rows};

/// What windows and lanes are gathered from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Scaled inputs and targets.
    pub rows: &'a Rows<'a>,
    /// What is known of the same rows beforehand.
    pub known: &'a KnownInputs,
    /// What inputs and targets are told relative to.
    pub reference: Reference,
}

/// What is subtracted from inputs and targets, and added to the forecast again. No input ever has a
/// later row subtracted from it than the row whose forecast it serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reference {
    /// Nothing.
    #[default]
    Zero,
    /// A window's last input, from its inputs and its targets. Only the last row of a window forecasts
    /// then: an earlier one would see the last.
    WindowEnd,
    /// From the targets of a row that row's own input, and nothing from the inputs.
    Row,
}

impl Reference {
    /// Of windows whose last row forecasts, by the setting `subtract_last`.
    pub const fn of_windows(subtract_last: bool) -> Self {
        if subtract_last { Self::WindowEnd } else { Self::Zero }
    }

    /// Of lanes, and of windows whose every row forecasts, by the setting `subtract_last`.
    pub const fn of_rows(subtract_last: bool) -> Self {
        if subtract_last { Self::Row } else { Self::Zero }
    }

    /// What is subtracted from the inputs of a window, and from the targets of its last row.
    pub(super) fn of_window(self, inputs: &[f64]) -> (f64, f64) {
        let last = inputs.last().copied().unwrap_or(0.0);
        match self {
            Self::Zero => (0.0, 0.0),
            Self::WindowEnd => (last, last),
            Self::Row => (0.0, last),
        }
    }

    /// What is subtracted from the targets of a row of this input, where every row forecasts.
    pub(super) const fn of_row(self, input: f64) -> f64 {
        match self {
            Self::Zero => 0.0,
            Self::WindowEnd | Self::Row => input,
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "networks compute in f32; values are scaled")]
pub(super) const fn narrow(value: f64) -> f32 {
    value as f32
}
