//! The settings of this room: which columns to read as what.

use serde::{Deserialize, Serialize};

/// Which column holds the time and which the values to forecast. `None` is found by content.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ImportConfig {
    /// Name of the time column, as the header writes it (`column 1` for a file without a header).
    pub time: Option<String>,
    /// Name of the column to forecast; the first numeric column that is not time where `None`.
    pub target: Option<String>,
}
