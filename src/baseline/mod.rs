//! Baselines every network has to beat: one family a file, pure f64.
//!
//! Not for scoring them (`evaluate`).

mod config;

pub use config::BaselineConfig;
