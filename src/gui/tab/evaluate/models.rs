//! The means of every model over all series, a row each; the best number of each column stands out. And
//! how the scores of a panel are looked at.

use std::sync::Arc;

use eframe::egui::{Label, RichText, Role, Sense, TextStyle, Ui, WidgetInfo};
use egui_extras::TableRow;

use crate::app::{PanelRow, PanelScores};
use crate::baseline::Baseline;
use crate::evaluate::PanelScore;
use crate::forecast::level_name;
use crate::gui::theme;
use crate::gui::widgets::{short_name, text_width};
use crate::series::number::{compact_grouped, duration, grouped};
use crate::series::visible;
use crate::stats::number;

use super::table::{ScoreColumn, Sort, SortedTable, fitting, number_ui, room};

const NAME_WIDTH: f32 = 100.0;
const SPACING: f32 = 4.0;

/// A row before it is drawn: a model that is done, was cut short, or is under way.
struct ModelRow<'a> {
    baseline: Baseline,
    score: &'a PanelScore,
    /// Series that are done, where they are not all.
    done: Option<usize>,
    /// It can be looked through series by series.
    is_kept: bool,
}

pub fn models_ui(
    ui: &mut Ui,
    panel: &PanelScores,
    ticked: &[Baseline],
    levels: &[f64],
    look: &mut PanelLook,
    most_height: f32,
) {
    let rows = rows(panel, ticked);
    let all = columns(levels);
    let best: Vec<Option<f64>> =
        (0..all.len()).map(|column| best_of(&rows, column, levels)).collect();
    let columns = fitting(all, room(ui), SPACING);
    let order = order(&rows, look.models, levels);
    let fullest = fullest(&rows);
    let chosen = looked_at(look, panel).map(|row| row.baseline);
    let font = TextStyle::Body.resolve(ui.style());
    let names = rows.iter().map(|row| text_width(ui, &font, &row.baseline.to_string()));
    let table = SortedTable {
        id: "panel models",
        columns: &columns,
        longest: names.fold(0.0, f32::max).ceil(),
        spacing: SPACING,
        most_height: Some(most_height),
    };
    table.show(ui, &mut look.models, rows.len(), |mut row| {
        let shown = &rows[order[row.index()]];
        row.set_selected(chosen == Some(shown.baseline) && shown.is_kept);
        let is_full = shown.score.series == fullest;
        let clicked = row_ui(&mut row, (shown, is_full), &columns, &best, levels);
        if (clicked || row.response().clicked()) && shown.is_kept {
            look.baseline = Some(shown.baseline);
        }
    });
}

/// Places of the rows in the order of the sorted column. Means over fewer series are means over other
/// series: they lead no table.
fn order(rows: &[ModelRow<'_>], sort: Sort, levels: &[f64]) -> Vec<usize> {
    let is_name = sort.column == 0;
    let key = |place: usize| (!is_name).then(|| value(&rows[place], sort.column, levels))?;
    let mut order = sort.order(rows.len(), key);
    if is_name {
        order.sort_by_key(|&place| rows[place].baseline.to_string());
        if sort.descending {
            order.reverse();
        }
    }
    let fullest = fullest(rows);
    order.sort_by_key(|&place| rows[place].score.series < fullest);
    order
}

/// The most series that any model was scored on.
fn fullest(rows: &[ModelRow<'_>]) -> usize {
    rows.iter().map(|row| row.score.series).max().unwrap_or(0)
}

/// The ticked models that have come somewhere, the one under way with its means so far.
fn rows<'a>(panel: &'a PanelScores, ticked: &[Baseline]) -> Vec<ModelRow<'a>> {
    let under_way = panel.job.as_ref().and_then(|job| job.under_way.as_ref());
    let is_shown = |row: &&Arc<PanelRow>| {
        ticked.contains(&row.baseline)
            && under_way.is_none_or(|under_way| under_way.baseline != row.baseline)
    };
    let kept = panel.rows.iter().filter(is_shown).map(|row| ModelRow {
        baseline: row.baseline,
        score: &row.run.score,
        done: row.run.is_cut_short().then(|| row.run.done()),
        is_kept: true,
    });
    let under_way = under_way.map(|way| ModelRow {
        baseline: way.baseline,
        score: &way.score,
        done: Some(way.done),
        is_kept: false,
    });
    kept.chain(under_way).collect()
}

