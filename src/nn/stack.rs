//! Recurrent layers stacked on each other, in one or both directions: what `torch.nn.LSTM`, `GRU`
//! and `RNN` are, and `LSTM`, `GRU`, `SimpleRNN` and `Bidirectional` in Keras.

use candle_core::{Result, Tensor, Var, bail};

use super::kernels::{LayerShape, Output};
use super::layer::{RecurrentLayer, Run};
use super::random::{Dropout, InitialWeights};
use super::{ModelConfig, NetworkError};
use crate::cancellation::Cancellation;

/// Recurrent layers; each reads what the one before gives out.
#[derive(Debug)]
pub struct RecurrentStack {
    /// One or two directions a layer.
    layers: Vec<Vec<RecurrentLayer>>,
}

/// States between two stretches of a sequence, for every layer: PyTorch's `(h_n, c_n)`, or `h_n`
/// alone. Layers come first to last, forward before backward.
#[derive(Debug, Clone)]
pub struct States {
    /// `[layers * directions, batch, hidden]`
    pub hidden: Tensor,
    /// `[layers * directions, batch, hidden]`: the memory of LSTM.
    pub memory: Option<Tensor>,
}

impl States {
    /// The same values without a way back: what goes from one stretch to the next in truncated
    /// backpropagation through time (Williams and Peng 1990).
    #[must_use]
    pub fn detach(&self) -> Self {
        Self { hidden: self.hidden.detach(), memory: self.memory.as_ref().map(Tensor::detach) }
    }
}

/// All that a stack gives out; Keras' `return_sequences` and `return_state` in one.
#[derive(Debug, Clone)]
pub struct Outputs {
    /// `[batch, steps, directions * hidden]`: every step of the last layer.
    pub sequence: Tensor,
    /// `[batch, directions * hidden]`: the last layer after its last step; backward, that is the
    /// first step of the sequence.
    pub last: Tensor,
    /// Where every layer stands after its last step.
    pub states: States,
}

/// The values inside one layer and direction.
#[derive(Debug, Clone)]
pub struct Inside {
    /// Layer, from 0.
    pub layer: usize,
    /// Whether it reads from the end.
    pub reverse: bool,
    /// What the third dimension holds: i, f, g, o, c, h for LSTM.
    pub names: &'static [&'static str],
    /// `[batch, steps, names, hidden]`
    pub values: Tensor,
}

/// What one layer gave out, time-major.
struct LayerOutputs {
    /// `[steps, batch, directions * hidden]`
    sequence: Tensor,
    /// `[1, batch, hidden]` for each direction.
    hidden: Vec<Tensor>,
    /// Likewise, for LSTM.
    memory: Vec<Tensor>,
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

    /// Everything over `[batch, steps, features]`, from `start` or from zero. With `dropout`, for
    /// `backward`; it falls between layers and, where it drops states, within them.
    ///
    /// # Errors
    /// Where the input has another number of features, or the states another shape.
    pub fn forward(
        &self,
        input: &Tensor,
        start: Option<&States>,
        mut dropout: Option<&mut Dropout>,
    ) -> Result<Outputs> {
        let mut values = input.transpose(0, 1)?.contiguous()?;
        let (mut hidden, mut memory, mut last) = (Vec::new(), Vec::new(), Vec::new());
        for (index, layers) in self.layers.iter().enumerate() {
            if index > 0
                && let Some(dropout) = dropout.as_deref_mut()
            {
                values = dropout.apply(&values)?;
            }
            let outputs =
                self.layer_outputs(index, layers, &values, start, dropout.as_deref_mut())?;
            values = outputs.sequence;
            last.clone_from(&outputs.hidden);
            hidden.extend(outputs.hidden);
            memory.extend(outputs.memory);
        }
        Ok(Outputs {
            sequence: values.transpose(0, 1)?,
            last: Tensor::cat(&last, 2)?.squeeze(0)?,
            states: States {
                hidden: Tensor::cat(&hidden, 0)?,
                memory: if memory.is_empty() { None } else { Some(Tensor::cat(&memory, 0)?) },
            },
        })
    }

