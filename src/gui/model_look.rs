//! What each model looks like in plots, lists and tables: a colour, and a marker where colours repeat.
//!
//! Not for colours with a meaning of their own (`theme`).

use eframe::egui::{Color32, Painter, Rect, Shape, Stroke, Vec2, pos2};
use egui_plot::MarkerShape;

use crate::baseline::Look;
use crate::forecast::Model;
use crate::nn::Cell;

/// Colours in the order in which models take them, made from Okabe and Ito's palette (2008): spread
/// in lightness so that they stay apart in simulated deuteranopia and protanopia too, and dark or
/// light enough for lines on either ground.
const LIGHT: [Color32; 9] = [
    Color32::from_rgb(208, 80, 20),
    Color32::from_rgb(0, 114, 178),
    Color32::from_rgb(176, 156, 56),
    Color32::from_rgb(67, 152, 128),
    Color32::from_rgb(54, 159, 230),
    Color32::from_rgb(223, 122, 179),
    Color32::from_rgb(142, 88, 117),
    Color32::from_rgb(10, 89, 55),
    Color32::from_rgb(31, 77, 123),
];
const DARK: [Color32; 9] = [
    Color32::from_rgb(232, 110, 40),
    Color32::from_rgb(86, 180, 233),
    Color32::from_rgb(243, 213, 40),
    Color32::from_rgb(0, 158, 115),
    Color32::from_rgb(65, 111, 160),
    Color32::from_rgb(238, 131, 178),
    Color32::from_rgb(166, 67, 114),
    Color32::from_rgb(91, 229, 161),
    Color32::from_rgb(152, 98, 20),
];

/// The look of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelLook {
    /// Its colour.
    pub color: Color32,
    /// What stands on its line, where another model has its colour.
    pub marker: Option<Marker>,
}

/// The markers of baselines, in the order in which looks count them.
const MARKERS: [Marker; 5] =
    [Marker::Dot, Marker::Up, Marker::Down, Marker::Diamond, Marker::Cross];

/// What stands on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// A filled circle.
    Dot,
    /// A filled diamond.
    Diamond,
    /// A triangle on its base.
    Up,
    /// A triangle on its tip.
    Down,
    /// A cross.
    Cross,
}

impl Marker {
    /// The shape that `egui_plot` draws.
    pub const fn shape(self) -> MarkerShape {
        match self {
            Self::Dot => MarkerShape::Circle,
            Self::Diamond => MarkerShape::Diamond,
            Self::Up => MarkerShape::Up,
            Self::Down => MarkerShape::Down,
            Self::Cross => MarkerShape::Cross,
        }
    }
}

/// Markers of further runs and forms of a model; the dot is left to other models of its colour.
const FURTHER: [Marker; 4] = [Marker::Diamond, Marker::Up, Marker::Down, Marker::Cross];

/// The look of a model; `number` tells apart what [`shares_look`] says looks the same, from 0.
pub fn model_look(model: Model, number: usize, dark: bool) -> ModelLook {
    let (place, own) = base(model);
    let marker = match (own, number) {
        (own, 0) => own,
        (_, number) => Some(FURTHER[(number - 1) % FURTHER.len()]),
    };
    ModelLook { color: color(place, dark), marker }
}

/// The colour at a place, for what is no model but drawn as if it were one.
pub const fn color(place: usize, dark: bool) -> Color32 {
    let colors = if dark { DARK } else { LIGHT };
    colors[place % colors.len()]
}

/// Whether two models would look the same without a number.
pub fn shares_look(a: Model, b: Model) -> bool {
    base(a) == base(b)
}

/// Place of a model's colour, and its marker.
fn base(model: Model) -> (usize, Option<Marker>) {
    const DOT: Option<Marker> = Some(Marker::Dot);
    match model {
        Model::Network(cell) => match cell {
            Cell::Lstm => (0, None),
            Cell::Gru => (1, None),
            Cell::GruCho => (1, DOT),
            Cell::RnnTanh => (0, DOT),
            Cell::RnnRelu => (6, DOT),
        },
        Model::Baseline(baseline) => {
            let Look { color, marker } = baseline.look();
            (color, marker.checked_sub(1).map(|place| MARKERS[place % MARKERS.len()]))
        }
    }
}

/// Draws a look as small as a letter: a square in its colour, or its marker on a line.
pub fn paint_look(painter: &Painter, space: Rect, look: ModelLook) {
    let ModelLook { color, marker } = look;
    let center = space.center();
    let Some(marker) = marker else {
        painter.rect_filled(Rect::from_center_size(center, Vec2::splat(10.0)), 2.0, color);
        return;
    };
    painter.hline(center.x - 6.0..=center.x + 6.0, center.y, Stroke::new(1.5, color));
    let corners = |corners: &[(f32, f32)]| {
        let at = |&(x, y): &(f32, f32)| pos2(center.x + 4.5 * x, center.y + 4.5 * y);
        Shape::convex_polygon(corners.iter().map(at).collect(), color, Stroke::NONE)
    };
    match marker {
        Marker::Dot => {
            painter.circle_filled(center, 4.0, color);
        }
        Marker::Diamond => {
            painter.add(corners(&[(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)]));
        }
        Marker::Up => {
            painter.add(corners(&[(0.0, -1.0), (1.0, 0.8), (-1.0, 0.8)]));
        }
        Marker::Down => {
            painter.add(corners(&[(-1.0, -0.8), (1.0, -0.8), (0.0, 1.0)]));
        }
        Marker::Cross => {
            for (from, to) in [(-1.0, 1.0), (1.0, -1.0)] {
                let ends = [
                    pos2(center.x - 4.0, center.y + 4.0 * from),
                    pos2(center.x + 4.0, center.y + 4.0 * to),
                ];
                painter.line_segment(ends, Stroke::new(2.0, color));
            }
        }
    }
}

#[cfg(test)]
#[path = "model_look_tests.rs"]
mod tests;
