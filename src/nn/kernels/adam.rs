//! One pass over weights, gradient and moments for a step of Adam or `AdamW`, and the norm that
//! gradients are clipped by.
//!
//! Large vectors are shared out over threads in blocks of a fixed size: elements are independent,
//! and sums are taken block by block, so the result does not depend on the number of threads.

use super::buffer::SharedValues;
use super::isa::{Isa, multiply_add, vectorised};
use super::team::{self, allowed_threads};

/// Values that one thread takes at a time: four streams of them stay in a second-level cache.
const BLOCK: usize = 1 << 15;

/// The numbers of one step of Adam (Kingma and Ba 2015, algorithm 1), with weight decay apart from
/// the gradient (Loshchilov and Hutter 2019, algorithm 2).
#[derive(Debug, Clone, Copy)]
pub struct AdamStep {
    /// What every gradient is multiplied by: the clip.
    pub gradient_factor: f32,
    /// `1 - beta_1`, taken in f64: in f32 the difference is off by 5e-5 for the second moment.
    pub first_weight: f32,
    /// `1 - beta_2`, likewise.
    pub second_weight: f32,
    /// The step size with the bias corrections in it, `rate sqrt(1 - beta_2^t) / (1 - beta_1^t)`.
    pub rate: f32,
    /// Epsilon, moved along with the correction: `epsilon sqrt(1 - beta_2^t)`.
    pub epsilon: f32,
    /// What every weight is multiplied by first: `1 - rate decay`.
    pub decay: f32,
}

/// One parameter with its gradient and its moments, all of one length.
#[derive(Debug)]
pub struct AdamSlices<'a> {
    pub weights: &'a mut [f32],
    pub gradient: &'a [f32],
    /// Running mean of the gradient, moved.
    pub first: &'a mut [f32],
    /// Running mean of its square, moved.
    pub second: &'a mut [f32],
}

/// Takes the step for one parameter.
pub fn adam_step(step: &AdamStep, slices: AdamSlices<'_>) {
    let AdamSlices { weights, gradient, first, second } = slices;
    let lengths = [gradient.len(), first.len(), second.len()];
    assert!(lengths == [weights.len(); 3], "a parameter and its moments differ in length");
    let isa = Isa::widest();
    if weights.len() <= BLOCK {
        update(isa, step, weights, gradient, first, second);
        return;
    }
    let (len, pieces) = (weights.len(), weights.len().div_ceil(BLOCK));
    let shared = [SharedValues::new(weights), SharedValues::new(first), SharedValues::new(second)];
    team::share(pieces, allowed_threads(), &|piece| {
        let start = piece * BLOCK;
        let count = BLOCK.min(len - start);
        // SAFETY: pieces are apart, and each is taken once.
        let [weights, first, second] =
            unsafe { [0, 1, 2].map(|place| shared[place].part(start, count)) };
        update(isa, step, weights, &gradient[start..start + count], first, second);
    });
}

vectorised! {
    fn update(step: &AdamStep, weights: &mut [f32], gradient: &[f32], first: &mut [f32], second: &mut [f32]) {
        let n = weights.len();
        let (gradient, first, second) = (&gradient[..n], &mut first[..n], &mut second[..n]);
        for place in 0..n {
            let g = step.gradient_factor * gradient[place];
            let m = multiply_add::<FUSED>(step.first_weight, g - first[place], first[place]);
            let v = multiply_add::<FUSED>(step.second_weight, g * g - second[place], second[place]);
            first[place] = m;
            second[place] = v;
            weights[place] = step.decay * weights[place] - step.rate * m / (v.sqrt() + step.epsilon);
        }
    }
}

/// The sum of squares, in f64.
pub fn sum_of_squares(values: &[f32]) -> f64 {
    let isa = Isa::widest();
    let mut sum = 0.0;
    for block in values.chunks(BLOCK) {
        let mut lanes = [0.0; LANES];
        squares(isa, block, &mut lanes);
        sum += lanes.iter().sum::<f64>();
    }
    sum
}

/// Sums taken side by side, so that the loop over them is one of vectors.
const LANES: usize = 16;

vectorised! {
    fn squares(values: &[f32], sums: &mut [f64; LANES]) {
        let (whole, rest) = values.as_chunks::<LANES>();
        for values in whole {
            for (sum, &value) in sums.iter_mut().zip(values) {
                *sum += f64::from(value) * f64::from(value);
            }
        }
        for (sum, &value) in sums.iter_mut().zip(rest) {
            *sum += f64::from(value) * f64::from(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::with_threads;
    use super::*;

    #[test]
    fn threads_and_vectors_change_no_step_and_no_norm() {
        let values: Vec<f32> =
            (0..100_003_u32).map(|i| f32::from(u16::try_from(i % 50_021).unwrap()).sin()).collect();
        let exact: f64 = values.iter().map(|&v| f64::from(v).powi(2)).sum();
        assert!((sum_of_squares(&values) / exact - 1.0).abs() < 1e-12);
        let step = AdamStep {
            gradient_factor: 0.5,
            first_weight: 0.1,
            second_weight: 0.001,
            rate: 0.01,
            epsilon: 1e-8,
            decay: 0.999,
        };
        let run = |threads| {
            let (mut weights, mut first) = (values.clone(), vec![0.1; values.len()]);
            let mut second = vec![0.2; values.len()];
            with_threads(threads, || {
                adam_step(
                    &step,
                    AdamSlices {
                        weights: &mut weights,
                        gradient: &values,
                        first: &mut first,
                        second: &mut second,
                    },
                );
            });
            (weights, first, second)
        };
        assert_eq!(run(Some(1)), run(None));
        let (weights, first, _) = run(None);
        assert!((first[1] - (0.09 + 0.05 * values[1])).abs() < 1e-7);
        assert!(weights[1] < 0.999 * values[1]);
    }
}
