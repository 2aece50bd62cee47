//! Lines, bands and marks of a plot over time, in as few points as their pixels can show. What is
//! added is also measured, so that the value axis can fit it, and read at the row under the pointer.

use std::ops::Range;

use eframe::egui::{Color32, Stroke, Ui};
use egui_plot::{Line, LineStyle, PlotUi, Points};

use crate::app::look::{Pyramid, row_outline};
use crate::forecast::Interval;
use crate::gui::theme::{Marker, ModelLook, palette};
use crate::series::thinned::{runs_in_view, slots_in_view};
use crate::series::{Series, StandIns, TimeAxis};
use crate::stats::{number, whole};

use super::frame::{Mark, RADIUS, Shading};
use super::navigation::AxisSpan;
use super::readout::LineReading;
use super::value_axis::ValueMap;

const LINE_WIDTH: f32 = 1.6;

/// Points of length that are drawn dashed: far more than fits a plot.
const LONGEST_DASHED: f64 = 20_000.0;

/// Distance of markers on a line at least, in points.
const MARKER_SPACING: f64 = 18.0;
const MARKER_RADIUS: f32 = 3.5;

#[derive(Debug, Clone)]
pub struct TimeLine<'a> {
    pub name: &'a str,
    /// Axis row of the first value.
    pub first_row: usize,
    /// Values, NaN for a gap.
    pub values: &'a [f64],
    /// The outline of the values, where they are many.
    pub pyramid: Option<&'a Pyramid>,
    pub look: ModelLook,
    pub is_dashed: bool,
    pub role: LineRole<'a>,
    pub weight: LineWeight,
}

impl<'a> TimeLine<'a> {
    /// A plain line of some values, which is not read.
    pub const fn new(name: &'a str, first_row: usize, values: &'a [f64], color: Color32) -> Self {
        let (pyramid, role, weight) = (None, LineRole::Part, LineWeight::Plain);
        let look = ModelLook { color, marker: None };
        Self { name, first_row, values, pyramid, look, is_dashed: false, role, weight }
    }

    /// The line of a whole series: what happened.
    pub fn actual(series: &'a Series, outline: &'a Pyramid, color: Color32) -> Self {
        let line = Self::new(&series.name, 0, &series.values, color);
        Self { pyramid: Some(outline), role: LineRole::Actual, ..line }
    }
}

/// What is said of a line at the row under the pointer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LineRole<'a> {
    /// Nothing: it is a part of another line.
    Part,
    Actual,
    /// What was forecast, with bounds. The first `lead` values are another line's, which it leaves
    /// from; bounds are those of the values after them.
    Forecast {
        /// Values at the front that are not its own.
        lead: usize,
        intervals: &'a [Interval],
    },
}

/// How much a line stands out among the others of its plot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineWeight {
    /// One of many that make up another.
    Thin,
    Plain,
    Strong,
}

impl LineWeight {
    const fn width(self) -> f32 {
        match self {
            Self::Thin => 0.8,
            Self::Plain => LINE_WIDTH,
            Self::Strong => LINE_WIDTH * 1.4,
        }
    }
}

pub struct TimePlotUi<'p, 'a> {
    /// The plot itself, for spans and rules.
    pub plot_ui: &'p mut PlotUi<'a>,
    axis: &'a TimeAxis,
    rows: usize,
    width: f32,
    map: ValueMap,
    time: AxisSpan,
    /// Heights found in view so far.
    found: Option<AxisSpan>,
    /// Where the row that is read stands, and it.
    read_at: Option<(f64, usize)>,
    readings: Vec<LineReading>,
}

