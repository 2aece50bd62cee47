//! What is done with rows whose times keep no even step, as it is set.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::series::Frequency;

/// What is done with rows whose times keep no even step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct IrregularTimes {
    /// What rows become whose times keep no even step. `resample` in pandas.
    #[schemars(title = "Uneven times")]
    pub rows: IrregularRows,
    /// The step that rows of uneven times are gathered into; left out for the shortest natural one of
    /// which most hold a row, which also takes the place of one so short that nearly all steps would
    /// be empty. Raise it where most steps stay empty. `rule` of `resample` in pandas.
    #[schemars(title = "Step", extend("x-default" = "as found"))]
    pub step: Option<Frequency>,
    /// How several values of one step become one, in every column; left out, each column's name and
    /// values decide. `mean`, `sum` and `last` after `resample` in pandas.
    #[schemars(title = "Values of a step", extend("x-default" = "as each column suggests"))]
    pub method: Option<Gather>,
    /// How several values of one step become one in single columns, by name.
    #[schemars(title = "Values of a step, by column")]
    pub methods: BTreeMap<String, Gather>,
}

/// What rows of irregular times become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IrregularRows {
    /// Rows of one step are one row, named by the start of the step; steps without a row are gaps.
    #[default]
    #[schemars(title = "Gathered")]
    Gathered,
    /// Each row is a step of no fixed length.
    #[schemars(title = "Numbered")]
    Numbered,
}

/// How several values become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Gather {
    /// Their mean: temperatures, rates.
    #[schemars(title = "Mean")]
    Mean,
    /// Their sum: sales, counts, amounts.
    #[schemars(title = "Sum")]
    Sum,
    /// The last of them: prices, balances, stocks, meter readings.
    #[schemars(title = "Last")]
    Last,
}

impl std::fmt::Display for Gather {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Mean => "mean",
            Self::Sum => "sum",
            Self::Last => "last",
        })
    }
}
