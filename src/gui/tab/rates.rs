//! The learning-rate range test: the loss over rising rates, and the rate to begin with.

use eframe::egui::{Frame, Margin, Rangef, Stroke, Ui};
use egui_plot::{AxisHints, GridInput, GridMark, Line, Plot, VLine};

use crate::app::{AppState, Command, RateSearch};
use crate::gui::button::IconButton;
use crate::gui::plot::{MOST_MARKS, framed, quiet, with_room};
use crate::gui::{icon, theme};

/// Height of the curve, in points.
const HEIGHT: f32 = 168.0;
/// Distance of labels along the rates, in points.
const LABELS: Rangef = Rangef { min: 40.0, max: 41.0 };

/// Draws the search, in a frame that can be closed.
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
        .formatter(|mark, _| label(mark));
    let plot = framed(Plot::new("rates"), ui, "loss, scaled");
    with_room(plot, points.iter().map(|[_, loss]| *loss))
        .height(HEIGHT)
        .custom_x_axes(vec![rates])
        .x_grid_spacer(decades)
        .label_formatter(|_| None)
        .show(ui, move |plot| {
            plot.line(Line::new("loss", points).stroke(Stroke::new(1.6, palette.data)));
            if let Some(rate) = suggestion {
                plot.vline(VLine::new("suggested", rate.log10()).color(palette.accent).width(1.5));
            }
        });
}

/// Marks on powers of ten.
fn decades(input: GridInput) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    if !(low.is_finite() && high.is_finite() && low < high) {
        return Vec::new();
    }
    std::iter::successors(Some(low.ceil()), |value| Some(value + 1.0))
        .take_while(|value| *value <= high)
        .take(MOST_MARKS)
        .map(|value| GridMark { value, step_size: 1.0 })
        .collect()
}

fn label(mark: GridMark) -> String {
    format!("1e{:.0}", mark.value)
}
