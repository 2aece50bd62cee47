//! The system's file dialogs, opened beside the window and never waited for.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// What a dialog brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A file to open.
    Open(PathBuf),
    /// A place to write the forecast to.
    SaveForecast(PathBuf),
}

/// File dialogs. A test answers for the person.
pub trait Dialogs {
    /// Asks for a file to open.
    fn ask_open(&mut self, wake: &eframe::egui::Context);
    /// Asks where to write a forecast; `suggested` is a file name.
    fn ask_save_forecast(&mut self, suggested: &str, wake: &eframe::egui::Context);
    /// The answer of a dialog that has been closed, once. Nothing where it was cancelled.
    fn take_answer(&mut self) -> Option<Answer>;
}

/// Endings of files that are read.
const TABLES: [&str; 11] =
    ["csv", "tsv", "txt", "tab", "psv", "gz", "zst", "xlsx", "xlsb", "xls", "ods"];

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
        answer_with: fn(PathBuf) -> Answer,
    ) {
        let (slot, wake) = (Arc::clone(&self.answer), wake.clone());
        let waiting = move || {
            if let Some(file) = pollster::block_on(choice) {
                let answer = answer_with(file.path().to_owned());
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

impl Dialogs for SystemDialogs {
    fn ask_open(&mut self, wake: &eframe::egui::Context) {
        let choice = rfd::AsyncFileDialog::new()
            .set_title("Open a series")
            .add_filter("Tables", &TABLES)
            .add_filter("All files", &["*"])
            .pick_file();
        self.wait(wake, choice, Answer::Open);
    }

    fn ask_save_forecast(&mut self, suggested: &str, wake: &eframe::egui::Context) {
        let choice = rfd::AsyncFileDialog::new()
            .set_title("Save the forecast")
            .set_file_name(suggested)
            .add_filter("CSV", &["csv"])
            .save_file();
        self.wait(wake, choice, Answer::SaveForecast);
    }

    fn take_answer(&mut self) -> Option<Answer> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
