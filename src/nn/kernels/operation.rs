//! The kernels as one candle operation, with its own derivative.
//!
//! Inputs: `[steps, batch, features]` and the layer's flat parameters. The values that backward
//! needs stay with the operation, in memory that is used again by the next call.

use std::sync::{Mutex, PoisonError};

use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor, bail};

use super::sequence::{Call, Saved};
use super::shape::LayerShape;
use super::storage::{contiguous, on_cpu};
use super::workspace::Workspace;

/// Which hidden states the operation returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// All, `[steps, batch, hidden]`: what a further layer needs.
    Sequence,
    /// The last, `[batch, hidden]`: what the head needs.
    Last,
}

/// A recurrent layer applied to one batch.
#[derive(Debug)]
pub struct RecurrentOperation {
    shape: LayerShape,
    output: Output,
    /// Whether backward computes the gradient of the input.
    input_gradient: bool,
    workspace: Workspace,
    saved: Mutex<Option<Saved>>,
}

impl RecurrentOperation {
    /// An operation for one call. `input_gradient` says whether anything before this layer learns.
    pub fn new(
        shape: LayerShape,
        output: Output,
        input_gradient: bool,
        workspace: &Workspace,
    ) -> Self {
        let saved = Mutex::new(None);
        Self { shape, output, input_gradient, workspace: workspace.clone(), saved }
    }

    fn call<'a>(
        &'a self,
        dims: &[usize],
        input: &'a [f32],
        parameters: &'a [f32],
    ) -> Result<Call<'a>> {
        let shape = self.shape;
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
        if steps == 0 || batch == 0 {
            bail!("a recurrent layer needs at least one step and one row, got {dims:?}")
        }
        Ok(Call { shape, steps, batch, input, parameters, workspace: &self.workspace })
    }
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
        let dims = input_layout.dims();
        let input = contiguous(input, input_layout)?;
        let call = self.call(dims, input, contiguous(parameters, parameter_layout)?)?;
        let saved = call.forward();
        let (steps, batch, hidden) = (call.steps, call.batch, self.shape.hidden);
        let (values, shape) = match self.output {
            Output::Sequence => (saved.hidden.to_vec(), Shape::from((steps, batch, hidden))),
            Output::Last => {
                let last = &saved.hidden[(steps - 1) * batch * hidden..];
                (last.to_vec(), Shape::from((batch, hidden)))
            }
        };
        *self.saved.lock().unwrap_or_else(PoisonError::into_inner) = Some(saved);
        Ok((CpuStorage::F32(values), shape))
    }

    fn bwd(
        &self,
        input: &Tensor,
        parameters: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(saved) = saved else { bail!("a recurrent layer's backward ran twice") };
        let gradient = gradient.contiguous()?;
        let gradients = {
            let (input_storage, input_layout) = input.storage_and_layout();
            let (parameter_storage, parameter_layout) = parameters.storage_and_layout();
            let (gradient_storage, gradient_layout) = gradient.storage_and_layout();
            let call = self.call(
                input.dims(),
                contiguous(on_cpu(&input_storage)?, input_layout)?,
                contiguous(on_cpu(&parameter_storage)?, parameter_layout)?,
            )?;
            let gradient = contiguous(on_cpu(&gradient_storage)?, gradient_layout)?;
            call.backward(saved, gradient, self.input_gradient)
        };
        let device = input.device();
        let parameters = Tensor::from_vec(gradients.parameters, parameters.shape(), device)?;
        let input = match gradients.input {
            Some(values) => Some(Tensor::from_vec(values, input.shape(), device)?),
            None => None,
        };
        Ok((input, Some(parameters)))
    }
}
