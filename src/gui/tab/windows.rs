//! Parts and windows on the series itself: what trains, what chooses, what scores, and what one
//! window sees.

use eframe::egui::{Color32, Id, Slider, Ui};
use egui_plot::Span;

use crate::app::{AppState, Document};
use crate::gui::plot::{TimeLine, TimePlot, data_color};
use crate::gui::theme;
use crate::gui::view::View;
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
    for (name, rows, windows, what) in &parts {
        let span = if rows.is_empty() {
            "no rows".to_owned()
        } else {
            format!("{} to {}", series.axis.display(rows.start), series.axis.display(rows.end - 1))
        };
        ui.horizontal(|ui| {
            let counts =
                format!("{name}: {} rows, {} windows", grouped(rows.len()), grouped(*windows));
            ui.label(counts);
            ui.label(theme::fine_print(format!("{span} · {what}")));
        });
    }
    let last_start = split.train.len().checked_sub(window.lookback + window.horizon);
    if let Some(last_start) = last_start {
        view.example_window = view.example_window.min(last_start);
        ui.horizontal(|ui| {
            let label = ui.label("Training window");
            ui.spacing_mut().slider_width = 280.0;
            ui.add(Slider::new(&mut view.example_window, 0..=last_start).show_value(false))
                .labelled_by(label.id)
                .on_hover_text("Slide to see each window: the network reads the lookback and learns to say the horizon");
            ui.label(theme::fine_print(format!(
                "{} rows in, {} rows out",
                window.lookback, window.horizon
            )));
        });
    }
    let palette = theme::palette(ui.visuals());
    let color = data_color(ui);
    let example = last_start.map(|_| view.example_window);
    let accent = palette.accent;
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
            let mut line = |name, first_row, values, color, emphasis| {
                plot.line(&TimeLine { name, first_row, values, color, dashed: false, emphasis });
            };
            line(&series.name, 0, &series.values, color, false);
            if let Some(start) = example {
                let turn = start + window.lookback;
                line("lookback", start, &series.values[start..turn], accent, true);
                let out = &series.values[turn..turn + window.horizon];
                line("horizon", turn, out, Color32::from_rgb(213, 94, 0), true);
            }
        });
}
