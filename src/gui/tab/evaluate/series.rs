//! The errors of one model series by series, the worst first; what could not be fitted stands above
//! them, with the reason.

use eframe::egui::{
    ComboBox, Label, Rect, Response, RichText, Role, Sense, TextStyle, TextWrapMode, Ui,
    WidgetInfo, WidgetText, pos2,
};
use egui_extras::TableRow;

use crate::app::{Command, Document, PanelRow, PanelScores};
use crate::baseline::Baseline;
use crate::evaluate::{IntervalScore, SeriesScore};
use crate::forecast::level_name;
use crate::gui::theme;
use crate::gui::widgets::{NameSearch, search_ui, short_name, text_width};
use crate::series::number::{compact_grouped, duration, grouped};
use crate::series::visible;

use super::models::{PanelLook, looked_at};
use super::table::{ScoreColumn, Sort, SortedTable, fitting, number_ui, room};

const NAME_WIDTH: f32 = 96.0;
/// Least and most width of the field that searches, in points.
const SEARCH: (f32, f32) = (96.0, 200.0);
const BEFORE_LEVELS: usize = 4;

/// Draws the list; a click on a row makes its series the target.
pub fn series_ui(
    ui: &mut Ui,
    panel: &PanelScores,
    ticked: &[Baseline],
    document: &Document,
    look: &mut PanelLook,
    commands: &mut Vec<Command>,
) {
    let Some(row) = looked_at(look, panel) else { return };
    choice_ui(ui, panel, ticked, row, look);
    let columns = fitting(columns(&row.levels), room(ui), theme::GRID);
    let names = &document.data.reading.panel.series;
    let search = NameSearch::of(&look.search);
    let name_at = |place: usize| Some(names.get(*panel.places.get(place)?)?.name.as_str());
    let done: Vec<(usize, &Result<SeriesScore, String>)> = row
        .run
        .series
        .iter()
        .enumerate()
        .filter_map(|(place, result)| Some((place, result.as_ref()?)))
        .filter(|(place, _)| name_at(*place).is_some_and(|name| search.finds(name)))
        .collect();
    if done.is_empty() && !look.search.trim().is_empty() {
        ui.label(theme::fine_print("No series has these words in its name."));
        return;
    }
    let order = order(look.series, &done, row, panel, document);
    let right = ui.max_rect().right().min(ui.clip_rect().right());
    theme::tint_selection(ui);
    let table = SortedTable {
        id: "panel series",
        columns: &columns,
        longest: longest_name(ui, done.iter().filter_map(|(place, _)| name_at(*place))),
        spacing: theme::GRID,
        most_height: None,
    };
    table.show(ui, &mut look.series, order.len(), |mut shown| {
        let (at, result) = done[order[shown.index()]];
        let Some(place) = panel.places.get(at).copied() else { return };
        let Some(series) = document.data.reading.panel.series.get(place) else { return };
        let is_target = place == document.data.reading.target;
        shown.set_selected(is_target);
        let name = &series.name;
        let entry = ErrorsRow { name, is_target, at, result, row, panel, columns: &columns, right };
        let clicked = row_ui(&mut shown, &entry);
        if (clicked || shown.response().clicked()) && !is_target {
            commands.push(Command::SetTarget(series.name.clone()));
        }
    });
}

/// Width of the name with the most letters, in points.
fn longest_name<'a>(ui: &Ui, names: impl Iterator<Item = &'a str>) -> f32 {
    let font = TextStyle::Body.resolve(ui.style());
    let longest = names.max_by_key(|name| name.chars().count()).unwrap_or_default();
    // Other letters may be wider, and the target's name is strong.
    (text_width(ui, &font, longest) * 1.06).ceil()
}

