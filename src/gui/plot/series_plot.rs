//! The frame that every plot over time shares: dates on the axis, dates and values under the
//! pointer, lines that stay quick however long the series.

use std::ops::Range;

use eframe::egui::{Color32, Id, Stroke, Ui, Vec2b};
use egui_plot::{
    AxisHints, GridInput, GridMark, HoverPosition, Line, LineStyle, Plot, PlotBounds, PlotPoint,
    PlotResponse, PlotUi, Points,
};

use crate::gui::theme::palette;
use crate::series::number::compact;
use crate::series::pyramid::row_outline;
use crate::series::stretches::{runs_in_view, slots_in_view};
use crate::series::{Pyramid, StandIns, TimeAxis};

use super::bands::Bands;
use super::key::{Mark, RADIUS};
use super::value_map::ValueMap;
use super::{frame, time_grid, value_grid};

/// Width of a line, in points.
const LINE_WIDTH: f32 = 1.6;

/// Points of length that are drawn dashed: far more than fits a plot.
const LONGEST_DASHED: f64 = 20_000.0;

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
    /// How much it stands out.
    pub weight: Weight,
}

/// How much a line stands out among the others of its plot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// One of many that make up another.
    Thin,
    /// A line.
    Plain,
    /// What the plot is about.
    Strong,
}

impl Weight {
    /// Width of the line, in points.
    const fn width(self) -> f32 {
        match self {
            Self::Thin => 0.8,
            Self::Plain => LINE_WIDTH,
            Self::Strong => LINE_WIDTH * 1.4,
        }
    }
}

/// A line of another series than the plot's own, as the label under the pointer tells it.
pub struct Told<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its axis.
    pub axis: &'a TimeAxis,
    /// Its rows.
    pub rows: usize,
    /// How its values are placed.
    pub map: ValueMap,
}

/// A plot over time, to which lines and spans are added.
pub struct TimePlot<'a> {
    id: (&'static str, u64),
    axis: &'a TimeAxis,
    rows: usize,
    unit: &'a str,
    link: Id,
    height: Option<f32>,
    map: ValueMap,
    told: Vec<Told<'a>>,
    scrolls: bool,
    ends: Option<(f64, f64)>,
}

impl<'a> TimePlot<'a> {
    /// A plot of `rows` rows of an axis; `unit` stands on the value axis. Plots that share `link`
    /// pan and zoom over time together.
    pub fn new(id: &'static str, axis: &'a TimeAxis, rows: usize, unit: &'a str, link: Id) -> Self {
        let map = ValueMap::AsIs;
        let id = (id, 0);
        let (told, scrolls) = (Vec::new(), true);
        Self { id, axis, rows, unit, link, height: None, map, told, scrolls, ends: None }
    }

    /// Tells plots of one kind apart: each remembers its own zoom.
    pub fn numbered(mut self, number: u64) -> Self {
        self.id.1 = number;
        self
    }

    /// Gives the plot a fixed height, in points.
    pub fn height(mut self, height: f32) -> Self {
        self.height = Some(height);
        self
    }

    /// Places values by `map`. A plot remembers its zoom for each kind.
    pub fn values(mut self, map: ValueMap) -> Self {
        self.map = map;
        self
    }

    /// Names lines of other series.
    pub fn told(mut self, told: Vec<Told<'a>>) -> Self {
        self.told = told;
        self
    }

    /// Leaves the wheel to the list that the plot stands in; with Ctrl it zooms all the same.
    pub fn in_a_list(mut self) -> Self {
        self.scrolls = false;
        self
    }

    /// Shows time between two plot coordinates at least, so that plots of series that begin and end
    /// elsewhere stay aligned.
    pub fn between(mut self, ends: (f64, f64)) -> Self {
        self.ends = Some(ends);
        self
    }

    /// Draws it. `view` sets the rows in view once, for example after a click on a range.
    pub fn show<R>(
        self,
        ui: &mut Ui,
        view: Option<Range<usize>>,
        content: impl FnOnce(&mut TimePlotUi<'_, 'a>) -> R + 'a,
    ) -> PlotResponse<R> {
        let (axis, rows, map) = (self.axis, self.rows, self.map);
        let width = ui.available_width();
        self.plot(ui).show(ui, move |plot_ui| {
            if let Some(view) = view {
                let ends = axis.plot_x(view.start)..=axis.plot_x(view.end.max(view.start + 1) - 1);
                let margin = (ends.end() - ends.start()) * 0.015;
                plot_ui.set_plot_bounds_x(ends.start() - margin..=ends.end() + margin);
                plot_ui.set_auto_bounds(Vec2b::new(false, true));
            }
            content(&mut TimePlotUi { plot_ui, axis, rows, width, map })
        })
    }

