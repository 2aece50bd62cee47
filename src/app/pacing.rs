//! How long training would take: found in a job whenever the settings have come to rest, so that it is
//! known before anybody clicks Train.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::cancellation::Cancellation;
use crate::forecast::Pace;
use crate::project::Recipe;
use crate::train::TrainConfig;

use super::event::{JobEnd, JobId, JobOutput};
use super::jobs::JobContext;
use super::learning::Training;
use super::state::AppState;
use super::workbench::Workbench;

/// Settings that are edited again sooner have not come to rest.
const REST: Duration = Duration::from_millis(300);

/// What a pace depends on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PaceKey {
    fingerprint: u64,
    recipe: Box<Recipe>,
}

/// What was found of the pace of a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Paced {
    key: PaceKey,
    /// Other work ran beside, which made it slow.
    is_crowded: bool,
    pace: Option<Pace>,
}

/// A pace that is being found.
#[derive(Debug)]
pub(super) struct PaceJob {
    job: JobId,
    key: PaceKey,
    is_crowded: bool,
}

impl AppState {
    /// The pace of the network of the recipe, once it is known.
    pub fn pace(&self) -> Option<Pace> {
        let key = self.pace_key()?;
        self.paced.as_ref().filter(|paced| paced.key == key)?.pace
    }

    /// What the pace of the recipe as it stands depends on; `None` where it cannot be trained.
    fn pace_key(&self) -> Option<PaceKey> {
        let document = self.document.as_ref().filter(|document| document.problems.is_empty())?;
        // What changes no work in an epoch is left out, so that an edit of it needs no new try.
        let usual = Recipe::default();
        let train = TrainConfig {
            epochs: 1,
            patience: 1,
            seed: 0,
            learning_rate: usual.train.learning_rate,
            ..self.recipe.train.clone()
        };
        let (import, baselines) = (usual.import, usual.baselines);
        let recipe = Box::new(Recipe { import, train, baselines, ..self.recipe.clone() });
        Some(PaceKey { fingerprint: document.data.fingerprint, recipe })
    }

    /// The pace that is to be found now, if one is: not beside a training, whose cores it would take.
    fn due_pace(&self) -> Option<PaceKey> {
        let is_busy = matches!(self.training, Training::Running(_))
            || self.opening.is_some()
            || self.rates.as_ref().is_some_and(|search| search.job.is_some());
        let key = if is_busy { None } else { self.pace_key() }?;
        let is_known = self.paced.as_ref().is_some_and(|paced| {
            paced.key == key && (!paced.is_crowded || self.baselines_job.is_some())
        });
        (!is_known).then_some(key)
    }

    /// Takes in what was found; whether it was this job that found it.
    pub(super) fn end_pace(&mut self, job: JobId, end: &JobEnd) -> bool {
        let Some(found) = self.pace_job.take_if(|found| found.job == job) else { return false };
        let PaceJob { key, is_crowded, .. } = found;
        match end {
            JobEnd::Finished(JobOutput::Paced(pace)) => {
                self.paced = Some(Paced { key, is_crowded, pace: *pace });
            }
            // Training itself would say so; there is no estimate then.
            JobEnd::Failed(message) => {
                tracing::info!("no estimate of the time to train: {message}");
                self.paced = Some(Paced { key, is_crowded, pace: None });
            }
            _ => {}
        }
        true
    }
}

impl Workbench {
    /// Finds the pace that is due, and gives one up that is not any more.
    pub(super) fn start_pace(&mut self) {
        let due = self.state.due_pace();
        if let Some(under_way) = self.state.pace_job.take_if(|job| due.as_ref() != Some(&job.key)) {
            self.jobs.stop(under_way.job);
        }
        let (Some(key), None) = (due, &self.state.pace_job) else { return };
        let Some(document) = &self.state.document else { return };
        let (recipe, task) = (self.state.recipe.clone(), document.task.clone());
        let series = Arc::clone(&document.data.series);
        let is_crowded = self.state.baselines_job.is_some();
        let job = self.jobs.start("estimate", move |context: &JobContext| {
            let began = Instant::now();
            while began.elapsed() < REST {
                if context.stop.is_stopped() {
                    return Ok(JobEnd::Stopped(None));
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            let is_stopped = || context.stop.is_stopped();
            let modelled = task.modelled(&series);
            let network = recipe.network(recipe.model.cell, &modelled);
            let found = network.pace(&modelled, &task.split, &Cancellation::new(&is_stopped));
            let found = found.map_err(|error| error.to_string())?;
            Ok(JobEnd::of(JobOutput::Paced(found), &context.stop))
        });
        self.state.pace_job = Some(PaceJob { job, key, is_crowded });
    }
}
