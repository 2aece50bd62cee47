//! How the file is read, on the left: what was found of each setting, a choice to set it, and why the file
//! cannot be read so.
//!
//! Roles of columns are chosen where the columns stand, in the table's header.

use eframe::egui::{Align, ComboBox, Label, Layout, RichText, Sense, Ui, Vec2};
use serde::de::DeserializeOwned;

use crate::app::{AppState, Command, Document, FoundSetting, ReadingSetting};
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
    rows.choice(ui, (setting!(import.layout), ReadingSetting::Layout, layout), &mut import.layout);
    let (sheets, packing) =
        (&document.data.reading.format.sheets, &document.data.reading.format.packing);
    if sheets.is_empty() && *packing != Packing::Parquet {
        let found = found.delimiter.map(named);
        let of = (setting!(import.delimiter), ReadingSetting::Delimiter, found);
        rows.choice(ui, of, &mut import.delimiter);
    } else if !sheets.is_empty() {
        let of = (setting!(import.sheet), ReadingSetting::Sheet, found.sheet.clone());
        let sheets = sheets.iter().map(|sheet| (sheet.name.clone(), sheet.label()));
        let (sheets, set) = (sheets.collect::<Vec<_>>(), import.sheet.clone());
        rows.choice_among(ui, of, &mut import.sheet, set, &sheets);
    }
    let sign = found.decimal_comma.map(|comma| if comma { "comma" } else { "point" }.to_owned());
    rows.choice(ui, (setting!(import.decimal), ReadingSetting::Decimal, sign), &mut import.decimal);
    let yes_or_no = |header: bool| if header { "yes" } else { "no" }.to_owned();
    let of = (setting!(import.header), ReadingSetting::Header, found.header.map(yes_or_no));
    let set = import.header.map(|header| if header { "Yes" } else { "No" }.to_owned());
    rows.choice_among(ui, of, &mut import.header, set, &[(true, "Yes"), (false, "No")]);
    let of = (setting!(import.date_order), ReadingSetting::DateOrder, Some(order_found(found)));
    rows.choice(ui, of, &mut import.date_order);
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
    let of = (setting!(import.time), ReadingSetting::Time, Some(found));
    rows.choice_among(ui, of, &mut import.time, before.clone(), &names);
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

const MENU_COLUMNS: usize = 100;

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

/// What a menu says of a setting that is left to the file.
const AS_FOUND: &str = "As found";

/// Most height of a menu, in points: enough for the longest list of choices, less for names.
const MENU_HEIGHT: f32 = 448.0;

/// A setting by both of its names, and what the file was found to call for.
type SettingWithFound = (Setting, ReadingSetting, Option<String>);

struct ReadingRows<'a> {
    state: &'a AppState,
    commands: &'a mut Vec<Command>,
}

