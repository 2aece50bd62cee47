//! The network: recurrent layers, and the head, a linear map from the last hidden state to all values of
//! the horizon at once.
//!
//! Direct multi-step forecasting (Ben Taieb et al. 2012): no forecast is fed back as input, so
//! errors do not feed on each other and the path need not flatten out.
//!
//! What is known of a row of the horizon beforehand is added to that row's forecast by a second
//! linear map, the same for every row, as regressors are in a dynamic regression. Joined to the state
//! instead, every row would have weights for every other row's dates: `horizon` times as many, all
//! pulling one way in a step of Adam.

use std::cell::RefCell;

use candle_core::{CpuStorage, DType, Device, InplaceOp1, Layout, Tensor, Var, bail};

use super::kernels::checked_len;
use super::random::InitialWeights;
use super::stack::RecurrentStack;
use super::{ModelConfig, NetworkError};
use crate::cancellation::Cancellation;

/// A recurrent network that maps a window to all values of the horizon at once.
#[derive(Debug)]
pub struct Network {
    recurrent: RecurrentStack,
    head: Head,
}

impl Network {
    /// A network for windows of `features` values a step and `horizon` targets. The seed decides
    /// every weight.
    ///
    /// # Errors
    /// Where a size is zero.
    pub fn new(
        config: &ModelConfig,
        features: usize,
        horizon: usize,
        seed: u64,
    ) -> candle_core::Result<Self> {
        Ok(Self::build(config, (features, 0), horizon, seed, &Cancellation::never())?)
    }

    /// A network for one value a step with `known` numbers beside it, which are given for each row
    /// of the horizon too. The seed decides every weight; with no known number they are those of
    /// [`Self::new`].
    ///
    /// # Errors
    /// Where another size is zero.
    pub fn with_known(
        config: &ModelConfig,
        known: usize,
        horizon: usize,
        seed: u64,
    ) -> candle_core::Result<Self> {
        Ok(Self::with_known_unless(config, known, horizon, seed, &Cancellation::never())?)
    }

    /// As [`Self::with_known`]; the weights of a large network take long.
    ///
    /// # Errors
    /// As [`Self::with_known`], and where it is cancelled.
    pub fn with_known_unless(
        config: &ModelConfig,
        known: usize,
        horizon: usize,
        seed: u64,
        cancel: &Cancellation<'_>,
    ) -> Result<Self, NetworkError> {
        Self::build(config, (known.saturating_add(1), known), horizon, seed, cancel)
    }

    fn build(
        config: &ModelConfig,
        (features, known): (usize, usize),
        horizon: usize,
        seed: u64,
        cancel: &Cancellation<'_>,
    ) -> Result<Self, NetworkError> {
        check_head(config, horizon)?;
        let mut weights = InitialWeights::new(seed, cancel);
        let recurrent = RecurrentStack::new(config, features, &mut weights)?;
        let width = config.directions() * config.hidden_size;
        Ok(Self { recurrent, head: Head::new(width, horizon, known, &mut weights)? })
    }

    pub const fn recurrent(&self) -> &RecurrentStack {
        &self.recurrent
    }

    /// Every trained tensor, layers first.
    pub fn parameters(&self) -> Vec<&Var> {
        self.each_parameter().collect()
    }

    /// As [`Self::parameters`], one by one.
    pub(super) fn each_parameter(&self) -> impl Iterator<Item = &Var> {
        let layers = self.recurrent.parameters();
        layers.chain([self.head.weight(), self.head.bias()]).chain(self.head.known())
    }

    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// Changes every parameter in place: `change` is given its index among [`Self::parameters`] and its
    /// values.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn update(&self, mut change: impl FnMut(usize, &mut [f32])) -> candle_core::Result<()> {
        for (index, parameter) in self.each_parameter().enumerate() {
            let change = ParameterChange(RefCell::new(|values: &mut [f32]| change(index, values)));
            parameter.as_tensor().inplace_op1(&change)?;
        }
        Ok(())
    }

    /// Exchanges every parameter with values of the same length, in the order of [`Self::parameters`];
    /// nothing is copied.
    ///
    /// # Errors
    /// Where there are fewer of them or one has another length; the parameters before it are exchanged.
    pub fn exchange(&self, values: &mut [Vec<f32>]) -> candle_core::Result<()> {
        for (index, parameter) in self.each_parameter().enumerate() {
            let Some(values) = values.get_mut(index) else {
                bail!("weights of too few parameters")
            };
            let exchange = ParameterExchange(RefCell::new(values));
            parameter.as_tensor().inplace_op1(&exchange)?;
        }
        Ok(())
    }

    /// Number of weights, counted as PyTorch does: both biases of a recurrent layer.
    pub fn parameter_count(&self) -> usize {
        self.parameters().iter().map(|parameter| parameter.elem_count()).sum()
    }

    /// Weights by PyTorch's names and in its shapes, the head's as `head.weight` and `head.bias`,
    /// and `head.known.weight` where there are known inputs.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn named_parameters(&self) -> candle_core::Result<Vec<(String, Tensor)>> {
        let mut named = self.recurrent.named_parameters()?;
        named.push(("head.weight".to_owned(), self.head.weight().as_tensor().detach()));
        named.push(("head.bias".to_owned(), self.head.bias().as_tensor().detach()));
        if let Some(known) = self.head.known() {
            named.push(("head.known.weight".to_owned(), known.as_tensor().detach()));
        }
        Ok(named)
    }

    /// Copies every weight into memory that may be that of an earlier copy, a vector for each parameter.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn copy_weights(&self, into: &mut Vec<Vec<f32>>) -> candle_core::Result<()> {
        self.update(|index, weights| {
            if into.len() <= index {
                into.push(vec![0.0; weights.len()]);
            }
            into[index].copy_from_slice(weights);
        })
    }
}

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
    ) -> Result<Self, NetworkError> {
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

fn check_head(config: &ModelConfig, horizon: usize) -> candle_core::Result<()> {
    if horizon == 0 {
        bail!("a network needs at least one value to forecast; got a horizon of 0")
    }
    if checked_len(&[config.directions(), config.hidden_size, horizon]).is_none() {
        bail!("a head of {horizon} values has more weights than any memory")
    }
    Ok(())
}

/// A change of a parameter as the tensor library's operation in place.
struct ParameterChange<F>(RefCell<F>);

impl<F: FnMut(&mut [f32])> InplaceOp1 for ParameterChange<F> {
    fn name(&self) -> &'static str {
        "change-parameter"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> candle_core::Result<()> {
        let Some((start, end)) = layout.contiguous_offsets() else {
            bail!("a parameter is not contiguous")
        };
        let CpuStorage::F32(values) = storage else { bail!("a parameter is not f32") };
        (self.0.borrow_mut())(&mut values[start..end]);
        Ok(())
    }
}

/// An exchange of a parameter with other values, likewise.
struct ParameterExchange<'a>(RefCell<&'a mut Vec<f32>>);

impl InplaceOp1 for ParameterExchange<'_> {
    fn name(&self) -> &'static str {
        "exchange-parameter"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> candle_core::Result<()> {
        let CpuStorage::F32(values) = storage else { bail!("a parameter is not f32") };
        let mut others = self.0.borrow_mut();
        let others: &mut Vec<f32> = &mut others;
        if layout.contiguous_offsets() != Some((0, values.len())) || others.len() != values.len() {
            bail!("a parameter of {} values cannot be exchanged for {}", values.len(), others.len())
        }
        std::mem::swap(values, others);
        Ok(())
    }
}
