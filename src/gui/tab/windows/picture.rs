//! The picture under the series: which rows each window, or each lane and chunk, stands on, part by
//! part, on the time axis of the plot above it.
//!
//! Not for choosing the bars (`bars`).

use std::ops::Range;

use eframe::egui::{
    Align2, Color32, Painter, Pos2, Rect, Response, Role, Sense, TextStyle, Ui, Vec2, WidgetInfo,
    pos2,
};
use egui_plot::PlotTransform;

use crate::forecast::ModelChoice;
use crate::gui::plot::KeySample;
use crate::gui::theme;
use crate::gui::theme::{GRID, model_look};
use crate::gui::widgets::narrow;
use crate::nn::Cell;
use crate::project::Feed;
use crate::series::TimeAxis;
use crate::stats::{number, whole};
use crate::window::Part;

use super::bars;
use super::bars::{Bar, BarKind, PictureScope};
use super::example::{Example, FeedView, counted};

pub const HEIGHT: f32 = TRAINING + 2.0 * (PART + GRID);
const TRAINING: f32 = GRID * 12.0;
const PART: f32 = GRID * 1.5;
const TRACK: (f32, f32) = (4.0, GRID * 2.0);
/// Distance of a part's name from the frame, so that the longest fits beside it.
const NAME_GAP: f32 = 3.0;
const MARK: f32 = 2.0;

#[derive(Debug, Clone, Copy)]
pub struct WindowColors {
    pub reads: Color32,
    pub next_reads: Color32,
    pub says: Color32,
    pub reset: Color32,
}

impl WindowColors {
    pub fn of(ui: &Ui) -> Self {
        let visuals = ui.visuals();
        let (palette, ground) = (theme::palette(visuals), visuals.panel_fill);
        Self {
            reads: palette.accent.lerp_to_gamma(ground, 0.15),
            next_reads: palette.accent.lerp_to_gamma(ground, 0.5),
            says: model_look(ModelChoice::Network(Cell::Lstm), 0, visuals.dark_mode).color,
            reset: palette.data,
        }
    }

    /// The entries of the key, with how much an example reads and predicts.
    pub fn key(self, feed: &Feed, example: Option<&Example>) -> Vec<(KeySample, String)> {
        let block = |color, name: String| (KeySample::Line(color, 8.0), name);
        let amount = |verb: &str, rows: Option<usize>| match rows {
            Some(rows) => format!("{verb} {}", counted(rows, "row")),
            None => verb.to_owned(),
        };
        let reads = amount("reads", example.map(|example| example.reads.len()));
        let says = amount("predicts", example.map(|example| example.says.len()));
        let mut key = vec![block(self.reads, reads), block(self.says, says)];
        if matches!(feed, Feed::Lanes { .. }) {
            key.push(block(self.next_reads, "every second chunk".to_owned()));
            key.push((KeySample::Line(self.reset, MARK), "state reset".to_owned()));
        }
        key
    }
}

/// Draws the picture under a plot that was drawn with `transform`, and returns what is under the
/// pointer.
pub fn picture_ui(
    ui: &mut Ui,
    fed: &FeedView<'_>,
    transform: &PlotTransform,
    example: Option<&Example>,
    told: &str,
) -> Option<Example> {
    let size = Vec2::new(ui.available_width(), HEIGHT);
    let (space, response) = ui.allocate_exact_size(size, Sense::hover());
    let name = format!("Picture of {told}");
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
    let picture =
        WindowsPicture { axis: &fed.series.axis, rows: fed.series.len(), transform, space };
    let colors = WindowColors::of(ui);
    let scope = picture.scope();
    for (part, (tracks, bars)) in [
        (Part::Train, bars::training(fed, &scope)),
        (Part::Validation, (1, bars::validation(fed, &scope))),
        (Part::Test, (1, bars::test(fed))),
    ] {
        picture.name(ui, part);
        let painter = ui.painter().with_clip_rect(picture.place(part).expand2(Vec2::new(0.0, 1.0)));
        picture.paint(&painter, part, tracks, &bars, colors);
    }
    if let Some(example) = example {
        picture.outline(ui, example);
    }
    let pointed = picture.under_pointer(fed, &response);
    if let Some(pointed) = &pointed {
        response.on_hover_text_at_pointer(pointed.told(&fed.series.axis));
    }
    pointed
}

