//! The series of a panel: a list to search, a line of shape beside each name.
//!
//! Only the rows in view are drawn, so that ten thousand series scroll as ten do.

use std::sync::Arc;

use eframe::egui::{
    Color32, Label, Rect, RichText, Role, ScrollArea, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2,
};

use crate::app::look::Pyramid;
use crate::app::{Command, Document};
use crate::series::number::grouped;
use crate::series::visible;
use crate::stats::{number, ratio, whole};

use super::theme;
use super::theme::MOST_COMPARED;
use super::widgets::{NameSearch, check_box, narrow, search_ui, short_name};

/// Panels with more series than this are listed; fewer fit a menu.
pub const MENU_SERIES: usize = 12;
const LIST_HEIGHT: f32 = 200.0;
const SPARK: Vec2 = Vec2::new(48.0, 18.0);
/// What the list remembers: the words searched for, and the series compared with the target.
#[derive(Debug, Default)]
pub struct SeriesList {
    search: String,
    found: Option<(String, Arc<[usize]>)>,
    compared: Vec<usize>,
    /// The target that was last brought into view.
    target: Option<usize>,
    /// How far the list was scrolled when it was last drawn, in points.
    scrolled: Option<f32>,
}

impl SeriesList {
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Places in the panel of the series compared with the target, in the order of their choosing.
    pub fn compared_with(&self, target: usize) -> impl Iterator<Item = usize> + '_ {
        let others = self.compared.iter().copied().filter(move |&index| index != target);
        others.take(MOST_COMPARED)
    }

    /// Compares a series with the target, or does so no more. Where all colours are taken, nothing
    /// happens.
    pub fn compare(&mut self, index: usize, target: usize) {
        if let Some(place) = self.compared.iter().position(|&compared| compared == index) {
            self.compared.remove(place);
        } else if index != target && self.compared_with(target).count() < MOST_COMPARED {
            // The target of the moment holds no colour.
            self.compared.retain(|&compared| compared != target);
            self.compared.push(index);
        }
    }

    pub fn compare_none(&mut self) {
        self.compared.clear();
    }

    /// The tick that compares a series with the target.
    pub fn tick_ui(&mut self, ui: &mut Ui, index: usize, name: &str, target: usize) {
        let mut on = index != target && self.compared.contains(&index);
        let has_room = on || self.compared_with(target).count() < MOST_COMPARED;
        let enabled = index != target && has_room;
        let tick = check_box(ui, enabled, &mut on, ());
        tick.widget_info(|| {
            WidgetInfo::selected(Role::CheckBox, enabled, on, format!("Compare {}", visible(name)))
        });
        let why_not = if index == target {
            "This is the target".to_owned()
        } else {
            format!("{MOST_COMPARED} at most: more colours cannot be told apart")
        };
        let tick = tick.on_disabled_hover_text(why_not);
        if tick.on_hover_text("Draw it beside the target").changed() {
            self.compare(index, target);
        }
    }

    /// Draws the list; a click on a name makes it the target, a tick (or Ctrl or Shift with the
    /// click) compares it.
    pub fn show(&mut self, ui: &mut Ui, document: &Document, commands: &mut Vec<Command>) {
        let hint = format!("Search {} series", grouped(document.data.candidates.len()));
        search_ui(ui, &mut self.search, &hint, &hint, f32::INFINITY);
        let found = self.find(document);
        if found.is_empty() {
            ui.label(theme::fine_print("No series has these words in its name."));
            return;
        }
        let rows = ScrollArea::vertical().id_salt("series").max_height(LIST_HEIGHT);
        let mut rows = rows.auto_shrink([false, true]);
        if let Some(offset) = self.offset_to(document.data.reading.target, &found, ui) {
            rows = rows.vertical_scroll_offset(offset);
        }
        let shown = rows.show_rows(ui, SPARK.y, found.len(), |ui, visible| {
            // Rows are as high as they were said to be.
            ui.spacing_mut().interact_size.y = SPARK.y;
            for &index in &found[visible] {
                self.row(ui, index, document, commands);
            }
        });
        self.scrolled = Some(shown.state.clamped_offset().y);
    }

    /// How far to scroll for a target that was chosen elsewhere and is out of view, in points.
    fn offset_to(&mut self, target: usize, found: &[usize], ui: &Ui) -> Option<f32> {
        if self.target == Some(target) {
            return None;
        }
        // One that the search leaves out is waited for.
        let place = found.iter().position(|&index| index == target)?;
        self.target = Some(target);
        let spacing = ui.spacing().item_spacing.y;
        let top = narrow(number(place)) * (SPARK.y + spacing);
        let most = narrow(number(found.len())) * (SPARK.y + spacing) - spacing - LIST_HEIGHT;
        let is_in_view = self
            .scrolled
            .is_some_and(|offset| (offset..=offset + LIST_HEIGHT - SPARK.y).contains(&top));
        (!is_in_view).then(|| (top - 0.5 * (LIST_HEIGHT - SPARK.y)).clamp(0.0, most.max(0.0)))
    }

    /// Places of the series whose names hold every word searched for; kept until the words change.
    pub fn find(&mut self, document: &Document) -> Arc<[usize]> {
        if let Some((search, found)) = &self.found
            && *search == self.search
        {
            return Arc::clone(found);
        }
        let search = NameSearch::of(&self.search);
        let series = &document.data.reading.panel.series;
        let holds = |index: &usize| search.finds(&series[*index].name);
        let found: Arc<[usize]> = document.data.candidates.iter().copied().filter(holds).collect();
        self.found = Some((self.search.clone(), Arc::clone(&found)));
        found
    }

    fn row(&mut self, ui: &mut Ui, index: usize, document: &Document, commands: &mut Vec<Command>) {
        let (Some(series), Some(outline)) =
            (document.data.reading.panel.series.get(index), document.data.outlines.get(index))
        else {
            return;
        };
        let target = document.data.reading.target;
        let chosen = index == target;
        let row = ui.horizontal(|ui| {
            self.tick_ui(ui, index, &series.name, target);
            let (space, _) = ui.allocate_exact_size(SPARK, Sense::hover());
            let weak = ui.visuals().weak_text_color();
            let stroke = Stroke::new(1.0, self.color(ui, index, target).unwrap_or(weak));
            let extent = outline.extent().unwrap_or_default();
            paint_outline(ui, space.shrink2(Vec2::new(1.0, 2.0)), outline, extent, stroke);
            let room = ui.available_width();
            let font = theme::name_font(ui, chosen);
            let short = short_name(ui, &series.name, &font, room);
            let name = if chosen { theme::strong(short) } else { RichText::new(short) };
            let label = ui.add(Label::new(name).truncate().sense(Sense::click()));
            label.widget_info(|| {
                WidgetInfo::selected(Role::ListBoxOption, true, chosen, visible(&series.name))
            });
            label
        });
        let (rows, missing) = (grouped(series.len()), grouped(outline.missing()));
        let text = format!("{}: {rows} rows, {missing} missing", visible(&series.name));
        if row.inner.on_hover_text(text).clicked() {
            self.choose(ui, index, &series.name, target, commands);
        }
    }

    /// The accent for the target, a colour of its own for a series that is compared with it.
    pub fn color(&self, ui: &Ui, index: usize, target: usize) -> Option<Color32> {
        if index == target {
            return Some(theme::palette(ui.visuals()).accent);
        }
        let place = self.compared_with(target).position(|compared| compared == index)?;
        Some(theme::compare_color(place, ui.visuals().dark_mode))
    }

    /// What a click on a series does: it makes it the target, with Ctrl or Shift it compares it.
    pub fn choose(
        &mut self,
        ui: &Ui,
        index: usize,
        name: &str,
        target: usize,
        commands: &mut Vec<Command>,
    ) {
        if index != target && ui.input(|input| input.modifiers.command || input.modifiers.shift) {
            self.compare(index, target);
        } else if index != target {
            commands.push(Command::SetTarget(name.to_owned()));
        }
    }
}

/// Paints the line of a series within the ends of a value axis; equal values stand in its middle, gaps stay
/// open.
pub fn paint_outline(
    ui: &Ui,
    area: Rect,
    outline: &Pyramid,
    (low, high): (f64, f64),
    stroke: Stroke,
) {
    let columns = whole(f64::from(area.width() / 2.0).max(1.0));
    let (span, middle) = if high > low { (high - low, 0.0) } else { (1.0, 0.5) };
    let rows = outline.values().len();
    let place = |(row, value): (usize, f64)| {
        let (x, y) = (ratio(row, rows.saturating_sub(1)), (value - low) / span + middle);
        pos2(area.left() + narrow(x) * area.width(), area.bottom() - narrow(y) * area.height())
    };
    let points = outline.outline(0..rows, columns);
    for segment in points.split(Option::is_none).filter(|segment| !segment.is_empty()) {
        let points: Vec<_> = segment.iter().flatten().copied().map(place).collect();
        if let [alone] = points.as_slice() {
            ui.painter().circle_filled(*alone, 1.5, stroke.color);
        } else {
            ui.painter().line(points, stroke);
        }
    }
}
