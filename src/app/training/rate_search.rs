//! The search for a learning rate: a job beside training, and what came of it.

use std::sync::Arc;

use crate::app::document::Document;
use crate::app::jobs::{JobContext, JobEnd, JobId, Jobs, Report};
use crate::cancellation::Cancellation;
use crate::forecast::Flow;
use crate::project::Recipe;
use crate::train::{RangePoint, RangeTest};

use super::message::TrainingMessage;

/// What is known of learning rates under the present settings.
#[derive(Debug, Clone, PartialEq)]
pub struct RateSearch {
    /// The job, while it runs.
    pub job: Option<JobId>,
    /// The series it is about.
    pub series: String,
    /// Losses in scaled units, rates rising.
    pub points: Vec<RangePoint>,
    /// The rate to begin with, once the test is over and has found one.
    pub suggestion: Option<f64>,
}

impl RateSearch {
    /// Tries rising learning rates on the network of a recipe.
    pub(super) fn start<Message: From<TrainingMessage> + Send + 'static>(
        document: &Document,
        recipe: &Recipe,
        jobs: &mut Jobs<Message>,
    ) -> Self {
        let (recipe, task) = (recipe.clone(), document.derived.task.clone());
        let series = Arc::clone(&document.data.with_covariates);
        let name = series.target.name.clone();
        let work = move |context: &JobContext<RangePoint>| {
            let modelled = task.modelled(&series);
            let network = recipe.network(recipe.model.cell, &modelled.target);
            let training = task.training(&modelled);
            let mut on_point = |point| {
                context.send(point);
                if context.stop.is_stopped() { Flow::Stop } else { Flow::Continue }
            };
            let is_stopped = || context.stop.is_stopped();
            let cancel = Cancellation::new(&is_stopped);
            let found = training
                .only()
                .and_then(|training| network.range_test(training, &cancel, &mut on_point));
            let found = found.map_err(|error| error.to_string())?;
            Ok(JobEnd::of(Box::new(found), &context.stop))
        };
        let job = jobs.start("find a rate", TrainingMessage::Rates, work);
        Self { job: Some(job), series: name, points: Vec::new(), suggestion: None }
    }

    /// Takes in what its job reports.
    ///
    /// # Errors
    /// Where the search failed, and why.
    pub(super) fn take(
        &mut self,
        report: Report<RangePoint, Box<RangeTest>>,
    ) -> Result<(), String> {
        match report {
            Report::Event(point) => self.points.push(point),
            Report::Ended(end) => {
                self.job = None;
                match end {
                    JobEnd::Finished(found) => self.suggestion = found.suggestion(),
                    JobEnd::Failed(message) => return Err(message),
                    JobEnd::Stopped(_) => {}
                }
            }
        }
        Ok(())
    }
}
