//! The look that every plot shares: quiet axes, thin muted grid lines, the plot as the picture. Above it
//! the key, where it covers nothing: what each line, band and mark means, drawn as it is in the plot.
//!
//! Stretches of time shaded from the bottom of a plot to its top, all as one thing.
//!
//! Unlike `egui_plot`'s spans they stay visible however narrow, and have a text only where there is room for
//! all of it.

use std::ops::RangeInclusive;

use eframe::egui::{
    Color32, Rangef, Rect, RichText, Role, Sense, Shape, Stroke, TextStyle, TextWrapMode, Ui, Vec2,
    Vec2b, WidgetInfo, WidgetText, pos2,
};
use egui_plot::{
    AxisHints, GridInput, GridMark, MarkerShape, Plot, PlotBounds, PlotGeometry, PlotItem,
    PlotItemBase, PlotTransform, Span,
};

use super::value_axis::ValueMap;
use crate::gui::theme;
use crate::gui::widgets::{short_name, text_width};

/// Distance of grid lines in points: none closer than the first, full strength at the second.
const GRID_SPACING: Rangef = Rangef { min: 48.0, max: 49.0 };
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

/// A plot with plain numbers along it, which names nothing under the pointer by itself: steps are at least
/// `least` wide, or `wider` times as wide as they would be.
pub fn numbered<'a>(plot: Plot<'a>, ui: &Ui, label: &str, [wider, least]: [f64; 2]) -> Plot<'a> {
    let along = quiet(AxisHints::new_x(), ui)
        .label_spacing(LABEL_SPACING)
        .label(label.to_owned())
        .formatter(|mark, _| ValueMap::AsIs.label(mark));
    plot.custom_x_axes(vec![along])
        .x_grid_spacer(move |input| {
            let base_step_size = (input.base_step_size * wider).max(least);
            ValueMap::AsIs.marks(GridInput { base_step_size, ..input })
        })
        .show_crosshair(false)
        .label_formatter(|_| None)
}

/// What stands beside an axis of some length, in points: a name that fits it.
pub fn axis_label(ui: &Ui, name: &str, length: f32) -> String {
    short_name(ui, name, &TextStyle::Body.resolve(ui.style()), length * LABEL_SHARE)
}

pub fn quiet<'a>(axis: AxisHints<'a>, ui: &Ui) -> AxisHints<'a> {
    axis.tick_label_color(ui.visuals().weak_text_color())
        .tick_label_font(TextStyle::Small.resolve(ui.style()))
}

/// Where along an axis labels have room: not so close to an end that they would be clipped.
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

const SAMPLE: Vec2 = Vec2::new(20.0, 12.0);
pub const RADIUS: f32 = 5.5;

/// A shape that stands on single rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A hollow circle.
    Ring,
    Diamond,
}

impl Mark {
    pub const fn shape(self) -> MarkerShape {
        match self {
            Self::Ring => MarkerShape::Circle,
            Self::Diamond => MarkerShape::Diamond,
        }
    }

    pub const fn is_filled(self) -> bool {
        matches!(self, Self::Diamond)
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum KeySample {
    /// A line of some width.
    Line(Color32, f32),
    Dashed(Color32),
    Band(Color32),
    Mark(Mark, Color32),
    /// Colours of rising age, from the oldest.
    Ramp(Color32, Color32),
}

pub fn key_ui(ui: &mut Ui, entries: &[(KeySample, String)]) {
    if entries.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(theme::GRID * 1.5, 2.0);
        ui.spacing_mut().interact_size.y = SAMPLE.y;
        for (sample, name) in entries {
            entry_ui(ui, *sample, name);
        }
    });
}

/// A sample and its name in one piece, so that they stay together where the row is wrapped.
fn entry_ui(ui: &mut Ui, sample: KeySample, name: &str) {
    let gap = theme::GRID * 0.75;
    let room = ui.max_rect().width() - SAMPLE.x - gap;
    let text = WidgetText::from(RichText::new(name).small());
    let text = text.into_galley(ui, Some(TextWrapMode::Truncate), room, TextStyle::Small);
    let size = Vec2::new(SAMPLE.x + gap + text.size().x, text.size().y.max(SAMPLE.y));
    let (space, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, name));
    let place =
        Rect::from_center_size(pos2(space.left() + SAMPLE.x / 2.0, space.center().y), SAMPLE);
    paint(ui, place, sample);
    let at = pos2(space.left() + SAMPLE.x + gap, space.center().y - text.size().y / 2.0);
    if text.elided {
        response.on_hover_text(name);
    }
    ui.painter().galley(at, text, ui.visuals().text_color());
}

