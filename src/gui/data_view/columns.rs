//! Value columns one under another on one time axis, or the target with the series it is compared
//! with.
//!
//! Only the plots in view are drawn, so a file of a hundred columns scrolls as one of three.

use eframe::egui::{Id, Label, RichText, ScrollArea, Ui};

use crate::app::Document;
use crate::gui::plot::{TimeLine, TimePlot, data_color};
use crate::gui::series_list::SeriesList;
use crate::gui::theme;
use crate::series::number::compact_grouped;
use crate::series::visible;

/// Plots that share the height before the list scrolls.
const PLOTS_IN_VIEW: f32 = 4.0;
/// Least and most height of a plot with its name, in points.
const HEIGHT: (f32, f32) = (128.0, 400.0);

/// Places in the panel of the value columns beside the target, itself included: all of its key.
pub fn columns_of(document: &Document) -> Vec<usize> {
    let per_key = document.data.reading.series_per_key();
    let first = document.data.reading.target - document.data.reading.target % per_key;
    // Categories are codes, not amounts.
    let key = first..first + per_key;
    document.data.candidates.iter().copied().filter(|place| key.contains(place)).collect()
}

/// Draws the plots.
pub fn columns_view_ui(ui: &mut Ui, document: &Document, list: &SeriesList) {
    let target = document.data.reading.target;
    let mut shown: Vec<usize> = [target].into_iter().chain(list.compared_with(target)).collect();
    if shown.len() < 2 {
        shown = columns_of(document);
    }
    let room = ui.available_height();
    #[expect(clippy::cast_precision_loss, reason = "a handful of plots")]
    let fitting = (shown.len() as f32).min(PLOTS_IN_VIEW);
    let gap = ui.spacing().item_spacing.y;
    let height = (room / fitting - gap).clamp(HEIGHT.0, HEIGHT.1);
    let ends = ends_of(document, &shown);
    ScrollArea::vertical().id_salt("columns").auto_shrink([false, false]).show_rows(
        ui,
        height,
        shown.len(),
        |ui, visible| {
            for &index in &shown[visible] {
                ui.allocate_ui(eframe::egui::vec2(ui.available_width(), height), |ui| {
                    ui.set_min_height(height);
                    column_ui(ui, document, index, height, ends);
                });
            }
        },
    );
}

/// Plot coordinates of the first and the last row of all.
fn ends_of(document: &Document, shown: &[usize]) -> (f64, f64) {
    let series = shown.iter().filter_map(|&index| document.data.reading.panel.series.get(index));
    series.filter(|series| !series.is_empty()).fold(
        (f64::INFINITY, f64::NEG_INFINITY),
        |(first, last), series| {
            let axis = &series.axis;
            (first.min(axis.plot_x(0)), last.max(axis.plot_x(series.len() - 1)))
        },
    )
}

fn column_ui(ui: &mut Ui, document: &Document, index: usize, height: f32, ends: (f64, f64)) {
    let Some(series) = document.data.reading.panel.series.get(index) else { return };
    let Some(outline) = document.data.outlines.get(index) else { return };
    let is_target = index == document.data.reading.target;
    let top = ui.cursor().top();
    ui.horizontal(|ui| {
        let name = visible(&series.name);
        let name = if is_target { theme::strong(name) } else { RichText::new(name) };
        ui.add(Label::new(name).truncate());
        let range = outline.extent().map_or_else(
            || "no values".to_owned(),
            |(low, high)| format!("{} to {}", compact_grouped(low), compact_grouped(high)),
        );
        let target = if is_target { "target · " } else { "" };
        ui.add(Label::new(theme::fine_print(format!("{target}{range}"))).truncate());
    });
    let left = height - (ui.cursor().top() - top);
    let link = Id::unique(("columns time", document.read_by));
    let number = u64::try_from(index).unwrap_or(u64::MAX);
    let accent = theme::palette(ui.visuals()).accent;
    let color = if is_target { accent } else { data_color(ui) };
    TimePlot::new("columns", &series.axis, series.len(), "", link)
        .called(&series.name)
        .numbered(number)
        .height(left)
        .in_a_list()
        .between(ends)
        .show(ui, None, move |plot| {
            plot.line(&TimeLine::actual(&series.name, &series.values, outline, color));
        });
}
