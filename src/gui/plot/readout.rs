//! What is drawn over a plot over time: the box of a zoom, the ring of the focus, the name of the clock, and
//! the row that is read: its date, the actual value, every model's with its bounds, the values on both axes.
//!
//! Not for finding the values (`time_lines`).

use eframe::egui::{
    Align2, CursorIcon, Grid, Id, PopupAnchor, Pos2, Rect, Response, RichText, Sense, Stroke,
    StrokeKind, TextStyle, Tooltip, Ui, Vec2, pos2, vec2,
};
use egui_plot::PlotTransform;

use crate::forecast::level_name;
use crate::gui::theme;
use crate::gui::theme::{ModelLook, paint_look};
use crate::gui::widgets::short_name;
use crate::series::TimeAxis;
use crate::series::number::{compact_grouped, grouped};

use super::gestures::Drag;
use super::value_axis::ValueMap;

/// Lines that are named at most; the rest are counted.
const MOST_LINES: usize = 14;
const GAP: f32 = 14.0;
/// Width of a name at most, in points: the list hides no more of the plot than it must.
const NAME_WIDTH: f32 = 176.0;
/// Width of a plot below which the list is narrow, in points; then a name is at most so wide, and
/// fewer lines are named.
const NARROW_PLOT: f32 = 400.0;
const NARROW_NAME: f32 = 96.0;
const MOST_LINES_IF_NARROW: usize = 6;
const WIDTH: f32 = 440.0;

/// What one line says of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct LineReading {
    pub name: String,
    pub look: ModelLook,
    /// Its value there; NaN where it is missing.
    pub value: f64,
    /// Bounds of its intervals there: level, lower, upper.
    pub bounds: Vec<(f64, f64, f64)>,
    /// It is what happened, not what was forecast.
    pub is_actual: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Readout {
    pub date: String,
    /// What each line says, the actual values first.
    pub readings: Vec<LineReading>,
}

impl Readout {
    /// Of readings in the order in which their lines were drawn, what matters most last.
    pub fn new(date: String, drawn: Vec<LineReading>) -> Self {
        let mut readings: Vec<LineReading> = drawn.into_iter().rev().collect();
        readings.sort_by_key(|reading| !reading.is_actual);
        Self { date, readings }
    }

    /// Lists it beside `anchor`; over a narrow plot in a narrow list, without bounds.
    pub fn list_ui(&self, response: &Response, anchor: PopupAnchor, plot_width: f32) {
        let is_narrow = plot_width < NARROW_PLOT;
        let most = if is_narrow { MOST_LINES_IF_NARROW } else { MOST_LINES };
        let (layer, id) = (response.layer_id, response.id);
        let mut tooltip = Tooltip::always_open(response.ctx.clone(), layer, id, anchor);
        tooltip.popup = tooltip.popup.width(WIDTH);
        tooltip.gap(GAP).show(|ui| {
            ui.label(theme::strong(&self.date));
            if self.readings.is_empty() {
                ui.label(theme::fine_print("no value"));
                return;
            }
            let grid = Grid::new("readout").num_columns(4).min_col_width(0.0);
            grid.spacing(vec2(theme::GRID, 2.0)).show(ui, |ui| {
                for reading in self.readings.iter().take(most) {
                    reading_ui(ui, reading, is_narrow);
                    ui.end_row();
                }
            });
            if let Some(more) = self.readings.len().checked_sub(most).filter(|&more| more > 0) {
                ui.label(theme::fine_print(format!("and {} more", grouped(more))));
            }
        });
    }
}

fn reading_ui(ui: &mut Ui, reading: &LineReading, is_narrow: bool) {
    let (space, _) = ui.allocate_exact_size(Vec2::splat(12.0), Sense::hover());
    paint_look(ui.painter(), space, reading.look);
    let text = |text: String| {
        if reading.is_actual { theme::strong(text) } else { RichText::new(text) }
    };
    let width = if is_narrow { NARROW_NAME } else { NAME_WIDTH };
    let name = short_name(ui, &reading.name, &TextStyle::Body.resolve(ui.style()), width);
    ui.label(text(name));
    ui.label(text(compact_grouped(reading.value)));
    if !is_narrow {
        ui.label(theme::fine_print(in_words(&reading.bounds)));
    }
}

/// Bounds of intervals: `80 %: 401.2 to 455.0 · 95 %: 390.1 to 470.3`.
fn in_words(bounds: &[(f64, f64, f64)]) -> String {
    let of = |&(level, lower, upper): &(f64, f64, f64)| {
        let (lower, upper) = (compact_grouped(lower), compact_grouped(upper));
        format!("{} %: {lower} to {upper}", level_name(level))
    };
    bounds.iter().map(of).collect::<Vec<_>>().join(" · ")
}

/// A text on an axis, on a ground of its own: below a place, or left of it.
/// Returns where it stands.
pub fn tag_ui(ui: &Ui, within: Rect, at: f32, text: &str, below: bool) -> Rect {
    let font = TextStyle::Small.resolve(ui.style());
    let visuals = ui.visuals();
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font, visuals.text_color());
    let size = galley.size() + vec2(8.0, 2.0);
    let (place, align) = if below {
        let half = size.x / 2.0;
        let room = within.left() + half..=(within.right() - half).max(within.left() + half);
        (pos2(at.clamp(*room.start(), *room.end()), within.top() + 1.0), Align2::CENTER_TOP)
    } else {
        let half = size.y / 2.0;
        let room = within.top() + half..=(within.bottom() - half).max(within.top() + half);
        (pos2(within.right() - 1.0, at.clamp(*room.start(), *room.end())), Align2::RIGHT_CENTER)
    };
    let space = align.anchor_size(place, size);
    let stroke = Stroke::new(1.0, visuals.weak_text_color());
    let kind = eframe::egui::StrokeKind::Inside;
    ui.painter().rect(space, 3.0, visuals.window_fill, stroke, kind);
    ui.painter().galley(space.min + vec2(4.0, 1.0), galley, visuals.text_color());
    space
}

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

pub struct ReadRow {
    pub x: f64,
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
    read: Option<&ReadRow>,
    response: &Response,
    read_at: &mut Option<(f64, Id)>,
) -> Option<Rect> {
    let frame = *transform.frame();
    let painter = ui.painter().with_clip_rect(frame);
    let rule = Stroke::new(1.0, ui.visuals().weak_text_color());
    let Some(ReadRow { x, readout, pointer }) = read else {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_actual_value_comes_first_and_then_what_was_drawn_last() {
        let reading = |name: &str, is_actual| LineReading {
            name: name.to_owned(),
            look: ModelLook { color: eframe::egui::Color32::BLACK, marker: None },
            value: 1.0,
            bounds: Vec::new(),
            is_actual,
        };
        let drawn = vec![reading("sales", true), reading("naive", false), reading("lstm", false)];
        let readout = Readout::new("May 2022".to_owned(), drawn);
        let names: Vec<&str> = readout.readings.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["sales", "lstm", "naive"]);
    }

    #[test]
    fn bounds_are_said_level_by_level_in_the_units_of_the_data() {
        let bounds = [(0.8, 12_345.6, 23_456.7), (0.95, -1.0, 2.0)];
        assert_eq!(
            in_words(&bounds),
            "80 %: 12\u{2009}346 to 23\u{2009}457 · 95 %: -1.000 to 2.000"
        );
    }
}
