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
        let missed = |(value, forecast): (&f64, &f64)| {
            let residual = value - forecast;
            if residual.is_finite() { residual } else { f64::NAN }
        };
        let residuals = history.iter().zip(&fitted).map(missed).collect();
        Self { fitted, residuals }
    }
}

/// The known values of a history with their rows.
pub(super) fn known(history: &[f64]) -> impl DoubleEndedIterator<Item = (usize, f64)> + Clone {
    history.iter().copied().enumerate().filter(|(_, value)| value.is_finite())
}
