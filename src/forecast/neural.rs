//! The networks as forecasters: transform, window, nn and train tied together.
//!
//! Transforms and weights see rows of the training part only, and the validation part chooses the
//! epoch; a forecast reads the last `lookback` rows before its origin (and those that differences of
//! them, and what stands in for missing values, reach back to) and nothing after it. Gaps are filled
//! before values are transformed.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use crate::nn::{ModelConfig, Network};
use crate::series::{Filler, MissingPolicy, Series};
use crate::train::{
    EpochSummary, InputTensors, Material, TrainConfig, TrainError, TrainEvent, TrainingData,
    fit as train,
};
use crate::transform::{TimeFeatures, Transform, TransformConfig};
use crate::window::{
    Batch, KnownInputs, Part, Reference, Rows, Source, Split, WindowConfig, Windows,
};

use super::{EpochReport, FitEvent, Fitted, Flow, ForecastError, Forecaster, LiveForecast};

/// Time between live forecasts: redrawn often enough to look alive, seldom enough to cost nothing.
const LIVE_INTERVAL: Duration = Duration::from_millis(80);

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
    /// How it is trained.
    pub train: TrainConfig,
}

impl Forecaster for NeuralForecaster {
    fn name(&self) -> &str {
        self.model.cell.name()
    }

    fn fit(
        &self,
        series: &Series,
        split: &Split,
        on_event: &mut dyn FnMut(FitEvent) -> Flow,
    ) -> Result<Box<dyn Fitted>, ForecastError> {
        let rows = &series.values[..];
        let known = &rows[..split.test.start.min(rows.len())];
        let training = &known[..split.train.end.min(known.len())];
        let transform = Transform::fit(&self.transform, self.season_length, training)?;
        let features = TimeFeatures::new(&self.transform, &series.axis, training.len())?;
        let known_inputs = KnownInputs::of_rows(&features, 0..known.len());
        let mut fitted = FittedNetwork {
            network: self.network(features.width())?,
            features,
            transform,
            forecaster: self.clone(),
            was_stopped: false,
        };
        let scaled = Rows::new(known, Some(&fitted.transform), self.filler());
        let train_windows = self.windows(&scaled, split, Part::Train)?;
        let validation_windows = self.windows(&scaled, split, Part::Validation)?;
        let data = TrainingData {
            source: Source {
                rows: &scaled,
                known: &known_inputs,
                reference: Reference::of_windows(self.transform.subtract_last),
            },
            train: Material::Windows(&train_windows),
            validation: Material::Windows(&validation_windows),
            zero: 0.0,
        };
        let mut reporter = Reporter::new(self, rows, split, train_windows.len());
        let dropout = self.model.dropout_of_seed(self.train.seed);
        let outcome =
            train(&fitted.network, &data, &self.train, dropout, &mut |event| match reporter
                .report(event, &fitted)
            {
                Some(event) => on_event(event),
                None => Flow::Stop,
            });
        let outcome = outcome.map_err(|error| self.training_error(error, split))?;
        if outcome.was_stopped && outcome.best_epoch == 0 {
            return Err(ForecastError::StoppedEarly);
        }
        fitted.was_stopped = outcome.was_stopped;
        Ok(Box::new(fitted))
    }
}

impl NeuralForecaster {
    const fn filler(&self) -> Filler {
        Filler { policy: self.missing, season_length: self.season_length }
    }

    /// An untrained network for one value a step and `known` numbers beside it.
    fn network(&self, known: usize) -> Result<Network, ForecastError> {
        Network::with_known(&self.model, known, self.window.horizon, self.train.seed)
            .map_err(|source| ForecastError::Tensor { doing: "building the network", source })
    }

    /// Windows of a part to learn from; a validation part of no rows may have none.
    fn windows(
        &self,
        scaled: &Rows<'_>,
        split: &Split,
        part: Part,
    ) -> Result<Windows, ForecastError> {
        let windows = Windows::new(scaled, split, &self.window, part);
        let (name, rows) = match part {
            Part::Train => ("training", split.train.len()),
            Part::Validation => ("validation", split.validation.len()),
            Part::Test => ("test", split.test.len()),
        };
        if windows.is_empty() && (rows > 0 || part == Part::Train) {
            return Err(self.no_windows(name, rows));
        }
        Ok(windows)
    }

    const fn no_windows(&self, part: &'static str, rows: usize) -> ForecastError {
        let WindowConfig { lookback, horizon, .. } = self.window;
        ForecastError::NoWindows { part, rows, lookback, horizon }
    }

    fn training_error(&self, error: TrainError, split: &Split) -> ForecastError {
        match error {
            TrainError::NoWindows => self.no_windows("training", split.train.len()),
            TrainError::Diverged(account) => ForecastError::Diverged {
                loss: account.loss,
                epoch: account.epoch,
                batch: account.batch,
            },
            TrainError::Checkpoint(_) | TrainError::OtherRun { .. } => {
                self.no_windows("training", 0)
            }
            TrainError::Tensor(source) => ForecastError::Tensor { doing: "training", source },
        }
    }
}

/// Turns the engine's events into those of a fit, in the series' units.
struct Reporter<'a> {
    config: &'a NeuralForecaster,
    /// Every value of the series: live forecasts are drawn past its end too.
    rows: &'a [f64],
    split: &'a Split,
    windows: usize,
    last_live: Option<Instant>,
}

