//! Training from outside: begun, held, ended.

use crate::project::Recipe;
use crate::train::{Change, TrainConfig};

use super::assignment::Assignment;
use super::jobs::JobContext;
use super::learning::{Learning, Phase, Training};
use super::state::{Notice, RunId};
use super::steering::{Ending, Steering};
use super::train_job;
use super::workbench::Workbench;

impl Workbench {
    /// Trains the network of the recipe.
    pub(super) fn train(&mut self) {
        let (None, Some(document)) = (self.state.train_blocker(), &self.state.document) else {
            return;
        };
        let assignment = Assignment::new(document, &self.state.recipe);
        self.state.notice = None;
        self.begin(assignment, Change::default());
    }

    /// Trains the network of the recipe both ways, one after the other.
    pub(super) fn train_both_ways(&mut self) {
        let (None, Some(document)) = (self.state.train_blocker(), &self.state.document) else {
            return;
        };
        let [first, second] = Assignment::both_ways(document, &self.state.recipe);
        for assignment in [&first, &second] {
            if let Some(problem) = assignment.recipe.check(&document.data.modelled).first() {
                let message = format!("{} cannot be trained: {}", assignment.name, problem.message);
                self.state.notice = Some(Notice::Error(message));
                return;
            }
        }
        self.state.notice = None;
        self.state.queued.push_back(second);
        self.begin(first, Change::default());
    }

    /// Trains what is next in the queue, unless something learns.
    pub(super) fn train_next(&mut self) {
        if self.state.learning().is_none()
            && let Some(assignment) = self.state.queued.pop_front()
        {
            self.begin(assignment, Change::default());
        }
    }

    /// Trains what it is given, with a change after the first batch.
    pub(super) fn begin(&mut self, assignment: Assignment, change: Change) {
        self.jobs.clear_progress();
        let label = self.state.free_label(&assignment.name);
        let (given, steering) = (assignment.clone(), Steering::default());
        // Before the job begins, so that the change always comes at the same place.
        steering.ask(change);
        let (heard, keeping) = (steering.clone(), self.keeping(&assignment));
        let work = move |context: &JobContext| train_job::train(context, &given, &keeping, &heard);
        let job = self.jobs.start("train", work);
        let learning =
            Learning { wished: change, ..Learning::new(job, label, assignment, steering) };
        self.state.training = Training::Running(Box::new(learning));
    }

    /// Lets training go on with other settings.
    pub(super) fn steer(&mut self, change: Change) {
        if let Training::Running(learning) = &mut self.state.training {
            learning.wished = learning.wished.then(change);
            learning.steering.ask(change);
            if learning.phase == Phase::Diverged {
                (learning.phase, learning.diverged) = (Phase::Learns, None);
                self.jobs.hold(learning.job, false);
            }
        }
    }

    /// Ends training and trains again by another recipe.
    pub(super) fn train_instead(&mut self, recipe: Recipe) {
        self.end_training(Phase::Discarding);
        self.edit(recipe);
        let Some(document) = &self.state.document else { return };
        if document.problems.is_empty() {
            self.state.queued.push_back(Assignment::new(document, &self.state.recipe));
        }
    }

    /// Goes on from where a run was after an epoch, for so many epochs more, as a run of its own.
    pub(super) fn go_on(&mut self, id: RunId, epoch: usize, more: usize) {
        if self.state.learning().is_some() {
            return;
        }
        let Some(run) = self.state.run(id) else { return };
        let Some(assignment) = Assignment::further(run, epoch, more) else { return };
        let done = assignment.epochs_done();
        let is_branch = run.curve.last().is_some_and(|last| epoch < last.epoch);
        let change = if is_branch {
            // The same settings would lead to the same weights again.
            difference(&run.recipe.train, &self.state.recipe.train)
        } else {
            run.changes
                .iter()
                .filter(|changed| changed.epoch > done)
                .fold(Change::default(), |before, changed| before.then(changed.change()))
        };
        self.state.notice = None;
        self.begin(assignment, change);
    }

    /// Lets training wait, or go on.
    pub(super) fn hold_training(&mut self, wait: bool) {
        let Training::Running(learning) = &mut self.state.training else { return };
        learning.phase = match (learning.phase, wait) {
            (Phase::Learns, true) => Phase::Pausing,
            (Phase::Pausing | Phase::Paused, false) => Phase::Learns,
            _ => return,
        };
        self.jobs.hold(learning.job, wait);
    }

    /// Ends training in this way, also where it waits; what is queued is not begun.
    pub(super) fn end_training(&mut self, phase: Phase) {
        if let Training::Running(learning) = &mut self.state.training {
            learning.phase = phase;
            if phase == Phase::Discarding {
                learning.steering.end(Ending::Discard);
            }
            self.jobs.stop(learning.job);
        }
        self.state.queued.clear();
    }

    /// Ends training so that its run can be taken up again: the program closes.
    pub(super) fn leave_training(&mut self) {
        if let Training::Running(learning) = &mut self.state.training
            && !learning.phase.is_ending()
        {
            learning.steering.end(Ending::Leave);
            self.jobs.stop(learning.job);
        }
    }
}

/// What a network trained by `before` has to be told to go on by `now`.
fn difference(before: &TrainConfig, now: &TrainConfig) -> Change {
    Change {
        learning_rate: (now.learning_rate != before.learning_rate).then_some(now.learning_rate),
        gradient_clip: (now.gradient_clip != before.gradient_clip).then_some(now.gradient_clip),
        batch_size: (now.batch_size != before.batch_size).then_some(now.batch_size),
    }
}
