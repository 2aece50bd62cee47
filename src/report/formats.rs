//! The registry of formats that tables are written in: a format is one file here and one line below.

use std::path::Path;

use super::atomic::write_atomically;
use super::table::{ExportError, ReportTable, TableFormat};
use super::{csv, json};

/// Every format; the first is the default.
pub const TABLE_FORMATS: &[TableFormat] = &[csv::FORMAT, json::FORMAT];

impl TableFormat {
    /// The one that the name of a file ends like; CSV where it ends like none.
    pub fn of(path: &Path) -> &'static Self {
        let ending = path.extension().unwrap_or_default();
        let named = |format: &&Self| ending.eq_ignore_ascii_case(format.extension);
        TABLE_FORMATS.iter().find(named).unwrap_or(&TABLE_FORMATS[0])
    }
}

/// Writes a table to a file in the format that its name ends like, whole or not at all.
///
/// # Errors
/// Where the file cannot be written.
pub fn write_table(path: &Path, table: &ReportTable) -> Result<(), ExportError> {
    Ok(write_atomically(path, &TableFormat::of(path).contents(table)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_tells_its_format() {
        let of = |path: &str| TableFormat::of(path.as_ref()).name;
        assert_eq!((of("a.json"), of("b/A.JSON"), of("a.csv")), ("JSON", "JSON", "CSV"));
        assert_eq!((of("a.dat"), of("json"), of("/dev/stdout")), ("CSV", "CSV", "CSV"));
    }
}
