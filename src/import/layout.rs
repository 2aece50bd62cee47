//! How a file lays out its series: columns, a long panel, or rows.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where the series of a file stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// A series a column, all on one time column.
    #[schemars(title = "Wide columns")]
    WideColumns,
    /// Series one under another: id columns, a time column and value columns.
    #[schemars(title = "Long panel")]
    LongPanel,
    /// A series a row: ids, then one value after another.
    #[schemars(title = "Wide rows")]
    WideRows,
}

impl Layout {
    /// The name in files: `long-panel`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WideColumns => "wide-columns",
            Self::LongPanel => "long-panel",
            Self::WideRows => "wide-rows",
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WideColumns => "wide columns",
            Self::LongPanel => "long panel",
            Self::WideRows => "wide rows",
        })
    }
}
