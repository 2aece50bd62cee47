//! ARIMA and seasonal ARIMA, of given orders or chosen automatically.
//!
//! Box and Jenkins (1976); the choice by Hyndman and Khandakar (2008). `order` says which model,
//! `sample` what it is fitted to; `likelihood` (over the fast filter of `innovations`) and `gaps` (over
//! the Kalman filter) weigh coefficients, `least_squares` finds the best, `fit` ties them together,
//! `fitted` forecasts. `search`, `integration` and `waves` choose for `auto`.

mod auto;
mod autocovariance;
mod fit;
mod fitted;
mod fourier;
mod gaps;
mod innovations;
mod integration;
mod kalman;
mod likelihood;
mod order;
mod sample;
mod search;

pub use auto::auto_arima;
pub use fit::arima;
pub use fitted::FittedArima;
pub use likelihood::Coefficients;
pub use order::{ArimaOrder, AutoArimaConfig, OrderError};

use std::sync::Arc;

use super::card::{BaselineCard, BaselineLook, FitTask};
use super::model::{BaselineError, FittedBaseline};

pub(super) static CARD: BaselineCard = BaselineCard {
    name: "auto-arima",
    label: "Auto-ARIMA",
    sentence: "ARIMA: values and misses of before, orders chosen by AICc.",
    is_rule: false,
    runs_unasked: true,
    drawn_unasked: true,
    look: BaselineLook { color: 4, marker: 0 },
    members: &[],
    fit: |task| {
        let config = AutoArimaConfig::default();
        Ok(Arc::new(auto_arima(task.history, task.periods, &[], &config)?))
    },
};

/// How orders that were given by hand are drawn.
pub(super) const GIVEN_LOOK: BaselineLook = BaselineLook { color: 4, marker: 1 };

/// Fits ARIMA of these orders to the history of a task.
///
/// # Errors
/// Where no value is known, or the orders do not suit the history.
pub(super) fn fit_given(
    task: &FitTask<'_>,
    order: &ArimaOrder,
) -> Result<Arc<dyn FittedBaseline>, BaselineError> {
    Ok(Arc::new(arima(task.history, order, &[])?))
}
