//! ETS: exponential smoothing with errors, trend and season (Hyndman, Koehler, Ord and Snyder 2008,
//! "Forecasting with exponential smoothing").
//!
//! `auto_ets` chooses the form; `form` and `config` name forms, `recursion` runs them, `start` and
//! `fit` estimate, `variance` and `simulate` tell how far forecasts may be off.

mod admissible;
mod choose;
mod config;
mod fit;
mod fitted;
mod form;
mod recursion;
mod simulate;
mod space;
mod start;
#[cfg(test)]
mod tests;
mod variance;

pub use choose::auto_ets;
pub(super) use choose::with_seasons;
pub use config::{EtsBounds, EtsConfig, Part, UnknownEts};
pub use fitted::FittedEts;
pub use form::{Component, EtsForm, Trend};
pub use recursion::Smoothing;
