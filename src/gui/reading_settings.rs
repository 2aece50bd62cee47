//! How the file is read, on the left: what was found of each setting, and a choice to set it.
//!
//! Roles of columns are chosen where the columns stand, in the table's header.

use eframe::egui::Ui;

use crate::app::{AppState, Command, Document, FoundSetting, ReadingSetting};
use crate::import::{
    ColumnRole, Delimiter, ImportConfig, IrregularRows, Packing, Role, TimeStyle, WorkingTimes,
};
use crate::project::setting;
use crate::series::{MissingPolicy, OutlierPolicy};

use super::button::IconButton;
use super::choice::options;
use super::cleaning_settings::cleaning_ui;
use super::reading_rows::ReadingRows;
use super::view::View;
use super::{icon, theme};

/// Draws the settings, folded until they are asked for or stand in the way.
pub fn reading_ui(
    ui: &mut Ui,
    state: &AppState,
    document: &Document,
    view: &mut View,
    import: &mut ImportConfig,
    commands: &mut Vec<Command>,
) {
    let open = view.reading_settings || state.document.unread.is_some();
    let text = match (open, settings_set(import)) {
        (true, _) => "Hide import settings".to_owned(),
        (false, 0) => "Import settings".to_owned(),
        (false, set) => format!("Import settings ({set} changed)"),
    };
    let help = "Layout, delimiter, decimal sign, header, order of dates, time column, what is done with \
                missing values. What is left as found follows the file; nothing set here carries over \
                to the next file.";
    if ui.link(text).on_hover_text(help).clicked() {
        view.reading_settings = !open;
    }
    if open {
        let mut rows = ReadingRows { state, commands };
        all_ui(ui, &mut rows, document, import);
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
        import.missing != MissingPolicy::default(),
        import.outliers != OutlierPolicy::default(),
        import.working_times != WorkingTimes::default(),
        import.irregular.rows != IrregularRows::default(),
        import.irregular.step.is_some(),
        import.irregular.method.is_some(),
    ];
    let by_column = import.roles.len() + import.irregular.methods.len();
    set.into_iter().filter(|&set| set).count() + by_column
}

fn all_ui(ui: &mut Ui, rows: &mut ReadingRows<'_>, document: &Document, import: &mut ImportConfig) {
    let found = &rows.state.document.found;
    let before = import.clone();
    let layout = found.layout.map(|layout| layout.to_string());
    rows.choice(
        ui,
        setting!(import.layout),
        layout,
        ReadingSetting::Layout,
        &mut import.layout,
        &options(setting!(import.layout)),
    );
    let (sheets, packing) =
        (&document.data.reading.format.sheets, &document.data.reading.format.packing);
    if sheets.is_empty() && *packing != Packing::Parquet {
        let (found, setting) = (found.delimiter.map(named), ReadingSetting::Delimiter);
        rows.choice(
            ui,
            setting!(import.delimiter),
            found,
            setting,
            &mut import.delimiter,
            &options(setting!(import.delimiter)),
        );
    } else if !sheets.is_empty() {
        let (found, setting) = (found.sheet.clone(), ReadingSetting::Sheet);
        let sheets: Vec<_> =
            sheets.iter().map(|sheet| (sheet.name.clone(), sheet.label())).collect();
        rows.name(ui, setting!(import.sheet), found, setting, &mut import.sheet, &sheets);
    }
    let sign = found.decimal_comma.map(|comma| if comma { "comma" } else { "point" }.to_owned());
    let setting = ReadingSetting::Decimal;
    rows.choice(
        ui,
        setting!(import.decimal),
        sign,
        setting,
        &mut import.decimal,
        &options(setting!(import.decimal)),
    );
    let header = found.header.map(|header| if header { "yes" } else { "no" }.to_owned());
    let setting = ReadingSetting::Header;
    rows.choice(ui, setting!(import.header), header, setting, &mut import.header, &HEADERS);
    let setting = ReadingSetting::DateOrder;
    let order = Some(order_found(found));
    rows.choice(
        ui,
        setting!(import.date_order),
        order,
        setting,
        &mut import.date_order,
        &options(setting!(import.date_order)),
    );
    time_ui(ui, rows, document, import);
    roles_ui(ui, rows);
    cleaning_ui(ui, rows, document, import);
    reset_ui(ui, import);
    forget_columns_of_another_table(&before, import);
}

fn time_ui(
    ui: &mut Ui,
    rows: &mut ReadingRows<'_>,
    document: &Document,
    import: &mut ImportConfig,
) {
    let columns = document.data.reading.columns.iter();
    let may_be_time = columns.filter(|column| column.role != Role::Empty).take(MENU_COLUMNS);
    let names: Vec<_> =
        may_be_time.map(|column| (column.name.clone(), column.name.clone())).collect();
    let found = rows.state.document.found.time.clone().unwrap_or_else(|| "none".to_owned());
    let before = import.time.clone();
    let setting = ReadingSetting::Time;
    rows.name(ui, setting!(import.time), Some(found), setting, &mut import.time, &names);
    if import.time != before {
        // The column may have been set to be something else.
        import
            .roles
            .retain(|name, role| *role != ColumnRole::Time && import.time.as_ref() != Some(name));
        import.target.take_if(|target| import.time.as_ref() == Some(target));
    }
}

fn roles_ui(ui: &mut Ui, rows: &mut ReadingRows<'_>) {
    ui.label(theme::fine_print("Roles: in the header of the table on Data."));
    if let Some(ReadingSetting::Role(_)) | None = rows.unread_setting() {
        rows.problem(ui);
    }
}

fn reset_ui(ui: &mut Ui, import: &mut ImportConfig) {
    let any = settings_set(import) > 0;
    let reset = IconButton::new(icon::ARROW_COUNTER_CLOCKWISE, "All as found").enabled(any);
    let help = "Roles too: everything as the file's content says.";
    if reset.show(ui).on_hover_text(help).clicked() {
        *import = ImportConfig { target: import.target.take(), ..ImportConfig::default() };
    }
}

/// Columns that the menu of time columns lists.
const MENU_COLUMNS: usize = 100;

const HEADERS: [(bool, &str); 2] = [(true, "Yes"), (false, "No")];
fn named(delimiter: Delimiter) -> String {
    let options = options::<Delimiter>(setting!(import.delimiter));
    options
        .iter()
        .find(|(known, _)| *known == delimiter)
        .map_or("", |(_, name)| name)
        .to_lowercase()
}

fn order_found(found: &FoundSetting) -> String {
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
        import.irregular.methods.clear();
    }
}
