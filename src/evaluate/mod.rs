//! Errors on held-out rows, the scorecard and its verdict.
//!
//! Not for fitting: a model comes in as a `Model`.

mod metrics;
mod panel;
mod report;
mod scorecard;

pub use metrics::{
    IntervalScore, Metrics, mean_absolute_error, mean_absolute_scaled_error,
    root_mean_squared_error, seasonal_naive_error, symmetric_mean_absolute_percentage_error,
};
pub use panel::{
    OnPanelProgress, PanelCase, PanelProgress, PanelRun, PanelScore, PanelTask, SeriesScore, SetUp,
    score_panel,
};
pub use report::{Members, ModelReport, ScoringTask};
pub use scorecard::{rank, sort_key, spread, verdict};

/// The mean, or `None` of nothing. Finite where all values are, though their sum may not be.
fn mean(values: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    let sum_of = |scale: f64| {
        let parts = values.clone().map(|value| (1.0, value / scale));
        parts.fold((0.0, 0.0), |(count, sum), (one, value)| (count + one, sum + value))
    };
    let (count, sum) = sum_of(1.0);
    if count == 0.0 {
        return None;
    }
    if sum.is_finite() {
        return Some(sum / count);
    }
    let largest = values.clone().map(f64::abs).fold(0.0, f64::max);
    Some(sum_of(largest).1 / count * largest)
}
