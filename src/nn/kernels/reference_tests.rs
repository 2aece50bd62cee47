//! The kernels beside the scalar reference, over random shapes and every option, with every set of
//! vector instructions of the machine; the reference's own derivative beside finite differences.

use std::ops::Range;
use std::sync::Arc;

use candle_core::{Device, Tensor, Var};
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::equations_tests::{Answer, Number, Problem};
use super::{Isa, LayerShape, with_threads};
use crate::nn::Cell;
use crate::nn::fused::{FusedOutput, RecurrentOperation};

/// f32 sums over a few hundred products, and activations good to 5e-7, beside f64.
const FORWARD_TOLERANCE: f64 = 5e-6;
/// As above, carried through every step once more.
const GRADIENT_TOLERANCE: f64 = 5e-5;
/// Step of the central differences, in f64: their error is about its square.
const DIFFERENCE: f64 = 1e-5;

/// Some of the numbers of a problem.
type Part = fn(&mut Problem) -> &mut Vec<f64>;

/// A problem and what of its answer is asked for.
#[derive(Debug, Clone)]
struct Case {
    problem: Problem,
    output: FusedOutput,
    seed: u64,
}

struct Numbers(ChaCha8Rng);

impl Numbers {
    /// Rounded to f32, so that both sides compute on the same numbers.
    #[expect(clippy::cast_possible_truncation, reason = "rounding to f32 is the point")]
    fn within(&mut self, len: usize, bound: f64) -> Vec<f64> {
        let mut unit = || f64::from(self.0.next_u32()) / f64::from(u32::MAX);
        (0..len).map(|_| f64::from(((2.0 * unit() - 1.0) * bound) as f32)).collect()
    }
}

fn case(
    shape: LayerShape,
    (steps, batch): (usize, usize),
    (has_start, has_mask): (bool, bool),
    output: FusedOutput,
    seed: u64,
) -> Case {
    let mut numbers = Numbers(ChaCha8Rng::seed_from_u64(seed));
    let len = batch * shape.hidden;
    let mask = numbers.within(len, 1.0).into_iter().map(|x| if x < 0.0 { 0.0 } else { 2.0 });
    let mask: Vec<f64> = mask.collect();
    // Weights as wide as those of a trained layer; a rectifier grows without bound on wider ones.
    let bound = 1.2 / f64::from(u32::try_from(shape.hidden).unwrap()).sqrt();
    let problem = Problem {
        shape,
        steps,
        batch,
        input: numbers.within(steps * batch * shape.features, 2.0),
        parameters: numbers.within(shape.parameter_count(), bound),
        start: has_start.then(|| numbers.within(shape.states() * len, 1.0)),
        mask: has_mask.then_some(mask),
    };
    Case { problem, output, seed }
}

/// What may be asked for.
const OUTPUTS: [FusedOutput; 3] =
    [FusedOutput::Last, FusedOutput::Sequence, FusedOutput::Everything];

fn cases() -> impl Strategy<Value = Case> {
    let sizes = (1..5_usize, 1..20_usize, 1..8_usize, 1..20_usize);
    let flags = prop::array::uniform4(any::<bool>());
    let chosen = (prop::sample::select(&Cell::ALL[..]), prop::sample::select(&OUTPUTS[..]));
    (sizes, flags, chosen, any::<u64>()).prop_map(|(sizes, flags, (cell, output), seed)| {
        let (features, hidden, steps, batch) = sizes;
        let [bias, reverse, start, mask] = flags;
        let shape = LayerShape { cell, features, hidden, bias, reverse, learned_start: false };
        case(shape, (steps, batch), (start, mask), output, seed)
    })
}

#[expect(clippy::cast_possible_truncation, reason = "these values are f32 already")]
fn narrow(values: &[f64]) -> Vec<f32> {
    values.iter().map(|&value| value as f32).collect()
}

fn flat(tensor: &Tensor) -> Vec<f64> {
    let values = tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
    values.into_iter().map(f64::from).collect()
}

/// What the kernels give, and the gradient of `sum(weight * output)` by input, parameters, start.
struct Found {
    output: Vec<f64>,
    gradients: Vec<Vec<f64>>,
}

