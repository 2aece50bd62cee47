//! The networks as forecasters: transform, window, nn and train tied together.
//!
//! Transforms and weights see rows of the training part only, and the validation part chooses the
//! epoch; a forecast reads the last rows before its origin (the lookback, or what brings a state up,
//! and those that differences of them, and what stands in for missing values, reach back to) and
//! nothing after it. Gaps are filled before values are transformed.

mod basis;
mod checkpoint;
mod fit;
mod fitted;
mod pace;
mod reporter;
mod rounds;

use crate::cancellation::{Cancellation, Cancelled};
use crate::nn::{ModelConfig, NetworkError};
use crate::series::{Filler, MissingPolicy};
use crate::train::{Flow, TrainConfig, TrainError};
use crate::transform::TransformConfig;
use crate::window::{Split, WindowConfig};

use super::{
    Context, EpochReport, FitChange, FitEvent, Fitted, ForecastError, LiveForecast, Model,
    Observer, Prediction, Request, TrainingSeries, TrainingSet, Watched,
};

pub use checkpoint::{FitCheckpoint, FitState, PastEpoch};
pub use fitted::{FittedNetwork, Refit};
pub use pace::{Effort, Pace};
pub use rounds::{DivergedBatch, DivergedRows};

/// A recurrent network with all its settings.
#[derive(Debug, Clone, PartialEq)]
pub struct NeuralForecaster {
    /// What stands in for missing inputs.
    pub missing: MissingPolicy,
    /// How values are transformed.
    pub transform: TransformConfig,
    /// Rows in one season, for seasonal transforms and missing values; 1 for none.
    pub season_length: usize,
    /// Lookback and horizon; the parts come with the series.
    pub window: WindowConfig,
    /// The shape of the network.
    pub model: ModelConfig,
    pub train: TrainConfig,
}

impl Model for NeuralForecaster {
    fn name(&self) -> &str {
        self.model.cell.name()
    }

    fn fit(
        &self,
        training: &TrainingSet,
        cancel: &Cancellation<'_>,
        observer: &mut Observer<'_>,
    ) -> Result<Box<dyn Fitted>, ForecastError> {
        Ok(Box::new(self.fit_from(training.only()?, None, cancel, observer)?))
    }
}

/// A network whose fit goes on where a checkpoint of the same fit left it: it ends as if it had never
/// been interrupted, to the last bit.
#[derive(Debug, Clone)]
pub struct ResumedNetwork {
    network: NeuralForecaster,
    checkpoint: FitCheckpoint,
}

impl Model for ResumedNetwork {
    fn name(&self) -> &str {
        self.network.name()
    }

    /// As [`NeuralForecaster`] fits.
    ///
    /// # Errors
    /// Also where the checkpoint is of another fit.
    fn fit(
        &self,
        training: &TrainingSet,
        cancel: &Cancellation<'_>,
        observer: &mut Observer<'_>,
    ) -> Result<Box<dyn Fitted>, ForecastError> {
        let from = Some(&self.checkpoint);
        Ok(Box::new(self.network.fit_from(training.only()?, from, cancel, observer)?))
    }
}

impl NeuralForecaster {
    /// The same network, to be fitted from a checkpoint on.
    pub const fn resuming(self, checkpoint: FitCheckpoint) -> ResumedNetwork {
        ResumedNetwork { network: self, checkpoint }
    }

    const fn filler(&self) -> Filler {
        Filler { policy: self.missing, season_length: self.season_length }
    }

    const fn no_windows(&self, part: &'static str, rows: usize) -> ForecastError {
        let WindowConfig { lookback, horizon, .. } = self.window;
        ForecastError::NoWindows { part, rows, lookback, horizon }
    }

    fn training_error(&self, error: TrainError, split: &Split) -> ForecastError {
        match error {
            TrainError::NoWindows => self.no_windows("training", split.train.len()),
            TrainError::Diverged(account) => {
                ForecastError::Diverged(Box::new(DivergedBatch::new(0, *account, &[], 0)))
            }
            TrainError::Cancelled(_) => ForecastError::StoppedEarly,
            TrainError::Tensor(source) => ForecastError::Tensor { doing: "training", source },
            error @ (TrainError::Checkpoint(_) | TrainError::OtherRun { .. }) => {
                ForecastError::Checkpoint(error.to_string())
            }
        }
    }
}

/// What kept a network from being made or from forecasting, while `doing` that.
fn network_error(doing: &'static str, error: NetworkError) -> ForecastError {
    match error {
        NetworkError::Cancelled(cancelled) => cancelled.into(),
        NetworkError::Tensor(source) => ForecastError::Tensor { doing, source },
    }
}

impl From<Cancelled> for ForecastError {
    fn from(_: Cancelled) -> Self {
        Self::StoppedEarly
    }
}

#[cfg(test)]
mod stop_tests;
#[cfg(test)]
mod tests;