struct WindowsPicture<'a> {
    axis: &'a TimeAxis,
    rows: usize,
    transform: &'a PlotTransform,
    space: Rect,
}

impl WindowsPicture<'_> {
    fn scope(&self) -> PictureScope {
        let bounds = self.transform.bounds();
        let row = |x: f64| self.axis.row_at(x, self.rows).unwrap_or(0);
        let (first, last) = (row(bounds.min()[0]), row(bounds.max()[0]));
        PictureScope {
            rows: first.saturating_sub(1)..(last + 2).min(self.rows).max(first),
            columns: whole(f64::from(self.transform.frame().width().max(1.0))),
            tracks: whole(f64::from(TRAINING / TRACK.0)),
        }
    }

    fn place(&self, part: Part) -> Rect {
        let (top, height) = match part {
            Part::Train => (0.0, TRAINING),
            Part::Validation => (TRAINING + GRID, PART),
            Part::Test => (TRAINING + 2.0 * GRID + PART, PART),
        };
        let corner = pos2(self.transform.frame().left(), self.space.top() + top);
        Rect::from_min_size(corner, Vec2::new(self.transform.frame().width(), height))
    }

    fn name(&self, ui: &Ui, part: Part) {
        let name = match part {
            Part::Train => "training",
            Part::Validation => "validation",
            Part::Test => "test",
        };
        let place = self.place(part);
        let at = pos2(place.left() - NAME_GAP, place.top() + PART / 2.0);
        let font = TextStyle::Small.resolve(ui.style());
        ui.painter().text(at, Align2::RIGHT_CENTER, name, font, ui.visuals().weak_text_color());
    }

    fn paint(
        &self,
        painter: &Painter,
        part: Part,
        tracks: usize,
        bars: &[Bar],
        colors: WindowColors,
    ) {
        let place = self.place(part);
        let pitch = (place.height() / narrow(number(tracks))).min(TRACK.1);
        for bar in bars {
            let top = place.top() + pitch * narrow(number(bar.track));
            let across = self.across(&bar.rows);
            let gap = if pitch > 6.0 { 1.0 } else { 0.5 };
            let (left, right, color) = match bar.kind {
                BarKind::Reads => (across.start, across.end, colors.reads),
                BarKind::NextReads => (across.start, across.end, colors.next_reads),
                BarKind::Says => (across.start, across.end, colors.says),
                BarKind::Reset => (across.start, across.start + MARK, colors.reset),
            };
            let bottom = top + pitch - gap;
            let right = right.max(left + 1.0);
            painter.rect_filled(
                Rect::from_min_max(pos2(left, top), pos2(right, bottom)),
                0.0,
                color,
            );
        }
    }

    /// Marks the rows of an example along the top and bottom of the picture.
    fn outline(&self, ui: &Ui, example: &Example) {
        let rows = example.reads.start..example.says.end.max(example.reads.end);
        let across = self.across(&rows);
        let frame = self.transform.frame();
        let painter = ui
            .painter()
            .with_clip_rect(Rect::from_x_y_ranges(frame.x_range(), self.space.y_range()));
        let color = ui.visuals().text_color().gamma_multiply(0.08);
        let place = Rect::from_min_max(
            Pos2::new(across.start, self.space.top()),
            Pos2::new(across.end.max(across.start + MARK), self.space.bottom()),
        );
        painter.rect_filled(place, 0.0, color);
    }

    /// The left end of the first row and the right end of the last.
    fn across(&self, rows: &Range<usize>) -> Range<f32> {
        let edge = |row: usize| {
            let x = self.axis.plot_x(row);
            let before = match row.checked_sub(1) {
                Some(before) => self.axis.plot_x(before),
                None => 2.0 * x - self.axis.plot_x(1),
            };
            self.transform.position_from_point_x(f64::midpoint(before, x))
        };
        edge(rows.start)..edge(rows.end)
    }

    fn under_pointer(&self, fed: &FeedView<'_>, response: &Response) -> Option<Example> {
        let at = response.hover_pos()?;
        let is_over =
            |part: Part| self.place(part).expand2(Vec2::new(0.0, GRID / 2.0)).contains(at);
        let part = [Part::Train, Part::Validation, Part::Test].into_iter().find(|&p| is_over(p))?;
        let row = self.axis.row_at(self.transform.value_from_position(at).x, self.rows)?;
        fed.at(part, row)
    }
}
