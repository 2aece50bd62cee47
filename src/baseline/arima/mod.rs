//! ARIMA and seasonal ARIMA, of given orders or chosen automatically.
//!
//! Box and Jenkins (1976); the choice by Hyndman and Khandakar (2008). `order` says which model,
//! `sample` what it is fitted to; `likelihood` (over the fast filter of `innovations`) and `gaps` (over
//! the Kalman filter) weigh coefficients, `least_squares` finds the best, `fit` ties them together,
//! `fitted` forecasts. `search`, `integration` and `fourier` choose for `auto`.

mod auto;
mod autocovariance;
mod config;
mod difference;
mod fit;
mod fitted;
mod fourier;
mod gaps;
mod innovations;
mod integration;
mod kalman;
mod likelihood;
mod order;
mod polynomial;
mod sample;
mod search;
mod starts;

pub use auto::auto_arima;
pub use config::AutoArimaConfig;
pub use fit::arima;
pub use fitted::FittedArima;
pub use likelihood::Coefficients;
pub use order::{ArimaOrder, OrderError};
