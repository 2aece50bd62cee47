//! Each baseline fitted to a history by its own family.

use super::arima::{AutoArimaConfig, arima, auto_arima};
use super::combination::FittedCombination;
use super::drift::FittedDrift;
use super::ets::{EtsConfig, auto_ets};
use super::mean::FittedMean;
use super::mstl::mstl;
use super::naive::FittedNaive;
use super::seasonal_naive::FittedSeasonalNaive;
use super::tbats::tbats;
use super::theta::{ThetaVariant, theta};
use super::window_average::FittedWindowAverage;
use super::{Baseline, BaselineError, FittedBaseline};

/// Rows that a window average looks back where there is no season.
const ROWS_WITHOUT_SEASON: usize = 10;

/// The periods that values may repeat by, in rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Periods {
    /// Rows in the one season of models that have one; 1 for none.
    pub season_length: usize,
    /// All seasons for models that have several, whole or not, shortest first.
    pub all: Vec<f64>,
}

impl Baseline {
    /// Fits it to `history`: every value before the origin, NaN where missing.
    ///
    /// # Errors
    /// Where no value is known, or given orders do not suit the history.
    pub fn fit(
        self,
        history: &[f64],
        periods: &Periods,
    ) -> Result<Box<dyn FittedBaseline>, BaselineError> {
        let season = periods.season_length.max(1);
        Ok(match self {
            Self::Naive => Box::new(FittedNaive::fit(history)?),
            Self::SeasonalNaive => Box::new(FittedSeasonalNaive::fit(history, season)?),
            Self::Drift => Box::new(FittedDrift::fit(history)?),
            Self::Mean => Box::new(FittedMean::fit(history)?),
            Self::WindowAverage => {
                let window = if season > 1 { season } else { ROWS_WITHOUT_SEASON };
                Box::new(FittedWindowAverage::fit(history, window)?)
            }
            Self::AutoEts => Box::new(auto_ets(history, season, &EtsConfig::default())?),
            Self::Ets(config) => Box::new(auto_ets(history, season, &config)?),
            Self::Theta(variant) => Box::new(theta(history, season, variant)?),
            Self::Mstl => Box::new(mstl(history, &whole(&periods.all))?),
            Self::AutoArima => Box::new(auto_arima(history, season, &AutoArimaConfig::default())?),
            Self::Arima(order) => Box::new(arima(history, &order, &[])?),
            Self::Tbats => Box::new(tbats(history, &periods.all)?),
            Self::Combination => Box::new(combination(history, season)?),
        })
    }
}

/// Periods as whole numbers of rows, each once.
fn whole(periods: &[f64]) -> Vec<usize> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "periods are a few thousand rows"
    )]
    let mut whole: Vec<usize> =
        periods.iter().map(|period| period.round().max(1.0) as usize).collect();
    whole.dedup();
    whole
}

/// The median of ETS, Theta and ARIMA.
fn combination(history: &[f64], season: usize) -> Result<FittedCombination, BaselineError> {
    let ets = auto_ets(history, season, &EtsConfig::default())?;
    let theta = theta(history, season, ThetaVariant::DynamicOptimised)?;
    let arima = auto_arima(history, season, &AutoArimaConfig::default())?;
    FittedCombination::new(history, vec![Box::new(ets), Box::new(theta), Box::new(arima)])
}
