//! Theta: the mean of a line through the history and of its smoothed bends (Assimakopoulos and
//! Nikolopoulos 2000; Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler 2016, "Models for
//! optimising the theta method and their relationship to state space models").
//!
//! Not for several seasons (`mstl`).

mod estimate;
mod fitted;
mod seasonality;

pub use estimate::{ThetaVariant, UnknownTheta};
pub use fitted::FittedTheta;

use std::sync::Arc;

use super::card::{BaselineCard, BaselineLook, FitTask};
use super::model::{BaselineError, FittedBaseline, InSampleForecast, known};
use super::naive::row_steps;
use super::spread::{deviation, deviation_or_size, late_share, least_deviation};
use crate::stats::seasonal_fill;
use estimate::{FIRST_ERRORS, Parameters, RunningLine, ThetaTask, lines};
use fitted::ThetaState;
use seasonality::ThetaSeason;

pub(super) static CARD: BaselineCard = BaselineCard {
    name: "theta",
    label: "Theta",
    sentence: "A trend line and a smoothed curve, averaged; season taken out first.",
    is_rule: false,
    runs_unasked: true,
    drawn_unasked: false,
    look: BaselineLook { color: 2, marker: 0 },
    members: &[],
    fit: |task| fit_variant(task, ThetaVariant::DynamicOptimised),
};

pub(super) static STANDARD_CARD: BaselineCard = BaselineCard {
    name: "theta(standard)",
    label: "Theta, standard",
    sentence: "A trend line and a smoothed curve, averaged; season taken out first.",
    is_rule: false,
    runs_unasked: false,
    drawn_unasked: false,
    look: BaselineLook { color: 2, marker: 2 },
    members: &[],
    fit: |task| fit_variant(task, ThetaVariant::Standard),
};

pub(super) static OPTIMISED_CARD: BaselineCard = BaselineCard {
    name: "theta(optimised)",
    label: "Theta, optimised",
    sentence: "A trend line and a smoothed curve, averaged; season taken out first.",
    is_rule: false,
    runs_unasked: false,
    drawn_unasked: false,
    look: BaselineLook { color: 2, marker: 3 },
    members: &[],
    fit: |task| fit_variant(task, ThetaVariant::Optimised),
};

fn fit_variant(
    task: &FitTask<'_>,
    variant: ThetaVariant,
) -> Result<Arc<dyn FittedBaseline>, BaselineError> {
    Ok(Arc::new(theta(task.history, task.season_length(), variant)?))
}

/// Fewer known values than this estimate nothing: the standard weights are taken.
const FEWEST_VALUES: usize = FIRST_ERRORS + 4;
/// Weight of the line in the standard method: theta is 2.
const STANDARD_WEIGHT: f64 = 0.5;
/// Weight of the newest value where nothing can be estimated.
const STANDARD_ALPHA: f64 = 0.5;

/// Fits a Theta method to `history` (one value a row, NaN where missing) with `season_length` rows a
/// season, 1 where there is none. A season that passes the test is taken out and put back.
///
/// A missing value is put on the line between its neighbours of the same place in the season, and
/// has no say in the errors that are made small.
///
/// # Errors
/// Where no value is known.
pub fn theta(
    history: &[f64],
    season_length: usize,
    variant: ThetaVariant,
) -> Result<FittedTheta, BaselineError> {
    let count = known(history).count();
    if count == 0 {
        let model = variant.words().to_owned();
        return Err(BaselineError::NoValues { model, rows: history.len() });
    }
    let finite = |value: &f64| if value.is_finite() { *value } else { f64::NAN };
    let history: Vec<f64> = history.iter().map(finite).collect();
    let whole = seasonal_fill(&history, season_length);
    let season = ThetaSeason::of(&whole, season_length);
    let removed = |(row, &value): (usize, &f64)| {
        season.as_ref().map_or(value, |season| season.removed(row, value))
    };
    let values: Vec<f64> = whole.iter().enumerate().map(removed).collect();
    let is_known: Vec<bool> = history.iter().map(|value| !value.is_nan()).collect();
    let lines = lines(&values, variant);
    let line_weight = (!variant.is_optimised()).then_some(STANDARD_WEIGHT);
    let task = ThetaTask { values: &values, known: &is_known, lines: &lines, line_weight };
    let parameters = if count < FEWEST_VALUES {
        let first_level = values.first().copied().unwrap_or(0.0);
        Parameters { alpha: STANDARD_ALPHA, line_weight: STANDARD_WEIGHT, first_level }
    } else {
        task.best()
    };
    Ok(finished(&history, &values, variant, parameters, season))
}

/// Runs over the values once more, keeping what each row was said to be.
fn finished(
    history: &[f64],
    values: &[f64],
    variant: ThetaVariant,
    parameters: Parameters,
    season: Option<ThetaSeason>,
) -> FittedTheta {
    let whole_line = lines(values, ThetaVariant::Standard);
    let line = whole_line.last().copied().unwrap_or((0.0, 0.0));
    let running = RunningLine::default();
    let mut state = ThetaState { level: parameters.first_level, running, line, left: 1.0 };
    let (mut fitted, mut residuals) = (Vec::new(), Vec::new());
    for (row, (value, given)) in values.iter().zip(history).enumerate() {
        // The first row has nothing before it, and no line.
        let forecast = if row == 0 { f64::NAN } else { state.forecast(variant, &parameters) };
        residuals.push(if given.is_nan() { f64::NAN } else { value - forecast });
        fitted.push(season.as_ref().map_or(forecast, |season| season.restored(row, forecast)));
        state.push(*value, parameters.alpha);
    }
    let later = residuals.iter().copied().skip(FIRST_ERRORS);
    let late = late_share(later.clone());
    let estimated = deviation(later, 2 + usize::from(variant.is_optimised()))
        .map(|deviation| deviation * late)
        .filter(|_| known(history).nth(FEWEST_VALUES - 1).is_some())
        .or_else(|| deviation(row_steps(history), 0));
    FittedTheta {
        variant,
        parameters,
        season,
        rows: history.len(),
        state,
        deviation: deviation_or_size(estimated, history),
        least_deviation: least_deviation(history),
        in_sample: InSampleForecast::with_residuals(fitted, residuals),
    }
}
