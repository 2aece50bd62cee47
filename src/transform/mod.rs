//! Changes of units before a network sees values: scalers, fitted on the training part only, each
//! with an exact inverse.
//!
//! Not for filling gaps or choosing rows (`import`, `window`).

mod config;
mod scaler;

pub use config::{Scaling, TransformConfig};
pub use scaler::Scaler;
