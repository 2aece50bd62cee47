//! The loss of a batch and its gradient, in one pass over plain slices.
//!
//! A missing target has no part in the loss, and so none in any gradient. Not for scores: those are
//! taken in the series' units (`evaluate`).

mod huber;
mod mae;
mod mse;
mod pinball;
mod smape;

use super::{Loss, TrainConfig};

/// The loss of a batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Criterion {
    loss: Loss,
}

/// What a batch should have been forecast as, `[batch, outputs, horizon]`, row-major.
#[derive(Debug, Clone, Copy)]
pub struct Targets<'a> {
    /// Values, anything where masked.
    pub values: &'a [f32],
    /// 1 for a known target, 0 for a missing one.
    pub mask: &'a [f32],
    /// How many are known.
    pub known: usize,
    /// What is added to forecast and target before they are compared as shares of their size, one
    /// for each `horizon` of them; empty for 0.
    pub offsets: &'a [f32],
}

impl Criterion {
    /// The loss that training makes small.
    pub const fn new(config: &TrainConfig) -> Self {
        Self { loss: config.loss }
    }

    /// The mean loss over the known targets; 0 where there is none.
    pub fn mean(&self, forecast: &[f32], targets: &Targets<'_>) -> f64 {
        self.over(forecast, targets, |_, _| {})
    }

    /// As [`Self::mean`], with its gradient with respect to each forecast, 0 where masked.
    pub fn gradient(&self, forecast: &[f32], targets: &Targets<'_>, into: &mut [f32]) -> f64 {
        let share = share_of(targets.known);
        self.over(forecast, targets, |place, slope| into[place] = slope * share)
    }

    /// The mean loss, telling `take` the slope at every place.
    fn over(&self, forecast: &[f32], targets: &Targets<'_>, take: impl FnMut(usize, f32)) -> f64 {
        match self.loss {
            Loss::Mse => mean(forecast, targets, take, |_, f, y| mse::at(f, y)),
            Loss::Mae => mean(forecast, targets, take, |_, f, y| mae::at(f, y)),
            Loss::Huber { delta } => {
                let delta = narrow(delta);
                mean(forecast, targets, take, |_, f, y| huber::at(f, y, delta))
            }
            Loss::Pinball { level } => {
                let level = narrow(level);
                mean(forecast, targets, take, |_, f, y| pinball::at(f, y, level))
            }
            Loss::Smape => {
                let group = targets.values.len() / targets.offsets.len().max(1);
                mean(forecast, targets, take, |place, f, y| {
                    let offset = targets.offsets.get(place / group.max(1)).copied().unwrap_or(0.0);
                    smape::at(f + offset, y + offset)
                })
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "losses are taken in f32, as forecasts are")]
const fn narrow(parameter: f64) -> f32 {
    parameter as f32
}

/// Mean over known targets of a loss, given with its slope for each pair of forecast and target. A
/// forecast that is masked is not looked at: it may be anything.
fn mean(
    forecast: &[f32],
    targets: &Targets<'_>,
    mut take: impl FnMut(usize, f32),
    at: impl Fn(usize, f32, f32) -> (f32, f32),
) -> f64 {
    let mut sum = 0.0;
    let known = targets.values.iter().zip(targets.mask);
    for ((place, &forecast), (&target, &mask)) in forecast.iter().enumerate().zip(known) {
        if mask > 0.0 {
            let (loss, slope) = at(place, forecast, target);
            sum += f64::from(loss);
            take(place, slope);
        } else {
            take(place, 0.0);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a batch has far fewer than 2^53 targets")]
    let count = targets.known.max(1) as f64;
    sum / count
}

#[expect(clippy::cast_precision_loss, reason = "a share of at most 2^24 targets is exact enough")]
fn share_of(known: usize) -> f32 {
    1.0 / known.max(1) as f32
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
