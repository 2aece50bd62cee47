//! The settings of this room.

use serde::{Deserialize, Serialize};

/// What baselines and the scaled error need to know of the series.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineConfig {
    /// Rows in one season; absent means: as the step of the data, or its values, suggest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub season_length: Option<usize>,
}
