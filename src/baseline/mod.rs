//! Baselines every network has to beat: one family a file, pure f64.
//!
//! Not for scoring them (`evaluate`), nor for placing them on dates (`forecast`).

mod config;
mod drift;
mod hindsight;
mod mean;
mod model;
mod naive;
mod seasonal_naive;
mod spread;
mod window_average;

pub use config::BaselineConfig;
pub use drift::{FittedDrift, drift};
pub use mean::FittedMean;
pub use model::{BaselineError, Criteria, FittedBaseline, Interval, Prediction};
pub use naive::{FittedNaive, naive};
pub use seasonal_naive::{FittedSeasonalNaive, seasonal_naive};
pub use window_average::FittedWindowAverage;
