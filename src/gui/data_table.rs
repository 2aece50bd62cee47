//! The first rows of the file, as it writes them, under what each column is for.

use std::ops::Range;

use eframe::egui::{Align, Button, Label, ScrollArea, Sense, Stroke, TextStyle, Ui};
use egui_extras::{Column, TableBuilder};

use super::data_view::Focus;
use super::role_menu::role_ui;
use super::theme;
use crate::app::{AppState, Command, Document};
use crate::import::{ImportConfig, Preview};
use crate::series::number::grouped;

/// Columns drawn at once; a row of a wider table is turned over like pages.
const COLUMNS_SHOWN: usize = 40;

/// What the table remembers: the first of the columns that are drawn.
#[derive(Debug, Default)]
pub struct DataTable {
    first_column: usize,
}

impl DataTable {
    /// Draws the table; a role that is chosen in its header becomes a wish, and a row that was asked
    /// for is marked and brought into view.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        state: &AppState,
        document: &Document,
        focus: &mut Option<Focus>,
        commands: &mut Vec<Command>,
    ) {
        let columns = self.head_ui(ui, document);
        let mut chosen = None;
        ScrollArea::horizontal().id_salt("table").auto_shrink([false, false]).show(ui, |ui| {
            // Another reading has other columns; its widths are its own.
            ui.push_id((document.read_by, columns.start), |ui| {
                chosen = table_ui(ui, state, document, columns, focus);
            });
        });
        if let Some(import) = chosen {
            let mut recipe = state.recipe.clone();
            recipe.import = import;
            commands.push(Command::EditRecipe(Box::new(recipe)));
        }
    }

    /// How many rows are shown and which columns, with a way to the others.
    fn head_ui(&mut self, ui: &mut Ui, document: &Document) -> Range<usize> {
        let preview = &document.reading.preview;
        let all = preview.header.len();
        if self.first_column >= all {
            self.first_column = 0;
        }
        let shown = self.first_column..all.min(self.first_column + COLUMNS_SHOWN);
        ui.horizontal(|ui| {
            ui.label(theme::strong(title(preview)));
            if all <= COLUMNS_SHOWN {
                return;
            }
            let (from, to) = (grouped(shown.start + 1), grouped(shown.end));
            ui.label(theme::fine_print(format!("columns {from} to {to} of {}", grouped(all))));
            if ui.add_enabled(shown.start > 0, Button::new("Previous").small()).clicked() {
                self.first_column = shown.start.saturating_sub(COLUMNS_SHOWN);
            }
            if ui.add_enabled(shown.end < all, Button::new("Next").small()).clicked() {
                self.first_column = shown.end;
            }
        });
        shown
    }
}

fn title(preview: &Preview) -> String {
    let first = (1..preview.rows.len()).find(|&place| preview.left_out_before(place) > 0);
    match first {
        Some(first) => {
            let others = preview.rows.len() - first;
            format!("First {first} rows, and {others} in and around what the ledger lists")
        }
        None => format!("First {} rows", preview.rows.len()),
    }
}

/// The line of a row, under a rule where lines are left out above it.
fn line_ui(ui: &mut Ui, preview: &Preview, place: usize) {
    let line = preview.lines.get(place).map_or(String::new(), usize::to_string);
    let label = ui.label(theme::fine_print(line));
    let left_out = preview.left_out_before(place);
    if left_out > 0 {
        let (cell, accent) = (ui.max_rect(), theme::palette(ui.visuals()).accent);
        ui.painter().hline(cell.x_range(), cell.top(), Stroke::new(1.0, accent));
        label.on_hover_text(format!("{} lines are left out above", grouped(left_out)));
    }
}

fn table_ui(
    ui: &mut Ui,
    state: &AppState,
    document: &Document,
    columns: Range<usize>,
    focus: &mut Option<Focus>,
) -> Option<ImportConfig> {
    let (preview, reading) = (&document.reading.preview, &document.reading);
    let height = ui.text_style_height(&TextStyle::Body) + 4.0;
    let mut chosen = None;
    let focused = focus.as_ref().and_then(|focus| preview.place_of(focus.line));
    let moves = focus.as_mut().is_some_and(|focus| std::mem::take(&mut focus.table_moves));
    let mut table = TableBuilder::new(ui);
    if let Some(row) = focused.filter(|_| moves) {
        table = table.scroll_to_row(row, Some(Align::Center));
    }
    table
        .striped(true)
        .sense(Sense::hover())
        .column(Column::exact(44.0))
        .columns(Column::auto().at_least(96.0).at_most(360.0).clip(true), columns.len())
        .header(height + theme::GRID * 3.5, |mut header| {
            header.col(|ui| {
                ui.label(theme::fine_print("line"));
            });
            for column in columns.clone() {
                header.col(|ui| {
                    ui.vertical(|ui| {
                        ui.spacing_mut().item_spacing.y = 2.0;
                        let name = preview.header[column].as_str();
                        ui.add(Label::new(theme::strong(name)).extend());
                        if let Some(column) = reading.columns.get(column) {
                            ui.spacing_mut().button_padding.x = 6.0;
                            chosen = role_ui(ui, state, document, column).or(chosen.take());
                        }
                    });
                });
            }
        })
        .body(|body| {
            body.rows(height, preview.rows.len(), |mut row| {
                let index = row.index();
                row.set_selected(focused == Some(index));
                row.col(|ui| line_ui(ui, preview, index));
                for column in columns.clone() {
                    row.col(|ui| {
                        let cell = preview.rows[index].get(column).map_or("", String::as_str);
                        ui.add(Label::new(cell).extend());
                    });
                }
            });
        });
    chosen
}
