//! Stretches of time shaded from the bottom of a plot to its top.

use std::ops::RangeInclusive;

use eframe::egui::{Color32, Rect, Shape, TextStyle, Ui, pos2};
use egui_plot::{PlotBounds, PlotGeometry, PlotItem, PlotItemBase, PlotTransform, Span};

use crate::gui::widgets::text_width;

/// Least width of a stretch, in points.
const LEAST_WIDTH: f32 = 2.0;
const SHADE: f32 = 0.28;

/// Shaded stretches of one kind.
pub struct Bands {
    base: PlotItemBase,
    color: Color32,
    stretches: Vec<[f64; 2]>,
}

impl Bands {
    pub fn new(name: &str, color: Color32, stretches: Vec<[f64; 2]>) -> Self {
        Self { base: PlotItemBase::new(name.to_owned()), color, stretches }
    }
}

impl PlotItem for Bands {
    fn shapes(&self, _ui: &Ui, transform: &PlotTransform, shapes: &mut Vec<Shape>) {
        let frame = transform.frame();
        for &[from, to] in &self.stretches {
            let (left, right) =
                (transform.position_from_point_x(from), transform.position_from_point_x(to));
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

/// Room beside the name, in points.
const BESIDE: f32 = 8.0;

pub struct PartSpan {
    base: PlotItemBase,
    name: &'static str,
    range: RangeInclusive<f64>,
    fill: Color32,
}

impl PartSpan {
    /// The part between two plot coordinates.
    pub fn new(name: &'static str, range: RangeInclusive<f64>, fill: Color32) -> Self {
        Self { base: PlotItemBase::new(name.to_owned()), name, range, fill }
    }

    /// Its width on the screen as far as it is in view, in points.
    fn width(&self, transform: &PlotTransform) -> f32 {
        let frame = transform.frame();
        let [left, right] = [self.range.start(), self.range.end()]
            .map(|x| transform.position_from_point_x(*x).clamp(frame.left(), frame.right()));
        right - left
    }
}

impl PlotItem for PartSpan {
    fn shapes(&self, ui: &Ui, transform: &PlotTransform, shapes: &mut Vec<Shape>) {
        let font = TextStyle::Body.resolve(ui.style());
        let has_room = text_width(ui, &font, self.name) + BESIDE <= self.width(transform);
        let span = Span::new(if has_room { self.name } else { "" }, self.range.clone());
        span.fill(self.fill).border_color(Color32::TRANSPARENT).shapes(ui, transform, shapes);
    }

    fn initialize(&mut self, _x_range: RangeInclusive<f64>) {}

    fn color(&self) -> Color32 {
        self.fill
    }

    fn allow_hover(&self) -> bool {
        false
    }

    fn geometry(&self) -> PlotGeometry<'_> {
        PlotGeometry::None
    }

    fn bounds(&self) -> PlotBounds {
        PlotBounds::NOTHING
    }

    fn base(&self) -> &PlotItemBase {
        &self.base
    }

    fn base_mut(&mut self) -> &mut PlotItemBase {
        &mut self.base
    }
}
