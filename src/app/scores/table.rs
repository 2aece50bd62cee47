//! The tables of a panel's scores that can be written.

/// A table of a panel's scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScoresTable {
    /// Means over the series, a row a model.
    Models,
    /// Error by error, a row a series and model.
    Series,
}
