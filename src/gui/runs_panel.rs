//! The scorecard, on the right: one row a model, best on top, a verdict and the fine print.

use eframe::egui::{
    Align, Grid, Label, Layout, RichText, Role, ScrollArea, Sense, TextStyle, Ui, Vec2, WidgetInfo,
};

use crate::app::{AppState, Command, Learning, ScoredRun};
use crate::baseline::Baseline;
use crate::evaluate::{ModelReport, sort_key};
use crate::forecast::{ModelChoice, level_name};
use crate::report::TABLE_FORMATS;
use crate::series::number::{compact_grouped, duration, grouped, percent};
use crate::series::visible;

use super::theme;
use super::theme::{ModelLook, model_look, paint_look, shares_look};
use super::widgets::{IconButton, check_box, icon, without_its_middle};
use super::wish::Wish;

/// Widths of the columns of numbers, in points: MASE, MAE, RMSE, sMAPE, time. What is wider is cut.
const COLUMNS: [f32; 5] = [46.0, 58.0, 58.0, 52.0, 52.0];
const SPACING: f32 = 6.0;
const NARROWEST_NAME: f32 = 80.0;

pub fn runs_ui(ui: &mut Ui, state: &AppState, wishes: &mut Vec<Wish>) {
    ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        ui.label(theme::strong("Scorecard"));
        scorecard_ui(ui, state, wishes);
        unfitted_ui(ui, state);
        if let Some(verdict) = state.verdict() {
            ui.add_space(theme::GRID / 2.0);
            ui.label(RichText::new(verdict));
        }
        fine_print_ui(ui, state);
        ui.add_space(theme::GRID);
        let export = IconButton::new(icon::DOWNLOAD_SIMPLE, "Export forecast…").show(ui);
        let formats: Vec<&str> = TABLE_FORMATS.iter().map(|format| format.name).collect();
        let tooltip = format!(
            "Write the forecasts that are ticked as {}: series, time, model, value",
            formats.join(" or ")
        );
        if export.on_hover_text(tooltip).clicked() {
            wishes.push(Wish::AskExport);
        }
        earlier_ui(ui, state, wishes);
    });
}

/// A run's look: by model, and by its place among runs that would look the same.
pub fn run_look(state: &AppState, run: &ScoredRun, dark: bool) -> ModelLook {
    let same = |other: &&ScoredRun| shares_look(other.model, run.model) && other.id < run.id;
    model_look(run.model, state.runs.list.iter().filter(same).count(), dark)
}

/// The look that a network will have on the scorecard.
pub fn learning_look(state: &AppState, model: ModelChoice, dark: bool) -> ModelLook {
    let number = state.runs.list.iter().filter(|run| shares_look(run.model, model)).count();
    model_look(model, number, dark)
}

fn scorecard_ui(ui: &mut Ui, state: &AppState, wishes: &mut Vec<Wish>) {
    let rows = rows(state);
    if rows.is_empty() {
        let text = if state.scores.baselines_job.is_some() {
            "Baselines are on their way…"
        } else {
            "No model has run yet."
        };
        ui.label(theme::fine_print(text));
        return;
    }
    let shown = columns_shown(ui.available_width());
    // The name has what the numbers leave, whatever stands in them: no text moves a column.
    let numbers: f32 = shown.iter().map(|&column| COLUMNS[column] + SPACING).sum();
    let name_width = (ui.available_width() - numbers).max(NARROWEST_NAME);
    let grid = Grid::new(("scorecard", shown.len())).num_columns(1 + shown.len());
    grid.spacing([SPACING, 4.0]).striped(true).show(ui, |ui| {
        let names = [
            ("Model", "Tick a model to draw and export it"),
            ("MASE", "Mean absolute error in units of seasonal naive's error inside the training rows: below 1 is better than that"),
            ("MAE", "Mean absolute error, in the data's units"),
            ("RMSE", "Root mean squared error, in the data's units: large misses count most"),
            ("sMAPE %", "Symmetric percentage error, 0 to 200"),
            ("Time", "Time for fitting and both forecasts; that of a combination counts its members"),
        ];
        let others = shown.iter().map(|&column| names[1 + column]);
        for (name, tooltip) in std::iter::once(names[0]).chain(others) {
            let cell = |ui: &mut Ui| ui.add(Label::new(theme::fine_print(name)).sense(Sense::hover()));
            let column = names.iter().position(|(known, _)| *known == name).unwrap_or(0);
            let label = match column.checked_sub(1) {
                None => cell(ui),
                Some(column) => right(ui, COLUMNS[column], cell),
            };
            label.on_hover_text(tooltip);
        }
        ui.end_row();
        for (place, row) in rows.into_iter().enumerate() {
            let is_best = place == 0;
            match row {
                ScorecardRow::ScoredRun(run) => run_ui(ui, state, run, is_best, name_width, wishes),
                ScorecardRow::Scored(learning, _) => scored_ui(ui, state, learning, name_width),
            }
            numbers_ui(ui, row.report(), is_best, shown);
            ui.end_row();
        }
    });
}

