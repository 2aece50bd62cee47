//! What became of the rows and cells of the file: each entry, and each line it lists, shows its row
//! in table and plot.

use eframe::egui::{
    Button, Color32, Label, Response, RichText, Role, ScrollArea, Sense, Stroke, Ui, Vec2,
    WidgetInfo,
};

use super::data_view::Focus;
use super::{icon, theme};
use crate::app::Command;
use crate::import::{LISTED_LINES, LedgerEntry, Reading};
use crate::series::number::grouped;
use crate::series::visible;

/// Lines that stand under an entry before it is unfolded.
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

/// A line number to click.
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
