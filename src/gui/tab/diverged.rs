//! A diverged batch: where it happened, in which rows, and what can be done about it.

use eframe::egui::{Frame, Grid, Label, Margin, Stroke, Ui};

use crate::app::{AppState, Command, Learning};
use crate::forecast::{DivergedBatch, DivergedRows};
use crate::gui::button::IconButton;
use crate::gui::typed_number::plain;
use crate::gui::{icon, theme};
use crate::project::Recipe;
use crate::series::number::compact_grouped;
use crate::train::{Change, DivergedSlot, Divergence};
use crate::transform::Power;

/// Windows of the batch that are shown.
const MOST_ROWS: usize = 4;
/// The clip that is offered.
const CLIP: f64 = 0.5;

/// Draws the account and the ways on.
pub fn diverged_ui(
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

/// Where it was found, and with what numbers.
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
    let (set, wished) = (&learning.assignment.recipe.train, learning.requested);
    let clip = wished.gradient_clip.unwrap_or(set.gradient_clip);
    let lower = if clip > CLIP || clip <= 0.0 { CLIP } else { clip / 2.0 };
    let clipped = IconButton::new("", &format!("Clip at {} and go on", plain(lower))).show(ui);
    if clipped.on_hover_text("Cut gradients back further, so that one batch cannot throw the weights off, and go on from the last good step").clicked() {
        commands.push(Command::Steer(Change { gradient_clip: Some(lower), ..Change::default() }));
    }
    let rate = wished.learning_rate.unwrap_or(set.learning_rate) / 10.0;
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
