//! How the file is read, on the left: what was found of each setting, and a choice to set it.
//!
//! Roles of columns are chosen where the columns stand, in the table's header.

use eframe::egui::{Align, ComboBox, Label, Layout as Lay, RichText, Sense, Ui, Vec2};

use crate::app::{AppState, Command, Document, Found, ReadingSetting};
use crate::import::{
    ColumnRole, DateOrder, Decimal, Delimiter, ImportConfig, Layout, Role, TimeStyle,
};

use super::button::IconButton;
use super::reading_bar::undo_ui;
use super::setting::{CONTROL_WIDTH, NAME_WIDTH, Words};
use super::view::View;
use super::{icon, theme, words};

/// Draws the settings, folded until they are asked for or stand in the way.
pub fn reading_ui(
    ui: &mut Ui,
    state: &AppState,
    document: &Document,
    view: &mut View,
    import: &mut ImportConfig,
    commands: &mut Vec<Command>,
) {
    let open = view.reading_settings || state.unread.is_some();
    let text = match (open, settings_set(import)) {
        (true, _) => "Less on how the file is read".to_owned(),
        (false, 0) => "How the file is read".to_owned(),
        (false, set) => format!("How the file is read ({set} set)"),
    };
    let help = "Layout, delimiter, decimal sign, header, order of dates, time column. What is left as \
                found follows the file; nothing set here carries over to the next file.";
    if ui.link(text).on_hover_text(help).clicked() {
        view.reading_settings = !open;
    }
    if open {
        let mut rows = Rows { state, commands };
        rows.all_ui(ui, document, import);
    }
}

/// How many settings are not left to the file.
fn settings_set(import: &ImportConfig) -> usize {
    let set = [
        import.layout.is_some(),
        import.sheet.is_some(),
        import.delimiter.is_some(),
        import.decimal.is_some(),
        import.header.is_some(),
        import.date_order.is_some(),
        import.time.is_some(),
    ];
    set.into_iter().filter(|&set| set).count() + import.roles.len()
}

/// The rows of settings.
struct Rows<'a> {
    state: &'a AppState,
    commands: &'a mut Vec<Command>,
}