impl<'p, 'a> TimePlotUi<'p, 'a> {
    /// A plot of `rows` rows of an axis, `width` points wide, whose lines are read at a row.
    pub(super) fn new(
        plot_ui: &'p mut PlotUi<'a>,
        (axis, rows): (&'a TimeAxis, usize),
        map: ValueMap,
        width: f32,
        time: AxisSpan,
        read: Option<usize>,
    ) -> Self {
        let read_at = read.map(|row| (axis.plot_x(row), row));
        let (found, readings) = (None, Vec::new());
        Self { plot_ui, axis, rows, width, map, time, found, read_at, readings }
    }

    /// The heights that were found in view, and what lines say of the row that is read.
    pub(super) fn finish(self) -> (Option<AxisSpan>, Vec<LineReading>) {
        (self.found, self.readings)
    }

    /// Adds a line, drawn in as few points as its pixels can show.
    pub fn line(&mut self, line: &TimeLine<'_>) {
        self.line_on(self.axis, self.map, line);
    }

    /// Adds a line that has an axis of its own and a way of its own to place values.
    pub fn line_on(&mut self, axis: &TimeAxis, map: ValueMap, line: &TimeLine<'_>) {
        self.read(axis, line);
        let rows = self.rows.max(line.first_row + line.values.len());
        let visible = self.visible_rows(axis, rows);
        let within = |row: usize| row.saturating_sub(line.first_row).min(line.values.len());
        let visible = within(visible.start)..within(visible.end);
        if let Some(marker) = line.look.marker {
            self.markers(axis, map, line, marker, visible.clone());
        }
        let outline = match line.pyramid {
            Some(pyramid) => pyramid.outline(visible, self.columns()),
            None => row_outline(line.values, visible),
        };
        let place = |point: Option<(usize, f64)>| {
            let (row, value) = point?;
            let height = map.place(value);
            (!height.is_nan()).then(|| [axis.plot_x(line.first_row + row), height])
        };
        let outline: Vec<Option<[f64; 2]>> = outline.into_iter().map(place).collect();
        let segments = outline.split(Option::is_none).filter(|segment| !segment.is_empty());
        for (part, segment) in segments.enumerate() {
            let points: Vec<[f64; 2]> = segment.iter().flatten().copied().collect();
            self.measure(&points);
            let style = if line.is_dashed {
                dashed(LineStyle::dashed_loose(), self.length(&points))
            } else {
                LineStyle::Solid
            };
            let drawn = Line::new(line.name, points)
                .id((line.name, line.first_row, part))
                .stroke(Stroke::new(line.weight.width(), line.look.color))
                .style(style);
            self.plot_ui.line(drawn);
        }
    }

    /// Shades runs of rows, each from half a row before its first to half a row after its last.
    pub fn bands(&mut self, name: &str, color: Color32, runs: &[Range<usize>]) {
        let visible = self.visible_rows(self.axis, self.rows);
        let runs = runs_in_view(runs, &visible, self.columns());
        let middle = |a: usize, b: usize| f64::midpoint(self.axis.plot_x(a), self.axis.plot_x(b));
        let stretch = |run: Range<usize>| {
            let from = middle(run.start.saturating_sub(1), run.start);
            [from, middle(run.end - 1, run.end)]
        };
        let stretches: Vec<[f64; 2]> = runs.into_iter().map(stretch).collect();
        if !stretches.is_empty() {
            self.plot_ui.add(Shading::new(name, color, stretches));
        }
    }

    /// Adds dashed lines of values that stand in for missing ones of a series.
    pub fn stand_ins(&mut self, name: &str, color: Color32, stand_ins: &StandIns, values: &[f64]) {
        let visible = self.visible_rows(self.axis, self.rows);
        let point = |(row, value): (usize, f64)| [self.axis.plot_x(row), self.map.place(value)];
        let lines = stand_ins.lines(values, &visible, self.columns());
        let lines: Vec<Vec<[f64; 2]>> = lines
            .into_iter()
            .map(|line| line.into_iter().map(point).filter(|[_, y]| !y.is_nan()).collect())
            .collect();
        let length = lines.iter().map(|points| self.length(points)).sum();
        let style = dashed(LineStyle::dashed_dense(), length);
        for (part, points) in lines.into_iter().enumerate() {
            self.measure(&points);
            let line = Line::new(name, points).id((name, part));
            let line = line.stroke(Stroke::new(LINE_WIDTH, color));
            self.plot_ui.line(line.style(style));
        }
    }

    pub fn marks(
        &mut self,
        name: &str,
        mark: Mark,
        color: Color32,
        slots: &[usize],
        values: &[f64],
    ) {
        let visible = self.visible_rows(self.axis, self.rows);
        let slots = slots_in_view(slots, &visible, self.columns());
        let point = |slot: usize| {
            let height = self.map.place(values.get(slot).copied()?);
            (!height.is_nan()).then(|| [self.axis.plot_x(slot), height])
        };
        let points: Vec<[f64; 2]> = slots.into_iter().filter_map(point).collect();
        let points = Points::new(name, points).shape(mark.shape()).filled(mark.is_filled());
        self.plot_ui.points(points.radius(RADIUS).color(color));
    }

    /// Takes points of something that is drawn into what is known of the view: those in it, and
    /// where lines between them enter and leave it.
    pub fn measure(&mut self, points: &[[f64; 2]]) {
        let mut found = self.found;
        let mut add = |height: f64| {
            if height.is_finite() {
                let so_far = found.unwrap_or(AxisSpan { low: height, high: height });
                found = Some(AxisSpan::new(so_far.low.min(height), so_far.high.max(height)));
            }
        };
        for pair in points.windows(2) {
            let ([from_x, from_y], [to_x, to_y]) = (pair[0], pair[1]);
            for edge in [self.time.low, self.time.high] {
                if (from_x < edge) != (to_x < edge) && to_x > from_x {
                    add(from_y + (to_y - from_y) * ((edge - from_x) / (to_x - from_x)));
                }
            }
        }
        points.iter().filter(|[x, _]| self.time.contains(*x)).for_each(|&[_, y]| add(y));
        self.found = found;
    }

    /// Takes what a line says of the row that is read.
    fn read(&mut self, axis: &TimeAxis, line: &TimeLine<'_>) {
        let Some((x, row)) = self.read_at else { return };
        let row = if std::ptr::eq(axis, self.axis) { Some(row) } else { row_near(axis, line, x) };
        let Some(place) = row.and_then(|row| row.checked_sub(line.first_row)) else { return };
        let Some(&value) = line.values.get(place) else { return };
        let (bounds, is_actual) = match line.role {
            LineRole::Part => return,
            LineRole::Actual => (Vec::new(), true),
            LineRole::Forecast { lead, intervals } => {
                let Some(ahead) = place.checked_sub(lead).filter(|_| !value.is_nan()) else {
                    return;
                };
                let bound = |interval: &Interval| {
                    let (lower, upper) = (interval.lower.get(ahead)?, interval.upper.get(ahead)?);
                    Some((interval.level, *lower, *upper))
                };
                (intervals.iter().filter_map(bound).collect(), false)
            }
        };
        let (name, look) = (line.name.to_owned(), line.look);
        self.readings.push(LineReading { name, look, value, bounds, is_actual });
    }

    /// Markers on the rows of a line, no closer than they can be told apart.
    fn markers(
        &mut self,
        axis: &TimeAxis,
        map: ValueMap,
        line: &TimeLine<'_>,
        marker: Marker,
        visible: Range<usize>,
    ) {
        let apart = f64::from(self.width) / number(visible.len().max(1));
        let every = whole((MARKER_SPACING / apart.max(1e-3)).ceil()).max(1);
        let point = |row: usize| {
            let height = map.place(line.values[row]);
            (!height.is_nan()).then(|| [axis.plot_x(line.first_row + row), height])
        };
        // Counted from the first row, so that they stay where they are when the view moves.
        let points: Vec<[f64; 2]> =
            visible.filter(|row| row % every == 0).filter_map(point).collect();
        let points = Points::new(line.name, points).shape(marker.shape()).filled(true);
        self.plot_ui.points(points.radius(MARKER_RADIUS).color(line.look.color));
    }

    /// Length of a line on the screen, in points, what is out of view included.
    fn length(&self, points: &[[f64; 2]]) -> f64 {
        let [across, up] = self.plot_ui.transform().dpos_dvalue();
        let step = |pair: &[[f64; 2]]| {
            ((pair[1][0] - pair[0][0]) * across).hypot((pair[1][1] - pair[0][1]) * up)
        };
        points.windows(2).map(step).sum()
    }

    fn columns(&self) -> usize {
        whole(f64::from(self.width.max(1.0)))
    }

    /// Rows of an axis in view among its first `rows`, with one more on each side so that lines leave
    /// the plot.
    fn visible_rows(&self, axis: &TimeAxis, rows: usize) -> Range<usize> {
        let row = |x: f64| axis.row_at(x, rows).unwrap_or(0);
        let start = row(self.time.low).saturating_sub(1);
        start..(row(self.time.high) + 2).min(rows).max(start)
    }
}

/// The row of a line on another axis that is as good as at `x`: no farther than half a step.
fn row_near(axis: &TimeAxis, line: &TimeLine<'_>, x: f64) -> Option<usize> {
    let rows = line.first_row + line.values.len();
    let row = axis.row_at(x, rows)?;
    let step = axis.plot_x(row + 1) - axis.plot_x(row);
    ((axis.plot_x(row) - x).abs() <= step / 2.0).then_some(row)
}

/// Dashes, unless a line is so long, or lines so many, that dashes would be too close to be seen or
/// too far out of the plot, and cost more than all else.
fn dashed(style: LineStyle, length: f64) -> LineStyle {
    if length <= LONGEST_DASHED { style } else { LineStyle::Solid }
}

pub fn data_color(ui: &Ui) -> Color32 {
    palette(ui.visuals()).data
}
