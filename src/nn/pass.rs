//! One pass through a network on plain slices: forward here, backward in `pass_backward`.
//!
//! What a graph of the tensor library does, with the kernels called directly and every buffer kept, so
//! that a step takes no memory from the system once the largest batch was seen. Not for losses or optimisers (`train`).

use candle_core::bail;

use super::NetworkError;
use super::kernels::{Buffer, checked_len, dense};
use super::network::Network;
use super::pass_layer::{LayerPass, PassSizes, StateValues, join, multiply_by, with_values};
use super::random::Dropout;
use super::stack::RecurrentLayer;
use crate::cancellation::Cancellation;

/// Steps of the window after which a forecast is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OutputSteps {
    /// The last one.
    #[default]
    Last,
    /// Every one.
    Every,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct PassInputs<'a> {
    pub batch: usize,
    pub steps: usize,
    /// `[batch, steps, features]`
    pub steps_values: &'a [f32],
    /// `[batch, outputs, horizon, known]`: what is known of the rows to forecast; empty where nothing
    /// is.
    pub ahead: &'a [f32],
    /// The states to begin with; without, the network's own, which are zero where not learned.
    pub start: Option<&'a StateValues>,
    /// `[batch]`, or empty: rows that begin with the network's own states although some are given.
    pub fresh: &'a [bool],
    /// After which steps a forecast is made.
    pub outputs: OutputSteps,
}

#[derive(Debug)]
pub struct Pass {
    pub(super) sizes: PassSizes,
    pub(super) layers: Vec<LayerPass>,
    /// `[outputs, batch, width]`: the last layer's states after dropout.
    pub(super) head_input: Buffer,
    /// The same shape: the mask of that dropout; empty without.
    pub(super) head_mask: Buffer,
    /// `[outputs, batch, horizon]`: the forecast, then its gradient.
    pub(super) by_step: Buffer,
    /// `[outputs, batch, width]`: the gradient of the last layer's states.
    pub(super) d_head: Buffer,
    /// `[batch, outputs, horizon]`
    forecast: Buffer,
    /// `[batch, outputs, horizon, known]`
    pub(super) ahead: Buffer,
    /// Whether backward may follow.
    pub(super) ready: bool,
    /// One for each parameter of the network, in its order.
    pub(super) gradients: Vec<Vec<f32>>,
}

impl Pass {
    /// A pass for this network, or another of the same shape.
    pub fn new(network: &Network) -> Self {
        let layers = network.recurrent().by_layer();
        let parameters = network.each_parameter();
        Self {
            sizes: PassSizes::default(),
            layers: layers
                .map(|layer| LayerPass::new(layer.iter().map(RecurrentLayer::shape)))
                .collect(),
            head_input: Buffer::default(),
            head_mask: Buffer::default(),
            by_step: Buffer::default(),
            d_head: Buffer::default(),
            forecast: Buffer::default(),
            ahead: Buffer::default(),
            ready: false,
            gradients: parameters.map(|parameter| vec![0.0; parameter.elem_count()]).collect(),
        }
    }

    /// The forecast, `[batch, outputs, horizon]`; `outputs` is 1, or as many as steps. With `dropout`
    /// [`Self::backward`] may follow.
    ///
    /// # Errors
    /// Where an input has another length than the sizes say, or the network another shape; where it is
    /// cancelled.
    pub fn forward(
        &mut self,
        network: &Network,
        inputs: &PassInputs<'_>,
        mut dropout: Option<&mut Dropout>,
        cancel: &Cancellation<'_>,
    ) -> Result<&[f32], NetworkError> {
        let learning = dropout.is_some();
        self.run_layers(network, inputs, dropout.as_deref_mut(), cancel)?;
        self.read_head(dropout);
        self.apply_head(network, cancel)?;
        self.add_known(network, inputs.ahead)?;
        self.ready = learning;
        Ok(&self.forecast)
    }

