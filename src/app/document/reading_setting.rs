//! The settings that decide how the open file is read, by name: which one was changed, and what was
//! found where it is left to the file.

use std::collections::BTreeMap;

use crate::import::{
    ColumnRole, Delimiter, Gather, ImportConfig, Layout, Packing, Reading, Role, TimeStyle,
    WorkingTimes,
};
use crate::series::{CalendarAxis, TimeAxis, Unit};

/// One of the settings of `ImportConfig`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadingSetting {
    /// How the file lays out its series.
    Layout,
    /// The sheet of a workbook.
    Sheet,
    /// What stands between two fields.
    Delimiter,
    /// The sign between whole and fraction.
    Decimal,
    /// Whether the first record names the columns.
    Header,
    /// Which of two small numbers is the day.
    DateOrder,
    /// The time column.
    Time,
    /// What stands in for missing values.
    Missing,
    /// What is done about outliers.
    Outliers,
    /// Whether closed hours and days are left out.
    WorkingTimes,
    /// Rows at the end that decide nothing, which follow the hold-out.
    HeldOut,
    /// Whether rows of uneven times are gathered or numbered.
    UnevenTimes,
    /// The step they are gathered into.
    Step,
    /// How the values of one step become one.
    Gather,
    /// What the column of that name is for.
    Role(String),
}

impl ReadingSetting {
    /// The first setting in which two configurations differ, the target aside.
    pub(super) fn changed(before: &ImportConfig, after: &ImportConfig) -> Option<Self> {
        let (uneven, uneven_after) = (&before.irregular, &after.irregular);
        let plain = [
            (before.layout != after.layout, Self::Layout),
            (before.sheet != after.sheet, Self::Sheet),
            (before.delimiter != after.delimiter, Self::Delimiter),
            (before.decimal != after.decimal, Self::Decimal),
            (before.header != after.header, Self::Header),
            (before.date_order != after.date_order, Self::DateOrder),
            (before.time != after.time, Self::Time),
            (before.missing != after.missing, Self::Missing),
            (before.outliers != after.outliers, Self::Outliers),
            (before.working_times != after.working_times, Self::WorkingTimes),
            (before.held_out != after.held_out, Self::HeldOut),
            (uneven.rows != uneven_after.rows, Self::UnevenTimes),
            (uneven.step != uneven_after.step, Self::Step),
            (uneven != uneven_after, Self::Gather),
        ];
        let plain = plain.into_iter().find_map(|(differs, setting)| differs.then_some(setting));
        plain.or_else(|| {
            let mut names = after.roles.keys().chain(before.roles.keys());
            let name = names.find(|name| before.roles.get(*name) != after.roles.get(*name))?;
            Some(Self::Role(name.clone()))
        })
    }
}

/// The settings of a reading without its target, which is chosen among the series that were read.
pub(super) fn without_target(config: &ImportConfig) -> ImportConfig {
    ImportConfig { target: None, ..config.clone() }
}

/// What the file says of each setting: found when it was last left to the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FoundSetting {
    pub layout: Option<Layout>,
    /// The sheet of a workbook; nothing for other files.
    pub sheet: Option<String>,
    /// What stands between two fields; nothing for a workbook.
    pub delimiter: Option<Delimiter>,
    /// Whether `1,5` is one and a half.
    pub decimal_comma: Option<bool>,
    /// Whether the first record names the columns.
    pub header: Option<bool>,
    /// How the time column is written.
    pub time_style: Option<TimeStyle>,
    /// The time column.
    pub time: Option<String>,
    /// The role of each column.
    pub roles: BTreeMap<String, Role>,
    /// What is closed, where the times show a working calendar.
    pub closed: Option<String>,
    /// The step that rows of uneven times are gathered into.
    pub step: Option<String>,
    /// How the values of one step become one, for each column of which they do.
    pub gathered: BTreeMap<String, Gather>,
}