impl Case {
    /// The numbers of an answer that this case asks for.
    fn asked(&self, answer: &Answer) -> Vec<Number> {
        let Problem { shape, steps, batch, .. } = &self.problem;
        let len = batch * shape.hidden;
        match self.output {
            FusedOutput::Last => {
                let last = if shape.reverse { 0 } else { steps - 1 };
                answer.hidden[last * len..][..len].to_vec()
            }
            FusedOutput::Sequence => answer.hidden.clone(),
            FusedOutput::Everything => [&answer.hidden[..], &answer.memory].concat(),
        }
    }

    fn output_len(&self) -> usize {
        let Problem { shape, steps, batch, .. } = self.problem;
        let states = match self.output {
            FusedOutput::Last => 1,
            FusedOutput::Sequence => steps,
            FusedOutput::Everything => steps + shape.states() - 1,
        };
        states * batch * shape.hidden
    }

    fn weights(&self, len: usize) -> Vec<f64> {
        Numbers(ChaCha8Rng::seed_from_u64(self.seed ^ 1)).within(len, 1.0)
    }

    fn run(&self, isa: Isa, weights: &[f64]) -> Found {
        let Problem { shape, steps, batch, .. } = self.problem;
        let device = &Device::Cpu;
        let variable =
            |values: &[f64], dims: &[usize]| Var::from_vec(narrow(values), dims, device).unwrap();
        let input = variable(&self.problem.input, &[steps, batch, shape.features]);
        let parameters = variable(&self.problem.parameters, &[shape.parameter_count()]);
        let start = self.problem.start.as_ref();
        let start = start.map(|start| variable(start, &[shape.states(), batch, shape.hidden]));
        let mut operation = RecurrentOperation::new(shape, self.output);
        operation.mask = self.problem.mask.as_ref().map(|mask| Arc::from(narrow(mask)));
        operation.isa = isa;
        let output = match &start {
            None => input.apply_op2(parameters.as_tensor(), operation).unwrap(),
            Some(start) => {
                input.apply_op3(parameters.as_tensor(), start.as_tensor(), operation).unwrap()
            }
        };
        let weights = Tensor::from_vec(narrow(weights), output.shape(), device).unwrap();
        let loss = (&output * weights).unwrap().sum_all().unwrap();
        let gradients = loss.backward().unwrap();
        let variables = [Some(&input), Some(&parameters), start.as_ref()];
        let gradients =
            variables.into_iter().flatten().map(|variable| flat(gradients.get(variable).unwrap()));
        Found { output: flat(&output), gradients: gradients.collect() }
    }
}

fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let size = expected.iter().fold(1.0_f64, |most, value| most.max(value.abs()));
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let close = (found - expected).abs() <= tolerance * size;
        assert!(close, "{what} [{index}]: {found} for {expected}");
    }
}

