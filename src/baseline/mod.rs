//! Baselines every network has to beat: one family a file, pure f64.
//!
//! Not for scoring them (`evaluate`), nor for placing them on dates (`forecast`).

pub mod arima;
mod card;
mod choice;
mod combination;
pub mod diagnostics;
mod drift;
mod ets;
mod mean;
mod model;
mod mstl;
mod naive;
mod seasonal_naive;
mod spread;
mod stl;
mod tbats;
mod theta;
mod window_average;

pub use arima::ArimaOrder;
pub use card::{BaselineCard, BaselineLook, FitTask, Fits, Periods};
pub use choice::{Baseline, BaselineConfig, UnknownBaseline};
pub use combination::FittedCombination;
pub use drift::{FittedDrift, drift};
pub use ets::{
    Component, EtsBounds, EtsConfig, EtsForm, EtsPart, FittedEts, Smoothing, Trend, UnknownEts,
    auto_ets,
};
pub use mean::FittedMean;
pub use model::{
    BaselineError, BaselinePrediction, Criteria, FittedBaseline, InSampleForecast, Interval, Sizes,
};
pub use mstl::mstl;
pub use naive::{FittedNaive, naive};
pub use seasonal_naive::{FittedSeasonalNaive, seasonal_naive};
pub use tbats::{FittedTbats, tbats};
pub use theta::{FittedTheta, ThetaVariant, UnknownTheta, theta};
pub use window_average::FittedWindowAverage;
