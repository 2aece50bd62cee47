//! Files written in jobs: what a person exports, and the choices that are remembered.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::forecast::Forecast;
use crate::report::{ExportError, forecast_table, is_same_file, write_table};

use super::command::say_error;
use super::document::DocumentState;
use super::jobs::{JobEnd, Jobs};
use super::message::Message;
use super::preferences::Preferences;
use super::scores::ScoresTable;
use super::state::AppState;

/// Writes the forecasts of all visible runs.
pub(super) fn export_forecast(path: PathBuf, state: &mut AppState, jobs: &mut Jobs<Message>) {
    let visible = state.scorecard().into_iter().filter(|run| run.visible);
    let forecasts: Vec<Forecast> = visible.map(|run| run.report.future.clone()).collect();
    if forecasts.is_empty() {
        let message =
            "No forecast is shown, so there is nothing to export: tick a model in the scorecard.";
        say_error(&mut state.notice, message.to_owned());
        return;
    }
    let levels = state.document.recipe.baselines.levels.clone();
    let write = move |path: &Path| write_table(path, &forecast_table(&forecasts, &levels));
    start_export(path, write, state, jobs);
}

/// Writes a table of the scores of the ticked baselines.
pub(super) fn export_scores(
    table: ScoresTable,
    path: PathBuf,
    state: &mut AppState,
    jobs: &mut Jobs<Message>,
) {
    let DocumentState { open: Some(open), recipe, .. } = &state.document else { return };
    if let Some(write) = state.scores.writer(table, open, recipe) {
        start_export(path, write, state, jobs);
    }
}

/// Writes a file in a job, unless it is the one that is open.
fn start_export(
    path: PathBuf,
    write: impl FnOnce(&Path) -> Result<(), ExportError> + Send + 'static,
    state: &mut AppState,
    jobs: &mut Jobs<Message>,
) {
    let open = state.document.open.as_ref();
    let source = open.map(|document| &document.data.reading.source);
    if source.is_some_and(|source| is_same_file(&path, Path::new(source))) {
        let message = format!("{} is the file that is open; choose another name", path.display());
        say_error(&mut state.notice, message);
        return;
    }
    jobs.start(
        "export",
        |_, report| Message::Export(report),
        move |_| {
            write(&path).map_err(|error| error.to_string())?;
            Ok(JobEnd::Finished(path))
        },
    );
}

/// Where choices are remembered between starts, if anywhere.
pub(super) struct StoredChoices {
    path: Option<PathBuf>,
    /// How often they were to be saved so far.
    saves: u64,
    /// The last of them that were; older ones that come late are not written over them.
    saved: Arc<Mutex<u64>>,
}

impl StoredChoices {
    pub(super) fn new(path: Option<PathBuf>) -> Self {
        Self { path, saves: 0, saved: Arc::default() }
    }

    /// Saves them as they are now.
    pub(super) fn save(&mut self, preferences: &Preferences, jobs: &mut Jobs<Message>) {
        let Some(path) = self.path.clone() else { return };
        let preferences = preferences.clone();
        self.saves += 1;
        let (number, saved) = (self.saves, Arc::clone(&self.saved));
        jobs.start(
            "remember choices",
            |_, report| Message::Preferences(report),
            move |_| {
                let mut last = saved.lock().unwrap_or_else(PoisonError::into_inner);
                if number > *last {
                    preferences.save(&path)?;
                    *last = number;
                }
                Ok(JobEnd::Finished(()))
            },
        );
    }
}
