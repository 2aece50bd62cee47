//! Every series of a panel in a small plot of its own, after Tufte's small multiples (1983).
//!
//! Only the rows of the grid in view are drawn, each plot from its outline, so ten thousand series
//! scroll as ten do.

use eframe::egui::{
    Align2, Color32, FontId, Rect, Response, RichText, Role, ScrollArea, Sense, Stroke, TextStyle,
    Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};

use crate::app::look::Pyramid;
use crate::app::{Command, Document};
use crate::gui::series_list::{SeriesList, paint_outline};
use crate::gui::theme;
use crate::gui::widgets::{narrow, short_name, text_width};
use crate::series::number::{compact_grouped, grouped};
use crate::series::{Series, visible};
use crate::stats::{number, whole};

use super::{DataLook, switch_ui};

const LEAST_WIDTH: f32 = 168.0;
const HEIGHT: f32 = 112.0;
const TEXT: f32 = 16.0;
const TICK: f32 = 20.0;

/// Draws the grid of the series that the list's search finds.
pub fn multiples_view_ui(
    ui: &mut Ui,
    document: &Document,
    look: &mut DataLook,
    list: &mut SeriesList,
    commands: &mut Vec<Command>,
) {
    let found = list.find(document);
    let mut same_scale = false;
    ui.horizontal_wrapped(|ui| {
        let tooltip = "One value axis for all: sizes can be compared. Off, each series fills its own plot: shapes can be compared";
        same_scale = switch_ui(ui, &mut look.same_scale, "Same scale", tooltip, None);
        let (shown, all) = (grouped(found.len()), grouped(document.data.candidates.len()));
        let search = if found.len() < document.data.candidates.len() {
            format!("{shown} of {all} series, as searched for on the left")
        } else {
            format!("{all} series")
        };
        ui.label(theme::fine_print(search));
    });
    let common = same_scale.then(|| common_extent(document, &found)).flatten();
    let gap = theme::GRID;
    let room = ui.available_width() + gap;
    let columns = whole(f64::from(room / (LEAST_WIDTH + gap))).max(1);
    let width = room / narrow(number(columns)) - gap;
    ui.spacing_mut().item_spacing = Vec2::splat(gap);
    let area = ScrollArea::vertical().id_salt("multiples").auto_shrink([false, false]);
    area.show_rows(ui, HEIGHT, found.len().div_ceil(columns), |ui, rows| {
        let cells = rows.start * columns..(rows.end * columns).min(found.len());
        for row in found[cells].chunks(columns) {
            ui.horizontal(|ui| {
                for &index in row {
                    cell_ui(ui, document, list, index, vec2(width, HEIGHT), common, commands);
                }
            });
        }
    });
}

fn common_extent(document: &Document, found: &[usize]) -> Option<(f64, f64)> {
    let extents = found.iter().filter_map(|&index| document.data.outlines.get(index)?.extent());
    extents.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)))
}

fn cell_ui(
    ui: &mut Ui,
    document: &Document,
    list: &mut SeriesList,
    index: usize,
    size: Vec2,
    common: Option<(f64, f64)>,
    commands: &mut Vec<Command>,
) {
    let (Some(series), Some(outline)) =
        (document.data.reading.panel.series.get(index), document.data.outlines.get(index))
    else {
        return;
    };
    let target = document.data.reading.target;
    let (space, response) = ui.allocate_exact_size(size, Sense::click());
    let is_target = index == target;
    response.widget_info(|| {
        let name = format!("Forecast {}", visible(&series.name));
        WidgetInfo::selected(Role::RadioButton, true, is_target, name)
    });
    let color = list.color(ui, index, target).unwrap_or_else(|| ui.visuals().text_color());
    frame_ui(ui, space, &response, is_target);
    let inner = space.shrink(6.0);
    name_ui(ui, inner, series, is_target);
    picture_ui(ui, inner, series, outline, common, color);
    if !is_target {
        tick_ui(ui, inner, list, index, &series.name, target);
    }
    let (rows, missing) = (grouped(series.len()), grouped(outline.missing()));
    let text = format!("{}\n{rows} rows, {missing} missing", visible(&series.name));
    if response.on_hover_text(text).clicked() {
        list.choose(ui, index, &series.name, target, commands);
    }
}

