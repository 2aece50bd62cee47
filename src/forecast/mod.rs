//! Forecasts on real dates, and the trait that networks and baselines share.
//!
//! Fitting gives a fitted model, so an unfitted one cannot forecast. Not for scoring (`evaluate`).

mod forecaster;

pub use forecaster::{
    EpochReport, FitEvent, Fitted, Flow, ForecastError, Forecaster, LiveForecast,
};
