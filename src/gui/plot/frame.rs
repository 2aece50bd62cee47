//! The look that every plot shares: quiet axes, thin muted grid lines, the plot as the picture.

use std::ops::RangeInclusive;

use eframe::egui::{Rangef, TextStyle, Ui, Vec2, Vec2b};
use egui_plot::{AxisHints, GridMark, Plot};

use super::value_map::ValueMap;
use crate::gui::short_name::cut_name;

/// Distance of grid lines in points: none closer than the first, full strength at the second.
const GRID_SPACING: Rangef = Rangef { min: 48.0, max: 49.0 };
/// Margin around the data, as a share of its span.
const MARGIN: Vec2 = Vec2::new(0.01, 0.05);
/// Room for value labels, so that plots do not move when numbers change their width.
const VALUE_AXIS_WIDTH: f32 = 48.0;

/// Share of a plot's side that the name beside it may take; the other axis has the rest.
const LABEL_SHARE: f32 = 0.8;

/// Half a label's width, as a share of the narrowest plot.
const LABEL_EDGE: f64 = 0.03;

/// Distance of labels along a plain axis, in points: none closer than the first, full strength at
/// the second.
pub const LABEL_SPACING: Rangef = Rangef { min: 32.0, max: 33.0 };

/// A plot with the shared look; `unit` stands on the value axis.
pub fn framed<'a>(plot: Plot<'a>, ui: &Ui, unit: &str) -> Plot<'a> {
    framed_by(plot, ui, unit, ValueMap::AsIs)
}

/// A plot with the shared look, whose values are placed by `map`.
pub fn framed_by<'a>(plot: Plot<'a>, ui: &Ui, unit: &str, map: ValueMap) -> Plot<'a> {
    let value_axis = quiet(AxisHints::new_y(), ui)
        .label(unit.to_owned())
        .min_thickness(VALUE_AXIS_WIDTH)
        .formatter(move |mark, _| map.label(mark));
    plot.auto_bounds(Vec2b::TRUE)
        .allow_boxed_zoom(true)
        // A wheel scrolls what a plot stands in, and never zooms the curve out of it.
        .allow_scroll(false)
        .allow_zoom(false)
        .set_margin_fraction(MARGIN)
        .grid_spacing(GRID_SPACING)
        .grid_color(ui.visuals().widgets.noninteractive.bg_stroke.color)
        .y_grid_spacer(move |input| map.marks(input))
        .custom_y_axes(vec![value_axis])
}

/// What stands beside an axis of some length, in points: a name that fits it.
pub fn axis_label(ui: &Ui, name: &str, length: f32) -> String {
    cut_name(ui, name, &TextStyle::Body, length * LABEL_SHARE)
}

/// An axis in small, muted text.
pub fn quiet<'a>(axis: AxisHints<'a>, ui: &Ui) -> AxisHints<'a> {
    axis.tick_label_color(ui.visuals().weak_text_color())
        .tick_label_font(TextStyle::Small.resolve(ui.style()))
}

/// Where along an axis labels have room: not so close to an end that they would be cut off.
pub fn room(range: &RangeInclusive<f64>) -> RangeInclusive<f64> {
    let edge = (range.end() - range.start()) * LABEL_EDGE;
    range.start() + edge..=range.end() - edge
}

/// The label of a mark, or nothing where it has no room.
pub fn inside(
    range: &RangeInclusive<f64>,
    mark: GridMark,
    label: impl Fn(GridMark) -> String,
) -> String {
    if room(range).contains(&mark.value) { label(mark) } else { String::new() }
}
