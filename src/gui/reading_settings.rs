//! How the file is read, on the left: what was found of each setting, a choice to set it, and why the file
//! cannot be read so.
//!
//! Roles of columns are chosen where the columns stand, in the table's header.

use eframe::egui::{Align, ComboBox, Label, Layout, RichText, Sense, Ui, Vec2};

use crate::app::{AppState, Command, Document, Found, ReadingSetting};
use crate::import::{
    ColumnRole, Delimiter, Gather, ImportConfig, IrregularRows, IrregularTimes, Packing, Reading,
    Role, TimeStyle, WorkingTimes,
};
use crate::project::{Setting, setting};
use crate::series::number::grouped;
use crate::series::steps::NATURAL_STEPS;
use crate::series::{MissingPolicy, OutlierPolicy, visible};

use super::choice::options;
use super::setting::{CONTROL_WIDTH, NAME_WIDTH, way_back_ui};
use super::status_bar::undo_ui;
use super::theme;
use super::view::View;
use super::widgets::{IconButton, icon};

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
        import.irregular.methods.clear();
    }
}

/// What a menu says of a setting that is left to the file.
const AS_FOUND: &str = "As found";

/// Most height of a menu, in points: enough for the longest list of choices, less for names.
const MENU_HEIGHT: f32 = 448.0;

struct Row<'a> {
    of: Setting,
    /// What was found of the setting.
    found: Option<String>,
    /// What is chosen; `None` for what was found.
    text: Option<String>,
    /// The default, where another is chosen.
    usual: Option<&'a str>,
}

/// Draws rows.
pub struct ReadingRows<'a> {
    pub state: &'a AppState,
    pub commands: &'a mut Vec<Command>,
}

impl ReadingRows<'_> {
    /// One of a few, or as found.
    pub fn choice<T: PartialEq + Copy>(
        &mut self,
        ui: &mut Ui,
        of: Setting,
        found: Option<String>,
        setting: ReadingSetting,
        value: &mut Option<T>,
        options: &[(T, &str)],
    ) {
        let chosen = options.iter().find(|(option, _)| Some(*option) == *value);
        let text = chosen.map(|(_, name)| (*name).to_owned());
        let row = Row { of, found, text, usual: value.is_some().then_some(AS_FOUND) };
        let goes_back = self.row(ui, row, &setting, |ui| {
            ui.selectable_value(value, None, AS_FOUND);
            for (option, name) in options {
                ui.selectable_value(value, Some(*option), *name);
            }
        });
        value.take_if(|_| goes_back);
    }

    /// One of a few, with a default of its own.
    pub fn one_of<T: PartialEq + Copy + Default>(
        &mut self,
        ui: &mut Ui,
        of: Setting,
        found: Option<String>,
        setting: ReadingSetting,
        value: &mut T,
        options: &[(T, &str)],
    ) {
        let name_of = |value: T| {
            options.iter().find(|(option, _)| *option == value).map_or("", |(_, name)| *name)
        };
        let (text, usual) = (Some(name_of(*value).to_owned()), T::default());
        let usual_name = (*value != usual).then(|| name_of(usual));
        let row = Row { of, found, text, usual: usual_name };
        let goes_back = self.row(ui, row, &setting, |ui| {
            for (option, name) in options {
                ui.selectable_value(value, *option, *name);
            }
        });
        if goes_back {
            *value = usual;
        }
    }

    /// One of a list of names, each with what the menu shows for it, or as found.
    pub fn name(
        &mut self,
        ui: &mut Ui,
        of: Setting,
        found: Option<String>,
        setting: ReadingSetting,
        value: &mut Option<String>,
        names: &[(String, String)],
    ) {
        let usual = value.is_some().then_some(AS_FOUND);
        let text = value.as_deref().map(|value| visible(value).into_owned());
        let row = Row { of, found, text, usual };
        let goes_back = self.row(ui, row, &setting, |ui| {
            ui.selectable_value(value, None, AS_FOUND);
            for (name, label) in names {
                ui.selectable_value(value, Some(name.clone()), visible(label).into_owned());
            }
        });
        value.take_if(|_| goes_back);
    }

    /// The name of a setting over what was found, a menu beside them, and its problem under it; whether
    /// it is to go back to its default.
    fn row(
        &mut self,
        ui: &mut Ui,
        row: Row<'_>,
        setting: &ReadingSetting,
        menu: impl FnOnce(&mut Ui),
    ) -> bool {
        let Row { of, found, text, usual } = row;
        let is_problem = self.unread_setting() == Some(setting);
        let found_text = found.map_or(String::new(), |found| format!("found: {}", visible(&found)));
        let row = ui.horizontal(|ui| {
            let goes_back =
                usual.is_some_and(|usual| way_back_ui(ui, of.info().label.as_str(), usual));
            let size = Vec2::new(NAME_WIDTH, theme::GRID * 4.5);
            let label = ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
                ui.set_min_width(NAME_WIDTH);
                ui.spacing_mut().item_spacing.y = 0.0;
                let error = ui.visuals().error_fg_color;
                let name = RichText::new(of.info().label.as_str());
                let name = if is_problem { name.color(error) } else { name };
                let label = ui.add(Label::new(name).truncate().sense(Sense::hover()));
                let print = theme::fine_print(found_text.as_str());
                ui.add(Label::new(print).truncate()).on_hover_text(found_text.as_str());
                label
            });
            let label = label.inner.on_hover_text(of.info().tooltip.as_str());
            let shown = text.unwrap_or_else(|| AS_FOUND.to_owned());
            let response = ComboBox::from_id_salt(of.info().label.as_str())
                .width(CONTROL_WIDTH)
                .height(MENU_HEIGHT)
                .truncate()
                .selected_text(shown)
                .show_ui(ui, menu)
                .response;
            response.labelled_by(label.id).on_hover_text(of.info().tooltip.as_str());
            goes_back
        });
        if is_problem {
            self.problem(ui);
        }
        row.inner
    }

    /// The setting by which the file cannot be read.
    pub fn unread_setting(&self) -> Option<&ReadingSetting> {
        self.state.document.unread.as_ref()?.setting.as_ref()
    }

    /// Why it cannot, with the way back.
    pub fn problem(&mut self, ui: &mut Ui) {
        let Some(unread) = &self.state.document.unread else { return };
        let color = ui.visuals().error_fg_color;
        let text = format!("{} {}", icon::WARNING, visible(&unread.message));
        ui.label(RichText::new(text).small().color(color));
        undo_ui(ui, self.state, self.commands);
        ui.add_space(theme::GRID / 2.0);
    }
}

