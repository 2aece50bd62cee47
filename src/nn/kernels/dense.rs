//! A linear layer as one candle operation.
//!
//! The library's own product asks the system for its number of processors on every call, which
//! costs a small network more than its arithmetic.

use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor, bail};

use super::isa::Isa;
use super::matrix::{Cores, Matrix, MatrixMut, Write, multiply};
use super::pass::add_rows;
use super::storage::{contiguous, on_cpu};

/// `input weight^T + bias` for an input of `[batch, inputs]`, a weight of `[outputs, inputs]` and a
/// bias of `[outputs]`, all contiguous.
#[derive(Debug, Clone, Copy)]
pub struct DenseOperation;

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
        let Sizes { batch, inputs, outputs } =
            sizes(input_layout.dims(), weight_layout.dims(), bias_layout.dims())?;
        let mut values = contiguous(bias, bias_layout)?.repeat(batch);
        multiply(
            MatrixMut::new(&mut values, batch, outputs, outputs),
            Matrix::new(contiguous(input, input_layout)?, batch, inputs, inputs),
            Matrix::new(contiguous(weight, weight_layout)?, outputs, inputs, inputs).transposed(),
            Write::Add,
            Cores::One,
        );
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
            let by_row = Matrix::new(gradient, batch, outputs, outputs);
            multiply(
                MatrixMut::new(&mut d_input, batch, inputs, inputs),
                by_row,
                Matrix::new(weight, outputs, inputs, inputs),
                Write::Replace,
                Cores::One,
            );
            multiply(
                MatrixMut::new(&mut d_weight, outputs, inputs, inputs),
                by_row.transposed(),
                Matrix::new(input, batch, inputs, inputs),
                Write::Replace,
                Cores::One,
            );
            add_rows(Isa::widest(), &mut d_bias, gradient);
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
