//! Series over time: the target with missing stretches shaded, repeated times ringed and other series
//! beside it, on a plain or a logarithmic axis; or value columns one under another on one time axis.
//!
//! Of columns only the plots in view are drawn, so a file of a hundred scrolls as one of three.

use std::ops::Range;

use eframe::egui::{Id, Label, RichText, ScrollArea, Ui};
use egui_plot::VLine;

use crate::app::Document;
use crate::app::look::Pyramid;
use crate::gui::plot::{
    KeySample, Mark, TimeLine, TimePlot, TimePlotUi, ValueMap, data_color, help_ui, key_ui,
};
use crate::gui::series_list::SeriesList;
use crate::gui::theme;
use crate::gui::theme::Palette;
use crate::gui::widgets::narrow;
use crate::series::number::{compact_grouped, grouped};
use crate::series::{OutlierPolicy, Series, visible};
use crate::stats::number;

use super::{DataLook, columns_of, switch_ui};

/// Rows shown on each side of one that the ledger was asked to show.
const ROWS_AROUND: usize = 30;
const MISSING: &str = "no value";
const FILLED: &str = "filled in for networks";
const OUTLIER: &str = "possible outlier";
const REPEATED: &str = "time with more than one row";

struct ComparedSeries<'a> {
    series: &'a Series,
    outline: &'a Pyramid,
    place: usize,
    map: ValueMap,
}

pub fn series_view_ui(
    ui: &mut Ui,
    document: &Document,
    look: &mut DataLook,
    list: &mut SeriesList,
    height: f32,
) {
    let top = ui.cursor().top();
    let others: Vec<usize> = list.compared_with(document.data.reading.target).collect();
    let (log, scaled) = switches_ui(ui, document, look, list, &others);
    let map_of = |outline: &Pyramid| match (log, scaled) {
        (true, _) => ValueMap::Log,
        (_, true) => share(outline),
        _ => ValueMap::AsIs,
    };
    let own_map = map_of(&document.data.pyramid);
    let beside: Vec<ComparedSeries<'_>> = others
        .iter()
        .enumerate()
        .filter_map(|(place, &index)| {
            let series = document.data.reading.panel.series.get(index)?;
            let outline = document.data.outlines.get(index)?;
            Some(ComparedSeries { series, outline, place, map: map_of(outline) })
        })
        .collect();
    key_ui(ui, &key(ui, document, &beside));
    let left = (height - (ui.cursor().top() - top)).max(100.0);
    plot_ui(ui, document, own_map, beside, look, left);
}

fn share(outline: &Pyramid) -> ValueMap {
    let (low, high) = outline.extent().unwrap_or((0.0, 1.0));
    ValueMap::Share { low, high }
}

fn switches_ui(
    ui: &mut Ui,
    document: &Document,
    look: &mut DataLook,
    list: &mut SeriesList,
    others: &[usize],
) -> (bool, bool) {
    let outlines = others.iter().filter_map(|&index| document.data.outlines.get(index));
    let lowest = outlines.chain([&document.data.pyramid]).filter_map(|outline| outline.extent());
    let lowest = lowest.map(|extent| extent.0).fold(f64::INFINITY, f64::min);
    let comparing = !others.is_empty();
    ui.horizontal_wrapped(|ui| {
        let mut scaled = false;
        if comparing {
            let tooltip = "Draws each series from its own lowest value (0 %) to its own highest (100 %): shapes can be compared where sizes differ";
            scaled = switch_ui(ui, &mut look.scaled, "Scale to compare", tooltip, None);
        }
        let why_not = if scaled {
            Some("Series that are scaled to compare have no common logarithm")
        } else if lowest.is_finite() && lowest > 0.0 {
            None
        } else {
            Some("A logarithm needs values above 0; here are some that are not")
        };
        let tooltip = "Equal steps up are equal ratios: steady growth is a straight line, and swings that grow with the level keep one size";
        let log = switch_ui(ui, &mut look.log, "Log axis", tooltip, why_not);
        if comparing && ui.link("Compare no more").clicked() {
            list.compare_none();
        }
        help_ui(ui);
        (log, scaled)
    })
    .inner
}

