//! The window, in egui: one file a panel, one a plot. Panels read `AppState` and emit wishes.
//!
//! Not for work: whatever takes longer than a frame is a job of `app`.

mod button;
pub mod dialogs;
mod icon;
mod menu_bar;
mod plot;
mod recipe_panel;
mod runs_panel;
mod setting;
mod shortcuts;
mod start_page;
mod status_bar;
mod tab;
mod theme;
mod view;
mod window;
mod words;

use std::path::PathBuf;

use eframe::egui::ViewportBuilder;

pub use window::{Window, Wish};

use crate::app::Preferences;

/// Opens the window, on `file` where one is given, and returns when it is closed.
///
/// # Errors
/// Where the system gives no window: no display, or no OpenGL.
pub fn run(file: Option<PathBuf>) -> Result<(), eframe::Error> {
    let viewport = ViewportBuilder::default()
        .with_title("Tidegate")
        .with_app_id("tidegate")
        .with_inner_size([1280.0, 800.0])
        .with_min_inner_size([960.0, 600.0])
        .with_drag_and_drop(true);
    let options = eframe::NativeOptions { viewport, ..eframe::NativeOptions::default() };
    let create = move |creation: &eframe::CreationContext<'_>| {
        let dialogs = Box::new(dialogs::SystemDialogs::default());
        let window = Window::new(&creation.egui_ctx, dialogs, Preferences::default_path(), file);
        Ok(Box::new(window) as Box<dyn eframe::App>)
    };
    eframe::run_native("tidegate", options, Box::new(create))
}
