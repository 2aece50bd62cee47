//! Training as it goes, and past epochs of it: settings changed on the way, what can be done about a diverged
//! batch, loss curves and a slider through the epochs.

use eframe::egui::{Frame, Grid, Label, Margin, RichText, Stroke, Ui, vec2};

use crate::app::{AppState, Command, Frame as PastFrame, Learning, Phase, ScoredRun, Training};
use crate::forecast::{DivergedBatch, DivergedRows};
use crate::gui::draft_field::DraftField;
use crate::gui::number_text::plain;
use crate::gui::past::{PastTraining, ROW, RunScope, past_ui};
use crate::gui::setting::{steps, whole_steps};
use crate::gui::view::View;
use crate::gui::widgets::{IconButton, hint_ui, icon};
use crate::gui::{draft_field, number_field, theme};
use crate::project::{Recipe, setting};
use crate::series::number::compact_grouped;
use crate::series::visible;
use crate::train::{Change, DivergedSlot, Divergence};
use crate::transform::Power;

use super::loss_curve::{curves_ui, key_of_curves_ui, rates_ui};

/// Epochs that a run is trained further for, unless set otherwise.
const MORE_EPOCHS: usize = 50;

pub fn training_ui(ui: &mut Ui, state: &AppState, view: &mut View, commands: &mut Vec<Command>) {
    if let Some(search) = &state.training.rates {
        rates_ui(ui, state, search, commands);
    }
    let Some(past) = PastTraining::of(state, view, RunScope::All) else {
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
    past_ui(ui, state, &past, RunScope::All, view);
}

/// What can be done to the training that is looked at, in a row that is always there.
fn actions_ui(
    ui: &mut Ui,
    state: &AppState,
    past: &PastTraining<'_>,
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

fn run_ui(
    ui: &mut Ui,
    run: &ScoredRun,
    looked_back: Option<&PastFrame>,
    commands: &mut Vec<Command>,
) {
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

fn go_on_ui(
    ui: &mut Ui,
    state: &AppState,
    (run, looked_back): (&ScoredRun, Option<&PastFrame>),
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
    draft_field::complaint_ui(ui, number.id);
}

fn title_ui(ui: &mut Ui, state: &AppState, past: &PastTraining<'_>) {
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

const FIELD: f32 = 64.0;

/// Draws the fields; what is typed and applied, or dragged and let go of, is asked for.
fn steer_ui(ui: &mut Ui, learning: &Learning, commands: &mut Vec<Command>) {
    let (set, requested) = (&learning.assignment.recipe.train, learning.requested);
    let on = !learning.phase.is_ending();
    let mut asked = Change::default();
    let mut rate = requested.learning_rate.unwrap_or(set.learning_rate);
    let field = number_field::fraction_within(&mut rate, steps(setting!(train.learning_rate)));
    let help = "The learning rate from the next batch on; a schedule moves it from there. Lower it where the loss jumps about, raise it where it creeps";
    if field_ui(ui, on, "rate now", help, field) {
        asked.learning_rate = Some(rate);
    }
    let mut clip = requested.gradient_clip.unwrap_or(set.gradient_clip);
    let field = number_field::fraction_within(&mut clip, steps(setting!(train.gradient_clip)));
    let help =
        "The gradient clip from the next batch on; 0 for none. Lower it where the loss leaps";
    if field_ui(ui, on, "clip now", help, field) {
        asked.gradient_clip = Some(clip);
    }
    let mut size = requested.batch_size.unwrap_or(set.batch_size);
    let field = number_field::whole_within(&mut size, whole_steps(setting!(train.batch_size)));
    let help = "Windows in one step from the next epoch on. Raise it for smoother steps, lower it for more of them";
    if field_ui(ui, on, "batch now", help, field) {
        asked.batch_size = Some(size);
    }
    if asked != Change::default() {
        commands.push(Command::Steer(asked));
    }
}

fn field_ui<T: PartialEq + Clone>(
    ui: &mut Ui,
    enabled: bool,
    name: &str,
    tooltip: &str,
    field: DraftField<'_, T>,
) -> bool {
    let label = ui.label(theme::fine_print(name)).on_hover_text(tooltip);
    let size = vec2(FIELD, ui.spacing().interact_size.y);
    let response = ui.add_enabled_ui(enabled, |ui| field.show(ui, name, size)).inner;
    let response = response.labelled_by(label.id).on_hover_text(tooltip);
    draft_field::complaint_ui(ui, response.id);
    response.changed()
}

const MOST_ROWS: usize = 4;
const CLIP: f64 = 0.5;

/// Draws the account and the ways on.
fn diverged_ui(
    ui: &mut Ui,
    state: &AppState,
    learning: &Learning,
    batch: &DivergedBatch,
    commands: &mut Vec<Command>,
) {
    let error = theme::palette(ui.visuals()).error;
    let frame = Frame::new().stroke(Stroke::new(1.0, error)).corner_radius(6.0);
    frame.inner_margin(Margin::same(8)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let account = &batch.account;
        let title = format!(
            "{} Training diverged in epoch {} ({}). Paused at the last good step.",
            icon::WARNING,
            account.epoch,
            diverged(account)
        );
        ui.add(Label::new(theme::strong(title).color(error)).wrap());
        ui.label(theme::fine_print(facts(learning, batch)));
        rows_ui(ui, learning, batch);
        ui.add_space(theme::GRID / 2.0);
        ui.horizontal_wrapped(|ui| ways_ui(ui, state, learning, commands));
    });
    ui.add_space(theme::GRID / 2.0);
}

/// What became NaN or infinite first.
fn diverged(account: &Divergence) -> String {
    let size = |number: f64| if number.is_nan() { "NaN" } else { "infinite" };
    match account.gradient_norm {
        _ if account.in_validation => format!("validation loss is {}", size(account.loss)),
        Some(norm) => format!("gradient norm is {} in batch {}", size(norm), account.batch),
        None => format!("loss is {} in batch {}", size(account.loss), account.batch),
    }
}

fn facts(learning: &Learning, batch: &DivergedBatch) -> String {
    let account = &batch.account;
    let norm = match account.gradient_norm {
        Some(norm) => format!("gradient norm {norm}"),
        None => "no gradient was taken".to_owned(),
    };
    let mut text = format!("Where: {} · loss {} · {norm}", account.place, account.loss);
    if learning.assignment.recipe.train.ensemble > 1 {
        text.push_str(&format!(" · network {}", batch.member + 1));
    }
    text
}

/// The windows with the largest values: their dates, and the value as it is and as it was given.
fn rows_ui(ui: &mut Ui, learning: &Learning, batch: &DivergedBatch) {
    let axis = &learning.assignment.series.target.axis;
    let slots = batch.rows.iter().zip(&batch.account.slots);
    Grid::new("diverged").num_columns(4).spacing([theme::GRID * 2.0, 2.0]).show(ui, |ui| {
        for name in ["rows", "largest value", "raw", "scaled"] {
            ui.label(theme::fine_print(name));
        }
        ui.end_row();
        for (rows, slot) in slots.take(MOST_ROWS) {
            let Some(last) = rows.rows.end.checked_sub(1) else { continue };
            ui.label(format!("{} to {}", axis.display(rows.rows.start), axis.display(last)));
            let Some(largest) = rows.largest else {
                ui.label("none known");
                ui.end_row();
                continue;
            };
            ui.label(axis.display(largest));
            ui.label(compact_grouped(rows.values[largest - rows.rows.start]));
            ui.label(scaled(rows, slot, largest).map_or("–".to_owned(), compact_grouped));
            ui.end_row();
        }
    });
}

/// What the network was given for a row.
fn scaled(rows: &DivergedRows, slot: &DivergedSlot, row: usize) -> Option<f64> {
    let place = row.checked_sub(rows.rows.start)?;
    let target = || {
        let first = rows.rows.end.checked_sub(slot.targets.len())?;
        slot.targets.get(row.checked_sub(first)?)
    };
    slot.inputs.get(place).or_else(target).copied().map(f64::from)
}

fn ways_ui(ui: &mut Ui, state: &AppState, learning: &Learning, commands: &mut Vec<Command>) {
    let (set, requested) = (&learning.assignment.recipe.train, learning.requested);
    let clip = requested.gradient_clip.unwrap_or(set.gradient_clip);
    let lower = if clip > CLIP || clip <= 0.0 { CLIP } else { clip / 2.0 };
    let clipped = IconButton::new("", &format!("Clip at {} and go on", plain(lower))).show(ui);
    if clipped.on_hover_text("Cut gradients back further, so that one batch cannot throw the weights off, and go on from the last good step").clicked() {
        commands.push(Command::Steer(Change { gradient_clip: Some(lower), ..Change::default() }));
    }
    let rate = requested.learning_rate.unwrap_or(set.learning_rate) / 10.0;
    let slower = IconButton::new("", "Rate / 10 and go on").show(ui);
    let tooltip = format!("Go on from the last good step with a learning rate of {}", plain(rate));
    if slower.on_hover_text(tooltip).clicked() {
        commands.push(Command::Steer(Change { learning_rate: Some(rate), ..Change::default() }));
    }
    let recipe = with_log(state);
    let log = IconButton::new("", "Log transform and train again").enabled(recipe.is_some());
    let log = log.show(ui).on_hover_text(
        "Start again on ln(1 + x), which brings values that differ by powers of ten to one size",
    );
    let log = log.on_disabled_hover_text("A logarithm is in use, or values below 0 have none");
    if let (true, Some(recipe)) = (log.clicked(), recipe) {
        commands.push(Command::TrainInstead(Box::new(recipe)));
    }
}

/// The recipe with the power that suits values of any size, where they have one.
fn with_log(state: &AppState) -> Option<Recipe> {
    let document = state.document.open.as_ref()?;
    let mut recipe = state.document.recipe.clone();
    let is_bent = recipe.transform.power != Power::None;
    if is_bent || document.data.pyramid.extent().is_none_or(|(lowest, _)| lowest < 0.0) {
        return None;
    }
    recipe.transform.power = Power::Log1p;
    Some(recipe)
}
