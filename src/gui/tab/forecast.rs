//! The forecast beside the data: held-out rows dashed, the future solid, dates on the axis.

use eframe::egui::{Color32, ComboBox, Id, Label, RichText, Stroke, Ui};
use egui_plot::{FilledArea, VLine};

use crate::app::{AppState, Document, Frame, ScoredRun};
use crate::forecast::{Forecast, Interval, level_name};
use crate::gui::past::{PastTraining, ROW, RunScope, past_ui};
use crate::gui::plot::{
    LineRole, LineWeight, Shading, TimeLine, TimePlot, TimePlotUi, data_color, help_ui,
};
use crate::gui::runs_panel::{learning_look, run_look};
use crate::gui::theme;
use crate::gui::theme::ModelLook;
use crate::gui::view::{Fan, ForecastRange, View};
use crate::gui::widgets::narrow;
use crate::series::visible;
use crate::stats::number;

/// A recent view shows this many horizons of data before the hold-out.
const HORIZONS_BACK: usize = 5;

/// How much of its colour a single network of an ensemble is drawn in.
const MEMBER: f32 = 0.6;

const ORIGIN_WIDTH: f32 = 1.0;

/// Room for the buttons of the two ranges, in points; a long name is cut before them.
const RANGES: f32 = 132.0;

pub fn forecast_ui(ui: &mut Ui, state: &AppState, document: &Document, view: &mut View) {
    let (series, task) = (&document.data.series, &document.derived.task);
    let past = PastTraining::of(state, view, RunScope::ShownRows);
    head_ui(ui, &series.name, past.as_ref(), view);
    let rows = series.len() + task.horizon;
    let range = view.forecast_range.take().map(|range| match range {
        ForecastRange::All => 0..rows,
        ForecastRange::Recent => {
            let back = HORIZONS_BACK
                * task.horizon.max(document.derived.task.season_length.min(series.len() / 4));
            task.split.holdout(task.horizon).start.saturating_sub(back)..rows
        }
    });
    let fan_of = fan_ui(ui, state, view);
    let lines = forecast_lines(ui, state, document, past.as_ref());
    let room = ui.available_height() - if past.is_some() { ROW } else { 0.0 };
    let palette = theme::palette(ui.visuals());
    let (data_color, rule) = (data_color(ui), ui.visuals().weak_text_color());
    let link = Id::unique("time");
    TimePlot::new("forecast", (&series.axis, rows), &series.name, link, room).show(
        ui,
        range,
        move |plot| {
            spans(plot, document, (palette, rule));
            if let Some((run, color)) = fan_of {
                fans(plot, run, document, color);
            }
            let outline = &document.data.pyramid;
            plot.line(&TimeLine::actual(series, outline, data_color));
            for line in &lines {
                plot.line(&line.as_time_line());
            }
        },
    );
    if let Some(past) = past {
        past_ui(ui, state, &past, RunScope::ShownRows, view);
    }
}

fn head_ui(ui: &mut Ui, name: &str, past: Option<&PastTraining<'_>>, view: &mut View) {
    ui.horizontal(|ui| {
        ui.scope(|ui| {
            ui.set_max_width((ui.available_width() - RANGES).max(0.0));
            let title = theme::strong(format!("Forecast of {}", visible(name)));
            ui.add(Label::new(title).truncate());
        });
        ui.add_space(theme::GRID);
        for (range, text, tooltip) in [
            (ForecastRange::Recent, "Recent", "The last rows and the forecast"),
            (ForecastRange::All, "All", "Every row"),
        ] {
            if ui.button(text).on_hover_text(tooltip).clicked() {
                view.forecast_range = Some(range);
            }
        }
        let looked_back = past.and_then(|past| Some((past, past.frame()?)));
        if let Some((past, frame)) = looked_back {
            ui.add(Label::new(RichText::new(drawn_as(past, frame)).small()).truncate());
        } else {
            help_ui(ui);
        }
    });
}

