//! The kernels as one candle operation, with its own derivative.
//!
//! Inputs: `[steps, batch, features]`, the layer's flat parameters, and optionally the states to
//! begin with, `[states, batch, hidden]`. The values that backward needs stay with the operation, in
//! memory that is used again by the next call.

use std::sync::{Arc, Mutex, PoisonError};

use candle_core::{
    CpuStorage, CustomOp2, CustomOp3, Device, Error, Layout, Result, Shape, Tensor, bail,
};

use super::call::{Call, Start};
use super::gradients::{Gradients, OutputGradient};
use super::isa::Isa;
use super::memory::{Loan, Workspace};
use super::shape::LayerShape;
use super::storage::{contiguous, on_cpu};
use crate::cancellation::Cancellation;

/// Which states the operation returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// The hidden state after the last step taken, `[batch, hidden]`: what the head needs.
    Last,
    /// All hidden states in order of time, `[steps, batch, hidden]`: what a further layer needs.
    Sequence,
    /// As [`Self::Sequence`], and for LSTM the memory after the last step taken behind them:
    /// `[steps + 1, batch, hidden]`.
    Everything,
}

/// How a layer is applied to one batch.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Sizes of the layer.
    pub shape: LayerShape,
    /// What is returned.
    pub output: Output,
    /// Whether backward computes the gradient of the input: does anything before this layer learn?
    pub input_gradient: bool,
    /// `[batch, hidden]`: multiplied into the state before the recurrent product, at every step.
    pub mask: Option<Arc<[f32]>>,
    /// Vectors to compute with.
    pub isa: Isa,
}

/// A recurrent layer applied to one batch.
#[derive(Debug)]
pub struct RecurrentOperation {
    settings: Settings,
    workspace: Workspace,
    saved: Mutex<Option<Loan>>,
}

/// Gradients of what the operation was given.
struct Found {
    parameters: Vec<f32>,
    input: Option<Vec<f32>>,
    start: Option<Vec<f32>>,
}

impl RecurrentOperation {
    /// An operation for one call.
    pub fn new(settings: Settings, workspace: &Workspace) -> Self {
        Self { settings, workspace: workspace.clone(), saved: Mutex::new(None) }
    }

    fn call<'a>(
        &'a self,
        dims: &[usize],
        input: &'a [f32],
        parameters: &'a [f32],
        start: Option<&'a [f32]>,
    ) -> Result<Call<'a>> {
        let Settings { shape, isa, .. } = self.settings;
        let mask = self.settings.mask.as_deref();
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
            Some((hidden, memory)) => Start::Given { hidden, memory, fresh: &[] },
            None => Start::Own,
        };
        Ok(Call { isa, shape, steps, batch, input, parameters, start, mask })
    }

    /// The values inside the layer that the forward pass before computed, to be looked at: `[steps,
    /// batch, kinds, hidden]`, the kinds as [`Cell::inside`](crate::nn::Cell::inside) names them.
    ///
    /// # Errors
    /// Where no forward pass of `steps` and `batch` came before, or they were taken already.
    pub fn take_values(&self, steps: usize, batch: usize) -> Result<Tensor> {
        let saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner).take();
        let LayerShape { cell, hidden, .. } = self.settings.shape;
        let len = steps * batch * hidden;
        let Some(mut saved) =
            saved.filter(|saved| saved.get_ref().is_some_and(|saved| saved.hidden.len() == len))
        else {
            bail!("a recurrent layer has no values of {steps} steps of {batch} rows to show")
        };
        let saved = saved.get();
        let gates = if cell.gates() == 1 { 0 } else { cell.gates() };
        let width = self.settings.shape.saved_blocks() * hidden;
        let mut values = Vec::with_capacity(steps * batch * cell.inside().len() * hidden);
        for row in 0..steps * batch {
            values.extend_from_slice(&saved.gates[row * width..][..gates * hidden]);
            if cell.has_memory() {
                values.extend_from_slice(&saved.memory[row * hidden..][..hidden]);
            }
            values.extend_from_slice(&saved.hidden[row * hidden..][..hidden]);
        }
        Tensor::from_vec(values, (steps, batch, cell.inside().len(), hidden), &Device::Cpu)
    }

    fn forward(&self, call: &Call<'_>) -> Result<(CpuStorage, Shape)> {
        let mut loan = self.workspace.take();
        let saved = loan.get();
        call.forward(saved, &Cancellation::never()).map_err(Error::wrap)?;
        let (steps, batch, hidden) = (call.steps, call.batch, call.shape.hidden);
        let last = call.last_step() * call.state_len()..(call.last_step() + 1) * call.state_len();
        let (values, shape) = match self.settings.output {
            Output::Last => (saved.hidden[last].to_vec(), Shape::from((batch, hidden))),
            Output::Everything if call.shape.cell.has_memory() => {
                let values = [&saved.hidden[..], &saved.memory[last]].concat();
                (values, Shape::from((steps + 1, batch, hidden)))
            }
            Output::Sequence | Output::Everything => {
                (saved.hidden.to_vec(), Shape::from((steps, batch, hidden)))
            }
        };
        *self.saved.lock().unwrap_or_else(PoisonError::into_inner) = Some(loan);
        Ok((CpuStorage::F32(values), shape))
    }

    fn backward(
        &self,
        input: &Tensor,
        parameters: &Tensor,
        start: Option<&Tensor>,
        gradient: &Tensor,
    ) -> Result<Found> {
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
            last_only: self.settings.output == Output::Last,
            memory: Some(states.1).filter(|memory| !memory.is_empty()),
        };
        let mut parameters = vec![0.0; call.parameters.len()];
        let mut input = self.settings.input_gradient.then(|| vec![0.0; call.input.len()]);
        let wanted = Gradients {
            parameters: &mut parameters,
            input: input.as_deref_mut(),
            start: start.is_some(),
        };
        let memory = saved.get();
        call.backward(memory, &gradient, wanted, &Cancellation::never()).map_err(Error::wrap)?;
        let start = start.is_some().then(|| memory.d_start.to_vec());
        Ok(Found { parameters, input, start })
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
