//! The contract of every model: a [`Model`] fits to a [`TrainingSet`], what is [`Fitted`] predicts
//! from a [`Context`], and a [`Forecast`] is a prediction placed on dates.
//!
//! What only networks have (checkpoints, epochs, weights, a fit to all rows) is on
//! [`FittedNetwork`](super::FittedNetwork).
//!
//! What is known of a series at a forecast origin: all that a model ever sees of data.

use std::any::Any;
use std::sync::Arc;

use super::ForecastError;
use super::event::Observer;
use crate::baseline::{Criteria, Interval, Sizes};
use crate::cancellation::Cancellation;
use crate::series::{Covariate, DatasetSeries, Series, StaticCovariate, TimeAxis};
use crate::window::Split;

/// A model that can be fitted.
pub trait Model: Any + Send {
    /// The name on the scorecard and on the command line.
    fn name(&self) -> &str;

    /// Fits to the training parts; the validation parts may choose between fits.
    ///
    /// `observer` gets progress and may end fitting early, which keeps the best so far, as `cancel`
    /// does in the middle of long work.
    ///
    /// # Errors
    /// Where the parts are too short for the model, or training diverges.
    fn fit(
        &self,
        training: &TrainingSet,
        cancel: &Cancellation<'_>,
        observer: &mut Observer<'_>,
    ) -> Result<Box<dyn Fitted>, ForecastError>;
}

/// A fitted model.
pub trait Fitted: Any + Send + Sync {
    /// Predicts the rows from the origin of `context` on, in the series' own units.
    ///
    /// # Errors
    /// Where the context has fewer rows than the model needs, or misses values where it looks.
    fn predict(
        &self,
        context: &Context,
        request: &Request<'_>,
    ) -> Result<Prediction, ForecastError>;

    /// Numbers estimated in the fit (weights, smoothing parameters); 0 for rules.
    fn parameters(&self) -> usize;

    /// Whether it is fitted again to every context, so that two origins are worth two threads.
    fn fits_every_context(&self) -> bool {
        false
    }
}

/// The series that a model is fitted to: one for a local model, many for a global one.
#[derive(Debug, Clone)]
pub struct TrainingSet {
    pub series: Vec<TrainingSeries>,
}

/// What a model may learn from one series.
#[derive(Debug, Clone)]
pub struct TrainingSeries {
    /// The rows of the training and validation parts: its origin is the first row of the test part.
    pub context: Context,
    /// Which of those rows are for training, which for validation, and where the rest would be.
    pub split: Split,
    /// Where forecasts are drawn from while the model learns. Nothing is learned from them.
    pub watched: Option<Watched>,
}

/// The two origins that forecasts are drawn from while a model learns.
#[derive(Debug, Clone)]
pub struct Watched {
    /// Before the hold-out.
    pub holdout: Context,
    /// After the last row.
    pub future: Context,
}

impl TrainingSet {
    /// One series cut like this; its forecasts are `horizon` rows long.
    pub fn of(series: &Arc<DatasetSeries>, split: &Split, horizon: usize) -> Self {
        let context = |origin| Context::new(series, origin, horizon);
        let watched = Watched {
            holdout: context(split.holdout(horizon).start),
            future: context(series.target.len()),
        };
        let context = context(split.test.start);
        let split = split.clone();
        Self { series: vec![TrainingSeries { context, split, watched: Some(watched) }] }
    }

    /// The one series of a local model.
    ///
    /// # Errors
    /// Where there is none, or several.
    pub fn only(&self) -> Result<&TrainingSeries, ForecastError> {
        match &self.series[..] {
            [series] => Ok(series),
            several => Err(ForecastError::NotOneSeries { found: several.len() }),
        }
    }
}

/// What is asked of a fitted model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Request<'a> {
    /// Rows to predict.
    pub horizon: usize,
    /// Levels of the prediction intervals, 0 to 1: the quantiles (1 - level) / 2 and (1 + level) / 2.
    pub levels: &'a [f64],
}

impl Request<'static> {
    /// Point forecasts alone.
    pub const fn points(horizon: usize) -> Self {
        Self { horizon, levels: &[] }
    }
}

