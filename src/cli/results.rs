//! What the models of a command came to: reports, runs and failures. A failure costs its model alone and
//! is one line on standard error.
//!
//! The JSON object that `tidegate forecast --json` prints. Field names are part of the interface.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde::Serialize;

use super::error::{CliError, End};
use super::keep::TrainedModel;
use super::terminal::{say, say_error};
use crate::evaluate::{IntervalScore, ModelReport, ScoringTask, rank};
use crate::forecast::{Forecast, ModelChoice, level_name};
use crate::series::Series;
use crate::series::number::compact;
use crate::series::outliers::too_large;

/// The runs that were kept, by model.
#[derive(Debug, Default)]
pub struct RunNames(BTreeMap<String, String>);

impl RunNames {
    /// Adds the run of a model, where one was kept.
    pub fn add(&mut self, report: &ModelReport, run: Option<String>) {
        self.0.extend(run.map(|run| (report.name.clone(), run)));
    }

    /// The run of a model, where one was kept.
    pub fn of(&self, report: &ModelReport) -> Option<&str> {
        self.0.get(&report.name).map(String::as_str)
    }
}

/// A model without a result. Field names are part of the interface of `--json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The scorecard's name.
    model: String,
    /// What was found, and what to do.
    reason: String,
}

/// What the models of a command came to.
#[derive(Debug, Default)]
pub struct Results {
    /// Models that were asked for.
    asked: usize,
    /// Those that were scored, best first once they are ranked.
    pub reports: Vec<ModelReport>,
    /// The runs that were kept of them.
    pub runs: RunNames,
    /// Those that failed.
    pub failures: Vec<Failure>,
    /// Whether something of one of them is missing: its run could not be written whole, as its keeper
    /// has said, or it could not forecast after its score.
    lacks_something: bool,
}

impl Results {
    /// Nothing yet of so many models.
    pub fn of(asked: usize) -> Self {
        Self { asked, ..Self::default() }
    }

    /// Takes in what a model came to.
    pub fn add(&mut self, model: ModelChoice, made: Result<Option<TrainedModel>, CliError>) {
        match made {
            Ok(Some(TrainedModel { report, run, is_whole })) => {
                self.runs.add(&report, run);
                if let Some(shortfall) = &report.shortfall {
                    say_error(format_args!("{model}: {shortfall}"));
                }
                self.lacks_something |= !is_whole || report.shortfall.is_some();
                self.reports.push(report);
            }
            Ok(None) => {}
            Err(CliError::Model { source, .. }) => self.fail(model, &source),
            Err(error) => self.fail(model, &error),
        }
    }

    /// Takes in that a model failed, and says so unless the whole command fails with it.
    pub fn fail(&mut self, model: ModelChoice, reason: &dyn Display) {
        let failure = Failure { model: model.to_string(), reason: reason.to_string() };
        if self.asked > 1 {
            say_error(format_args!("{}: {}", failure.model, failure.reason));
        }
        self.failures.push(failure);
    }

    /// Puts the best first, and says which errors are beyond the range of numbers.
    pub fn rank(&mut self, series: &Series, task: &ScoringTask, quiet: bool) {
        rank(&mut self.reports);
        let held_out = task.split.holdout(task.horizon);
        let actual = &series.values[held_out.clone()];
        let is_scored = actual.iter().any(|value| value.is_finite());
        let of_value = too_large(actual).first().map_or_else(String::new, |&row| {
            let (name, value) = (&series.name, compact(actual[row]));
            let date = series.axis.display(held_out.start + row);
            format!(": {name} is {value} at {date}, which is held out")
        });
        for report in self.reports.iter().filter(|report| report.metrics.is_none()) {
            if is_scored && !quiet {
                let name = &report.name;
                say(format_args!(
                    "note: the errors of {name} are too large for a number{of_value}"
                ));
            }
        }
    }

    /// How the command ends.
    ///
    /// # Errors
    /// Where no model came to a result and one failed.
    pub fn end(&self, is_interrupted: bool) -> Result<End, CliError> {
        match (self.reports.as_slice(), self.failures.as_slice()) {
            (_, _) if is_interrupted => Ok(End::Interrupted),
            (_, []) if self.lacks_something => Ok(End::Partial),
            (_, []) => Ok(End::Complete),
            ([], [Failure { model, reason }]) if self.asked == 1 => {
                Err(CliError::Failed { model: model.clone(), reason: reason.clone() })
            }
            ([], _) => Err(CliError::NoModel { models: self.asked }),
            _ => Ok(End::Partial),
        }
    }
}

