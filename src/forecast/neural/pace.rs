//! How fast a network would learn, found by letting one learn for a moment. Nothing of it stays.

use std::time::{Duration, Instant};

use super::basis::{Basis, Cuts};
use super::effort::Effort;
use super::rounds::share_threads;
use super::{ForecastError, NeuralForecaster, TrainingSeries};
use crate::cancellation::Cancellation;
use crate::train::{Engine, TrainConfig, TrainError, TrainEvent};

/// Time that is spent on trying, unless a single batch takes longer.
const TRYING: Duration = Duration::from_millis(250);
/// Batches after which the pace is known well enough.
const ENOUGH: usize = 40;

/// The pace of a fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Seconds that all networks together learn in an epoch.
    pub learning: f64,
    /// What there is to do beside that.
    pub effort: Effort,
}

impl Pace {
    /// Seconds of so many epochs and of the fit to all rows that follows, at the most.
    pub fn seconds(&self, epochs: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a count of epochs, for an estimate")]
        let epochs = epochs as f64;
        self.effort.seconds(epochs, self.learning)
    }

    /// Epochs that take no longer than this; 1 at least.
    pub fn epochs_within(&self, seconds: f64) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast that ends at the bounds"
        )]
        let epochs = (seconds / self.seconds(1).max(1e-9)) as usize;
        epochs.max(1)
    }
}

impl NeuralForecaster {
    /// Learns from a few batches of the training part and measures it; `None` where it is cancelled before
    /// anything is known.
    ///
    /// # Errors
    /// As fitting, where the parts are too short or the values do not suit the transform.
    pub fn pace(
        &self,
        training: &TrainingSeries,
        cancel: &Cancellation<'_>,
    ) -> Result<Option<Pace>, ForecastError> {
        let TrainingSeries { context, split, .. } = training;
        let basis = Basis::fit(self, context, split)?;
        let cuts = Cuts::new(self, context.target(), split, &basis)?;
        let (known, seed) = (basis.features.width(), self.train.seed);
        let network = match self.network(known, seed, cancel) {
            Err(ForecastError::StoppedEarly) => return Ok(None),
            network => network?,
        };
        let members = self.train.ensemble.max(1);
        let (workers, threads) = share_threads(self.train.threads, members);
        let (patience, epochs) = (usize::MAX, usize::MAX);
        let config = TrainConfig { threads: Some(threads), patience, epochs, ..self.train.clone() };
        let dropout = self.model.dropout_of_seed(seed);
        let engine = Engine::new(&network, &cuts.data(), &config, dropout);
        let tried = engine.and_then(|mut engine| try_out(&mut engine, cancel));
        match tried {
            Ok(epoch_seconds) => {
                let turns = u32::try_from(members.div_ceil(workers)).unwrap_or(u32::MAX);
                let learning = epoch_seconds * f64::from(turns);
                Ok(Some(Pace { learning, effort: Effort::of(self, split) }))
            }
            Err(TrainError::Cancelled(_)) => Ok(None),
            Err(error) => Err(self.training_error(error, split)),
        }
    }
}

/// Seconds that an epoch of batches takes, by those that were learned from in a moment.
fn try_out(engine: &mut Engine<'_>, cancel: &Cancellation<'_>) -> Result<f64, TrainError> {
    let started = Instant::now();
    // The first batch makes buffers and wakes threads up: it counts only where there is no other.
    let mut first = None;
    let (mut seconds, mut tried, mut in_epoch) = (0.0, 0_u32, 1);
    while (tried as usize) < ENOUGH && (first.is_none() || started.elapsed() < TRYING) {
        let before = Instant::now();
        let event = engine.step(cancel)?;
        let took = before.elapsed().as_secs_f64();
        if let TrainEvent::Batch { batches, .. } = event {
            in_epoch = batches;
            if first.is_none() {
                first = Some(took);
            } else {
                (seconds, tried) = (seconds + took, tried + 1);
            }
        }
    }
    let batch = if tried > 0 { seconds / f64::from(tried) } else { first.unwrap_or(0.0) };
    #[expect(clippy::cast_precision_loss, reason = "a count of batches, for an estimate")]
    let batches = in_epoch as f64;
    Ok(batch * batches)
}
