//! Tidegate: forecasts of time series by recurrent networks, beside honest baselines.
//!
//! Data flows one way; each room may use the rooms to its left:
//!
//! `series` → `import`, `transform` → `window` → `nn` → `train` → `baseline` → `forecast` →
//! `evaluate` → `export` → `project` → `app` → `gui`; `cli` runs the same engine without a window. All of
//! them may use `guard`, which turns panics into errors.

pub mod app;
pub mod baseline;
pub mod cli;
pub mod evaluate;
pub mod export;
pub mod forecast;
pub mod guard;
#[cfg(feature = "gui")]
pub mod gui;
pub mod import;
pub mod nn;
pub mod project;
pub mod series;
pub mod train;
pub mod transform;
pub mod window;