    /// Every recurrent layer, first to last.
    fn run_layers(
        &mut self,
        network: &Network,
        inputs: &PassInputs<'_>,
        mut dropout: Option<&mut Dropout>,
        cancel: &Cancellation<'_>,
    ) -> Result<(), NetworkError> {
        self.ready = false;
        self.sizes = self.checked(network, inputs)?;
        let sizes = self.sizes;
        let mut place = 0;
        for (index, layers) in network.recurrent().by_layer().enumerate() {
            let (before, from) = self.layers.split_at_mut(index);
            let (before, Some(pass)) = (before.last(), from.first_mut()) else { continue };
            match before {
                Some(before) => pass.read(before, sizes, dropout.as_deref_mut()),
                None => to_step_major(
                    pass.values.resize(inputs.steps_values.len()),
                    inputs.steps_values,
                    (sizes.batch, sizes.steps, sizes.features),
                ),
            }
            for (direction, layer) in layers.iter().enumerate() {
                let dropout = dropout.as_deref_mut();
                let given = &mut pass.directions[direction].given;
                given.take(sizes.batch, place, inputs.start, inputs.fresh, dropout);
                place += 1;
                let mut memory = std::mem::take(&mut pass.directions[direction].memory);
                let input = pass.input(before);
                let done = with_values(layer.parameters(), |parameters| {
                    let given = &pass.directions[direction].given;
                    given.call(sizes, input, parameters).forward(&mut memory, cancel)
                });
                pass.directions[direction].memory = memory;
                done??;
            }
        }
        Ok(())
    }

    fn checked(
        &self,
        network: &Network,
        inputs: &PassInputs<'_>,
    ) -> candle_core::Result<PassSizes> {
        let &PassInputs { batch, steps, steps_values, ahead, start, fresh, outputs } = inputs;
        let (horizon, width) = network.head().weight().dims2()?;
        let known = network.head().known().map_or(0, |known| known.elem_count());
        let ours = self.layers.iter().flat_map(|layer| &layer.directions).map(|d| d.given.shape);
        let theirs = network.recurrent().layers().map(|(_, layer)| layer.shape());
        let same_head = self.gradients.iter().rev().nth(usize::from(known > 0) + 1);
        if !ours.eq(theirs) || same_head.is_none_or(|weight| weight.len() != horizon * width) {
            bail!("a pass was made for a network of another shape")
        }
        let directions = || self.layers.iter().flat_map(|layer| &layer.directions);
        let features = directions().next().map_or(0, |first| first.given.shape.features);
        let outputs = if outputs == OutputSteps::Last { 1 } else { steps };
        let has_room = directions().all(|direction| direction.given.shape.has_room(steps, batch));
        let head_len = checked_len(&[batch, outputs, width.max(horizon)]);
        if !has_room || head_len.is_none() {
            bail!("{batch} rows of {steps} steps are more than any memory holds for this network")
        }
        if batch == 0
            || steps == 0
            || Some(steps_values.len()) != checked_len(&[batch, steps, features])
        {
            bail!(
                "{batch} rows of {steps} steps of {features} features are needed, got {} values",
                steps_values.len()
            )
        }
        if Some(ahead.len()) != checked_len(&[batch, outputs, horizon, known]) {
            bail!(
                "{batch} rows with {outputs} forecasts of {horizon} rows of {known} known inputs are \
                 needed, got {} values",
                ahead.len()
            )
        }
        if !fresh.is_empty() && fresh.len() != batch {
            bail!("{} rows are marked to begin with a fresh state or not, of {batch}", fresh.len())
        }
        if let Some(start) = start {
            let hidden: usize = directions().map(|d| batch * d.given.shape.hidden).sum();
            let has_memory = directions().any(|d| d.given.shape.cell.has_memory());
            let memory = if has_memory { hidden } else { 0 };
            if (start.hidden.len(), start.memory.len()) != (hidden, memory) {
                bail!(
                    "states of {hidden} and {memory} values (hidden, memory) are needed, got {} and {}",
                    start.hidden.len(),
                    start.memory.len()
                )
            }
        }
        Ok(PassSizes { batch, steps, features, width, horizon, known, outputs })
    }

