//! Backward of a [`Pass`]: from the gradient of the forecast to that of every parameter.

use candle_core::bail;

use super::NetworkError;
use super::kernels::{DenseGradients, Gradients, OutputGradient, dense_backward};
use super::network::Network;
use super::pass::{Pass, to_step_major};
use super::pass_layer::{PassSizes, multiply_by, with_values};
use crate::cancellation::Cancellation;

impl Pass {
    /// The gradients of every parameter, to be read by [`Self::gradients`], from that of the
    /// forecast of the last [`Self::forward`], `[batch, outputs, horizon]`. Once for each forward pass
    /// with dropout.
    ///
    /// # Errors
    /// Where no such pass came before, or the gradient has another length; where it is cancelled.
    pub fn backward(
        &mut self,
        network: &Network,
        d_forecast: &[f32],
        cancel: &Cancellation<'_>,
    ) -> Result<(), NetworkError> {
        self.check_gradient(d_forecast)?;
        self.head_backward(network, d_forecast, cancel)?;
        let mut place = self.layers.iter().map(|layer| layer.directions.len()).sum::<usize>();
        for index in (0..self.layers.len()).rev() {
            self.give_outputs(index);
            place -= self.layers[index].directions.len();
            self.layer_backward(network, index, place, cancel)?;
        }
        Ok(())
    }

    fn check_gradient(&mut self, d_forecast: &[f32]) -> candle_core::Result<()> {
        let PassSizes { batch, horizon, outputs, .. } = self.sizes;
        if !std::mem::take(&mut self.ready) {
            bail!("backward needs a forward pass with dropout before it, and one for each")
        }
        if d_forecast.len() != batch * outputs * horizon {
            bail!(
                "the gradient of {batch} rows with {outputs} forecasts of {horizon} rows is needed, \
                 got {} values",
                d_forecast.len()
            )
        }
        Ok(())
    }

    /// Gradients of the head's parameters and, into `d_head`, of what it reads.
    fn head_backward(
        &mut self,
        network: &Network,
        d_forecast: &[f32],
        cancel: &Cancellation<'_>,
    ) -> Result<(), NetworkError> {
        let PassSizes { batch, horizon, known, outputs, .. } = self.sizes;
        to_step_major(&mut self.by_step, d_forecast, (batch, outputs, horizon));
        let of_known = usize::from(known > 0);
        let head = self.gradients.len().saturating_sub(2 + of_known);
        let [weight, bias, rest @ ..] = &mut self.gradients[head..] else {
            let error =
                candle_core::Error::Msg("a network without a head has no gradient".to_owned());
            return Err(error.into());
        };
        if let [known_gradient] = rest {
            known_gradient.fill(0.0);
            for (d, ahead) in d_forecast.iter().zip(self.ahead.chunks_exact(known)) {
                for (sum, ahead) in known_gradient.iter_mut().zip(ahead) {
                    *sum += d * ahead;
                }
            }
        }
        let input = self.d_head.resize(self.head_input.len());
        let gradients = DenseGradients { input, weight, bias };
        with_values(network.head().weight(), |weight| {
            dense_backward(gradients, &self.head_input, weight, &self.by_step, cancel)
        })??;
        multiply_by(&mut self.d_head, &self.head_mask);
        Ok(())
    }

    /// Gives every direction of a layer the gradient of what it gave out: from the head, or from the
    /// layer that read it.
    fn give_outputs(&mut self, index: usize) {
        let rows = self.sizes.steps * self.sizes.batch;
        let (layers, after) = self.layers.split_at_mut(index + 1);
        let Some(layer) = layers.last_mut() else { return };
        let width = layer.directions.iter().map(|d| d.given.shape.hidden).sum::<usize>();
        let all: &[f32] = match after.first_mut() {
            None => &self.d_head,
            Some(after) => {
                let (first, others) = after.directions.split_at_mut(1);
                let Some(first) = first.first_mut() else { return };
                for other in others {
                    for (sum, value) in first.d_input.iter_mut().zip(&*other.d_input) {
                        *sum += value;
                    }
                }
                multiply_by(&mut first.d_input[..rows * width], &after.mask);
                &first.d_input
            }
        };
        let mut start = 0;
        for direction in &mut layer.directions {
            let hidden = direction.given.shape.hidden;
            let out = direction.d_hidden.resize(all.len() / width * hidden);
            if hidden == width {
                out.copy_from_slice(all);
            } else {
                for (out, row) in out.chunks_exact_mut(hidden).zip(all.chunks_exact(width)) {
                    out.copy_from_slice(&row[start..start + hidden]);
                }
            }
            start += hidden;
        }
    }

    /// The gradients of one layer, whose first direction is number `place` of all.
    fn layer_backward(
        &mut self,
        network: &Network,
        index: usize,
        place: usize,
        cancel: &Cancellation<'_>,
    ) -> Result<(), NetworkError> {
        let sizes = self.sizes;
        let Some(layers) = network.recurrent().by_layer().nth(index) else { return Ok(()) };
        let (before, from) = self.layers.split_at_mut(index);
        let Some(pass) = from.first_mut() else { return Ok(()) };
        let last_only =
            index + 1 == network.recurrent().by_layer().len() && sizes.outputs < sizes.steps;
        for (direction, layer) in layers.iter().enumerate() {
            let own = &mut pass.directions[direction];
            let mut memory = std::mem::take(&mut own.memory);
            let mut d_input = std::mem::take(&mut own.d_input);
            let input = pass.input(before.last());
            let own = &pass.directions[direction];
            let gradient = OutputGradient { hidden: &own.d_hidden, last_only, memory: None };
            let wanted = Gradients {
                parameters: &mut self.gradients[place + direction],
                input: (index > 0).then(|| d_input.resize(input.len())),
                start: false,
            };
            let done = with_values(layer.parameters(), |parameters| {
                let call = own.given.call(sizes, input, parameters);
                call.backward(&mut memory, &gradient, wanted, cancel)
            });
            let own = &mut pass.directions[direction];
            (own.memory, own.d_input) = (memory, d_input);
            done??;
        }
        Ok(())
    }
}
