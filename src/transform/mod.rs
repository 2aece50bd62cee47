//! Changes of units before a network sees values, fitted on the training part only, each with an
//! exact inverse: a power, a seasonal adjustment, differences, a scaler, and all of them in a row.
//!
//! Not for filling gaps or choosing rows (`import`, `window`).

mod config;
mod difference;
mod error;
pub mod lambda;
mod pipeline;
mod power;
mod scaler;
mod search;
mod seasonal;

pub use config::{Power, Scaling, TransformConfig};
pub use difference::Differences;
pub use error::TransformError;
pub use pipeline::{Origin, Transform};
pub use power::{FittedPower, check_domain};
pub use scaler::Scaler;
pub use seasonal::SeasonalComponent;