fn choice_ui(
    ui: &mut Ui,
    panel: &PanelScores,
    ticked: &[Baseline],
    row: &PanelRow,
    look: &mut PanelLook,
) {
    ui.horizontal(|ui| {
        let label = ui.label(theme::strong("Series by series"));
        let name = row.baseline.to_string();
        let menu = ComboBox::from_id_salt("panel model").width(170.0).truncate();
        let menu = menu.selected_text(name.as_str()).show_ui(ui, |ui| {
            for row in panel.rows.iter().filter(|row| ticked.contains(&row.baseline)) {
                let baseline = Some(row.baseline);
                ui.selectable_value(&mut look.baseline, baseline, row.baseline.to_string());
            }
        });
        menu.response.labelled_by(label.id).on_hover_text("A model of the table above");
        let failed = row.run.score.failed;
        if failed > 0 {
            let color = theme::palette(ui.visuals()).error;
            let text = format!("{} could not be fitted", grouped(failed));
            ui.label(RichText::new(text).small().color(color));
        }
        let hint = format!("Search {} series", grouped(panel.places.len()));
        let room = ui.available_width().clamp(SEARCH.0, SEARCH.1);
        // Another field of the window searches the same series for something else.
        search_ui(ui, &mut look.search, &hint, &format!("{hint} of the scores"), room);
    });
}

fn columns(levels: &[f64]) -> Vec<ScoreColumn> {
    let mut columns = vec![
        ScoreColumn::new(
            "Series",
            NAME_WIDTH,
            "The series; a click on one opens it. What could not be fitted stands first",
        ),
        ScoreColumn::new(
            "MASE",
            56.0,
            "Mean absolute error in units of seasonal naive's error in the sample",
        ),
        ScoreColumn::new("sMAPE %", 56.0, "Symmetric percentage error, 0 to 200"),
        ScoreColumn::new("Best model", 100.0, "The model with the smallest error on this series"),
    ];
    for level in levels.iter().copied().map(level_name) {
        let tooltip = format!("Share of held-out values inside the {level} % interval");
        columns.push(ScoreColumn::new(format!("In {level} %"), 56.0, tooltip).spare(1));
    }
    columns
}

/// Places in `done` in the order of the sorted column; by name in the order of the panel.
fn order(
    sort: Sort,
    done: &[(usize, &Result<SeriesScore, String>)],
    row: &PanelRow,
    panel: &PanelScores,
    document: &Document,
) -> Vec<usize> {
    let is_text = sort.column == 0 || sort.column == BEFORE_LEVELS - 1;
    let number = |at: usize| {
        let Ok(score) = done[at].1 else {
            // What could not be fitted stands first, whichever way the list is sorted.
            return Some(if sort.descending { f64::INFINITY } else { f64::NEG_INFINITY });
        };
        match sort.column {
            1 => score.metrics.mase,
            2 => Some(score.metrics.smape),
            column => {
                let level = row.levels.get(column.checked_sub(BEFORE_LEVELS)?)?;
                let of = |of: &&IntervalScore| of.level.total_cmp(level).is_eq();
                Some(score.intervals.iter().find(of)?.coverage)
            }
        }
    };
    if !is_text {
        return sort.order(done.len(), number);
    }
    let text = |&at: &usize| {
        let place = done[at].0;
        if sort.column == 0 {
            let series = &document.data.reading.panel.series;
            panel.places.get(place).and_then(|&place| series.get(place)).map(|it| it.name.clone())
        } else {
            best_at(panel, place).map(|best| best.to_string())
        }
    };
    let mut order: Vec<usize> = (0..done.len()).collect();
    order.sort_by_cached_key(text);
    if sort.descending {
        order.reverse();
    }
    order
}

/// The model with the smallest error on the series at this place.
fn best_at(panel: &PanelScores, place: usize) -> Option<Baseline> {
    let error =
        |row: &PanelRow| Some(row.run.series.get(place)?.as_ref()?.as_ref().ok()?.metrics.mae);
    let errors = panel.rows.iter().filter_map(|row| Some((row.baseline, error(row)?)));
    errors.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(baseline, _)| baseline)
}

