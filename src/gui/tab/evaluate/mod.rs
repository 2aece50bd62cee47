//! Baselines over all series of a panel: what starts and stops them, their means above, their errors
//! series by series below.

pub mod models;
mod series;
mod table;

use eframe::egui::{Label, ProgressBar, Role, ScrollArea, Ui, WidgetInfo};

use crate::app::{AppState, Command, Document, HoldOut, PanelJob, ScoresTable};
use crate::gui::theme;
use crate::gui::view::View;
use crate::gui::widgets::{IconButton, hint_ui, icon, narrow};
use crate::gui::wish::Wish;
use crate::series::number::{duration, grouped};
use crate::stats::ratio;

use self::models::models_ui;
use self::series::series_ui;

pub use self::models::PanelLook;

/// Share of the height that the table of models may take.
const MODELS_SHARE: f32 = 0.45;
/// Width below which tables scroll sideways, in points: that of the middle of the narrowest window.
const NARROWEST: f32 = 340.0;

pub fn evaluate_ui(
    ui: &mut Ui,
    state: &AppState,
    document: &Document,
    view: &mut View,
    wishes: &mut Vec<Wish>,
) {
    head_ui(ui, state, document, wishes);
    let ticked = &state.document.recipe.baselines.models;
    let begun = |panel: &&crate::app::PanelScores| {
        let job = panel.job.as_ref();
        !panel.rows.is_empty() || job.is_some_and(|job| job.under_way.is_some())
    };
    let Some(panel) = state.scores.panel.as_ref().filter(begun) else {
        let count = grouped(document.data.targets.len());
        let text = format!("Score the baselines on all {count} series to see which is best.");
        hint_ui(ui, &text);
        return;
    };
    ScrollArea::horizontal().auto_shrink([false, false]).show(ui, |ui| {
        ui.set_min_width(NARROWEST);
        theme::tint_selection(ui);
        let most = ui.available_height() * MODELS_SHARE;
        let levels = &state.document.recipe.baselines.levels;
        ui.scope(|ui| models_ui(ui, panel, ticked, levels, &mut view.panel, most));
        ui.add_space(theme::GRID);
        let mut commands = Vec::new();
        series_ui(ui, panel, ticked, document, &mut view.panel, &mut commands);
        wishes.extend(commands.into_iter().map(Wish::Do));
    });
}

/// Draws what is scored, with the way to start it; or how far it is, with the way to stop it.
pub fn head_ui(ui: &mut Ui, state: &AppState, document: &Document, wishes: &mut Vec<Wish>) {
    let job = state.scores.panel.as_ref().and_then(|panel| panel.job.as_ref());
    ui.horizontal(|ui| {
        ui.set_min_height(theme::GRID * 3.5);
        let count = grouped(document.data.targets.len());
        ui.label(theme::strong(format!("All {count} series")));
        ui.add_space(theme::GRID);
        if let Some(job) = job {
            progress_ui(ui, job, wishes);
        } else {
            start_ui(ui, state, document, wishes);
            export_ui(ui, state, wishes);
        }
    });
    let account = account(state) + &left_out(document);
    ui.add(Label::new(theme::fine_print(account)).truncate());
}

fn export_ui(ui: &mut Ui, state: &AppState, wishes: &mut Vec<Wish>) {
    if state.scores.panel.as_ref().is_none_or(|panel| panel.rows.is_empty()) {
        return;
    }
    let text = format!("{} Export scores", icon::DOWNLOAD_SIMPLE);
    let menu = ui.menu_button(text, |ui| {
        for (table, name, tooltip) in [
            (ScoresTable::Models, "Means of the models…", "As CSV, a row a model"),
            (ScoresTable::Series, "Series by series…", "As CSV, a row a series and model"),
        ] {
            if ui.button(name).on_hover_text(tooltip).clicked() {
                wishes.push(Wish::AskExportScores(table));
                ui.close();
            }
        }
    });
    menu.response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Export scores"));
}

