//! The head: a linear map from the last hidden state to all values of the horizon at once.
//!
//! Direct multi-step forecasting (Ben Taieb et al. 2012): no forecast is fed back as input, so
//! errors do not feed on each other and the path need not flatten out.

use candle_core::{Device, Result, Tensor, Var};

use super::kernels::DenseOperation;
use super::random::InitialWeights;

/// A linear layer, as `torch.nn.Linear(hidden, horizon)`.
#[derive(Debug)]
pub struct Head {
    weight: Var,
    bias: Var,
}

impl Head {
    /// A head with PyTorch's initial distribution, uniform in `±1 / sqrt(hidden)`.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn new(hidden: usize, horizon: usize, weights: &mut InitialWeights) -> Result<Self> {
        let device = &Device::Cpu;
        let weight = weights.uniform(horizon * hidden, hidden);
        let bias = weights.uniform(horizon, hidden);
        Ok(Self {
            weight: Var::from_vec(weight, (horizon, hidden), device)?,
            bias: Var::from_vec(bias, horizon, device)?,
        })
    }

    /// `[batch, hidden]` to `[batch, horizon]`.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn forward(&self, state: &Tensor) -> Result<Tensor> {
        let (weight, bias) = (self.weight.as_tensor(), self.bias.as_tensor());
        state.contiguous()?.apply_op3(weight, bias, DenseOperation)
    }

    /// `[horizon, hidden]`
    pub const fn weight(&self) -> &Var {
        &self.weight
    }

    /// `[horizon]`
    pub const fn bias(&self) -> &Var {
        &self.bias
    }
}
