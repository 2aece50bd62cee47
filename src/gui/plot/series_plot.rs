//! The frame that every plot over time shares: dates on the axis, dates and values under the
//! pointer, lines that stay quick however long the series.

use std::ops::Range;

use eframe::egui::{Color32, Id, Stroke, Ui, Vec2b};
use egui_plot::{
    AxisHints, GridInput, GridMark, HoverPosition, Line, LineStyle, Plot, PlotBounds, PlotPoint,
    PlotResponse, PlotUi,
};

use crate::gui::theme::palette;
use crate::series::number::compact;
use crate::series::pyramid::row_outline;
use crate::series::{Pyramid, TimeAxis};

use super::{frame, time_grid, value_grid};

/// Width of a line, in points.
const LINE_WIDTH: f32 = 1.6;

/// A line of a plot over time.
pub struct TimeLine<'a> {
    /// Its name under the pointer.
    pub name: &'a str,
    /// Axis row of the first value.
    pub first_row: usize,
    /// Values, NaN for a gap.
    pub values: &'a [f64],
    /// The outline of the values, where they are many.
    pub pyramid: Option<&'a Pyramid>,
    /// Its colour.
    pub color: Color32,
    /// Dashed: forecasts of held-out rows.
    pub dashed: bool,
    /// Thicker than the others.
    pub emphasis: bool,
}

/// A plot over time, to which lines and spans are added.
pub struct TimePlot<'a> {
    id: &'static str,
    axis: &'a TimeAxis,
    rows: usize,
    unit: &'a str,
    link: Id,
    height: Option<f32>,
}

impl<'a> TimePlot<'a> {
    /// A plot of `rows` rows of an axis; `unit` stands on the value axis. Plots that share `link`
    /// pan and zoom over time together.
    pub fn new(id: &'static str, axis: &'a TimeAxis, rows: usize, unit: &'a str, link: Id) -> Self {
        Self { id, axis, rows, unit, link, height: None }
    }

    /// Gives the plot a fixed height, in points.
    pub fn height(mut self, height: f32) -> Self {
        self.height = Some(height);
        self
    }

    /// Draws it. `view` sets the rows in view once, for example after a click on a range.
    pub fn show<R>(
        self,
        ui: &mut Ui,
        view: Option<Range<usize>>,
        content: impl FnOnce(&mut TimePlotUi<'_, 'a>) -> R + 'a,
    ) -> PlotResponse<R> {
        let (axis, rows) = (self.axis, self.rows);
        let width = ui.available_width();
        self.plot(ui).show(ui, move |plot_ui| {
            if let Some(view) = view {
                let ends = axis.plot_x(view.start)..=axis.plot_x(view.end.max(view.start + 1) - 1);
                let margin = (ends.end() - ends.start()) * 0.015;
                plot_ui.set_plot_bounds_x(ends.start() - margin..=ends.end() + margin);
                plot_ui.set_auto_bounds(Vec2b::new(false, true));
            }
            content(&mut TimePlotUi { plot_ui, axis, rows, width })
        })
    }

    fn plot(&self, ui: &Ui) -> Plot<'a> {
        let (axis, rows) = (self.axis, self.rows);
        let mut x_axis = frame::quiet(AxisHints::new_x(), ui);
        if axis.is_calendar() {
            x_axis = x_axis.formatter(|mark, range| frame::inside(range, mark, time_grid::label));
        } else {
            x_axis = x_axis.formatter(|mark, range| frame::inside(range, mark, value_grid::label));
        }
        let plot = frame::framed(Plot::new(self.id), ui, self.unit)
            .custom_x_axes(vec![x_axis])
            .x_grid_spacer(if axis.is_calendar() { time_grid::marks } else { row_marks })
            .link_axis(self.link, Vec2b::new(true, false))
            .link_cursor(self.link, Vec2b::new(true, false))
            .label_formatter(move |position| hover_label(axis, rows, position));
        match self.height {
            Some(height) => plot.height(height),
            None => plot,
        }
    }
}

/// Marks on whole rows, no closer than their labels.
fn row_marks(input: GridInput) -> Vec<GridMark> {
    let base_step_size = (input.base_step_size * 1.6).max(1.0);
    value_grid::marks(GridInput { base_step_size, ..input })
}

/// What lines are added to.
pub struct TimePlotUi<'p, 'a> {
    /// The plot itself, for spans and marks.
    pub plot_ui: &'p mut PlotUi<'a>,
    axis: &'a TimeAxis,
    rows: usize,
    width: f32,
}

impl TimePlotUi<'_, '_> {
    /// Adds a line, drawn in as few points as its pixels can show.
    pub fn line(&mut self, line: &TimeLine<'_>) {
        let visible = self.visible_rows(line.first_row, line.values.len());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a width in points"
        )]
        let columns = self.width.max(1.0) as usize;
        let outline = match line.pyramid {
            Some(pyramid) => pyramid.outline(visible, columns),
            None => row_outline(line.values, visible),
        };
        let point = |(row, value): (usize, f64)| [self.axis.plot_x(line.first_row + row), value];
        let segments = outline.split(Option::is_none).filter(|segment| !segment.is_empty());
        for (number, segment) in segments.enumerate() {
            let points: Vec<[f64; 2]> = segment.iter().flatten().copied().map(point).collect();
            let width = if line.emphasis { LINE_WIDTH * 1.4 } else { LINE_WIDTH };
            let mut drawn = Line::new(line.name, points)
                .id((line.name, line.first_row, number))
                .stroke(Stroke::new(width, line.color));
            if line.dashed {
                drawn = drawn.style(LineStyle::dashed_loose());
            }
            self.plot_ui.line(drawn);
        }
    }

    /// Rows of a line in view, with one more on each side so that lines leave the plot.
    fn visible_rows(&self, first_row: usize, length: usize) -> Range<usize> {
        if self.plot_ui.auto_bounds().x {
            return 0..length;
        }
        let bounds: PlotBounds = self.plot_ui.plot_bounds();
        let rows = self.rows.max(first_row + length);
        let row = |x: f64| self.axis.row_at(x, rows).unwrap_or(0);
        let start = row(bounds.min()[0]).saturating_sub(first_row + 1);
        let end = (row(bounds.max()[0]) + 2).saturating_sub(first_row);
        start.min(length)..end.min(length)
    }
}

/// Name, date and value of the nearest point; nothing elsewhere.
fn hover_label(axis: &TimeAxis, rows: usize, position: &HoverPosition<'_>) -> Option<String> {
    let HoverPosition::NearDataPoint { plot_name, position: PlotPoint { x, y }, .. } = position
    else {
        return None;
    };
    let row = axis.row_at(*x, rows)?;
    Some(format!("{plot_name}\n{}\n{}", axis.display(row), compact(*y)))
}

/// Colour of the data's own line.
pub fn data_color(ui: &Ui) -> Color32 {
    palette(ui.visuals()).data
}
