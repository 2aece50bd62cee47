//! The bottom line: progress of reading and training in fixed places, or the last thing worth saying; and
//! how the open file is read, in one line.

use std::time::Duration;

use eframe::egui::{Align, Label, Layout, ProgressBar, RichText, Ui, Vec2};

use crate::app::{AppState, Command, Learning, Notice, Opening, Phase, Purpose};
use crate::forecast::Pace;
use crate::import::HEAD_ROWS;
use crate::series::number::{duration, grouped};
use crate::series::visible;
use crate::stats::{ratio, whole};

use super::tab::evaluate::panel_words;
use super::theme;
use super::view::{Tab, View};
use super::widgets::{IconButton, icon, narrow};
use super::wish::shortcuts;

pub fn status_ui(ui: &mut Ui, state: &AppState, view: &mut View, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        ui.set_min_height(theme::GRID * 3.0);
        if let Some(opening) = long_reading(ui, state) {
            progress_ui(ui, opening, commands);
        } else if let Some(learning) = state.learning() {
            learning_ui(ui, state, learning);
            if let Some(notice @ (Notice::Error(_) | Notice::Undoable { .. })) = &state.notice {
                notice_ui(ui, notice, view, commands);
            }
        } else if let Some(job) = state.scores.panel.as_ref().and_then(|panel| panel.job.as_ref()) {
            ui.label(RichText::new(panel_words(job)));
        } else if state.document.open.is_some() {
            ready_ui(ui, state, view, commands);
        } else if let Some(notice) = &state.notice {
            notice_ui(ui, notice, view, commands);
        } else {
            ui.label(RichText::new("No file open").weak());
        }
    });
}

/// What training would take, on the right; on the left the last thing worth saying, or why Train is off.
fn ready_ui(ui: &mut Ui, state: &AppState, view: &mut View, commands: &mut Vec<Command>) {
    let blocker = state.train_blocker();
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if let (None, Some(time)) = (&blocker, estimate(state)) {
            ui.label(RichText::new(format!("Train: {time}")).weak()).on_hover_text(
                "By the pace of a few batches, with every epoch run and the network trained once \
                 more on all rows. Training ends sooner where the error stops falling",
            );
            cap_ui(ui, state, commands);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| match (&state.notice, blocker) {
            // What stands in the way of training is more than what was found.
            (Some(Notice::Found(_) | Notice::Done(_)) | None, Some(why)) => {
                let text = RichText::new(visible(&format!("Train is off: {why}"))).weak();
                ui.add(Label::new(text).truncate());
            }
            (Some(notice), _) => notice_ui(ui, notice, view, commands),
            (None, None) => {
                ui.label(RichText::new("Ready to train").weak());
            }
        });
    });
}

fn learning_ui(ui: &mut Ui, state: &AppState, learning: &Learning) {
    let epochs = learning.assignment.recipe.train.epochs;
    let done = learning.curve.len();
    let inside = state
        .training
        .progress
        .filter(|progress| progress.epoch > done)
        .map_or(0.0, |progress| ratio(progress.batch, progress.batches));
    let (share, epoch, epochs) = match learning.refit {
        Some((epoch, epochs)) => (ratio(epoch, epochs), (epoch + 1).min(epochs), epochs),
        None => (ratio(done, epochs) + inside * ratio(1, epochs), (done + 1).min(epochs), epochs),
    };
    let share = share.min(1.0);
    let bar = ProgressBar::new(narrow(share)).desired_width(220.0).desired_height(theme::GRID);
    let falling = if learning.assignment.task.split.validation.is_empty() {
        "Training ends sooner where the training error stops falling: there are no validation rows"
    } else {
        "Training ends sooner where the validation error stops falling"
    };
    ui.add(bar).on_hover_text(falling);
    slot_ui(ui, 112.0, format!("epoch {epoch}/{epochs}"));
    let progress = state.training.progress.as_ref();
    let speed = learning
        .speed(progress)
        .map(|speed| format!("{} windows/s", grouped(whole(speed.round()))));
    let most = if learning.refit.is_some() { "left" } else { "left at most" };
    let left = learning.time_left(progress).map(|left| format!("{} {most}", duration(left)));
    slot_ui(ui, 136.0, speed.unwrap_or_default());
    slot_ui(ui, 152.0, left.unwrap_or_default());
    slot_ui(ui, 264.0, doing(state, learning));
}

fn doing(state: &AppState, learning: &Learning) -> String {
    let name = &learning.label;
    match learning.phase {
        Phase::Diverged => format!("{name} is paused: training diverged"),
        Phase::Learns if learning.refit.is_some() => format!("refitting {name} on all rows"),
        Phase::Learns => match state.training.queued.front() {
            Some(next) => format!("training {name}, then {}", state.free_label(&next.name)),
            None => format!("training {name}"),
        },
        Phase::Pausing => format!("pausing {name}…"),
        Phase::Paused if learning.refit.is_some() => format!("the refit of {name} is paused"),
        Phase::Paused => format!("{name} is paused"),
        Phase::Stopping => format!("stopping {name}…"),
        Phase::Discarding => format!("discarding {name}…"),
    }
}

