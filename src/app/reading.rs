//! Files come in: what the workbench does when one is opened, read by other settings, or left for
//! another series of it.
//!
//! Only one thing is read at a time; the last wish stops the one before.

use std::sync::Arc;

use crate::import::ImportConfig;

use super::opening::{Opening, Purpose, Source};
use super::reading_setting::ReadingSetting;
use super::work;
use super::workbench::Workbench;

impl Workbench {
    /// Opens a file or a sample; what is open stays until it has been read.
    pub(super) fn open(&mut self, source: Source) {
        self.drop_reading();
        let (read, what) = (Arc::clone(&self.read), source.clone());
        let job = self.jobs.start("open", move |context| work::open(context, &read, &what));
        self.state.opening = Some(Opening::new(job, source, Purpose::Open));
    }

    /// Makes another series of the open file the target.
    pub(super) fn choose(&mut self, name: String) {
        let Some(document) = &self.state.document else { return };
        if self.is_read_again() {
            self.state.recipe.import.target = Some(name);
            self.read_again(None);
            return;
        }
        let (reading, source) = (document.data.reading.clone(), document.source.clone());
        let (wanted, outlines) = (name.clone(), Arc::clone(&document.data.outlines));
        let recipe = document.touched(&self.state.recipe);
        let import = self.state.recipe.import.clone();
        self.drop_reading();
        let job = self.jobs.start("choose", move |context| {
            work::choose(context, (reading, outlines), &wanted, &import, recipe)
        });
        self.state.opening = Some(Opening::new(job, source, Purpose::Series(name)));
    }

    /// Puts the reading settings of a recipe in place, and reads the open file anew where they ask for
    /// it.
    pub(super) fn set_import(&mut self, import: ImportConfig) {
        let before = std::mem::replace(&mut self.state.recipe.import, import);
        if !self.state.is_read_as_set() {
            let changed = ReadingSetting::changed(&before, &self.state.recipe.import);
            if changed.is_some() {
                self.read_again(changed);
            }
            return;
        }
        self.state.unread = None;
        if self.is_read_again() {
            self.drop_reading();
        }
        let (target, document) = (&self.state.recipe.import.target, &self.state.document);
        let shown = document.as_ref().map(|document| document.data.series.name.as_str());
        if let Some(name) = target
            && before.target != *target
            && shown.is_some_and(|shown| shown != name)
        {
            self.choose(name.clone());
        }
    }

    /// Reads the open file by the settings of the recipe.
    fn read_again(&mut self, changed: Option<ReadingSetting>) {
        let Some(document) = &self.state.document else { return };
        let (source, config) = (document.source.clone(), self.state.recipe.import.clone());
        let recipe = document.touched(&self.state.recipe);
        self.drop_reading();
        self.state.unread = None;
        let (read, what) = (Arc::clone(&self.read), source.clone());
        let job = self.jobs.start("read again", move |context| {
            work::open_again(context, &read, &what, &config, recipe.as_ref())
        });
        self.state.opening = Some(Opening::new(job, source, Purpose::Again(changed)));
    }

    /// Asks the reading to stop; it is over when its job says so.
    pub(super) fn stop_reading(&mut self) {
        if let Some(opening) = &mut self.state.opening {
            opening.stopping = true;
            self.jobs.stop(opening.job);
        }
    }

    /// Stops a reading that something else takes the place of; what it says is not awaited.
    pub(super) fn drop_reading(&mut self) {
        if let Some(opening) = self.state.opening.take() {
            self.jobs.stop(opening.job);
        }
    }

    /// Whether the open file is being read by other settings.
    fn is_read_again(&self) -> bool {
        let purpose = self.state.opening.as_ref().map(|opening| &opening.purpose);
        matches!(purpose, Some(Purpose::Again(_)))
    }
}
