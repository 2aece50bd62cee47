//! What training is doing, begun, held and ended, and what the messages of its jobs change.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::app::command::{Notice, say_done, say_error};
use crate::app::document::{Document, DocumentState};
use crate::app::jobs::{JobContext, JobEnd, JobId, Jobs, Latest, Report};
use crate::evaluate::ModelReport;
use crate::project::Recipe;
use crate::train::Change;

use super::assignment::Assignment;
use super::learning::{Learning, Phase, Training};
use super::message::{BatchProgress, Ending, Steering, TrainingEvent, TrainingMessage};
use super::pacing::{Pacing, RateSearch};
use super::train_job;
use super::train_job::Keeping;
use super::trained::{Trained, TrainingNews};

/// Networks that learn and wait to, and what is tried out beforehand.
#[derive(Debug, Default)]
pub struct TrainingState {
    /// What training is doing.
    pub status: Training,
    /// Networks to train after it, in order.
    pub queued: VecDeque<Assignment>,
    /// Both ways of training are being checked.
    both_ways: Option<JobId>,
    /// The network of the recipe is to be queued as soon as the recipe is checked.
    pub(in crate::app) queues_when_checked: bool,
    /// Latest place inside the epoch.
    pub progress: Option<BatchProgress>,
    /// Where the job puts it.
    latest: Latest<BatchProgress>,
    /// The search for a learning rate, until it is put away.
    pub rates: Option<RateSearch>,
    /// How fast the network of the recipe learns.
    pub(in crate::app) pacing: Pacing,
    /// Whether it has been said that runs cannot be kept.
    unkept_is_said: bool,
}

impl TrainingState {
    /// The network that is learning, if one is.
    pub fn learning(&self) -> Option<&Learning> {
        match &self.status {
            Training::Running(learning) => Some(learning),
            Training::Idle | Training::Failed { .. } => None,
        }
    }

    /// The label of the network that is learning: no other run may have it.
    pub fn reserved_label(&self) -> Option<&str> {
        self.learning().map(|learning| learning.label.as_str())
    }