    fn read_head(&mut self, dropout: Option<&mut Dropout>) {
        let PassSizes { batch, steps, width, outputs, .. } = self.sizes;
        let values = self.head_input.resize(outputs * batch * width);
        if let Some(last) = self.layers.last() {
            join(values, &last.directions, |direction| {
                let all = &direction.memory.hidden;
                if outputs == steps && steps > 1 {
                    return all;
                }
                let len = batch * direction.given.shape.hidden;
                let step = if direction.given.shape.reverse { 0 } else { steps - 1 };
                &all[step * len..(step + 1) * len]
            });
        }
        self.head_mask.resize(0);
        if let Some(dropout) = dropout.filter(|dropout| dropout.drops_values()) {
            dropout.fill_values(self.head_mask.resize(outputs * batch * width));
            multiply_by(&mut self.head_input, &self.head_mask);
        }
    }

    fn apply_head(
        &mut self,
        network: &Network,
        cancel: &Cancellation<'_>,
    ) -> Result<(), NetworkError> {
        let PassSizes { batch, horizon, outputs, .. } = self.sizes;
        let head = network.head();
        let by_step = self.by_step.resize(outputs * batch * horizon);
        with_values(head.weight(), |weight| {
            with_values(head.bias(), |bias| dense(by_step, &self.head_input, weight, bias, cancel))
        })???;
        let forecast = self.forecast.resize(by_step.len());
        to_step_major(forecast, by_step, (outputs, batch, horizon));
        Ok(())
    }

    /// Adds what is known of the rows to forecast.
    fn add_known(&mut self, network: &Network, ahead: &[f32]) -> candle_core::Result<()> {
        self.ahead.copy_from(ahead);
        if let Some(weight) = network.head().known() {
            let known = self.sizes.known;
            with_values(weight, |weight| {
                for (value, ahead) in self.forecast.iter_mut().zip(ahead.chunks_exact(known)) {
                    let products = ahead.iter().zip(weight).map(|(ahead, weight)| ahead * weight);
                    *value += products.sum::<f32>();
                }
            })?;
        }
        Ok(())
    }

    /// Where every layer stands after its last step of the last forward pass.
    pub fn states(&self, into: &mut StateValues) {
        into.hidden.clear();
        into.memory.clear();
        for direction in self.layers.iter().flat_map(|layer| &layer.directions) {
            let shape = direction.given.shape;
            let len = self.sizes.batch * shape.hidden;
            let step = if shape.reverse { 0 } else { self.sizes.steps.saturating_sub(1) };
            let last = step * len..(step + 1) * len;
            into.hidden.extend_from_slice(&direction.memory.hidden[last.clone()]);
            if shape.cell.has_memory() {
                into.memory.extend_from_slice(&direction.memory.memory[last]);
            }
        }
    }

    /// The gradient of every parameter, in the order of [`Network::parameters`], after
    /// [`Self::backward`].
    pub fn gradients(&self) -> &[Vec<f32>] {
        &self.gradients
    }
}

impl Network {
    /// The forecast after the last step, `[batch, horizon]`, without dropout.
    ///
    /// # Errors
    /// Where an input has another length than the sizes say; where it is cancelled.
    pub fn forward(
        &self,
        inputs: &PassInputs<'_>,
        cancel: &Cancellation<'_>,
    ) -> Result<Vec<f32>, NetworkError> {
        let inputs = PassInputs { outputs: OutputSteps::Last, ..*inputs };
        Ok(Pass::new(self).forward(self, &inputs, None, cancel)?.to_vec())
    }
}

/// Copies `[outer, inner, width]` values to `[inner, outer, width]`.
pub(super) fn to_step_major(
    out: &mut [f32],
    values: &[f32],
    (outer, inner, width): (usize, usize, usize),
) {
    if outer == 1 || inner == 1 {
        out.copy_from_slice(values);
        return;
    }
    for (row, values) in values.chunks_exact(inner * width).enumerate() {
        for (step, values) in values.chunks_exact(width).enumerate() {
            out[(step * outer + row) * width..][..width].copy_from_slice(values);
        }
    }
}