    fn plot(self, ui: &Ui) -> Plot<'a> {
        let Self { axis, rows, map, told, .. } = self;
        let unit = match self.height {
            Some(height) => frame::axis_label(ui, self.unit, height),
            None => self.unit.to_owned(),
        };
        let mut x_axis = frame::quiet(AxisHints::new_x(), ui);
        if axis.is_calendar() {
            x_axis = x_axis.formatter(|mark, range| frame::inside(range, mark, time_grid::label));
        } else {
            x_axis = x_axis.formatter(|mark, range| frame::inside(range, mark, value_grid::label));
        }
        // Low plots have their lines closer together, or they would have but one.
        let closeness = self.height.map_or(1.0, |height| f64::from(height) / 320.0).clamp(0.5, 1.0);
        let kind = match map {
            ValueMap::AsIs => 0,
            ValueMap::Log => 1,
            ValueMap::Share { .. } => 2,
        };
        let plot = frame::framed_by(Plot::new((self.id, kind)), ui, &unit, map)
            .custom_x_axes(vec![x_axis])
            .x_grid_spacer(if axis.is_calendar() { time_grid::marks } else { row_marks })
            .link_axis(self.link, Vec2b::new(true, false))
            .link_cursor(self.link, Vec2b::new(true, false))
            .y_grid_spacer(move |input| {
                let base_step_size = input.base_step_size * closeness;
                map.marks(GridInput { base_step_size, ..input })
            })
            .allow_scroll(self.scrolls)
            .label_formatter(move |position| {
                let HoverPosition::NearDataPoint { plot_name, position, .. } = position else {
                    return None;
                };
                let own = Told { name: plot_name, axis, rows, map };
                let told = told.iter().find(|told| told.name == *plot_name).unwrap_or(&own);
                hover_label(told, *position)
            });
        let plot = match self.ends {
            Some((first, last)) => plot.include_x(first).include_x(last),
            None => plot,
        };
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
    map: ValueMap,
}

impl TimePlotUi<'_, '_> {
    /// Adds a line, drawn in as few points as its pixels can show.
    pub fn line(&mut self, line: &TimeLine<'_>) {
        self.line_on(self.axis, self.map, line);
    }

    /// Adds a line that has an axis of its own and a way of its own to place values.
    pub fn line_on(&mut self, axis: &TimeAxis, map: ValueMap, line: &TimeLine<'_>) {
        let rows = self.rows.max(line.first_row + line.values.len());
        let visible = self.visible_rows(axis, rows);
        let within = |row: usize| row.saturating_sub(line.first_row).min(line.values.len());
        let visible = within(visible.start)..within(visible.end);
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
        for (number, segment) in segments.enumerate() {
            let points: Vec<[f64; 2]> = segment.iter().flatten().copied().collect();
            let length = self.length(&points);
            let mut drawn = Line::new(line.name, points)
                .id((line.name, line.first_row, number))
                .stroke(Stroke::new(line.weight.width(), line.color));
            if line.dashed {
                drawn = drawn.style(dashed(LineStyle::dashed_loose(), length));
            }
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
            self.plot_ui.add(Bands::new(name, color, stretches));
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
        for (number, points) in lines.into_iter().enumerate() {
            let line = Line::new(name, points).id((name, number));
            let line = line.stroke(Stroke::new(LINE_WIDTH, color));
            self.plot_ui.line(line.style(style));
        }
    }

    /// Marks single rows of a series.
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

    /// Length of a line on the screen, in points, what is out of view included.
    fn length(&self, points: &[[f64; 2]]) -> f64 {
        let [across, up] = self.plot_ui.transform().dpos_dvalue();
        let step = |pair: &[[f64; 2]]| {
            ((pair[1][0] - pair[0][0]) * across).hypot((pair[1][1] - pair[0][1]) * up)
        };
        points.windows(2).map(step).sum()
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a width in points"
    )]
    fn columns(&self) -> usize {
        self.width.max(1.0) as usize
    }

    /// Rows of an axis in view among its first `rows`, with one more on each side so that lines leave
    /// the plot.
    fn visible_rows(&self, axis: &TimeAxis, rows: usize) -> Range<usize> {
        if self.plot_ui.auto_bounds().x {
            return 0..rows;
        }
        let bounds: PlotBounds = self.plot_ui.plot_bounds();
        let row = |x: f64| axis.row_at(x, rows).unwrap_or(0);
        let start = row(bounds.min()[0]).saturating_sub(1);
        start..(row(bounds.max()[0]) + 2).min(rows).max(start)
    }
}

/// Dashes, unless a line is so long, or lines so many, that dashes would be too close to be seen or
/// too far out of the plot, and cost more than all else.
fn dashed(style: LineStyle, length: f64) -> LineStyle {
    if length <= LONGEST_DASHED { style } else { LineStyle::Solid }
}

/// Name, date and value of a point of a line.
fn hover_label(told: &Told<'_>, PlotPoint { x, y }: PlotPoint) -> Option<String> {
    let row = told.axis.row_at(x, told.rows)?;
    let value = compact(told.map.value(y));
    Some(format!("{}\n{}\n{value}", told.name, told.axis.display(row)))
}

/// Colour of the data's own line.
pub fn data_color(ui: &Ui) -> Color32 {
    palette(ui.visuals()).data
}