/// Draws what is done with values and times that are missing or off. Settings of times are there where
/// the times of the file call for them.
pub fn cleaning_ui(
    ui: &mut Ui,
    rows: &mut ReadingRows<'_>,
    document: &Document,
    import: &mut ImportConfig,
) {
    ui.add_space(theme::GRID / 2.0);
    ui.label(theme::strong("Cleaning"));
    let missing = grouped(document.data.pyramid.missing());
    let found = Some(format!("{missing} in {}", visible(&document.data.series.name)));
    let setting = ReadingSetting::Missing;
    rows.one_of(
        ui,
        setting!(import.missing),
        found,
        setting,
        &mut import.missing,
        &options(setting!(import.missing)),
    );
    let outliers = grouped(document.data.marks.outliers.len());
    let found = Some(format!("{outliers} in {}", visible(&document.data.series.name)));
    let setting = ReadingSetting::Outliers;
    rows.one_of(
        ui,
        setting!(import.outliers),
        found,
        setting,
        &mut import.outliers,
        &options(setting!(import.outliers)),
    );
    let closed = rows.state.document.found.closed.clone();
    if closed.is_some() || import.working_times != WorkingTimes::default() {
        let (setting, value) = (ReadingSetting::WorkingTimes, &mut import.working_times);
        rows.one_of(
            ui,
            setting!(import.working_times),
            closed,
            setting,
            value,
            &options(setting!(import.working_times)),
        );
    }
    if is_uneven(&document.data.reading) || import.irregular != IrregularTimes::default() {
        uneven_ui(ui, rows, &mut import.irregular);
    }
}

/// Whether the rows of a file have dates that keep no even step.
fn is_uneven(reading: &Reading) -> bool {
    let has_dates = reading.time_style.is_some_and(|style| style != TimeStyle::Index);
    let is_gathered = reading.columns.iter().any(|column| column.gathered.is_some());
    is_gathered || (has_dates && !reading.target().axis.is_calendar())
}

fn uneven_ui(ui: &mut Ui, rows: &mut ReadingRows<'_>, uneven: &mut IrregularTimes) {
    let found = &rows.state.document.found;
    let (step, gathered) = (found.step.clone(), gathered_by(found));
    let none = Some("no even step".to_owned());
    let setting = ReadingSetting::UnevenTimes;
    rows.one_of(
        ui,
        setting!(import.irregular.rows),
        none,
        setting,
        &mut uneven.rows,
        &options(setting!(import.irregular.rows)),
    );
    if uneven.rows == IrregularRows::Gathered {
        let names = NATURAL_STEPS.map(|step| (step, step.to_string()));
        let steps = names.each_ref().map(|(step, name)| (*step, name.as_str()));
        rows.choice(
            ui,
            setting!(import.irregular.step),
            step,
            ReadingSetting::Step,
            &mut uneven.step,
            &steps,
        );
        let (setting, value) = (ReadingSetting::Gather, &mut uneven.method);
        rows.choice(
            ui,
            setting!(import.irregular.method),
            gathered,
            setting,
            value,
            &options(setting!(import.irregular.method)),
        );
    }
}

/// How the columns were found to be gathered, each way once.
fn gathered_by(found: &Found) -> Option<String> {
    let of = |method: &Gather| found.gathered.values().any(|found| found == method);
    let options = options(setting!(import.irregular.method));
    let methods = options.iter().filter(|(method, _)| of(method));
    let names: Vec<String> = methods.map(|(_, name)| name.to_lowercase()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}
