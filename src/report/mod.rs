//! Results as files: tables, the registry of formats that write them, and the atomic writer.

mod atomic;
mod csv;
mod forecast_table;
mod formats;
mod json;
mod place;
mod scores_table;
mod table;

pub use atomic::{
    WriteError, check_writable, disk_problem, is_temporary, sweep_temporary_files, sync_folder,
    write_atomically,
};
pub use forecast_table::forecast_table;
pub use formats::{TABLE_FORMATS, write_table};
pub use place::is_same_file;
pub use scores_table::{SeriesRow, mean_scores_table, series_scores_table};
pub use table::{ColumnCells, ExportError, ReportTable, TableFormat};
