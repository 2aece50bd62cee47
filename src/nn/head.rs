//! The head: a linear map from the last hidden state to all values of the horizon at once.
//!
//! Direct multi-step forecasting (Ben Taieb et al. 2012): no forecast is fed back as input, so
//! errors do not feed on each other and the path need not flatten out.
//!
//! What is known of a row of the horizon beforehand is added to that row's forecast by a second
//! linear map, the same for every row, as regressors are in a dynamic regression. Joined to the state
//! instead, every row would have weights for every other row's dates: `horizon` times as many, all
//! pulling one way in a step of Adam.

use candle_core::{DType, Device, Result, Tensor, Var, bail};

use super::NetworkError;
use super::kernels::DenseOperation;
use super::random::InitialWeights;

/// A linear layer, as `torch.nn.Linear(hidden, horizon)`, and where there are known inputs
/// `torch.nn.Linear(known, 1, bias=False)` of each row's.
#[derive(Debug)]
pub struct Head {
    weight: Var,
    bias: Var,
    known: Option<Var>,
}

impl Head {
    /// A head with PyTorch's initial distribution, uniform in `±1 / sqrt(hidden)`. The weights of
    /// `known` inputs begin at zero: learning starts from the network that has none.
    ///
    /// # Errors
    /// As the tensor library's, and where it is cancelled.
    pub fn new(
        hidden: usize,
        horizon: usize,
        known: usize,
        weights: &mut InitialWeights<'_>,
    ) -> std::result::Result<Self, NetworkError> {
        let device = &Device::Cpu;
        let weight = weights.uniform(horizon * hidden, hidden)?;
        let bias = weights.uniform(horizon, hidden)?;
        Ok(Self {
            weight: Var::from_vec(weight, (horizon, hidden), device)?,
            bias: Var::from_vec(bias, horizon, device)?,
            known: match known {
                0 => None,
                known => Some(Var::zeros((1, known), DType::F32, device)?),
            },
        })
    }

    /// `[batch, hidden]`, and `[batch, horizon, known]` where there are known inputs, to
    /// `[batch, horizon]`.
    ///
    /// # Errors
    /// Where known inputs are missing, too many or unasked for.
    pub fn forward(&self, state: &Tensor, ahead: Option<&Tensor>) -> Result<Tensor> {
        let (weight, bias) = (self.weight.as_tensor(), self.bias.as_tensor());
        let forecast = state.contiguous()?.apply_op3(weight, bias, DenseOperation)?;
        match (&self.known, ahead) {
            (None, None) => Ok(forecast),
            (Some(known), Some(ahead)) => {
                let (batch, horizon, width) = ahead.dims3()?;
                let rows = ahead.reshape((batch * horizon, width))?;
                forecast + rows.matmul(&known.as_tensor().t()?)?.reshape((batch, horizon))?
            }
            (Some(known), None) => {
                bail!("the network needs {} known inputs a row, got none", known.elem_count())
            }
            (None, Some(_)) => bail!("the network takes no known inputs"),
        }
    }

    /// `[horizon, hidden]`
    pub const fn weight(&self) -> &Var {
        &self.weight
    }

    /// `[horizon]`
    pub const fn bias(&self) -> &Var {
        &self.bias
    }

    /// `[1, known]`, where there are known inputs.
    pub const fn known(&self) -> Option<&Var> {
        self.known.as_ref()
    }
}
