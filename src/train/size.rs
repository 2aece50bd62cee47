//! What a run needs: memory, and the work of one batch. For a look before it begins, not for running.

use super::config::TrainConfig;
use crate::nn::ModelConfig;

/// Values in an f32.
const BYTES: usize = size_of::<f32>();
/// Copies of the weights beside what the optimiser remembers: the network's, their gradient, the best
/// and those before them, those before the last update, and two packed for products.
const COPIES: usize = 7;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchSize {
    /// Windows, or lanes.
    pub rows: usize,
    /// Input rows of each.
    pub steps: usize,
    /// Rows of each that forecast: 1, or all `steps`.
    pub outputs: usize,
    pub horizon: usize,
    /// Numbers known of a row beside its value.
    pub known: usize,
}

/// What one network needs while it is trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunSize {
    pub bytes: usize,
    /// Multiply-adds of the products of one batch, forward and backward.
    pub operations: usize,
}

impl RunSize {
    /// The size of a run of a network of so many `weights`; `usize::MAX` where it is beyond that.
    pub fn new(
        model: &ModelConfig,
        train: &TrainConfig,
        weights: usize,
        batch: &BatchSize,
    ) -> Self {
        let moments = train.optimizer.moments().into_iter().filter(|&is_kept| is_kept).count();
        let of_weights = weights.saturating_mul(COPIES + 2 * moments);
        let values = of_weights.saturating_add(values_of_batch(model, batch));
        // Each weight takes part once a row and step, forward and twice backward.
        let passes = batch.rows.saturating_mul(batch.steps).saturating_mul(3);
        Self { bytes: values.saturating_mul(BYTES), operations: weights.saturating_mul(passes) }
    }
}

/// Values of the buffers of a pass and of the batch itself.
fn values_of_batch(model: &ModelConfig, batch: &BatchSize) -> usize {
    let BatchSize { rows, steps, outputs, horizon, known } = *batch;
    let (hidden, directions) = (model.hidden_size, model.directions());
    // Gates, states, memory, and their gradient.
    let own = model.cell.saved_blocks() + 1 + usize::from(model.cell.has_memory());
    let masked = usize::from(model.recurrent_dropout > 0.0);
    let width = directions.saturating_mul(hidden);
    let dropped = if model.dropout > 0.0 { 2 } else { usize::from(directions > 1) };
    // For each further layer also what it reads, where that is copied, its gradient for each direction,
    // and the gradient of what the one before gave out.
    let further = (dropped + directions + 1).saturating_mul(width);
    let a_step = (own + masked)
        .saturating_mul(width)
        .saturating_mul(model.layers)
        .saturating_add(further.saturating_mul(model.layers.saturating_sub(1)))
        .saturating_add(2 * (1 + known));
    // Scratch of the steps.
    let a_row = 8_usize.saturating_mul(width).saturating_mul(model.layers);
    // What the head reads and its gradient; forecasts twice, their gradient, targets and mask; what is
    // known of them, twice.
    let head = 2 + usize::from(model.dropout > 0.0) + usize::from(outputs > 1);
    let an_output =
        head.saturating_mul(width).saturating_add((5 + 2 * known).saturating_mul(horizon));
    let of_row = a_step
        .saturating_mul(steps)
        .saturating_add(a_row)
        .saturating_add(an_output.saturating_mul(outputs));
    rows.saturating_mul(of_row)
}
