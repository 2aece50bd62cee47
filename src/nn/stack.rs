//! Recurrent layers stacked on each other, in one or both directions: what `torch.nn.LSTM`, `GRU`
//! and `RNN` are, and `LSTM`, `GRU`, `SimpleRNN` and `Bidirectional` in Keras.

use candle_core::{Result, Tensor, Var, bail};

use super::fused::{LayerShape, Output};
use super::layer::RecurrentLayer;
use super::random::{Dropout, InitialWeights};
use super::{ModelConfig, NetworkError};
use crate::cancellation::Cancellation;

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

    /// The directions of every layer.
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
            let output = if is_last { Output::Last } else { Output::Sequence };
            let batch = values.dim(1)?;
            let mut directions = Vec::with_capacity(layers.len());
            for layer in layers {
                let learns = dropout.is_some();
                let len = batch * layer.shape().hidden;
                let mask = dropout.as_deref_mut().and_then(|dropout| dropout.state_mask(len));
                let operation = layer.operation(&values, output, learns, mask);
                let parameters = layer.parameters().as_tensor();
                directions.push(match learns {
                    true => values.apply_op2(parameters, operation)?,
                    false => values.apply_op2_no_bwd(parameters, &operation)?,
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
