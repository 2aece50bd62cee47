//! What a baseline has left over: its form and criteria, residuals over time, their correlations, and
//! how normal they are.

use eframe::egui::{ComboBox, Id, Stroke, Ui};
use egui_plot::{Line, LineStyle, Plot, Points};

use crate::app::{AppState, Document, ScoredRun};
use crate::forecast::{FitSummary, ResidualCheck};
use crate::gui::data_view::study::autocorrelation_ui;
use crate::gui::plot::{LineRole, TimeLine, TimePlot, framed, help_ui, numbered, with_room};
use crate::gui::runs_panel::run_look;
use crate::gui::theme;
use crate::gui::view::View;
use crate::gui::widgets::hint_ui;
use crate::series::number::{compact_grouped, grouped};

const OVER_TIME: f32 = 0.42;

pub fn residuals_ui(ui: &mut Ui, state: &AppState, document: &Document, view: &mut View) {
    let runs: Vec<(&ScoredRun, &ResidualCheck)> = state
        .scorecard()
        .into_iter()
        .filter_map(|run| Some((run, run.report.residuals.as_ref()?)))
        .collect();
    let named = runs.iter().find(|(run, _)| view.looked_through.as_ref() == Some(&run.label));
    let Some(&(run, check)) = named.or_else(|| runs.first()) else {
        hint_ui(ui, "Once a baseline has run, what it leaves over is shown here.");
        return;
    };
    ui.horizontal(|ui| {
        let label = ui.label(theme::strong("Residuals of"));
        let menu = ComboBox::from_id_salt("residuals of").width(170.0).truncate();
        let menu = menu.selected_text(run.label.as_str()).show_ui(ui, |ui| {
            for (run, _) in &runs {
                let label = Some(run.label.clone());
                ui.selectable_value(&mut view.looked_through, label, &run.label);
            }
        });
        menu.response.labelled_by(label.id).on_hover_text("A model of the scorecard");
        help_ui(ui);
    });
    if let Some(fit) = &run.report.fit {
        ui.label(theme::fine_print(in_words(fit)));
    }
    ui.label(check.pattern());
    ui.label(check.shape());
    let below = (ui.available_height() * (1.0 - OVER_TIME)).clamp(140.0, 420.0);
    let height = (ui.available_height() - below - theme::GRID).max(100.0);
    over_time_ui(ui, state, document, run, check, height);
    ui.add_space(theme::GRID);
    ui.columns(2, |columns| {
        if let [left, right] = columns {
            let height = left.available_height();
            match &check.correlogram {
                Some(correlogram) => {
                    autocorrelation_ui(left, correlogram, run.task.season_length, height);
                }
                None => {
                    left.label(theme::fine_print(
                        "All residuals are equal, or too few to correlate.",
                    ));
                }
            }
            quantiles_ui(right, check, height);
        }
    });
}

/// A model's form, and what its fit is worth beside others of its family.
fn in_words(fit: &FitSummary) -> String {
    let mut text = format!("{} · {} parameters", fit.description, grouped(fit.parameters));
    if let Some(criteria) = fit.criteria {
        text.push_str(&format!(
            " · log-likelihood {} · AIC {} · AICc {} · BIC {}",
            compact_grouped(criteria.log_likelihood),
            compact_grouped(criteria.aic),
            compact_grouped(criteria.aicc),
            compact_grouped(criteria.bic)
        ));
    }
    text
}

fn over_time_ui(
    ui: &mut Ui,
    state: &AppState,
    document: &Document,
    run: &ScoredRun,
    check: &ResidualCheck,
    height: f32,
) {
    let series = &document.data.series;
    let color = run_look(state, run, ui.visuals().dark_mode).color;
    // All of them, not the stretch that the forecast is looked at in.
    let link = Id::unique("residuals").with(document.data.fingerprint);
    let rows = check.values.len();
    let plot = TimePlot::new("residuals", (&series.axis, rows), "residual", link, height);
    let plot = TimePlot { number: document.data.fingerprint, ..plot };
    plot.show(ui, None, move |plot| {
        let role = LineRole::Forecast { lead: 0, intervals: &[] };
        let line = TimeLine::new(&run.label, 0, &check.values, color);
        plot.line(&TimeLine { role, ..line });
    });
}

/// Quantiles of the residuals against those of a normal: on the line where they agree.
fn quantiles_ui(ui: &mut Ui, check: &ResidualCheck, height: f32) {
    let palette = theme::palette(ui.visuals());
    let (found, line) = (palette.accent, ui.visuals().weak_text_color());
    let ends = [check.quantiles.first(), check.quantiles.last()];
    let ends: Vec<[f64; 2]> = ends.into_iter().flatten().map(|&[x, _]| [x, x]).collect();
    let points = check.quantiles.clone();
    let plot = framed(Plot::new("quantiles"), ui, "quantile of the residuals");
    let plot = numbered(plot, ui, "quantile of a normal", [1.0, 0.0]);
    with_room(plot, points.iter().map(|[_, residual]| *residual)).height(height).show(
        ui,
        move |plot| {
            let straight = Line::new("normal", ends).style(LineStyle::dashed_dense());
            plot.line(straight.stroke(Stroke::new(1.0, line)).allow_hover(false));
            plot.points(Points::new("residuals", points).radius(2.0).color(found));
        },
    );
}
