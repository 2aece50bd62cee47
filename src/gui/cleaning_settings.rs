//! What is done with values and times that are missing or off: settings under those of how the file is
//! read.

use eframe::egui::Ui;

use crate::app::{Document, Found, ReadingSetting};
use crate::import::{
    Gather, ImportConfig, IrregularRows, IrregularTimes, Reading, TimeStyle, WorkingTimes,
};
use crate::series::number::grouped;
use crate::series::steps::NATURAL_STEPS;
use crate::series::visible;
use crate::series::{MissingPolicy, OutlierPolicy};

use super::reading_rows::ReadingRows;
use super::{theme, words};

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
    rows.one_of(ui, words::MISSING, found, setting, &mut import.missing, &MISSING_POLICIES);
    let outliers = grouped(document.data.marks.outliers.len());
    let found = Some(format!("{outliers} in {}", visible(&document.data.series.name)));
    let setting = ReadingSetting::Outliers;
    rows.one_of(ui, words::OUTLIERS, found, setting, &mut import.outliers, &OUTLIER_POLICIES);
    let closed = rows.state.found.closed.clone();
    if closed.is_some() || import.working_times != WorkingTimes::default() {
        let (setting, value) = (ReadingSetting::WorkingTimes, &mut import.working_times);
        rows.one_of(ui, words::WORKING_TIMES, closed, setting, value, &WORKING_TIMES);
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
    let found = &rows.state.found;
    let (step, gathered) = (found.step.clone(), gathered_by(found));
    let none = Some("no even step".to_owned());
    let setting = ReadingSetting::UnevenTimes;
    rows.one_of(ui, words::UNEVEN_TIMES, none, setting, &mut uneven.rows, &UNEVEN_ROWS);
    if uneven.rows == IrregularRows::Gathered {
        let names = NATURAL_STEPS.map(|step| (step, step.to_string()));
        let steps = names.each_ref().map(|(step, name)| (*step, name.as_str()));
        rows.choice(ui, words::STEP, step, ReadingSetting::Step, &mut uneven.step, &steps);
        let (setting, value) = (ReadingSetting::Gather, &mut uneven.method);
        rows.choice(ui, words::GATHER, gathered, setting, value, &GATHERS);
    }
}

/// How the columns were found to be gathered, each way once.
fn gathered_by(found: &Found) -> Option<String> {
    let of = |method: &Gather| found.gathered.values().any(|found| found == method);
    let methods = GATHERS.iter().filter(|(method, _)| of(method));
    let names: Vec<String> = methods.map(|(_, name)| name.to_lowercase()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

const MISSING_POLICIES: [(MissingPolicy, &str); 6] = [
    (MissingPolicy::Auto, "Auto"),
    (MissingPolicy::Leave, "Leave"),
    (MissingPolicy::Linear, "Linear"),
    (MissingPolicy::Seasonal, "Seasonal"),
    (MissingPolicy::Previous, "Previous"),
    (MissingPolicy::DropSeries, "Drop series"),
];
const OUTLIER_POLICIES: [(OutlierPolicy, &str); 2] =
    [(OutlierPolicy::Keep, "Keep"), (OutlierPolicy::Mask, "Mask")];
const WORKING_TIMES: [(WorkingTimes, &str); 2] =
    [(WorkingTimes::Learned, "Learned"), (WorkingTimes::All, "All open")];
const UNEVEN_ROWS: [(IrregularRows, &str); 2] =
    [(IrregularRows::Gathered, "Gathered"), (IrregularRows::Numbered, "Numbered")];
/// Ways to make several values one.
pub const GATHERS: [(Gather, &str); 3] =
    [(Gather::Mean, "Mean"), (Gather::Sum, "Sum"), (Gather::Last, "Last")];
