//! Optimisers as PyTorch defines them, on plain slices, with the clip in the same pass and the
//! moments open to whoever saves them.
//!
//! Not for the learning rate of an epoch (`schedule`).

use super::config::{ClipBy, Optimizer, TrainConfig};
use crate::nn::kernels::{AdamSlices, AdamStep, adam_step, sum_of_squares};

/// What an optimiser remembers of one parameter, each as long as it or empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Moments {
    /// Running mean of the gradient (Adam), or the step that momentum carries on (SGD).
    pub first: Vec<f32>,
    /// Running mean of the gradient's square (Adam, `RMSprop`).
    pub second: Vec<f32>,
}

#[derive(Debug, Clone)]
pub struct Descent {
    optimizer: Optimizer,
    weight_decay: f64,
    /// Gradients beyond this are shortened; 0 for no clip.
    pub gradient_clip: f64,
    clip_by: ClipBy,
    steps: i32,
    moments: Vec<Moments>,
    stride: Stride,
}

#[derive(Debug, Clone, Copy, Default)]
struct Stride {
    rate: f64,
    clip: Clip,
}

/// One parameter of a step: its weights, moved; its gradient; what is remembered of it,
/// moved, or empty.
struct Slices<'a> {
    weights: &'a mut [f32],
    gradient: &'a [f32],
    first: &'a mut [f32],
    second: &'a mut [f32],
}

impl Descent {
    /// An optimiser for parameters of these lengths, always passed in the same order.
    pub fn new(config: &TrainConfig, lengths: impl IntoIterator<Item = usize>) -> Self {
        let [first, second] = config.optimizer.moments();
        let zeros = |is_kept: bool, length| vec![0.0; if is_kept { length } else { 0 }];
        let moments = lengths
            .into_iter()
            .map(|length| Moments { first: zeros(first, length), second: zeros(second, length) });
        Self {
            optimizer: config.optimizer,
            weight_decay: config.weight_decay,
            gradient_clip: config.gradient_clip,
            clip_by: config.clip_by,
            steps: 0,
            moments: moments.collect(),
            stride: Stride::default(),
        }
    }

    /// Begins a step of this `rate` along gradients of this `norm` (of [`norm_of`]).
    pub fn begin(&mut self, rate: f64, norm: f64) {
        self.steps = self.steps.saturating_add(1);
        self.stride = Stride { rate, clip: Clip::new(self.clip_by, self.gradient_clip, norm) };
    }

    /// Moves the parameter at `index` one step against its gradient, in one pass. Nothing is moved where
    /// the lengths are not those that the optimiser was made for.
    pub fn update(&mut self, index: usize, weights: &mut [f32], gradient: &[f32]) {
        let Some(moments) = self.moments.get_mut(index) else { return };
        let fits = |length: usize| length == 0 || length == weights.len();
        if gradient.len() != weights.len()
            || !fits(moments.first.len())
            || !fits(moments.second.len())
        {
            return;
        }
        let Stride { rate, clip } = self.stride;
        let (decay, steps) = (self.weight_decay, self.steps);
        let Moments { first, second } = moments;
        if let (Optimizer::AdamW, Some(factor)) = (self.optimizer, clip.factor()) {
            let step = fused_adam(steps, rate, decay, factor);
            return adam_step(&step, AdamSlices { weights, gradient, first, second });
        }
        let slices = Slices { weights, gradient, first, second };
        match self.optimizer {
            Optimizer::AdamW => {
                adam(slices, steps, rate, Decay::apart(rate, decay), clip);
            }
            Optimizer::Adam => adam(slices, steps, rate, Decay::added(decay), clip),
            Optimizer::Sgd { momentum } => sgd(slices, rate, momentum, decay, clip),
            Optimizer::RmsProp => rms_prop(slices, rate, decay, clip),
        }
    }

    pub const fn steps(&self) -> i32 {
        self.steps
    }

    /// What is remembered of each parameter, in order.
    pub fn moments(&self) -> &[Moments] {
        &self.moments
    }

    /// Takes over steps and moments of a run before; false, and nothing is changed, where they are
    /// of other parameters or another optimiser.
    #[must_use]
    pub fn restore(&mut self, steps: i32, moments: &[Moments]) -> bool {
        let lengths = |of: &Moments| (of.first.len(), of.second.len());
        if !self.moments.iter().map(lengths).eq(moments.iter().map(lengths)) {
            return false;
        }
        for (mine, theirs) in self.moments.iter_mut().zip(moments) {
            mine.first.copy_from_slice(&theirs.first);
            mine.second.copy_from_slice(&theirs.second);
        }
        self.steps = steps;
        true
    }
}

