//! Adam (Kingma and Ba 2015) and `AdamW` (Loshchilov and Hutter 2019), clip included, with the
//! moments open to whoever saves them.

use candle_core::backprop::GradStore;
use candle_core::{CpuStorage, Error, InplaceOp2, Layout, Result, Storage, Tensor, Var};
use std::sync::Mutex;

use crate::nn::Network;
use crate::nn::kernels::{AdamSlices, AdamStep, adam_step, sum_of_squares};

/// Decay of the first moment (section 2 of the paper; PyTorch's default).
const BETA_1: f64 = 0.9;
/// Decay of the second moment.
const BETA_2: f64 = 0.999;
/// Keeps the step finite where the second moment is zero.
const EPSILON: f64 = 1e-8;

/// The optimiser's state.
#[derive(Debug)]
pub struct Adam {
    learning_rate: f64,
    weight_decay: f64,
    /// Steps taken.
    step: i32,
    /// First and second moment of each parameter.
    moments: Vec<Moments>,
}

/// Running means of a parameter's gradient and its square, as long as the parameter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Moments {
    /// Mean of the gradient.
    pub first: Vec<f32>,
    /// Mean of its square.
    pub second: Vec<f32>,
}

impl Adam {
    /// An optimiser for these parameters, always passed in the same order. A weight decay above 0
    /// makes it `AdamW`.
    pub fn new(parameters: &[&Var], learning_rate: f64, weight_decay: f64) -> Self {
        let zeros = |parameter: &&Var| vec![0.0; parameter.elem_count()];
        let moments = parameters
            .iter()
            .map(|parameter| Moments { first: zeros(parameter), second: zeros(parameter) });
        Self { learning_rate, weight_decay, step: 0, moments: moments.collect() }
    }

    /// Moments of each parameter, in order.
    pub fn moments(&self) -> &[Moments] {
        &self.moments
    }

    /// Moves the parameters one step against their gradients, which are shortened to the norm `clip`
    /// where they are longer (all parameters together; 0 for no clip), each parameter in one pass.
    /// Parameters without a gradient stay. Returns the norm before the clip; where that is no
    /// number, nothing is moved.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn step(&mut self, parameters: &[&Var], gradients: &GradStore, clip: f64) -> Result<f64> {
        let gradients: Vec<Option<Tensor>> = parameters
            .iter()
            .map(|parameter| gradients.get(parameter).map(Tensor::contiguous).transpose())
            .collect::<Result<_>>()?;
        let norm = global_norm(&gradients)?;
        if !norm.is_finite() {
            return Ok(norm);
        }
        let factor = if norm > clip && clip > 0.0 { clip / norm } else { 1.0 };
        let step = self.next_step(factor);
        for ((parameter, gradient), moments) in
            parameters.iter().zip(&gradients).zip(&mut self.moments)
        {
            if let Some(gradient) = gradient {
                let update = Update { step, moments: Mutex::new(moments) };
                parameter.as_tensor().inplace_op2(gradient, &update)?;
            }
        }
        Ok(norm)
    }

    /// As [`Self::step`], for the gradients of a [`Pass`](crate::nn::Pass) over `network`.
    ///
    /// # Errors
    /// Where the network is not the one that the optimiser was made for.
    pub fn update(&mut self, network: &Network, gradients: &[Vec<f32>], clip: f64) -> Result<f64> {
        let lengths = gradients.iter().map(Vec::len);
        if !lengths.eq(self.moments.iter().map(|moments| moments.first.len())) {
            return Err(Error::Msg("Adam was given other parameters than before".to_owned()));
        }
        let norm = gradients.iter().map(|values| sum_of_squares(values)).sum::<f64>().sqrt();
        if !norm.is_finite() {
            return Ok(norm);
        }
        let factor = if norm > clip && clip > 0.0 { clip / norm } else { 1.0 };
        let step = self.next_step(factor);
        let moments = &mut self.moments;
        network.update(|index, weights| {
            let Some(Moments { first, second }) = moments.get_mut(index) else { return };
            let gradient = &gradients[index];
            adam_step(&step, AdamSlices { weights, gradient, first, second });
        })?;
        Ok(norm)
    }

    /// The numbers of the next step. The bias corrections of algorithm 1 are moved out of the loop,
    /// as at the end of section 2; epsilon moves with them, so the step is that of the algorithm.
    fn next_step(&mut self, gradient_factor: f64) -> AdamStep {
        self.step = self.step.saturating_add(1);
        let correction_1 = 1.0 - BETA_1.powi(self.step);
        let correction_2 = 1.0 - BETA_2.powi(self.step);
        AdamStep {
            gradient_factor: narrow(gradient_factor),
            first_weight: narrow(1.0 - BETA_1),
            second_weight: narrow(1.0 - BETA_2),
            rate: narrow(self.learning_rate * correction_2.sqrt() / correction_1),
            epsilon: narrow(EPSILON * correction_2.sqrt()),
            decay: narrow(1.0 - self.learning_rate * self.weight_decay),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "weights and their steps are f32")]
