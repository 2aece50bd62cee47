//! Scalar f64 arithmetic for the equations of every cell: slow, plain, and what the kernels are tested
//! against. The equations themselves stand beside each cell.
//!
//! Every operation is noted on a tape, so that the exact derivative of these lines is had by going
//! back over it (reverse accumulation: Linnainmaa 1976), with no formula of the kernels in it.

use super::shape::LayerShape;

/// One step of a row: the next hidden state of every unit from the state before; the memory is replaced.
pub type Equations = fn(&mut CellStep<'_>, &[Number], &mut [Number]) -> Vec<Number>;

/// A number and where it stands on the tape.
#[derive(Debug, Clone, Copy)]
pub struct Number {
    place: usize,
    pub value: f64,
}

/// Operations in the order they were done: each with its operands and its slope in them.
#[derive(Debug, Default)]
pub struct Tape {
    nodes: Vec<[(usize, f64); 2]>,
}

impl Tape {
    fn push(&mut self, value: f64, operands: [(usize, f64); 2]) -> Number {
        self.nodes.push(operands);
        Number { place: self.nodes.len() - 1, value }
    }

    fn leaves(&mut self, values: &[f64]) -> Vec<Number> {
        values.iter().map(|&value| self.push(value, [(0, 0.0); 2])).collect()
    }

    pub fn add(&mut self, a: Number, b: Number) -> Number {
        self.push(a.value + b.value, [(a.place, 1.0), (b.place, 1.0)])
    }

    pub fn multiply(&mut self, a: Number, b: Number) -> Number {
        self.push(a.value * b.value, [(a.place, b.value), (b.place, a.value)])
    }

    fn scaled(&mut self, a: Number, factor: f64) -> Number {
        self.push(a.value * factor, [(a.place, factor), (0, 0.0)])
    }

    /// `1 - a`
    fn rest(&mut self, a: Number) -> Number {
        self.push(1.0 - a.value, [(a.place, -1.0), (0, 0.0)])
    }

    fn logistic(&mut self, a: Number) -> Number {
        let value = 1.0 / (1.0 + (-a.value).exp());
        self.push(value, [(a.place, value * (1.0 - value)), (0, 0.0)])
    }

    pub fn tanh(&mut self, a: Number) -> Number {
        let value = a.value.tanh();
        self.push(value, [(a.place, 1.0 - value * value), (0, 0.0)])
    }

    pub fn relu(&mut self, a: Number) -> Number {
        let slope = if a.value > 0.0 { 1.0 } else { 0.0 };
        self.push(a.value.max(0.0), [(a.place, slope), (0, 0.0)])
    }

    /// Gradient of `sum(weight * number)` by each of `leaves`.
    pub fn gradients(&self, outputs: &[(Number, f64)], leaves: &[Number]) -> Vec<f64> {
        let mut slopes = vec![0.0; self.nodes.len()];
        for (number, weight) in outputs {
            slopes[number.place] += weight;
        }
        for place in (0..self.nodes.len()).rev() {
            for (operand, slope) in self.nodes[place] {
                slopes[operand] += slope * slopes[place] * f64::from(u8::from(slope != 0.0));
            }
        }
        leaves.iter().map(|leaf| slopes[leaf.place]).collect()
    }
}

/// One call of a layer, as `Call`, in f64.
#[derive(Debug, Clone)]
pub struct Problem {
    pub shape: LayerShape,
    pub steps: usize,
    pub batch: usize,
    pub input: Vec<f64>,
    pub parameters: Vec<f64>,
    pub start: Option<Vec<f64>>,
    pub mask: Option<Vec<f64>>,
}

/// What the equations give, and the numbers they were given.
#[derive(Debug)]
pub struct Answer {
    pub tape: Tape,
    /// `[steps, batch, hidden]`, in order of time.
    pub hidden: Vec<Number>,
    /// `[batch, hidden]` after the last step taken, for LSTM.
    pub memory: Vec<Number>,
    pub input: Vec<Number>,
    pub parameters: Vec<Number>,
    pub start: Vec<Number>,
    /// The smallest distance of a rectifier's argument from its kink.
    pub nearest_kink: f64,
}

impl Problem {
    /// Runs the equations over all steps and rows.
    pub fn solve(&self) -> Answer {
        let LayerShape { hidden, reverse, .. } = self.shape;
        let mut tape = Tape::default();
        let nothing = tape.leaves(&[0.0])[0];
        let input = tape.leaves(&self.input);
        let parameters = tape.leaves(&self.parameters);
        let start = tape.leaves(self.start.as_deref().unwrap_or(&[]));
        let len = self.batch * hidden;
        let mut h = if start.is_empty() { vec![nothing; len] } else { start[..len].to_vec() };
        let mut c = if start.len() > len { start[len..].to_vec() } else { vec![nothing; len] };
        let mut states = vec![nothing; self.steps * len];
        let mut nearest_kink = f64::INFINITY;
        for taken in 0..self.steps {
            let step = if reverse { self.steps - 1 - taken } else { taken };
            for row in 0..self.batch {
                let own = row * hidden..(row + 1) * hidden;
                let features = self.shape.features;
                let x = &input[(step * self.batch + row) * features..][..features];
                let mut cell = CellStep {
                    tape: &mut tape,
                    shape: self.shape,
                    parameters: &parameters,
                    x,
                    mask: self.mask.as_ref().map(|mask| &mask[own.clone()]),
                    nearest_kink: &mut nearest_kink,
                };
                let equations = self.shape.cell.card().equations;
                let next = equations(&mut cell, &h[own.clone()], &mut c[own.clone()]);
                states[step * len..][own.clone()].copy_from_slice(&next);
                h[own].copy_from_slice(&next);
            }
        }
        let memory = if self.shape.cell.has_memory() { c } else { Vec::new() };
        Answer { tape, hidden: states, memory, input, parameters, start, nearest_kink }
    }
}

/// One step of one row.
pub struct CellStep<'a> {
    pub tape: &'a mut Tape,
    shape: LayerShape,
    parameters: &'a [Number],
    x: &'a [Number],
    mask: Option<&'a [f64]>,
    pub nearest_kink: &'a mut f64,
}

