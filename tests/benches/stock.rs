//! A recurrent layer made of the tensor library's own operations, step by step, as its `rnn` module
//! makes one: what the fused kernels are compared with.
//!
//! Both products, the transposes and the gates are done again at every step. The logistic function is
//! one operation with a derivative of its own, as there.

use std::sync::{Mutex, PoisonError};

use candle_core::backprop::GradStore;
use candle_core::{
    CpuStorage, CustomOp1, Device, InplaceOp1, Layout, Result, Shape, Tensor, Var, bail,
};
use tidegate::nn::Cell;
use tidegate::train::optimizer::{Descent, norm_of};

/// One layer and a linear head of one output.
pub struct Layer {
    cell: Cell,
    hidden: usize,
    weight_ih: Var,
    weight_hh: Var,
    bias_ih: Var,
    bias_hh: Var,
    head: Var,
}

struct Logistic;

impl CustomOp1 for Logistic {
    fn name(&self) -> &'static str {
        "logistic"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let Some((start, end)) = layout.contiguous_offsets() else { bail!("contiguous values") };
        let values = storage.as_slice::<f32>()?[start..end].iter();
        let values = values.map(|value| 1.0 / (1.0 + (-value).exp())).collect();
        Ok((CpuStorage::F32(values), layout.shape().clone()))
    }

    fn bwd(&self, _: &Tensor, result: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let slope = (result - result.sqr()?)?;
        Ok(Some((gradient * slope)?))
    }
}

fn logistic(values: &Tensor) -> Result<Tensor> {
    values.contiguous()?.apply_op1(Logistic)
}

/// Moves one parameter in its place.
struct Move<'a> {
    descent: Mutex<&'a mut Descent>,
    index: usize,
    gradient: &'a [f32],
}

impl InplaceOp1 for Move<'_> {
    fn name(&self) -> &'static str {
        "move"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, _: &Layout) -> Result<()> {
        let CpuStorage::F32(weights) = storage else { bail!("weights are f32") };
        let mut descent = self.descent.lock().unwrap_or_else(PoisonError::into_inner);
        descent.update(self.index, weights, self.gradient);
        Ok(())
    }
}

/// Moves the parameters along gradients of the tensor library.
pub fn descend(parameters: &[&Var], gradients: &GradStore, descent: &mut Descent) -> Result<()> {
    let of = |parameter: &&Var| match gradients.get(parameter) {
        Some(gradient) => gradient.flatten_all()?.to_vec1::<f32>(),
        None => bail!("a parameter without a gradient"),
    };
    let gradients = parameters.iter().map(of).collect::<Result<Vec<_>>>()?;
    descent.begin(1e-3, norm_of(gradients.iter().map(Vec::as_slice)));
    for ((index, parameter), gradient) in parameters.iter().enumerate().zip(&gradients) {
        let step = Move { descent: Mutex::new(descent), index, gradient };
        parameter.as_tensor().inplace_op1(&step)?;
    }
    Ok(())
}

impl Layer {
    /// A layer with small weights.
    pub fn new(cell: Cell, features: usize, hidden: usize) -> Result<Self> {
        let rows = cell.gates() * hidden;
        let weights = |rows, columns| Var::rand(-0.1_f32, 0.1, (rows, columns), &Device::Cpu);
        Ok(Self {
            cell,
            hidden,
            weight_ih: weights(rows, features)?,
            weight_hh: weights(rows, hidden)?,
            bias_ih: weights(1, rows)?,
            bias_hh: weights(1, rows)?,
            head: weights(1, hidden)?,
        })
    }

    /// Everything that learns.
    pub fn parameters(&self) -> Vec<&Var> {
        let Self { weight_ih, weight_hh, bias_ih, bias_hh, head, .. } = self;
        vec![weight_ih, weight_hh, bias_ih, bias_hh, head]
    }

    /// `[batch, steps, features]` to `[batch, 1]`.
    pub fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let (batch, steps, _) = input.dims3()?;
        let mut h = Tensor::zeros((batch, self.hidden), input.dtype(), input.device())?;
        let mut c = h.clone();
        for step in 0..steps {
            let x = input.narrow(1, step, 1)?.squeeze(1)?.contiguous()?;
            let from_input = x.matmul(&self.weight_ih.t()?)?.broadcast_add(&self.bias_ih)?;
            let from_state = h.matmul(&self.weight_hh.t()?)?.broadcast_add(&self.bias_hh)?;
            h = if self.cell == Cell::Lstm {
                let gates = (from_input + from_state)?.chunk(4, 1)?;
                let (i, f) = (logistic(&gates[0])?, logistic(&gates[1])?);
                let (g, o) = (gates[2].tanh()?, logistic(&gates[3])?);
                c = ((f * &c)? + (i * g)?)?;
                (o * c.tanh()?)?
            } else {
                let (x, u) = (from_input.chunk(3, 1)?, from_state.chunk(3, 1)?);
                let r = logistic(&(&x[0] + &u[0])?)?;
                let z = logistic(&(&x[1] + &u[1])?)?;
                let n = (&x[2] + (r * &u[2])?)?.tanh()?;
                ((&z * h)? - ((&z - 1.0)? * n)?)?
            };
        }
        h.matmul(&self.head.t()?)
    }
}
