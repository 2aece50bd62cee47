//! What a plot says of one row: the date, the actual value, every model's with its bounds, and the
//! values on both axes.
//!
//! Not for finding the values (`time_lines`).

use eframe::egui::{
    Align2, Grid, PopupAnchor, Rect, Response, RichText, Sense, Stroke, TextStyle, Tooltip, Ui,
    Vec2, pos2, vec2,
};

use crate::forecast::level_name;
use crate::gui::model_look::{ModelLook, paint_look};
use crate::gui::short_name::short_name;
use crate::gui::theme;
use crate::series::number::{compact_grouped, grouped};

/// Lines that are named at most; the rest are counted.
const MOST_LINES: usize = 14;
/// Distance of the list from the pointer, in points.
const GAP: f32 = 14.0;
/// Width of a name at most, in points: the list hides no more of the plot than it must.
const NAME_WIDTH: f32 = 176.0;
/// Width of a plot below which the list is narrow, in points; then a name is at most so wide, and
/// fewer lines are named.
const NARROW_PLOT: f32 = 400.0;
const NARROW_NAME: f32 = 96.0;
const MOST_LINES_IF_NARROW: usize = 6;
/// Width of the list at most, in points.
const WIDTH: f32 = 440.0;

/// What one line says of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The line's name.
    pub name: String,
    /// How it is drawn.
    pub look: ModelLook,
    /// Its value there; NaN where it is missing.
    pub value: f64,
    /// Bounds of its intervals there: level, lower, upper.
    pub bounds: Vec<(f64, f64, f64)>,
    /// It is what happened, not what was forecast.
    pub is_actual: bool,
}

/// All that is said of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Readout {
    /// The row's date.
    pub date: String,
    /// What each line says, the actual values first.
    pub readings: Vec<Reading>,
}

impl Readout {
    /// Of readings in the order in which their lines were drawn, what matters most last.
    pub fn new(date: String, drawn: Vec<Reading>) -> Self {
        let mut readings: Vec<Reading> = drawn.into_iter().rev().collect();
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

fn reading_ui(ui: &mut Ui, reading: &Reading, is_narrow: bool) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_actual_value_comes_first_and_then_what_was_drawn_last() {
        let reading = |name: &str, is_actual| Reading {
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
