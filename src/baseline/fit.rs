//! Each baseline fitted to a history by its own family.

use std::sync::Arc;

use super::arima::{AutoArimaConfig, arima, auto_arima};
use super::combination::FittedCombination;
use super::drift::FittedDrift;
use super::ets::{EtsConfig, auto_ets};
use super::fits::Fits;
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

impl Periods {
    /// One season, or none where it has 1 row.
    #[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^53")]
    pub fn one(season_length: usize) -> Self {
        let season_length = season_length.max(1);
        Self { season_length, all: vec![season_length as f64] }
    }
}

impl Baseline {
    /// What a combination is made of.
    pub(super) const MEMBERS: [Self; 3] =
        [Self::AutoEts, Self::Theta(ThetaVariant::DynamicOptimised), Self::AutoArima];

    /// Fits it to `history`: every value before the origin, NaN where missing.
    ///
    /// # Errors
    /// Where no value is known, or given orders do not suit the history.
    ///
    /// ```
    /// use tidegate::baseline::{Baseline, Periods};
    ///
    /// let periods = Periods { season_length: 2, all: vec![2.0] };
    /// let model: Baseline = "seasonal-naive".parse()?;
    /// let ahead = model.fit(&[1.0, 5.0, 2.0, 6.0], &periods)?.predict(3, &[]);
    /// assert_eq!(ahead.mean, [2.0, 6.0, 2.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fit(
        self,
        history: &[f64],
        periods: &Periods,
    ) -> Result<Arc<dyn FittedBaseline>, BaselineError> {
        self.fit_sharing(history, periods, &Fits::default())
    }

    /// As [`Self::fit`], but what `fits` has of it is taken from there, and what others may need is
    /// left there.
    ///
    /// # Errors
    /// As [`Self::fit`].
    pub fn fit_sharing(
        self,
        history: &[f64],
        periods: &Periods,
        fits: &Fits,
    ) -> Result<Arc<dyn FittedBaseline>, BaselineError> {
        let fitted = fits.of(self, history, periods, || self.fit_anew(history, periods, fits));
        fitted.map_err(|error| error.named(self.to_string()))
    }

    fn fit_anew(
        self,
        history: &[f64],
        periods: &Periods,
        fits: &Fits,
    ) -> Result<Arc<dyn FittedBaseline>, BaselineError> {
        let season = periods.season_length.max(1);
        Ok(match self {
            Self::Naive => Arc::new(FittedNaive::fit(history)?),
            Self::SeasonalNaive => Arc::new(FittedSeasonalNaive::fit(history, season)?),
            Self::Drift => Arc::new(FittedDrift::fit(history)?),
            Self::Mean => Arc::new(FittedMean::fit(history)?),
            Self::WindowAverage => {
                let window = if season > 1 { season } else { ROWS_WITHOUT_SEASON };
                Arc::new(FittedWindowAverage::fit(history, window)?)
            }
            Self::AutoEts => Arc::new(auto_ets(history, season, &EtsConfig::default())?),
            Self::Ets(config) => Arc::new(auto_ets(history, season, &config)?),
            Self::Theta(variant) => Arc::new(theta(history, season, variant)?),
            Self::Mstl => Arc::new(mstl(history, &whole(&periods.all))?),
            Self::AutoArima => {
                Arc::new(auto_arima(history, periods, &[], &AutoArimaConfig::default())?)
            }
            Self::Arima(order) => Arc::new(arima(history, &order, &[])?),
            Self::Tbats => Arc::new(tbats(history, &periods.all)?),
            Self::Combination => {
                let member = |member: Self| member.fit_sharing(history, periods, fits);
                let members: Result<_, _> = Self::MEMBERS.into_iter().map(member).collect();
                Arc::new(FittedCombination::new(history, members?)?)
            }
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
