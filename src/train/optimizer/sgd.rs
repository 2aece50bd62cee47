//! Stochastic gradient descent with momentum (Sutskever et al. 2013, in PyTorch's form: the rate
//! multiplies the whole carried step, decay is added to the gradient).

use super::{Clip, Slices, narrow};

/// One step.
pub fn step(slices: Slices<'_>, rate: f64, momentum: f64, decay: f64, clip: Clip) {
    let (rate, momentum, decay) = (narrow(rate), narrow(momentum), narrow(decay));
    for ((weight, &gradient), carried) in
        slices.weights.iter_mut().zip(slices.gradient).zip(slices.first)
    {
        *carried = momentum * *carried + clip.apply(gradient) + decay * *weight;
        *weight -= rate * *carried;
    }
}
