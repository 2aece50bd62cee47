//! The periods that values may repeat by.

use crate::stats::number;

/// The periods that values may repeat by, in rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Periods {
    /// Rows in the one season of models that have one; 1 for none.
    pub season_length: usize,
    /// All seasons for models that have several, whole or not, shortest first.
    pub all: Vec<f64>,
}

impl Periods {
    /// One season, or none where it has 1 row.
    pub fn one(season_length: usize) -> Self {
        let season_length = season_length.max(1);
        Self { season_length, all: vec![number(season_length)] }
    }
}