    /// Trains what it is given under a label, with a change after the first batch.
    pub(in crate::app) fn begin<Message: From<TrainingMessage> + Send + 'static>(
        &mut self,
        (assignment, label): (Assignment, String),
        keeping: Keeping,
        change: Change,
        jobs: &mut Jobs<Message>,
    ) {
        (self.latest, self.progress) = (Latest::default(), None);
        let (given, steering) = (assignment.clone(), Steering::default());
        // Before the job begins, so that the change always comes at the same place.
        steering.ask(change);
        let (heard, latest) = (steering.clone(), self.latest.clone());
        let work = move |context: &JobContext<_>| {
            train_job::train(context, &given, &keeping, (&heard, &latest))
        };
        let job = jobs.start("train", TrainingMessage::Network, work);
        let mut learning = Learning::new(job, label, assignment, steering);
        learning.requested = change;
        self.status = Training::Running(Box::new(learning));
    }

    /// Trains the network of a recipe both ways, one after the other, where both can be trained.
    pub(in crate::app) fn train_both_ways<Message: From<TrainingMessage> + Send + 'static>(
        &mut self,
        document: &Document,
        recipe: &Recipe,
        jobs: &mut Jobs<Message>,
    ) {
        let both = Box::new(Assignment::both_ways(document, recipe));
        let modelled = Arc::clone(&document.data.modelled);
        let work = move |_: &JobContext<_>| {
            for assignment in &*both {
                if let Some(problem) = assignment.recipe.check(&modelled).first() {
                    let why = &problem.message;
                    return Err(format!("{} cannot be trained: {why}", assignment.name));
                }
            }
            Ok(JobEnd::Finished(both))
        };
        self.both_ways = Some(jobs.start("check both ways", TrainingMessage::BothWays, work));
    }

    /// Brings the latest place inside the epoch up to date.
    pub(in crate::app) fn look_at_progress(&mut self) {
        self.progress = self.latest.get();
    }

    /// Lets training go on with other settings.
    pub(in crate::app) fn steer<Message>(&mut self, change: Change, jobs: &Jobs<Message>) {
        if let Training::Running(learning) = &mut self.status {
            learning.requested = learning.requested.then(change);
            learning.steering.ask(change);
            if learning.phase == Phase::Diverged {
                (learning.phase, learning.diverged) = (Phase::Learns, None);
                jobs.hold(learning.job, false);
            }
        }
    }

    /// Lets training wait, or go on.
    pub(in crate::app) fn hold<Message>(&mut self, wait: bool, jobs: &Jobs<Message>) {
        let Training::Running(learning) = &mut self.status else { return };
        learning.phase = match (learning.phase, wait) {
            (Phase::Learns, true) => Phase::Pausing,
            (Phase::Pausing | Phase::Paused, false) => Phase::Learns,
            _ => return,
        };
        jobs.hold(learning.job, wait);
    }

    /// Ends training in this way, also where it waits; what is queued is not begun.
    pub(in crate::app) fn end<Message>(&mut self, phase: Phase, jobs: &Jobs<Message>) {
        if let Training::Running(learning) = &mut self.status {
            learning.phase = phase;
            if phase == Phase::Discarding {
                learning.steering.end(Ending::Discard);
            }
            jobs.stop(learning.job);
        }
        self.queued.clear();
        self.queues_when_checked = false;
        if let Some(job) = self.both_ways.take() {
            jobs.stop(job);
        }
    }

    /// Ends training so that its run can be resumed: the program closes.
    pub(in crate::app) fn leave<Message>(&mut self, jobs: &Jobs<Message>) {
        if let Training::Running(learning) = &mut self.status
            && !learning.phase.is_ending()
        {
            learning.steering.end(Ending::Leave);
            jobs.stop(learning.job);
        }
    }

    /// Tries rising learning rates on the network of the recipe.
    pub(in crate::app) fn find_rate<Message: From<TrainingMessage> + Send + 'static>(
        &mut self,
        document: &DocumentState,
        jobs: &mut Jobs<Message>,
    ) {
        let Some(open) = &document.open else { return };
        self.drop_rate_search(jobs);
        self.rates = Some(RateSearch::start(open, &document.recipe, jobs));
    }

    /// Puts the search away; one under way is stopped.
    pub(in crate::app) fn drop_rate_search<Message>(&mut self, jobs: &Jobs<Message>) {
        if let Some(job) = self.rates.take().and_then(|search| search.job) {
            jobs.stop(job);
        }
    }

    /// Finds the pace of the recipe where it is due: not beside a training, whose cores it would take.
    pub(in crate::app) fn start_pace<Message: From<TrainingMessage> + Send + 'static>(
        &mut self,
        document: &DocumentState,
        is_crowded: bool,
        jobs: &mut Jobs<Message>,
    ) {
        let is_busy = self.learning().is_some()
            || document.opening.is_some()
            || self.rates.as_ref().is_some_and(|search| search.job.is_some());
        let checked = document.checked().filter(|_| !is_busy);
        self.pacing.start(checked, &document.recipe, is_crowded, jobs);
    }

    /// Takes in one message. Messages of jobs that are no longer awaited change nothing.
    pub(in crate::app) fn reduce(
        &mut self,
        message: TrainingMessage,
        notice: &mut Option<Notice>,
    ) -> TrainingNews {
        match message {
            TrainingMessage::Network(job, Report::Event(event)) => {
                self.take_event(job, event, notice);
            }
            TrainingMessage::Network(job, Report::Ended(end)) => {
                if self.learning().is_some_and(|learning| learning.job == job) {
                    return TrainingNews::Ended(self.take_end(end, notice));
                }
            }
            TrainingMessage::BothWays(job, Report::Ended(end)) => {
                let is_awaited = self.both_ways.take_if(|awaited| *awaited == job).is_some();
                if is_awaited && self.learning().is_none() {
                    return self.take_both_ways(end, notice);
                }
            }
            TrainingMessage::Rates(job, report) => {
                if let Some(search) = self.rates.as_mut().filter(|it| it.job == Some(job))
                    && let Err(message) = search.take(report)
                {
                    self.rates = None;
                    say_error(notice, message);
                }
            }
            TrainingMessage::Pace(job, Report::Ended(end)) => self.pacing.take(job, end),
        }
        TrainingNews::Nothing
    }

    fn take_both_ways(
        &mut self,
        end: JobEnd<Box<[Assignment; 2]>>,
        notice: &mut Option<Notice>,
    ) -> TrainingNews {
        match end {
            JobEnd::Finished(both) => {
                let [first, second] = *both;
                *notice = None;
                self.queued.push_back(second);
                TrainingNews::Begin(Box::new(first))
            }
            JobEnd::Failed(message) => {
                say_error(notice, message);
                TrainingNews::Nothing
            }
            JobEnd::Stopped(_) => TrainingNews::Nothing,
        }
    }

    fn take_event(&mut self, job: JobId, event: TrainingEvent, notice: &mut Option<Notice>) {
        let learning = match &mut self.status {
            Training::Running(learning) if learning.job == job => Some(learning),
            _ => None,
        };
        match (event, learning) {
            (TrainingEvent::Unwritten(why), _) => {
                tracing::warn!("{why}");
                say_error(notice, why);
            }
            (TrainingEvent::Unkept(why), learning) => {
                if let Some(learning) = learning {
                    learning.kept = None;
                }
                tracing::warn!("{why}");
                // Every time would be a nuisance.
                if !std::mem::replace(&mut self.unkept_is_said, true) {
                    say_error(notice, why);
                }
            }
            (event, Some(learning)) => learning.take(event),
            (_, None) => {}
        }
    }

    /// Takes in how training ended; gives what was trained.
    fn take_end(
        &mut self,
        end: JobEnd<Box<ModelReport>>,
        notice: &mut Option<Notice>,
    ) -> Option<Box<Trained>> {
        let Training::Running(learning) = std::mem::take(&mut self.status) else { return None };
        match end {
            _ if learning.phase == Phase::Discarding => {
                say_done(notice, "Training stopped; nothing of it was kept.".to_owned());
            }
            JobEnd::Finished(report) | JobEnd::Stopped(Some(report)) => {
                return Some(Box::new(Trained { learning: *learning, report: *report }));
            }
            JobEnd::Failed(message) => {
                say_error(notice, message.clone());
                self.status = Training::Failed { learning, message };
            }
            JobEnd::Stopped(None) => say_done(
                notice,
                "Stopped before the first batch was learned: nothing to keep.".to_owned(),
            ),
        }
        None
    }
}