/// What is drawn, named; nothing where the series stands alone and whole.
fn key(ui: &Ui, document: &Document, beside: &[ComparedSeries<'_>]) -> Vec<(KeySample, String)> {
    let palette = theme::palette(ui.visuals());
    let dark = ui.visuals().dark_mode;
    let marks = &document.data.marks;
    let mut key = Vec::new();
    for other in beside {
        let color = theme::compare_color(other.place, dark);
        key.push((KeySample::Line(color, 2.0), visible(&other.series.name).into_owned()));
    }
    if !marks.missing.is_empty() {
        let count = grouped(document.data.pyramid.missing());
        key.push((KeySample::Band(palette.missing), format!("{MISSING} ({count})")));
    }
    if !marks.imputed.is_empty() {
        let count = grouped(document.data.stand_ins.count());
        key.push((KeySample::Dashed(palette.imputed), format!("{FILLED} ({count})")));
    }
    if !marks.outliers.is_empty() {
        let count = grouped(marks.outliers.len());
        let masked = match document.data.reading.outliers {
            OutlierPolicy::Keep => "",
            OutlierPolicy::Mask => ", masked for networks",
        };
        let text = format!("{OUTLIER} ({count}){masked}");
        key.push((KeySample::Mark(Mark::Diamond, palette.outlier), text));
    }
    if !marks.repeated.is_empty() {
        let count = grouped(marks.repeated.len());
        key.push((KeySample::Mark(Mark::Ring, palette.repeated), format!("{REPEATED} ({count})")));
    }
    if !key.is_empty() {
        key.insert(
            0,
            (KeySample::Line(palette.data, 2.0), visible(&document.data.series.name).into_owned()),
        );
    }
    key
}

fn plot_ui(
    ui: &mut Ui,
    document: &Document,
    map: ValueMap,
    beside: Vec<ComparedSeries<'_>>,
    look: &mut DataLook,
    height: f32,
) {
    let series = &document.data.series;
    let (palette, dark) = (theme::palette(ui.visuals()), ui.visuals().dark_mode);
    let color = data_color(ui);
    let unit = match map {
        ValueMap::Share { .. } => "share of its own range".to_owned(),
        _ if beside.is_empty() => series.name.clone(),
        _ => "value".to_owned(),
    };
    let focus = focused_slots(document, look);
    // Another series, another zoom.
    let link = Id::unique(("data time", document.data.fingerprint));
    let plot = TimePlot::new("data", (&series.axis, series.len()), &unit, link, height);
    let number = document.data.fingerprint;
    TimePlot { name: &series.name, number, map, ..plot }.show(
        ui,
        focus.clone().filter(|_| moves(look)).map(|slots| around(&slots, series)),
        {
            let marks = &document.data.marks;
            move |plot| {
                plot.bands(MISSING, palette.missing, &marks.missing);
                for other in &beside {
                    let ComparedSeries { series, outline, place, map } = *other;
                    let color = theme::compare_color(place, dark);
                    let line = TimeLine::actual(series, outline, color);
                    plot.line_on(&series.axis, map, &line);
                }
                plot.line(&TimeLine::actual(series, &document.data.pyramid, color));
                let values = &series.values;
                plot.stand_ins(FILLED, palette.imputed, &document.data.stand_ins, values);
                plot.marks(OUTLIER, Mark::Diamond, palette.outlier, &marks.outliers, values);
                plot.marks(REPEATED, Mark::Ring, palette.repeated, &marks.repeated, &series.values);
                if let Some(slots) = focus {
                    focus_mark(plot, &slots, series, palette);
                }
            }
        },
    );
}

/// Slots of the target that the ledger was asked to show, if they are of this series.
fn focused_slots(document: &Document, look: &DataLook) -> Option<Range<usize>> {
    let place = look.focus.as_ref()?.place.as_ref()?;
    let here = place.series.contains(&document.data.reading.target);
    (here && place.slots.end <= document.data.series.len()).then(|| place.slots.clone())
}

/// Whether the plot has still to move to the row asked for; asked once.
fn moves(look: &mut DataLook) -> bool {
    look.focus.as_mut().is_some_and(|focus| std::mem::take(&mut focus.plot_moves))
}

fn around(slots: &Range<usize>, series: &Series) -> Range<usize> {
    let space = ROWS_AROUND.max(slots.len());
    slots.start.saturating_sub(space)..(slots.end + space).min(series.len())
}

/// A line through the slots asked for, at both ends where they are several.
fn focus_mark(
    plot: &mut TimePlotUi<'_, '_>,
    slots: &Range<usize>,
    series: &Series,
    palette: &Palette,
) {
    let last = slots.end.saturating_sub(1).max(slots.start);
    for (number, slot) in [slots.start, last].into_iter().enumerate().take(slots.len().clamp(1, 2))
    {
        let x = series.axis.plot_x(slot);
        let line = VLine::new("shown from the ledger", x).id(("focus", number));
        plot.plot_ui.vline(line.color(palette.accent).width(1.5).allow_hover(false));
    }
}

/// Plots that share the height before the list scrolls.
const PLOTS_IN_VIEW: f32 = 4.0;
/// Least and most height of a plot with its name, in points.
const HEIGHT: (f32, f32) = (128.0, 400.0);

pub fn columns_view_ui(ui: &mut Ui, document: &Document, list: &SeriesList) {
    let target = document.data.reading.target;
    let mut shown: Vec<usize> = [target].into_iter().chain(list.compared_with(target)).collect();
    if shown.len() < 2 {
        shown = columns_of(document);
    }
    let room = ui.available_height();
    let fitting = narrow(number(shown.len())).min(PLOTS_IN_VIEW);
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
    let index_number = u64::try_from(index).unwrap_or(u64::MAX);
    let accent = theme::palette(ui.visuals()).accent;
    let color = if is_target { accent } else { data_color(ui) };
    let plot = TimePlot::new("columns", (&series.axis, series.len()), "", link, left);
    TimePlot {
        name: &series.name,
        number: index_number,
        in_a_list: true,
        ends: Some(ends),
        ..plot
    }
    .show(ui, None, move |plot| {
        plot.line(&TimeLine::actual(series, outline, color));
    });
}
