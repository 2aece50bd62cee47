//! What a network would do, without training it: how fast it would learn, how much work a fit is, and
//! which learning rates suit it. Nothing of a try stays.

use std::time::{Duration, Instant};

use super::basis::{Basis, Cuts};
use super::rounds::share_threads;
use super::{Flow, ForecastError, NeuralForecaster, TrainingSeries};
use crate::cancellation::Cancellation;
use crate::stats::number;
use crate::train::{
    Engine, RangePoint, RangeTest, StateMode, TrainConfig, TrainError, TrainEvent, range_test,
};
use crate::window::Split;

/// Time that is spent on trying, unless a single batch takes longer.
const TRYING_TIME: Duration = Duration::from_millis(250);
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
    while (tried as usize) < ENOUGH && (first.is_none() || started.elapsed() < TRYING_TIME) {
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

/// Share of the work of learning from a window that trying the network on one is: the way forward
/// without the way back and without the update of the weights.
const TRYING: f64 = 1.0 / 3.0;

/// The work of an epoch and of what follows, where learning from the training part once is 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// Trying the network on the validation part.
    validation: f64,
    /// Learning from all rows once, where a fit to all rows follows.
    all: Option<f64>,
}

impl Effort {
    /// That of fitting a forecaster to a series cut like this.
    pub fn of(forecaster: &NeuralForecaster, split: &Split) -> Self {
        let window = &forecaster.window;
        let spans = match forecaster.train.state_mode {
            StateMode::Stateless => (window.lookback + window.horizon).saturating_sub(1),
            StateMode::Stateful => 0,
        };
        let windows = |rows: usize| number(rows.saturating_sub(spans).max(1));
        let train = windows(split.train.len());
        // Windows of the validation part begin before it.
        let validation = number((split.validation.len() + 1).saturating_sub(window.horizon));
        let has_validation = !split.validation.is_empty();
        Self {
            validation: if has_validation { TRYING * validation / train } else { 0.0 },
            all: forecaster.train.refit.then(|| windows(split.rows()) / train),
        }
    }

    /// Seconds of an epoch on all rows, where one on the training part takes `learning`; none where no
    /// fit to all rows follows.
    pub fn refit_epoch(&self, learning: f64) -> Option<f64> {
        self.all.map(|all| all * learning)
    }

    /// Seconds of so many epochs and of the fit to all rows that follows, at the most.
    pub fn seconds(&self, epochs: f64, learning: f64) -> f64 {
        epochs * learning * (1.0 + self.validation + self.all.unwrap_or(0.0))
    }
}

impl NeuralForecaster {
    /// Runs the test on the training part; `on_point` gets every point and may end it, as `cancel`
    /// does. Nothing of it stays.
    ///
    /// # Errors
    /// As fitting, where the parts are too short or the values do not suit the transform.
    pub fn range_test(
        &self,
        training: &TrainingSeries,
        cancel: &Cancellation<'_>,
        on_point: &mut dyn FnMut(RangePoint) -> Flow,
    ) -> Result<RangeTest, ForecastError> {
        let TrainingSeries { context, split, .. } = training;
        let basis = Basis::fit(self, context, split)?;
        let cuts = Cuts::new(self, context.target(), split, &basis)?;
        let (known, seed) = (basis.features.width(), self.train.seed);
        let network = match self.network(known, seed, cancel) {
            Err(ForecastError::StoppedEarly) => return Ok(RangeTest::default()),
            network => network?,
        };
        let dropout = self.model.dropout_of_seed(seed);
        range_test(&network, &cuts.data(), &self.train, dropout, cancel, on_point)
            .map_err(|error| self.training_error(error, split))
    }
}