struct ErrorsRow<'a> {
    name: &'a str,
    is_target: bool,
    /// Its place among the results.
    at: usize,
    result: &'a Result<SeriesScore, String>,
    row: &'a PanelRow,
    panel: &'a PanelScores,
    columns: &'a [ScoreColumn],
    /// The right edge of the table, as far as it is in view.
    right: f32,
}

/// Draws a row; says whether its name was clicked.
fn row_ui(shown: &mut TableRow<'_, '_>, entry: &ErrorsRow<'_>) -> bool {
    let &ErrorsRow { row, panel, at, result, columns, .. } = entry;
    let mut name = None;
    shown.col(|ui| name = Some(name_ui(ui, entry)));
    let clicked = name.as_ref().is_some_and(Response::clicked);
    let score = match result {
        Ok(score) => score,
        Err(why) => {
            let last = columns.len() - 1;
            for column in 1..=last {
                shown.col(|ui| {
                    // In the last cell, or those after it would be drawn over it.
                    if let (true, Some(name)) = (column == last, &name) {
                        reason_ui(ui, name.rect, why, entry.right);
                    }
                });
            }
            return clicked;
        }
    };
    let value = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), compact_grouped);
    shown.col(|ui| number_ui(ui, value(score.metrics.mase)));
    shown.col(|ui| number_ui(ui, compact_grouped(score.metrics.smape)));
    shown.col(|ui| {
        let best = best_at(panel, at);
        let is_this = best == Some(row.baseline);
        let name = best.map_or_else(String::new, |best| best.to_string());
        let font = theme::name_font(ui, false);
        let text = RichText::new(short_name(ui, &name, &font, ui.available_width()));
        let accent = theme::palette(ui.visuals()).accent;
        number_ui(ui, if is_this { text.color(accent) } else { text });
    });
    let levels = columns.iter().filter_map(|column| column.place.checked_sub(BEFORE_LEVELS));
    for level in levels.filter_map(|place| row.levels.get(place)) {
        shown.col(|ui| {
            let of = score.intervals.iter().find(|of| of.level.total_cmp(level).is_eq());
            let share = |of: &IntervalScore| format!("{:.0} %", 100.0 * of.coverage);
            number_ui(ui, of.map_or_else(|| "–".to_owned(), share));
        });
    }
    clicked
}

fn name_ui(ui: &mut Ui, entry: &ErrorsRow<'_>) -> Response {
    let &ErrorsRow { name, is_target, .. } = entry;
    let font = theme::name_font(ui, is_target);
    let short = short_name(ui, name, &font, ui.available_width());
    let text = if is_target { theme::strong(short) } else { RichText::new(short) };
    let label = Label::new(text).truncate().selectable(false).sense(Sense::click());
    let label = ui.add(label);
    label.widget_info(|| {
        let name = format!("Open {}", visible(name));
        WidgetInfo::selected(Role::ListBoxOption, true, is_target, name)
    });
    let about = match entry.result {
        Ok(score) => format!("fitted and forecast in {}", duration(score.seconds)),
        Err(why) => why.clone(),
    };
    label.on_hover_text(format!("{}: {}", visible(name), visible(&about)))
}

/// The reason, after the name and over the empty cells up to the right edge of the table.
fn reason_ui(ui: &Ui, name: Rect, why: &str, right: f32) {
    let left = name.right() + theme::GRID;
    let color = theme::palette(ui.visuals()).error;
    let reason = WidgetText::from(RichText::new(visible(why)).small().color(color));
    let room = (right - left).max(0.0);
    let style = TextStyle::Small;
    let galley = reason.into_galley(ui, Some(TextWrapMode::Truncate), room, style);
    let place = pos2(left, name.center().y - galley.size().y / 2.0);
    let mut painter = ui.painter().clone();
    let (top, bottom) = (ui.clip_rect().top(), ui.clip_rect().bottom());
    painter.set_clip_rect(Rect::from_min_max(pos2(left, top), pos2(right, bottom)));
    painter.galley(place, galley, color);
}
