//! The first rows of the file, as it writes them; over each column a chip with a menu says what it is for.

use std::ops::Range;

use eframe::egui::{
    Align, Button, Color32, Label, Layout, Response, RichText, Role as Accessible, ScrollArea,
    Sense, Shape, Stroke, TextStyle, Ui, WidgetInfo, vec2,
};
use egui_extras::{Column as TableColumn, TableBuilder};

use crate::app::{AppState, Command, Document, ReadingSetting};
use crate::forecast::ModelChoice;
use crate::import::{
    Column, ColumnRole, Gather, ImportConfig, Layout as FileLayout, Preview, Reading, Role,
};
use crate::project::setting;
use crate::series::number::grouped;
use crate::series::visible;

use super::choice::options;
use super::data_view::Focus;
use super::theme;
use super::widgets::text_width;

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

    fn pages_ui(&mut self, ui: &mut Ui, shown: &Range<usize>, all: usize) {
        let mut step = |ui: &mut Ui, sign: &str, name: &str, to: Option<usize>| {
            let button = ui.add_enabled(to.is_some(), Button::new(sign).small());
            button.widget_info(|| WidgetInfo::labeled(Accessible::Button, to.is_some(), name));
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
        .column(TableColumn::exact(44.0));
    let column = |chip: f32| TableColumn::auto().at_least(chip.max(96.0)).at_most(360.0).clip(true);
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

const ROLES: [(ColumnRole, &str, &str); 7] = [
    (ColumnRole::Time, "Time", "The dates or positions of the rows."),
    (ColumnRole::Id, "Id", "A part of the name of the row's series: a store, a region, a sensor."),
    (
        ColumnRole::Target,
        "Target",
        "A series to forecast. Several may be; the menu Target opens one.",
    ),
    (
        ColumnRole::PastCovariate,
        "Past covariate",
        "A series known up to the forecast's origin: a temperature, as measured.",
    ),
    (
        ColumnRole::FutureCovariate,
        "Future covariate",
        "A series known past the origin too: holidays, prices set in advance.",
    ),
    (ColumnRole::Static, "Static", "The same in every row of a series: a store's size."),
    (ColumnRole::Ignored, "Ignored", "Left out."),
];

/// Draws the chip; gives the settings that another choice asks for.
pub fn role_ui(
    ui: &mut Ui,
    state: &AppState,
    document: &Document,
    column: &Column,
) -> Option<ImportConfig> {
    let set = set_role(&state.document.recipe.import, &column.name);
    let name = name_of(set, column.role, document.data.reading.layout);
    let text =
        RichText::new(format!("{name}{FOR_ARROW}")).small().color(color(ui, state, column, set));
    let menu = ui.menu_button(text, |ui| menu_ui(ui, state, document, column, set));
    paint_arrow(ui, &menu.response);
    let (said, tooltip) =
        (format!("Role of {}: {name}", visible(&column.name)), tooltip(state, column));
    menu.response.widget_info(|| WidgetInfo::labeled(Accessible::Button, true, said.as_str()));
    menu.response.on_hover_text(tooltip);
    menu.inner.flatten()
}

/// Width of the chip of a column at least, in points: its role is never cut.
pub fn chip_width(ui: &Ui, state: &AppState, document: &Document, column: &Column) -> f32 {
    let set = set_role(&state.document.recipe.import, &column.name);
    let name = name_of(set, column.role, document.data.reading.layout);
    let font = TextStyle::Small.resolve(ui.style());
    text_width(ui, &font, &format!("{name}{FOR_ARROW}")) + 2.0 * CHIP_PADDING + 4.0
}

pub const CHIP_PADDING: f32 = 6.0;
/// Room behind the name of a role for the sign of a menu.
const FOR_ARROW: &str = "     ";

/// The sign of a menu at the right end of a chip: a small triangle that points down.
fn paint_arrow(ui: &Ui, chip: &Response) {
    let tip = chip.rect.right_center() + vec2(-10.0, 2.0);
    let corners = vec![tip + vec2(-3.5, -4.0), tip + vec2(3.5, -4.0), tip];
    ui.painter().add(Shape::convex_polygon(corners, ui.visuals().weak_text_color(), Stroke::NONE));
}

fn menu_ui(
    ui: &mut Ui,
    state: &AppState,
    document: &Document,
    column: &Column,
    set: Option<ColumnRole>,
) -> Option<ImportConfig> {
    let (import, reading) = (&state.document.recipe.import, &document.data.reading);
    let mut asked = None;
    let found = state.document.found.roles.get(&column.name);
    let as_found = found.map_or("As found".to_owned(), |role| format!("As found: {role}"));
    if entry_ui(ui, set.is_none(), &as_found, "By the names and cells of the file.") {
        asked = Some(with_role(import, reading, column, None));
    }
    ui.separator();
    for (role, name, what) in ROLES {
        if reading.layout != FileLayout::WideRows || fits_wide_rows(role) {
            let name = if is_value(reading.layout, role) { "Value" } else { name };
            let note = unused_note(state, Role::from(role));
            let what = note.map_or(what.to_owned(), |note| format!("{what} It is {note}."));
            if entry_ui(ui, set == Some(role), name, &what) {
                asked = Some(with_role(import, reading, column, Some(role)));
            }
        }
    }
    if let Some(note) = unused_note(state, column.role) {
        ui.label(theme::fine_print(format!("As {}, it is {note}", column.role)));
    }
    if column.gathered.is_some() {
        ui.separator();
        asked = gather_ui(ui, state, column).or(asked);
    }
    asked
}

/// One of the choices of a menu, which it closes; says whether it was chosen.
fn entry_ui(ui: &mut Ui, chosen: bool, name: &str, tooltip: &str) -> bool {
    let clicked = ui.radio(chosen, name).on_hover_text(tooltip).clicked();
    if clicked {
        ui.close();
    }
    clicked
}

fn gather_ui(ui: &mut Ui, state: &AppState, column: &Column) -> Option<ImportConfig> {
    let import = &state.document.recipe.import;
    let set = import.irregular.methods.get(&column.name).copied();
    let with = |method: Option<Gather>| {
        let mut import = import.clone();
        match method {
            Some(method) => import.irregular.methods.insert(column.name.clone(), method),
            None => import.irregular.methods.remove(&column.name),
        };
        Some(import)
    };
    ui.label(theme::fine_print("Values of one step"));
    let mut asked = None;
    let found = import
        .irregular
        .method
        .or_else(|| state.document.found.gathered.get(&column.name).copied());
    let as_found = found.map_or("As found".to_owned(), |found| format!("As found: {found}"));
    if entry_ui(ui, set.is_none(), &as_found, "As for all columns, or by name and values.") {
        asked = with(None);
    }
    for (method, name) in options(setting!(import.irregular.method)) {
        let tooltip = "Several values of one step of this column become their mean, their sum, or the \
                       last of them.";
        if entry_ui(ui, set == Some(method), name, tooltip) {
            asked = with(Some(method));
        }
    }
    asked
}

/// In a file of a series a row, columns are ids, values or nothing.
const fn fits_wide_rows(role: ColumnRole) -> bool {
    matches!(role, ColumnRole::Id | ColumnRole::Target | ColumnRole::Ignored)
}

fn is_value(layout: FileLayout, role: ColumnRole) -> bool {
    layout == FileLayout::WideRows && role == ColumnRole::Target
}

fn set_role(import: &ImportConfig, name: &str) -> Option<ColumnRole> {
    let is_time = import.time.as_deref() == Some(name);
    if is_time { Some(ColumnRole::Time) } else { import.roles.get(name).copied() }
}

fn name_of(set: Option<ColumnRole>, read: Role, layout: FileLayout) -> String {
    let is_target = set.map_or(read == Role::Target, |role| role == ColumnRole::Target);
    if layout == FileLayout::WideRows && is_target {
        return "value".to_owned();
    }
    set.map_or(read, Role::from).to_string()
}

/// Accent where it was set by hand, the colour of errors where the file cannot be read so.
fn color(ui: &Ui, state: &AppState, column: &Column, set: Option<ColumnRole>) -> Color32 {
    let palette = theme::palette(ui.visuals());
    let unread = state.document.unread.as_ref().and_then(|unread| unread.setting.as_ref());
    match unread {
        Some(ReadingSetting::Role(name)) if *name == column.name => palette.error,
        _ if set.is_some() => palette.accent,
        _ => ui.visuals().weak_text_color(),
    }
}

/// Which of the chosen models do not use columns of a role.
fn unused_note(state: &AppState, role: Role) -> Option<String> {
    ModelChoice::unused_note(role.covariate()?, &state.document.recipe.models())
}

fn tooltip(state: &AppState, column: &Column) -> String {
    let mut text = match state.document.found.roles.get(&column.name) {
        Some(role) => format!("{}, found: {role}.", column.name),
        None => format!("{}.", column.name),
    };
    if !column.categories.is_empty() {
        text += &format!(" A category of {}.", column.categories.join(", "));
    }
    if let Some(note) = unused_note(state, column.role) {
        text += &format!(" As {}, it is {note}.", column.role);
    }
    visible(&text).into_owned() + " Click to say what the column is for."
}

/// The settings with another role for a column. Where the open series loses its column, the first
/// target of the new reading is opened.
fn with_role(
    import: &ImportConfig,
    reading: &Reading,
    column: &Column,
    role: Option<ColumnRole>,
) -> ImportConfig {
    let mut import = import.clone();
    import.roles.remove(&column.name);
    import.time.take_if(|time| *time == column.name);
    match role {
        Some(ColumnRole::Time) => {
            import.roles.retain(|_, role| *role != ColumnRole::Time);
            import.time = Some(column.name.clone());
        }
        Some(role) => {
            import.roles.insert(column.name.clone(), role);
        }
        None => {}
    }
    let per_key = reading.columns.iter().filter(|column| column.series.is_some()).count().max(1);
    let holds_target = column.series == Some(reading.target % per_key);
    if holds_target && role.is_some_and(|role| role != ColumnRole::Target) {
        import.target = None;
    }
    import
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::read_bytes;

    #[test]
    fn one_column_is_the_time_and_a_lost_target_is_let_go() {
        let text = "day,week,sold\n2024-01-01,1,3\n2024-01-02,2,4\n2024-01-03,3,5\n";
        let import = ImportConfig { target: Some("sold".to_owned()), ..ImportConfig::default() };
        let reading = read_bytes("f.csv", text.as_bytes(), &import).unwrap();
        let [day, week, sold] = &reading.columns[..] else { panic!("three columns") };
        let timed = with_role(&import, &reading, day, Some(ColumnRole::Time));
        let timed = with_role(&timed, &reading, week, Some(ColumnRole::Time));
        assert_eq!((timed.time.as_deref(), timed.roles.len()), (Some("week"), 0));
        assert_eq!(timed.target.as_deref(), Some("sold"));
        let without = with_role(&timed, &reading, sold, Some(ColumnRole::Ignored));
        assert_eq!(without.target, None);
        assert_eq!(without.roles["sold"], ColumnRole::Ignored);
        let back = with_role(&without, &reading, week, None);
        assert_eq!(back.time, None);
    }
}
