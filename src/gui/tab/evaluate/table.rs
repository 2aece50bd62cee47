//! The frame that both tables of a panel's scores share: a first column as wide as its names, rows to
//! click, and names that sort: another click turns the order round.

use eframe::egui::accesskit::SortDirection;
use eframe::egui::{
    Align, Label, Layout, RichText, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2,
};
use egui_extras::{Column as Cell, TableBuilder, TableRow};

use crate::gui::theme;
use crate::gui::widgets::narrow;
use crate::stats::number;

pub struct SortedTable<'a> {
    /// Tells its place of scrolling from the other's.
    pub id: &'static str,
    pub columns: &'a [ScoreColumn],
    /// Width that the longest name in the first column needs, in points.
    pub longest: f32,
    pub spacing: f32,
    /// At most this high, in points; `None` for all the room there is.
    pub most_height: Option<f32>,
}

/// Width that columns have, in points: the bar that scrolls stands beside them.
pub fn room(ui: &Ui) -> f32 {
    ui.available_width() - theme::GRID
}

impl SortedTable<'_> {
    pub fn show(
        &self,
        ui: &mut Ui,
        sort: &mut Sort,
        rows: usize,
        row_ui: impl FnMut(TableRow<'_, '_>),
    ) {
        let height = row_height(ui);
        ui.spacing_mut().item_spacing.x = self.spacing;
        let room = room(ui);
        let widths = widths(self.columns, self.longest, room, self.spacing);
        let table = TableBuilder::new(ui)
            .id_salt(self.id)
            .striped(true)
            .sense(Sense::click())
            .cell_layout(Layout::left_to_right(Align::Center));
        let table = match self.most_height {
            Some(height) => table.max_scroll_height(height),
            None => table.auto_shrink([false, false]),
        };
        let table = widths
            .into_iter()
            .fold(table, |table, width| table.column(Cell::exact(width).clip(true)));
        let table = table.header(height + theme::GRID / 2.0, |mut header| {
            for column in self.columns {
                header.col(|ui| sort.name_ui(ui, column));
            }
        });
        table.body(|body| body.rows(height, rows, row_ui));
    }
}

pub(super) fn number_ui(ui: &mut Ui, text: impl Into<RichText>) {
    let text: RichText = text.into();
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ui.add(Label::new(text).selectable(false).extend());
    });
}

/// Half the width of the mark of a sorted column, in points.
const MARK: f32 = 3.5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    pub column: usize,
    pub descending: bool,
}

pub struct ScoreColumn {
    pub name: String,
    pub tooltip: String,
    pub width: f32,
    /// Its place among all columns: what is sorted by.
    pub place: usize,
    /// How early it is left out where there is no room for all; 0 for never.
    pub spare: u8,
}

impl ScoreColumn {
    pub fn new(name: impl Into<String>, width: f32, tooltip: impl Into<String>) -> Self {
        Self { name: name.into(), tooltip: tooltip.into(), width, place: 0, spare: 0 }
    }

    /// The same, left out where there is no room; of two the one with the larger number first.
    pub fn spare(self, spare: u8) -> Self {
        Self { spare, ..self }
    }
}

/// The columns that there is room for, each with its place among all.
pub fn fitting(columns: Vec<ScoreColumn>, room: f32, spacing: f32) -> Vec<ScoreColumn> {
    let numbered = columns.into_iter().enumerate();
    let mut columns: Vec<ScoreColumn> =
        numbered.map(|(place, column)| ScoreColumn { place, ..column }).collect();
    loop {
        let needed: f32 =
            columns.iter().map(|column| column.width + spacing).sum::<f32>() - spacing;
        let most = columns.iter().enumerate().filter(|(_, column)| column.spare > 0);
        match most.max_by_key(|(_, column)| column.spare) {
            Some((place, _)) if needed > room => drop(columns.remove(place)),
            _ => return columns,
        }
    }
}

impl Sort {
    /// The places `0..count` in this order by their keys; what has none stands last. Equal ones keep
    /// their order.
    pub fn order(self, count: usize, key: impl Fn(usize) -> Option<f64>) -> Vec<usize> {
        let of = |place: usize| match key(place) {
            Some(key) if self.descending => -key,
            Some(key) => key,
            None => f64::INFINITY,
        };
        let keys: Vec<f64> = (0..count).map(of).collect();
        let mut places: Vec<usize> = (0..count).collect();
        places.sort_by(|&a, &b| keys[a].total_cmp(&keys[b]));
        places
    }

