//! One recurrent layer in one direction: its parameters, and its kernel applied.

use std::ops::Range;
use std::sync::Arc;

use candle_core::{Device, Result, Tensor, Var};

use super::NetworkError;
use super::config::{Initialization, ModelConfig};
use super::fused::{LayerShape, Output, RecurrentOperation};
use super::random::InitialWeights;
use crate::cancellation::Cancelled;

/// A recurrent layer whose parameters are one flat vector (as cuDNN keeps them), so that the kernel
/// and the optimiser each see one tensor.
#[derive(Debug)]
pub struct RecurrentLayer {
    shape: LayerShape,
    parameters: Var,
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
        Ok(Self { shape, parameters })
    }

    /// The flat parameters.
    pub const fn parameters(&self) -> &Var {
        &self.parameters
    }

    /// Sizes and direction.
    pub const fn shape(&self) -> LayerShape {
        self.shape
    }

    /// The operation that runs the layer over `[steps, batch, features]`. Where it learns, `backward`
    /// may follow, and the states are multiplied by `mask`, `[batch, hidden]`.
    pub fn operation(
        &self,
        input: &Tensor,
        output: Output,
        learns: bool,
        mask: Option<Arc<[f32]>>,
    ) -> RecurrentOperation {
        let mut operation = RecurrentOperation::new(self.shape, output);
        operation.input_gradient = learns && input.track_op();
        operation.mask = mask;
        operation
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
    let forget = cell.card().forget_gate.filter(|_| shape.bias);
    if let (Some(gate), Some(bias)) = (forget, config.forget_bias) {
        let (blocks, units) = (shape.blocks(), gate * hidden..(gate + 1) * hidden);
        #[expect(clippy::cast_possible_truncation, reason = "weights are f32")]
        values[blocks.bias_ih][units.clone()].fill(bias as f32);
        values[blocks.bias_hh][units].fill(0.0);
    }
    values.resize(shape.parameter_count(), 0.0);
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cancellation::Cancellation;
    use crate::nn::Cell;

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