impl ReadingRows<'_> {
    /// One of a few, or as found.
    fn choice<T>(&mut self, ui: &mut Ui, of: SettingWithFound, value: &mut Option<T>)
    where
        T: PartialEq + Clone + DeserializeOwned,
    {
        let options = options::<T>(of.0);
        let chosen = options.iter().find(|(option, _)| Some(option) == value.as_ref());
        let text = chosen.map(|(_, name)| (*name).to_owned());
        self.choice_among(ui, of, value, text, &options);
    }

    /// The same, among values that are given with what the menu shows for them; `text` is shown of the one
    /// that is chosen.
    fn choice_among<T: PartialEq + Clone>(
        &mut self,
        ui: &mut Ui,
        of: SettingWithFound,
        value: &mut Option<T>,
        text: Option<String>,
        options: &[(T, impl AsRef<str>)],
    ) {
        let text = text.unwrap_or_else(|| AS_FOUND.to_owned());
        let usual = value.is_some().then_some(AS_FOUND);
        let goes_back = self.row(ui, of, &text, usual, |ui| {
            ui.selectable_value(value, None, AS_FOUND);
            for (option, name) in options {
                ui.selectable_value(value, Some(option.clone()), visible(name.as_ref()));
            }
        });
        value.take_if(|_| goes_back);
    }

    /// One of a few, with a default of its own.
    fn one_of<T>(&mut self, ui: &mut Ui, of: SettingWithFound, value: &mut T)
    where
        T: PartialEq + Clone + Default + DeserializeOwned,
    {
        let options = options::<T>(of.0);
        let name_of =
            |value: &T| options.iter().find(|(option, _)| option == value).map_or("", |(_, n)| *n);
        let usual = T::default();
        let usual_name = (*value != usual).then(|| name_of(&usual));
        let goes_back = self.row(ui, of, name_of(value), usual_name, |ui| {
            for (option, name) in &options {
                ui.selectable_value(value, option.clone(), *name);
            }
        });
        if goes_back {
            *value = usual;
        }
    }

    /// The name of a setting over what was found, a menu beside them, and its problem under it; whether
    /// it is to go back to its default, whose name is given where another value is chosen.
    fn row(
        &mut self,
        ui: &mut Ui,
        (setting, known_as, found): SettingWithFound,
        text: &str,
        usual: Option<&str>,
        menu: impl FnOnce(&mut Ui),
    ) -> bool {
        let info = setting.info();
        let (label, tooltip) = (info.label.as_str(), info.tooltip.as_str());
        let is_problem = self.unread_setting() == Some(&known_as);
        let found_text = found.map_or(String::new(), |found| format!("found: {}", visible(&found)));
        let row = ui.horizontal(|ui| {
            let goes_back = usual.is_some_and(|usual| way_back_ui(ui, label, usual));
            let size = Vec2::new(NAME_WIDTH, theme::GRID * 4.5);
            let name = ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
                ui.set_min_width(NAME_WIDTH);
                ui.spacing_mut().item_spacing.y = 0.0;
                let error = ui.visuals().error_fg_color;
                let name = RichText::new(label);
                let name = if is_problem { name.color(error) } else { name };
                let name = ui.add(Label::new(name).truncate().sense(Sense::hover()));
                let print = theme::fine_print(found_text.as_str());
                ui.add(Label::new(print).truncate()).on_hover_text(found_text.as_str());
                name
            });
            let name = name.inner.on_hover_text(tooltip);
            let combo = ComboBox::from_id_salt(label).width(CONTROL_WIDTH).height(MENU_HEIGHT);
            let combo = combo.truncate().selected_text(visible(text)).show_ui(ui, menu);
            combo.response.labelled_by(name.id).on_hover_text(tooltip);
            goes_back
        });
        if is_problem {
            self.problem(ui);
        }
        row.inner
    }

    /// The setting by which the file cannot be read.
    fn unread_setting(&self) -> Option<&ReadingSetting> {
        self.state.document.unread.as_ref()?.setting.as_ref()
    }

    fn problem(&mut self, ui: &mut Ui) {
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
fn cleaning_ui(
    ui: &mut Ui,
    rows: &mut ReadingRows<'_>,
    document: &Document,
    import: &mut ImportConfig,
) {
    ui.add_space(theme::GRID / 2.0);
    ui.label(theme::strong("Cleaning"));
    let name = visible(&document.data.series.name);
    let missing = Some(format!("{} in {name}", grouped(document.data.pyramid.missing())));
    rows.one_of(
        ui,
        (setting!(import.missing), ReadingSetting::Missing, missing),
        &mut import.missing,
    );
    let outliers = Some(format!("{} in {name}", grouped(document.data.marks.outliers.len())));
    let of = (setting!(import.outliers), ReadingSetting::Outliers, outliers);
    rows.one_of(ui, of, &mut import.outliers);
    let closed = rows.state.document.found.closed.clone();
    if closed.is_some() || import.working_times != WorkingTimes::default() {
        let of = (setting!(import.working_times), ReadingSetting::WorkingTimes, closed);
        rows.one_of(ui, of, &mut import.working_times);
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
    let of = (setting!(import.irregular.rows), ReadingSetting::UnevenTimes, none);
    rows.one_of(ui, of, &mut uneven.rows);
    if uneven.rows == IrregularRows::Gathered {
        let steps = NATURAL_STEPS.map(|step| (step, step.to_string()));
        let of = (setting!(import.irregular.step), ReadingSetting::Step, step);
        let set = uneven.step.map(|step| step.to_string());
        rows.choice_among(ui, of, &mut uneven.step, set, &steps);
        let of = (setting!(import.irregular.method), ReadingSetting::Gather, gathered);
        rows.choice(ui, of, &mut uneven.method);
    }
}

/// How the columns were found to be gathered, each way once.
fn gathered_by(found: &FoundSetting) -> Option<String> {
    let of = |method: &Gather| found.gathered.values().any(|found| found == method);
    let options = options(setting!(import.irregular.method));
    let methods = options.iter().filter(|(method, _)| of(method));
    let names: Vec<String> = methods.map(|(_, name)| name.to_lowercase()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}
