//! The means of every model over all series, a row each; the best number of each column stands out.

use eframe::egui::{Label, RichText, Role, Sense, Ui, WidgetInfo};
use egui_extras::TableRow;

use crate::app::{PanelRow, PanelScores};
use crate::baseline::Baseline;
use crate::evaluate::PanelScore;
use crate::forecast::level_name;
use crate::gui::theme;
use crate::series::number::{compact, duration, grouped};

use super::columns::{Column, Sort};
use super::table::Table;
use super::{PanelLook, looked_at, number_ui};

/// Sorted by MASE, the smallest first.
pub const BEST_FIRST: Sort = Sort { column: 4, descending: false };
/// Width of the model's name at least, in points.
const NAME_WIDTH: f32 = 100.0;
/// Space between columns, in points.
const SPACING: f32 = 4.0;

/// A row before it is drawn: a model that is done, was cut short, or is under way.
struct Row<'a> {
    baseline: Baseline,
    score: &'a PanelScore,
    /// Series that are done, where they are not all.
    done: Option<usize>,
    /// It can be looked through series by series.
    is_kept: bool,
}

/// The model with the smallest mean scaled error among those that came through all series; by
/// percentage error where none can be scaled.
pub fn best(panel: &PanelScores) -> Option<&PanelRow> {
    let key = |row: &&PanelRow| {
        let score = &row.run.score;
        (score.failed, score.mase.or(score.smape).unwrap_or(f64::INFINITY))
    };
    let order = |a: &&PanelRow, b: &&PanelRow| {
        let (a, b) = (key(a), key(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    };
    let whole = panel.rows.iter().filter(|row| !row.run.is_cut_short());
    whole.min_by(order).or_else(|| panel.rows.iter().min_by(order))
}

/// Draws the table of the ticked models, at most this high.
pub fn models_ui(
    ui: &mut Ui,
    panel: &PanelScores,
    ticked: &[Baseline],
    levels: &[f64],
    look: &mut PanelLook,
    most_height: f32,
) {
    let rows = rows(panel, ticked);
    let columns = columns(levels);
    let is_name = look.models.column == 0;
    let key = |place: usize| (!is_name).then(|| value(&rows[place], look.models.column, levels))?;
    let mut order = look.models.order(rows.len(), key);
    if is_name {
        order.sort_by_key(|&place| rows[place].baseline.to_string());
        if look.models.descending {
            order.reverse();
        }
    }
    let best: Vec<Option<f64>> =
        (0..columns.len()).map(|column| best_of(&rows, column, levels)).collect();
    let chosen = looked_at(look, panel).map(|row| row.baseline);
    let table = Table {
        id: "panel models",
        columns: &columns,
        first: NAME_WIDTH,
        spacing: SPACING,
        most_height: Some(most_height),
    };
    table.show(ui, &mut look.models, rows.len(), |mut row| {
        let shown = &rows[order[row.index()]];
        row.set_selected(chosen == Some(shown.baseline) && shown.is_kept);
        let clicked = row_ui(&mut row, shown, &columns, &best, levels);
        if (clicked || row.response().clicked()) && shown.is_kept {
            look.baseline = Some(shown.baseline);
        }
    });
}

/// The ticked models that have come somewhere, the one under way with its means so far.
fn rows<'a>(panel: &'a PanelScores, ticked: &[Baseline]) -> Vec<Row<'a>> {
    let under_way = panel.job.as_ref().and_then(|job| job.under_way.as_ref());
    let is_shown = |row: &&PanelRow| {
        ticked.contains(&row.baseline)
            && under_way.is_none_or(|under_way| under_way.baseline != row.baseline)
    };
    let kept = panel.rows.iter().filter(is_shown).map(|row| Row {
        baseline: row.baseline,
        score: &row.run.score,
        done: row.run.is_cut_short().then(|| row.run.done()),
        is_kept: true,
    });
    let under_way = under_way.map(|way| Row {
        baseline: way.baseline,
        score: &way.score,
        done: Some(way.done),
        is_kept: false,
    });
    kept.chain(under_way).collect()
}

