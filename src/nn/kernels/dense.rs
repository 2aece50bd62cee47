//! A linear layer as one candle operation.
//!
//! The library's own product asks the system for its number of processors on every call, which
//! costs a small network more than its arithmetic.

use candle_core::{CpuStorage, CustomOp3, Error, Layout, Result, Shape, Tensor, bail};

use super::isa::Isa;
use super::matrix::{Matrix, MatrixMut, Write};
use super::multiply::{Cores, multiply};
use super::pass::add_rows;
use super::shape::checked_len;
use super::storage::{contiguous, on_cpu};
use crate::cancellation::{Cancellation, Cancelled};

/// `input weight^T + bias` for an input of `[batch, inputs]`, a weight of `[outputs, inputs]` and a
/// bias of `[outputs]`, all contiguous.
#[derive(Debug, Clone, Copy)]
pub struct DenseOperation;

/// `input weight^T + bias`, the number of rows and columns told by the lengths of the slices.
///
/// # Errors
/// Where it is cancelled.
///
/// # Panics
/// Where the lengths do not agree, which would be a mistake in the caller.
pub fn dense(
    out: &mut [f32],
    input: &[f32],
    weight: &[f32],
    bias: &[f32],
    cancel: &Cancellation<'_>,
) -> std::result::Result<(), Cancelled> {
    let outputs = bias.len();
    let (batch, inputs) = (out.len() / outputs.max(1), weight.len() / outputs.max(1));
    for row in out.chunks_exact_mut(outputs.max(1)) {
        row.copy_from_slice(bias);
    }
    let out = MatrixMut::new(out, batch, outputs, outputs);
    let input = Matrix::new(input, batch, inputs, inputs);
    let weight = Matrix::new(weight, outputs, inputs, inputs).transposed();
    multiply(Isa::widest(), out, input, weight, Write::Add, Cores::One, cancel);
    cancel.polled()
}

/// Where the gradients of a linear layer go.
#[derive(Debug)]
pub struct DenseGradients<'a> {
    /// `[batch, inputs]`
    pub input: &'a mut [f32],
    /// `[outputs, inputs]`
    pub weight: &'a mut [f32],
    /// `[outputs]`
    pub bias: &'a mut [f32],
}

/// The gradients of [`dense`], given that of its result.
///
/// # Errors
/// As [`dense`].
///
/// # Panics
/// As [`dense`].
pub fn dense_backward(
    gradients: DenseGradients<'_>,
    input: &[f32],
    weight: &[f32],
    gradient: &[f32],
    cancel: &Cancellation<'_>,
) -> std::result::Result<(), Cancelled> {
    let DenseGradients { input: d_input, weight: d_weight, bias: d_bias } = gradients;
    let (isa, outputs) = (Isa::widest(), d_bias.len());
    let (batch, inputs) = (gradient.len() / outputs.max(1), weight.len() / outputs.max(1));
    let by_row = Matrix::new(gradient, batch, outputs, outputs);
    let product = |out: &mut [f32], left: Matrix<'_>, right| {
        let out = MatrixMut::new(out, left.rows, inputs, inputs);
        multiply(isa, out, left, right, Write::Replace, Cores::One, cancel);
    };
    product(d_input, by_row, Matrix::new(weight, outputs, inputs, inputs));
    product(d_weight, by_row.transposed(), Matrix::new(input, batch, inputs, inputs));
    d_bias.fill(0.0);
    add_rows(isa, d_bias, gradient);
    cancel.polled()
}

#[derive(Clone, Copy)]
struct Sizes {
    batch: usize,
    inputs: usize,
    outputs: usize,
}

fn sizes(input: &[usize], weight: &[usize], bias: &[usize]) -> Result<Sizes> {
    match (input, weight, bias) {
        (&[batch, inputs], &[outputs, columns], &[rows])
            if columns == inputs && rows == outputs =>
        {
            Ok(Sizes { batch, inputs, outputs })
        }
        _ => bail!("a linear layer of {weight:?} and {bias:?} got an input of {input:?}"),
    }
}

