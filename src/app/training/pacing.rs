//! What is found out before anybody clicks Train: how long training would take, in a job whenever the
//! settings have come to rest, and which learning rate suits.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::message::TrainingMessage;
use crate::app::document::Document;
use crate::app::jobs::{JobContext, JobEnd, JobId, Jobs, Report};
use crate::cancellation::Cancellation;
use crate::forecast::{Flow, Pace};
use crate::project::Recipe;
use crate::train::{RangePoint, RangeTest, TrainConfig};

/// Settings that are edited again sooner have not come to rest.
const REST: Duration = Duration::from_millis(300);

/// How fast the network of the recipe learns: as far as it was found, and while it is being found.
#[derive(Debug, Default)]
pub(in crate::app) struct Pacing {
    found: Option<Paced>,
    job: Option<PaceJob>,
}

/// What a pace depends on.
#[derive(Debug, Clone, PartialEq)]
struct PaceKey {
    fingerprint: u64,
    recipe: Box<Recipe>,
}

/// What was found of the pace of a network.
#[derive(Debug, Clone, PartialEq)]
struct Paced {
    key: PaceKey,
    /// Other work ran beside, which made it slow.
    is_crowded: bool,
    pace: Option<Pace>,
}

/// A pace that is being found.
#[derive(Debug)]
struct PaceJob {
    job: JobId,
    key: PaceKey,
    is_crowded: bool,
}

impl PaceKey {
    /// What the pace of a recipe depends on; `None` where it cannot be trained on the document.
    fn of(document: &Document, recipe: &Recipe) -> Option<Self> {
        if !document.derived.problems.is_empty() {
            return None;
        }
        // What changes no work in an epoch is left out, so that an edit of it needs no new try.
        let usual = Recipe::default();
        let train = TrainConfig {
            epochs: 1,
            patience: 1,
            seed: 0,
            learning_rate: usual.train.learning_rate,
            ..recipe.train.clone()
        };
        let (import, baselines) = (usual.import, usual.baselines);
        let recipe = Box::new(Recipe { import, train, baselines, ..recipe.clone() });
        Some(Self { fingerprint: document.data.fingerprint, recipe })
    }
}

impl Pacing {
    /// The pace of the network of a recipe, once it is known.
    pub(in crate::app) fn of(&self, document: &Document, recipe: &Recipe) -> Option<Pace> {
        let key = PaceKey::of(document, recipe)?;
        self.found.as_ref().filter(|paced| paced.key == key)?.pace
    }

    /// Finds the pace that is due, and gives one up that is not any more. `document` is the one to train
    /// on, where its settings are checked and there is time for it; `is_crowded` where other work runs
    /// beside.
    pub(super) fn start<Message: From<TrainingMessage> + Send + 'static>(
        &mut self,
        document: Option<&Document>,
        recipe: &Recipe,
        is_crowded: bool,
        jobs: &mut Jobs<Message>,
    ) {
        let due = document.and_then(|document| Some((document, PaceKey::of(document, recipe)?)));
        let due = due.filter(|(_, key)| !self.is_known(key, is_crowded));
        let key = due.as_ref().map(|(_, key)| key);
        if let Some(under_way) = self.job.take_if(|job| Some(&job.key) != key) {
            jobs.stop(under_way.job);
        }
        let (Some((document, key)), None) = (due, &self.job) else { return };
        let (recipe, task) = (recipe.clone(), document.derived.task.clone());
        let series = Arc::clone(&document.data.with_covariates);
        let work = move |context: &JobContext<Infallible>| {
            let began = Instant::now();
            while began.elapsed() < REST {
                if context.stop.is_stopped() {
                    return Ok(JobEnd::Stopped(None));
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            let is_stopped = || context.stop.is_stopped();
            let modelled = task.modelled(&series);
            let network = recipe.network(recipe.model.cell, &modelled.target);
            let training = task.training(&modelled);
            let cancel = Cancellation::new(&is_stopped);
            let found = training.only().and_then(|training| network.pace(training, &cancel));
            let found = found.map_err(|error| error.to_string())?;
            Ok(JobEnd::of(found, &context.stop))
        };
        let job = jobs.start("estimate", TrainingMessage::Pace, work);
        self.job = Some(PaceJob { job, key, is_crowded });
    }

    fn is_known(&self, key: &PaceKey, is_crowded: bool) -> bool {
        let known = |paced: &Paced| paced.key == *key && (!paced.is_crowded || is_crowded);
        self.found.as_ref().is_some_and(known)
    }

    /// Takes in what was found.
    pub(super) fn take(&mut self, job: JobId, end: JobEnd<Option<Pace>>) {
        let Some(found) = self.job.take_if(|found| found.job == job) else { return };
        let PaceJob { key, is_crowded, .. } = found;
        match end {
            JobEnd::Finished(pace) => self.found = Some(Paced { key, is_crowded, pace }),
            // Training itself would say so; there is no estimate then.
            JobEnd::Failed(message) => {
                tracing::info!("no estimate of the time to train: {message}");
                self.found = Some(Paced { key, is_crowded, pace: None });
            }
            JobEnd::Stopped(_) => {}
        }
    }
}

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
