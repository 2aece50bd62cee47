//! Loss curves: over the epochs of one network, in the data's units, with marks on epochs of note; and
//! over rising learning rates.

use eframe::egui::{
    Color32, Direction, Frame, Label, Layout, Margin, Rangef, Stroke, Ui, UiBuilder,
};
use egui_plot::{
    AxisHints, GridInput, GridMark, HoverPosition, Line, LineStyle, Plot, PlotUi, Points, VLine,
};

use crate::app::{AppState, Command, RateSearch};
use crate::gui::number_text::plain;
use crate::gui::past::PastTraining;
use crate::gui::plot::{
    KeySample, Mark, axis_label, framed, key_ui, marks, quiet, stepped, with_room,
};
use crate::gui::theme;
use crate::gui::widgets::{IconButton, icon};
use crate::project::runs::EpochRecord;
use crate::series::number::compact_grouped;
use crate::series::visible;
use crate::stats::number;
use crate::train::Changed;

/// Distance of epoch labels in points: none closer than the first, full strength at the second.
const EPOCH_LABELS: Rangef = Rangef { min: 40.0, max: 41.0 };

/// Height of the axis of epochs, in points: with labels or, before the first epoch, without any.
const EPOCH_AXIS: f32 = 36.0;

const RADIUS: f32 = 5.0;

/// Draws them in a fixed height; `looked_back` is an epoch to mark.
pub fn curves_ui(ui: &mut Ui, past: &PastTraining<'_>, looked_back: Option<usize>, height: f32) {
    let curve = past.curve;
    let is_blank = curve.is_empty() && past.batches.is_empty();
    let best = curve.iter().rev().find(|point| point.improved);
    let loss = past.recipe.train.loss;
    let unit = if loss.is_in_units() {
        format!(", in units of {}", visible(&past.series.name))
    } else {
        " (%)".to_owned()
    };
    let title = axis_label(ui, &format!("{}{unit}", loss.measure()), height);
    let palette = theme::palette(ui.visuals());
    let (training, validation) = (palette.data, palette.accent);
    let epochs = quiet(AxisHints::new_x(), ui)
        .label("epoch")
        .min_thickness(EPOCH_AXIS)
        .label_spacing(EPOCH_LABELS)
        .formatter(|mark, _| format!("{:.0}", mark.value));
    let mut plot = framed(Plot::new("loss"), ui, &title)
        .height(height)
        .custom_x_axes(vec![epochs])
        .x_grid_spacer(epoch_marks)
        .include_x(1.0)
        .label_formatter(hover_label);
    let losses = curve.iter().flat_map(|point| [point.training, point.validation]);
    let batches = past.batches.iter().map(|[_, loss]| *loss);
    plot = with_room(plot, losses.chain(batches));
    if is_blank {
        // Without a value there is nothing to measure by.
        plot = plot.x_grid_spacer(|_| Vec::new()).y_grid_spacer(|_| Vec::new());
    }
    let drawn = plot.show(ui, |plot| {
        if curve.is_empty() {
            line(plot, "training, by batch", past.batches, training);
        }
        line(plot, "training", &points(curve, |point| point.training), training);
        if past.has_validation() {
            line(plot, "validation", &points(curve, |point| point.validation), validation);
        }
        if let Some(best) = best {
            let line = VLine::new("best epoch", number(best.epoch));
            plot.vline(line.style(LineStyle::dashed_dense()).color(validation).width(1.0));
        }
        if let Some(epoch) = looked_back {
            let line = VLine::new("selected epoch", number(epoch));
            plot.vline(line.color(palette.outlier).width(1.5));
        }
        for (name, at) in marks_of_changes(past) {
            let diamond = Points::new(name, vec![at]).shape(Mark::Diamond.shape());
            plot.points(diamond.radius(RADIUS).filled(true).color(palette.repeated));
        }
    });
    if is_blank {
        let words = theme::fine_print(match past.run {
            Some(_) => "It was stopped before its first epoch ended",
            None => "The curve begins with the first batches",
        });
        // Over the plot, and without a place of its own below it.
        let over = UiBuilder::new().max_rect(drawn.response.rect);
        let centred = Layout::centered_and_justified(Direction::TopDown);
        ui.new_child(over.layout(centred)).add(Label::new(words).selectable(false));
    }
}

pub fn key_of_curves_ui(ui: &mut Ui, past: &PastTraining<'_>, looked_back: Option<usize>) {
    let palette = theme::palette(ui.visuals());
    let training = if past.curve.is_empty() { "training, by batch" } else { "training" };
    let mut key = vec![(KeySample::Line(palette.data, 1.6), training.to_owned())];
    if past.has_validation() {
        key.push((KeySample::Line(palette.accent, 1.6), "validation".to_owned()));
    }
    key.push((KeySample::Dashed(palette.accent), "best epoch".to_owned()));
    if looked_back.is_some() {
        key.push((KeySample::Line(palette.outlier, 1.5), "selected epoch".to_owned()));
    }
    let changes = past.changes.len();
    if changes > 0 {
        let mark = KeySample::Mark(Mark::Diamond, palette.repeated);
        key.push((mark, format!("settings changed ({changes})")));
    }
    key_ui(ui, &key);
}

