//! The window, in egui: one file a panel, one a plot. Panels read `AppState` and emit wishes.
//!
//! Lengths are in points, as everywhere in egui.
//!
//! Not for work: whatever takes longer than a frame is a job of `app`.

mod about;
mod baseline_settings;
mod choice;
mod data_table;
mod data_view;
pub mod dialogs;
mod draft_field;
mod menu_bar;
mod number_field;
mod number_text;
mod past;
mod plot;
mod reading_settings;
mod recipe_panel;
mod recipe_parts;
mod runs_panel;
mod series_list;
mod setting;
mod start_page;
mod status_bar;
mod tab;
mod theme;
mod view;
mod widgets;
mod window;
mod wish;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use eframe::egui::ViewportBuilder;

use crate::app::Preferences;
use crate::guard::message_of;
use crate::project::runs::Registry;

pub use super::gui::window::Window;
pub use super::gui::wish::Wish;

#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// The system gives none.
    #[error("{}", last_words(.0))]
    System(#[from] eframe::Error),
    /// A library that windows need broke off while one was being opened.
    #[error("the windowing library gave up ({0})")]
    Library(String),
}

/// Opens the window, on `file` where one is given, and returns when it is closed.
///
/// # Errors
/// Where the system gives no window: no display, no OpenGL, or a library missing that is loaded at
/// run time (the windowing library panics then; a panic after the window has opened goes on).
pub fn run(file: Option<PathBuf>) -> Result<(), WindowError> {
    let viewport = ViewportBuilder::default()
        .with_title("Tidegate")
        .with_app_id("tidegate")
        .with_inner_size([1280.0, 800.0])
        .with_min_inner_size([960.0, 600.0])
        .with_drag_and_drop(true);
    let options = eframe::NativeOptions { viewport, ..eframe::NativeOptions::default() };
    let opened = Arc::new(AtomicBool::new(false));
    let mark = Arc::clone(&opened);
    let create = move |creation: &eframe::CreationContext<'_>| {
        mark.store(true, Ordering::Relaxed);
        let dialogs = Box::new(dialogs::SystemDialogs::default());
        let window = Window::new(&creation.egui_ctx, dialogs, Preferences::default_path(), file);
        let window = match Registry::find(None) {
            Ok(registry) => window.keeping_runs_in(registry),
            // The menu says so where runs would be kept.
            Err(_) => window,
        };
        Ok(Box::new(window) as Box<dyn eframe::App>)
    };
    let open = || eframe::run_native("tidegate", options, Box::new(create));
    match catch_unwind(AssertUnwindSafe(open)) {
        Ok(result) => Ok(result?),
        Err(panic) if opened.load(Ordering::Relaxed) => resume_unwind(panic),
        Err(panic) => Err(WindowError::Library(message_of(panic.as_ref()))),
    }
}

/// The last part of an error's message; the parts before it name libraries and their lines.
fn last_words(error: &eframe::Error) -> String {
    let text = error.to_string();
    text.rsplit(": ").next().unwrap_or(&text).to_owned()
}
