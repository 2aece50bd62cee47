//! The frame that every plot over time shares: dates on the axis, one way to move about by mouse and
//! keyboard, and what every line says of the row under the pointer.

use std::ops::{Range, RangeInclusive};

use eframe::egui::{
    Context, Id, InputState, Pos2, Rect, Response, Role, TextStyle, Ui, Vec2, Vec2b, WidgetInfo,
    pos2, vec2,
};
use egui_plot::{AxisHints, GridInput, GridMark, Plot, PlotResponse, PlotTransform};

use crate::series::number::compact_grouped;
use crate::series::{TimeAxis, visible};
use crate::stats::number;

use super::gestures::{Axis, Drag, Gestures, MORE_HELP};
use super::navigation::{AxisSpan, InView, PlotView, TimeExtent};
use super::readout::{ReadRow, Readout, clock_ui, mark_ui, read_ui};
use super::time_grid::TimeGrid;
use super::time_lines::TimePlotUi;
use super::value_axis::ValueMap;
use super::{frame, gestures, value_axis};

const FEWEST_ROWS: f64 = 4.0;
/// Half the width of a letter of a label, in points.
const HALF_LETTER: f64 = 3.2;

pub struct TimePlot<'a> {
    pub id: &'static str,
    pub axis: &'a TimeAxis,
    pub rows: usize,
    pub unit: &'a str,
    pub link: Id,
    pub height: f32,
    /// What is drawn, where that does not stand on the value axis.
    pub name: &'a str,
    /// Tells plots of one kind apart: each remembers its own scale.
    pub number: u64,
    /// A plot remembers its scale for each kind of map.
    pub map: ValueMap,
    /// The wheel is left to the list that the plot stands in; with Ctrl it zooms all the same.
    pub in_a_list: bool,
    /// Plot coordinates between which time is shown at least, so that plots of series that begin and end
    /// elsewhere stay aligned.
    pub ends: Option<(f64, f64)>,
}

/// What plots that move over time together remember from frame to frame.
#[derive(Debug, Clone, Default)]
struct LinkedMemory {
    /// The time that was asked for.
    time: Option<AxisSpan>,
    /// Where a row is read, and in which of the plots.
    read_at: Option<(f64, Id)>,
}

/// What one plot remembers from frame to frame.
#[derive(Debug, Clone, Default)]
struct PlotMemory {
    /// Values as they were scaled by hand.
    values: Option<AxisSpan>,
    shown: Option<PlotView>,
    drag: Option<Drag>,
    /// The row that the keyboard reads.
    row: Option<usize>,
    /// The keyboard was used last, not the mouse: it says which row is read.
    by_keys: bool,
    /// From where to where the date of the row that is read stands on the axis.
    tag: Option<[f64; 2]>,
}

/// What came of drawing the content.
struct DrawnPlot<R> {
    inner: R,
    alone: PlotMemory,
    together: LinkedMemory,
    shown: PlotView,
    /// The row that is read.
    read: Option<ReadRow>,
}

