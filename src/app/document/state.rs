//! The state of the open file and its settings, the history of edits, and what the messages of its jobs
//! change.

use std::sync::Arc;

use super::follow::Following;
use super::opened::{Document, DocumentMessage, DocumentNews, ReadingEvent};
use super::prepared::{Study, StudyJob};
use super::reading_jobs::{Opening, Unread};
use super::reading_setting::{FoundSetting, without_target};
use crate::app::command::{Notice, say_error};
use crate::app::jobs::{JobContext, JobEnd, JobId, Jobs, Report};
use crate::cancellation::Cancellation;
use crate::project::Recipe;

/// The open file, its settings, and what is on its way in.
#[derive(Debug, Default)]
pub struct DocumentState {
    /// The settings.
    pub recipe: Recipe,
    /// Their past and future.
    pub history: History<Recipe>,
    /// The file that is open.
    pub open: Option<Document>,
    /// Whether what follows from the settings is known.
    pub following: Following,
    /// The file being read, if one is.
    pub opening: Option<Opening>,
    /// Settings by which the open file cannot be read, if it cannot.
    pub unread: Option<Unread>,
    /// What the open file says of the settings that are left to it.
    pub found: FoundSetting,
    /// The study of the series under way.
    pub study_job: Option<StudyJob>,
}

impl DocumentState {
    /// The open file, where what is known of it follows from the present settings.
    pub fn checked(&self) -> Option<&Document> {
        self.open.as_ref().filter(|document| document.derived.is_of(&self.recipe))
    }

    /// What the Data tab shows: the head of the file by new settings while the rest is read, else the
    /// open file.
    pub fn looked_at(&self) -> Option<&Document> {
        let head = self.opening.as_ref().and_then(|opening| opening.head.as_deref());
        head.or(self.open.as_ref())
    }

    /// Whether the open file was read by the settings of the recipe.
    pub(super) fn is_read_as_set(&self) -> bool {
        let read_by = self.open.as_ref().map(|document| &document.import);
        read_by.is_none_or(|import| *import == without_target(&self.recipe.import))
    }

    /// Why no network can be trained on it by the present settings, or `None` where one can.
    pub fn blocker(&self) -> Option<String> {
        let Some(document) = &self.open else {
            return Some("Open a file first.".to_owned());
        };
        if self.unread.is_some() {
            let why = "the file cannot be read by the new settings; undo the change";
            return Some(why.to_owned());
        }
        if !self.is_read_as_set() {
            return Some("the file is being read by the new settings.".to_owned());
        }
        if let Following::Failed { message, .. } = &self.following {
            return Some(message.clone());
        }
        if !document.derived.is_of(&self.recipe) {
            return Some("the new settings are being checked.".to_owned());
        }
        let first = document.derived.problems.first()?;
        let more = document.derived.problems.len() - 1;
        Some(if more == 0 {
            first.message.clone()
        } else {
            format!("{} (and {more} more)", first.message)
        })
    }