/// What a model predicts from one context, in the series' units. All values are finite.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Prediction {
    /// One value a row ahead: the mean, or the median of an ensemble.
    pub mean: Vec<f64>,
    /// One interval a level, where the model gives any.
    pub intervals: Vec<Interval>,
    /// The forecasts whose median `mean` is, where there are several.
    pub members: Vec<Vec<f64>>,
    /// The fit that made it, for models that are fitted again to every context.
    pub fit: Option<FitSummary>,
}

impl Prediction {
    /// See [`FitSummary::seconds_before`].
    pub fn seconds_before(&self) -> f64 {
        self.fit.as_ref().map_or(0.0, |fit| fit.seconds_before)
    }

    /// Its first `rows` rows.
    #[must_use]
    pub fn first(mut self, rows: usize) -> Self {
        self.mean.truncate(rows);
        self.members.iter_mut().for_each(|member| member.truncate(rows));
        for interval in &mut self.intervals {
            interval.lower.truncate(rows);
            interval.upper.truncate(rows);
        }
        self
    }
}

/// How a model fits the history that it forecasts from.
#[derive(Debug, Clone, PartialEq)]
pub struct FitSummary {
    /// The model in a line: `ARIMA(2,1,1)(0,1,1)[12] with drift`.
    pub description: String,
    /// Likelihood and information criteria; `None` for rules.
    pub criteria: Option<Criteria>,
    /// Numbers estimated from the history.
    pub parameters: usize,
    /// Those of them that describe how rows depend on rows before; tests of residuals count them.
    pub correlation_parameters: usize,
    /// Errors of its one-step forecasts, one a row, NaN where there is none.
    pub residuals: Vec<f64>,
    /// Seconds that another model of the run spent on this fit or its members; they were not spent
    /// again.
    pub seconds_before: f64,
}

/// The first row ahead, from 1, at which one of `paths` (one value a row) has no finite value.
fn first_beyond<'a>(paths: impl Iterator<Item = &'a [f64]>) -> Option<usize> {
    let first = |path: &[f64]| path.iter().position(|value| !value.is_finite());
    paths.filter_map(first).min().map(|row| row + 1)
}

/// Nothing where every value of `paths` is finite.
///
/// # Errors
/// Where one is not; the error names the largest of the values in `history`.
pub(super) fn check<'a>(
    model: &str,
    history: &[f64],
    paths: impl Iterator<Item = &'a [f64]>,
) -> Result<(), ForecastError> {
    let Some(ahead) = first_beyond(paths) else { return Ok(()) };
    let (model, sizes) = (model.to_owned(), Sizes::of(history));
    Err(ForecastError::BeyondNumbers { model, ahead, sizes })
}

impl Prediction {
    /// The same where every forecast and every bound is finite.
    ///
    /// # Errors
    /// As [`check`].
    pub(super) fn finite(self, model: &str, history: &[f64]) -> Result<Self, ForecastError> {
        let bounds = self.intervals.iter().flat_map(|interval| [&interval.lower, &interval.upper]);
        let paths = std::iter::once(&self.mean).chain(&self.members).chain(bounds);
        check(model, history, paths.map(Vec::as_slice))?;
        Ok(self)
    }
}

/// Values that one model gives to a run of rows, past the data or over rows that were held out.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Name of the series.
    pub series: String,
    /// Name of the model.
    pub model: String,
    /// The series' axis, which dates rows past the data too.
    pub axis: TimeAxis,
    /// Row of the first value; the origin is the row before it.
    pub first_row: usize,
    /// One value a row, in the series' units.
    pub values: Vec<f64>,
    /// Prediction intervals over the same rows, one a level; none where the model gives none.
    pub intervals: Vec<Interval>,
}

impl Forecast {
    /// A forecast of `series` that begins at `first_row`.
    pub fn new(series: &Series, model: &str, first_row: usize, values: Vec<f64>) -> Self {
        Self {
            series: series.name.clone(),
            model: model.to_owned(),
            axis: series.axis.clone(),
            first_row,
            values,
            intervals: Vec::new(),
        }
    }

    /// The same forecast with intervals over its rows.
    #[must_use]
    pub fn with_intervals(self, intervals: Vec<Interval>) -> Self {
        Self { intervals, ..self }
    }

    /// The bounds of one level, one a row; `None` where the model gives none of that level.
    pub fn interval(&self, level: f64) -> Option<&Interval> {
        self.intervals.iter().find(|interval| (interval.level - level).abs() < 1e-9)
    }

