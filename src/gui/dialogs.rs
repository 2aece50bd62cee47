//! The system's file dialogs, opened beside the window and never waited for.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::app::ScoresTable;

use super::file_portal;

/// What a person is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// A file to open.
    Open,
    /// A place to write the forecast to, with a file name to begin with.
    SaveForecast(String),
    /// A place to write a table of scores to, with a file name to begin with.
    SaveScores(ScoresTable, String),
}

/// What a dialog brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A file to open.
    Open(PathBuf),
    /// A place to write the forecast to.
    SaveForecast(PathBuf),
    /// A place to write a table of scores to.
    SaveScores(ScoresTable, PathBuf),
    /// The system shows no dialog, and why: the path has to be typed.
    NoDialog(Asked, String),
}

impl Asked {
    /// The answer to it.
    pub fn answered(&self, path: PathBuf) -> Answer {
        match self {
            Self::Open => Answer::Open(path),
            Self::SaveForecast(_) => Answer::SaveForecast(path),
            Self::SaveScores(table, _) => Answer::SaveScores(*table, path),
        }
    }
}

/// File dialogs. A test answers for the person.
pub trait Dialogs {
    /// Asks for a path.
    fn ask(&mut self, asked: Asked, wake: &eframe::egui::Context);
    /// The answer of a dialog that has been closed, once. Nothing where it was cancelled.
    fn take_answer(&mut self) -> Option<Answer>;
}

/// Endings of files that are read.
const TABLES: [&str; 12] =
    ["csv", "tsv", "txt", "tab", "psv", "gz", "zst", "xlsx", "xlsb", "xls", "ods", "parquet"];

/// A dialog that is gone sooner was never shown: nobody can cancel one so fast.
const BY_HAND: Duration = Duration::from_millis(150);

/// Dialogs of the operating system.
#[derive(Debug, Default)]
pub struct SystemDialogs {
    answer: Arc<Mutex<Option<Answer>>>,
}

impl SystemDialogs {
    /// Waits for `choice` in a thread of its own; the future itself is made on the window's thread,
    /// as macOS demands.
    fn wait(
        &self,
        wake: &eframe::egui::Context,
        choice: impl Future<Output = Option<rfd::FileHandle>> + Send + 'static,
        asked: Asked,
    ) {
        let (slot, wake) = (Arc::clone(&self.answer), wake.clone());
        let waiting = move || {
            let answer = answer(choice, asked);
            if let Some(answer) = answer {
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
            }
            wake.request_repaint();
        };
        let started = std::thread::Builder::new().name("tidegate-dialog".to_owned()).spawn(waiting);
        if let Err(error) = started {
            tracing::error!("no thread for a file dialog: {error}");
        }
    }
}

/// What came of a dialog, or why none was shown; nothing where it was cancelled.
fn answer(choice: impl Future<Output = Option<rfd::FileHandle>>, asked: Asked) -> Option<Answer> {
    if let Some(why) = file_portal::missing() {
        return Some(Answer::NoDialog(asked, why));
    }
    let shown = Instant::now();
    match pollster::block_on(choice) {
        Some(file) => Some(asked.answered(file.path().to_owned())),
        None if shown.elapsed() < BY_HAND => {
            let why = "The system's file dialog closed at once. Type the path here.".to_owned();
            Some(Answer::NoDialog(asked, why))
        }
        None => None,
    }
}

impl Dialogs for SystemDialogs {
    fn ask(&mut self, asked: Asked, wake: &eframe::egui::Context) {
        let dialog = rfd::AsyncFileDialog::new();
        match &asked {
            Asked::Open => {
                let dialog = dialog.set_title("Open a series");
                let dialog = dialog.add_filter("Tables", &TABLES).add_filter("All files", &["*"]);
                self.wait(wake, dialog.pick_file(), asked);
            }
            Asked::SaveForecast(suggested) => {
                let dialog = dialog.set_title("Save the forecast").set_file_name(suggested);
                self.wait(wake, dialog.add_filter("CSV", &["csv"]).save_file(), asked);
            }
            Asked::SaveScores(_, suggested) => {
                let dialog = dialog.set_title("Save the scores").set_file_name(suggested);
                self.wait(wake, dialog.add_filter("CSV", &["csv"]).save_file(), asked);
            }
        }
    }

    fn take_answer(&mut self) -> Option<Answer> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
