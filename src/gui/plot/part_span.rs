//! A part of the time of a plot, shaded, with its name where there is room for all of it.

use std::ops::RangeInclusive;

use eframe::egui::{Color32, Shape, TextStyle, Ui};
use egui_plot::{PlotBounds, PlotGeometry, PlotItem, PlotItemBase, PlotTransform, Span};

use crate::gui::short_name::text_width;

/// Room beside the name, in points.
const BESIDE: f32 = 8.0;

/// A shaded part.
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