impl CustomOp3 for DenseOperation {
    fn name(&self) -> &'static str {
        "dense-layer"
    }

    fn cpu_fwd(
        &self,
        input: &CpuStorage,
        input_layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let Sizes { batch, outputs, .. } =
            sizes(input_layout.dims(), weight_layout.dims(), bias_layout.dims())?;
        let Some(len) = checked_len(&[batch, outputs]) else {
            bail!("{batch} rows of {outputs} values are more than any memory")
        };
        let mut values = vec![0.0; len];
        dense(
            &mut values,
            contiguous(input, input_layout)?,
            contiguous(weight, weight_layout)?,
            contiguous(bias, bias_layout)?,
            &Cancellation::never(),
        )
        .map_err(Error::wrap)?;
        Ok((CpuStorage::F32(values), Shape::from((batch, outputs))))
    }

    fn bwd(
        &self,
        input: &Tensor,
        weight: &Tensor,
        bias: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let gradient = gradient.contiguous()?;
        let Sizes { batch, inputs, outputs } = sizes(input.dims(), weight.dims(), bias.dims())?;
        let mut d_input = vec![0.0; batch * inputs];
        let mut d_weight = vec![0.0; outputs * inputs];
        let mut d_bias = vec![0.0; outputs];
        {
            let (gradient_storage, gradient_layout) = gradient.storage_and_layout();
            let (input_storage, input_layout) = input.storage_and_layout();
            let (weight_storage, weight_layout) = weight.storage_and_layout();
            let gradient = contiguous(on_cpu(&gradient_storage)?, gradient_layout)?;
            let input = contiguous(on_cpu(&input_storage)?, input_layout)?;
            let weight = contiguous(on_cpu(&weight_storage)?, weight_layout)?;
            let gradients =
                DenseGradients { input: &mut d_input, weight: &mut d_weight, bias: &mut d_bias };
            dense_backward(gradients, input, weight, gradient, &Cancellation::never())
                .map_err(Error::wrap)?;
        }
        let device = input.device();
        Ok((
            Some(Tensor::from_vec(d_input, input.shape(), device)?),
            Some(Tensor::from_vec(d_weight, weight.shape(), device)?),
            Some(Tensor::from_vec(d_bias, bias.shape(), device)?),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::{Device, Var};

    #[test]
    fn values_and_gradients_are_those_of_plain_tensor_operations() {
        let device = &Device::Cpu;
        let wave =
            |len: u8| (0..len).map(|index| (f32::from(index) * 0.7).sin()).collect::<Vec<_>>();
        let input = Var::from_vec(wave(15), (5, 3), device).unwrap();
        let weight = Var::from_vec(wave(6), (2, 3), device).unwrap();
        let bias = Var::from_vec(wave(2), 2, device).unwrap();
        let fused = input.apply_op3(weight.as_tensor(), bias.as_tensor(), DenseOperation).unwrap();
        let plain = input.matmul(&weight.t().unwrap()).unwrap().broadcast_add(&bias).unwrap();
        let gradients =
            |result: &Tensor| result.sqr().unwrap().sum_all().unwrap().backward().unwrap();
        let (found, expected) = (gradients(&fused), gradients(&plain));
        let close = |found: &Tensor, expected: &Tensor| {
            let difference = (found - expected).unwrap().abs().unwrap().max_all().unwrap();
            // Sums of five products of size about 1, in another order.
            assert!(difference.to_scalar::<f32>().unwrap() < 2e-6);
        };
        close(&fused, &plain);
        for variable in [&input, &weight, &bias] {
            close(found.get(variable).unwrap(), expected.get(variable).unwrap());
        }
        let wrong = Tensor::ones((5, 4), candle_core::DType::F32, device).unwrap();
        assert!(wrong.apply_op3(weight.as_tensor(), bias.as_tensor(), DenseOperation).is_err());
    }
}
