//! How far the reading of a file has come, with a way to stop it; and the reading of the open file in
//! one line.

use std::time::Duration;

use eframe::egui::{Align, Label, Layout, ProgressBar, RichText, Ui, Vec2};

use crate::app::{AppState, Command, Opening, Purpose};
use crate::import::HEAD_ROWS;
use crate::series::number::{duration, grouped};
use crate::series::visible;

use super::button::IconButton;
use super::view::View;
use super::{icon, shortcuts, theme};

/// Readings shorter than this show no bar, which would only flash.
const PATIENCE: Duration = Duration::from_millis(150);

/// Time that is said to be left at least, in seconds: none of it is known to so few milliseconds.
const LEAST_LEFT: f64 = 1.0;

/// The reading that takes long enough to be told of.
pub fn long_reading<'a>(ui: &Ui, state: &'a AppState) -> Option<&'a Opening> {
    let opening = state.document.opening.as_ref()?;
    let left = PATIENCE.saturating_sub(opening.started.elapsed());
    if left.is_zero() {
        return Some(opening);
    }
    ui.ctx().request_repaint_after(left);
    None
}

/// Draws bar, stop, share, time left and stage, each in a place of its own.
pub fn progress_ui(ui: &mut Ui, opening: &Opening, commands: &mut Vec<Command>) {
    let share = opening.progress.map_or(0.0, |progress| progress.share.clamp(0.0, 1.0));
    #[expect(clippy::cast_possible_truncation, reason = "a share of a bar")]
    let bar = ProgressBar::new(share as f32).desired_width(160.0).desired_height(theme::GRID);
    ui.add(bar);
    let stop = IconButton::new(icon::STOP, "Stop").enabled(!opening.stopping);
    let stop = stop.show_as(ui, "Stop reading").on_hover_text(format!(
        "Stop reading; what is open stays ({})",
        ui.ctx().format_shortcut(&shortcuts::STOP_READING)
    ));
    if stop.clicked() {
        commands.push(Command::StopReading);
    }
    let mut slot = |width: f32, text: String| {
        let size = Vec2::new(width, 20.0);
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(width);
            ui.label(text);
        });
    };
    // It is done when it is there, not before.
    slot(40.0, format!("{:.0} %", (share * 100.0).floor().min(99.0)));
    let left = opening.seconds_left().map(|left| duration(left.max(LEAST_LEFT)) + " left");
    slot(80.0, left.unwrap_or_default());
    let title = opening.title();
    let text = match opening.progress {
        _ if opening.stopping => format!("Stopping to read {title}…"),
        Some(progress) => format!("Reading {title}: {}", progress.stage),
        None => format!("Reading {title}"),
    };
    ui.add(Label::new(text).truncate());
}

/// Draws, in one line, how the open file is read and what tells so; by new settings, what is shown
/// meanwhile; or why it cannot be read by them.
pub fn reading_line_ui(
    ui: &mut Ui,
    state: &AppState,
    view: &mut View,
    commands: &mut Vec<Command>,
) {
    let Some(document) = state.looked_at() else { return };
    ui.horizontal(|ui| {
        ui.set_min_height(theme::GRID * 3.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if state.document.unread.is_some() {
                undo_ui(ui, state, commands);
            } else {
                let change = ui.link("Change…");
                let help = "Layout, delimiter, header, dates, time column: on the left. \
                            Roles of columns: in the header of the table.";
                if change.on_hover_text(help).clicked() {
                    view.reading_settings = true;
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let palette = theme::palette(ui.visuals());
                let (text, color) = if let Some(unread) = &state.document.unread {
                    (format!("{} {}", icon::WARNING, unread.message), palette.error)
                } else if let Some(told) = meanwhile(ui, state) {
                    (told, palette.accent)
                } else {
                    let reading = &document.data.reading;
                    let layout = capitalised(&reading.layout.to_string());
                    let text = format!("{layout}: {} · {}", reading.evidence, reading.format);
                    (text, ui.visuals().text_color())
                };
                ui.add(Label::new(RichText::new(visible(&text)).color(color)).truncate());
            });
        });
    });
}

/// What is shown while the file is read by new settings.
fn meanwhile(ui: &Ui, state: &AppState) -> Option<String> {
    let opening = state.document.opening.as_ref()?;
    if !matches!(opening.purpose, Purpose::Again(_)) {
        return None;
    }
    if opening.head.is_some() {
        let rows = grouped(HEAD_ROWS);
        return Some(format!("First {rows} lines by the new settings; reading the rest…"));
    }
    long_reading(ui, state).map(|_| "Reading by the new settings…".to_owned())
}

/// Draws the one click back to the settings of the reading that is shown.
pub fn undo_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let Some(document) = &state.document.open else { return };
    let undo = IconButton::new(icon::ARROW_COUNTER_CLOCKWISE, "Undo this setting").show(ui);
    if undo.on_hover_text("Back to the settings of the reading that is shown").clicked() {
        let mut recipe = state.document.recipe.clone();
        let target = recipe.import.target.take();
        recipe.import = document.import.clone();
        recipe.import.target = target;
        commands.push(Command::EditRecipe(Box::new(recipe)));
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
