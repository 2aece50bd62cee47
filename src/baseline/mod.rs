//! Baselines every network has to beat: one family a file, pure f64.
//!
//! Not for scoring them (`evaluate`), nor for placing them on dates (`forecast`).

pub mod arima;
mod card;
mod choice;
mod combination;
mod config;
mod decompose;
pub mod diagnostics;
mod drift;
mod ets;
mod fits;
mod hindsight;
mod mean;
mod model;
mod mstl;
mod naive;
mod periods;
mod random;
mod registry;
mod seasonal_naive;
mod sizes;
mod spread;
mod stl;
mod tbats;
mod theta;
mod window_average;

pub use arima::ArimaOrder;
pub use card::{BaselineCard, FitTask, Look};
pub use choice::{Baseline, UnknownBaseline};
pub use combination::FittedCombination;
pub use config::BaselineConfig;
pub use drift::{FittedDrift, drift};
pub use ets::{
    Component, EtsBounds, EtsConfig, EtsForm, FittedEts, Part, Smoothing, Trend, UnknownEts,
    auto_ets,
};
pub use fits::Fits;
pub use hindsight::Hindsight;
pub use mean::FittedMean;
pub use model::{BaselineError, Criteria, FittedBaseline, Interval, Prediction};
pub use mstl::mstl;
pub use naive::{FittedNaive, naive};
pub use periods::Periods;
pub use seasonal_naive::{FittedSeasonalNaive, seasonal_naive};
pub use sizes::Sizes;
pub use tbats::{FittedTbats, tbats};
pub use theta::{FittedTheta, ThetaVariant, UnknownTheta, theta};
pub use window_average::FittedWindowAverage;