const fn narrow(value: f64) -> f32 {
    value as f32
}

/// The step as an operation on a parameter and its gradient; the moments come along.
struct Update<'a> {
    step: AdamStep,
    moments: Mutex<&'a mut Moments>,
}

impl InplaceOp2 for Update<'_> {
    fn name(&self) -> &'static str {
        "adam"
    }

    fn cpu_fwd(
        &self,
        parameter: &mut CpuStorage,
        parameter_layout: &Layout,
        gradient: &CpuStorage,
        gradient_layout: &Layout,
    ) -> Result<()> {
        let gradient = values(gradient, gradient_layout)?;
        let weights = values_mut(parameter, parameter_layout)?;
        let mut moments = self.moments.lock().map_err(|_| lost())?;
        let Moments { first, second } = &mut **moments;
        if [gradient.len(), first.len(), second.len()] != [weights.len(); 3] {
            return Err(Error::Msg("Adam was given other parameters than before".to_owned()));
        }
        adam_step(&self.step, AdamSlices { weights, gradient, first, second });
        Ok(())
    }
}

fn lost() -> Error {
    Error::Msg("Adam's moments were lost in an earlier failure".to_owned())
}

fn values<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    let (start, end) =
        layout.contiguous_offsets().ok_or(Error::RequiresContiguous { op: "adam" })?;
    Ok(&storage.as_slice::<f32>()?[start..end])
}

fn values_mut<'a>(storage: &'a mut CpuStorage, layout: &Layout) -> Result<&'a mut [f32]> {
    let (start, end) =
        layout.contiguous_offsets().ok_or(Error::RequiresContiguous { op: "adam" })?;
    match storage {
        CpuStorage::F32(values) => Ok(&mut values[start..end]),
        _ => Err(Error::Msg("Adam's parameters are f32".to_owned())),
    }
}

