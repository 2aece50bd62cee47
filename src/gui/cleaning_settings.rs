//! What is done with values and times that are missing or off: settings under those of how the file is
//! read.

use eframe::egui::Ui;

use crate::app::{Document, ReadingSetting};
use crate::import::ImportConfig;
use crate::series::MissingPolicy;
use crate::series::number::grouped;

use super::reading_rows::ReadingRows;
use super::{theme, words};

/// Draws what is done with values and times that are missing or off.
pub fn cleaning_ui(
    ui: &mut Ui,
    rows: &mut ReadingRows<'_>,
    document: &Document,
    import: &mut ImportConfig,
) {
    ui.add_space(theme::GRID / 2.0);
    ui.label(theme::strong("Cleaning"));
    let missing = grouped(document.pyramid.missing());
    let found = Some(format!("{missing} in {}", document.series.name));
    let setting = ReadingSetting::Missing;
    rows.one_of(ui, words::MISSING, found, setting, &mut import.missing, &MISSING_POLICIES);
}

const MISSING_POLICIES: [(MissingPolicy, &str); 6] = [
    (MissingPolicy::Auto, "Auto"),
    (MissingPolicy::Leave, "Leave"),
    (MissingPolicy::Linear, "Linear"),
    (MissingPolicy::Seasonal, "Seasonal"),
    (MissingPolicy::Previous, "Previous"),
    (MissingPolicy::DropSeries, "Drop series"),
];