    /// Rows and values, in time order.
    pub fn rows(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.values.iter().enumerate().map(|(ahead, &value)| (self.first_row + ahead, value))
    }

    /// ISO 8601 times (or positions) and values, in time order.
    pub fn points(&self) -> impl Iterator<Item = (String, f64)> + '_ {
        self.rows().map(|(row, value)| (self.axis.iso(row), value))
    }
}

/// One series at one origin. Its values stay private, and no method returns a value of the target or a past
/// covariate at or after the origin, nor a future covariate beyond the horizon: no model can look ahead.
#[derive(Debug, Clone)]
pub struct Context {
    series: Arc<DatasetSeries>,
    origin: usize,
    horizon: usize,
}

impl Context {
    /// What is known before row `origin` of a series, and of the `horizon` rows from it on.
    pub fn new(series: &Arc<DatasetSeries>, origin: usize, horizon: usize) -> Self {
        let origin = origin.min(series.target.len());
        Self { series: Arc::clone(series), origin, horizon }
    }

    /// All rows of a series known, and `horizon` rows after them ahead.
    pub fn after(series: impl Into<DatasetSeries>, horizon: usize) -> Self {
        let series = series.into();
        let origin = series.target.len();
        Self { series: Arc::new(series), origin, horizon }
    }

    pub fn name(&self) -> &str {
        &self.series.target.name
    }

    /// Dates of all rows, those ahead too.
    pub fn axis(&self) -> &TimeAxis {
        &self.series.target.axis
    }

    /// The first row that is not known: the number of rows before it.
    pub const fn origin(&self) -> usize {
        self.origin
    }

    /// Rows ahead whose future covariates are known.
    pub const fn horizon(&self) -> usize {
        self.horizon
    }

    /// The values before the origin from the series' first row on; NaN where missing.
    pub fn target(&self) -> &[f64] {
        &self.series.target.values[..self.origin]
    }

    /// Names and values of the past covariates, before the origin.
    pub fn past_covariates(&self) -> impl Iterator<Item = (&str, &[f64])> {
        self.series.past.iter().map(|covariate| first(covariate, self.origin))
    }

    /// Names and values of the future covariates, up to the end of the horizon.
    pub fn future_covariates(&self) -> impl Iterator<Item = (&str, &[f64])> {
        let end = self.origin.saturating_add(self.horizon);
        self.series.future.iter().map(move |covariate| first(covariate, end))
    }

    pub fn statics(&self) -> &[StaticCovariate] {
        &self.series.statics
    }

    /// Whether the target before the origin is the same as in another context, to the bit.
    pub fn has_target_of(&self, other: &Self) -> bool {
        let pairs = || self.target().iter().zip(other.target());
        self.origin == other.origin
            && (Arc::ptr_eq(&self.series, &other.series)
                || pairs().all(|(one, other)| one.to_bits() == other.to_bits()))
    }
}

fn first(covariate: &Covariate, rows: usize) -> (&str, &[f64]) {
    (&covariate.name, &covariate.values[..rows.min(covariate.values.len())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baseline::Interval;

    fn prediction(mean: Vec<f64>, upper: Vec<f64>) -> Prediction {
        let interval = Interval { level: 0.8, lower: vec![0.0; upper.len()], upper };
        Prediction { mean, intervals: vec![interval], ..Prediction::default() }
    }

    #[test]
    fn finite_forecasts_pass_and_others_name_the_largest_value() {
        let history = [3.0, f64::NAN, -1e200, 0.0, 2e-5];
        let sound = prediction(vec![1.0, 2.0], vec![2.0, f64::MAX]);
        assert_eq!(sound.clone().finite("tbats", &history).unwrap(), sound);
        let inf = f64::INFINITY;
        for (unsound, ahead) in [
            (prediction(vec![1.0, f64::NAN], vec![2.0, inf]), "2 rows ahead"),
            (prediction(vec![1.0, 2.0], vec![-inf, 3.0]), "1 row ahead"),
        ] {
            let error = unsound.finite("tbats", &history).unwrap_err().to_string();
            for part in ["tbats", ahead, "2.000e-5", "1.000e200", "row 3", "mask"] {
                assert!(error.contains(part), "{part}: {error}");
            }
        }
        assert!(prediction(vec![f64::NAN], vec![1.0]).finite("naive", &[]).is_err());
    }
}
