//! A recurrent layer as one candle operation, with its own gradient.
//!
//! Inputs: `[steps, batch, features]`, the layer's flat parameters, and optionally the states to
//! begin with, `[states, batch, hidden]`. candle's `backward` goes through it as through any other
//! operation. Not for the training engine, which calls the kernels directly (`pass`).
//!
//! ```
//! use candle_core::{DType, Device, Tensor, Var};
//! use tidegate::nn::Cell;
//! use tidegate::nn::fused::{LayerShape, FusedOutput, RecurrentOperation};
//!
//! let shape = LayerShape {
//!     cell: Cell::Gru,
//!     features: 3,
//!     hidden: 8,
//!     bias: true,
//!     reverse: false,
//!     learned_start: false,
//! };
//! let input = Tensor::ones((5, 2, 3), DType::F32, &Device::Cpu)?; // [steps, batch, features]
//! let parameters = Var::ones(shape.parameter_count(), DType::F32, &Device::Cpu)?;
//! let operation = RecurrentOperation::new(shape, FusedOutput::Last);
//! let last = input.apply_op2(parameters.as_tensor(), operation)?;
//! assert_eq!(last.dims(), [2, 8]); // [batch, hidden]
//! let gradients = last.sum_all()?.backward()?;
//! assert_eq!(gradients.get(&parameters).map(Tensor::dims), Some(parameters.dims()));
//! # Ok::<(), candle_core::Error>(())
//! ```

use std::sync::{Arc, Mutex, PoisonError};

use candle_core::{
    CpuStorage, CustomOp2, CustomOp3, Error, Layout, Result, Shape, Storage, Tensor, bail,
};

use super::kernels::{Call, Gradients, Isa, LayerMemory, OutputGradient, StartStates};
use crate::cancellation::Cancellation;

pub use super::kernels::{LayerShape, ParameterBlocks};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FusedOutput {
    /// The hidden state after the last step taken, `[batch, hidden]`: what the head needs.
    Last,
    /// All hidden states in order of time, `[steps, batch, hidden]`: what a further layer needs.
    Sequence,
    /// As [`Self::Sequence`], and for LSTM the memory after the last step taken behind them:
    /// `[steps + 1, batch, hidden]`.
    Everything,
}

/// A recurrent layer applied to one batch.
#[derive(Debug)]
pub struct RecurrentOperation {
    shape: LayerShape,
    output: FusedOutput,
    /// Whether backward computes the gradient of the input: does anything before this layer learn?
    pub(super) input_gradient: bool,
    /// `[batch, hidden]`
    pub(super) mask: Option<Arc<[f32]>>,
    pub(super) isa: Isa,
    /// What the forward pass keeps for backward.
    saved: Mutex<Option<LayerMemory>>,
}

/// Gradients of what the operation was given.
struct OperationGradients {
    parameters: Vec<f32>,
    input: Option<Vec<f32>>,
    start: Option<Vec<f32>>,
}

impl RecurrentOperation {
    /// An operation for one call.
    pub fn new(shape: LayerShape, output: FusedOutput) -> Self {
        let saved = Mutex::new(None);
        Self { shape, output, input_gradient: true, mask: None, isa: Isa::widest(), saved }
    }

    /// The same with variational dropout of the state: `[batch, hidden]` factors, multiplied into the
    /// state before the recurrent product at every step.
    #[must_use]
    pub fn with_mask(self, mask: Arc<[f32]>) -> Self {
        Self { mask: Some(mask), ..self }
    }

