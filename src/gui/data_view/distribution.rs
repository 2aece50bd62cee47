//! The histogram of the values, with mean and median.

use eframe::egui::{Stroke, Ui};
use egui_plot::{AxisHints, Bar, BarChart, LineStyle, Plot, VLine};

use crate::app::look::{BinRule, Histogram};
use crate::app::{AppState, Document};
use crate::gui::plot::{LABEL_SPACING, Sample, axis_label, framed, key_ui, quiet};
use crate::gui::theme;
use crate::series::number::{compact_grouped, grouped};

use super::waiting_ui;

/// Draws the key and the histogram.
pub fn distribution_view_ui(ui: &mut Ui, state: &AppState, document: &Document) {
    let histogram = document.study.as_ref().and_then(|study| study.histogram.as_ref());
    let Some(histogram) = histogram else {
        return waiting_ui(ui, state, "The series has no values.");
    };
    let palette = theme::palette(ui.visuals());
    let rule = match histogram.rule {
        BinRule::FreedmanDiaconis => "width by Freedman and Diaconis",
        BinRule::Capped => "as many as can be seen; Freedman and Diaconis ask for more",
        BinRule::Sturges => "number by Sturges, for half of the values are equal",
    };
    ui.label(theme::fine_print(format!(
        "{} values in {} bins {} wide ({rule}) · half of them from {} to {}",
        grouped(histogram.known),
        histogram.counts.len(),
        compact_grouped(histogram.width),
        compact_grouped(histogram.quartiles.0),
        compact_grouped(histogram.quartiles.1),
    )));
    key_ui(
        ui,
        &[
            (
                Sample::Line(palette.data, 2.0),
                format!("median {}", compact_grouped(histogram.median)),
            ),
            (Sample::Dashed(palette.mean), format!("mean {}", compact_grouped(histogram.mean))),
        ],
    );
    plot_ui(ui, document, histogram);
}

fn plot_ui(ui: &mut Ui, document: &Document, histogram: &Histogram) {
    let palette = theme::palette(ui.visuals());
    let fill = palette.accent.gamma_multiply(0.55);
    let edge = ui.visuals().extreme_bg_color;
    let along = quiet(AxisHints::new_x(), ui)
        .label_spacing(LABEL_SPACING)
        .label(axis_label(ui, &document.data.series.name, ui.available_width()))
        .formatter(|mark, _| crate::gui::plot::ValueMap::AsIs.label(mark));
    framed(Plot::new("distribution"), ui, "rows")
        .custom_x_axes(vec![along])
        .x_grid_spacer(|input| {
            let base_step_size = input.base_step_size * 1.4;
            crate::gui::plot::ValueMap::AsIs.marks(egui_plot::GridInput { base_step_size, ..input })
        })
        .include_y(0.0)
        .show_crosshair(false)
        .label_formatter(|_| None)
        .show(ui, move |plot| {
            plot.bar_chart(bars(histogram, fill, edge));
            let median = VLine::new("median", histogram.median);
            plot.vline(median.color(palette.data).width(2.0).allow_hover(false));
            let mean = VLine::new("mean", histogram.mean).style(LineStyle::dashed_dense());
            plot.vline(mean.color(palette.mean).width(2.0).allow_hover(false));
        });
}

fn bars(
    histogram: &Histogram,
    fill: eframe::egui::Color32,
    edge: eframe::egui::Color32,
) -> BarChart {
    let known = histogram.known;
    let bar = |(number, &count): (usize, &usize)| {
        let (from, to) = histogram.bin(number);
        #[expect(clippy::cast_precision_loss, reason = "a count of rows")]
        let (height, share) = (count as f64, count as f64 / known as f64 * 100.0);
        Bar::new(f64::midpoint(from, to), height)
            .width(histogram.width)
            .fill(fill)
            .stroke(Stroke::new(0.5, edge))
            .name(format!(
                "{} to {}\n{} rows, {share:.1} %",
                compact_grouped(from),
                compact_grouped(to),
                grouped(count)
            ))
    };
    BarChart::new("values", histogram.counts.iter().enumerate().map(bar).collect())
        .color(fill)
        .element_formatter(Box::new(|bar, _| bar.name.clone()))
}