impl<'a> TimePlot<'a> {
    /// A plot of `rows` rows of an axis; `unit` stands on the value axis. Plots that share `link`
    /// pan and zoom over time together.
    pub fn new(
        id: &'static str,
        (axis, rows): (&'a TimeAxis, usize),
        unit: &'a str,
        link: Id,
        height: f32,
    ) -> Self {
        let (name, number, map) = (unit, 0, ValueMap::AsIs);
        let (in_a_list, ends) = (false, None);
        Self { id, axis, rows, unit, link, height, name, number, map, in_a_list, ends }
    }

    /// Draws it. `view` sets the rows in view once, for example after a click on a range.
    pub fn show<R>(
        self,
        ui: &mut Ui,
        view: Option<Range<usize>>,
        content: impl FnOnce(&mut TimePlotUi<'_, 'a>) -> R + 'a,
    ) -> PlotResponse<R> {
        let (axis, rows, map, in_a_list) = (self.axis, self.rows, self.map, self.in_a_list);
        let Self { name, link, .. } = self;
        let extent = self.extent();
        let id = ui.make_persistent_id(((self.id, self.number), map.kind()));
        let mut alone = remembered::<PlotMemory>(ui.ctx(), id);
        let mut together = remembered::<LinkedMemory>(ui.ctx(), link);
        if let Some(view) = view {
            together.time = (view.len() < rows).then(|| time_of(axis, view));
            alone.values = None;
        }
        let width = ui.available_width();
        let space = Rect::from_min_size(ui.cursor().min, vec2(width, self.height));
        let drawn = self.plot(ui, id, alone.tag).show(ui, move |plot_ui| {
            let response = plot_ui.response().clone();
            let mut in_view = InView { time: together.time, values: alone.values };
            let time = in_view.time_shown(&extent);
            let before = alone.shown.unwrap_or(PlotView { time, values: AxisSpan::new(-1.0, 1.0) });
            let row_x = alone.row.map(|row| axis.plot_x(row));
            let about = row_x.filter(|&x| time.contains(x));
            let about = about.map_or(0.5, |x| (x - time.low) / time.width());
            let Gestures { moves, rows: by } =
                gestures::read(&response, &mut alone.drag, about, in_a_list);
            for step in moves {
                let time = in_view.time_shown(&extent);
                in_view.apply(step, PlotView { time, ..before }, &extent);
            }
            let time = in_view.time_shown(&extent);
            let pointer = response.hover_pos().filter(|_| response.contains_pointer());
            let pointed = pointer.map(|at| time.at(share_across(response.rect, at)));
            let pointed = pointed.and_then(|x| axis.row_at(x, rows));
            let from = if alone.by_keys { alone.row } else { pointed.or(alone.row) };
            let from = if by == 0 { alone.row } else { from };
            alone.row = row_by_keys(from, by, rows, &response, axis, time);
            alone.by_keys =
                alone.row.is_some() && (by != 0 || alone.by_keys && !is_moved(&response));
            let pointer = pointer.filter(|_| !alone.by_keys);
            let row = pointed.filter(|_| !alone.by_keys).or(alone.row);
            let mut content_ui = TimePlotUi::new(plot_ui, (axis, rows), map, width, time, row);
            let inner = content(&mut content_ui);
            let (found, readings) = content_ui.finish();
            let values = in_view.values_shown(found, before.values);
            plot_ui.set_plot_bounds_x(time.low..=time.high);
            plot_ui.set_plot_bounds_y(values.low..=values.high);
            let shown = PlotView { time, values };
            (together.time, alone.values, alone.shown) =
                (in_view.time, in_view.values, Some(shown));
            let read = row.map(|row| {
                let readout = Readout::new(axis.display(row), readings);
                ReadRow { x: axis.plot_x(row), readout, pointer }
            });
            DrawnPlot { inner, alone, together, shown, read }
        });
        let PlotResponse { inner: drawn, response, transform, hovered_plot_item } = drawn;
        let DrawnPlot { inner, mut alone, mut together, shown, read } = drawn;
        move_axes(ui, id, space, &transform, &extent, (&mut alone, &mut together));
        mark_ui(ui, &transform, alone.drag, response.has_focus());
        clock_ui(ui, axis, space, transform.frame());
        let read_at = &mut together.read_at;
        let tag = read_ui(ui, (space, map), &transform, read.as_ref(), &response, read_at);
        let tag = tag.map(|tag| {
            [tag.left_top(), tag.right_top()].map(|end| transform.value_from_position(end).x)
        });
        if std::mem::replace(&mut alone.tag, tag) != tag {
            // Labels under the date give way in the next frame.
            ui.ctx().request_repaint();
        }
        let name = format!("Plot of {}", visible(name));
        response.widget_info(|| WidgetInfo::labeled(Role::Figure, true, &name));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_value(in_words(axis, rows, map, shown));
            node.set_description(MORE_HELP);
        });
        ui.data_mut(|data| {
            data.insert_temp(id, alone);
            data.insert_temp(link, together);
        });
        PlotResponse { inner, response, transform, hovered_plot_item }
    }

    fn extent(&self) -> TimeExtent {
        let ends =
            self.rows.checked_sub(1).map(|last| (self.axis.plot_x(0), self.axis.plot_x(last)));
        let (first, last) = self.ends.or(ends).unwrap_or((0.0, 1.0));
        let time = AxisSpan::new(first, last);
        let steps = number(self.rows.max(2) - 1);
        TimeExtent { time, least: time.width() / steps * FEWEST_ROWS }
    }

    /// The plot, whose dates give way to the one that stands at `tag`.
    fn plot(self, ui: &Ui, id: Id, tag: Option<[f64; 2]>) -> Plot<'a> {
        let Self { axis, map, .. } = self;
        let unit = frame::axis_label(ui, self.unit, self.height);
        let grid = TimeGrid::of(axis);
        let width = f64::from(ui.available_width());
        let x_axis = frame::quiet(AxisHints::new_x(), ui);
        let x_axis = match grid {
            Some(grid) => {
                let line = ui.text_style_height(&TextStyle::Small);
                x_axis.min_thickness(line * grid.label_lines() + 2.0).formatter(
                    move |mark, range| {
                        let label = grid.label_within(mark, &frame::room(range));
                        uncovered(label, mark, range, width, tag)
                    },
                )
            }
            None => x_axis.formatter(move |mark, range| {
                uncovered(frame::inside(range, mark, value_axis::label), mark, range, width, tag)
            }),
        };
        // Low plots have their lines closer together, or they would have but one.
        let closeness = (f64::from(self.height) / 320.0).clamp(0.5, 1.0);
        let plot = frame::framed_by(Plot::new(("time", id)).id(id), ui, &unit, map)
            .custom_x_axes(vec![x_axis])
            .x_grid_spacer(move |input| match grid {
                Some(grid) => grid.marks(input),
                None => row_marks(input),
            })
            .y_grid_spacer(move |input| {
                let base_step_size = input.base_step_size * closeness;
                map.marks(GridInput { base_step_size, ..input })
            });
        // Mouse and pointer are read here, not by the plot.
        plot.height(self.height)
            .allow_drag(false)
            .allow_axis_zoom_drag(false)
            .allow_boxed_zoom(false)
            .allow_double_click_reset(false)
            .auto_bounds(Vec2b::FALSE)
            .show_x(false)
            .show_y(false)
    }
}

