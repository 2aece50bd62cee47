//! ETS: exponential smoothing with errors, trend and season (Hyndman, Koehler, Ord and Snyder 2008,
//! "Forecasting with exponential smoothing").
//!
//! `auto_ets` chooses the form; `form` and `config` name forms, `recursion` runs them, `start` and
//! `fit` estimate, `variance` and `simulate` tell how far forecasts may be off.

mod choose;
mod config;
mod fit;
mod fitted;
mod form;
mod recursion;
mod space;
#[cfg(test)]
mod tests;
mod variance;

pub use choose::auto_ets;
pub(super) use choose::with_seasons;
pub use config::{EtsBounds, EtsConfig, EtsPart, UnknownEts};
pub use fitted::FittedEts;
pub use form::{Component, EtsForm, Trend};
pub use recursion::Smoothing;

use std::sync::Arc;

use super::card::{BaselineCard, BaselineLook, FitTask};
use super::model::{BaselineError, FittedBaseline};

pub(super) static CARD: BaselineCard = BaselineCard {
    name: "auto-ets",
    label: "Auto-ETS",
    sentence: "Exponential smoothing: level, trend and season follow the newest values.",
    is_rule: false,
    runs_unasked: true,
    drawn_unasked: true,
    look: BaselineLook { color: 3, marker: 0 },
    members: &[],
    fit: |task| fit_given(task, EtsConfig::default()),
};

/// How a form that was given by hand is drawn.
pub(super) const GIVEN_LOOK: BaselineLook = BaselineLook { color: 5, marker: 1 };

/// Fits a form to the history of a task; what it leaves open is chosen by its fit.
///
/// # Errors
/// Where no value is known, or the form does not suit the history.
pub(super) fn fit_given(
    task: &FitTask<'_>,
    config: EtsConfig,
) -> Result<Arc<dyn FittedBaseline>, BaselineError> {
    Ok(Arc::new(auto_ets(task.history, task.season_length(), &config)?))
}