    /// Brings what follows from the recipe up to date, at once or in a job; whether it has changed.
    pub(in crate::app) fn follow<Message: From<DocumentMessage> + Send + 'static>(
        &mut self,
        jobs: &mut Jobs<Message>,
    ) -> bool {
        self.following.bring_up(self.open.as_mut(), &self.recipe, jobs)
    }

    /// The recipe one step back.
    pub(in crate::app) fn undo(&mut self) -> Option<Recipe> {
        let before = self.history.undo(self.recipe.clone());
        before.map(|recipe| self.stepped(recipe))
    }

    /// The recipe one step forth.
    pub(in crate::app) fn redo(&mut self) -> Option<Recipe> {
        let after = self.history.redo(self.recipe.clone());
        after.map(|recipe| self.stepped(recipe))
    }

    /// A step back or forth. Which column is open changes only with the settings that it was read by.
    fn stepped(&self, mut recipe: Recipe) -> Recipe {
        let now = &self.recipe.import;
        if without_target(&recipe.import) == without_target(now) {
            recipe.import.target.clone_from(&now.target);
        }
        recipe
    }

    /// The settings of a run on a series, as they can be used now: those of another file's reading have
    /// no meaning for the open one.
    pub(in crate::app) fn usable(&self, recipe: &Recipe, fingerprint: u64) -> Option<Recipe> {
        let document = self.open.as_ref()?;
        let (mut recipe, now) = (recipe.clone(), &self.recipe.import);
        if fingerprint == document.data.fingerprint {
            recipe.import.target.clone_from(&now.target);
        } else {
            recipe.import = now.clone();
        }
        Some(recipe)
    }

    /// The study of the present series and season, unless it is there or under way; one of another
    /// series or season is stopped.
    pub(in crate::app) fn start_study<Message: From<DocumentMessage> + Send + 'static>(
        &mut self,
        jobs: &mut Jobs<Message>,
    ) {
        let Some(document) = &self.open else { return };
        let (fingerprint, season_length) = (document.data.fingerprint, document.season_shown());
        let is_due = |of: u64, length: usize| of != fingerprint || length != season_length;
        let done = document.study.as_ref();
        let under_way = self.study_job;
        if done.is_some_and(|study| !is_due(study.fingerprint, study.season_length))
            || under_way.is_some_and(|study| !is_due(study.fingerprint, study.season_length))
        {
            return;
        }
        if let Some(study) = under_way {
            jobs.stop(study.job);
        }
        let series = Arc::clone(&document.data.series);
        let job = jobs.start("study", DocumentMessage::Study, move |context: &JobContext<_>| {
            let is_stopped = || context.stop.is_stopped();
            let cancel = Cancellation::new(&is_stopped);
            let study = Box::new(Study::of(&series, fingerprint, season_length, &cancel));
            Ok(if cancel.is_cancelled() { JobEnd::Stopped(None) } else { JobEnd::Finished(study) })
        });
        self.study_job = Some(StudyJob { job, fingerprint, season_length });
    }

    /// Takes in one message. Messages of jobs that are no longer awaited change nothing.
    pub(in crate::app) fn reduce(
        &mut self,
        message: DocumentMessage,
        notice: &mut Option<Notice>,
    ) -> DocumentNews {
        match message {
            DocumentMessage::Reading(job, Report::Event(event)) => {
                self.take_reading_event(job, event);
            }
            DocumentMessage::Reading(job, Report::Ended(end)) => {
                if let Some(opening) = self.opening.take_if(|opening| opening.job == job) {
                    return self.end_opening(opening, end, notice);
                }
            }
            DocumentMessage::Study(job, Report::Ended(end)) => self.end_study(job, end, notice),
            DocumentMessage::Follow(job, Report::Ended(end)) => {
                if self.following.take(job, end, self.open.as_mut(), &self.recipe) {
                    return DocumentNews::Followed;
                }
            }
        }
        DocumentNews::Nothing
    }

    fn take_reading_event(&mut self, job: JobId, event: ReadingEvent) {
        let Some(opening) = self.opening.as_mut().filter(|opening| opening.job == job) else {
            return;
        };
        match event {
            ReadingEvent::Progress(progress) => opening.progress = Some(progress),
            ReadingEvent::Head(readied) => {
                let head = Document::new(*readied, &self.recipe, opening.source.clone(), job);
                opening.head = Some(Box::new(head));
            }
        }
    }

    fn end_study(&mut self, job: JobId, end: JobEnd<Box<Study>>, notice: &mut Option<Notice>) {
        if self.study_job.take_if(|study| study.job == job).is_none() {
            return;
        }
        match (end, &mut self.open) {
            (JobEnd::Finished(study), Some(document))
                if study.fingerprint == document.data.fingerprint =>
            {
                document.study = Some(study);
            }
            (JobEnd::Failed(message), _) => say_error(notice, message),
            _ => {}
        }
    }
}

/// Steps kept.
const MOST_STEPS: usize = 200;

/// A value's past and future.
#[derive(Debug, Clone)]
pub struct History<T> {
    past: Vec<T>,
    future: Vec<T>,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self { past: Vec::new(), future: Vec::new() }
    }
}

impl<T> History<T> {
    /// Remembers `before`, the value that an edit is about to replace.
    pub fn record(&mut self, before: T) {
        self.past.push(before);
        if self.past.len() > MOST_STEPS {
            self.past.remove(0);
        }
        self.future.clear();
    }

    /// The value before `current`, which becomes the next redo.
    pub fn undo(&mut self, current: T) -> Option<T> {
        let before = self.past.pop()?;
        self.future.push(current);
        Some(before)
    }

    /// The value that the last undo took away.
    pub fn redo(&mut self, current: T) -> Option<T> {
        let after = self.future.pop()?;
        self.past.push(current);
        Some(after)
    }

    /// Whether there is something to undo.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is something to redo.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undo_and_redo_walk_the_edits() {
        let mut history = History::default();
        history.record(1);
        history.record(2);
        assert_eq!(history.undo(3), Some(2));
        assert_eq!(history.undo(2), Some(1));
        assert_eq!(history.undo(1), None);
        assert_eq!(history.redo(1), Some(2));
        history.record(2);
        assert!(!history.can_redo(), "an edit ends the redo");
    }
}