/// What was changed and where: on the validation curve, at the epoch in progress.
fn marks_of_changes(past: &PastTraining<'_>) -> Vec<(String, [f64; 2])> {
    let mark = |changed: &Changed| {
        let after = past.curve.partition_point(|point| point.epoch < changed.epoch);
        let point = past.curve.get(after).or(past.curve.last())?;
        Some((words_of(changed), [number(changed.epoch), point.validation]))
    };
    past.changes.iter().filter_map(mark).collect()
}

fn words_of(changed: &Changed) -> String {
    let number =
        |name: &str, value: Option<f64>| value.map(|value| format!("{name} {}", plain(value)));
    let parts = [
        number("rate", changed.learning_rate.map(|rate| rate.0)),
        number("clip", changed.gradient_clip.map(|clip| clip.0)),
        changed.batch_size.map(|size| format!("batch {size}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The epochs whose error is a number.
fn points(curve: &[EpochRecord], value: impl Fn(&EpochRecord) -> f64) -> Vec<[f64; 2]> {
    let points = curve.iter().map(|point| [number(point.epoch), value(point)]);
    points.filter(|[_, y]| y.is_finite()).collect()
}

/// Adds a curve; a single epoch, which makes no line, is a dot.
fn line(plot: &mut PlotUi<'_>, name: &str, points: &[[f64; 2]], color: Color32) {
    if let [only] = points {
        plot.points(Points::new(name, vec![*only]).radius(RADIUS / 2.0).color(color));
    } else {
        plot.line(Line::new(name, points.to_vec()).stroke(Stroke::new(1.6, color)));
    }
}

/// Marks on whole epochs; none where no epoch is in view.
fn epoch_marks(input: GridInput) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    let base_step_size = input.base_step_size.max(1.0);
    marks(GridInput { bounds: (low.max(0.0), high), base_step_size })
}

fn hover_label(position: &HoverPosition<'_>) -> Option<String> {
    match position {
        HoverPosition::NearDataPoint { plot_name, position, .. } => {
            let whole = position.x.fract() == 0.0;
            let epoch =
                if whole { format!("{:.0}", position.x) } else { format!("{:.2}", position.x) };
            Some(format!("{plot_name}\nepoch {epoch}\n{}", compact_grouped(position.y)))
        }
        HoverPosition::Elsewhere { .. } => None,
    }
}

const HEIGHT: f32 = 168.0;
/// Distance of labels along the rates, in points.
const LABELS: Rangef = Rangef { min: 40.0, max: 41.0 };

pub fn rates_ui(ui: &mut Ui, state: &AppState, search: &RateSearch, commands: &mut Vec<Command>) {
    let line = ui.visuals().widgets.noninteractive.bg_stroke;
    Frame::new().stroke(line).corner_radius(6.0).inner_margin(Margin::same(8)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            ui.label(theme::strong("Loss over learning rates"));
            let Some(rate) = search.suggestion else {
                let text = if search.job.is_some() { "trying…" } else { "no rate stands out" };
                ui.label(theme::fine_print(text));
                close_ui(ui, commands);
                return;
            };
            let set = state.document.recipe.train.learning_rate;
            let apply = IconButton::new(icon::CHECK_CIRCLE, &format!("Use {rate}")).show(ui);
            let tooltip = "Set the learning rate to where the loss falls most steeply, or a tenth of where it is lowest, whichever is less; Undo takes it back";
            if apply.on_hover_text(tooltip).clicked() && set != rate {
                let mut recipe = state.document.recipe.clone();
                recipe.train.learning_rate = rate;
                commands.push(Command::EditRecipe(Box::new(recipe)));
            }
            close_ui(ui, commands);
        });
        curve_ui(ui, search);
    });
    ui.add_space(theme::GRID / 2.0);
}

fn close_ui(ui: &mut Ui, commands: &mut Vec<Command>) {
    let close = IconButton::new(icon::X, "").bare().show_as(ui, "Close the search");
    if close.on_hover_text("Put this curve away").clicked() {
        commands.push(Command::DropRates);
    }
}

fn curve_ui(ui: &mut Ui, search: &RateSearch) {
    let palette = theme::palette(ui.visuals());
    let points: Vec<[f64; 2]> =
        search.points.iter().map(|point| [point.learning_rate.log10(), point.loss]).collect();
    let suggestion = search.suggestion;
    let rates = quiet(AxisHints::new_x(), ui)
        .label("learning rate".to_owned())
        .label_spacing(LABELS)
        .formatter(|mark, _| format!("1e{:.0}", mark.value));
    let plot = framed(Plot::new("rates"), ui, "loss, scaled");
    with_room(plot, points.iter().map(|[_, loss]| *loss))
        .height(HEIGHT)
        .custom_x_axes(vec![rates])
        .x_grid_spacer(|input| stepped(input.bounds.0, input.bounds.1, 1.0))
        .label_formatter(|_| None)
        .show(ui, move |plot| {
            plot.line(Line::new("loss", points).stroke(Stroke::new(1.6, palette.data)));
            if let Some(rate) = suggestion {
                plot.vline(VLine::new("suggested", rate.log10()).color(palette.accent).width(1.5));
            }
        });
}