impl Rows<'_> {
    fn all_ui(&mut self, ui: &mut Ui, document: &Document, import: &mut ImportConfig) {
        let found = &self.state.found;
        let before = import.clone();
        let layout = found.layout.map(|layout| layout.to_string());
        self.choice(
            ui,
            words::LAYOUT,
            layout,
            ReadingSetting::Layout,
            &mut import.layout,
            &LAYOUTS,
        );
        let sheets = &document.reading.format.sheets;
        if sheets.is_empty() {
            let (found, setting) = (found.delimiter.map(named), ReadingSetting::Delimiter);
            self.choice(ui, words::DELIMITER, found, setting, &mut import.delimiter, &DELIMITERS);
        } else {
            let (found, setting) = (found.sheet.clone(), ReadingSetting::Sheet);
            self.name(ui, words::SHEET, found, setting, &mut import.sheet, sheets);
        }
        let sign =
            found.decimal_comma.map(|comma| if comma { "comma" } else { "point" }.to_owned());
        let setting = ReadingSetting::Decimal;
        self.choice(ui, words::DECIMAL, sign, setting, &mut import.decimal, &DECIMALS);
        let header = found.header.map(|header| if header { "yes" } else { "no" }.to_owned());
        let setting = ReadingSetting::Header;
        self.choice(ui, words::HEADER, header, setting, &mut import.header, &HEADERS);
        let setting = ReadingSetting::DateOrder;
        let order = Some(order_found(found));
        self.choice(ui, words::DATE_ORDER, order, setting, &mut import.date_order, &DATE_ORDERS);
        self.time_ui(ui, document, import);
        self.roles_ui(ui, import);
        forget_columns_of_another_table(&before, import);
    }

    fn time_ui(&mut self, ui: &mut Ui, document: &Document, import: &mut ImportConfig) {
        let columns = document.reading.columns.iter();
        let may_be_time = columns.filter(|column| column.role != Role::Empty).take(MENU_COLUMNS);
        let names: Vec<String> = may_be_time.map(|column| column.name.clone()).collect();
        let found = self.state.found.time.clone().unwrap_or_else(|| "none".to_owned());
        let before = import.time.clone();
        let setting = ReadingSetting::Time;
        self.name(ui, words::TIME, Some(found), setting, &mut import.time, &names);
        if import.time != before {
            // The column may have been set to be something else.
            import.roles.retain(|name, role| {
                *role != ColumnRole::Time && import.time.as_ref() != Some(name)
            });
            import.target.take_if(|target| import.time.as_ref() == Some(target));
        }
    }

    fn roles_ui(&mut self, ui: &mut Ui, import: &mut ImportConfig) {
        ui.label(theme::fine_print("Roles: in the header of the table on Data."));
        if let Some(ReadingSetting::Role(_)) | None = self.unread_setting() {
            self.problem(ui);
        }
        let any = settings_set(import) > 0;
        let reset = IconButton::new(icon::ARROW_COUNTER_CLOCKWISE, "All as found").enabled(any);
        let help = "Layout, delimiter, dates, time column and roles as the file's content says.";
        if reset.show(ui).on_hover_text(help).clicked() {
            *import = ImportConfig { target: import.target.take(), ..ImportConfig::default() };
        }
    }

    /// One of a few, or as found.
    fn choice<T: PartialEq + Copy>(
        &mut self,
        ui: &mut Ui,
        words: Words,
        found: Option<String>,
        setting: ReadingSetting,
        value: &mut Option<T>,
        options: &[(T, &str)],
    ) {
        let chosen = options.iter().find(|(option, _)| Some(*option) == *value);
        let text = chosen.map(|(_, name)| (*name).to_owned());
        self.row(ui, words, found, &setting, text, |ui| {
            ui.selectable_value(value, None, AS_FOUND);
            for (option, name) in options {
                ui.selectable_value(value, Some(*option), *name);
            }
        });
    }

    /// One of a list of names, or as found.
    fn name(
        &mut self,
        ui: &mut Ui,
        words: Words,
        found: Option<String>,
        setting: ReadingSetting,
        value: &mut Option<String>,
        names: &[String],
    ) {
        self.row(ui, words, found, &setting, value.clone(), |ui| {
            ui.selectable_value(value, None, AS_FOUND);
            for name in names {
                ui.selectable_value(value, Some(name.clone()), name);
            }
        });
    }

    /// The name of a setting over what was found, a menu beside them, and its problem under it.
    fn row(
        &mut self,
        ui: &mut Ui,
        words: Words,
        found: Option<String>,
        setting: &ReadingSetting,
        chosen: Option<String>,
        menu: impl FnOnce(&mut Ui),
    ) {
        let is_problem = self.unread_setting() == Some(setting);
        let found_text = found.map_or(String::new(), |found| format!("found: {found}"));
        ui.horizontal(|ui| {
            let size = Vec2::new(NAME_WIDTH, theme::GRID * 4.5);
            let label = ui.allocate_ui_with_layout(size, Lay::top_down(Align::Min), |ui| {
                ui.set_min_width(NAME_WIDTH);
                ui.spacing_mut().item_spacing.y = 0.0;
                let error = ui.visuals().error_fg_color;
                let name = RichText::new(words.name);
                let name = if is_problem { name.color(error) } else { name };
                let label = ui.add(Label::new(name).truncate().sense(Sense::hover()));
                let print = theme::fine_print(found_text.as_str());
                ui.add(Label::new(print).truncate()).on_hover_text(found_text.as_str());
                label
            });
            let label = label.inner.on_hover_text(words.tooltip);
            let shown = chosen.unwrap_or_else(|| AS_FOUND.to_owned());
            let response = ComboBox::from_id_salt(words.name)
                .width(CONTROL_WIDTH)
                .truncate()
                .selected_text(shown)
                .show_ui(ui, menu)
                .response;
            response.labelled_by(label.id).on_hover_text(words.tooltip);
        });
        if is_problem {
            self.problem(ui);
        }
    }

    fn unread_setting(&self) -> Option<&ReadingSetting> {
        self.state.unread.as_ref()?.setting.as_ref()
    }

    fn problem(&mut self, ui: &mut Ui) {
        let Some(unread) = &self.state.unread else { return };
        let color = ui.visuals().error_fg_color;
        let text = format!("{} {}", icon::WARNING, unread.message);
        ui.label(RichText::new(text).small().color(color));
        undo_ui(ui, self.state, self.commands);
        ui.add_space(theme::GRID / 2.0);
    }
}

/// What a menu says of a setting that is left to the file.
const AS_FOUND: &str = "As found";
/// Columns that the menu of time columns lists.
const MENU_COLUMNS: usize = 100;

const LAYOUTS: [(Layout, &str); 3] = [
    (Layout::WideColumns, "Wide columns"),
    (Layout::LongPanel, "Long panel"),
    (Layout::WideRows, "Wide rows"),
];
const DELIMITERS: [(Delimiter, &str); 5] = [
    (Delimiter::Comma, "Comma"),
    (Delimiter::Semicolon, "Semicolon"),
    (Delimiter::Tab, "Tab"),
    (Delimiter::Pipe, "Pipe"),
    (Delimiter::None, "None"),
];
const DECIMALS: [(Decimal, &str); 2] = [(Decimal::Point, "Point"), (Decimal::Comma, "Comma")];
const HEADERS: [(bool, &str); 2] = [(true, "Yes"), (false, "No")];
const DATE_ORDERS: [(DateOrder, &str); 2] =
    [(DateOrder::DayFirst, "Day first"), (DateOrder::MonthFirst, "Month first")];

fn named(delimiter: Delimiter) -> String {
    let name =
        DELIMITERS.iter().find(|(known, _)| *known == delimiter).map_or("", |(_, name)| name);
    name.to_lowercase()
}

fn order_found(found: &Found) -> String {
    match found.time_style {
        Some(TimeStyle::DayFirst) => "day first",
        Some(TimeStyle::MonthFirst) => "month first",
        _ => "plain to see",
    }
    .to_owned()
}

/// Another delimiter, sheet or header makes other columns: what was set of the old ones by name has
/// no meaning for them.
fn forget_columns_of_another_table(before: &ImportConfig, import: &mut ImportConfig) {
    let same_table = before.delimiter == import.delimiter
        && before.sheet == import.sheet
        && before.header == import.header;
    if !same_table {
        import.time = None;
        import.target = None;
        import.roles.clear();
    }
}
