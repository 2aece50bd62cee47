//! The data, looked at in several ways; under the series itself what was read and what was not, and
//! rows as the file writes them.

use eframe::egui::{Align, Label, Layout, Ui};

use crate::app::{AppState, Command, DataView, Document};
use crate::gui::data_view::columns::columns_view_ui;
use crate::gui::data_view::correlogram::correlogram_view_ui;
use crate::gui::data_view::distribution::distribution_view_ui;
use crate::gui::data_view::multiples::multiples_view_ui;
use crate::gui::data_view::season::season_view_ui;
use crate::gui::data_view::series::series_view_ui;
use crate::gui::data_view::{shown, views_ui};
use crate::gui::ledger_list::ledger_ui;
use crate::gui::theme;
use crate::gui::view::View;
use crate::series::number::grouped;
use crate::series::visible;

/// Width from which ledger and table stand side by side, in points.
const SIDE_BY_SIDE: f32 = 420.0;

/// Draws the tab.
pub fn data_ui(
    ui: &mut Ui,
    state: &AppState,
    document: &Document,
    view: &mut View,
    commands: &mut Vec<Command>,
) {
    ui.label(theme::strong(visible(&document.data.series.name)));
    facts_ui(ui, document);
    let compared = view.series.compared_with(document.data.reading.target).count();
    // Only the open file is studied, not a head of it.
    let is_open = state.document.open.as_ref().is_some_and(|open| open.read_by == document.read_by);
    let front = match shown(state, document, compared) {
        front if is_open || front == DataView::Table => front,
        _ => DataView::Series,
    };
    views_ui(ui, front, document, compared, commands);
    match front {
        DataView::Series => series_ui(ui, state, document, view, commands),
        DataView::Table => {
            view.table.show(ui, state, document, &mut view.look.focus, commands);
        }
        DataView::Columns => columns_view_ui(ui, document, &view.series),
        DataView::Panel => {
            multiples_view_ui(ui, document, &mut view.look, &mut view.series, commands);
        }
        DataView::Season => season_view_ui(ui, state, document, commands),
        DataView::Distribution => distribution_view_ui(ui, state, document),
        DataView::Autocorrelation => correlogram_view_ui(ui, state, document),
    }
}

/// The series above, the ledger and the table below.
fn series_ui(
    ui: &mut Ui,
    state: &AppState,
    document: &Document,
    view: &mut View,
    commands: &mut Vec<Command>,
) {
    let room = ui.available_height();
    let below = (room * 0.42).clamp(120.0, 320.0);
    let height = (room - below - theme::GRID).max(120.0);
    series_view_ui(ui, document, &mut view.look, &mut view.series, height);
    ui.add_space(theme::GRID);
    let reading = &document.data.reading;
    let target = reading.target;
    let (focus, table) = (&mut view.look.focus, &mut view.table);
    if ui.available_width() < SIDE_BY_SIDE {
        // The table has a view of its own.
        return ledger_ui(ui, reading, target, focus, commands);
    }
    ui.columns(2, |columns| {
        if let [left, right] = columns {
            // Columns justify their text unless told otherwise.
            let plain = Layout::top_down(Align::Min);
            left.with_layout(plain, |ui| ledger_ui(ui, reading, target, focus, commands));
            right.with_layout(plain, |ui| table.show(ui, state, document, focus, commands));
        }
    });
}

/// Count, span, step and missing of the series, in one line.
fn facts_ui(ui: &mut Ui, document: &Document) {
    let (series, ledger) = (&document.data.series, &document.data.reading.ledger);
    let last = series.len().saturating_sub(1);
    let of_file =
        format!("{} rows read, {} used", grouped(ledger.rows_read), grouped(ledger.rows_used));
    let of_series = format!(
        "{} to {} · step {} · {} missing",
        series.axis.display(0),
        series.axis.display(last),
        series.axis.step_label(),
        grouped(document.data.pyramid.missing()),
    );
    // The file's rows are not those of one of its many series.
    let text = if document.data.reading.panel.series.len() > 1 {
        let rows = grouped(series.len());
        format!("{rows} rows · {of_series} · in the whole file {of_file}")
    } else {
        format!("{of_file} · {of_series}")
    };
    ui.add(Label::new(theme::fine_print(text.as_str())).truncate()).on_hover_text(text);
}
