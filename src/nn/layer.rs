//! One recurrent layer in one direction: its parameters, and its kernel applied.

use std::ops::Range;
use std::sync::Arc;

use candle_core::{Device, Result, Tensor, Var};

use super::NetworkError;
use super::config::{Cell, Initialization, ModelConfig};
use super::kernels::{Isa, LayerShape, Output, RecurrentOperation, Settings, Workspace};
use super::random::InitialWeights;
use crate::cancellation::Cancelled;

/// A recurrent layer whose parameters are one flat vector (as cuDNN keeps them), so that the kernel
/// and the optimiser each see one tensor.
#[derive(Debug)]
pub struct RecurrentLayer {
    shape: LayerShape,
    parameters: Var,
    workspace: Workspace,
}

/// How a layer is run over a batch.
#[derive(Debug, Clone)]
pub struct Run {
    /// What it gives out.
    pub output: Output,
    /// Whether `backward` will follow.
    pub learning: bool,
    /// `[batch, hidden]`: variational dropout of the state.
    pub mask: Option<Arc<[f32]>>,
}

impl RecurrentLayer {
    /// A layer with the initial weights of `config`.
    ///
    /// # Errors
    /// Where it has more weights than any memory, or is cancelled; else as the tensor library's.
    pub fn new(
        shape: LayerShape,
        config: &ModelConfig,
        weights: &mut InitialWeights<'_>,
    ) -> std::result::Result<Self, NetworkError> {
        if !shape.is_countable() {
            let LayerShape { features, hidden, .. } = shape;
            return Err(candle_core::Error::Msg(format!(
                "a layer of {hidden} units and {features} features has more weights than any memory"
            ))
            .into());
        }
        let values = initial_values(shape, config, weights)?;
        let parameters = Var::from_vec(values, shape.parameter_count(), &Device::Cpu)?;
        Ok(Self { shape, parameters, workspace: Workspace::default() })
    }

    /// The flat parameters.
    pub const fn parameters(&self) -> &Var {
        &self.parameters
    }

    /// Sizes and direction.
    pub const fn shape(&self) -> LayerShape {
        self.shape
    }

    /// Runs over `[steps, batch, features]`, contiguous, from the states `[states, batch, hidden]`
    /// (hidden, then memory for LSTM) or from zero.
    ///
    /// # Errors
    /// Where the input has another number of features, or the states another shape.
    pub fn forward(&self, input: &Tensor, start: Option<&Tensor>, run: Run) -> Result<Tensor> {
        let (parameters, learning) = (self.parameters.as_tensor(), run.learning);
        let operation = self.operation(input, run);
        match (start, learning) {
            (None, true) => input.apply_op2(parameters, operation),
            (None, false) => input.apply_op2_no_bwd(parameters, &operation),
            (Some(start), true) => input.apply_op3(parameters, start, operation),
            (Some(start), false) => input.apply_op3_no_bwd(parameters, start, &operation),
        }
    }

    /// Runs without learning and gives out the values inside as well: see
    /// [`RecurrentOperation::take_values`].
    ///
    /// # Errors
    /// As [`Self::forward`].
    pub fn forward_inside(
        &self,
        input: &Tensor,
        start: Option<&Tensor>,
    ) -> Result<(Tensor, Tensor)> {
        let parameters = self.parameters.as_tensor();
        let run = Run { output: Output::Everything, learning: false, mask: None };
        let operation = self.operation(input, run);
        let outputs = match start {
            None => input.apply_op2_no_bwd(parameters, &operation)?,
            Some(start) => input.apply_op3_no_bwd(parameters, start, &operation)?,
        };
        Ok((outputs, operation.take_values(input.dim(0)?, input.dim(1)?)?))
    }

    fn operation(&self, input: &Tensor, run: Run) -> RecurrentOperation {
        let settings = Settings {
            shape: self.shape,
            output: run.output,
            input_gradient: run.learning && input.track_op(),
            mask: run.mask,
            isa: Isa::widest(),
        };
        RecurrentOperation::new(settings, &self.workspace)
    }

    /// PyTorch's name, shape and place of each block of the flat parameters, for layer `index`.
    pub fn named_blocks(&self, index: usize) -> Vec<(String, Vec<usize>, Range<usize>)> {
        named_blocks(self.shape, index)
    }

    /// Parameters by PyTorch's names for layer `index`, in PyTorch's shapes.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn named_parameters(&self, index: usize) -> Result<Vec<(String, Tensor)>> {
        let flat = self.parameters.as_tensor().detach();
        self.named_blocks(index)
            .into_iter()
            .map(|(name, shape, range)| {
                Ok((name, flat.narrow(0, range.start, range.len())?.reshape(shape)?))
            })
            .collect()
    }
}

