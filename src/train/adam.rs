//! Adam (Kingma and Ba 2015, algorithm 1), with the moments open to whoever saves them.

use candle_core::backprop::GradStore;
use candle_core::{CpuStorage, Error, InplaceOp2, InplaceOp3, Layout, Result, Tensor, Var};

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
    /// Steps taken.
    step: i32,
    /// First and second moment of each parameter, shaped as it is.
    moments: Vec<Moments>,
}

/// Running means of a parameter's gradient and its square.
#[derive(Debug, Clone)]
pub struct Moments {
    /// Mean of the gradient.
    pub first: Tensor,
    /// Mean of its square.
    pub second: Tensor,
}

impl Adam {
    /// An optimiser for these parameters, always passed in the same order.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn new(parameters: &[&Var], learning_rate: f64) -> Result<Self> {
        let moments = parameters
            .iter()
            .map(|parameter| {
                let (first, second) = (parameter.zeros_like()?, parameter.zeros_like()?);
                Ok(Moments { first, second })
            })
            .collect::<Result<_>>()?;
        Ok(Self { learning_rate, step: 0, moments })
    }

    /// Moments of each parameter, in order.
    pub fn moments(&self) -> &[Moments] {
        &self.moments
    }

    /// Moves the parameters one step against their gradients, each multiplied by
    /// `gradient_factor` (the clip). Parameters without a gradient stay.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn step(
        &mut self,
        parameters: &[&Var],
        gradients: &GradStore,
        gradient_factor: f64,
    ) -> Result<()> {
        self.step = self.step.saturating_add(1);
        let correction_1 = 1.0 - BETA_1.powi(self.step);
        let correction_2 = 1.0 - BETA_2.powi(self.step);
        let update = Update {
            // Algorithm 1's bias corrections moved out of the loop, as at the end of section 2;
            // epsilon moves with them, so the step is that of the algorithm.
            rate: narrow(self.learning_rate * correction_2.sqrt() / correction_1),
            epsilon: narrow(EPSILON * correction_2.sqrt()),
        };
        for (parameter, moments) in parameters.iter().zip(&self.moments) {
            let Some(gradient) = gradients.get(parameter) else { continue };
            let gradient = gradient.contiguous()?;
            let first =
                Decay { weight: narrow(1.0 - BETA_1), factor: narrow(gradient_factor), power: 1 };
            let second =
                Decay { weight: narrow(1.0 - BETA_2), factor: narrow(gradient_factor), power: 2 };
            moments.first.inplace_op2(&gradient, &first)?;
            moments.second.inplace_op2(&gradient, &second)?;
            parameter.as_tensor().inplace_op3(&moments.first, &moments.second, &update)?;
        }
        Ok(())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "weights and their steps are f32")]
const fn narrow(value: f64) -> f32 {
    value as f32
}

/// `moment = (1 - weight) moment + weight (factor gradient)^power`, where `weight` is 1 - beta taken
/// in f64: in f32 that difference is off by 5e-5 for the second moment.
struct Decay {
    weight: f32,
    factor: f32,
    power: i32,
}

impl InplaceOp2 for Decay {
    fn name(&self) -> &'static str {
        "adam-moment"
    }

    fn cpu_fwd(
        &self,
        moment: &mut CpuStorage,
        moment_layout: &Layout,
        gradient: &CpuStorage,
        gradient_layout: &Layout,
    ) -> Result<()> {
        let gradient = values(gradient, gradient_layout)?;
        for (moment, gradient) in values_mut(moment, moment_layout)?.iter_mut().zip(gradient) {
            let gradient = self.factor * gradient;
            let target = if self.power == 1 { gradient } else { gradient * gradient };
            *moment += self.weight * (target - *moment);
        }
        Ok(())
    }
}

/// `parameter -= rate first / (sqrt(second) + epsilon)`
struct Update {
    rate: f32,
    epsilon: f32,
}

impl InplaceOp3 for Update {
    fn name(&self) -> &'static str {
        "adam-update"
    }

    fn cpu_fwd(
        &self,
        parameter: &mut CpuStorage,
        parameter_layout: &Layout,
        first: &CpuStorage,
        first_layout: &Layout,
        second: &CpuStorage,
        second_layout: &Layout,
    ) -> Result<()> {
        let moments = values(first, first_layout)?.iter().zip(values(second, second_layout)?);
        let parameters = values_mut(parameter, parameter_layout)?;
        for (parameter, (first, second)) in parameters.iter_mut().zip(moments) {
            *parameter -= self.rate * first / (second.sqrt() + self.epsilon);
        }
        Ok(())
    }
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
///
/// # Errors
/// As the tensor library's.
pub fn global_norm(parameters: &[&Var], gradients: &GradStore) -> Result<f64> {
    let mut sum = 0.0;
    for parameter in parameters {
        let Some(gradient) = gradients.get(parameter) else { continue };
        let (storage, layout) = gradient.storage_and_layout();
        let candle_core::Storage::Cpu(storage) = &*storage else {
            return Err(Error::Msg("Adam's gradients are on the CPU".to_owned()));
        };
        let squares = values(storage, layout)?.iter().map(|&g| f64::from(g) * f64::from(g));
        sum += squares.sum::<f64>();
    }
    Ok(sum.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Device;

    /// The algorithm as the paper prints it, in f64.
    fn paper(mut x: f64, gradient_of: impl Fn(f64) -> f64, steps: i32, rate: f64) -> f64 {
        let (mut m, mut v) = (0.0, 0.0);
        for t in 1..=steps {
            let g = gradient_of(x);
            m = BETA_1 * m + (1.0 - BETA_1) * g;
            v = BETA_2 * v + (1.0 - BETA_2) * g * g;
            let (m_hat, v_hat) = (m / (1.0 - BETA_1.powi(t)), v / (1.0 - BETA_2.powi(t)));
            x -= rate * m_hat / (v_hat.sqrt() + EPSILON);
        }
        x
    }

    #[test]
    fn follows_the_paper() {
        let x = Var::new(&[3.0_f32, -2.0], &Device::Cpu).unwrap();
        let mut adam = Adam::new(&[&x], 0.1).unwrap();
        for _ in 0..20 {
            let gradients = x.sqr().unwrap().sum_all().unwrap().backward().unwrap();
            adam.step(&[&x], &gradients, 1.0).unwrap();
        }
        let found = x.to_vec1::<f32>().unwrap();
        for (found, start) in found.into_iter().zip([3.0, -2.0]) {
            let expected = paper(start, |x| 2.0 * x, 20, 0.1);
            // Twenty steps, each rounded to f32 at a size of about 3.
            assert!((f64::from(found) - expected).abs() < 1e-5, "{found} for {expected}");
        }
        assert_eq!(adam.moments()[0].first.dims(), [2]);
    }

    #[test]
    fn the_norm_spans_all_parameters() {
        let x = Var::new(&[3.0_f32], &Device::Cpu).unwrap();
        let y = Var::new(&[4.0_f32, 0.0], &Device::Cpu).unwrap();
        let loss =
            (x.sqr().unwrap().sum_all().unwrap() + y.sqr().unwrap().sum_all().unwrap()).unwrap();
        let gradients = loss.backward().unwrap();
        assert_eq!(global_norm(&[&x, &y], &gradients).unwrap(), 10.0);
    }
}
