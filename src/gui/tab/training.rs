//! Training as it goes, and looked back on: loss curves and a slider through the epochs.

use eframe::egui::{RichText, Ui};

use crate::app::{AppState, Command, Frame, Run, Training};
use crate::gui::button::IconButton;
use crate::gui::past::{Past, ROW, past_ui};
use crate::gui::view::View;
use crate::gui::{icon, theme};
use crate::series::number::compact;

use super::loss_curve::{curves_ui, key_of_curves_ui};
use super::steer::steer_ui;

/// Draws the tab.
pub fn training_ui(ui: &mut Ui, state: &AppState, view: &mut View, commands: &mut Vec<Command>) {
    let Some(past) = Past::of(state, view) else {
        nothing_ui(ui);
        return;
    };
    if let (Training::Failed { message, .. }, None) = (&state.training, past.run) {
        ui.label(RichText::new(message).color(ui.visuals().error_fg_color));
    }
    title_ui(ui, state, &past);
    actions_ui(ui, state, &past, view, commands);
    let looked_back = past.frame(view).map(|frame| frame.epoch);
    key_of_curves_ui(ui, &past, looked_back);
    let height = (ui.available_height() - ROW).max(100.0);
    curves_ui(ui, &past, looked_back, height);
    past_ui(ui, state, &past, view);
}

fn nothing_ui(ui: &mut Ui) {
    ui.centered_and_justified(|ui| {
        ui.label(RichText::new("Click Train: the error on training and validation windows is drawn here as it falls.").weak());
    });
}

/// What can be done to the training that is looked at, in a row that is always there.
fn actions_ui(
    ui: &mut Ui,
    state: &AppState,
    past: &Past<'_>,
    view: &mut View,
    commands: &mut Vec<Command>,
) {
    ui.horizontal(|ui| {
        ui.set_min_height(ui.spacing().interact_size.y);
        match (state.learning(), past.run) {
            (Some(learning), None) => steer_ui(ui, learning, &mut view.steer_draft, commands),
            (_, Some(run)) => run_ui(ui, run, past.frame(view), commands),
            _ => {}
        }
    });
}

/// What can be done to a run that has ended.
fn run_ui(ui: &mut Ui, run: &Run, looked_back: Option<&Frame>, commands: &mut Vec<Command>) {
    let keep = IconButton::new(icon::CHECK_CIRCLE, "Use these weights");
    let keep = keep.enabled(looked_back.is_some()).show(ui);
    let keep = keep.on_hover_text(
        "Put the forecast of the epoch looked back on beside the others, as a run of its own. An \
         epoch chosen for how it does on the held-out rows looks better there than it is",
    );
    let keep = keep.on_disabled_hover_text("Walk back to an epoch with the slider below first");
    if let (true, Some(frame)) = (keep.clicked(), looked_back) {
        commands.push(Command::KeepEpoch(run.id, frame.epoch));
    }
}

fn title_ui(ui: &mut Ui, state: &AppState, past: &Past<'_>) {
    let (name, series) = (&past.name, &past.series.name);
    let title = match (past.run, &state.training) {
        (None, Training::Failed { .. }) => format!("{name} until it failed"),
        (None, _) => format!("{name} is learning {series}"),
        (Some(_), _) => format!("{name} on {series}"),
    };
    ui.horizontal(|ui| {
        ui.label(theme::strong(title));
        let Some(best) = past.curve.iter().rev().find(|point| point.improved) else { return };
        ui.label(theme::fine_print(format!(
            "best epoch {}: validation error {}, training error {}",
            best.epoch,
            compact(best.validation),
            compact(best.training)
        )));
    });
}