/// What is drawn of a network whose past epochs are shown, beside scores that do not follow.
fn drawn_as(past: &PastTraining<'_>, frame: &Frame) -> String {
    let drawn = format!("{} as after epoch {}", past.name, frame.epoch);
    if past.run.is_some() { drawn + "; the scorecard stays as it is" } else { drawn }
}

/// Which run's intervals are drawn: chosen, else those of the best that has any.
fn fan_ui<'a>(
    ui: &mut Ui,
    state: &'a AppState,
    view: &mut View,
) -> Option<(&'a ScoredRun, Color32)> {
    let with_intervals = |run: &&ScoredRun| run.visible && !run.report.future.intervals.is_empty();
    let runs: Vec<&ScoredRun> = state.scorecard().into_iter().filter(with_intervals).collect();
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
    shown.map(|run| (run, run_look(state, run, ui.visuals().dark_mode).color))
}

/// Fans over the held-out rows and the future, each from the last value before it.
fn fans(plot: &mut TimePlotUi<'_, '_>, run: &ScoredRun, document: &Document, color: Color32) {
    for forecast in [&run.report.holdout, &run.report.future] {
        let before = forecast.first_row.checked_sub(1);
        let origin = before.and_then(|row| Some((row, *document.data.series.values.get(row)?)));
        let known = origin.filter(|(_, value)| value.is_finite());
        fan(plot, &run.label, forecast, known, color);
    }
}

const STRENGTH: f32 = 0.28;

/// Draws the intervals of a forecast, widest first. `origin` is the last known row and its value,
/// where the fan opens.
fn fan(
    plot: &mut TimePlotUi<'_, '_>,
    name: &str,
    forecast: &Forecast,
    origin: Option<(usize, f64)>,
    color: Color32,
) {
    let levels = forecast.intervals.len();
    let mut widest_first: Vec<_> = forecast.intervals.iter().collect();
    widest_first.sort_by(|a, b| b.level.total_cmp(&a.level));
    let fill = color.gamma_multiply(STRENGTH / narrow(number(levels.max(1))));
    for interval in widest_first {
        let opening = origin.map(|(row, value)| (row, value, value));
        let bounds = interval.lower.iter().zip(&interval.upper);
        let rows = bounds
            .enumerate()
            .map(|(ahead, (&lower, &upper))| (forecast.first_row + ahead, lower, upper));
        let (mut xs, mut lows, mut highs) = (Vec::new(), Vec::new(), Vec::new());
        for (row, lower, upper) in opening.into_iter().chain(rows) {
            xs.push(forecast.axis.plot_x(row));
            lows.push(lower);
            highs.push(upper);
        }
        let edge = |heights: &[f64]| -> Vec<[f64; 2]> {
            xs.iter().zip(heights).map(|(&x, &height)| [x, height]).collect()
        };
        plot.measure(&edge(&lows));
        plot.measure(&edge(&highs));
        let name = format!("{name}, {} %", level_name(interval.level));
        let area = FilledArea::new(name, &xs, &lows, &highs).fill_color(fill);
        plot.plot_ui.add(area.allow_hover(false));
    }
}

/// Hold-out and future are shaded, with a rule at each origin: the last row that models were shown.
fn spans(
    plot: &mut TimePlotUi<'_, '_>,
    document: &Document,
    ui_colors: (&theme::Palette, Color32),
) {
    let (axis, task) = (&document.data.series.axis, &document.derived.task);
    let (palette, rule) = ui_colors;
    let held_out = task.split.holdout(task.horizon);
    let last = document.data.series.len();
    if held_out.is_empty() {
        return;
    }
    let origin = axis.plot_x(held_out.start.saturating_sub(1));
    let end = axis.plot_x(last - 1);
    let future = axis.plot_x(last + task.horizon - 1);
    for (name, from, to, fill) in
        [("hold-out", origin, end, palette.holdout), ("future", end, future, palette.future)]
    {
        plot.plot_ui.add(Shading::part(name, [from, to], fill));
        let line = VLine::new(format!("origin of the {name}"), from).allow_hover(false);
        plot.plot_ui.vline(line.stroke(Stroke::new(ORIGIN_WIDTH, rule)));
    }
}

