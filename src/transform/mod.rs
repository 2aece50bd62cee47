//! Changes of units before a network sees values, fitted on the training part only, each with an
//! exact inverse: a power, a seasonal adjustment, differences, a scaler, and all of them in a row. And
//! what is known of a row from its date alone.
//!
//! Not for filling gaps or choosing rows (`series`, `window`).

mod config;
mod difference;
mod pipeline;
mod power;
mod scaler;
mod time_features;

pub use config::{FourierTerms, Power, Scaling, TransformConfig, TransformError};
pub use difference::Differences;
pub use pipeline::{Origin, Transform, check_season, fit_season};
pub use power::{FittedPower, check_domain};
pub use scaler::Scaler;
pub use time_features::TimeFeatures;
