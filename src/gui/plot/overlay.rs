//! What is drawn over a plot over time: the box of a zoom, the ring of the focus, the name of the clock,
//! and the row that is read.

use eframe::egui::{
    Align2, CursorIcon, Id, PopupAnchor, Pos2, Rect, Response, Stroke, StrokeKind, TextStyle, Ui,
    pos2,
};
use egui_plot::PlotTransform;

use crate::gui::short_name::short_name;
use crate::gui::theme;
use crate::series::TimeAxis;
use crate::series::number::compact_grouped;

use super::gestures::Drag;
use super::readout::{Readout, tag_ui};
use super::value_map::ValueMap;

/// Distance of the name of the clock from the corner of the plot, in points.
const CLOCK_GAP: f32 = 12.0;

/// The box that is being drawn, and the ring around what has the focus.
pub fn mark_ui(ui: &Ui, transform: &PlotTransform, drag: Option<Drag>, has_focus: bool) {
    let accent = theme::palette(ui.visuals()).accent;
    let frame = *transform.frame();
    let painter = ui.painter().with_clip_rect(frame);
    if let (Some(Drag::Box(from)), Some(to)) = (drag, ui.input(|input| input.pointer.latest_pos()))
    {
        let space = Rect::from_two_pos(from, frame.clamp(to));
        let stroke = Stroke::new(1.0, accent);
        painter.rect(space, 0.0, accent.gamma_multiply(0.12), stroke, StrokeKind::Inside);
        ui.ctx().set_cursor_icon(CursorIcon::Crosshair);
    }
    if has_focus {
        painter.rect_stroke(frame, 2.0, Stroke::new(1.5, accent), StrokeKind::Inside);
    }
}

/// The name of the clock, in the corner between both axes.
pub fn clock_ui(ui: &Ui, axis: &TimeAxis, space: Rect, frame: &Rect) {
    let Some(name) = axis.clock_name() else { return };
    let font = TextStyle::Small.resolve(ui.style());
    // The first date may reach a little to the left of the plot.
    let room = frame.left() - CLOCK_GAP - space.left();
    let name = short_name(ui, &name, &font, room);
    let at = pos2(space.left(), frame.bottom() + 1.0);
    ui.painter().text(at, Align2::LEFT_TOP, name, font, ui.visuals().weak_text_color());
}

/// A row that is read.
pub struct Read {
    /// Where it stands.
    pub x: f64,
    /// All that is said of it.
    pub readout: Readout,
    /// The pointer that reads it; `None` where the keyboard does.
    pub pointer: Option<Pos2>,
}

/// A rule at the row that is read, with its date and value on the axes and the list beside it; the
/// rule alone where the row is read in another plot that moves with this one. `read_at` is shared by
/// such plots: where a row is read, and in which of them. Returns the place of the date.
pub fn read_ui(
    ui: &Ui,
    (space, map): (Rect, ValueMap),
    transform: &PlotTransform,
    read: Option<&Read>,
    response: &Response,
    read_at: &mut Option<(f64, Id)>,
) -> Option<Rect> {
    let frame = *transform.frame();
    let painter = ui.painter().with_clip_rect(frame);
    let rule = Stroke::new(1.0, ui.visuals().weak_text_color());
    let Some(Read { x, readout, pointer }) = read else {
        if let Some((x, other)) = *read_at
            && other != response.id
            && is_read(ui, other)
        {
            painter.vline(transform.position_from_point_x(x), frame.y_range(), rule);
        }
        return None;
    };
    let here = Some((*x, response.id));
    if std::mem::replace(read_at, here) != here {
        // Plots that were drawn before this one follow.
        ui.ctx().request_repaint();
    }
    let across = transform.position_from_point_x(*x);
    painter.vline(across, frame.y_range(), rule);
    for reading in readout.readings.iter().filter(|reading| reading.value.is_finite()) {
        let height = transform.position_from_point_y(map.place(reading.value));
        painter.circle_filled(pos2(across, height), 3.0, reading.look.color);
    }
    let first = readout.readings.first().filter(|reading| reading.value.is_finite());
    let (height, value) = match (*pointer, first) {
        (Some(at), _) => (Some(at.y), map.value(transform.value_from_position(at).y)),
        (None, Some(first)) => {
            (Some(transform.position_from_point_y(map.place(first.value))), first.value)
        }
        (None, None) => (None, f64::NAN),
    };
    let beside = Rect::from_min_max(pos2(space.left(), frame.top()), frame.left_bottom());
    if let Some(height) = height.filter(|height| frame.y_range().contains(*height)) {
        painter.hline(frame.x_range(), height, Stroke::new(0.5, rule.color));
        tag_ui(ui, beside, height, &compact_grouped(value), false);
    }
    let below = Rect::from_min_max(frame.left_bottom(), pos2(frame.right(), space.bottom()));
    let tag = tag_ui(ui, below, across, &readout.date, true);
    if response.dragged() {
        return Some(tag);
    }
    let anchor = match pointer {
        Some(_) => PopupAnchor::Pointer,
        None => PopupAnchor::Position(pos2(across, height.unwrap_or(frame.center().y))),
    };
    readout.list_ui(response, anchor, frame.width());
    Some(tag)
}

/// Whether a row is read in the plot of this name, by the pointer or by the keyboard.
fn is_read(ui: &Ui, id: Id) -> bool {
    let reads = |response: Response| response.contains_pointer() || response.has_focus();
    ui.ctx().read_response(id).is_some_and(reads)
}
