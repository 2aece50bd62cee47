//! Optimisers as PyTorch defines them, on plain slices, with the clip in the same pass and the
//! moments open to whoever saves them.
//!
//! Not for the learning rate of an epoch (`schedule`).

mod adam;
mod clip;
mod rms_prop;
mod sgd;

use super::{ClipBy, Optimizer, TrainConfig};
use crate::nn::kernels::{AdamSlices, adam_step, sum_of_squares};

pub use clip::Clip;

/// What an optimiser remembers of one parameter, each as long as it or empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Moments {
    /// Running mean of the gradient (Adam), or the step that momentum carries on (SGD).
    pub first: Vec<f32>,
    /// Running mean of the gradient's square (Adam, `RMSprop`).
    pub second: Vec<f32>,
}

/// An optimiser with its state.
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

/// The numbers of one step.
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
        let (first, second) = match config.optimizer {
            Optimizer::Adam | Optimizer::AdamW => (true, true),
            Optimizer::Sgd { .. } => (true, false),
            Optimizer::RmsProp => (false, true),
        };
        let zeros = |wanted: bool, length| vec![0.0; if wanted { length } else { 0 }];
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
            let step = adam::fused_step(steps, rate, decay, factor);
            return adam_step(&step, AdamSlices { weights, gradient, first, second });
        }
        let slices = Slices { weights, gradient, first, second };
        match self.optimizer {
            Optimizer::AdamW => {
                adam::step(slices, steps, rate, adam::Decay::apart(rate, decay), clip);
            }
            Optimizer::Adam => adam::step(slices, steps, rate, adam::Decay::added(decay), clip),
            Optimizer::Sgd { momentum } => sgd::step(slices, rate, momentum, decay, clip),
            Optimizer::RmsProp => rms_prop::step(slices, rate, decay, clip),
        }
    }

    /// Steps taken.
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

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