/// The whole result.
#[derive(Debug, Serialize)]
pub struct ForecastJson<'a> {
    /// The file as it was named.
    pub file: &'a str,
    /// The column forecast.
    pub target: &'a str,
    /// How many rows were read and used.
    pub rows: RowsJson,
    /// The step in words.
    pub step: String,
    /// Rows in one season.
    pub season_length: usize,
    /// Models, best first.
    pub models: Vec<ModelJson<'a>>,
    /// Models that were asked for and failed.
    pub failures: &'a [Failure],
}

/// Rows of the file.
#[derive(Debug, Serialize)]
pub struct RowsJson {
    /// Rows in the file under its header.
    pub read: usize,
    /// Rows that carry a value into the series.
    pub used: usize,
}

/// One model.
#[derive(Debug, Serialize)]
pub struct ModelJson<'a> {
    /// The scorecard's name.
    pub name: &'a str,
    /// The run that was kept of it; absent where none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<&'a str>,
    /// Whether training was stopped by hand, so that the weights are the best until then; absent where
    /// it was not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stopped: bool,
    /// Wall time of fitting and forecasting.
    pub seconds: f64,
    /// Numbers estimated from the data.
    pub parameters: usize,
    /// Mean absolute error; null where the hold-out has no values.
    pub mae: Option<f64>,
    /// Root mean squared error.
    pub rmse: Option<f64>,
    /// Symmetric mean absolute percentage error, 0 to 200.
    pub smape: Option<f64>,
    /// Mean absolute scaled error.
    pub mase: Option<f64>,
    /// The model that was fitted, in a line; absent for networks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    /// Corrected Akaike criterion of the fit; absent where there is no likelihood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aicc: Option<f64>,
    /// How the intervals did on the hold-out, one a level.
    pub intervals: &'a [IntervalScore],
    /// Held-out rows with the model's forecast of them.
    pub holdout: Vec<HoldoutJson>,
    /// Rows after the data; none where they could not be forecast.
    pub forecast: Vec<PointJson>,
    /// What could not be done once the model was scored; absent where nothing is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shortfall: Option<&'a str>,
}

/// A held-out row.
#[derive(Debug, Serialize)]
pub struct HoldoutJson {
    /// ISO 8601, or the position.
    pub time: String,
    /// The value in the file; null where missing.
    pub actual: f64,
    /// The model's.
    pub value: f64,
    /// Its bounds: `lower_80`, `upper_80` and so on.
    #[serde(flatten)]
    pub bounds: BTreeMap<String, f64>,
}

/// A forecast row.
#[derive(Debug, Serialize)]
pub struct PointJson {
    /// ISO 8601, or the position.
    pub time: String,
    /// The model's value.
    pub value: f64,
    /// Its bounds: `lower_80`, `upper_80` and so on.
    #[serde(flatten)]
    pub bounds: BTreeMap<String, f64>,
}

/// The bounds of a row of a forecast, by name.
fn bounds(forecast: &Forecast, row: usize) -> BTreeMap<String, f64> {
    let mut bounds = BTreeMap::new();
    for interval in &forecast.intervals {
        let level = level_name(interval.level);
        for (name, values) in [("lower", &interval.lower), ("upper", &interval.upper)] {
            if let Some(&value) = values.get(row) {
                bounds.insert(format!("{name}_{level}"), value);
            }
        }
    }
    bounds
}

impl<'a> ModelJson<'a> {
    /// A report in its JSON form, with the name of the run that was kept of it.
    pub fn from_report(report: &'a ModelReport, series: &Series, run: Option<&'a str>) -> Self {
        let metrics = report.metrics;
        let holdout = report.holdout.rows().enumerate().map(|(ahead, (row, value))| HoldoutJson {
            time: series.axis.iso(row),
            actual: series.values.get(row).copied().unwrap_or(f64::NAN),
            value,
            bounds: bounds(&report.holdout, ahead),
        });
        let points = report.future.points().enumerate();
        let forecast = points.map(|(ahead, (time, value))| PointJson {
            time,
            value,
            bounds: bounds(&report.future, ahead),
        });
        Self {
            name: &report.name,
            run,
            stopped: report.stopped,
            seconds: report.seconds,
            parameters: report.parameters,
            mae: metrics.map(|metrics| metrics.mae),
            rmse: metrics.map(|metrics| metrics.rmse),
            smape: metrics.map(|metrics| metrics.smape),
            mase: metrics.and_then(|metrics| metrics.mase),
            holdout: holdout.collect(),
            description: report.fit.as_ref().map(|fit| fit.description.as_str()),
            aicc: report.fit.as_ref().and_then(|fit| fit.criteria).map(|criteria| criteria.aicc),
            intervals: &report.interval_scores,
            forecast: forecast.collect(),
            shortfall: report.shortfall.as_deref(),
        }
    }
}
