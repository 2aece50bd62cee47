//! TBATS: trigonometric seasons, Box-Cox, ARMA errors, trend (De Livera, Hyndman and Snyder 2011,
//! "Forecasting time series with complex seasonal patterns using exponential smoothing").
//!
//! For several seasons, and for seasons of no whole number of rows; not for many short series, where
//! `ets` says as much sooner.

mod fit;
mod harmonics;
mod recursion;
mod space;

pub use fit::FittedTbats;

use std::sync::Arc;

use super::card::{BaselineCard, BaselineLook};
use super::model::{
    BaselineError, BaselinePrediction, Criteria, FittedBaseline, InSampleForecast, known,
};
use super::naive::row_steps;
use super::spread::{deviation, deviation_or_size, least_deviation};
use crate::stats::{number, seasonal_fill};
use fit::{TbatsFit, TbatsTask};
use recursion::{Growth, Machine, Shape, TbatsState, Weights};

pub(super) static CARD: BaselineCard = BaselineCard {
    name: "tbats",
    label: "TBATS",
    sentence: "Several or uneven seasons as waves, with trend and ARMA errors.",
    is_rule: false,
    runs_unasked: false,
    drawn_unasked: true,
    look: BaselineLook { color: 2, marker: 1 },
    members: &[],
    fit: |task| Ok(Arc::new(tbats(task.history, &task.periods.all)?)),
};

/// Newest rows that a model is estimated on: many more change little and take long.
const ROWS_ESTIMATED: usize = 3_000;
/// Longest periods in those rows, at least.
const PERIODS_ESTIMATED: f64 = 3.0;
/// Orders of the errors that are tried, after none.
const ORDERS: [(usize, usize); 5] = [(1, 0), (0, 1), (1, 1), (2, 0), (2, 1)];
/// Rows ahead over which forecasts with Box-Cox have to stay finite, and the level of their intervals.
const ROWS_AHEAD: usize = 200;
const WIDE_LEVEL: f64 = 0.999;
/// Weight of the newest value where nothing can be estimated: nearly all.
const SIMPLEST_ALPHA: f64 = 0.9999;

/// Fits TBATS to `history` (one value a row, NaN where missing) with seasons of these `periods` in
/// rows, whole or not. A period that the history does not hold twice is left out. Of a long history
/// the newest 3,000 rows, or three longest periods, are estimated on; earlier rows have no fitted
/// value.
///
/// Box-Cox (where every value is above zero), growth and damping are chosen by the corrected Akaike
/// criterion, then the orders of the errors. A missing value moves no state.
///
/// # Errors
/// Where no value is known.
pub fn tbats(history: &[f64], periods: &[f64]) -> Result<FittedTbats, BaselineError> {
    let rows = history.len();
    if known(history).next().is_none() {
        return Err(BaselineError::NoValues { model: "TBATS".to_owned(), rows });
    }
    let mut periods: Vec<f64> = periods.to_vec();
    periods.retain(|period| period.is_finite() && *period >= 2.0 && 2.0 * period <= number(rows));
    periods.sort_unstable_by(f64::total_cmp);
    periods.dedup();
    let longest = periods.last().copied().unwrap_or(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "above zero")]
    let wanted = ROWS_ESTIMATED.max((PERIODS_ESTIMATED * longest).ceil() as usize);
    let latest = &history[rows.saturating_sub(wanted)..];
    // Where the newest rows are all missing, every row is looked at.
    let latest = if known(latest).next().is_some() { latest } else { history };
    let (task, scale) = scaled(latest, &periods);
    let first = known(&task.values).next().map_or(0.0, |(_, value)| value);
    let is_constant = known(&task.values).all(|(_, value)| value == first);
    let model = |bends: &[bool]| {
        let best = if is_constant { None } else { best(&task, &periods, bends) };
        let estimated = best.is_some();
        let fit = best.unwrap_or_else(|| simplest(first));
        finished(history, &task, fit, scale, estimated)
    };
    let chosen = model(&[false, true]);
    // Box-Cox bends what grows in a line into what grows without bounds.
    Ok(if chosen.stays_finite() { chosen } else { model(&[false]) })
}

