//! `RMSprop` (Hinton 2012, lecture 6e), in PyTorch's form: epsilon outside the root, no momentum.

use super::{Clip, Slices, narrow};

/// Share of the running mean square that stays (PyTorch's `alpha`).
const ALPHA: f64 = 0.99;
/// Keeps the step finite where the mean square is zero.
const EPSILON: f64 = 1e-8;

/// One step.
pub fn step(slices: Slices<'_>, rate: f64, decay: f64, clip: Clip) {
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