/// Which baselines are fitted to what. Ticks of the scorecard look the same and choose something else.
fn what_a_click_does(state: &AppState, document: &Document) -> String {
    let due: Vec<String> = state.panel_due().iter().map(ToString::to_string).collect();
    format!(
        "Fits {} to each of the {} series: the baselines ticked on the left, under Baselines. Ticks of \
         the scorecard only choose what is drawn.\nIt runs on all cores and can be stopped.",
        due.join(", "),
        grouped(document.data.targets.len())
    )
}

fn start_ui(ui: &mut Ui, state: &AppState, document: &Document, wishes: &mut Vec<Wish>) {
    let (due, ticked) = (state.panel_due().len(), state.document.recipe.baselines.models.len());
    let is_first = state.scores.panel.as_ref().is_none_or(|panel| panel.rows.is_empty());
    let text = match due {
        0 => "All scored".to_owned(),
        1 => "Score 1 baseline".to_owned(),
        _ if is_first || due == ticked => format!("Score {due} baselines"),
        _ => format!("Score {due} more baselines"),
    };
    let mut button = IconButton::new(icon::PLAY, &text).enabled(due > 0).min_size(176.0, 0.0);
    if is_first && due > 0 {
        button = button.accent();
    }
    let why_not = if ticked == 0 {
        "Tick a baseline on the left, under Baselines."
    } else {
        "Every ticked baseline has been scored. Tick another one on the left, under Baselines."
    };
    let button = button.show(ui).on_disabled_hover_text(why_not);
    if button.on_hover_text(what_a_click_does(state, document)).clicked() {
        wishes.push(Wish::Do(Command::ScorePanel));
    }
}

fn progress_ui(ui: &mut Ui, job: &PanelJob, wishes: &mut Vec<Wish>) {
    let stop = IconButton::new(icon::STOP, "Stop").enabled(!job.stopping).min_size(72.0, 0.0);
    let stop = stop.show_as(ui, "Stop scoring").on_hover_text("Stop; what is done is kept");
    if stop.clicked() {
        wishes.push(Wish::Do(Command::StopPanel));
    }
    let share = job.under_way.as_ref().map_or(0.0, |way| narrow(ratio(way.done, way.of)));
    ui.add(ProgressBar::new(share).desired_width(96.0).desired_height(theme::GRID));
    ui.add(Label::new(panel_words(job)).truncate());
}

/// How far the scoring of a panel is, in words: `auto-arima: 132 of 366 series, 12 s left`.
pub fn panel_words(job: &PanelJob) -> String {
    match &job.under_way {
        _ if job.stopping => "Stopping after the series under way…".to_owned(),
        None => "Cutting the series…".to_owned(),
        Some(way) => {
            let (done, of) = (grouped(way.done), grouped(way.of));
            let left = duration(way.seconds_left);
            format!("{}: {done} of {of} series, {left} left", way.baseline)
        }
    }
}

/// What the numbers stand for; and whether they are those of the present settings.
fn account(state: &AppState) -> String {
    let present = HoldOut::of(&state.document.recipe);
    let hold_out = state.scores.panel.as_ref().map_or(present, |panel| panel.hold_out);
    let rows = hold_out.horizon.min(hold_out.test);
    let mut text = format!(
        "Means over the series, each scored on its last {}, unseen by any model.",
        if rows == 1 { "row".to_owned() } else { format!("{} rows", grouped(rows)) }
    );
    if hold_out != present {
        let now = grouped(present.horizon.min(present.test));
        text.push_str(&format!(" The settings now hold out {now}."));
    }
    text
}

/// What else the file holds, which no model is scored on.
fn left_out(document: &Document) -> String {
    let data = &document.data;
    match data.candidates.len() - data.targets.len() {
        0 => String::new(),
        1 => " The covariate is not scored.".to_owned(),
        more => format!(" The {} covariates are not scored.", grouped(more)),
    }
}
