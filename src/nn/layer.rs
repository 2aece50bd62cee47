//! One recurrent layer: its parameters, and its kernel applied.

use candle_core::{Device, Result, Tensor, Var};

use super::kernels::{LayerShape, Output, RecurrentOperation, Workspace};
use super::random::InitialWeights;

/// A recurrent layer whose parameters are one flat vector (as cuDNN keeps them), so that the kernel
/// and the optimiser each see one tensor.
#[derive(Debug)]
pub struct RecurrentLayer {
    shape: LayerShape,
    parameters: Var,
    workspace: Workspace,
}

impl RecurrentLayer {
    /// A layer with PyTorch's initial distribution, uniform in `±1 / sqrt(hidden)`.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn new(shape: LayerShape, weights: &mut InitialWeights) -> Result<Self> {
        let values = weights.uniform(shape.parameter_count(), shape.hidden);
        let parameters = Var::from_vec(values, shape.parameter_count(), &Device::Cpu)?;
        Ok(Self { shape, parameters, workspace: Workspace::default() })
    }

    /// The flat parameters.
    pub const fn parameters(&self) -> &Var {
        &self.parameters
    }

    /// Runs over `[steps, batch, features]` and keeps what backward needs. `input_gradient` says
    /// whether anything before this layer learns.
    ///
    /// # Errors
    /// Where the input has another number of features.
    pub fn forward_training(
        &self,
        input: &Tensor,
        output: Output,
        input_gradient: bool,
    ) -> Result<Tensor> {
        let operation =
            RecurrentOperation::new(self.shape, output, input_gradient, &self.workspace);
        input.contiguous()?.apply_op2(self.parameters.as_tensor(), operation)
    }

    /// Runs over `[steps, batch, features]` without a way back.
    ///
    /// # Errors
    /// Where the input has another number of features.
    pub fn forward(&self, input: &Tensor, output: Output) -> Result<Tensor> {
        let operation = RecurrentOperation::new(self.shape, output, false, &self.workspace);
        input.contiguous()?.apply_op2_no_bwd(self.parameters.as_tensor(), &operation)
    }

    /// Parameters by PyTorch's names for layer `index`, in PyTorch's shapes.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn named_parameters(&self, index: usize) -> Result<Vec<(String, Tensor)>> {
        let (blocks, shape) = (self.shape.blocks(), self.shape);
        let rows = shape.gate_rows();
        let block = |range: &std::ops::Range<usize>| {
            self.parameters.as_tensor().detach().narrow(0, range.start, range.len())
        };
        Ok(vec![
            (
                format!("weight_ih_l{index}"),
                block(&blocks.weight_ih)?.reshape((rows, shape.features))?,
            ),
            (
                format!("weight_hh_l{index}"),
                block(&blocks.weight_hh)?.reshape((rows, shape.hidden))?,
            ),
            (format!("bias_ih_l{index}"), block(&blocks.bias_ih)?),
            (format!("bias_hh_l{index}"), block(&blocks.bias_hh)?),
        ])
    }
}