    fn call<'a>(
        &'a self,
        dims: &[usize],
        input: &'a [f32],
        parameters: &'a [f32],
        start: Option<&'a [f32]>,
    ) -> Result<Call<'a>> {
        let Self { shape, isa, .. } = *self;
        let mask = self.mask.as_deref();
        let &[steps, batch, features] = dims else {
            bail!("a recurrent layer takes [steps, batch, features], got {dims:?}")
        };
        if features != shape.features || parameters.len() != shape.parameter_count() {
            bail!(
                "a layer of {} features and {} parameters got {features} features, {} parameters",
                shape.features,
                shape.parameter_count(),
                parameters.len()
            )
        }
        if steps == 0 || batch == 0 || shape.hidden == 0 {
            bail!("a recurrent layer needs at least one step, row and unit, got {dims:?}")
        }
        if !shape.has_room(steps, batch) {
            bail!(
                "{batch} rows of {steps} steps of {} units are more than any memory",
                shape.hidden
            )
        }
        let state_len = batch * shape.hidden;
        if let Some(start) = start
            && start.len() != shape.states() * state_len
        {
            bail!(
                "a layer of {} units begins with [{}, {batch}, {}] state values, got {}",
                shape.hidden,
                shape.states(),
                shape.hidden,
                start.len()
            )
        }
        if let Some(mask) = mask
            && mask.len() != state_len
        {
            bail!("a mask of [{batch}, {}] values is needed, got {}", shape.hidden, mask.len())
        }
        let start = match start.map(|start| start.split_at(state_len)) {
            Some((hidden, memory)) => StartStates::Given { hidden, memory, fresh: &[] },
            None => StartStates::Own,
        };
        Ok(Call { isa, shape, steps, batch, input, parameters, start, mask })
    }

    fn forward(&self, call: &Call<'_>) -> Result<(CpuStorage, Shape)> {
        let mut saved = LayerMemory::default();
        call.forward(&mut saved, &Cancellation::never()).map_err(Error::wrap)?;
        let (steps, batch, hidden) = (call.steps, call.batch, call.shape.hidden);
        let last = call.last_step() * call.state_len()..(call.last_step() + 1) * call.state_len();
        let (values, shape) = match self.output {
            FusedOutput::Last => (saved.hidden[last].to_vec(), Shape::from((batch, hidden))),
            FusedOutput::Everything if call.shape.cell.has_memory() => {
                let values = [&saved.hidden[..], &saved.memory[last]].concat();
                (values, Shape::from((steps + 1, batch, hidden)))
            }
            FusedOutput::Sequence | FusedOutput::Everything => {
                (saved.hidden.to_vec(), Shape::from((steps, batch, hidden)))
            }
        };
        *self.saved.lock().unwrap_or_else(PoisonError::into_inner) = Some(saved);
        Ok((CpuStorage::F32(values), shape))
    }

    fn backward(
        &self,
        input: &Tensor,
        parameters: &Tensor,
        start: Option<&Tensor>,
        gradient: &Tensor,
    ) -> Result<OperationGradients> {
        let saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut saved) = saved else { bail!("a recurrent layer's backward ran twice") };
        let gradient = gradient.contiguous()?;
        let (input_storage, input_layout) = input.storage_and_layout();
        let (parameter_storage, parameter_layout) = parameters.storage_and_layout();
        let (gradient_storage, gradient_layout) = gradient.storage_and_layout();
        let start = start.map(Tensor::storage_and_layout);
        let start = match &start {
            Some((storage, layout)) => Some(contiguous(on_cpu(storage)?, layout)?),
            None => None,
        };
        let call = self.call(
            input.dims(),
            contiguous(on_cpu(&input_storage)?, input_layout)?,
            contiguous(on_cpu(&parameter_storage)?, parameter_layout)?,
            start,
        )?;
        let gradient = contiguous(on_cpu(&gradient_storage)?, gradient_layout)?;
        let states = gradient.split_at(gradient.len().min(call.steps * call.state_len()));
        let gradient = OutputGradient {
            hidden: states.0,
            last_only: self.output == FusedOutput::Last,
            memory: Some(states.1).filter(|memory| !memory.is_empty()),
        };
        let mut parameters = vec![0.0; call.parameters.len()];
        let mut input = self.input_gradient.then(|| vec![0.0; call.input.len()]);
        let wanted = Gradients {
            parameters: &mut parameters,
            input: input.as_deref_mut(),
            start: start.is_some(),
        };
        call.backward(&mut saved, &gradient, wanted, &Cancellation::never())
            .map_err(Error::wrap)?;
        let start = start.is_some().then(|| saved.d_start.to_vec());
        Ok(OperationGradients { parameters, input, start })
    }
}

fn tensor(values: Option<Vec<f32>>, like: &Tensor) -> Result<Option<Tensor>> {
    values.map(|values| Tensor::from_vec(values, like.shape(), like.device())).transpose()
}

impl CustomOp2 for RecurrentOperation {
    fn name(&self) -> &'static str {
        "recurrent-layer"
    }

    fn cpu_fwd(
        &self,
        input: &CpuStorage,
        input_layout: &Layout,
        parameters: &CpuStorage,
        parameter_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let values = contiguous(input, input_layout)?;
        let parameters = contiguous(parameters, parameter_layout)?;
        self.forward(&self.call(input_layout.dims(), values, parameters, None)?)
    }

    fn bwd(
        &self,
        input: &Tensor,
        parameters: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let gradients = self.backward(input, parameters, None, gradient)?;
        Ok((tensor(gradients.input, input)?, tensor(Some(gradients.parameters), parameters)?))
    }
}

impl CustomOp3 for RecurrentOperation {
    fn name(&self) -> &'static str {
        "recurrent-layer-with-start"
    }

    fn cpu_fwd(
        &self,
        input: &CpuStorage,
        input_layout: &Layout,
        parameters: &CpuStorage,
        parameter_layout: &Layout,
        start: &CpuStorage,
        start_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let values = contiguous(input, input_layout)?;
        let parameters = contiguous(parameters, parameter_layout)?;
        let start = contiguous(start, start_layout)?;
        self.forward(&self.call(input_layout.dims(), values, parameters, Some(start))?)
    }

    fn bwd(
        &self,
        input: &Tensor,
        parameters: &Tensor,
        start: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let gradients = self.backward(input, parameters, Some(start), gradient)?;
        Ok((
            tensor(gradients.input, input)?,
            tensor(Some(gradients.parameters), parameters)?,
            tensor(gradients.start, start)?,
        ))
    }
}

/// The storage, which these kernels need on the CPU.
pub(super) fn on_cpu(storage: &Storage) -> Result<&CpuStorage> {
    match storage {
        Storage::Cpu(storage) => Ok(storage),
        _ => bail!("a CPU kernel was given values that are not on the CPU"),
    }
}

/// The values of a contiguous f32 tensor.
pub(super) fn contiguous<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    let Some((start, end)) = layout.contiguous_offsets() else {
        return Err(Error::RequiresContiguous { op: "fused kernel" });
    };
    Ok(&storage.as_slice::<f32>()?[start..end])
}
