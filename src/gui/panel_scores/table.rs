//! The frame that both tables of a panel's scores share: names that sort, a first column as wide as
//! its names, rows to click.

use eframe::egui::{Align, Label, Layout, RichText, Sense, Ui, Vec2};
use egui_extras::{Column as Cell, TableBuilder, TableRow};

use crate::gui::theme;

use super::columns::{Column, Sort, row_height, widths};

/// A table before it is drawn.
pub struct Table<'a> {
    /// Tells its place of scrolling from the other's.
    pub id: &'static str,
    /// Its columns.
    pub columns: &'a [Column],
    /// Width that the longest name in the first column needs, in points.
    pub longest: f32,
    /// Space between columns, in points.
    pub spacing: f32,
    /// At most this high, in points; `None` for all the room there is.
    pub most_height: Option<f32>,
}

/// Width that columns have, in points: the bar that scrolls stands beside them.
pub fn room(ui: &Ui) -> f32 {
    ui.available_width() - theme::GRID
}

impl Table<'_> {
    /// Draws so many rows under names that change how they are sorted.
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

/// A number at the right edge of its cell.
pub(super) fn number_ui(ui: &mut Ui, text: impl Into<RichText>) {
    let text: RichText = text.into();
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ui.add(Label::new(text).selectable(false).extend());
    });
}
