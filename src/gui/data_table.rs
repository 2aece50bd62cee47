//! The first rows of the file, as it writes them.

use eframe::egui::{Align, Label, ScrollArea, Sense, Ui};
use egui_extras::{Column, TableBuilder};

use super::data_view::Focus;
use super::theme;
use crate::import::Reading;

/// Draws the table; a row that was asked for is marked and brought into view.
pub fn table_ui(ui: &mut Ui, reading: &Reading, focus: &mut Option<Focus>) {
    let preview = &reading.preview;
    let first = (1..preview.rows.len()).find(|&place| preview.left_out_before(place) > 0);
    let title = match first {
        Some(first) => {
            let others = preview.rows.len() - first;
            format!("First {first} rows, and {others} in and around what the ledger lists")
        }
        None => format!("First {} rows", preview.rows.len()),
    };
    ui.label(theme::strong(title));
    let focused = focus.as_ref().and_then(|focus| preview.place_of(focus.line));
    let moves = focus.as_mut().is_some_and(|focus| std::mem::take(&mut focus.table_moves));
    let height = ui.text_style_height(&eframe::egui::TextStyle::Body) + 4.0;
    ScrollArea::horizontal().id_salt("table").auto_shrink([false, false]).show(ui, |ui| {
        let mut table = TableBuilder::new(ui);
        if let Some(row) = focused.filter(|_| moves) {
            table = table.scroll_to_row(row, Some(Align::Center));
        }
        table
            .striped(true)
            .sense(Sense::hover())
            .column(Column::exact(44.0))
            .columns(Column::auto().at_least(72.0).at_most(360.0).clip(true), preview.header.len())
            .header(height, |mut header| {
                header.col(|ui| {
                    ui.label(theme::fine_print("line"));
                });
                for name in &preview.header {
                    header.col(|ui| {
                        ui.add(Label::new(theme::strong(name.as_str())).extend());
                    });
                }
            })
            .body(|body| {
                body.rows(height, preview.rows.len(), |mut row| {
                    let index = row.index();
                    row.set_selected(focused == Some(index));
                    row.col(|ui| {
                        let line = preview.lines.get(index).map_or(String::new(), usize::to_string);
                        ui.label(theme::fine_print(line));
                    });
                    for column in 0..preview.header.len() {
                        row.col(|ui| {
                            let cell = preview.rows[index].get(column).map_or("", String::as_str);
                            ui.add(Label::new(cell).extend());
                        });
                    }
                });
            });
    });
}
