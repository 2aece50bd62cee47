//! Mouse and keyboard over a plot, read as moves of its view and of the row that is read.
//!
//! Not for what a move does (`navigation`).

use eframe::egui::{
    Context, CursorIcon, EventFilter, Id, Key, Label, Modifiers, PointerButton, Pos2, Rect,
    Response, Sense, Ui,
};

use crate::gui::theme;

use super::navigation::Move;

const HELP: &str = "Wheel to zoom, drag to pan, double-click for all";
pub const MORE_HELP: &str = "\
Mouse: the wheel zooms time under the pointer, and values fit what is in view. Drag to pan. Drag with \
the right button, or with Shift, for a box. Drag along an axis to scale it, double-click it to fit it. \
Double-click the plot for all.\n\
Keyboard, after Tab or a click: Left and Right pan, + and - zoom, Shift with Left or Right reads the row \
before or after, Up and Down move values, Shift with Up or Down scales them, Home or 0 shows all.";

/// Says how a plot over time is moved about in; all of it under the pointer.
pub fn help_ui(ui: &mut Ui) {
    let words = if ui.available_width() < LEAST_HELP { "?" } else { HELP };
    let help = Label::new(theme::fine_print(words)).truncate().show_tooltip_when_elided(false);
    ui.add(help).on_hover_text(MORE_HELP);
}

/// Where there is less room than this, in points, a sign stands for the words.
const LEAST_HELP: f32 = 88.0;
/// Points of a wheel that zoom by a factor of e.
const WHEEL: f32 = 220.0;
/// Points of a drag along an axis that scale it by a factor of e.
const AXIS_DRAG: f32 = 160.0;
/// A box that is lower than this, in points, is of time alone.
const LEAST_BOX: f32 = 12.0;
/// Share of the view that a key moves by.
const KEY_PAN: f64 = 0.1;
/// Factor that a key zooms by.
const KEY_ZOOM: f64 = 1.25;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Drag {
    Pan,
    /// To draw a box from this place.
    Box(Pos2),
}

/// What was done over a plot in a frame.
#[derive(Debug, Default)]
pub struct Gestures {
    pub moves: Vec<Move>,
    /// Rows to read on by.
    pub rows: isize,
}

/// Reads the mouse over a plot, and the keyboard where it has the focus. `drag` is what is being
/// dragged, from frame to frame. `about` is where keys zoom, as a share of the view. In a list the
/// wheel alone is left to the list.
pub fn read(response: &Response, drag: &mut Option<Drag>, about: f64, in_a_list: bool) -> Gestures {
    let mut gestures = Gestures::default();
    read_drag(response, drag, &mut gestures.moves);
    read_wheel(response, in_a_list, &mut gestures.moves);
    if response.double_clicked() {
        gestures.moves.push(Move::Reset);
    }
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
    if response.has_focus() {
        read_keys(&response.ctx, response.id, about, &mut gestures);
    }
    gestures
}

/// A place as shares of a frame, from the left and from the bottom.
fn shares(frame: Rect, at: Pos2) -> [f64; 2] {
    let across = (at.x - frame.left()) / frame.width().max(1.0);
    let up = (frame.bottom() - at.y) / frame.height().max(1.0);
    [f64::from(across), f64::from(up)]
}

fn read_drag(response: &Response, drag: &mut Option<Drag>, moves: &mut Vec<Move>) {
    let frame = response.rect;
    if response.drag_started() {
        let (origin, shift) = response
            .ctx
            .input(|input| (input.pointer.press_origin(), input.modifiers.shift_only()));
        let boxes = response.dragged_by(PointerButton::Secondary) || shift;
        *drag = match origin {
            Some(origin) if boxes => Some(Drag::Box(origin)),
            _ => response.dragged_by(PointerButton::Primary).then_some(Drag::Pan),
        };
    }
    if response.dragged() && *drag == Some(Drag::Pan) {
        let by = response.drag_delta();
        let time = f64::from(-by.x / frame.width().max(1.0));
        let values = f64::from(by.y / frame.height().max(1.0));
        moves.push(Move::Pan { time, values });
    }
    if response.drag_stopped() {
        if let (Some(Drag::Box(from)), Some(to)) = (*drag, response.interact_pointer_pos()) {
            moves.extend(boxed(frame, from, to));
        }
        *drag = None;
    }
}

