//! Stretches of time shaded from the bottom of a plot to its top, all as one thing.
//!
//! Unlike `egui_plot`'s spans they stay visible however narrow, and have a text only where there is room for
//! all of it.

use std::ops::RangeInclusive;

use eframe::egui::{Color32, Rect, Shape, TextStyle, Ui, pos2};
use egui_plot::{PlotBounds, PlotGeometry, PlotItem, PlotItemBase, PlotTransform, Span};

use crate::gui::widgets::text_width;

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