fn frame_ui(ui: &Ui, space: Rect, response: &Response, is_target: bool) {
    let visuals = ui.visuals();
    let stroke = if is_target || response.has_focus() || response.hovered() {
        Stroke::new(if response.has_focus() { 2.0 } else { 1.0 }, theme::palette(visuals).accent)
    } else {
        visuals.widgets.noninteractive.bg_stroke
    };
    let kind = eframe::egui::StrokeKind::Inside;
    ui.painter().rect(space, 4.0, visuals.extreme_bg_color, stroke, kind);
}

fn name_ui(ui: &mut Ui, inner: Rect, series: &Series, is_target: bool) {
    let room = Rect::from_min_size(inner.min, vec2(inner.width() - TICK, TEXT));
    let mut place = ui.new_child(UiBuilder::new().max_rect(room));
    let short = short_name(ui, &series.name, &TextStyle::Small.resolve(ui.style()), room.width());
    let name = if is_target { theme::strong(short) } else { RichText::new(short) };
    place.add(eframe::egui::Label::new(name.small()).truncate().selectable(false));
}

fn tick_ui(
    ui: &mut Ui,
    inner: Rect,
    list: &mut SeriesList,
    index: usize,
    name: &str,
    target: usize,
) {
    let room =
        Rect::from_min_size(pos2(inner.right() - TICK, inner.top() - 4.0), Vec2::splat(TICK));
    let mut place = ui.new_child(UiBuilder::new().max_rect(room));
    place.spacing_mut().interact_size = Vec2::splat(TICK);
    list.tick_ui(&mut place, index, name, target);
}

/// The line, the ends of its value axis on the left and its first and last date below.
fn picture_ui(
    ui: &Ui,
    inner: Rect,
    series: &Series,
    outline: &Pyramid,
    common: Option<(f64, f64)>,
    color: Color32,
) {
    let font = TextStyle::Small.resolve(ui.style());
    let weak = ui.visuals().weak_text_color();
    let painter = ui.painter();
    let text = |at, align, text: String| {
        painter.text(at, align, text, font.clone(), weak);
    };
    let plot = Rect::from_min_max(
        pos2(inner.left(), inner.top() + TEXT + 4.0),
        pos2(inner.right(), inner.bottom() - TEXT + 2.0),
    );
    let Some(extent) = outline.extent() else {
        return text(plot.center(), Align2::CENTER_CENTER, "no values".to_owned());
    };
    let (low, high) = common.unwrap_or(extent);
    let top = text_width(ui, &font, &compact_grouped(high)).max(text_width(
        ui,
        &font,
        &compact_grouped(low),
    ));
    let area = Rect::from_min_max(pos2(plot.left() + top + 6.0, plot.top()), plot.max)
        .shrink2(vec2(0.0, 3.0));
    text(pos2(area.left() - 4.0, area.top()), Align2::RIGHT_CENTER, compact_grouped(high));
    text(pos2(area.left() - 4.0, area.bottom()), Align2::RIGHT_CENTER, compact_grouped(low));
    let last = series.len().saturating_sub(1);
    let [first, last_date] = dates(ui, &font, series, last, area.width());
    text(pos2(area.left(), inner.bottom()), Align2::LEFT_BOTTOM, first);
    text(pos2(area.right(), inner.bottom()), Align2::RIGHT_BOTTOM, last_date);
    let grid = ui.visuals().widgets.noninteractive.bg_stroke;
    painter.hline(area.x_range(), area.bottom() + 2.0, grid);
    paint_outline(ui, area, outline, (low, high), Stroke::new(1.2, color));
}

/// First and last date, without their times where both do not fit.
fn dates(ui: &Ui, font: &FontId, series: &Series, last: usize, width: f32) -> [String; 2] {
    let whole = [0, last].map(|row| series.axis.display(row));
    let needed: f32 = whole.iter().map(|text| text_width(ui, font, text)).sum();
    if needed + theme::GRID <= width {
        return whole;
    }
    // A time of the day stands after its date.
    let is_time = |text: &String| text.contains(':');
    let date = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
    whole.map(|text| if is_time(&text) { date(&text) } else { text })
}