impl CellStep<'_> {
    fn product(&mut self, weights: usize, bias: usize, values: &[Number], row: usize) -> Number {
        let mut sum = if self.shape.bias {
            self.parameters[bias + row]
        } else {
            self.tape.scaled(values[0], 0.0)
        };
        for (column, &value) in values.iter().enumerate() {
            let weight = self.parameters[weights + row * values.len() + column];
            let term = self.tape.multiply(weight, value);
            sum = self.tape.add(sum, term);
        }
        sum
    }

    /// `W x + b_ih`, one row.
    pub fn input_sum(&mut self, gate: usize, unit: usize) -> Number {
        let (blocks, x) = (self.shape.blocks(), self.x);
        let row = gate * self.shape.hidden + unit;
        self.product(blocks.weight_ih.start, blocks.bias_ih.start, x, row)
    }

    /// `U h + b_hh`, one row.
    pub fn state_sum(&mut self, state: &[Number], gate: usize, unit: usize) -> Number {
        let blocks = self.shape.blocks();
        let row = gate * self.shape.hidden + unit;
        self.product(blocks.weight_hh.start, blocks.bias_hh.start, state, row)
    }

    pub fn both(&mut self, state: &[Number], gate: usize, unit: usize) -> Number {
        let (a, b) = (self.input_sum(gate, unit), self.state_sum(state, gate, unit));
        self.tape.add(a, b)
    }

    pub fn gate(&mut self, state: &[Number], gate: usize, unit: usize) -> Number {
        let sum = self.both(state, gate, unit);
        self.tape.logistic(sum)
    }

    /// The state as the recurrent product sees it.
    pub fn seen(&mut self, h: &[Number]) -> Vec<Number> {
        match self.mask {
            None => h.to_vec(),
            Some(mask) => h.iter().zip(mask).map(|(&h, &m)| self.tape.scaled(h, m)).collect(),
        }
    }

    /// `(1 - z) tanh(sum) + z h`
    pub fn blend(&mut self, z: Number, sum: Number, h: Number) -> Number {
        let (n, rest) = (self.tape.tanh(sum), self.tape.rest(z));
        let (new, kept) = (self.tape.multiply(rest, n), self.tape.multiply(z, h));
        self.tape.add(new, kept)
    }
}