/// A line that owns its values: the origin's value first, so that it leaves from the data.
struct ForecastLine {
    name: String,
    first_row: usize,
    values: Vec<f64>,
    /// Values at the front that are the data's.
    lead: usize,
    intervals: Vec<Interval>,
    look: ModelLook,
    dashed: bool,
    weight: LineWeight,
}

impl ForecastLine {
    fn as_time_line(&self) -> TimeLine<'_> {
        let role = match self.weight {
            // One network of many; the median of all of them has a line of its own.
            LineWeight::Thin => LineRole::Part,
            _ => LineRole::Forecast { lead: self.lead, intervals: &self.intervals },
        };
        let line = TimeLine::new(&self.name, self.first_row, &self.values, self.look.color);
        TimeLine { look: self.look, role, is_dashed: self.dashed, weight: self.weight, ..line }
    }
}

fn forecast_lines(
    ui: &Ui,
    state: &AppState,
    document: &Document,
    past: Option<&PastTraining<'_>>,
) -> Vec<ForecastLine> {
    let dark = ui.visuals().dark_mode;
    let values = &document.data.series.values;
    let line = |name: &str, first_row: usize, forecast: &[f64], look, dashed, weight| {
        let origin = first_row.checked_sub(1).and_then(|row| values.get(row)).copied();
        let leaving = origin.filter(|value| !value.is_nan());
        ForecastLine {
            name: name.to_owned(),
            first_row: first_row - usize::from(leaving.is_some()),
            values: leaving.into_iter().chain(forecast.iter().copied()).collect(),
            lead: usize::from(leaving.is_some()),
            intervals: Vec::new(),
            look,
            dashed,
            weight,
        }
    };
    let frame = past.and_then(|past| Some((past, past.frame()?)));
    // The forecast of an earlier epoch takes the place of the last one.
    let replaced = |run: &ScoredRun| {
        frame.is_some_and(|(past, _)| past.run.is_some_and(|other| other.id == run.id))
    };
    let mut lines = Vec::new();
    // Best on top, so drawn last.
    for run in state.scorecard().into_iter().rev().filter(|run| run.visible && !replaced(run)) {
        let look = run_look(state, run, dark);
        let weight = if run.model.is_network() { LineWeight::Strong } else { LineWeight::Plain };
        let (holdout, future) = (&run.report.holdout, &run.report.future);
        let members = &run.report.members;
        let pale = ModelLook { color: look.color.gamma_multiply(MEMBER), marker: None };
        for (forecast, members) in [(holdout, &members.holdout), (future, &members.future)] {
            for (number, values) in members.iter().enumerate() {
                let name = format!("{}, network {}", run.label, number + 1);
                lines.push(line(&name, forecast.first_row, values, pale, false, LineWeight::Thin));
            }
        }
        for (forecast, dashed) in [(holdout, true), (future, false)] {
            let first_row = forecast.first_row;
            let intervals = forecast.intervals.clone();
            let line = line(&run.label, first_row, &forecast.values, look, dashed, weight);
            lines.push(ForecastLine { intervals, ..line });
        }
    }
    let shown = match frame {
        Some((past, frame)) => Some((past, frame, format!("{}, epoch {}", past.name, frame.epoch))),
        None => past.filter(|past| past.run.is_none()).and_then(|past| {
            let latest =
                past.past_forecasts.frames().last().filter(|_| state.learning().is_some())?;
            Some((past, latest, format!("{} (learning)", past.name)))
        }),
    };
    if let Some((past, frame, name)) = shown {
        let look = match past.run {
            Some(run) => run_look(state, run, dark),
            None => learning_look(state, past.model, dark),
        };
        let held_out = past.task.split.holdout(past.task.horizon);
        let strong = LineWeight::Strong;
        lines.push(line(&name, held_out.start, &frame.forecast.holdout, look, true, strong));
        lines.push(line(&name, past.series.len(), &frame.forecast.future, look, false, strong));
    }
    lines
}