    pub fn name_ui(&mut self, ui: &mut Ui, column: &ScoreColumn) {
        let place = column.place;
        let layout = if place == 0 {
            Layout::left_to_right(Align::Center)
        } else {
            Layout::right_to_left(Align::Center)
        };
        let is_sorted = self.column == place;
        let text = theme::fine_print(column.name.as_str());
        let text = if is_sorted { text.color(ui.visuals().text_color()) } else { text };
        let label = ui
            .with_layout(layout, |ui| {
                let label = Label::new(text).selectable(false).extend().sense(Sense::click());
                ui.add(label)
            })
            .inner;
        label.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, &column.name));
        if is_sorted {
            let way =
                if self.descending { SortDirection::Descending } else { SortDirection::Ascending };
            ui.ctx().accesskit_node_builder(label.id, |node| node.set_sort_direction(way));
        }
        if is_sorted {
            let color = theme::palette(ui.visuals()).accent;
            let (x, y) = (label.rect.center().x, label.rect.bottom() + 3.0);
            let tip = if self.descending { MARK } else { -MARK };
            let corners = [-MARK, MARK].map(|across| pos2(x + across, y - tip / 2.0));
            let corners = vec![corners[0], corners[1], pos2(x, y + tip / 2.0)];
            ui.painter().add(Shape::convex_polygon(corners, color, Stroke::NONE));
        }
        if label.on_hover_text(format!("{}\nClick to sort", column.tooltip)).clicked() {
            let descending = is_sorted && !self.descending;
            *self = Self { column: place, descending };
        }
    }
}

/// Widths of the columns in this room. The first is as wide as its longest name needs, as far as there
/// is room, and at least as wide as said; what is left then goes to the others.
pub fn widths(columns: &[ScoreColumn], longest: f32, room: f32, spacing: f32) -> Vec<f32> {
    const MOST_MORE: f32 = 28.0;
    let Some((first, others)) = columns.split_first() else { return Vec::new() };
    let needed: f32 = others.iter().map(|column| column.width + spacing).sum::<f32>();
    let first = longest.min(room - needed).max(first.width);
    let more =
        ((room - needed - first) / narrow(number(others.len().max(1)))).clamp(0.0, MOST_MORE);
    std::iter::once(first).chain(others.iter().map(|column| column.width + more)).collect()
}

pub fn row_height(ui: &Ui) -> f32 {
    let line = ui.text_style_height(&eframe::egui::TextStyle::Body);
    (line + 4.0).max(ui.spacing().interact_size.y - Vec2::splat(4.0).y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_number_stands_last_either_way() {
        let keys = [Some(2.0), None, Some(3.0), Some(1.0)];
        let order = |descending| Sort { column: 0, descending }.order(4, |place| keys[place]);
        assert_eq!(order(false), [3, 0, 2, 1]);
        assert_eq!(order(true), [2, 0, 3, 1]);
    }

    #[test]
    fn what_can_be_spared_gives_way_and_the_others_keep_their_places() {
        let columns = || {
            let column = |name: &str, spare| ScoreColumn::new(name, 50.0, "").spare(spare);
            vec![column("Model", 0), column("In", 1), column("Score", 2), column("Time", 0)]
        };
        let left = |room: f32| -> Vec<(String, usize)> {
            let columns = fitting(columns(), room, 4.0).into_iter();
            columns.map(|column| (column.name, column.place)).collect()
        };
        let names = |names: &[(&str, usize)]| -> Vec<(String, usize)> {
            names.iter().map(|(name, place)| ((*name).to_owned(), *place)).collect()
        };
        assert_eq!(left(212.0), names(&[("Model", 0), ("In", 1), ("Score", 2), ("Time", 3)]));
        assert_eq!(left(211.0), names(&[("Model", 0), ("In", 1), ("Time", 3)]));
        assert_eq!(left(10.0), names(&[("Model", 0), ("Time", 3)]));
    }

    #[test]
    fn a_name_is_cut_only_where_there_is_no_room_for_it() {
        let columns = [ScoreColumn::new("Model", 100.0, ""), ScoreColumn::new("MASE", 50.0, "")];
        assert_eq!(widths(&columns, 160.0, 300.0, 4.0)[0], 160.0);
        assert_eq!(widths(&columns, 160.0, 190.0, 4.0), [136.0, 50.0]);
        assert_eq!(widths(&columns, 160.0, 120.0, 4.0), [100.0, 50.0]);
        assert_eq!(widths(&columns, 20.0, 164.0, 4.0), [100.0, 60.0]);
    }
}
