//! Forecasts on real dates, and the trait that networks and baselines share.
//!
//! Fitting gives a fitted model, so an unfitted one cannot forecast. Not for scoring (`evaluate`).

mod baselines;
#[expect(clippy::module_inception, reason = "the noun of the room has the room's name")]
mod forecast;
mod forecaster;
mod model;
mod neural;

pub use baselines::BaselineRule;
pub use forecast::Forecast;
pub use forecaster::{
    EpochReport, FitEvent, Fitted, Flow, ForecastError, Forecaster, LiveForecast,
};
pub use model::{Model, UnknownModel};
pub use neural::NeuralForecaster;
