//! The loss curves, in the data's units, growing while a network learns.

use eframe::egui::{Color32, Rangef, RichText, Stroke, Ui};
use egui_plot::{AxisHints, Corner, GridInput, GridMark, HoverPosition, Legend, Line, Plot, VLine};

use crate::app::state::CurvePoint;
use crate::app::{AppState, Training};
use crate::gui::plot::{framed, quiet};
use crate::gui::theme;
use crate::project::Recipe;
use crate::series::number::compact;

/// Distance of epoch labels in points: none closer than the first, full strength at the second.
const EPOCH_LABELS: Rangef = Rangef { min: 40.0, max: 41.0 };

/// Draws the tab: the network that is learning, else the newest run.
pub fn training_ui(ui: &mut Ui, state: &AppState) {
    match &state.training {
        Training::Running(learning) => {
            let title = format!("{} is learning {}", learning.model, learning.series.name);
            curves_ui(ui, &title, &learning.curve, &learning.recipe, &learning.series.name);
        }
        Training::Failed { learning, message } => {
            ui.label(RichText::new(message).color(ui.visuals().error_fg_color));
            let title = format!("{} until it failed", learning.model);
            curves_ui(ui, &title, &learning.curve, &learning.recipe, &learning.series.name);
        }
        Training::Idle => match state.runs.iter().rev().find(|run| run.model.is_network()) {
            Some(run) => {
                let title = format!("{} on {}", run.label, run.series.name);
                curves_ui(ui, &title, &run.curve, &run.recipe, &run.series.name);
            }
            None => nothing_ui(ui),
        },
    }
}

fn nothing_ui(ui: &mut Ui) {
    ui.centered_and_justified(|ui| {
        ui.label(RichText::new("Click Train: the error on training and validation windows is drawn here as it falls.").weak());
    });
}

fn curves_ui(ui: &mut Ui, title: &str, curve: &[CurvePoint], recipe: &Recipe, unit: &str) {
    let best = curve.iter().rev().find(|point| point.improved);
    ui.horizontal(|ui| {
        ui.label(theme::strong(title));
        let Some(best) = best else { return };
        ui.label(theme::fine_print(format!(
            "best epoch {}: validation error {}, training error {}",
            best.epoch,
            compact(best.validation),
            compact(best.training)
        )));
    });
    let loss = recipe.train.loss;
    let unit = if loss.is_in_units() { format!(", in units of {unit}") } else { " (%)".to_owned() };
    let title = format!("{}{unit}", loss.measure());
    let palette = theme::palette(ui.visuals());
    let (training, validation) = (palette.data, palette.accent);
    let epochs = quiet(AxisHints::new_x(), ui)
        .label("epoch")
        .label_spacing(EPOCH_LABELS)
        .formatter(|mark, _| format!("{:.0}", mark.value));
    framed(Plot::new("loss"), ui, &title)
        .legend(Legend::default().position(Corner::RightTop))
        .custom_x_axes(vec![epochs])
        .x_grid_spacer(epoch_marks)
        .include_y(0.0)
        .include_x(1.0)
        .label_formatter(hover_label)
        .show(ui, |plot| {
            plot.line(line("training", curve, |point| point.training, training));
            plot.line(line("validation", curve, |point| point.validation, validation));
            if let Some(best) = best {
                #[expect(clippy::cast_precision_loss, reason = "an epoch number")]
                let epoch = best.epoch as f64;
                plot.vline(
                    VLine::new("best epoch", epoch)
                        .color(validation.gamma_multiply(0.5))
                        .width(1.0),
                );
            }
        });
}

fn line<'a>(
    name: &str,
    curve: &[CurvePoint],
    value: impl Fn(&CurvePoint) -> f64,
    color: Color32,
) -> Line<'a> {
    #[expect(clippy::cast_precision_loss, reason = "an epoch number")]
    let points: Vec<[f64; 2]> = curve
        .iter()
        .map(|point| [point.epoch as f64, value(point)])
        .filter(|[_, y]| y.is_finite())
        .collect();
    Line::new(name, points).stroke(Stroke::new(1.6, color))
}

/// Marks on whole epochs.
fn epoch_marks(input: GridInput) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    let step = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 5_000.0, 20_000.0]
        .into_iter()
        .find(|&step| step >= input.base_step_size.max((high - low) / 50.0))
        .unwrap_or(100_000.0);
    std::iter::successors(Some((low.max(0.0) / step).ceil() * step), |value| Some(value + step))
        .take_while(|&value| value <= high)
        .map(|value| GridMark { value, step_size: step })
        .collect()
}

fn hover_label(position: &HoverPosition<'_>) -> Option<String> {
    match position {
        HoverPosition::NearDataPoint { plot_name, position, .. } => {
            Some(format!("{plot_name}\nepoch {:.0}\n{}", position.x, compact(position.y)))
        }
        HoverPosition::Elsewhere { .. } => None,
    }
}