fn paint(ui: &Ui, space: Rect, sample: KeySample) {
    let painter = ui.painter();
    let (left, right) = (space.left_center(), space.right_center());
    let center = space.center();
    match sample {
        KeySample::Line(color, width) => {
            painter.line_segment([left, right], Stroke::new(width, color));
        }
        KeySample::Dashed(color) => {
            painter.extend(Shape::dashed_line(&[left, right], Stroke::new(2.0, color), 5.0, 3.0));
        }
        KeySample::Band(color) => {
            painter.rect_filled(space, 0.0, color.gamma_multiply(0.28));
        }
        KeySample::Mark(Mark::Ring, color) => {
            painter.circle_stroke(center, RADIUS, Stroke::new(1.5, color));
        }
        KeySample::Mark(Mark::Diamond, color) => {
            let corner = |x: f32, y: f32| pos2(center.x + x * RADIUS, center.y + y * RADIUS);
            let corners =
                vec![corner(0.0, 1.0), corner(-1.0, 0.0), corner(0.0, -1.0), corner(1.0, 0.0)];
            painter.add(Shape::convex_polygon(corners, color, Stroke::NONE));
        }
        KeySample::Ramp(from, to) => {
            let share = space.width() / 4.0;
            let mut x = space.left();
            for t in [0.0, 0.33, 0.67, 1.0] {
                let part = Rect::from_min_size(pos2(x, center.y - 2.0), Vec2::new(share, 4.0));
                painter.rect_filled(part, 0.0, from.lerp_to_gamma(to, t));
                x += share;
            }
        }
    }
}

/// Least width of a stretch.
const LEAST_WIDTH: f32 = 2.0;
/// How much of the colour of stretches without a text is seen.
const SHADE: f32 = 0.28;
/// Room beside the text of a stretch.
const BESIDE: f32 = 8.0;

pub struct Shading {
    base: PlotItemBase,
    color: Color32,
    /// From the first to the second plot coordinate each.
    stretches: Vec<[f64; 2]>,
    /// They are parts of the series: named, and no reason to zoom out.
    are_parts: bool,
}

impl Shading {
    /// Stretches from the first to the second plot coordinate each.
    pub fn new(name: &str, color: Color32, stretches: Vec<[f64; 2]>) -> Self {
        Self { base: PlotItemBase::new(name.to_owned()), color, stretches, are_parts: false }
    }

    /// A part of the series, with its name where there is room.
    pub fn part(name: &str, range: [f64; 2], fill: Color32) -> Self {
        Self { are_parts: true, ..Self::new(name, fill, vec![range]) }
    }
}

impl PlotItem for Shading {
    fn shapes(&self, ui: &Ui, transform: &PlotTransform, shapes: &mut Vec<Shape>) {
        let frame = transform.frame();
        for &[from, to] in &self.stretches {
            let [left, right] = [from, to].map(|x| transform.position_from_point_x(x));
            if self.are_parts {
                let in_view = right.clamp(frame.left(), frame.right())
                    - left.clamp(frame.left(), frame.right());
                let (name, font) = (self.name(), TextStyle::Body.resolve(ui.style()));
                let has_room = text_width(ui, &font, name) + BESIDE <= in_view;
                let span = Span::new(if has_room { name } else { "" }, from..=to).fill(self.color);
                span.border_color(Color32::TRANSPARENT).shapes(ui, transform, shapes);
                continue;
            }
            let wider = ((LEAST_WIDTH - (right - left)) / 2.0).max(0.0);
            let corners =
                [pos2(left - wider, frame.top() + 1.0), pos2(right + wider, frame.bottom() - 1.0)];
            let space = Rect::from_min_max(corners[0], corners[1]).intersect(*frame);
            shapes.push(Shape::rect_filled(space, 0.0, self.color.gamma_multiply(SHADE)));
        }
    }

    fn initialize(&mut self, _x_range: RangeInclusive<f64>) {}

    fn color(&self) -> Color32 {
        self.color
    }

    fn allow_hover(&self) -> bool {
        false
    }

    fn geometry(&self) -> PlotGeometry<'_> {
        PlotGeometry::None
    }

    /// The stretches' width and no height: a plot zooms to all of time, and to the values of others.
    fn bounds(&self) -> PlotBounds {
        if self.are_parts {
            return PlotBounds::NOTHING;
        }
        let ends = |at: usize| self.stretches.iter().map(move |stretch| stretch[at]);
        let low = ends(0).fold(f64::INFINITY, f64::min);
        let high = ends(1).fold(f64::NEG_INFINITY, f64::max);
        PlotBounds::from_min_max([low, f64::INFINITY], [high, f64::NEG_INFINITY])
    }

    fn base(&self) -> &PlotItemBase {
        &self.base
    }

    fn base_mut(&mut self) -> &mut PlotItemBase {
        &mut self.base
    }
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