fn columns(levels: &[f64]) -> Vec<ScoreColumn> {
    let mut columns = vec![
        ScoreColumn::new("Model", NAME_WIDTH, "Click a row to list its errors series by series"),
        ScoreColumn::new("Series", 38.0, "Series that were forecast and scored"),
        ScoreColumn::new(
            "Failed",
            38.0,
            "Series that could not be fitted; the list below says why",
        ),
        ScoreColumn::new(
            "sMAPE %",
            56.0,
            "Symmetric percentage error, 0 to 200, mean over the series",
        ),
        ScoreColumn::new(
            "MASE",
            48.0,
            "Mean absolute error in units of seasonal naive's error in the sample, mean over the series: below 1 is better than that",
        ),
    ];
    for level in levels.iter().copied().map(level_name) {
        columns.push(ScoreColumn::new(
            format!("In {level} %"),
            46.0,
            format!("Share of held-out values inside the {level} % interval: the nearer to {level} %, the more it can be trusted"),
        )
        .spare(1));
        columns.push(ScoreColumn::new(
            format!("Score {level}"),
            52.0,
            format!("Mean interval score at {level} %, in the data's units: narrow intervals that hold are best"),
        )
        .spare(2));
    }
    columns.push(ScoreColumn::new(
        "Time",
        42.0,
        "Mean time of fitting and forecasting one series; that of a combination counts its members",
    ));
    columns
}

