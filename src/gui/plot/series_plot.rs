//! The frame that every plot over time shares: dates on the axis, dates and values under the
//! pointer, lines that stay quick however long the series.

use eframe::egui::{Color32, Id, Stroke, Ui, Vec2b};
use egui_plot::{
    GridMark, HoverPosition, Line, LineStyle, Plot, PlotBounds, PlotPoint, PlotResponse, PlotUi,
};

use crate::gui::theme::palette;
use crate::series::TimeAxis;
use crate::series::number::compact;

use super::{decimate, time_grid};

/// Margin around the data, as a share of its span.
const MARGIN: f32 = 0.04;
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
    /// Its colour.
    pub color: Color32,
    /// Dashed: forecasts of held-out rows.
    pub dashed: bool,
    /// Thicker than the others.
    pub emphasis: bool,
}

/// A plot over time, to which lines and spans are added.
pub struct TimePlot<'a> {
    axis: &'a TimeAxis,
    rows: usize,
    plot: Plot<'a>,
}

impl<'a> TimePlot<'a> {
    /// A plot of `rows` rows of an axis; `unit` stands on the value axis. Plots that share `link`
    /// pan and zoom over time together.
    pub fn new(id: &str, axis: &'a TimeAxis, rows: usize, unit: &str, link: Id) -> Self {
        let mut plot = Plot::new(id)
            .auto_bounds(Vec2b::TRUE)
            .allow_boxed_zoom(true)
            .set_margin_fraction(eframe::egui::Vec2::new(0.01, MARGIN))
            .link_axis(link, Vec2b::new(true, false))
            .link_cursor(link, Vec2b::new(true, false))
            .y_axis_label(unit.to_owned())
            .y_axis_min_width(56.0)
            .y_axis_formatter(|mark, _| value_label(mark))
            .label_formatter(move |position| hover_label(axis, rows, position));
        if axis.is_calendar() {
            plot = plot
                .x_grid_spacer(time_grid::marks)
                .x_axis_formatter(|mark, _| time_grid::label(mark));
        } else {
            plot = plot.x_axis_label("row");
        }
        Self { axis, rows, plot }
    }

    /// Gives the plot a fixed height, in points.
    pub fn height(mut self, height: f32) -> Self {
        self.plot = self.plot.height(height);
        self
    }

    /// Draws it. `view` sets the rows in view once, for example after a click on a range.
    pub fn show<R>(
        self,
        ui: &mut Ui,
        view: Option<std::ops::Range<usize>>,
        content: impl FnOnce(&mut TimePlotUi<'_, 'a>) -> R + 'a,
    ) -> PlotResponse<R> {
        let (axis, rows) = (self.axis, self.rows);
        let width = ui.available_width();
        self.plot.show(ui, move |plot_ui| {
            if let Some(view) = view {
                let ends = axis.plot_x(view.start)..=axis.plot_x(view.end.max(view.start + 1) - 1);
                let margin = (ends.end() - ends.start()) * 0.015;
                plot_ui.set_plot_bounds_x(ends.start() - margin..=ends.end() + margin);
                plot_ui.set_auto_bounds(Vec2b::new(false, true));
            }
            content(&mut TimePlotUi { plot_ui, axis, rows, width })
        })
    }
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
        let segments = decimate::segments(self.axis, line.first_row, line.values, visible, columns);
        for (number, points) in segments.into_iter().enumerate() {
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
    fn visible_rows(&self, first_row: usize, length: usize) -> std::ops::Range<usize> {
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

fn value_label(mark: GridMark) -> String {
    let size = mark.value.abs();
    if size >= 1e7 || (size > 0.0 && size < 1e-4) {
        return format!("{:.2e}", mark.value);
    }
    let decimals =
        (0..=6_u8).find(|&places| mark.step_size >= 0.999 * 10_f64.powi(-i32::from(places)));
    format!("{:.*}", usize::from(decimals.unwrap_or(6)), mark.value)
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