    fn layer_outputs(
        &self,
        index: usize,
        layers: &[RecurrentLayer],
        input: &Tensor,
        start: Option<&States>,
        mut dropout: Option<&mut Dropout>,
    ) -> Result<LayerOutputs> {
        let (steps, batch, _) = input.dims3()?;
        let (mut sequences, mut hidden, mut memory) = (Vec::new(), Vec::new(), Vec::new());
        for (direction, layer) in layers.iter().enumerate() {
            let shape = layer.shape();
            let start = match start {
                Some(start) => Some(self.start_of(start, index * layers.len() + direction)?),
                None => None,
            };
            let run = Run {
                output: Output::Everything,
                learning: dropout.is_some(),
                mask: dropout.as_deref_mut().and_then(|d| d.state_mask(batch * shape.hidden)),
            };
            let all = layer.forward(input, start.as_ref(), run)?;
            let last_step = if shape.reverse { 0 } else { steps - 1 };
            hidden.push(all.narrow(0, last_step, 1)?);
            if shape.cell.has_memory() {
                memory.push(all.narrow(0, steps, 1)?);
            }
            sequences.push(all.narrow(0, 0, steps)?);
        }
        Ok(LayerOutputs { sequence: joined(sequences)?, hidden, memory })
    }

    /// The states one layer and direction begins with, `[states, batch, hidden]`.
    fn start_of(&self, start: &States, place: usize) -> Result<Tensor> {
        let count = self.layers().count();
        let (found, _, _) = start.hidden.dims3()?;
        if found != count {
            bail!("{count} layers and directions begin with as many states, got {found}")
        }
        let hidden = start.hidden.narrow(0, place, 1)?;
        let has_memory = self.layers().any(|(_, layer)| layer.shape().cell.has_memory());
        match (&start.memory, has_memory) {
            (Some(memory), true) => Tensor::cat(&[hidden, memory.narrow(0, place, 1)?], 0),
            (None, false) => hidden.contiguous(),
            (None, true) => bail!("LSTM begins with a memory beside the hidden state; got none"),
            (Some(_), false) => {
                bail!("only LSTM begins with a memory; pass the hidden state alone")
            }
        }
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
                let learning = dropout.is_some();
                let len = batch * layer.shape().hidden;
                let mask = dropout.as_deref_mut().and_then(|dropout| dropout.state_mask(len));
                directions.push(layer.forward(&values, None, Run { output, learning, mask })?);
            }
            values = joined(directions)?;
        }
        Ok(values)
    }

    /// The gates, memory and hidden state of every layer at every step of `[batch, steps, features]`,
    /// from `start` or from zero, without dropout.
    ///
    /// # Errors
    /// As [`Self::forward`].
    pub fn inside(&self, input: &Tensor, start: Option<&States>) -> Result<Vec<Inside>> {
        let mut values = input.transpose(0, 1)?.contiguous()?;
        let steps = values.dim(0)?;
        let mut all = Vec::new();
        for (index, layers) in self.layers.iter().enumerate() {
            let mut sequences = Vec::new();
            for (direction, layer) in layers.iter().enumerate() {
                let start = match start {
                    Some(start) => Some(self.start_of(start, index * layers.len() + direction)?),
                    None => None,
                };
                let (outputs, inside) = layer.forward_inside(&values, start.as_ref())?;
                sequences.push(outputs.narrow(0, 0, steps)?);
                let shape = layer.shape();
                all.push(Inside {
                    layer: index,
                    reverse: shape.reverse,
                    names: shape.cell.inside(),
                    values: inside.transpose(0, 1)?,
                });
            }
            values = joined(sequences)?;
        }
        Ok(all)
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
fn joined(mut directions: Vec<Tensor>) -> Result<Tensor> {
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
