//! Training as it goes, and looked back on: loss curves and a slider through the epochs.

use eframe::egui::{Label, RichText, Ui, vec2};

use crate::app::{AppState, Command, Frame, Phase, Run, Training};
use crate::gui::button::IconButton;
use crate::gui::hint::hint_ui;
use crate::gui::past::{Past, ROW, Reach, past_ui};
use crate::gui::view::View;
use crate::gui::{draft, icon, number_field, theme};
use crate::series::number::compact_grouped;
use crate::series::visible;

use super::diverged::diverged_ui;
use super::loss_curve::{curves_ui, key_of_curves_ui};
use super::rates::rates_ui;
use super::steer::steer_ui;

/// Epochs that a run is trained further for, unless set otherwise.
const MORE_EPOCHS: usize = 50;

/// Draws the tab.
pub fn training_ui(ui: &mut Ui, state: &AppState, view: &mut View, commands: &mut Vec<Command>) {
    if let Some(search) = &state.training.rates {
        rates_ui(ui, state, search, commands);
    }
    let Some(past) = Past::of(state, view, Reach::All) else {
        hint_ui(
            ui,
            "Click Train: the error on training and validation windows is drawn here as it falls.",
        );
        return;
    };
    if let (Training::Failed { message, .. }, None) = (&state.training.status, past.run) {
        ui.label(RichText::new(visible(message)).color(ui.visuals().error_fg_color));
    }
    title_ui(ui, state, &past);
    actions_ui(ui, state, &past, view, commands);
    if let (Some(learning), None) = (state.learning(), past.run)
        && let Some(batch) = &learning.diverged
    {
        diverged_ui(ui, state, learning, batch, commands);
    }
    let looked_back = past.frame().map(|frame| frame.epoch);
    key_of_curves_ui(ui, &past, looked_back);
    let height = (ui.available_height() - ROW).max(100.0);
    curves_ui(ui, &past, looked_back, height);
    past_ui(ui, state, &past, Reach::All, view);
}

/// What can be done to the training that is looked at, in a row that is always there.
fn actions_ui(
    ui: &mut Ui,
    state: &AppState,
    past: &Past<'_>,
    view: &mut View,
    commands: &mut Vec<Command>,
) {
    // Where there is little room the row goes on below itself; wider than its tab it would cut the plot.
    ui.horizontal_wrapped(|ui| {
        ui.set_min_height(ui.spacing().interact_size.y);
        match (state.learning(), past.run) {
            (Some(learning), None) => steer_ui(ui, learning, commands),
            (_, Some(run)) => {
                let frame = past.frame();
                run_ui(ui, run, frame, commands);
                go_on_ui(
                    ui,
                    state,
                    (run, frame),
                    view.more_epochs.get_or_insert(MORE_EPOCHS),
                    commands,
                );
            }
            _ => {}
        }
    });
}

/// What can be done to a run that has ended.
fn run_ui(ui: &mut Ui, run: &Run, looked_back: Option<&Frame>, commands: &mut Vec<Command>) {
    let keep = IconButton::new(icon::CHECK_CIRCLE, "Use these weights");
    let keep = keep.enabled(looked_back.is_some()).show(ui);
    let keep = keep.on_hover_text(
        "Put the forecast of the selected epoch beside the others, as a run of its own. An \
         epoch chosen for how it does on the held-out rows looks better there than it is",
    );
    let keep = keep.on_disabled_hover_text("Choose another epoch with the slider below first");
    if let (true, Some(frame)) = (keep.clicked(), looked_back) {
        commands.push(Command::KeepEpoch(run.id, frame.epoch));
    }
}

/// Trains a run further, or from an earlier epoch on.
fn go_on_ui(
    ui: &mut Ui,
    state: &AppState,
    (run, looked_back): (&Run, Option<&Frame>),
    more: &mut usize,
    commands: &mut Vec<Command>,
) {
    let last = run.curve.last().map_or(0, |point| point.epoch);
    let epoch = looked_back.map_or(last, |frame| frame.epoch);
    let place = run.checkpoint(epoch).map(|from| from.state.epochs_done());
    let (icon, text) = match looked_back {
        None => (icon::FAST_FORWARD, "Train further"),
        Some(_) => (icon::GIT_BRANCH, "Continue from here"),
    };
    let button = IconButton::new(icon, text).min_size(156.0, 24.0);
    let button = button.enabled(place.is_some() && state.learning().is_none()).show(ui);
    let button = match place {
        _ if state.learning().is_some() => button.on_disabled_hover_text("A network is learning"),
        None => button.on_disabled_hover_text(
            "No weights are kept of this epoch or one before it: walk on to a later one",
        ),
        Some(done) => button.on_hover_text(match looked_back {
            None => format!(
                "Train this network on from epoch {done}, its last one, as a run of its own; this one stays"
            ),
            Some(_) => format!(
                "Train on from epoch {done}, the last one up to here whose weights are kept, with the rate, clip and batch size that are set now, as a run of its own"
            ),
        }),
    };
    if button.clicked() {
        commands.push(Command::GoOn { run: run.id, epoch, more: *more });
    }
    let number = number_field::whole_within(more, 1..=100_000).suffix(" epochs");
    let number = number.show(ui, "more epochs", vec2(96.0, ui.spacing().interact_size.y));
    ui.ctx().accesskit_node_builder(number.id, |node| node.set_label("more epochs"));
    let number = number.on_hover_text("Epochs to train further, at the most");
    draft::complaint_ui(ui, number.id);
}

fn title_ui(ui: &mut Ui, state: &AppState, past: &Past<'_>) {
    let (name, series) = (&past.name, visible(&past.series.name));
    let title = match (past.run, &state.training.status) {
        (None, Training::Failed { .. }) => format!("{name} until it failed"),
        (None, Training::Running(learning)) if learning.phase == Phase::Paused => {
            format!("{name} is paused on {series}")
        }
        (None, _) => format!("{name} is learning {series}"),
        (Some(_), _) => format!("{name} on {series}"),
    };
    ui.horizontal(|ui| {
        ui.add(Label::new(theme::strong(title)).truncate());
        let Some(best) = past.curve.iter().rev().find(|point| point.improved) else { return };
        let training = compact_grouped(best.training);
        let text = if past.has_validation() {
            let validation = compact_grouped(best.validation);
            format!(
                "best epoch {}: validation error {validation}, training error {training}",
                best.epoch
            )
        } else {
            format!("best epoch {}: training error {training} (no validation rows)", best.epoch)
        };
        ui.add(Label::new(theme::fine_print(text)).truncate());
    });
}