/// What has a row on the scorecard.
#[derive(Clone, Copy)]
enum ScorecardRow<'a> {
    ScoredRun(&'a ScoredRun),
    /// A network that is scored, and being trained once more on all rows.
    Scored(&'a Learning, &'a ModelReport),
}

impl<'a> ScorecardRow<'a> {
    const fn report(self) -> &'a ModelReport {
        match self {
            Self::ScoredRun(run) => &run.report,
            Self::Scored(_, report) => report,
        }
    }
}

fn rows(state: &AppState) -> Vec<ScorecardRow<'_>> {
    let scored = state.scored().map(|(learning, report)| ScorecardRow::Scored(learning, report));
    let mut rows: Vec<ScorecardRow<'_>> =
        state.scorecard().into_iter().map(ScorecardRow::ScoredRun).chain(scored).collect();
    rows.sort_by(|a, b| sort_key(a.report()).total_cmp(&sort_key(b.report())));
    rows
}

fn unfitted_ui(ui: &mut Ui, state: &AppState) {
    let color = theme::palette(ui.visuals()).error;
    for (_, message) in &state.scores.unfitted {
        ui.add_space(theme::GRID / 2.0);
        let text = format!("{} {}", icon::WARNING, visible(message));
        ui.label(RichText::new(text).small().color(color));
    }
}

/// Which numbers of a row there is room for: MASE, MAE, RMSE, sMAPE, time.
const fn columns_shown(width: f32) -> &'static [usize] {
    match width {
        428.0.. => &[0, 1, 2, 3, 4],
        300.0.. => &[0, 1, 4],
        _ => &[0, 4],
    }
}

fn run_ui(
    ui: &mut Ui,
    state: &AppState,
    run: &ScoredRun,
    best: bool,
    width: f32,
    wishes: &mut Vec<Wish>,
) {
    name_cell(ui, width, |ui| {
        swatch(ui, run_look(state, run, ui.visuals().dark_mode));
        let mut visible = run.visible;
        let box_width = ui.spacing().icon_width + ui.spacing().icon_spacing;
        let room = ui.available_width() - box_width;
        let shown = without_its_middle(ui, &run.label, &theme::strong_font(ui), room);
        let name = if best { theme::strong(shown) } else { RichText::new(shown) };
        let check = check_box(ui, true, &mut visible, name);
        check.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, visible, &run.label));
        if check.clicked() {
            wishes.push(Wish::Do(Command::SetVisible(run.id, visible)));
        }
        let about = format!("{}\n{}\n{}", run.label, describe(run), errors(run));
        check.on_hover_text(about).context_menu(|ui| run_menu(ui, run, wishes));
    });
}

/// The name of a network whose score is known while it is trained once more.
fn scored_ui(ui: &mut Ui, state: &AppState, learning: &Learning, width: f32) {
    name_cell(ui, width, |ui| {
        let model = learning.assignment.model;
        swatch(ui, learning_look(state, model, ui.visuals().dark_mode));
        ui.add_space(ui.spacing().icon_width + ui.spacing().icon_spacing);
        let label = Label::new(theme::strong(&learning.label).weak()).truncate();
        ui.add(label).on_hover_text(format!(
            "{} is scored, and is being trained once more on all rows for the forecast of the future",
            learning.label
        ));
    });
}

