//! The equations of both cells, written out in scalar f64: slow, plain, and what the kernels are
//! tested against.

#![expect(clippy::many_single_char_names, reason = "the equations' own letters")]

use super::shape::LayerShape;
use crate::nn::Cell;

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Hidden states `[steps, batch, hidden]` of a layer over `[steps, batch, features]` from a zero
/// state; parameters as [`LayerShape::blocks`] lays them out.
pub fn hidden_states(
    shape: LayerShape,
    steps: usize,
    batch: usize,
    input: &[f64],
    parameters: &[f64],
) -> Vec<f64> {
    let LayerShape { cell, features, hidden } = shape;
    let blocks = shape.blocks();
    let (mut h, mut c) = (vec![vec![0.0; hidden]; batch], vec![vec![0.0; hidden]; batch]);
    let mut states = Vec::with_capacity(steps * batch * hidden);
    for step in 0..steps {
        for row in 0..batch {
            let x = &input[(step * batch + row) * features..][..features];
            let product = |weights: &[f64], bias: &[f64], values: &[f64], gate_row: usize| {
                let width = values.len();
                let weights = &weights[gate_row * width..][..width];
                bias[gate_row] + weights.iter().zip(values).map(|(w, v)| w * v).sum::<f64>()
            };
            let from_input = |gate: usize, unit: usize| {
                let (weights, bias) =
                    (&parameters[blocks.weight_ih.clone()], &parameters[blocks.bias_ih.clone()]);
                product(weights, bias, x, gate * hidden + unit)
            };
            let from_state = |gate: usize, unit: usize| {
                let (weights, bias) =
                    (&parameters[blocks.weight_hh.clone()], &parameters[blocks.bias_hh.clone()]);
                product(weights, bias, &h[row], gate * hidden + unit)
            };
            let both = |gate, unit| from_input(gate, unit) + from_state(gate, unit);
            let mut next = vec![0.0; hidden];
            for unit in 0..hidden {
                next[unit] = match cell {
                    Cell::Lstm => {
                        let (i, f) = (logistic(both(0, unit)), logistic(both(1, unit)));
                        let (g, o) = (both(2, unit).tanh(), logistic(both(3, unit)));
                        c[row][unit] = f * c[row][unit] + i * g;
                        o * c[row][unit].tanh()
                    }
                    Cell::Gru => {
                        let (r, z) = (logistic(both(0, unit)), logistic(both(1, unit)));
                        let n = (from_input(2, unit) + r * from_state(2, unit)).tanh();
                        (1.0 - z) * n + z * h[row][unit]
                    }
                };
            }
            states.extend_from_slice(&next);
            h[row] = next;
        }
    }
    states
}

mod tests {
    use super::*;
    use crate::nn::kernels::{Output, RecurrentOperation, Workspace};
    use candle_core::{Device, Tensor, Var};
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    /// f32 sums over a few hundred products, and activations good to 5e-7.
    const FORWARD_TOLERANCE: f64 = 5e-6;
    /// As above, carried through every step once more, on gradients of size about 1.
    const GRADIENT_TOLERANCE: f64 = 5e-5;
    /// Step of the central differences, in f64: its error is about its square.
    const DIFFERENCE: f64 = 1e-5;

    #[expect(clippy::cast_possible_truncation, reason = "rounding to f32 is the point")]
    fn uniform(random: &mut ChaCha8Rng, len: usize, bound: f64) -> Vec<f64> {
        // Rounded to f32, so that both sides compute on the same numbers.
        (0..len)
            .map(|_| {
                let unit = f64::from(random.next_u32()) / f64::from(u32::MAX);
                f64::from(((2.0 * unit - 1.0) * bound) as f32)
            })
            .collect()
    }

    #[expect(clippy::cast_possible_truncation, reason = "these values are f32 already")]
    fn narrow(values: &[f64]) -> Vec<f32> {
        values.iter().map(|&value| value as f32).collect()
    }

    struct Case {
        shape: LayerShape,
        steps: usize,
        batch: usize,
        input: Vec<f64>,
        parameters: Vec<f64>,
    }

    fn case(cell: Cell, features: usize, hidden: usize, steps: usize, batch: usize) -> Case {
        let shape = LayerShape { cell, features, hidden };
        let mut random = ChaCha8Rng::seed_from_u64(11);
        let input = uniform(&mut random, steps * batch * features, 2.0);
        let parameters = uniform(&mut random, shape.parameter_count(), 0.6);
        Case { shape, steps, batch, input, parameters }
    }

    impl Case {
        fn tensors(&self) -> (Var, Var) {
            let dims = (self.steps, self.batch, self.shape.features);
            let device = &Device::Cpu;
            let input = Var::from_vec(narrow(&self.input), dims, device).unwrap();
            let len = self.parameters.len();
            (input, Var::from_vec(narrow(&self.parameters), len, device).unwrap())
        }

