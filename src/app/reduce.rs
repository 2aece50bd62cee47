//! Events into state: the only place where a job's report changes what panels read.

use crate::import::ImportConfig;
use crate::project::Recipe;

use super::derived::Readied;
use super::document::Document;
use super::event::{JobEnd, JobEvent, JobId, JobMessage, JobOutput};
use super::found_line::found_line;
use super::opening::{Opening, Purpose, Source, Unread};
use super::reading_setting::Found;
use super::state::{AppState, Notice, RunId};

/// What the workbench has to do after a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing.
    Rest,
    /// The series or the task has changed: baselines are due.
    Baselines,
    /// A network has ended: the next one may begin.
    Train,
    /// A file has been opened: baselines are due, and it is to be remembered.
    Opened,
    /// That of a run that goes on.
    GoOn,
    /// A run was put back: they are to be listed again.
    LookForRuns,
}

impl AppState {
    /// Takes in one message. Messages of jobs that are no longer awaited change nothing.
    pub fn reduce(&mut self, message: JobMessage) -> Next {
        let JobMessage { job, event } = message;
        match event {
            JobEvent::Reading(progress) => {
                if let Some(opening) = self.awaited(job) {
                    opening.progress = Some(progress);
                }
                Next::Rest
            }
            JobEvent::Head(readied) => {
                let recipe = self.recipe.clone();
                if let Some(opening) = self.awaited(job) {
                    let head = Document::new(*readied, &recipe, opening.source.clone(), job);
                    opening.head = Some(Box::new(head));
                }
                Next::Rest
            }
            JobEvent::Rate(point) => {
                self.take_rate(job, point);
                Next::Rest
            }
            JobEvent::Baseline(report) => {
                if self.baselines_job == Some(job) {
                    self.take_baseline(*report);
                }
                Next::Rest
            }
            JobEvent::Unfitted(model, message) => {
                if self.baselines_job == Some(job) {
                    self.unfitted.push((model, message));
                }
                Next::Rest
            }
            JobEvent::UnderWay(under_way) => {
                self.take_under_way(job, *under_way);
                Next::Rest
            }
            JobEvent::PanelRow(row) => {
                self.take_panel_row(job, row);
                Next::Rest
            }
            JobEvent::Ended(end) => self.end(job, end),
            event => {
                self.take_training_event(job, event);
                Next::Rest
            }
        }
    }

    fn end(&mut self, job: JobId, end: JobEnd) -> Next {
        if let Some(opening) = self.opening.take_if(|opening| opening.job == job) {
            return self.end_opening(opening, end);
        }
        let end = match self.end_side_job(job, end) {
            Ok(next) => return next,
            Err(end) => end,
        };
        if self.study_job.take_if(|study| study.job == job).is_some() {
            match (end, &mut self.document) {
                (JobEnd::Finished(JobOutput::Studied(study)), Some(document))
                    if study.fingerprint == document.data.fingerprint =>
                {
                    document.study = Some(study);
                }
                (JobEnd::Failed(message), _) => self.notice = Some(Notice::Error(message)),
                _ => {}
            }
        } else if self.baselines_job == Some(job) {
            self.baselines_job = None;
            match end {
                JobEnd::Finished(JobOutput::Baselines) => {
                    self.drop_other_baselines();
                    self.draw_best();
                }
                JobEnd::Failed(message) => self.notice = Some(Notice::Error(message)),
                _ => {}
            }
        } else if self.export_job == Some(job) {
            self.export_job = None;
            self.notice = match end {
                JobEnd::Finished(JobOutput::Written(path)) => {
                    Some(Notice::Done(format!("Written to {}", path.display())))
                }
                JobEnd::Failed(message) => Some(Notice::Error(message)),
                _ => None,
            };
        } else if !self.end_panel(job, &end)
            && !self.end_rate_search(job, &end)
            && !self.end_pace(job, &end)
            && self.learning().is_some_and(|learning| learning.job == job)
        {
            self.take_training_end(end);
            return Next::Train;
        }
        Next::Rest
    }

    /// The reading of that job, if it is the one awaited.
    fn awaited(&mut self, job: JobId) -> Option<&mut Opening> {
        self.opening.as_mut().filter(|opening| opening.job == job)
    }