/// The number in a column; `None` where there is none.
fn value(row: &ModelRow<'_>, column: usize, levels: &[f64]) -> Option<f64> {
    let score = row.score;
    match column {
        0 => None,
        1 => Some(number(score.series)),
        2 => Some(number(score.failed)),
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

/// The least badness of a column among models that are done on all series that any is.
fn best_of(rows: &[ModelRow<'_>], column: usize, levels: &[f64]) -> Option<f64> {
    let fullest = fullest(rows);
    let full = rows.iter().filter(|row| row.done.is_none() && row.score.series == fullest);
    let badness = full.filter_map(|row| badness(column, value(row, column, levels)?, levels));
    badness.min_by(f64::total_cmp)
}

/// Draws a row; says whether its name was clicked.
fn row_ui(
    row: &mut TableRow<'_, '_>,
    (shown, is_full): (&ModelRow<'_>, bool),
    columns: &[ScoreColumn],
    best: &[Option<f64>],
    levels: &[f64],
) -> bool {
    let mut clicked = false;
    for column in columns.iter().map(|column| column.place) {
        row.col(|ui| {
            if column == 0 {
                clicked = name_ui(ui, shown, is_full);
                return;
            }
            let Some(value) = value(shown, column, levels) else {
                return number_ui(ui, RichText::new("–").weak());
            };
            let text = match column {
                1 => shown.done.map_or_else(|| grouped(shown.score.series), grouped),
                2 => grouped(shown.score.failed),
                _ if column + 1 == best.len() => duration(value),
                _ if column >= 5 && column % 2 == 1 => format!("{:.1} %", 100.0 * value),
                _ => compact_grouped(value),
            };
            let is_best = shown.done.is_none()
                && is_full
                && best[column].is_some_and(|best| {
                    badness(column, value, levels).is_some_and(|badness| badness <= best)
                });
            let text = if is_best { theme::strong(text) } else { RichText::new(text) };
            let palette = theme::palette(ui.visuals());
            let text = match column {
                2 if shown.score.failed > 0 => text.color(palette.error),
                _ if is_best => text.color(palette.accent),
                _ if !is_full => text.weak(),
                _ => text,
            };
            number_ui(ui, text);
        });
    }
    clicked
}

/// The model's name; says whether it was clicked.
fn name_ui(ui: &mut Ui, shown: &ModelRow<'_>, is_full: bool) -> bool {
    let name = shown.baseline.to_string();
    let font = theme::name_font(ui, false);
    let text = RichText::new(short_name(ui, &name, &font, ui.available_width()));
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
    if !is_full && shown.done.is_none() {
        about
            .push_str("\nIts means are over fewer series than others', so they cannot be compared");
    }
    if let Some((series, why)) = &shown.score.first_failure {
        about.push_str(&format!("\nFailed first on {}: {}", visible(series), visible(why)));
    }
    label.on_hover_text(about).clicked()
}

/// Sorted by MASE, the smallest first.
pub(super) const BEST_FIRST: Sort = Sort { column: 4, descending: false };
/// Sorted by MASE, the largest first.
pub(super) const WORST_FIRST: Sort = Sort { column: 1, descending: true };

#[derive(Debug)]
pub struct PanelLook {
    pub(super) models: Sort,
    pub(super) series: Sort,
    /// The model whose errors are listed; the best where none is named.
    pub(super) baseline: Option<Baseline>,
    pub(super) search: String,
}

impl Default for PanelLook {
    fn default() -> Self {
        let (models, series) = (BEST_FIRST, WORST_FIRST);
        Self { models, series, baseline: None, search: String::new() }
    }
}

/// The model whose errors are listed: the one chosen, else the best.
pub(super) fn looked_at<'a>(look: &PanelLook, panel: &'a PanelScores) -> Option<&'a PanelRow> {
    let chosen = panel.rows.iter().find(|row| look.baseline == Some(row.baseline));
    chosen.or_else(|| best(panel)).map(|row| &**row)
}

/// The model with the smallest mean scaled error among those that came through all series; by
/// percentage error where none can be scaled.
fn best(panel: &PanelScores) -> Option<&Arc<PanelRow>> {
    let key = |row: &&Arc<PanelRow>| {
        let score = &row.run.score;
        (score.failed, score.mase.or(score.smape).unwrap_or(f64::INFINITY))
    };
    let order = |a: &&Arc<PanelRow>, b: &&Arc<PanelRow>| {
        let (a, b) = (key(a), key(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    };
    let whole = panel.rows.iter().filter(|row| !row.run.is_cut_short());
    whole.min_by(order).or_else(|| panel.rows.iter().min_by(order))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(series: usize, failed: usize, mase: f64) -> PanelScore {
        PanelScore {
            name: String::new(),
            series,
            failed,
            first_failure: None,
            smape: None,
            mase: Some(mase),
            ms_per_series: 1.0,
            intervals: Vec::new(),
        }
    }

    #[test]
    fn a_model_that_is_not_done_on_all_series_leads_no_table_and_is_best_in_no_column() {
        let scores = [score(30, 0, 0.9), score(4, 0, 0.1), score(28, 2, 0.5), score(30, 0, 0.8)];
        let baselines = [
            Baseline::named("naive").unwrap(),
            Baseline::named("tbats").unwrap(),
            Baseline::named("auto-ets").unwrap(),
            Baseline::named("drift").unwrap(),
        ];
        let rows: Vec<ModelRow<'_>> = baselines
            .into_iter()
            .zip(&scores)
            .map(|(baseline, score)| ModelRow { baseline, score, done: None, is_kept: true })
            .collect();
        assert_eq!(order(&rows, BEST_FIRST, &[]), [3, 0, 1, 2]);
        let worst_first = Sort { descending: true, ..BEST_FIRST };
        assert_eq!(order(&rows, worst_first, &[]), [0, 3, 2, 1]);
        assert_eq!(order(&rows, Sort { column: 0, descending: false }, &[]), [3, 0, 2, 1]);
        assert_eq!(best_of(&rows, BEST_FIRST.column, &[]), Some(0.8));
    }
}
