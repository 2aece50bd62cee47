//! A diverged batch, in the series' own words.

use std::fmt;
use std::ops::Range;

use crate::series::number::compact;
use crate::train::Divergence;

/// The account of such a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct DivergedBatch {
    /// Which of the networks of an ensemble met it, from 0.
    pub member: usize,
    /// What the engine knows of it.
    pub account: Divergence,
    /// Its windows or chunks with the largest values, as in the account, in the series' units.
    pub rows: Vec<DivergedRows>,
}

/// Input and target rows of one window or chunk.
#[derive(Debug, Clone, PartialEq)]
pub struct DivergedRows {
    /// Rows of the series: inputs, then targets.
    pub rows: Range<usize>,
    /// Their values in the series' units, NaN where missing.
    pub values: Vec<f64>,
    /// The row of the largest of them, whatever its sign.
    pub largest: Option<usize>,
}

impl DivergedBatch {
    /// An account with the values of the series looked up.
    pub fn new(member: usize, account: Divergence, values: &[f64], horizon: usize) -> Self {
        let rows = account.slots.iter().map(|slot| {
            let end = slot.rows.end.saturating_add(horizon).min(values.len());
            let rows = slot.rows.start.min(end)..end;
            let values = values[rows.clone()].to_vec();
            let known = values.iter().enumerate().filter(|(_, value)| !value.is_nan());
            let largest = known.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
            let largest = largest.map(|(index, _)| rows.start + index);
            DivergedRows { rows, values, largest }
        });
        let rows = rows.collect();
        Self { member, account, rows }
    }
}

impl fmt::Display for DivergedBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Divergence { epoch, batch, loss, gradient_norm, place, .. } = &self.account;
        match gradient_norm {
            Some(norm) => write!(f, "the gradient became {norm}")?,
            None => write!(f, "the loss became {loss}")?,
        }
        write!(f, " in epoch {epoch}, batch {batch} ({place})")?;
        if let Some(DivergedRows { rows, values, largest: Some(largest) }) = self.rows.first() {
            let value = compact(values[largest - rows.start]);
            write!(
                f,
                "; it holds rows {} to {}, the largest value is {value} in row {}",
                rows.start + 1,
                rows.end,
                largest + 1
            )?;
        }
        Ok(())
    }
}