    fn end_opening(&mut self, opening: Opening, end: JobEnd) -> Next {
        match end {
            JobEnd::Finished(JobOutput::Opened(readied)) => self.take_reading(opening, *readied),
            JobEnd::Finished(JobOutput::Resumable(resumable)) => {
                self.take_resumable(opening, *resumable);
                Next::GoOn
            }
            JobEnd::Finished(JobOutput::Chosen(readied)) => {
                self.follow_series(&readied.derived.usual);
                self.recipe.import.target = Some(readied.data.series.name.clone());
                // It is another series of the same reading.
                let read_by = self.document.as_ref().map_or(opening.job, |open| open.read_by);
                self.show(*readied, opening.source, read_by);
                Next::Baselines
            }
            JobEnd::Failed(message) => {
                match opening.purpose {
                    Purpose::Again(setting) => {
                        let message = without_folder(&opening.source, message);
                        self.unread = Some(Unread { setting, message });
                    }
                    Purpose::Resume(name) => self.tell_not_resumed(&name, message),
                    _ => self.notice = Some(Notice::Error(message)),
                }
                Next::Rest
            }
            JobEnd::Finished(_) | JobEnd::Stopped(_) => {
                self.stop_reading(&opening);
                Next::Rest
            }
        }
    }

    /// Shows a file that has been read: nothing of the one before carries over to a new one, and what
    /// was set stays set where the open one was read again.
    fn take_reading(&mut self, opening: Opening, readied: Readied) -> Next {
        let Opening { job, source, purpose, .. } = opening;
        self.unread = None;
        if let Purpose::Again(_) = purpose {
            self.follow_series(&readied.derived.usual);
            let target = &mut self.recipe.import.target;
            target.take_if(|name| *name != readied.data.series.name);
            self.show(readied, source, job);
            return Next::Baselines;
        }
        self.take_recipe(readied.derived.usual.clone());
        if let Source::File(file) = &source {
            self.preferences.remember_file(file);
        }
        self.notice = Some(Notice::Found(found_line(&readied.data)));
        self.show(readied, source, job);
        Next::Opened
    }

    /// Settings for a file that takes the place of the open one.
    pub(super) fn take_recipe(&mut self, recipe: Recipe) {
        self.recipe = recipe;
        self.history = super::history::History::default();
        self.found = Found::default();
        self.unread = None;
        self.notice = None;
    }

    /// Says that a reading was stopped. Settings that were never read by go back to those of the
    /// reading that is shown; undo brings them again.
    fn stop_reading(&mut self, opening: &Opening) {
        let mut text = format!("Stopped reading {}; nothing was changed.", opening.title());
        if let (Purpose::Again(_), Some(document)) = (&opening.purpose, &self.document) {
            let import = document.import.clone();
            self.history.record(self.recipe.clone());
            let target = self.recipe.import.target.take();
            self.recipe.import = ImportConfig { target, ..import };
            text = format!(
                "Stopped reading {}; the settings of the reading that is shown are back.",
                opening.title()
            );
        }
        self.tell(text);
    }

    /// Settings for another series: what was never touched follows the new data, which suggest `usual`.
    fn follow_series(&mut self, usual: &Recipe) {
        let document = self.document.as_ref();
        if document.is_some_and(|document| document.touched(&self.recipe).is_none()) {
            let import = self.recipe.import.clone();
            self.recipe = Recipe { import, ..usual.clone() };
        }
    }

    /// Puts a series in place, with what follows from it and the recipe.
    pub(super) fn show(&mut self, readied: Readied, source: Source, read_by: JobId) {
        self.found.learn(&readied.data.reading, &self.recipe.import);
        self.document = Some(Document::new(readied, &self.recipe, source, read_by));
    }

    /// Brings what follows from the recipe up to date; says whether baselines are due.
    pub(super) fn refresh(&mut self) -> Next {
        let Some(document) = &mut self.document else { return Next::Rest };
        let due = self.recipe.task(&document.data.series);
        document.windows = self.recipe.window_counts(&document.data.modelled);
        document.feed = self.recipe.feed(&document.data.modelled);
        document.problems = self.recipe.check(&document.data.modelled);
        document.summary = self.recipe.summary(&document.data.modelled);
        document.seasons = self.recipe.season_choices(&document.data.series);
        document.season_advice =
            self.recipe.season_advice(&document.data.series, &document.seasons);
        let same = document.task == due;
        document.task = due;
        let same = same && self.asked == self.recipe.baselines.models;
        if same { Next::Rest } else { Next::Baselines }
    }

    /// Says what was done, unless an error has not been read yet.
    pub(super) fn tell(&mut self, text: String) {
        if !matches!(self.notice, Some(Notice::Error(_))) {
            self.notice = Some(Notice::Done(text));
        }
    }

    pub(super) fn next_run_id(&mut self) -> RunId {
        self.runs_made += 1;
        RunId(self.runs_made)
    }
}

/// A message of the open file by its name alone: it stands where there is little room.
fn without_folder(source: &Source, message: String) -> String {
    match source {
        Source::File(path) => match message.strip_prefix(&path.display().to_string()) {
            Some(rest) => source.title() + rest,
            None => message,
        },
        Source::Sample(_) => message,
    }
}
