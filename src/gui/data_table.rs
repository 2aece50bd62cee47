//! The first rows of the file, as it writes them, under what each column is for.

use std::ops::Range;

use eframe::egui::{
    Align, Button, Label, Layout, Role, ScrollArea, Sense, Stroke, TextStyle, Ui, WidgetInfo,
};
use egui_extras::{Column, TableBuilder};

use super::data_view::Focus;
use super::role_menu::{CHIP_PADDING, chip_width, role_ui};
use super::theme;
use crate::app::{AppState, Command, Document};
use crate::import::{ImportConfig, Preview};
use crate::series::number::grouped;
use crate::series::visible;

/// Columns drawn at once; a row of a wider table is turned over like pages.
const COLUMNS_SHOWN: usize = 40;

/// What the table remembers: the first of the columns that are drawn.
#[derive(Debug, Default)]
pub struct DataTable {
    first_column: usize,
}

impl DataTable {
    /// Draws the table. A role that is chosen in its header becomes a wish; a row that was asked for is
    /// marked and brought into view.
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
                chosen = table_ui(ui, state, document, focus, columns);
            });
        });
        if let Some(import) = chosen {
            let mut recipe = state.document.recipe.clone();
            recipe.import = import;
            commands.push(Command::EditRecipe(Box::new(recipe)));
        }
    }

    /// How many rows are shown and which columns, with a way to the others.
    fn head_ui(&mut self, ui: &mut Ui, document: &Document) -> Range<usize> {
        let preview = &document.data.reading.preview;
        let all = preview.header.len();
        if self.first_column >= all {
            self.first_column = 0;
        }
        let shown = self.first_column..all.min(self.first_column + COLUMNS_SHOWN);
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if all > COLUMNS_SHOWN {
                    self.pages_ui(ui, &shown, all);
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let title = title(preview);
                    let label = Label::new(theme::strong(title.as_str())).truncate();
                    ui.add(label).on_hover_text(title);
                });
            });
        });
        shown
    }

    /// Which columns are drawn, and a step to those before and after them.
    fn pages_ui(&mut self, ui: &mut Ui, shown: &Range<usize>, all: usize) {
        let mut step = |ui: &mut Ui, sign: &str, name: &str, to: Option<usize>| {
            let button = ui.add_enabled(to.is_some(), Button::new(sign).small());
            button.widget_info(|| WidgetInfo::labeled(Role::Button, to.is_some(), name));
            if let Some(to) = to
                && button.on_hover_text(name).clicked()
            {
                self.first_column = to;
            }
        };
        step(ui, "›", "Next columns", (shown.end < all).then_some(shown.end));
        let before = (shown.start > 0).then(|| shown.start.saturating_sub(COLUMNS_SHOWN));
        step(ui, "‹", "Previous columns", before);
        let (from, to) = (grouped(shown.start + 1), grouped(shown.end));
        ui.label(theme::fine_print(format!("{from} to {to} of {}", grouped(all))));
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

/// The name of a column over what it is for; gives the settings that another role asks for.
fn column_ui(
    ui: &mut Ui,
    state: &AppState,
    document: &Document,
    column: usize,
) -> Option<ImportConfig> {
    let reading = &document.data.reading;
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.add(Label::new(theme::strong(visible(&reading.preview.header[column]))).extend());
    ui.spacing_mut().button_padding.x = CHIP_PADDING;
    role_ui(ui, state, document, reading.columns.get(column)?)
}

fn table_ui(
    ui: &mut Ui,
    state: &AppState,
    document: &Document,
    focus: &mut Option<Focus>,
    columns: Range<usize>,
) -> Option<ImportConfig> {
    let preview = &document.data.reading.preview;
    let height = ui.text_style_height(&TextStyle::Body) + 4.0;
    let focused = focus.as_ref().and_then(|focus| preview.place_of(focus.line));
    let moves = focus.as_mut().is_some_and(|focus| std::mem::take(&mut focus.table_moves));
    theme::tint_selection(ui);
    let mut chosen = None;
    let chips: Vec<f32> = columns
        .clone()
        .map(|column| document.data.reading.columns.get(column))
        .map(|column| column.map_or(0.0, |column| chip_width(ui, state, document, column)))
        .collect();
    let mut table = TableBuilder::new(ui);
    if let Some(row) = focused.filter(|_| moves) {
        table = table.scroll_to_row(row, Some(Align::Center));
    }
    let table = table
        .striped(true)
        .sense(Sense::hover())
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::exact(44.0));
    let column = |chip: f32| Column::auto().at_least(chip.max(96.0)).at_most(360.0).clip(true);
    chips
        .into_iter()
        .fold(table, |table, chip| table.column(column(chip)))
        .header(height + theme::GRID * 3.5, |mut header| {
            header.col(|ui| {
                ui.label(theme::fine_print("line"));
            });
            for column in columns.clone() {
                header.col(|ui| {
                    let asked = ui.vertical(|ui| column_ui(ui, state, document, column));
                    chosen = asked.inner.or(chosen.take());
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
                        ui.add(Label::new(visible(cell)).extend());
                    });
                }
            });
        });
    chosen
}
