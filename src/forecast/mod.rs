//! Forecasts on real dates, and the trait that networks and baselines share.
//!
//! Fitting gives a fitted model, so an unfitted one cannot forecast. Not for scoring (`evaluate`).

mod baselines;
mod error;
mod finite;
#[expect(clippy::module_inception, reason = "the noun of the room has the room's name")]
mod forecast;
mod forecaster;
mod levels;
mod model;
mod neural;
mod residuals;

pub use crate::baseline::{Baseline, Criteria, Fits, Interval, Periods};
pub use crate::train::Flow;
pub use baselines::BaselineForecaster;
pub use error::ForecastError;
pub use forecast::Forecast;
pub use forecaster::{
    EpochReport, FitAccount, FitChange, FitEvent, Fitted, Forecaster, LiveForecast, Outlook, Refit,
};
pub use levels::{Levels, WrongLevels, level_name};
pub use model::{Model, ModelList, UnknownModel};
pub use neural::{
    DivergedBatch, DivergedRows, Effort, FitCheckpoint, FitState, NeuralForecaster, Pace, PastEpoch,
};
pub use residuals::ResidualCheck;
