//! What a run keeps of each epoch.

use crate::project::runs::EpochLine;

/// One epoch on the loss plot, in the series' units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// The epoch, from 1.
    pub epoch: usize,
    /// Error on the training windows.
    pub training: f64,
    /// Error on the validation windows; on the training windows where there are no others.
    pub validation: f64,
    /// Best validation error so far.
    pub improved: bool,
}

impl From<&CurvePoint> for EpochLine {
    fn from(point: &CurvePoint) -> Self {
        let CurvePoint { epoch, training, validation, improved } = *point;
        Self { epoch, training, validation, improved }
    }
}

impl From<&EpochLine> for CurvePoint {
    fn from(line: &EpochLine) -> Self {
        let EpochLine { epoch, training, validation, improved } = *line;
        Self { epoch, training, validation, improved }
    }
}