impl FoundSetting {
    /// Takes in what a reading by these settings has found.
    pub(super) fn learn(&mut self, reading: &Reading, config: &ImportConfig) {
        let format = &reading.format;
        if config.layout.is_none() {
            self.layout = Some(reading.layout);
        }
        if let Packing::Sheet(name) = &format.packing {
            if config.sheet.is_none() {
                self.sheet = Some(name.clone());
            }
        } else if config.delimiter.is_none() {
            self.delimiter = Some(format.delimiter);
        }
        if config.decimal.is_none() {
            self.decimal_comma = Some(format.decimal_comma);
        }
        if config.header.is_none() {
            self.header = Some(format.has_header);
        }
        if config.date_order.is_none() {
            self.time_style = reading.time_style;
        }
        let time_is_set = config.roles.values().any(|role| *role == ColumnRole::Time);
        if config.time.is_none() && !time_is_set {
            self.time.clone_from(&reading.time_column);
        }
        self.learn_times(reading, config);
        for column in &reading.columns {
            let set = config.roles.contains_key(&column.name)
                || config.time.as_ref() == Some(&column.name);
            if !set {
                self.roles.insert(column.name.clone(), column.role);
            }
        }
    }
}

impl FoundSetting {
    /// Takes in what was found of the times: what is closed, and what gathers uneven ones.
    fn learn_times(&mut self, reading: &Reading, config: &ImportConfig) {
        let axis = &reading.target().axis;
        if config.working_times == WorkingTimes::Learned {
            self.closed = match axis {
                TimeAxis::Calendar(axis) => closed_on(axis),
                TimeAxis::Position(_) => None,
            };
        }
        let gathered =
            || reading.columns.iter().filter_map(|column| Some((column, column.gathered?)));
        if config.irregular.step.is_none() && gathered().next().is_some() {
            self.step = Some(axis.step_label());
        }
        for (column, method) in gathered() {
            let is_set = config.irregular.methods.contains_key(&column.name);
            if config.irregular.method.is_none() && !is_set {
                self.gathered.insert(column.name.clone(), method);
            }
        }
    }
}

fn closed_on(axis: &CalendarAxis) -> Option<String> {
    let weekends =
        (axis.frequency.unit == Unit::BusinessDay).then(|| "closed on weekends".to_owned());
    axis.calendar.as_ref().map(ToString::to_string).or(weekends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::read_bytes;

    fn read(config: &ImportConfig) -> Reading {
        let text = "day;price;sold\n2024-01-01;1,5;3\n2024-01-02;2,5;4\n2024-01-03;1,5;5\n";
        read_bytes("sales.csv", text.as_bytes(), config).unwrap()
    }

    #[test]
    fn what_was_found_is_kept_while_another_choice_is_set() {
        let mut found = FoundSetting::default();
        found.learn(&read(&ImportConfig::default()), &ImportConfig::default());
        let roles = BTreeMap::from([("sold".to_owned(), ColumnRole::PastCovariate)]);
        let config = ImportConfig { roles, header: Some(true), ..ImportConfig::default() };
        found.learn(&read(&config), &config);
        assert_eq!(found.roles["sold"], Role::Target);
        assert_eq!((found.header, found.decimal_comma), (Some(true), Some(true)));
        assert_eq!(found.delimiter, Some(Delimiter::Semicolon));
        assert_eq!(found.time.as_deref(), Some("day"));
    }

    #[test]
    fn the_setting_that_differs_is_named() {
        let before = ImportConfig::default();
        let after = ImportConfig { target: Some("y".to_owned()), ..before.clone() };
        assert_eq!(ReadingSetting::changed(&before, &after), None);
        let mut after = before.clone();
        after.roles.insert("y".to_owned(), ColumnRole::Id);
        let role = Some(ReadingSetting::Role("y".to_owned()));
        assert_eq!(ReadingSetting::changed(&before, &after), role);
        assert_eq!(ReadingSetting::changed(&after, &before), role);
    }
}
