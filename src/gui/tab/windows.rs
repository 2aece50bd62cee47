//! Parts and windows on the series itself: what trains, what chooses, what scores, and what one
//! window sees.

use std::ops::Range;

use eframe::egui::{Align, Color32, Grid, Id, Label, Layout, RichText, Slider, Ui};
use egui_plot::Span;

use crate::app::{AppState, Document};
use crate::forecast::Model;
use crate::gui::plot::{TimeLine, TimePlot, data_color};
use crate::gui::theme;
use crate::gui::view::View;
use crate::nn::Cell;
use crate::series::number::grouped;

/// Draws the tab.
pub fn windows_ui(ui: &mut Ui, state: &AppState, document: &Document, view: &mut View) {
    let (series, split) = (&document.series, &document.task.split);
    let window = &state.recipe.window;
    ui.label(theme::strong("Parts of the series, and one training window"));
    let parts = [
        ("training", &split.train, document.windows.train, "weights and scaling are fitted here"),
        ("validation", &split.validation, document.windows.validation, "chooses the best epoch"),
        ("test", &split.test, document.windows.test, "scores the models; nothing is fitted here"),
    ];
    Grid::new("parts").num_columns(4).spacing([theme::GRID * 2.0, 2.0]).show(ui, |ui| {
        for (name, rows, windows, what) in &parts {
            ui.label(*name).on_hover_text(*what);
            right(ui, format!("{} rows", grouped(rows.len())));
            right(ui, counted(*windows, "window"));
            let text = theme::fine_print(span_of(document, rows));
            ui.add(Label::new(text).truncate()).on_hover_text(*what);
            ui.end_row();
        }
    });
    let last_start = split.train.len().checked_sub(window.lookback.saturating_add(window.horizon));
    if let Some(last_start) = last_start {
        view.example_window = view.example_window.min(last_start);
        ui.horizontal(|ui| {
            let label = ui.label("Training window");
            ui.spacing_mut().slider_width = 200.0;
            ui.add(Slider::new(&mut view.example_window, 0..=last_start).show_value(false))
                .labelled_by(label.id)
                .on_hover_text("Slide to see each window: the network reads the lookback and learns to say the horizon");
            let (reads, says) = example_colors(ui);
            ui.label(RichText::new(format!("reads {}", counted(window.lookback, "row"))).color(reads));
            ui.label(RichText::new(format!("says {}", counted(window.horizon, "row"))).color(says));
        });
    }
    let palette = theme::palette(ui.visuals());
    let color = data_color(ui);
    let example = last_start.map(|_| view.example_window);
    let (reads, says) = example_colors(ui);
    TimePlot::new("windows", &series.axis, series.len(), &series.name, Id::unique("windows time"))
        .show(ui, None, move |plot| {
            let axis = &series.axis;
            for (name, rows, fill) in [
                ("validation", &split.validation, palette.validation),
                ("test", &split.test, palette.holdout),
            ] {
                if !rows.is_empty() {
                    let range = axis.plot_x(rows.start)..=axis.plot_x(rows.end - 1);
                    plot.plot_ui
                        .span(Span::new(name, range).fill(fill).border_color(Color32::TRANSPARENT));
                }
            }
            let mut line = |name, first_row, values, pyramid, color, emphasis| {
                plot.line(&TimeLine {
                    name,
                    first_row,
                    values,
                    pyramid,
                    color,
                    dashed: false,
                    emphasis,
                });
            };
            line(&series.name, 0, &series.values, Some(&*document.pyramid), color, false);
            if let Some(start) = example {
                let turn = start + window.lookback;
                line("lookback", start, &series.values[start..turn], None, reads, true);
                let out = &series.values[turn..turn + window.horizon];
                line("horizon", turn, out, None, says, true);
            }
        });
}

/// Colours of what a window reads and what it learns to say.
fn example_colors(ui: &Ui) -> (Color32, Color32) {
    let visuals = ui.visuals();
    let says = theme::model_color(Model::Network(Cell::Lstm), 0, visuals.dark_mode);
    (theme::palette(visuals).accent, says)
}

fn span_of(document: &Document, rows: &Range<usize>) -> String {
    let axis = &document.series.axis;
    match rows.end.checked_sub(1) {
        Some(last) if !rows.is_empty() => {
            format!("{} to {}", axis.display(rows.start), axis.display(last))
        }
        _ => "no rows".to_owned(),
    }
}

fn counted(count: usize, thing: &str) -> String {
    format!("{} {thing}{}", grouped(count), if count == 1 { "" } else { "s" })
}

fn right(ui: &mut Ui, text: String) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(text));
}