/// The label of a mark, or nothing where the date of the row that is read covers a part of it.
fn uncovered(
    label: String,
    mark: GridMark,
    range: &RangeInclusive<f64>,
    width: f64,
    tag: Option<[f64; 2]>,
) -> String {
    let letters = label.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    let letters = f64::from(u32::try_from(letters).unwrap_or(0));
    let half = letters * HALF_LETTER * (range.end() - range.start()) / width.max(1.0);
    let is_covered =
        tag.is_some_and(|[from, to]| mark.value + half > from && mark.value - half < to);
    if is_covered { String::new() } else { label }
}

fn is_moved(response: &Response) -> bool {
    let moved =
        |input: &InputState| input.pointer.delta() != Vec2::ZERO || input.pointer.any_pressed();
    response.contains_pointer() && response.ctx.input(moved)
}

fn remembered<T: Clone + Default + Send + Sync + 'static>(context: &Context, id: Id) -> T {
    context.data(|data| data.get_temp(id)).unwrap_or_default()
}

/// The time that some rows take up, with a little room beside it.
fn time_of(axis: &TimeAxis, rows: Range<usize>) -> AxisSpan {
    let ends = [rows.start, rows.end.max(rows.start + 1) - 1].map(|row| axis.plot_x(row));
    let margin = (ends[1] - ends[0]) * 0.015;
    AxisSpan::new(ends[0] - margin, ends[1] + margin)
}

fn share_across(frame: Rect, at: Pos2) -> f64 {
    f64::from((at.x - frame.left()) / frame.width().max(1.0))
}

/// The row that the keyboard reads, moved by some rows; it begins at an end of what is in view, and ends
/// when another thing has the focus.
fn row_by_keys(
    row: Option<usize>,
    by: isize,
    rows: usize,
    response: &Response,
    axis: &TimeAxis,
    time: AxisSpan,
) -> Option<usize> {
    if !response.has_focus() {
        return None;
    }
    if by == 0 {
        return row;
    }
    let in_view = |row: &usize| time.contains(axis.plot_x(*row));
    let to = if let Some(row) = row.filter(in_view) {
        row.saturating_add_signed(by)
    } else {
        let nearest = axis.row_at(if by > 0 { time.low } else { time.high }, rows)?;
        if in_view(&nearest) { nearest } else { nearest.saturating_add_signed(by.signum()) }
    };
    Some(to.min(rows.checked_sub(1)?))
}

/// Drags along the axes, which are seen in the next frame.
fn move_axes(
    ui: &Ui,
    id: Id,
    space: Rect,
    transform: &PlotTransform,
    extent: &TimeExtent,
    (alone, together): (&mut PlotMemory, &mut LinkedMemory),
) {
    let frame = transform.frame();
    let below = Rect::from_min_max(frame.left_bottom(), pos2(frame.right(), space.bottom()));
    let beside = Rect::from_min_max(pos2(space.left(), frame.top()), frame.left_bottom());
    let Some(shown) = alone.shown else { return };
    for (axis, space) in [(Axis::Time, below), (Axis::Values, beside)] {
        if let Some(step) = gestures::read_axis(ui, id, axis, space) {
            let mut in_view = InView { time: together.time, values: alone.values };
            in_view.apply(step, shown, extent);
            (together.time, alone.values) = (in_view.time, in_view.values);
            ui.ctx().request_repaint();
        }
    }
}

/// What is in view, for those who cannot see it.
fn in_words(axis: &TimeAxis, rows: usize, map: ValueMap, shown: PlotView) -> String {
    let date = |x: f64| axis.row_at(x, rows).map_or_else(String::new, |row| axis.display(row));
    let value = |height: f64| compact_grouped(map.value(height));
    format!(
        "{} to {}, values from {} to {}",
        date(shown.time.low),
        date(shown.time.high),
        value(shown.values.low),
        value(shown.values.high)
    )
}

/// Marks on whole rows, no closer than their labels.
fn row_marks(input: GridInput) -> Vec<GridMark> {
    let base_step_size = (input.base_step_size * 1.6).max(1.0);
    value_axis::marks(GridInput { base_step_size, ..input })
}
