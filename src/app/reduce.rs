//! Messages of jobs into state: each to its concern, and what it changed to the others.

use super::document::{DocumentNews, ResumedRun, Source};
use super::jobs::{JobEnd, Report};
use super::message::Message;
use super::notice::{Notice, say_error};
use super::runs::RunsNews;
use super::scores::ScoresNews;
use super::state::AppState;
use super::training::{Assignment, TrainingNews};

/// What the workbench has to do after a message.
#[derive(Debug)]
pub(super) enum Next {
    /// Nothing.
    Rest,
    /// The series or the task has changed: baselines are due.
    Baselines,
    /// What follows from the recipe has changed: baselines are due where they are others.
    Checked,
    /// This network is to be trained.
    Begin(Box<Assignment>),
    /// A network has ended: the next one may begin.
    Train,
    /// A file has been opened: baselines are due, and it is to be remembered.
    Opened,
    /// That of a run that goes on.
    GoOn(Box<ResumedRun>),
    /// A run was put back: they are to be listed again.
    LookForRuns,
}

/// Takes in one message. Messages of jobs that are no longer awaited change nothing.
pub(super) fn reduce(state: &mut AppState, message: Message) -> Next {
    let AppState { document, training, scores, runs, notice, .. } = state;
    match message {
        Message::Document(message) => {
            let news = document.reduce(message, notice);
            after_document(state, news)
        }
        Message::Training(message) => match training.reduce(message, notice) {
            TrainingNews::Nothing => Next::Rest,
            TrainingNews::Begin(assignment) => Next::Begin(assignment),
            TrainingNews::Ended(trained) => {
                if let Some(trained) = trained {
                    trained.put_on(runs, notice);
                }
                Next::Train
            }
        },
        Message::Scores(message) => {
            let news = scores.reduce(message, notice);
            after_scores(state, news);
            Next::Rest
        }
        Message::Runs(message) => match runs.reduce(message, training.reserved_label(), notice) {
            RunsNews::Nothing => Next::Rest,
            RunsNews::Recalled => Next::LookForRuns,
        },
        Message::Export(Report::Ended(end)) => {
            *notice = match end {
                JobEnd::Finished(path) => {
                    Some(Notice::Done(format!("Written to {}", path.display())))
                }
                JobEnd::Failed(message) => Some(Notice::Error(message)),
                JobEnd::Stopped(_) => None,
            };
            Next::Rest
        }
        Message::Preferences(Report::Ended(end)) => {
            if let JobEnd::Failed(message) = end {
                tracing::warn!("{message}");
            }
            Next::Rest
        }
    }
}

fn after_document(state: &mut AppState, news: DocumentNews) -> Next {
    match news {
        DocumentNews::Nothing => Next::Rest,
        DocumentNews::Series => Next::Baselines,
        DocumentNews::Followed => Next::Checked,
        DocumentNews::Opened => {
            remember_file(state);
            Next::Opened
        }
        DocumentNews::Resumed(run) => {
            remember_file(state);
            Next::GoOn(run)
        }
        DocumentNews::NotResumed(name, message) => {
            state.runs.set_problem(&name, &message);
            say_error(&mut state.notice, message);
            Next::Rest
        }
    }
}

fn remember_file(state: &mut AppState) {
    let source = state.document.open.as_ref().map(|document| &document.source);
    if let Some(Source::File(file)) = source {
        state.preferences.remember_file(file);
    }
}

fn after_scores(state: &mut AppState, news: ScoresNews) {
    let AppState { document, scores, runs, .. } = state;
    let Some(open) = &document.open else { return };
    match news {
        ScoresNews::Nothing => {}
        ScoresNews::Scored(report) => {
            if let Some(asked) = scores.asked() {
                runs.take_baseline(*report, open, (&asked.task, &asked.recipe));
            }
        }
        ScoresNews::AllScored => {
            runs.keep_baselines(&document.recipe.baselines.models);
            runs.draw_best(open);
        }
    }
}
