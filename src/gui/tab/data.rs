//! The data, looked at in several ways; under the series itself what became of the rows and cells of the
//! file, and rows as the file writes them.

use eframe::egui::{
    Align, Button, Color32, Label, Layout, Response, RichText, Role, ScrollArea, Sense, Stroke, Ui,
    Vec2, WidgetInfo,
};

use crate::app::{AppState, Command, DataView, Document};
use crate::gui::data_view::multiples::multiples_view_ui;
use crate::gui::data_view::season::season_view_ui;
use crate::gui::data_view::series::{columns_view_ui, series_view_ui};
use crate::gui::data_view::study::{correlogram_view_ui, distribution_view_ui};
use crate::gui::data_view::{Focus, shown, views_ui};
use crate::gui::theme;
use crate::gui::view::View;
use crate::gui::widgets::icon;
use crate::import::{LISTED_LINES, LedgerEntry, Reading};
use crate::series::number::grouped;
use crate::series::visible;

/// Width from which ledger and table stand side by side, in points.
const SIDE_BY_SIDE: f32 = 420.0;

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

const LINES_SHOWN: usize = 8;

/// Draws the reading in one line, its notes, and the ledger: of the series first where the file holds
/// many, then of the file. A click moves `focus` to a row, or takes it from there, and makes the
/// series that the row belongs to the target where it is not.
pub fn ledger_ui(
    ui: &mut Ui,
    reading: &Reading,
    target: usize,
    focus: &mut Option<Focus>,
    commands: &mut Vec<Command>,
) {
    ui.label(theme::strong("How the file was read"));
    ScrollArea::vertical().id_salt("ledger").auto_shrink([false, false]).show(ui, |ui| {
        ui.label(visible(&reading.summary()));
        for note in &reading.notes {
            ui.label(format!("{} {}", icon::INFO, visible(note)));
        }
        let of_series = reading.ledger.series.get(target / reading.series_per_key());
        let mut asked = None;
        if let Some(series) = of_series.filter(|series| !series.entries.is_empty()) {
            let (read, used) = (grouped(series.rows_read), grouped(series.rows_used));
            let rows = if series.rows_read == 1 { "row" } else { "rows" };
            let account = format!("{}: {read} {rows} read, {used} used", visible(&series.name));
            ui.label(theme::strong(account));
            asked = entries_ui(ui, "series", &series.entries, focus.as_ref());
            ui.label(theme::strong("The whole file"));
        }
        if reading.ledger.entries.is_empty() {
            ui.label(theme::fine_print(
                "Every row was used as it stands: none missing, repeated or unreadable.",
            ));
        }
        let asked = entries_ui(ui, "file", &reading.ledger.entries, focus.as_ref()).or(asked);
        let Some(asked) = asked else { return };
        if let Some(place) = &asked.place
            && !place.series.contains(&target)
            && let Some(series) = reading.panel.series.get(place.series.start)
        {
            commands.push(Command::SetTarget(series.name.clone()));
        }
        let is_shown = |shown: &Focus| (shown.line, &shown.place) == (asked.line, &asked.place);
        *focus = if focus.as_ref().is_some_and(is_shown) { None } else { Some(asked) };
    });
}

/// Entries under one another; the row that was asked for.
fn entries_ui(
    ui: &mut Ui,
    id: &str,
    entries: &[LedgerEntry],
    focus: Option<&Focus>,
) -> Option<Focus> {
    let mut asked = None;
    for (number, entry) in entries.iter().enumerate() {
        let shown = ui.push_id((id, number), |ui| entry_ui(ui, entry, focus)).inner;
        let Some(place) = shown else { continue };
        asked = entry.lines.get(place).map(|&line| Focus {
            line,
            place: entry.places.get(place).cloned().flatten(),
            plot_moves: true,
            table_moves: true,
        });
    }
    asked
}

/// One entry with its lines; the place of the line that was asked for.
fn entry_ui(ui: &mut Ui, entry: &LedgerEntry, focus: Option<&Focus>) -> Option<usize> {
    let text = entry_text(entry);
    if entry.lines.is_empty() {
        ui.label(text);
        return None;
    }
    let tooltip = "Shows the first of these rows in the table and on the plot";
    let response = ui.add(Label::new(&text).sense(Sense::click())).on_hover_text(tooltip);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &text));
    underline_if_pointed_at(ui, &response);
    let mut asked = response.clicked().then_some(0);
    let unfolded = ui.scope_id().with("unfolded");
    let all = ui.data(|data| data.get_temp::<bool>(unfolded)).unwrap_or(false);
    let shown = if all { entry.lines.len() } else { entry.lines.len().min(LINES_SHOWN) };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(2.0);
        ui.spacing_mut().button_padding = Vec2::new(4.0, 0.0);
        ui.spacing_mut().interact_size.y = 18.0;
        ui.label(theme::fine_print(if entry.lines.len() == 1 { "line" } else { "lines" }));
        for (place, line) in entry.lines.iter().take(shown).enumerate() {
            let chosen = focus.is_some_and(|focus| focus.line == *line);
            if line_ui(ui, *line, chosen).clicked() {
                asked = Some(place);
            }
        }
        let left = entry.lines.len() - shown;
        if left > 0 && ui.link(RichText::new(format!("{left} more")).small()).clicked() {
            ui.data_mut(|data| data.insert_temp(unfolded, true));
        }
        let full = entry.lines.len() >= LISTED_LINES;
        if full && entry.count > entry.lines.len() && left == 0 {
            let unlisted = grouped(entry.count - entry.lines.len());
            ui.label(theme::fine_print(format!("and {unlisted} that are counted, not listed")));
        }
    });
    asked
}

fn line_ui(ui: &mut Ui, line: usize, chosen: bool) -> Response {
    let palette = theme::palette(ui.visuals());
    let (fill, color) = if chosen {
        (palette.accent, palette.on_accent)
    } else {
        (Color32::TRANSPARENT, palette.accent)
    };
    let text = RichText::new(grouped(line)).small().color(color);
    let response = ui.add(Button::new(text).fill(fill).stroke(Stroke::NONE));
    response
        .widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, format!("Line {line}")));
    response.on_hover_text("Shows this row in the table and on the plot")
}

fn underline_if_pointed_at(ui: &Ui, response: &Response) {
    if response.hovered() || response.has_focus() {
        let accent = theme::palette(ui.visuals()).accent;
        let stroke = Stroke::new(1.0, accent);
        ui.painter().hline(response.rect.x_range(), response.rect.bottom(), stroke);
    }
}

/// What happened, how often and where, without the lines.
fn entry_text(entry: &LedgerEntry) -> String {
    let column = entry.column.as_ref().map(|column| format!(" in {column}")).unwrap_or_default();
    let detail = entry.detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
    let text = format!("{}{column}: {}{detail}", grouped(entry.count), entry.reason);
    visible(&text).into_owned()
}
