//! The series, what was read and what was not, and the first rows as the file writes them.

use eframe::egui::{Align, Id, Label, Layout, ScrollArea, Sense, Ui};
use egui_extras::{Column, TableBuilder};

use crate::app::Document;
use crate::gui::plot::{TimeLine, TimePlot, data_color};
use crate::gui::{icon, theme};
use crate::import::Reading;
use crate::series::number::grouped;

/// Draws the tab.
pub fn data_ui(ui: &mut Ui, document: &Document) {
    let (reading, series) = (&document.reading, &document.series);
    ui.label(theme::strong(series.name.as_str()));
    facts_ui(ui, document);
    let below = (ui.available_height() * 0.42).clamp(140.0, 320.0);
    let height = (ui.available_height() - below).max(120.0);
    let color = data_color(ui);
    TimePlot::new("data", &series.axis, series.len(), &series.name, Id::unique("data time"))
        .height(height)
        .show(ui, None, move |plot| {
            plot.line(&TimeLine {
                name: &series.name,
                first_row: 0,
                values: &series.values,
                pyramid: Some(&document.pyramid),
                color,
                dashed: false,
                emphasis: false,
            });
        });
    ui.add_space(theme::GRID);
    ui.columns(2, |columns| {
        if let [left, right] = columns {
            // Columns justify their text unless told otherwise.
            let plain = Layout::top_down(Align::Min);
            left.with_layout(plain, |ui| ledger_ui(ui, reading));
            right.with_layout(plain, |ui| table_ui(ui, reading));
        }
    });
}

/// Count, span, step and missing, in one line.
fn facts_ui(ui: &mut Ui, document: &Document) {
    let (series, ledger) = (&document.series, &document.reading.ledger);
    let last = series.len().saturating_sub(1);
    ui.label(theme::fine_print(format!(
        "{} rows read, {} used · {} to {} · step {} · {} missing",
        grouped(ledger.rows_read),
        grouped(ledger.rows_used),
        series.axis.display(0),
        series.axis.display(last),
        series.axis.step_label(),
        grouped(series.missing()),
    )));
}

fn ledger_ui(ui: &mut Ui, reading: &Reading) {
    ui.label(theme::strong("How the file was read"));
    ScrollArea::vertical().id_salt("ledger").auto_shrink([false, false]).show(ui, |ui| {
        ui.label(reading.summary());
        for note in &reading.notes {
            ui.label(format!("{} {note}", icon::INFO));
        }
        if reading.ledger.entries.is_empty() {
            ui.label(theme::fine_print(
                "Every row was used as it stands: none missing, repeated or unreadable.",
            ));
        }
        for entry in &reading.ledger.entries {
            let lines: Vec<String> = entry.lines.iter().map(usize::to_string).collect();
            let all = if entry.count > entry.lines.len() { ", and more" } else { "" };
            ui.label(entry.to_string()).on_hover_text(format!("Lines {}{all}", lines.join(", ")));
        }
    });
}

fn table_ui(ui: &mut Ui, reading: &Reading) {
    let preview = &reading.preview;
    ui.label(theme::strong(format!("First {} rows", preview.rows.len())));
    let height = ui.text_style_height(&eframe::egui::TextStyle::Body) + 4.0;
    ScrollArea::horizontal().id_salt("table").auto_shrink([false, false]).show(ui, |ui| {
        TableBuilder::new(ui)
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