fn agrees_with_reference(case: &Case) {
    let answer = case.problem.solve();
    let asked = case.asked(&answer);
    let weights = case.weights(asked.len());
    let expected: Vec<f64> = asked.iter().map(|number| number.value).collect();
    let outputs: Vec<(Number, f64)> = asked.into_iter().zip(weights.iter().copied()).collect();
    for isa in Isa::present() {
        let found = case.run(isa, &weights);
        assert_close(&found.output, &expected, FORWARD_TOLERANCE, "output");
        let leaves = [&answer.input, &answer.parameters, &answer.start];
        for (index, found) in found.gradients.iter().enumerate() {
            let expected = answer.tape.gradients(&outputs, leaves[index]);
            assert_close(
                found,
                &expected,
                GRADIENT_TOLERANCE,
                &format!("{isa:?} gradient {index}"),
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn every_option_of_every_cell_agrees_with_the_reference(case in cases()) {
        // At a rectifier's kink f32 and f64 may take different sides, both rightly.
        prop_assume!(case.problem.solve().nearest_kink > 1e-5);
        agrees_with_reference(&case);
    }
}

#[test]
fn the_smallest_shapes_agree_with_the_reference() {
    for cell in Cell::ALL {
        for reverse in [false, true] {
            for given in [(false, false), (true, true)] {
                let shape = LayerShape {
                    cell,
                    features: 1,
                    hidden: 1,
                    bias: true,
                    reverse,
                    learned_start: false,
                };
                agrees_with_reference(&case(shape, (1, 1), given, FusedOutput::Everything, 5));
            }
        }
    }
}

#[test]
fn the_references_derivative_agrees_with_finite_differences() {
    for cell in Cell::ALL {
        for reverse in [false, true] {
            let shape = LayerShape {
                cell,
                features: 2,
                hidden: 3,
                bias: true,
                reverse,
                learned_start: false,
            };
            let case = case(shape, (4, 2), (true, true), FusedOutput::Everything, 9);
            let answer = case.problem.solve();
            let asked = case.asked(&answer);
            let weights = case.weights(asked.len());
            let outputs: Vec<_> = asked.into_iter().zip(weights.iter().copied()).collect();
            let loss = |problem: &Problem| {
                let numbers = case.asked(&problem.solve()).into_iter();
                numbers.zip(&weights).map(|(number, weight)| number.value * weight).sum::<f64>()
            };
            let parts: [(&Vec<Number>, Part); 3] = [
                (&answer.input, |problem| &mut problem.input),
                (&answer.parameters, |problem| &mut problem.parameters),
                (&answer.start, |problem| problem.start.as_mut().unwrap()),
            ];
            for (leaves, part) in parts {
                let exact = answer.tape.gradients(&outputs, leaves);
                for (index, exact) in exact.into_iter().enumerate() {
                    let shifted = |shift: f64| {
                        let mut problem = case.problem.clone();
                        part(&mut problem)[index] += shift;
                        loss(&problem)
                    };
                    let numeric = (shifted(DIFFERENCE) - shifted(-DIFFERENCE)) / (2.0 * DIFFERENCE);
                    // The square of the step times a third derivative of order one, and rounding.
                    assert!((numeric - exact).abs() < 1e-7, "{cell}: {exact} for {numeric}");
                }
            }
        }
    }
}

/// Large enough to be cut into chunks, and no multiple of anything.
fn chunked(cell: Cell) -> Case {
    let shape = LayerShape {
        cell,
        features: 2,
        hidden: 61,
        bias: true,
        reverse: false,
        learned_start: false,
    };
    case(
        shape,
        (if cell.gates() == 1 { 51 } else { 17 }, 53),
        (true, true),
        FusedOutput::Everything,
        2,
    )
}

#[test]
fn threads_change_no_bit() {
    for cell in Cell::ALL {
        let case = chunked(cell);
        let weights = case.weights(case.output_len());
        let run = |threads| with_threads(threads, || case.run(Isa::widest(), &weights));
        let first = run(None);
        assert!(first.gradients[1].iter().any(|&value| value != 0.0));
        for threads in [Some(1), Some(2), None, None] {
            let again = run(threads);
            assert_eq!(again.output, first.output);
            assert_eq!(again.gradients, first.gradients);
        }
    }
}

/// Those rows of `[.., batch, width]` values.
fn rows(values: &[f64], batch: usize, width: usize, range: &Range<usize>) -> Vec<f64> {
    let steps = values.chunks_exact(batch * width);
    steps.flat_map(|step| step[range.start * width..range.end * width].to_vec()).collect()
}

#[test]
fn a_batch_in_chunks_is_its_rows_alone() {
    for cell in Cell::ALL {
        let case = chunked(cell);
        let Problem { shape, steps, batch, .. } = case.problem;
        let weights = case.weights(case.output_len());
        let whole = case.run(Isa::widest(), &weights);
        let mut parameter_gradient = vec![0.0; shape.parameter_count()];
        for range in [0..14, 14..29, 29..53] {
            let of = |values: &[f64], width| rows(values, batch, width, &range);
            let part = Case {
                problem: Problem {
                    batch: range.len(),
                    input: of(&case.problem.input, shape.features),
                    start: case.problem.start.as_ref().map(|start| of(start, shape.hidden)),
                    mask: case.problem.mask.as_ref().map(|mask| of(mask, shape.hidden)),
                    ..case.problem.clone()
                },
                ..case.clone()
            };
            let found = part.run(Isa::widest(), &of(&weights, shape.hidden));
            let close = |found: &[f64], whole: &[f64], width, what| {
                assert_close(found, &of(whole, width), FORWARD_TOLERANCE, what);
            };
            close(&found.output, &whole.output, shape.hidden, "output");
            close(&found.gradients[0], &whole.gradients[0], shape.features, "input");
            close(&found.gradients[2], &whole.gradients[2], shape.hidden, "start");
            let sums = parameter_gradient.iter_mut().zip(&found.gradients[1]);
            sums.for_each(|(sum, value)| *sum += value);
        }
        let what = format!("{cell} parameters over {steps} steps");
        assert_close(&whole.gradients[1], &parameter_gradient, GRADIENT_TOLERANCE, &what);
    }
}