/// The history divided by its size: the geometric mean of positive values, else their mean size.
fn scaled(latest: &[f64], periods: &[f64]) -> (TbatsTask, f64) {
    let count = known(latest).count();
    let mean =
        |of: fn(f64) -> f64| known(latest).map(|(_, value)| of(value) / number(count)).sum::<f64>();
    let is_positive = known(latest).all(|(_, value)| value > 0.0);
    let size = if is_positive { mean(f64::ln).exp() } else { mean(f64::abs) };
    let scale = if size > 0.0 && size.is_finite() { size } else { 1.0 };
    let values: Vec<f64> = latest
        .iter()
        .map(|value| if value.is_finite() { value / scale } else { f64::NAN })
        .collect();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "above zero")]
    let season = periods.first().map_or(1, |period| period.round() as usize);
    let filled = seasonal_fill(&values, season);
    let logs = is_positive.then(|| values.iter().map(|value| value.ln()).collect());
    (TbatsTask { values, filled, logs, count }, scale)
}

/// The best shape without Box-Cox, with it, or of both, as `bends` says.
fn best(task: &TbatsTask, periods: &[f64], bends: &[bool]) -> Option<TbatsFit> {
    let mut periods = periods.to_vec();
    periods.retain(|period| 2.0 * period <= number(task.values.len()));
    let seasons = harmonics::harmonics(&task.filled, &periods);
    let mut best: Option<TbatsFit> = None;
    let mut attempt = |shape: &Shape| -> Option<Shape> {
        let to_beat = best.as_ref().map_or(f64::INFINITY, |best| best.aicc);
        if let Some(found) = fit::fit(task, shape, to_beat).filter(|found| found.aicc < to_beat) {
            best = Some(found);
        }
        best.as_ref().map(|best| best.shape.clone())
    };
    let mut chosen = None;
    for &box_cox in bends {
        for growth in [Growth::None, Growth::Lasting, Growth::Damped] {
            let shape = Shape { box_cox, growth, seasons: seasons.clone(), orders: (0, 0) };
            chosen = attempt(&shape);
        }
    }
    let plain = chosen.or_else(|| {
        // Too short for its seasons.
        let (growth, orders) = (Growth::None, (0, 0));
        attempt(&Shape { box_cox: false, growth, seasons: Vec::new(), orders })
    })?;
    for orders in ORDERS {
        attempt(&Shape { orders, ..plain.clone() });
    }
    best
}

/// Nearly the last value, from the `first` one on.
fn simplest(first: f64) -> TbatsFit {
    let (growth, orders) = (Growth::None, (0, 0));
    TbatsFit {
        shape: Shape { box_cox: false, growth, seasons: Vec::new(), orders },
        weights: Weights { alpha: SIMPLEST_ALPHA, phi: 1.0, ..Weights::default() },
        initial: TbatsState { level: first, ..TbatsState::default() },
        lambda: None,
        cost: f64::NAN,
        aicc: f64::INFINITY,
    }
}

