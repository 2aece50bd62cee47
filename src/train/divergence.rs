//! What is known of a diverged batch: which rows it held and where it went wrong.
//!
//! In scaled units, for the engine knows no others.

use std::fmt;
use std::ops::Range;

use crate::window::Batch;

/// Rows that are shown of a batch at the most, those with the largest values.
const MOST_SLOTS: usize = 8;

/// A diverged batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Divergence {
    /// Epoch, from 1.
    pub epoch: usize,
    /// Batch, from 1; the last of its epoch where validation found it.
    pub batch: usize,
    /// Whether it was one of validation.
    pub in_validation: bool,
    /// The loss; it may be a number where its gradient is none.
    pub loss: f64,
    /// Norm of the gradient before the clip, where it came so far.
    pub gradient_norm: Option<f64>,
    /// Where it began: the forecast, or the part of the network whose gradient is no number.
    pub place: String,
    /// The windows or chunks of the batch that hold the largest values, largest first.
    pub slots: Vec<DivergedSlot>,
}

/// One window or chunk of such a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct DivergedSlot {
    /// Its input rows.
    pub rows: Range<usize>,
    /// Their values as the network was given them.
    pub inputs: Vec<f32>,
    /// Its targets, from the row after its first output on; NaN where masked.
    pub targets: Vec<f32>,
}

impl DivergedSlot {
    /// Its largest value, whatever its sign.
    fn largest(&self) -> f32 {
        let values = self.inputs.iter().chain(&self.targets);
        values.filter(|value| !value.is_nan()).fold(0.0, |most, value| value.abs().max(most))
    }
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { epoch, batch, loss, .. } = self;
        let what = match self.gradient_norm {
            Some(norm) => format!("the norm of the gradient became {norm}"),
            None => format!("the loss became {loss}"),
        };
        let part = if self.in_validation { "after batch" } else { "batch" };
        write!(f, "{what} in epoch {epoch}, {part} {batch} ({})", self.place)?;
        if let Some(slot) = self.slots.first() {
            let Range { start, end } = slot.rows;
            write!(f, "; the largest value of the batch is near rows {} to {end}", start + 1)?;
        }
        Ok(())
    }
}

/// The windows or chunks of a batch with the largest values; `rows` are the input rows of each.
pub fn largest_slots(
    batch: &Batch,
    rows: impl Iterator<Item = Option<Range<usize>>>,
) -> Vec<DivergedSlot> {
    let inputs = batch.inputs.len() / batch.size.max(1);
    let features = (inputs / batch.steps.max(1)).max(1);
    let targets = batch.targets.len() / batch.size.max(1);
    let horizon = targets / batch.outputs.max(1);
    let mut slots: Vec<DivergedSlot> = rows
        .enumerate()
        .filter_map(|(slot, rows)| {
            let rows = rows?;
            let values = batch.inputs[slot * inputs..(slot + 1) * inputs].iter();
            let inputs = values.step_by(features).copied().take(rows.len()).collect();
            let known = slot * targets..(slot + 1) * targets;
            let pairs = batch.targets[known.clone()].iter().zip(&batch.mask[known]);
            let all: Vec<f32> =
                pairs.map(|(&value, &mask)| if mask > 0.0 { value } else { f32::NAN }).collect();
            // The first of each output, and all of the last: every row after the first once.
            let firsts = all.chunks(horizon.max(1)).filter_map(|output| output.first());
            let rest = all.chunks(horizon.max(1)).last().unwrap_or(&[]).iter().skip(1);
            let targets = firsts.chain(rest).copied().collect();
            Some(DivergedSlot { rows, inputs, targets })
        })
        .collect();
    slots.sort_by(|a, b| b.largest().total_cmp(&a.largest()));
    slots.truncate(MOST_SLOTS);
    slots
}