/// The box between two places; nothing where it is but a twitch of the hand.
fn boxed(frame: Rect, from: Pos2, to: Pos2) -> Option<Move> {
    let to = frame.clamp(to);
    if (to.x - from.x).abs() < LEAST_BOX {
        return None;
    }
    let (from_at, to_at) = (shares(frame, from), shares(frame, to));
    let is_flat = (to.y - from.y).abs() < LEAST_BOX;
    let values = (!is_flat).then_some([from_at[1], to_at[1]]);
    Some(Move::Box { time: [from_at[0], to_at[0]], values })
}

fn read_wheel(response: &Response, in_a_list: bool, moves: &mut Vec<Move>) {
    let Some(pointer) = response.hover_pos().filter(|_| response.contains_pointer()) else {
        return;
    };
    let (zoom, scroll) = response.ctx.input_mut(|input| {
        let scroll = if in_a_list {
            eframe::egui::Vec2::ZERO
        } else {
            // What the plot takes does not scroll what it stands in.
            std::mem::take(&mut input.smooth_scroll_delta)
        };
        (input.zoom_delta(), scroll)
    });
    let factor = f64::from(zoom * (scroll.y / WHEEL).exp());
    if (factor - 1.0).abs() > 1e-9 {
        let [about, _] = shares(response.rect, pointer);
        moves.push(Move::ZoomTime { factor, about });
    }
    if scroll.x != 0.0 {
        let time = f64::from(-scroll.x / response.rect.width().max(1.0));
        moves.push(Move::Pan { time, values: 0.0 });
    }
}

fn read_keys(context: &Context, id: Id, about: f64, gestures: &mut Gestures) {
    let filter =
        EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    context.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    let pressed = |modifiers: Modifiers, key: Key| {
        context.input_mut(|input| input.count_and_consume_key(modifiers, key))
    };
    let (shift, none) = (Modifiers::SHIFT, Modifiers::NONE);
    // The longer combination first, or its shorter part would take the key.
    for (key, rows) in [(Key::ArrowLeft, -1), (Key::ArrowRight, 1)] {
        gestures.rows += rows * isize::try_from(pressed(shift, key)).unwrap_or(0);
    }
    let pan = |time| Move::Pan { time, values: 0.0 };
    let zoom = |factor| Move::ZoomTime { factor, about };
    for (modifiers, key, step) in [
        (shift, Key::ArrowUp, Move::ScaleValues(KEY_ZOOM)),
        (shift, Key::ArrowDown, Move::ScaleValues(1.0 / KEY_ZOOM)),
        (none, Key::ArrowLeft, pan(-KEY_PAN)),
        (none, Key::ArrowRight, pan(KEY_PAN)),
        (none, Key::ArrowUp, Move::Lift(KEY_PAN)),
        (none, Key::ArrowDown, Move::Lift(-KEY_PAN)),
        // On many keyboards the plus stands above another sign, with Shift.
        (shift, Key::Plus, zoom(KEY_ZOOM)),
        (none, Key::Plus, zoom(KEY_ZOOM)),
        (shift, Key::Equals, zoom(KEY_ZOOM)),
        (none, Key::Equals, zoom(KEY_ZOOM)),
        (none, Key::Minus, zoom(1.0 / KEY_ZOOM)),
        (none, Key::Home, Move::Reset),
        (none, Key::Num0, Move::Reset),
    ] {
        let times = pressed(modifiers, key);
        gestures.moves.extend(std::iter::repeat_n(step, times));
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    Time,
    Values,
}

/// Reads a drag or a double click on an axis that takes up `space`.
pub fn read_axis(ui: &Ui, id: Id, axis: Axis, space: Rect) -> Option<Move> {
    if !space.is_positive() {
        return None;
    }
    // No stop of the Tab key: the plot itself is one, and its keys scale both axes.
    let response = ui.interact(space, id.with(axis_name(axis)), Sense::CLICK | Sense::DRAG);
    let (cursor, reset) = match axis {
        Axis::Time => (CursorIcon::ResizeHorizontal, Move::ResetTime),
        Axis::Values => (CursorIcon::ResizeVertical, Move::FitValues),
    };
    let response = response.on_hover_cursor(cursor);
    if response.double_clicked() {
        return Some(reset);
    }
    let by = response.drag_delta();
    if !response.dragged() || by == eframe::egui::Vec2::ZERO {
        return None;
    }
    Some(match axis {
        Axis::Time => Move::ZoomTime { factor: f64::from((by.x / AXIS_DRAG).exp()), about: 0.5 },
        Axis::Values => Move::ScaleValues(f64::from((-by.y / AXIS_DRAG).exp())),
    })
}

const fn axis_name(axis: Axis) -> &'static str {
    match axis {
        Axis::Time => "time axis",
        Axis::Values => "value axis",
    }
}
