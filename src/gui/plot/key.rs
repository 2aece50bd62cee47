//! The key to a plot: what each line, band and mark means, drawn as it is drawn in the plot. Stands
//! above the plot, where it covers nothing, and names only what is there.

use eframe::egui::{
    Color32, Rect, RichText, Role, Sense, Shape, Stroke, TextStyle, TextWrapMode, Ui, Vec2,
    WidgetInfo, WidgetText, pos2,
};
use egui_plot::MarkerShape;

use crate::gui::theme;

/// Size of a sample, in points.
const SAMPLE: Vec2 = Vec2::new(20.0, 12.0);
/// Radius of a mark, in points.
pub const RADIUS: f32 = 5.5;

/// A shape that stands on single rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A hollow circle.
    Ring,
    /// A filled diamond.
    Diamond,
}

impl Mark {
    /// The shape that `egui_plot` draws.
    pub const fn shape(self) -> MarkerShape {
        match self {
            Self::Ring => MarkerShape::Circle,
            Self::Diamond => MarkerShape::Diamond,
        }
    }

    /// Whether it is filled.
    pub const fn is_filled(self) -> bool {
        matches!(self, Self::Diamond)
    }
}

/// What an entry of the key shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sample {
    /// A line of some width.
    Line(Color32, f32),
    /// A dashed line.
    Dashed(Color32),
    /// A shaded stretch.
    Band(Color32),
    /// A mark.
    Mark(Mark, Color32),
    /// Colours of rising age, from the oldest.
    Ramp(Color32, Color32),
}

/// Draws the entries in a row, wrapped where it is narrow.
pub fn key_ui(ui: &mut Ui, entries: &[(Sample, String)]) {
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
fn entry_ui(ui: &mut Ui, sample: Sample, name: &str) {
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

fn paint(ui: &Ui, space: Rect, sample: Sample) {
    let painter = ui.painter();
    let (left, right) = (space.left_center(), space.right_center());
    let center = space.center();
    match sample {
        Sample::Line(color, width) => {
            painter.line_segment([left, right], Stroke::new(width, color));
        }
        Sample::Dashed(color) => {
            painter.extend(Shape::dashed_line(&[left, right], Stroke::new(2.0, color), 5.0, 3.0));
        }
        Sample::Band(color) => {
            painter.rect_filled(space, 0.0, color.gamma_multiply(0.28));
        }
        Sample::Mark(Mark::Ring, color) => {
            painter.circle_stroke(center, RADIUS, Stroke::new(1.5, color));
        }
        Sample::Mark(Mark::Diamond, color) => {
            let corner = |x: f32, y: f32| pos2(center.x + x * RADIUS, center.y + y * RADIUS);
            let corners =
                vec![corner(0.0, 1.0), corner(-1.0, 0.0), corner(0.0, -1.0), corner(1.0, 0.0)];
            painter.add(Shape::convex_polygon(corners, color, Stroke::NONE));
        }
        Sample::Ramp(from, to) => {
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
