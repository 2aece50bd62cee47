//! The series over time: missing stretches shaded, repeated times ringed, other series beside it,
//! on a plain or a logarithmic axis.

use std::ops::Range;

use eframe::egui::{Id, Ui};
use egui_plot::VLine;

use crate::app::Document;
use crate::app::look::Pyramid;
use crate::gui::plot::{
    Mark, Sample, TimeLine, TimePlot, TimePlotUi, ValueMap, data_color, help_ui, key_ui,
};
use crate::gui::series_list::SeriesList;
use crate::gui::theme::{self, Palette};
use crate::series::number::grouped;
use crate::series::visible;
use crate::series::{OutlierPolicy, Series};

use super::{DataLook, switch_ui};

/// Rows shown on each side of one that the ledger was asked to show.
const ROWS_AROUND: usize = 30;
const MISSING: &str = "no value";
const FILLED: &str = "filled in for networks";
const OUTLIER: &str = "possible outlier";
const REPEATED: &str = "time with more than one row";

/// A series drawn beside the target.
struct Beside<'a> {
    series: &'a Series,
    outline: &'a Pyramid,
    place: usize,
    map: ValueMap,
}

/// Draws the switches, the key and the plot, in a height.
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
    let beside: Vec<Beside<'_>> = others
        .iter()
        .enumerate()
        .filter_map(|(place, &index)| {
            let series = document.data.reading.panel.series.get(index)?;
            let outline = document.data.outlines.get(index)?;
            Some(Beside { series, outline, place, map: map_of(outline) })
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

/// The switches over the plot; says whether values are on a log axis, and on their own ranges.
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
fn key(ui: &Ui, document: &Document, beside: &[Beside<'_>]) -> Vec<(Sample, String)> {
    let palette = theme::palette(ui.visuals());
    let dark = ui.visuals().dark_mode;
    let marks = &document.data.marks;
    let mut key = Vec::new();
    for other in beside {
        let color = theme::compare_color(other.place, dark);
        key.push((Sample::Line(color, 2.0), visible(&other.series.name).into_owned()));
    }
    if !marks.missing.is_empty() {
        let count = grouped(document.data.pyramid.missing());
        key.push((Sample::Band(palette.missing), format!("{MISSING} ({count})")));
    }
    if !marks.imputed.is_empty() {
        let count = grouped(document.data.stand_ins.count());
        key.push((Sample::Dashed(palette.imputed), format!("{FILLED} ({count})")));
    }
    if !marks.outliers.is_empty() {
        let count = grouped(marks.outliers.len());
        let masked = match document.data.reading.outliers {
            OutlierPolicy::Keep => "",
            OutlierPolicy::Mask => ", masked for networks",
        };
        let text = format!("{OUTLIER} ({count}){masked}");
        key.push((Sample::Mark(Mark::Diamond, palette.outlier), text));
    }
    if !marks.repeated.is_empty() {
        let count = grouped(marks.repeated.len());
        key.push((Sample::Mark(Mark::Ring, palette.repeated), format!("{REPEATED} ({count})")));
    }
    if !key.is_empty() {
        key.insert(
            0,
            (Sample::Line(palette.data, 2.0), visible(&document.data.series.name).into_owned()),
        );
    }
    key
}

fn plot_ui(
    ui: &mut Ui,
    document: &Document,
    map: ValueMap,
    beside: Vec<Beside<'_>>,
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
    TimePlot::new("data", &series.axis, series.len(), &unit, link)
        .called(&series.name)
        .numbered(document.data.fingerprint)
        .height(height)
        .values(map)
        .show(ui, focus.clone().filter(|_| moves(look)).map(|slots| around(&slots, series)), {
            let marks = &document.data.marks;
            move |plot| {
                plot.bands(MISSING, palette.missing, &marks.missing);
                for other in &beside {
                    let Beside { series, outline, place, map } = *other;
                    let color = theme::compare_color(place, dark);
                    let line = whole_line(series, outline, color);
                    plot.line_on(&series.axis, map, &line);
                }
                plot.line(&whole_line(series, &document.data.pyramid, color));
                let values = &series.values;
                plot.stand_ins(FILLED, palette.imputed, &document.data.stand_ins, values);
                plot.marks(OUTLIER, Mark::Diamond, palette.outlier, &marks.outliers, values);
                plot.marks(REPEATED, Mark::Ring, palette.repeated, &marks.repeated, &series.values);
                if let Some(slots) = focus {
                    focus_mark(plot, &slots, series, palette);
                }
            }
        });
}

fn whole_line<'a>(
    series: &'a Series,
    outline: &'a Pyramid,
    color: eframe::egui::Color32,
) -> TimeLine<'a> {
    TimeLine::actual(&series.name, &series.values, outline, color)
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
