//! The forecast beside the data: held-out rows dashed, the future solid, dates on the axis.

use eframe::egui::{Color32, ComboBox, Id, Label, Ui};
use egui_plot::Span;

use crate::app::{AppState, Document, Run};
use crate::forecast::level_name;
use crate::gui::plot::{TimeLine, TimePlot, TimePlotUi, data_color, fan};
use crate::gui::runs_panel::run_color;
use crate::gui::theme;
use crate::gui::view::{Fan, Range, View};

/// A recent view shows this many horizons of data before the hold-out.
const HORIZONS_BACK: usize = 5;

/// Draws the tab.
pub fn forecast_ui(ui: &mut Ui, state: &AppState, document: &Document, view: &mut View) {
    let (series, task) = (&document.series, &document.task);
    ui.horizontal(|ui| {
        ui.label(theme::strong(format!("Forecast of {}", series.name)));
        ui.add_space(theme::GRID);
        for (range, name, tooltip) in [
            (Range::Recent, "Recent", "The last rows and the forecast"),
            (Range::All, "All", "Every row"),
        ] {
            if ui.button(name).on_hover_text(tooltip).clicked() {
                view.forecast_range = Some(range);
            }
        }
        let help = "Drag to pan, Ctrl + wheel to zoom, right-drag for a box, double-click for all";
        ui.add(Label::new(theme::fine_print(help)).truncate()).on_hover_text(help);
    });
    let rows = series.len() + task.horizon;
    let range = view.forecast_range.take().map(|range| match range {
        Range::All => 0..rows,
        Range::Recent => {
            let back =
                HORIZONS_BACK * task.horizon.max(document.task.season_length.min(series.len() / 4));
            task.split.holdout(task.horizon).start.saturating_sub(back)..rows
        }
    });
    let fan_of = fan_ui(ui, state, view);
    let lines = forecast_lines(ui, state, document);
    let palette = theme::palette(ui.visuals());
    let data_color = data_color(ui);
    TimePlot::new("forecast", &series.axis, rows, &series.name, Id::unique("time")).show(
        ui,
        range,
        move |plot| {
            spans(plot, document, palette);
            if let Some((run, color)) = fan_of {
                fans(plot, run, document, color);
            }
            plot.line(&TimeLine {
                name: &series.name,
                first_row: 0,
                values: &series.values,
                pyramid: Some(&document.pyramid),
                color: data_color,
                dashed: false,
                emphasis: false,
            });
            for line in &lines {
                plot.line(&line.as_time_line());
            }
        },
    );
}

/// Which run's intervals are drawn: chosen, else those of the best that has any.
fn fan_ui<'a>(ui: &mut Ui, state: &'a AppState, view: &mut View) -> Option<(&'a Run, Color32)> {
    let with_intervals = |run: &&Run| run.visible && !run.report.future.intervals.is_empty();
    let runs: Vec<&Run> = state.scorecard().into_iter().filter(with_intervals).collect();
    let best = runs.first()?;
    let shown = match &view.fan {
        Fan::Best => Some(*best),
        Fan::None => None,
        Fan::Of(label) => runs.iter().find(|run| run.label == *label).copied(),
    };
    ui.horizontal(|ui| {
        let label = ui.label(theme::fine_print("Intervals of"));
        let text = shown.map_or("none", |run| run.label.as_str());
        let menu = ComboBox::from_id_salt("fan").width(150.0).truncate().selected_text(text);
        let menu = menu.show_ui(ui, |ui| {
            ui.selectable_value(&mut view.fan, Fan::Best, format!("the best ({})", best.label));
            for run in &runs {
                ui.selectable_value(&mut view.fan, Fan::Of(run.label.clone()), &run.label);
            }
            ui.selectable_value(&mut view.fan, Fan::None, "none");
        });
        menu.response.labelled_by(label.id).on_hover_text(
            "Where the model expects values to lie: the narrow level in the deeper colour, the wide one in the paler. Tick a model in the scorecard to choose it here.",
        );
        if let Some(run) = shown {
            let levels = run.report.future.intervals.iter();
            let levels: Vec<String> =
                levels.map(|interval| format!("{} %", level_name(interval.level))).collect();
            ui.label(theme::fine_print(levels.join(", ")));
        }
    });
    shown.map(|run| (run, run_color(state, run, ui.visuals().dark_mode)))
}

