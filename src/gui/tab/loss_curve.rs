//! The loss curves of one network, in the data's units, with marks on epochs of note.

use eframe::egui::{Color32, Rangef, Stroke, Ui};
use egui_plot::{AxisHints, Corner, GridInput, GridMark, HoverPosition, Legend, Line, Plot, VLine};

use crate::app::CurvePoint;
use crate::gui::past::Past;
use crate::gui::plot::{framed, quiet};
use crate::gui::theme;
use crate::series::number::compact;

/// Distance of epoch labels in points: none closer than the first, full strength at the second.
const EPOCH_LABELS: Rangef = Rangef { min: 40.0, max: 41.0 };

/// Draws them in a fixed height; `looked_back` is an epoch to mark.
pub fn curves_ui(ui: &mut Ui, past: &Past<'_>, looked_back: Option<usize>, height: f32) {
    let curve = past.curve;
    let best = curve.iter().rev().find(|point| point.improved);
    let loss = past.recipe.train.loss;
    let unit = if loss.is_in_units() {
        format!(", in units of {}", past.series.name)
    } else {
        " (%)".to_owned()
    };
    let title = format!("{}{unit}", loss.measure());
    let palette = theme::palette(ui.visuals());
    let (training, validation) = (palette.data, palette.accent);
    let epochs = quiet(AxisHints::new_x(), ui)
        .label("epoch")
        .label_spacing(EPOCH_LABELS)
        .formatter(|mark, _| format!("{:.0}", mark.value));
    framed(Plot::new("loss"), ui, &title)
        .height(height)
        .legend(Legend::default().position(Corner::RightTop))
        .custom_x_axes(vec![epochs])
        .x_grid_spacer(epoch_marks)
        .include_y(0.0)
        .include_x(1.0)
        .label_formatter(hover_label)
        .show(ui, |plot| {
            plot.line(line("training", curve, |point| point.training, training));
            plot.line(line("validation", curve, |point| point.validation, validation));
            let mut mark = |name: &str, epoch: usize, color: Color32, width: f32| {
                plot.vline(VLine::new(name, place(epoch)).color(color).width(width));
            };
            if let Some(best) = best {
                mark("best epoch", best.epoch, validation.gamma_multiply(0.5), 1.0);
            }
            if let Some(epoch) = looked_back {
                mark("looked back on", epoch, palette.outlier, 1.5);
            }
        });
}

/// Where an epoch stands on the axis.
#[expect(clippy::cast_precision_loss, reason = "an epoch number")]
const fn place(epoch: usize) -> f64 {
    epoch as f64
}

fn line<'a>(
    name: &str,
    curve: &[CurvePoint],
    value: impl Fn(&CurvePoint) -> f64,
    color: Color32,
) -> Line<'a> {
    let points: Vec<[f64; 2]> = curve
        .iter()
        .map(|point| [place(point.epoch), value(point)])
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
