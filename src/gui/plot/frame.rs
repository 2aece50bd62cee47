//! The look that every plot shares: quiet axes, thin muted grid lines, the plot as the picture.

use std::ops::RangeInclusive;

use eframe::egui::{Rangef, TextStyle, Ui, Vec2, Vec2b};
use egui_plot::{AxisHints, GridMark, Plot};

use super::value_map::ValueMap;
use crate::gui::short_name::short_name;

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

/// Values closer than this share of their size leave a plot no span to draw in,
const LEAST_SPAN: f64 = 1e-9;
/// which then has room for so much of their size.
const SIZE_SHARE: f64 = 0.05;

/// A plot with room for its values where they are all but the same and large: it has no span to draw
/// them in by itself.
pub fn with_room(plot: Plot<'_>, values: impl IntoIterator<Item = f64>) -> Plot<'_> {
    let ends = room_of(values).into_iter().flatten();
    ends.fold(plot, Plot::include_y)
}

/// The ends of such a plot's axis; `None` where it needs no room.
fn room_of(values: impl IntoIterator<Item = f64>) -> Option<[f64; 2]> {
    let values = values.into_iter().filter(|value| value.is_finite());
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let size = low.abs().max(high.abs());
    let is_narrow = low <= high && size >= 1.0 && high - low <= size * LEAST_SPAN;
    is_narrow.then_some([low - SIZE_SHARE * size, high + SIZE_SHARE * size])
}

/// What stands beside an axis of some length, in points: a name that fits it.
pub fn axis_label(ui: &Ui, name: &str, length: f32) -> String {
    short_name(ui, name, &TextStyle::Body.resolve(ui.style()), length * LABEL_SHARE)
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

#[cfg(test)]
mod tests {
    use super::room_of;

    #[test]
    fn large_values_that_are_all_the_same_have_room() {
        for size in [3.0, 1e20, -1.8e102, 1e300] {
            let [low, high] = room_of([size, size, f64::NAN]).unwrap();
            assert!(low < size && size < high && (high - low).is_finite());
        }
        assert_eq!(room_of([0.0, 0.0]), None);
        assert_eq!(room_of([1e20, 2e20]), None);
        assert_eq!(room_of([f64::NAN]), None);
    }
}
