//! Results as files: one file here for each format, and the atomic writer they share.

mod atomic;
mod forecast_csv;
mod leftovers;
mod place;
mod scores_csv;

use std::path::Path;

pub use atomic::{WriteError, check_writable, disk_problem, sync_folder, write_atomically};
pub use forecast_csv::forecast_csv;
pub use leftovers::{is_temporary, sweep_temporary_files};
pub use place::is_same_file;
pub use scores_csv::{SeriesRow, mean_scores_csv, series_scores_csv};

use crate::evaluate::PanelScore;
use crate::forecast::Forecast;

/// Why an export failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The table could not be made.
    #[error("the table could not be laid out as CSV: {0}; please report this")]
    Format(#[from] polars::error::PolarsError),
}

/// Writes forecasts to a CSV file, whole or not at all, with the bounds of `levels`.
///
/// # Errors
/// Where the file cannot be written.
pub fn write_forecast_csv<'a>(
    path: &Path,
    forecasts: impl IntoIterator<Item = &'a Forecast>,
    levels: &[f64],
) -> Result<(), ExportError> {
    Ok(write_atomically(path, &forecast_csv(forecasts, levels)?)?)
}

/// Writes the means of models over a panel to a CSV file, whole or not at all.
///
/// # Errors
/// Where the file cannot be written.
pub fn write_mean_scores_csv(
    path: &Path,
    scores: &[&PanelScore],
    levels: &[f64],
) -> Result<(), ExportError> {
    Ok(write_atomically(path, &mean_scores_csv(scores, levels)?)?)
}

/// Writes the scores of models on every series of a panel to a CSV file, whole or not at all.
///
/// # Errors
/// Where the file cannot be written.
pub fn write_series_scores_csv(
    path: &Path,
    rows: &[SeriesRow<'_>],
    levels: &[f64],
) -> Result<(), ExportError> {
    Ok(write_atomically(path, &series_scores_csv(rows, levels)?)?)
}
