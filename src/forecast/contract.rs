//! The contract of every model: a [`Forecaster`] fits to a [`TrainingSet`], what is [`Fitted`] predicts
//! from a [`Context`].
//!
//! What only networks have (checkpoints, epochs, weights, a fit to all rows) is on
//! [`FittedNetwork`](super::FittedNetwork).

use std::any::Any;
use std::sync::Arc;

use crate::baseline::{Criteria, Interval};
use crate::cancellation::Cancellation;
use crate::series::DatasetSeries;
use crate::window::Split;

use super::context::Context;
use super::error::ForecastError;
use super::event::Observer;

/// A model that can be fitted.
pub trait Forecaster: Any + Send {
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