fn name_cell(ui: &mut Ui, width: f32, contents: impl FnOnce(&mut Ui)) {
    let size = Vec2::new(width, ui.spacing().interact_size.y);
    let layout = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(size, layout, |ui| {
        ui.set_width(width);
        contents(ui);
    });
}

fn numbers_ui(ui: &mut Ui, report: &ModelReport, best: bool, shown: &[usize]) {
    let metrics = report.metrics;
    let value = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), compact_grouped);
    let cells = [
        value(metrics.and_then(|metrics| metrics.mase)),
        value(metrics.map(|metrics| metrics.mae)),
        value(metrics.map(|metrics| metrics.rmse)),
        value(metrics.map(|metrics| metrics.smape)),
        short_duration(report.seconds),
    ];
    for &column in shown {
        let text = cells[column].as_str();
        let text = if best && column == 0 { theme::strong(text) } else { RichText::new(text) };
        right(ui, COLUMNS[column], |ui| ui.add(Label::new(text).truncate()));
    }
}

fn run_menu(ui: &mut Ui, run: &ScoredRun, wishes: &mut Vec<Wish>) {
    if !run.model.is_network() {
        ui.label(theme::fine_print("Baselines follow the settings."));
        return;
    }
    if ui.button("Use its settings").clicked() {
        wishes.push(Wish::Do(Command::UseRecipeOf(run.id)));
        ui.close();
    }
    if let Some(kept) = &run.kept {
        let show = ui.button("Show its folder").on_hover_text(kept.folder.display().to_string());
        if show.clicked() {
            wishes.push(Wish::Do(Command::ShowFolder(kept.folder.clone())));
            ui.close();
        }
        let copy = ui.button("Copy its name").on_hover_text(
            "The name that tidegate runs show, reproduce and delete take on the command line",
        );
        if copy.clicked() {
            ui.ctx().copy_text(kept.name.clone());
            ui.close();
        }
    }
    let remove = IconButton::new(icon::TRASH, "Remove").show(ui);
    let remove = remove.on_hover_text(match run.kept {
        Some(_) => "Take it off the list; its folder stays",
        None => "Take it off the list",
    });
    if remove.clicked() {
        wishes.push(Wish::Do(Command::RemoveRun(run.id)));
        ui.close();
    }
}

fn describe(run: &ScoredRun) -> String {
    if let ModelChoice::Baseline(baseline) = run.model {
        return describe_baseline(run, baseline);
    }
    let (model, train, window) = (&run.recipe.model, &run.recipe.train, &run.recipe.window);
    format!(
        "{} × {}, {} parameters, lookback {}, seed {}, {} epochs{}{}{}{}{}\nRight-click to use its settings or remove it.",
        model.layers,
        model.hidden_size,
        grouped(run.report.parameters),
        window.lookback,
        train.seed,
        run.curve.len(),
        if run.report.stopped { ", stopped by hand" } else { "" },
        match run.report.members.holdout.len() {
            0 => String::new(),
            members => format!("\nMedian of {members} networks, each a thin line"),
        },
        if run.report.refitted {
            "\nThe future is forecast by a network trained once more on all rows; the score is of the one before"
        } else {
            ""
        },
        run.kept.as_ref().map_or_else(String::new, |kept| format!("\nKept as {}", kept.name)),
        run.report.shortfall.as_ref().map_or_else(String::new, |what| format!("\nBut {what}")),
    )
}

/// All errors of a run, for where their columns have no room.
fn errors(run: &ScoredRun) -> String {
    run.report.metrics.map_or_else(String::new, |metrics| {
        let (mae, rmse) = (compact_grouped(metrics.mae), compact_grouped(metrics.rmse));
        format!("MAE {mae}, RMSE {rmse}, sMAPE {}", percent(metrics.smape))
    })
}

