//! The settings of this room.

use serde::{Deserialize, Serialize};

use super::Baseline;

/// Which baselines run, and what they and the scaled error need to know of the series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BaselineConfig {
    /// Rows in one season; absent means: as the step of the data, or its values, suggest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub season_length: Option<usize>,
    /// The baselines, by the names of the scorecard.
    pub models: Vec<Baseline>,
    /// Levels of prediction intervals, above 0 and below 1.
    pub levels: Vec<f64>,
}

impl Default for BaselineConfig {
    fn default() -> Self {
        Self { season_length: None, models: Baseline::unasked().collect(), levels: vec![0.8, 0.95] }
    }
}