impl<'a> Reporter<'a> {
    const fn new(
        config: &'a NeuralForecaster,
        rows: &'a [f64],
        split: &'a Split,
        windows: usize,
    ) -> Self {
        Self { config, rows, split, windows, last_live: None }
    }

    fn report(&mut self, event: TrainEvent, fitted: &FittedNetwork) -> Option<FitEvent> {
        match event {
            TrainEvent::Batch { epoch, batch, batches } => {
                Some(FitEvent::Batch { epoch, batch, batches })
            }
            TrainEvent::Epoch(summary) => Some(FitEvent::Epoch(self.epoch(&summary, fitted))),
            TrainEvent::Diverged(_) => None,
        }
    }

    fn epoch(&mut self, summary: &EpochSummary, fitted: &FittedNetwork) -> EpochReport {
        let epochs = self.config.train.epochs;
        let train = &self.config.train;
        let unit = if train.loss.is_in_units() { fitted.transform.unit() } else { 1.0 };
        let in_units = |loss: f64| train.error_of(loss) * unit;
        EpochReport {
            epoch: summary.epoch,
            epochs,
            training_error: in_units(summary.training_loss),
            validation_error: in_units(summary.validation_loss),
            improved: summary.improved,
            windows_per_second: count(self.windows) / summary.training_seconds.max(1e-9),
            seconds_left: summary.elapsed_seconds / count(summary.epoch)
                * count(epochs.saturating_sub(summary.epoch)),
            live: self.live(summary, fitted),
        }
    }

    /// Forecasts with the weights of this epoch, where they are due. Where rows are missing just
    /// before an origin, that forecast is empty.
    fn live(&mut self, summary: &EpochSummary, fitted: &FittedNetwork) -> Option<LiveForecast> {
        let due = self.last_live.is_none_or(|last| last.elapsed() >= LIVE_INTERVAL);
        if !due && !summary.last {
            return None;
        }
        self.last_live = Some(Instant::now());
        let horizon = self.config.window.horizon;
        let holdout = self.split.holdout(horizon);
        let before_holdout = &self.rows[..holdout.start.min(self.rows.len())];
        Some(LiveForecast {
            holdout: fitted.forecast(before_holdout, holdout.len()).unwrap_or_default(),
            future: fitted.forecast(self.rows, horizon).unwrap_or_default(),
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of windows and epochs, for display")]
const fn count(number: usize) -> f64 {
    number as f64
}

/// A trained network with the transform it was trained behind.
#[derive(Debug)]
struct FittedNetwork {
    network: Network,
    transform: Transform,
    features: TimeFeatures,
    forecaster: NeuralForecaster,
    was_stopped: bool,
}

impl Fitted for FittedNetwork {
    fn forecast(&self, history: &[f64], horizon: usize) -> Result<Vec<f64>, ForecastError> {
        let WindowConfig { lookback, horizon: longest, .. } = self.forecaster.window;
        if horizon > longest {
            return Err(ForecastError::HorizonTooLong {
                model: self.forecaster.name().to_owned(),
                asked: horizon,
                longest,
            });
        }
        let needed = lookback + self.transform.span();
        let first = history.len().saturating_sub(needed);
        let is_whole = history[first..].iter().all(|value| !value.is_nan());
        let filled =
            if is_whole { Cow::Borrowed(history) } else { self.forecaster.filler().fill(history) };
        let inputs = &filled[first..];
        let known = inputs.iter().filter(|value| !value.is_nan()).count();
        if known < needed {
            return Err(ForecastError::MissingInput {
                model: self.forecaster.name().to_owned(),
                needed,
                missing: needed - known,
            });
        }
        self.transform.check_domain(inputs)?;
        let mut forecast = self
            .run(&filled)
            .map_err(|source| ForecastError::Tensor { doing: "forecasting", source })?;
        forecast.truncate(horizon);
        Ok(forecast)
    }

    fn parameters(&self) -> usize {
        self.network.parameter_count()
    }

    fn weights(&self) -> Result<Option<Vec<u8>>, ForecastError> {
        self.network.to_safetensors().map(Some).map_err(|error| ForecastError::Tensor {
            doing: "laying out the weights",
            source: candle_core::Error::wrap(error),
        })
    }

    fn was_stopped(&self) -> bool {
        self.was_stopped
    }
}

impl FittedNetwork {
    /// All values of the horizon after `history`, in the series' units. The last `lookback` values
    /// and those that differences of them reach back to are known, or filled in.
    fn run(&self, history: &[f64]) -> candle_core::Result<Vec<f64>> {
        let WindowConfig { lookback, horizon, .. } = self.forecaster.window;
        let (origin, span) = (history.len(), self.transform.span());
        let first_row = origin.saturating_sub(lookback + span);
        let scaled = self.transform.apply(first_row, &history[first_row..]).split_off(span);
        let known = KnownInputs::of_rows(&self.features, first_row + span..origin + horizon);
        let reference = Reference::of_windows(self.forecaster.transform.subtract_last);
        let mut batch = Batch::default();
        let level = batch.gather_input(&scaled, &known, reference, horizon);
        let tensors = InputTensors::new(&batch, lookback, horizon)?;
        let forecast = self.network.forward(tensors.inputs())?.flatten_all()?.to_vec1::<f32>()?;
        let levelled: Vec<f64> =
            forecast.into_iter().map(|value| f64::from(value) + level).collect();
        Ok(self.transform.origin(history).inverse(&levelled))
    }
}

#[cfg(test)]
#[path = "neural_tests.rs"]
mod tests;
