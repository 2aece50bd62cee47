//! Files come in: what is done when one is opened, read by other settings, or left for another series
//! of it, and what becomes of the state when that has been read.
//!
//! Only one thing is read at a time; the last request stops the one before.

use std::sync::Arc;

use crate::app::command::{Notice, say_done, say_error};
use crate::app::jobs::{JobEnd, JobId, Jobs};
use crate::import::ImportConfig;
use crate::project::{Recipe, runs};

use super::found_line::found_line;
use super::opened::{Document, DocumentMessage, DocumentNews, Resumable, Source, WhatWasRead};
use super::prepared::Readied;
use super::reading_jobs::{self, Opening, Purpose, ReadFile, Unread};
use super::reading_setting::{FoundSetting, ReadingSetting};
use super::state::{DocumentState, History};

impl DocumentState {
    /// Opens a file or a sample; what is open stays until it has been read.
    pub(in crate::app) fn open_source<Message: From<DocumentMessage> + Send + 'static>(
        &mut self,
        source: Source,
        jobs: &mut Jobs<Message>,
        read: &ReadFile,
    ) {
        self.drop_reading(jobs);
        let (read, what) = (Arc::clone(read), source.clone());
        let job = jobs.start("open", DocumentMessage::Reading, move |context| {
            reading_jobs::open(context, &read, &what)
        });
        self.opening = Some(Opening::new(job, source, Purpose::Open));
    }

    /// Opens the data of a run, to go on with it.
    pub(in crate::app) fn open_run<Message: From<DocumentMessage> + Send + 'static>(
        &mut self,
        (source, run): (Source, runs::Run),
        jobs: &mut Jobs<Message>,
        read: &ReadFile,
    ) {
        self.drop_reading(jobs);
        let purpose = Purpose::Resume(run.name.clone());
        let (read, what) = (Arc::clone(read), source.clone());
        let job = jobs.start("open a run", DocumentMessage::Reading, move |context| {
            reading_jobs::open_run(context, &read, &what, &run)
        });
        self.opening = Some(Opening::new(job, source, purpose));
    }

    /// Makes another series of the open file the target.
    pub(in crate::app) fn choose<Message: From<DocumentMessage> + Send + 'static>(
        &mut self,
        name: String,
        jobs: &mut Jobs<Message>,
        read: &ReadFile,
    ) {
        let Some(document) = &self.open else { return };
        if self.is_read_again() {
            self.recipe.import.target = Some(name);
            self.read_again(None, jobs, read);
            return;
        }
        let (reading, source) = (document.data.reading.clone(), document.source.clone());
        let (wanted, outlines) = (name.clone(), Arc::clone(&document.data.outlines));
        let recipe = document.touched(&self.recipe);
        let import = self.recipe.import.clone();
        self.drop_reading(jobs);
        let job = jobs.start("choose", DocumentMessage::Reading, move |context| {
            reading_jobs::choose(context, (reading, outlines), &wanted, &import, recipe.as_ref())
        });
        self.opening = Some(Opening::new(job, source, Purpose::Series(name)));
    }

    /// Puts other settings in place, and reads the open file again where they ask for it.
    pub(in crate::app) fn set_recipe<Message: From<DocumentMessage> + Send + 'static>(
        &mut self,
        recipe: Recipe,
        jobs: &mut Jobs<Message>,
        read: &ReadFile,
    ) {
        let mut wanted = recipe.import.clone();
        if let Some(document) = &self.open {
            wanted.held_out = document.held_out(&recipe);
        }
        let import = std::mem::take(&mut self.recipe.import);
        self.recipe = Recipe { import, ..recipe };
        self.set_import(wanted, jobs, read);
    }

    fn set_import<Message: From<DocumentMessage> + Send + 'static>(
        &mut self,
        import: ImportConfig,
        jobs: &mut Jobs<Message>,
        read: &ReadFile,
    ) {
        let before = std::mem::replace(&mut self.recipe.import, import);
        if !self.is_read_as_set() {
            let changed = ReadingSetting::changed(&before, &self.recipe.import);
            if changed.is_some() {
                self.read_again(changed, jobs, read);
            }
            return;
        }
        self.unread = None;
        if self.is_read_again() {
            self.drop_reading(jobs);
        }
        let (target, document) = (&self.recipe.import.target, &self.open);
        let shown = document.as_ref().map(|document| document.data.series.name.as_str());
        if let Some(name) = target
            && before.target != *target
            && shown.is_some_and(|shown| shown != name)
        {
            self.choose(name.clone(), jobs, read);
        }
    }

    /// Reads the open file by the settings of the recipe.
    fn read_again<Message: From<DocumentMessage> + Send + 'static>(
        &mut self,
        changed: Option<ReadingSetting>,
        jobs: &mut Jobs<Message>,
        read: &ReadFile,
    ) {
        let Some(document) = &self.open else { return };
        let (source, config) = (document.source.clone(), self.recipe.import.clone());
        let recipe = document.touched(&self.recipe);
        self.drop_reading(jobs);
        self.unread = None;
        let (read, what) = (Arc::clone(read), source.clone());
        let job = jobs.start("read again", DocumentMessage::Reading, move |context| {
            reading_jobs::open_again(context, &read, &what, &config, recipe.as_ref())
        });
        self.opening = Some(Opening::new(job, source, Purpose::Again(changed)));
    }

    /// Asks the reading to stop; it is over when its job says so.
    pub(in crate::app) fn stop_reading<Message>(&mut self, jobs: &Jobs<Message>) {
        if let Some(opening) = &mut self.opening {
            opening.stopping = true;
            jobs.stop(opening.job);
        }
    }

    /// Stops a reading that something else takes the place of; what it says is not awaited.
    pub(in crate::app) fn drop_reading<Message>(&mut self, jobs: &Jobs<Message>) {
        if let Some(opening) = self.opening.take() {
            jobs.stop(opening.job);
        }
    }

    /// Whether the open file is being read by other settings.
    fn is_read_again(&self) -> bool {
        let purpose = self.opening.as_ref().map(|opening| &opening.purpose);
        matches!(purpose, Some(Purpose::Again(_)))
    }

    /// Takes in how a reading ended.
    pub(super) fn end_opening(
        &mut self,
        opening: Opening,
        end: JobEnd<WhatWasRead>,
        notice: &mut Option<Notice>,
    ) -> DocumentNews {
        match end {
            JobEnd::Finished(WhatWasRead::Series(readied)) => {
                self.take_series(opening, *readied, notice)
            }
            JobEnd::Finished(WhatWasRead::ScoredRun(resumable)) => {
                let Resumable { readied, recipe, run } = *resumable;
                self.take_recipe(recipe, notice);
                self.show(readied, opening.source, opening.job);
                DocumentNews::Resumed(Box::new(run))
            }
            JobEnd::Failed(message) => {
                match opening.purpose {
                    Purpose::Again(setting) => {
                        let message = without_folder(&opening.source, message);
                        self.unread = Some(Unread { setting, message });
                    }
                    Purpose::Resume(name) => return DocumentNews::NotResumed(name, message),
                    Purpose::Open | Purpose::Series(_) => say_error(notice, message),
                }
                DocumentNews::Nothing
            }
            JobEnd::Stopped(_) => {
                say_done(notice, self.end_stopped(&opening));
                DocumentNews::Nothing
            }
        }
    }

    /// Shows a series that has been read: nothing of the file before carries over to a new one, and what
    /// was set stays set where the open one was read again or left for another series of it.
    fn take_series(
        &mut self,
        opening: Opening,
        readied: Readied,
        notice: &mut Option<Notice>,
    ) -> DocumentNews {
        let Opening { job, source, purpose, .. } = opening;
        match purpose {
            Purpose::Series(_) => {
                self.follow_series(&readied.usual);
                self.recipe.import.target = Some(readied.data.series.name.clone());
                // It is another series of the same reading.
                let read_by = self.open.as_ref().map_or(job, |open| open.read_by);
                self.show(readied, source, read_by);
                DocumentNews::Series
            }
            Purpose::Again(_) => {
                self.unread = None;
                self.follow_series(&readied.usual);
                let target = &mut self.recipe.import.target;
                target.take_if(|name| *name != readied.data.series.name);
                self.show(readied, source, job);
                DocumentNews::Series
            }
            Purpose::Open | Purpose::Resume(_) => {
                self.take_recipe(readied.usual.clone(), notice);
                *notice = Some(Notice::Found(found_line(&readied.data)));
                self.show(readied, source, job);
                DocumentNews::Opened
            }
        }
    }

    /// Settings for a file that takes the place of the open one.
    fn take_recipe(&mut self, recipe: Recipe, notice: &mut Option<Notice>) {
        self.recipe = recipe;
        self.history = History::default();
        self.found = FoundSetting::default();
        self.unread = None;
        *notice = None;
    }

    /// What to say of a reading that was stopped. Settings that were never read by go back to those of
    /// the reading that is shown; undo brings them again.
    fn end_stopped(&mut self, opening: &Opening) -> String {
        let title = opening.title();
        let (Purpose::Again(_), Some(document)) = (&opening.purpose, &self.open) else {
            return format!("Stopped reading {title}; nothing was changed.");
        };
        let import = document.import.clone();
        self.history.record(self.recipe.clone());
        let target = self.recipe.import.target.take();
        self.recipe.import = ImportConfig { target, ..import };
        format!("Stopped reading {title}; the settings of the reading that is shown are back.")
    }

    /// Settings for another series: what was never touched follows the new data, which suggest `usual`.
    fn follow_series(&mut self, usual: &Recipe) {
        let document = self.open.as_ref();
        if document.is_some_and(|document| document.touched(&self.recipe).is_none()) {
            let import = self.recipe.import.clone();
            self.recipe = Recipe { import, ..usual.clone() };
        }
    }

    /// Puts a series in place, with what follows from it and the recipe it was read for.
    fn show(&mut self, readied: Readied, source: Source, read_by: JobId) {
        self.found.learn(&readied.data.reading, &self.recipe.import);
        self.open = Some(Document::new(readied, &self.recipe, source, read_by));
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
