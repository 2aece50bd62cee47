//! Adam (Kingma and Ba 2015) and `AdamW` (Loshchilov and Hutter 2019).

use super::{Clip, Slices, narrow};
use crate::nn::kernels::AdamStep;

/// Decay of the first moment (section 2 of the paper; PyTorch's default).
pub const BETA_1: f64 = 0.9;
/// Decay of the second moment.
pub const BETA_2: f64 = 0.999;
/// Keeps the step finite where the second moment is zero.
pub const EPSILON: f64 = 1e-8;

/// How weights decay.
#[derive(Debug, Clone, Copy)]
pub struct Decay {
    /// What every weight is multiplied by first.
    factor: f32,
    /// Share of each weight that is added to its gradient.
    added: f32,
}

impl Decay {
    /// Added to the gradient, as Adam does.
    pub const fn added(decay: f64) -> Self {
        Self { factor: 1.0, added: narrow(decay) }
    }

    /// Apart from the gradient, as `AdamW` does.
    pub const fn apart(rate: f64, decay: f64) -> Self {
        Self { factor: narrow(1.0 - rate * decay), added: 0.0 }
    }
}

/// The numbers of step `steps` for the fused pass over clipped gradients. The bias corrections of
/// algorithm 1 are moved out of the loop, as at the end of section 2; epsilon moves with them, so the
/// step is that of the algorithm.
pub fn fused_step(steps: i32, rate: f64, decay: f64, gradient_factor: f32) -> AdamStep {
    let correction_1 = 1.0 - BETA_1.powi(steps);
    let correction_2 = 1.0 - BETA_2.powi(steps);
    AdamStep {
        gradient_factor,
        first_weight: narrow(1.0 - BETA_1),
        second_weight: narrow(1.0 - BETA_2),
        rate: narrow(rate * correction_2.sqrt() / correction_1),
        epsilon: narrow(EPSILON * correction_2.sqrt()),
        decay: narrow(1.0 - rate * decay),
    }
}

/// Step `steps` with a clip on each value, or decay added to the gradient.
pub fn step(slices: Slices<'_>, steps: i32, rate: f64, decay: Decay, clip: Clip) {
    let AdamStep { first_weight, second_weight, rate, epsilon, .. } =
        fused_step(steps, rate, 0.0, 1.0);
    let Slices { weights, gradient, first, second } = slices;
    for (((weight, &gradient), first), second) in
        weights.iter_mut().zip(gradient).zip(first).zip(second)
    {
        let gradient = clip.apply(gradient) + decay.added * *weight;
        *first += first_weight * (gradient - *first);
        *second += second_weight * (gradient * gradient - *second);
        *weight = decay.factor * *weight - rate * *first / (second.sqrt() + epsilon);
    }
}
