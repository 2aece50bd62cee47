//! What a batch is to be forecast as, and the loss of a forecast of it.
//!
//! A missing target has no part in the loss, and so none in any gradient.

use candle_core::{Device, Result, Tensor, bail};

use super::Loss;
use crate::window::Batch;

/// The targets of a batch.
#[derive(Debug, Clone)]
pub struct Targets {
    /// `[batch, horizon]`, 0 where masked.
    values: Tensor,
    /// Where any is missing: `[batch, horizon]`, 1 for a known one and 0 for a missing one, and the
    /// number of known ones.
    mask: Option<(Tensor, f64)>,
}

impl Targets {
    /// Copies the targets of a batch of windows of `horizon` rows.
    ///
    /// # Errors
    /// Where the batch holds windows of another horizon.
    pub fn new(batch: &Batch, horizon: usize) -> Result<Self> {
        let shape = (batch.size, horizon);
        let values = Tensor::from_slice(&batch.targets, shape, &Device::Cpu)?;
        if batch.known_targets == batch.targets.len() {
            return Ok(Self { values, mask: None });
        }
        #[expect(clippy::cast_precision_loss, reason = "a batch has far fewer than 2^53 targets")]
        let known = batch.known_targets as f64;
        let mask = Tensor::from_slice(&batch.mask, shape, &Device::Cpu)?;
        Ok(Self { values, mask: Some((mask, known)) })
    }

    /// The mean loss of a `[batch, horizon]` forecast over the known targets.
    ///
    /// # Errors
    /// Where the forecast has another shape.
    pub fn loss(&self, loss: Loss, forecast: &Tensor) -> Result<Tensor> {
        let error = (forecast - &self.values)?;
        let size = |error: &Tensor| match loss {
            Loss::Mse => error.sqr(),
            Loss::Mae => error.abs(),
            other => bail!("no graph of {other:?} is built"),
        };
        match &self.mask {
            None => size(&error)?.mean_all(),
            Some((mask, known)) => size(&(error * mask)?)?.sum_all()? / *known,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Var;

    /// Two windows of three rows; one target is missing in each.
    fn batch() -> Batch {
        Batch {
            targets: vec![1.0, 0.0, 3.0, 0.0, 5.0, 6.0],
            mask: vec![1.0, 0.0, 1.0, 0.0, 1.0, 1.0],
            known_targets: 4,
            size: 2,
            ..Batch::default()
        }
    }

    #[test]
    fn a_missing_target_has_no_part_in_the_loss_or_its_gradient() {
        let targets = Targets::new(&batch(), 3).unwrap();
        for (loss, expected) in [(Loss::Mse, (1.0 + 4.0 + 9.0) / 4.0), (Loss::Mae, 6.0 / 4.0)] {
            for missed in [0.0_f32, 1e6] {
                let forecast = [2.0, missed, 5.0, -missed, 5.0, 9.0];
                let forecast = Var::from_slice(&forecast, (2, 3), &Device::Cpu).unwrap();
                let value = targets.loss(loss, forecast.as_tensor()).unwrap();
                assert_eq!(value.to_scalar::<f32>().unwrap(), expected, "{loss:?}");
                let gradients = value.backward().unwrap();
                let gradient = gradients.get(forecast.as_tensor()).unwrap();
                let gradient = gradient.flatten_all().unwrap().to_vec1::<f32>().unwrap();
                let of_known = |error: f32| match loss {
                    Loss::Mse => 2.0 * error / 4.0,
                    _ => 0.25,
                };
                let expected = [of_known(1.0), 0.0, of_known(2.0), 0.0, gradient[4], of_known(3.0)];
                assert_eq!(gradient, expected, "{loss:?}");
            }
        }
    }

    #[test]
    fn where_none_is_missing_the_loss_is_the_mean_of_all() {
        let whole = Batch {
            targets: vec![1.0, 2.0],
            mask: vec![1.0; 2],
            known_targets: 2,
            size: 1,
            ..Batch::default()
        };
        let forecast = Tensor::from_slice(&[2.0_f32, 5.0], (1, 2), &Device::Cpu).unwrap();
        let loss = Targets::new(&whole, 2).unwrap().loss(Loss::Mse, &forecast).unwrap();
        assert_eq!(loss.to_scalar::<f32>().unwrap(), 5.0);
    }
}