/// PyTorch's name, shape and place of each block of the flat parameters, for layer `index`.
pub fn named_blocks(shape: LayerShape, index: usize) -> Vec<(String, Vec<usize>, Range<usize>)> {
    let (blocks, rows) = (shape.blocks(), shape.gate_rows());
    let direction = if shape.reverse { "_reverse" } else { "" };
    let named = |name: &str, shape: Vec<usize>, range| {
        (format!("{name}_l{index}{direction}"), shape, range)
    };
    let mut all = vec![
        named("weight_ih", vec![rows, shape.features], blocks.weight_ih),
        named("weight_hh", vec![rows, shape.hidden], blocks.weight_hh),
    ];
    if shape.bias {
        all.push(named("bias_ih", vec![rows], blocks.bias_ih));
        all.push(named("bias_hh", vec![rows], blocks.bias_hh));
    }
    if shape.learned_start {
        // PyTorch has none: hidden state, then the memory of LSTM.
        all.push(named("start", vec![shape.states(), shape.hidden], blocks.start));
    }
    all
}

fn initial_values(
    shape: LayerShape,
    config: &ModelConfig,
    weights: &mut InitialWeights<'_>,
) -> std::result::Result<Vec<f32>, Cancelled> {
    let LayerShape { cell, features, hidden, .. } = shape;
    let mut values = match config.initialization {
        Initialization::Uniform => weights.uniform(shape.blocks().start.start, hidden)?,
        Initialization::Glorot | Initialization::Orthogonal => {
            let mut values = Vec::with_capacity(shape.parameter_count());
            for _ in 0..cell.gates() {
                values.extend(weights.glorot(hidden, features)?);
            }
            for _ in 0..cell.gates() {
                values.extend(match config.initialization {
                    Initialization::Orthogonal => weights.orthogonal(hidden)?,
                    _ => weights.glorot(hidden, hidden)?,
                });
            }
            values.resize(shape.blocks().start.start, 0.0);
            values
        }
    };
    if let (Cell::Lstm, true, Some(bias)) = (cell, shape.bias, config.forget_bias) {
        let blocks = shape.blocks();
        #[expect(clippy::cast_possible_truncation, reason = "weights are f32")]
        values[blocks.bias_ih][hidden..2 * hidden].fill(bias as f32);
        values[blocks.bias_hh][hidden..2 * hidden].fill(0.0);
    }
    values.resize(shape.parameter_count(), 0.0);
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cancellation::Cancellation;

    fn values(config: &ModelConfig, cell: Cell) -> (LayerShape, Vec<f32>) {
        let shape = LayerShape {
            cell,
            features: 3,
            hidden: 24,
            bias: true,
            reverse: false,
            learned_start: false,
        };
        let never = Cancellation::never();
        let mut weights = InitialWeights::new(4, &never);
        let layer = RecurrentLayer::new(shape, config, &mut weights).unwrap();
        (shape, layer.parameters().as_tensor().to_vec1::<f32>().unwrap())
    }

    #[test]
    fn orthogonal_weights_are_so_gate_by_gate() {
        let config =
            ModelConfig { initialization: Initialization::Orthogonal, ..ModelConfig::default() };
        for cell in Cell::ALL {
            let (shape, values) = values(&config, cell);
            let blocks = shape.blocks();
            for gate in values[blocks.weight_hh].chunks(24 * 24) {
                for row in 0..24 {
                    for other in 0..24 {
                        let rows = gate[row * 24..][..24].iter().zip(&gate[other * 24..][..24]);
                        let product: f32 = rows.map(|(a, b)| a * b).sum();
                        let expected = if row == other { 1.0 } else { 0.0 };
                        // Sums of 24 products of f32 values.
                        assert!(
                            (product - expected).abs() < 1e-5,
                            "{cell} {row} {other}: {product}"
                        );
                    }
                }
            }
            assert!(values[blocks.bias_ih.start..].iter().all(|&bias| bias == 0.0));
        }
    }

    #[test]
    fn glorot_weights_fill_their_bounds() {
        let config =
            ModelConfig { initialization: Initialization::Glorot, ..ModelConfig::default() };
        let (shape, values) = values(&config, Cell::Gru);
        for (range, columns) in [(shape.blocks().weight_ih, 3.0), (shape.blocks().weight_hh, 24.0)]
        {
            let bound = (6.0_f32 / (24.0 + columns)).sqrt();
            let largest = values[range].iter().fold(0.0_f32, |most, value| most.max(value.abs()));
            assert!(largest <= bound && largest > 0.9 * bound, "{largest} for {bound}");
        }
    }

    #[test]
    fn the_forget_gate_begins_where_it_is_told() {
        for start in [Initialization::Uniform, Initialization::Orthogonal] {
            let config = ModelConfig {
                initialization: start,
                forget_bias: Some(1.0),
                ..ModelConfig::default()
            };
            let (shape, values) = values(&config, Cell::Lstm);
            let blocks = shape.blocks();
            let sum = |unit: usize| {
                values[blocks.bias_ih.clone()][unit] + values[blocks.bias_hh.clone()][unit]
            };
            assert!((24..48).all(|unit| sum(unit) == 1.0));
            assert!((0..24).all(|unit| sum(unit) != 1.0), "the other gates are left alone");
        }
    }
}
