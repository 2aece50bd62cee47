//! What a baseline would have said of each row of the history, one row before it.

/// One-step forecasts of the history and what they missed by.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hindsight {
    /// One a row; NaN where there is none.
    pub fitted: Vec<f64>,
    /// What they missed by, one a row: value less forecast, but for a model in the scale of its
    /// innovations. NaN where there is none.
    pub residuals: Vec<f64>,
}

impl Hindsight {
    /// Compares one-step forecasts with the history they are of.
    pub(super) fn new(history: &[f64], fitted: Vec<f64>) -> Self {
        let residuals = history.iter().zip(&fitted).map(|(value, said)| value - said).collect();
        Self::with_residuals(fitted, residuals)
    }

    /// One-step forecasts with what they missed by in the model's own scale. What lies beyond the range
    /// of numbers is none.
    pub(super) fn with_residuals(mut fitted: Vec<f64>, mut residuals: Vec<f64>) -> Self {
        for value in fitted.iter_mut().chain(&mut residuals) {
            if value.is_infinite() {
                *value = f64::NAN;
            }
        }
        Self { fitted, residuals }
    }
}

/// The known values of a history with their rows.
pub(super) fn known(history: &[f64]) -> impl DoubleEndedIterator<Item = (usize, f64)> + Clone {
    history.iter().copied().enumerate().filter(|(_, value)| value.is_finite())
}