fn columns(levels: &[f64]) -> Vec<Column> {
    let mut columns = vec![
        Column::new("Model", NAME_WIDTH, "Click a row to list its errors series by series"),
        Column::new("Series", 38.0, "Series that were forecast and scored"),
        Column::new("Failed", 38.0, "Series that could not be fitted; the list below says why"),
        Column::new("sMAPE", 42.0, "Symmetric percentage error, 0 to 200, mean over the series"),
        Column::new(
            "MASE",
            48.0,
            "Mean absolute error in units of seasonal naive's error in the sample, mean over the series: below 1 is better than that",
        ),
    ];
    for level in levels.iter().copied().map(level_name) {
        columns.push(Column::new(
            format!("In {level} %"),
            46.0,
            format!("Share of held-out values inside the {level} % interval: the nearer to {level} %, the more it can be trusted"),
        ));
        columns.push(Column::new(
            format!("Score {level}"),
            52.0,
            format!("Mean interval score at {level} %, in the data's units: narrow intervals that hold are best"),
        ));
    }
    columns.push(Column::new(
        "Time",
        42.0,
        "Mean time of fitting and forecasting one series; that of a combination counts its members",
    ));
    columns
}

/// The number in a column; `None` where there is none.
fn value(row: &Row<'_>, column: usize, levels: &[f64]) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "counts of series")]
    let count = |count: usize| Some(count as f64);
    let score = row.score;
    match column {
        0 => None,
        1 => count(score.series),
        2 => count(score.failed),
        3 => score.smape,
        4 => score.mase,
        _ => match levels.get((column - 5) / 2) {
            Some(&level) if column % 2 == 1 => Some(score.interval(level)?.coverage),
            Some(&level) => Some(score.interval(level)?.score),
            None => (score.series > 0).then_some(score.ms_per_series / 1e3),
        },
    }
}

/// How far a number is from what is best in its column; `None` for counts, of which none is best.
fn badness(column: usize, value: f64, levels: &[f64]) -> Option<f64> {
    match column {
        0..=2 => None,
        _ if column >= 5 && column % 2 == 1 => match levels.get((column - 5) / 2) {
            Some(level) => Some((value - level).abs()),
            None => Some(value),
        },
        _ => Some(value),
    }
}

/// The least badness of a column among models that are done.
fn best_of(rows: &[Row<'_>], column: usize, levels: &[f64]) -> Option<f64> {
    let done = rows.iter().filter(|row| row.done.is_none());
    let badness = done.filter_map(|row| badness(column, value(row, column, levels)?, levels));
    badness.min_by(f64::total_cmp)
}

/// Draws a row; says whether its name was clicked.
fn row_ui(
    row: &mut TableRow<'_, '_>,
    shown: &Row<'_>,
    columns: &[Column],
    best: &[Option<f64>],
    levels: &[f64],
) -> bool {
    let mut clicked = false;
    for column in 0..columns.len() {
        row.col(|ui| {
            if column == 0 {
                clicked = name_ui(ui, shown);
                return;
            }
            let Some(value) = value(shown, column, levels) else {
                return number_ui(ui, RichText::new("–").weak());
            };
            let text = match column {
                1 => shown.done.map_or_else(|| grouped(shown.score.series), grouped),
                2 => grouped(shown.score.failed),
                _ if column + 1 == columns.len() => duration(value),
                _ if column >= 5 && column % 2 == 1 => format!("{:.1} %", 100.0 * value),
                _ => compact(value),
            };
            let is_best = shown.done.is_none()
                && best[column].is_some_and(|best| {
                    badness(column, value, levels).is_some_and(|badness| badness <= best)
                });
            let text = if is_best { theme::strong(text) } else { RichText::new(text) };
            let palette = theme::palette(ui.visuals());
            let text = match column {
                2 if shown.score.failed > 0 => text.color(palette.error),
                _ if is_best => text.color(palette.accent),
                _ if shown.done.is_some() => text.weak(),
                _ => text,
            };
            number_ui(ui, text);
        });
    }
    clicked
}

/// The model's name; says whether it was clicked.
fn name_ui(ui: &mut Ui, shown: &Row<'_>) -> bool {
    let name = shown.baseline.to_string();
    let text = RichText::new(name.as_str());
    let text = if shown.is_kept { text } else { text.weak() };
    let label = Label::new(text).truncate().selectable(false).sense(Sense::click());
    let label = ui.add(label);
    label.widget_info(|| {
        WidgetInfo::labeled(Role::ListBoxOption, shown.is_kept, format!("Errors of {name}"))
    });
    let mut about = format!("{name}: {}", shown.baseline.sentence());
    if let Some(done) = shown.done {
        about.push_str(&format!("\nScored on {} series so far", grouped(done)));
    }
    if let Some((series, why)) = &shown.score.first_failure {
        about.push_str(&format!("\nFailed first on {series}: {why}"));
    }
    label.on_hover_text(about).clicked()
}
