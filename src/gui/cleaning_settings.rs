//! What is done with values and times that are missing or off: settings under those of how the file is
//! read.

use eframe::egui::Ui;

use crate::app::{Document, FoundSetting, ReadingSetting};
use crate::import::{
    Gather, ImportConfig, IrregularRows, IrregularTimes, Reading, TimeStyle, WorkingTimes,
};
use crate::project::setting;
use crate::series::number::grouped;
use crate::series::steps::NATURAL_STEPS;
use crate::series::visible;

use super::choice::options;
use super::reading_rows::ReadingRows;
use super::theme;

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
fn gathered_by(found: &FoundSetting) -> Option<String> {
    let of = |method: &Gather| found.gathered.values().any(|found| found == method);
    let options = options(setting!(import.irregular.method));
    let methods = options.iter().filter(|(method, _)| of(method));
    let names: Vec<String> = methods.map(|(_, name)| name.to_lowercase()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}
