//! What the models of a command came to: reports, runs and failures. A failure costs its model alone and
//! is one line on standard error.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde::Serialize;

use crate::evaluate::{ModelReport, ScoringTask, rank};
use crate::forecast::ModelChoice;
use crate::series::Series;
use crate::series::number::compact;
use crate::series::outliers::too_large;

use super::error::{CliError, End};
use super::keep::TrainedModel;
use super::terminal::{say, say_error};

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
