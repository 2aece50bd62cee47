//! The series, what was read and what was not, and the first rows as the file writes them.

use eframe::egui::{Align, Id, Layout, Ui};

use crate::app::{AppState, Command, Document};
use crate::gui::ledger_list::ledger_ui;
use crate::gui::plot::{TimeLine, TimePlot, data_color};
use crate::gui::theme;
use crate::gui::view::View;
use crate::series::number::grouped;

/// Draws the tab.
pub fn data_ui(
    ui: &mut Ui,
    state: &AppState,
    document: &Document,
    view: &mut View,
    commands: &mut Vec<Command>,
) {
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
            right.with_layout(plain, |ui| view.table.show(ui, state, document, commands));
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
