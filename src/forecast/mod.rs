//! Forecasts on real dates, and the trait that networks and baselines share.
//!
//! Fitting gives a fitted model, so an unfitted one cannot forecast. Not for scoring (`evaluate`).

mod baselines;
mod contract;
mod error;
mod event;
mod levels;
mod model;
mod neural;
mod residuals;

pub use crate::baseline::{Baseline, Criteria, Fits, Interval, Periods};
pub use crate::train::Flow;
pub use baselines::BaselineForecaster;
pub use contract::{
    Context, FitSummary, Fitted, Forecast, Model, Prediction, Request, TrainingSeries, TrainingSet,
    Watched,
};
pub use error::ForecastError;
pub use event::{EpochReport, FitChange, FitEvent, LiveForecast, Observer};
pub use levels::{Levels, WrongLevels, level_name};
pub use model::{ModelChoice, ModelList, UnknownModel};
pub use neural::{
    DivergedBatch, DivergedRows, Effort, FitCheckpoint, FitState, FittedNetwork, NeuralForecaster,
    Pace, PastEpoch, Refit, ResumedNetwork,
};
pub use residuals::ResidualCheck;