/// Fans over the held-out rows and the future, each from the last value before it.
fn fans(plot: &mut TimePlotUi<'_, '_>, run: &Run, document: &Document, color: Color32) {
    for forecast in [&run.report.holdout, &run.report.future] {
        let before = forecast.first_row.checked_sub(1);
        let origin = before.and_then(|row| Some((row, *document.series.values.get(row)?)));
        let known = origin.filter(|(_, value)| value.is_finite());
        fan(plot, &run.label, forecast, known, color);
    }
}

/// Hold-out and future are regions, not lines.
fn spans(plot: &mut TimePlotUi<'_, '_>, document: &Document, palette: &theme::Palette) {
    let (axis, task) = (&document.series.axis, &document.task);
    let held_out = task.split.holdout(task.horizon);
    let last = document.series.len();
    if held_out.is_empty() {
        return;
    }
    let span = |name: &str, start: f64, end: f64, fill: Color32| {
        Span::new(name, start..=end).fill(fill).border_color(Color32::TRANSPARENT)
    };
    let origin = axis.plot_x(held_out.start.saturating_sub(1));
    let end = axis.plot_x(last - 1);
    plot.plot_ui.span(span("held out", origin, end, palette.holdout));
    let future = axis.plot_x(last + task.horizon - 1);
    plot.plot_ui.span(span("future", end, future, palette.validation));
}

/// A line that owns its values: the origin's value first, so that it leaves from the data.
struct ForecastLine {
    name: String,
    first_row: usize,
    values: Vec<f64>,
    color: Color32,
    dashed: bool,
    emphasis: bool,
}

impl ForecastLine {
    fn as_time_line(&self) -> TimeLine<'_> {
        TimeLine {
            name: &self.name,
            first_row: self.first_row,
            values: &self.values,
            pyramid: None,
            color: self.color,
            dashed: self.dashed,
            emphasis: self.emphasis,
        }
    }
}

fn forecast_lines(ui: &Ui, state: &AppState, document: &Document) -> Vec<ForecastLine> {
    let dark = ui.visuals().dark_mode;
    let values = &document.series.values;
    let line = |name: &str, first_row: usize, forecast: &[f64], color, dashed, emphasis| {
        let origin = first_row.checked_sub(1).and_then(|row| values.get(row)).copied();
        let leaving = origin.filter(|value| !value.is_nan());
        ForecastLine {
            name: name.to_owned(),
            first_row: first_row - usize::from(leaving.is_some()),
            values: leaving.into_iter().chain(forecast.iter().copied()).collect(),
            color,
            dashed,
            emphasis,
        }
    };
    let mut lines = Vec::new();
    // Best on top, so drawn last.
    for run in state.scorecard().into_iter().rev().filter(|run| run.visible) {
        let (color, network) = (run_color(state, run, dark), run.model.is_network());
        for (forecast, dashed) in [(&run.report.holdout, true), (&run.report.future, false)] {
            lines.push(line(
                &run.label,
                forecast.first_row,
                &forecast.values,
                color,
                dashed,
                network,
            ));
        }
    }
    if let Some(learning) = state.learning()
        && learning.fingerprint == document.fingerprint
        && let Some(live) = &learning.live
    {
        let number = state.runs.iter().filter(|run| run.model == learning.model).count();
        let color = theme::model_color(learning.model, number, dark);
        let name = format!("{} (learning)", learning.model);
        let held_out = learning.task.split.holdout(learning.task.horizon);
        lines.push(line(&name, held_out.start, &live.holdout, color, true, true));
        lines.push(line(&name, learning.series.len(), &live.future, color, false, true));
    }
    lines
}
