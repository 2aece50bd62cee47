//! Baselines every network has to beat: one family a file, pure f64.
//!
//! Not for scoring them (`evaluate`), nor for placing them on dates (`forecast`).

pub mod arima;
mod config;
pub mod diagnostics;
mod drift;
mod model;
mod naive;
mod seasonal_naive;

pub use config::BaselineConfig;
pub use drift::drift;
pub use model::{BaselineError, Criteria, FittedBaseline, Interval, Prediction};
pub use naive::naive;
pub use seasonal_naive::seasonal_naive;
