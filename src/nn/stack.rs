//! Recurrent layers stacked on each other, in one or both directions: what `torch.nn.LSTM`, `GRU`
//! and `RNN` are, and `LSTM`, `GRU`, `SimpleRNN` and `Bidirectional` in Keras.

use std::ops::Range;
use std::sync::Arc;

use candle_core::{Device, Result, Tensor, Var, bail};

use super::NetworkError;
use super::config::{Initialization, ModelConfig};
use super::fused::{FusedOutput, LayerShape, RecurrentOperation};
use super::random::{Dropout, InitialWeights};
use crate::cancellation::{Cancellation, Cancelled};

/// Recurrent layers; each reads what the one before gives out.
#[derive(Debug)]
pub struct RecurrentStack {
    /// One or two directions a layer.
    layers: Vec<Vec<RecurrentLayer>>,
}

impl RecurrentStack {
    /// Layers for `features` values a step.
    ///
    /// # Errors
    /// Where a size is zero, and where it is cancelled.
    pub fn new(
        config: &ModelConfig,
        features: usize,
        weights: &mut InitialWeights<'_>,
    ) -> std::result::Result<Self, NetworkError> {
        let layers = layer_shapes(config, features)?
            .into_iter()
            .map(|directions| {
                let layers = directions.into_iter();
                layers.map(|shape| RecurrentLayer::new(shape, config, weights)).collect()
            })
            .collect::<std::result::Result<_, _>>()?;
        Ok(Self { layers })
    }

    /// As [`Self::new`] with weights that follow a seed.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn from_seed(config: &ModelConfig, features: usize, seed: u64) -> Result<Self> {
        let never = Cancellation::never();
        Ok(Self::new(config, features, &mut InitialWeights::new(seed, &never))?)
    }

    /// Every layer, with its number from 0.
    pub fn layers(&self) -> impl Iterator<Item = (usize, &RecurrentLayer)> {
        let numbered = self.layers.iter().enumerate();
        numbered.flat_map(|(index, directions)| directions.iter().map(move |layer| (index, layer)))
    }

    pub fn by_layer(&self) -> impl ExactSizeIterator<Item = &[RecurrentLayer]> {
        self.layers.iter().map(Vec::as_slice)
    }

    /// Every trained tensor: a flat one for each layer and direction.
    pub fn parameters(&self) -> impl Iterator<Item = &Var> {
        self.layers().map(|(_, layer)| layer.parameters())
    }

    /// The last layer after its last step, `[batch, directions * hidden]`, from zero states: what a
    /// forecast needs and nothing else. With `dropout`, for `backward`.
    ///
    /// # Errors
    /// Where the input has another number of features.
    ///
    /// ```
    /// use candle_core::{Device, Tensor};
    /// use tidegate::nn::{Dropout, ModelConfig, RecurrentStack};
    ///
    /// let config = ModelConfig { hidden_size: 8, ..Default::default() };
    /// let lstm = RecurrentStack::from_seed(&config, 3, 1)?;
    /// let input = Tensor::ones((2, 5, 3), candle_core::DType::F32, &Device::Cpu)?;
    /// let last = lstm.last(&input, Some(&mut Dropout::new(0.0, 1)))?;
    /// assert_eq!(last.dims(), [2, 8]);
    /// // It has a gradient of its own, which candle's `backward` goes through.
    /// let gradients = last.sum_all()?.backward()?;
    /// assert!(lstm.parameters().all(|weights| gradients.get(weights).is_some()));
    /// # Ok::<(), candle_core::Error>(())
    /// ```
    pub fn last(&self, input: &Tensor, mut dropout: Option<&mut Dropout>) -> Result<Tensor> {
        let mut values = input.transpose(0, 1)?.contiguous()?;
        for (index, layers) in self.layers.iter().enumerate() {
            if index > 0
                && let Some(dropout) = dropout.as_deref_mut()
            {
                values = dropout.apply(&values)?.contiguous()?;
            }
            let is_last = index + 1 == self.layers.len();
            let output = if is_last { FusedOutput::Last } else { FusedOutput::Sequence };
            let batch = values.dim(1)?;
            let mut directions = Vec::with_capacity(layers.len());
            for layer in layers {
                let learns = dropout.is_some();
                let len = batch * layer.shape().hidden;
                let mask = dropout.as_deref_mut().and_then(|dropout| dropout.state_mask(len));
                let operation = layer.operation(&values, output, learns, mask);
                let parameters = layer.parameters().as_tensor();
                directions.push(if learns {
                    values.apply_op2(parameters, operation)?
                } else {
                    values.apply_op2_no_bwd(parameters, &operation)?
                });
            }
            values = joined(directions)?;
        }
        Ok(values)
    }

    /// Weights by PyTorch's names and in its shapes.
    ///
    /// # Errors
    /// As the tensor library's.
    pub fn named_parameters(&self) -> Result<Vec<(String, Tensor)>> {
        let mut named = Vec::new();
        for (index, layer) in self.layers() {
            named.extend(layer.named_parameters(index)?);
        }
        Ok(named)
    }
}

/// Directions side by side.
pub(super) fn joined(mut directions: Vec<Tensor>) -> Result<Tensor> {
    match directions.len() {
        1 => directions.swap_remove(0).contiguous(),
        _ => Tensor::cat(&directions, candle_core::D::Minus1),
    }
}

/// The shape of every layer and direction.
///
/// # Errors
/// Where a size is zero.
pub fn layer_shapes(config: &ModelConfig, features: usize) -> Result<Vec<Vec<LayerShape>>> {
    let ModelConfig {
        cell,
        layers,
        hidden_size: hidden,
        bias,
        learned_initial_state: learned_start,
        ..
    } = *config;
    if layers == 0 || hidden == 0 || features == 0 {
        bail!(
            "recurrent layers need at least one layer, unit and feature; got {layers}, {hidden}, \
             {features}"
        )
    }
    let (most_layers, most_hidden) = (ModelConfig::MOST_LAYERS, ModelConfig::MOST_HIDDEN);
    if layers > most_layers || hidden > most_hidden {
        bail!(
            "{layers} layers of {hidden} units are more than the {most_layers} layers of {most_hidden} \
             units that a network may have"
        )
    }
    let directions = config.directions();
    let shapes = (0..layers).map(|index| {
        let features = if index == 0 { features } else { directions * hidden };
        let shape = |reverse| LayerShape { cell, features, hidden, bias, reverse, learned_start };
        (0..directions).map(|direction| shape(direction == 1)).collect()
    });
    Ok(shapes.collect())
}

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

    pub const fn parameters(&self) -> &Var {
        &self.parameters
    }

    pub const fn shape(&self) -> LayerShape {
        self.shape
    }

    /// The operation that runs the layer over `[steps, batch, features]`. Where it learns, `backward`
    /// may follow, and the states are multiplied by `mask`, `[batch, hidden]`.
    pub fn operation(
        &self,
        input: &Tensor,
        output: FusedOutput,
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
mod layer_tests {
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
