//! The search for a learning rate: a job beside training, and what came of it.

use std::sync::Arc;

use crate::cancellation::Cancellation;
use crate::forecast::Flow;
use crate::train::{RangePoint, RangeTest};

use super::event::{JobEnd, JobEvent, JobId, JobOutput};
use super::jobs::JobContext;
use super::state::{AppState, Notice};
use super::workbench::Workbench;

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

impl Workbench {
    /// Tries rising learning rates on the network of the recipe.
    pub(super) fn find_rate(&mut self) {
        let (None, Some(document)) = (self.state.train_blocker(), &self.state.document) else {
            return;
        };
        let (recipe, task) = (self.state.recipe.clone(), document.task.clone());
        let series = Arc::clone(&document.data.series);
        let name = series.name.clone();
        self.drop_rate_search();
        let job = self.jobs.start("find a rate", move |context: &JobContext| {
            let modelled = task.modelled(&series);
            let network = recipe.network(recipe.model.cell, &modelled);
            let mut on_point = |point| {
                context.send(JobEvent::Rate(point));
                if context.stop.is_stopped() { Flow::Stop } else { Flow::Continue }
            };
            let is_stopped = || context.stop.is_stopped();
            let cancel = Cancellation::new(&is_stopped);
            let found = network.range_test(&modelled, &task.split, &cancel, &mut on_point);
            let found = found.map_err(|error| error.to_string())?;
            Ok(JobEnd::of(JobOutput::Rates(Box::new(found)), &context.stop))
        });
        self.state.rates =
            Some(RateSearch { job: Some(job), series: name, points: Vec::new(), suggestion: None });
    }

    /// Puts the search away; one under way is stopped.
    pub(super) fn drop_rate_search(&mut self) {
        if let Some(job) = self.state.rates.take().and_then(|search| search.job) {
            self.jobs.stop(job);
        }
    }
}

impl AppState {
    /// Adds a point of the search.
    pub(super) fn take_rate(&mut self, job: JobId, point: RangePoint) {
        if let Some(search) = self.rate_search_of(job) {
            search.points.push(point);
        }
    }

    /// Takes in how the search ended; whether it was this job's.
    pub(super) fn end_rate_search(&mut self, job: JobId, end: &JobEnd) -> bool {
        let Some(search) = self.rate_search_of(job) else { return false };
        search.job = None;
        match end {
            JobEnd::Finished(JobOutput::Rates(found)) => {
                let found: &RangeTest = found;
                search.suggestion = found.suggestion();
            }
            JobEnd::Failed(message) => {
                self.rates = None;
                self.notice = Some(Notice::Error(message.clone()));
            }
            _ => {}
        }
        true
    }

    fn rate_search_of(&mut self, job: JobId) -> Option<&mut RateSearch> {
        self.rates.as_mut().filter(|search| search.job == Some(job))
    }
}
