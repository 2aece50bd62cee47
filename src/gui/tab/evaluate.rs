//! Baselines over all series of a panel: means above, series by series below.

use eframe::egui::{ScrollArea, Ui};

use crate::app::{AppState, Document};
use crate::gui::hint::hint_ui;
use crate::gui::panel_scores::{head_ui, models_ui, series_ui};
use crate::gui::theme;
use crate::gui::view::View;
use crate::gui::wish::Wish;
use crate::series::number::grouped;

/// Share of the height that the table of models may take.
const MODELS_SHARE: f32 = 0.45;
/// Width below which tables scroll sideways, in points: that of the middle of the narrowest window.
const NARROWEST: f32 = 340.0;

/// Draws the tab.
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
