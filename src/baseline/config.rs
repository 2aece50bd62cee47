//! The settings of this room.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Baseline;

/// Which baselines run, and what they and the scaled error need to know of the series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BaselineConfig {
    /// Rows in one season; left out for what the step of the data, or its values, suggest. Seasonal
    /// naive repeats it and MASE is scaled by it. 12 for months with a yearly pattern, 7 for days with
    /// a weekly one, 1 for none.
    #[schemars(title = "Season length", range(min = 1), extend("x-unit" = "rows"), extend("x-default" = "as the data suggest"))]
    pub season_length: Option<usize>,
    /// The baselines that run, by the names of the scorecard.
    #[schemars(title = "Baselines")]
    pub models: Vec<Baseline>,
    /// Shares of futures that prediction intervals should hold, above 0 and below 1: 0.8 for 80 %.
    /// `level` in statsforecast and R's forecast.
    #[schemars(title = "Interval levels")]
    pub levels: Vec<f64>,
}

impl Default for BaselineConfig {
    fn default() -> Self {
        Self { season_length: None, models: Baseline::unasked().collect(), levels: vec![0.8, 0.95] }
    }
}