fn notice_ui(ui: &mut Ui, notice: &Notice, view: &mut View, commands: &mut Vec<Command>) {
    let palette = theme::palette(ui.visuals());
    let (mark, color, text) = match notice {
        Notice::Done(text) | Notice::Undoable { text, .. } => {
            (icon::CHECK_CIRCLE, palette.good, text)
        }
        Notice::Found(text) => (icon::INFO, palette.accent, text),
        Notice::Error(text) => (icon::WARNING, palette.error, text),
    };
    ui.label(RichText::new(mark).color(color));
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let close = IconButton::new(icon::X, "").bare().show_as(ui, "Dismiss");
        if close.on_hover_text("Dismiss this message").clicked() {
            commands.push(Command::DismissNotice);
        }
        if let Notice::Undoable { undo, .. } = notice
            && ui.button("Undo").clicked()
        {
            commands.push((**undo).clone());
        }
        if matches!(notice, Notice::Found(_))
            && ui.link("Show the data").on_hover_text("Go to the Data tab").clicked()
        {
            view.tab = Tab::Data;
            commands.push(Command::DismissNotice);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let color =
                if matches!(notice, Notice::Error(_)) { color } else { ui.visuals().text_color() };
            let text = visible(text);
            let label = ui.add(Label::new(RichText::new(&*text).color(color)).truncate());
            label.on_hover_text(&*text);
        });
    });
}

/// A text in a place of its own, so that nothing beside it moves when it changes.
fn slot_ui(ui: &mut Ui, width: f32, text: String) {
    let size = Vec2::new(width, 20.0);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_width(width);
        ui.label(text);
    });
}

/// Readings shorter than this show no bar, which would only flash.
const PATIENCE: Duration = Duration::from_millis(150);

/// Time that is said to be left at least, in seconds: none of it is known to so few milliseconds.
const LEAST_LEFT: f64 = 1.0;

/// The reading that takes long enough to be shown.
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
    let bar = ProgressBar::new(narrow(share)).desired_width(160.0).desired_height(theme::GRID);
    ui.add(bar);
    let stop = IconButton::new(icon::STOP, "Stop").enabled(!opening.stopping);
    let stop = stop.show_as(ui, "Stop reading").on_hover_text(format!(
        "Stop reading; what is open stays ({})",
        ui.ctx().format_shortcut(&shortcuts::STOP_READING)
    ));
    if stop.clicked() {
        commands.push(Command::StopReading);
    }
    // It is done when it is there, not before.
    slot_ui(ui, 40.0, format!("{:.0} %", (share * 100.0).floor().min(99.0)));
    let left = opening.seconds_left().map(|left| duration(left.max(LEAST_LEFT)) + " left");
    slot_ui(ui, 80.0, left.unwrap_or_default());
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

const LONG: f64 = 3_600.0;
const CAPPED: f64 = 2_400.0;

/// The time in words, as close as an estimate is: `12 s`, `3 min`, `5 h`.
fn about(seconds: f64) -> String {
    match seconds {
        ..1.0 => "1 s".to_owned(),
        ..60.0 => format!("{seconds:.0} s"),
        ..3_600.0 => format!("{:.0} min", seconds / 60.0),
        ..36_000.0 => format!("{:.1} h", seconds / 3_600.0).replace(".0 h", " h"),
        ..259_200.0 => format!("{:.0} h", seconds / 3_600.0),
        _ if seconds.is_finite() => format!("{:.0} days", seconds / 86_400.0),
        _ => "longer than can be told".to_owned(),
    }
}

/// What training by the present settings would take at the most; `None` until that is known.
pub fn estimate(state: &AppState) -> Option<String> {
    let seconds = state.pace()?.seconds(state.document.recipe.train.epochs);
    Some(if seconds < 1.0 {
        "less than 1 s".to_owned()
    } else {
        format!("about {} at most", about(seconds))
    })
}

/// Fewer epochs, and what they would take, where all of them take long.
fn cap(pace: Pace, epochs: usize) -> Option<(usize, String)> {
    let fewer = pace.epochs_within(CAPPED);
    let is_long = pace.seconds(epochs) > LONG && fewer < epochs;
    is_long.then(|| (fewer, about(pace.seconds(fewer))))
}

fn cap_ui(ui: &mut Ui, state: &AppState, commands: &mut Vec<Command>) {
    let Some(pace) = state.pace() else { return };
    let Some((epochs, time)) = cap(pace, state.document.recipe.train.epochs) else { return };
    let text = format!("Cap epochs at {epochs} for {time}");
    let button = IconButton::new("", &text).show(ui);
    let help = "Fewer passes over the training windows; Undo takes it back. Training ends sooner by \
                itself where the error stops falling";
    if button.on_hover_text(help).clicked() {
        let mut recipe = state.document.recipe.clone();
        recipe.train.epochs = epochs;
        recipe.train.patience = recipe.train.patience.min(epochs);
        commands.push(Command::EditRecipe(Box::new(recipe)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_has_no_more_digits_than_it_is_worth() {
        let said = [0.2, 12.4, 75.0, 2_400.0, 18_000.0, 19_800.0, 50_000.0, 400_000.0].map(about);
        assert_eq!(said, ["1 s", "12 s", "1 min", "40 min", "5 h", "5.5 h", "14 h", "5 days"]);
        assert!(about(f64::INFINITY).contains("longer"));
    }
}