/// Norm of all gradients together, `sqrt(sum g^2)`, in f64.
pub fn norm_of<'a>(gradients: impl IntoIterator<Item = &'a [f32]>) -> f64 {
    gradients.into_iter().map(sum_of_squares).sum::<f64>().sqrt()
}

#[expect(clippy::cast_possible_truncation, reason = "weights and their steps are f32")]
const fn narrow(value: f64) -> f32 {
    value as f32
}

/// Decay of the first moment (section 2 of the paper; PyTorch's default).
const BETA_1: f64 = 0.9;
/// Decay of the second moment.
const BETA_2: f64 = 0.999;
/// Keeps the step finite where the second moment is zero.
const EPSILON: f64 = 1e-8;

#[derive(Debug, Clone, Copy)]
struct Decay {
    /// What every weight is multiplied by first.
    factor: f32,
    /// Share of each weight that is added to its gradient.
    added: f32,
}

impl Decay {
    /// Added to the gradient, as Adam does.
    const fn added(decay: f64) -> Self {
        Self { factor: 1.0, added: narrow(decay) }
    }

    /// Apart from the gradient, as `AdamW` does.
    const fn apart(rate: f64, decay: f64) -> Self {
        Self { factor: narrow(1.0 - rate * decay), added: 0.0 }
    }
}

/// Adam (Kingma and Ba 2015) and `AdamW` (Loshchilov and Hutter 2019): the numbers of step `steps` for the fused pass over clipped gradients. The bias corrections of
/// algorithm 1 are moved out of the loop, as at the end of section 2; epsilon moves with them, so the
/// step is that of the algorithm.
fn fused_adam(steps: i32, rate: f64, decay: f64, gradient_factor: f32) -> AdamStep {
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
fn adam(slices: Slices<'_>, steps: i32, rate: f64, decay: Decay, clip: Clip) {
    let AdamStep { first_weight, second_weight, rate, epsilon, .. } =
        fused_adam(steps, rate, 0.0, 1.0);
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

/// Stochastic gradient descent with momentum (Sutskever et al. 2013, in PyTorch's form: the rate
/// multiplies the whole carried step, decay is added to the gradient).
fn sgd(slices: Slices<'_>, rate: f64, momentum: f64, decay: f64, clip: Clip) {
    let (rate, momentum, decay) = (narrow(rate), narrow(momentum), narrow(decay));
    for ((weight, &gradient), carried) in
        slices.weights.iter_mut().zip(slices.gradient).zip(slices.first)
    {
        *carried = momentum * *carried + clip.apply(gradient) + decay * *weight;
        *weight -= rate * *carried;
    }
}

/// `RMSprop` (Hinton 2012, lecture 6e), in PyTorch's form: epsilon outside the root, no momentum.
fn rms_prop(slices: Slices<'_>, rate: f64, decay: f64, clip: Clip) {
    /// Share of the running mean square that stays (PyTorch's `alpha`).
    const ALPHA: f64 = 0.99;
    let (rate, decay, epsilon) = (narrow(rate), narrow(decay), narrow(EPSILON));
    let new_share = narrow(1.0 - ALPHA);
    for ((weight, &gradient), square) in
        slices.weights.iter_mut().zip(slices.gradient).zip(slices.second)
    {
        let gradient = clip.apply(gradient) + decay * *weight;
        *square += new_share * (gradient * gradient - *square);
        *weight -= rate * gradient / (square.sqrt() + epsilon);
    }
}

/// What a gradient is multiplied by and then held within.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Clip {
    factor: f32,
    limit: Option<f32>,
}

impl Clip {
    /// The clip at `bound` (0 for none) of gradients of this `norm`.
    fn new(by: ClipBy, bound: f64, norm: f64) -> Self {
        match by {
            ClipBy::Norm if bound > 0.0 && norm > bound => {
                Self { factor: narrow(bound / norm), limit: None }
            }
            ClipBy::Value if bound > 0.0 => Self { factor: 1.0, limit: Some(narrow(bound)) },
            _ => Self { factor: 1.0, limit: None },
        }
    }

    /// What every gradient is multiplied by, where that is all.
    const fn factor(&self) -> Option<f32> {
        match self.limit {
            None => Some(self.factor),
            Some(_) => None,
        }
    }

    #[inline]
    fn apply(&self, gradient: f32) -> f32 {
        let gradient = self.factor * gradient;
        match self.limit {
            None => gradient,
            Some(limit) => gradient.clamp(-limit, limit),
        }
    }
}

#[cfg(test)]
#[path = "optimizer_tests.rs"]
mod tests;