        fn apply(&self, input: &Var, parameters: &Var, output: Output) -> Tensor {
            let operation =
                RecurrentOperation::new(self.shape, output, true, &Workspace::default());
            input.apply_op2(parameters, operation).unwrap()
        }
    }

    fn flat(tensor: &Tensor) -> Vec<f64> {
        let values = tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        values.into_iter().map(f64::from).collect()
    }

    fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
        assert_eq!(found.len(), expected.len(), "{what}");
        for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
            let bound = tolerance * expected.abs().max(1.0);
            assert!((found - expected).abs() <= bound, "{what} [{index}]: {found} for {expected}");
        }
    }

    #[test]
    fn forward_agrees_with_the_reference() {
        for cell in [Cell::Lstm, Cell::Gru] {
            // The last one is large enough to be shared out over threads.
            for (features, hidden, steps, batch) in
                [(1, 1, 1, 1), (1, 5, 7, 3), (3, 16, 9, 4), (2, 33, 3, 17), (3, 64, 16, 40)]
            {
                let case = case(cell, features, hidden, steps, batch);
                let (input, parameters) = case.tensors();
                let expected =
                    hidden_states(case.shape, steps, batch, &case.input, &case.parameters);
                let sequence = flat(&case.apply(&input, &parameters, Output::Sequence));
                assert_close(&sequence, &expected, FORWARD_TOLERANCE, "sequence");
                let last = flat(&case.apply(&input, &parameters, Output::Last));
                let tail = &expected[(steps - 1) * batch * hidden..];
                assert_close(&last, tail, FORWARD_TOLERANCE, "last");
            }
        }
    }

    /// The gradient of `sum(weight * hidden)` by central differences of the f64 reference.
    fn numeric(case: &Case, weight: &[f64], of_input: bool) -> Vec<f64> {
        let loss = |input: &[f64], parameters: &[f64]| {
            let states = hidden_states(case.shape, case.steps, case.batch, input, parameters);
            let from = states.len() - weight.len();
            states[from..].iter().zip(weight).map(|(h, w)| h * w).sum::<f64>()
        };
        let (mut input, mut parameters) = (case.input.clone(), case.parameters.clone());
        let len = if of_input { input.len() } else { parameters.len() };
        (0..len)
            .map(|index| {
                let mut at = |shift: f64| {
                    let values = if of_input { &mut input } else { &mut parameters };
                    values[index] += shift;
                    let loss = loss(&input, &parameters);
                    let values = if of_input { &mut input } else { &mut parameters };
                    values[index] -= shift;
                    loss
                };
                (at(DIFFERENCE) - at(-DIFFERENCE)) / (2.0 * DIFFERENCE)
            })
            .collect()
    }

    #[test]
    fn every_gradient_agrees_with_finite_differences() {
        for cell in [Cell::Lstm, Cell::Gru] {
            for (features, hidden, steps, batch) in [(1, 4, 5, 2), (3, 9, 4, 3), (2, 3, 1, 2)] {
                for output in [Output::Sequence, Output::Last] {
                    let case = case(cell, features, hidden, steps, batch);
                    let (input, parameters) = case.tensors();
                    let result = case.apply(&input, &parameters, output);
                    let mut random = ChaCha8Rng::seed_from_u64(3);
                    let weight = uniform(&mut random, result.elem_count(), 1.0);
                    let weights =
                        Tensor::from_vec(narrow(&weight), result.shape(), &Device::Cpu).unwrap();
                    let loss = (result * weights).unwrap().sum_all().unwrap();
                    let gradients = loss.backward().unwrap();
                    for (tensor, of_input) in [(&input, true), (&parameters, false)] {
                        let found = flat(gradients.get(tensor).unwrap());
                        let expected = numeric(&case, &weight, of_input);
                        let what = format!("{cell} {output:?} input {of_input}");
                        assert_close(&found, &expected, GRADIENT_TOLERANCE, &what);
                    }
                }
            }
        }
    }

    #[test]
    fn threads_change_no_gradient() {
        for cell in [Cell::Lstm, Cell::Gru] {
            let case = case(cell, 2, 64, 24, 48);
            let (input, parameters) = case.tensors();
            let gradient = || {
                let result = case.apply(&input, &parameters, Output::Last);
                let gradients = result.sqr().unwrap().sum_all().unwrap().backward().unwrap();
                gradients.get(&parameters).unwrap().to_vec1::<f32>().unwrap()
            };
            let first = gradient();
            assert!(first.iter().any(|&value| value != 0.0));
            for _ in 0..3 {
                assert_eq!(gradient(), first);
            }
        }
    }
}
