//! Errors on held-out rows, the scorecard and its verdict.
//!
//! Not for fitting: a model comes in as a `Forecaster`.

mod interval_score;
mod mae;
mod mase;
mod metrics;
mod panel;
mod panel_score;
mod report;
mod rmse;
mod scorecard;
mod smape;

pub use interval_score::IntervalScore;
pub use mae::mean_absolute_error;
pub use mase::{mean_absolute_scaled_error, seasonal_naive_error};
pub use metrics::Metrics;
pub use panel::{OnProgress, PanelCase, PanelProgress, PanelRun, PanelTask, SetUp, score_panel};
pub use panel_score::{PanelScore, SeriesScore};
pub use report::{Members, ModelReport, Task};
pub use rmse::root_mean_squared_error;
pub use scorecard::{rank, sort_key, verdict};
pub use smape::symmetric_mean_absolute_percentage_error;

/// The mean, or `None` of nothing.
fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut count, mut sum) = (0.0, 0.0);
    for value in values {
        count += 1.0;
        sum += value;
    }
    (count > 0.0).then(|| sum / count)
}