fn describe_baseline(run: &ScoredRun, baseline: Baseline) -> String {
    let mut text = baseline.sentence().to_owned();
    if let Some(fit) = &run.report.fit {
        text.push_str(&format!("\n{}", fit.description));
        if let Some(criteria) = fit.criteria {
            text.push_str(&format!(", AICc {:.1}", criteria.aicc));
        }
    }
    for score in &run.report.interval_scores {
        text.push_str(&format!(
            "\n{} % intervals held {:.0} % of the held-out values",
            level_name(score.level),
            100.0 * score.coverage
        ));
    }
    if let Some(shortfall) = &run.report.shortfall {
        text.push_str(&format!("\nBut {shortfall}"));
    }
    text
}

/// Which rows were held out, and what MASE is scaled by.
fn fine_print_ui(ui: &mut Ui, state: &AppState) {
    let Some(document) = &state.document.open else { return };
    let (task, axis) = (&document.derived.task, &document.data.series.axis);
    let rows = task.split.holdout(task.horizon);
    if rows.is_empty() {
        return;
    }
    ui.label(theme::fine_print(format!(
        "Scored on {}: the last {} rows, {} to {}, forecast from the row before and seen by no \
         model. MASE is scaled by the in-sample error of seasonal naive with a season of {}.",
        visible(&document.data.series.name),
        rows.len(),
        axis.display(rows.start),
        axis.display(rows.end - 1),
        task.season_length,
    )));
}

fn earlier_ui(ui: &mut Ui, state: &AppState, wishes: &mut Vec<Wish>) {
    let runs = state.earlier_runs();
    if runs.is_empty() {
        return;
    }
    ui.add_space(theme::GRID * 2.0);
    ui.label(theme::strong("Runs on other data")).on_hover_text(
        "Runs of another series or with another hold-out: their errors cannot be compared with the ones above",
    );
    for run in runs {
        earlier_run_ui(ui, run, wishes);
    }
}

/// A run whose errors are on other rows: its name as far as there is room, the way to remove it at the
/// right, and its error below.
fn earlier_run_ui(ui: &mut Ui, run: &ScoredRun, wishes: &mut Vec<Wish>) {
    let size = Vec2::new(ui.available_width(), ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        let name = format!("Remove {}", run.label);
        let remove = IconButton::new(icon::TRASH, "").bare().show_as(ui, &name).on_hover_text(name);
        if remove.clicked() {
            wishes.push(Wish::Do(Command::RemoveRun(run.id)));
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let name = format!("{} on {}", run.label, visible(&run.series.target.name));
            let font = TextStyle::Body.resolve(ui.style());
            let shown = without_its_middle(ui, &name, &font, ui.available_width());
            let label = ui.add(Label::new(shown).sense(Sense::hover()));
            label.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
            label.on_hover_text(format!("{name}\n{}", describe(run)));
        });
    });
    let error = run.report.metrics.and_then(|metrics| metrics.mase);
    let error = error.map_or_else(|| "–".to_owned(), compact_grouped);
    let rows = match run.task.split.holdout(run.task.horizon).len() {
        1 => "1 row".to_owned(),
        rows => format!("{} rows", grouped(rows)),
    };
    ui.label(theme::fine_print(format!("MASE {error} on {rows}")));
}

/// A duration in few letters: from a minute on, `3.1 min` and `2.2 h`.
fn short_duration(seconds: f64) -> String {
    match seconds {
        60.0..3_600.0 => format!("{:.1} min", seconds / 60.0),
        3_600.0.. => format!("{:.1} h", seconds / 3_600.0),
        _ => duration(seconds),
    }
}

fn right<R>(ui: &mut Ui, width: f32, content: impl FnOnce(&mut Ui) -> R) -> R {
    let size = Vec2::new(width, ui.spacing().interact_size.y);
    let layout = Layout::right_to_left(Align::Center);
    let cell = ui.allocate_ui_with_layout(size, layout, |ui| {
        ui.set_width(width);
        content(ui)
    });
    cell.inner
}

fn swatch(ui: &mut Ui, look: ModelLook) {
    let size = Vec2::new(12.0, ui.spacing().interact_size.y);
    let (space, _) = ui.allocate_exact_size(size, Sense::hover());
    paint_look(ui.painter(), space, look);
}
