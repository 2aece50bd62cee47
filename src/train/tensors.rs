//! Windows of a batch as the network's tensors.

use candle_core::{Device, Result, Tensor};

use crate::nn::Inputs;
use crate::window::Batch;

/// The inputs of a batch.
#[derive(Debug, Clone)]
pub struct InputTensors {
    /// `[batch, lookback, 1 + known]`
    steps: Tensor,
    /// `[batch, horizon, known]`, where anything is known.
    ahead: Option<Tensor>,
}

impl InputTensors {
    /// Copies the inputs of a batch of windows of `lookback` and `horizon` rows, at least one each.
    ///
    /// # Errors
    /// Where the batch holds windows of other lengths.
    pub fn new(batch: &Batch, lookback: usize, horizon: usize) -> Result<Self> {
        let (size, device) = (batch.size, &Device::Cpu);
        let known = batch.ahead.len() / (size * horizon).max(1);
        let steps = Tensor::from_slice(&batch.inputs, (size, lookback, 1 + known), device)?;
        let ahead = match known {
            0 => None,
            _ => Some(Tensor::from_slice(&batch.ahead, (size, horizon, known), device)?),
        };
        Ok(Self { steps, ahead })
    }

    /// What the network is given.
    pub const fn inputs(&self) -> Inputs<'_> {
        Inputs { steps: &self.steps, ahead: self.ahead.as_ref() }
    }
}