/// Norm of all gradients together, `sqrt(sum g^2)`, in f64.
fn global_norm(gradients: &[Option<Tensor>]) -> Result<f64> {
    let mut sum = 0.0;
    for gradient in gradients.iter().flatten() {
        let (storage, layout) = gradient.storage_and_layout();
        let Storage::Cpu(storage) = &*storage else {
            return Err(Error::Msg("Adam's gradients are on the CPU".to_owned()));
        };
        sum += sum_of_squares(values(storage, layout)?);
    }
    Ok(sum.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{Dropout, ModelConfig, Pass, PassInputs};
    use candle_core::Device;

    /// The algorithm as the papers print it, in f64.
    fn paper(
        mut x: f64,
        gradient_of: impl Fn(f64) -> f64,
        steps: i32,
        (rate, decay): (f64, f64),
    ) -> f64 {
        let (mut m, mut v) = (0.0, 0.0);
        for t in 1..=steps {
            let g = gradient_of(x);
            m = BETA_1 * m + (1.0 - BETA_1) * g;
            v = BETA_2 * v + (1.0 - BETA_2) * g * g;
            let (m_hat, v_hat) = (m / (1.0 - BETA_1.powi(t)), v / (1.0 - BETA_2.powi(t)));
            x -= rate * (m_hat / (v_hat.sqrt() + EPSILON) + decay * x);
        }
        x
    }

    #[test]
    fn follows_the_papers() {
        for decay in [0.0, 0.1] {
            let x = Var::new(&[3.0_f32, -2.0], &Device::Cpu).unwrap();
            let mut adam = Adam::new(&[&x], 0.1, decay);
            for _ in 0..20 {
                let gradients = x.sqr().unwrap().sum_all().unwrap().backward().unwrap();
                adam.step(&[&x], &gradients, 0.0).unwrap();
            }
            let found = x.to_vec1::<f32>().unwrap();
            for (found, start) in found.into_iter().zip([3.0, -2.0]) {
                let expected = paper(start, |x| 2.0 * x, 20, (0.1, decay));
                // Twenty steps, each rounded to f32 at a size of about 3.
                assert!((f64::from(found) - expected).abs() < 1e-5, "{found} for {expected}");
            }
            assert_eq!(adam.moments()[0].first.len(), 2);
        }
    }

    #[test]
    fn the_norm_spans_all_parameters_and_clips() {
        let x = Var::new(&[3.0_f32], &Device::Cpu).unwrap();
        let y = Var::new(&[4.0_f32, 0.0], &Device::Cpu).unwrap();
        let mut adam = Adam::new(&[&x, &y], 0.1, 0.0);
        let loss =
            (x.sqr().unwrap().sum_all().unwrap() + y.sqr().unwrap().sum_all().unwrap()).unwrap();
        let gradients = loss.backward().unwrap();
        assert_eq!(adam.step(&[&x, &y], &gradients, 5.0).unwrap(), 10.0);
        // The gradient was (6, 8, 0), halved by the clip; the first moment is a tenth of it.
        assert!((adam.moments()[0].first[0] - 0.3).abs() < 1e-6);
        assert!((adam.moments()[1].first[0] - 0.4).abs() < 1e-6);
    }

    #[test]
    fn gradients_of_a_pass_move_a_network_as_a_graphs_do() {
        let config = ModelConfig { hidden_size: 4, ..ModelConfig::default() };
        let new = || Network::new(&config, 1, 2, 1).unwrap();
        let (by_graph, by_pass) = (new(), new());
        let mut graph_adam = Adam::new(&by_graph.parameters(), 0.1, 0.1);
        let mut pass_adam = Adam::new(&by_pass.parameters(), 0.1, 0.1);
        let inputs = Tensor::from_slice(&[1.0_f32, 2.0, 3.0], (1, 3, 1), &Device::Cpu).unwrap();
        let mut pass = Pass::new(&by_pass);
        let values = [1.0, 2.0, 3.0];
        let given =
            PassInputs { batch: 1, steps: 3, steps_values: &values, ..PassInputs::default() };
        for _ in 0..3 {
            let mut dropout = Dropout::new(0.0, 1);
            let forecast = by_graph.forward_training(&inputs, &mut dropout).unwrap();
            let gradients = forecast.sum_all().unwrap().backward().unwrap();
            let norm = graph_adam.step(&by_graph.parameters(), &gradients, 0.5).unwrap();
            pass.forward(&by_pass, &given, Some(&mut dropout)).unwrap();
            pass.backward(&by_pass, &[1.0; 2]).unwrap();
            let found = pass_adam.update(&by_pass, pass.gradients(), 0.5).unwrap();
            assert!((found - norm).abs() < 1e-6 * norm, "{found} for {norm}");
        }
        let (found, expected) = (by_pass.named_parameters(), by_graph.named_parameters());
        for ((name, found), (_, expected)) in found.unwrap().iter().zip(expected.unwrap()) {
            let difference = (found - expected).unwrap().abs().unwrap().max_all().unwrap();
            assert!(difference.to_scalar::<f32>().unwrap() < 1e-6, "{name}");
        }
        assert!(pass_adam.update(&by_pass, &pass.gradients()[1..], 0.5).is_err());
    }

    #[test]
    fn a_gradient_that_is_no_number_moves_nothing() {
        let x = Var::new(&[1.0_f32], &Device::Cpu).unwrap();
        let mut adam = Adam::new(&[&x], 0.1, 0.0);
        let loss = (x.as_tensor() * f64::INFINITY).unwrap().sum_all().unwrap();
        let norm = adam.step(&[&x], &loss.backward().unwrap(), 1.0).unwrap();
        assert!(!norm.is_finite());
        assert_eq!(x.to_vec1::<f32>().unwrap(), [1.0]);
    }
}