/// The fit with its summary; `estimated` where its parameters are.
fn finished(
    history: &[f64],
    task: &TbatsTask,
    fit: TbatsFit,
    scale: f64,
    estimated: bool,
) -> FittedTbats {
    let mut machine = Machine::new(&fit.shape);
    let bent = task.bent(fit.lambda);
    let mut state = fit.initial.clone();
    machine.forward(&fit.weights, &bent, &mut state);
    let innovations: Vec<f64> = machine
        .innovations()
        .zip(&task.values)
        .map(|(innovation, value)| if value.is_nan() { f64::NAN } else { innovation })
        .collect();
    let parameters = fit.shape.parameters();
    let (count, least_deviation) = (task.count, least_deviation(history));
    // The exponent has the least deviation of a bent value about the same as of a plain one.
    let estimate = if estimated {
        deviation(innovations.iter().copied(), parameters - 1)
    } else {
        deviation(row_steps(&task.values), 0)
    };
    let deviation = deviation_or_size(estimate, &task.values);
    let criteria = estimated.then(|| {
        let n = number(count);
        let constant = n * ((std::f64::consts::TAU / n).ln() + 1.0);
        Criteria::new(-0.5 * (fit.cost + constant) - n * scale.ln(), parameters, count)
    });
    let mut model = FittedTbats {
        shape: fit.shape,
        machine,
        weights: fit.weights,
        lambda: fit.lambda,
        state,
        scale,
        deviation,
        least_deviation,
        in_sample: InSampleForecast::default(),
        criteria,
    };
    model.in_sample = model.look_back(&fit.initial, &bent, &innovations, history.len());
    model
}

impl FittedTbats {
    /// What each of all `rows` was said to be. A missing row's forecast is what the state expects;
    /// rows before those estimated on have none.
    fn look_back(
        &self,
        initial: &TbatsState,
        bent: &[f64],
        innovations: &[f64],
        rows: usize,
    ) -> InSampleForecast {
        let expected = self.machine.forecasts(&self.weights, initial, bent);
        let unit = if self.lambda.is_some() { 1.0 } else { self.scale };
        let mut fitted = vec![f64::NAN; rows - bent.len()];
        let mut residuals = fitted.clone();
        fitted.extend(expected.iter().map(|value| self.restored(*value)));
        residuals.extend(innovations.iter().map(|innovation| innovation * unit));
        InSampleForecast::with_residuals(fitted, residuals)
    }

    /// Whether no forecast leaves the range of numbers, as those with Box-Cox may.
    fn stays_finite(&self) -> bool {
        if self.lambda.is_none() {
            return true;
        }
        let BaselinePrediction { mean, intervals } = self.predict(ROWS_AHEAD, &[WIDE_LEVEL]);
        let bounds = intervals.iter().flat_map(|interval| [&interval.lower, &interval.upper]);
        bounds.chain([&mean]).flatten().all(|value| value.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    #[test]
    fn a_season_of_no_whole_number_of_rows_goes_on() {
        let value = |row: usize| {
            let t = number(row);
            50.0 + 0.05 * t + 5.0 * (TAU * t / 7.0).sin() + 8.0 * (TAU * t / 30.44).cos()
        };
        let noise = |row: usize| 0.5 * (number(row * row) * 0.77).sin();
        let history: Vec<f64> = (0..300).map(|row| value(row) + noise(row)).collect();
        let model = tbats(&history, &[30.44, 7.0, 400.0]).unwrap();
        let name = model.description();
        assert!(name.starts_with("TBATS(") && name.contains("<7,") && name.contains("<30.44,"));
        let forecast = model.predict(60, &[0.95]);
        let mut held = 0;
        for (ahead, mean) in forecast.mean.iter().enumerate() {
            let truth = value(300 + ahead);
            assert!((mean - truth).abs() < 2.0, "{name}, row {ahead}: {mean} for {truth}");
            let interval = &forecast.intervals[0];
            let truth = truth + noise(300 + ahead);
            held += usize::from((interval.lower[ahead]..=interval.upper[ahead]).contains(&truth));
        }
        assert!(held >= 50, "{held} of 60");
        assert_eq!(model.fitted().len(), 300);
    }

    #[test]
    fn short_and_constant_histories_nearly_repeat_the_last_value() {
        for history in [&[4.0][..], &[4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0][..]] {
            let model = tbats(history, &[3.0]).unwrap();
            let forecast = model.predict(2, &[0.8]);
            assert!((forecast.mean[1] - 4.0).abs() < 1e-9);
            assert!(forecast.intervals[0].upper[0] > forecast.intervals[0].lower[0]);
        }
        assert!(tbats(&[f64::NAN], &[7.0]).is_err());
    }
}
