//! Tables as JSON: a list of records, one a row, each with every column. What is empty is `null`.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::table::{ColumnCells, ExportError, ReportTable, TableFormat};

pub(super) const FORMAT: TableFormat = TableFormat { name: "JSON", extension: "json", contents };

fn contents(table: &ReportTable) -> Result<Vec<u8>, ExportError> {
    let records: Vec<JsonRecord<'_>> =
        (0..table.rows()).map(|row| JsonRecord { table, row }).collect();
    let mut text = serde_json::to_vec_pretty(&records)?;
    text.push(b'\n');
    Ok(text)
}

struct JsonRecord<'a> {
    table: &'a ReportTable,
    row: usize,
}

impl Serialize for JsonRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.table.columns.len()))?;
        for (name, cells) in &self.table.columns {
            match cells {
                ColumnCells::Text(texts) => map.serialize_entry(name, &texts[self.row])?,
                ColumnCells::Number(numbers) => map.serialize_entry(name, &numbers[self.row])?,
                ColumnCells::Count(counts) => map.serialize_entry(name, &counts[self.row])?,
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn each_row_is_a_record_with_every_column() {
        let table = ReportTable::default()
            .with("series", ColumnCells::Text(vec![Some("=a, \"b\"".to_owned()), None]))
            .with("value", ColumnCells::Number(vec![Some(0.1 + 0.2), None]))
            .with("rows", ColumnCells::Count(vec![3, 0]));
        let read: Value = serde_json::from_slice(&contents(&table).unwrap()).unwrap();
        let first = serde_json::json!({"series": "=a, \"b\"", "value": 0.1 + 0.2, "rows": 3});
        let second = serde_json::json!({"series": null, "value": null, "rows": 0});
        assert_eq!(read, Value::from(vec![first, second]));
        assert_eq!(contents(&ReportTable::default()).unwrap(), b"[]\n");
    }
}
