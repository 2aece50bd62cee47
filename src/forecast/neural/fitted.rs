//! Trained networks behind the transform they were trained behind: their forecasts, the median of
//! them (Barrow and Crone 2016: networks that differ in their seed only agree better than one), and
//! their weights as a file.
//!
//! One network has PyTorch's names; of several, each has its number before them: `1.weight_ih_l0`.

use std::any::Any;
use std::borrow::Cow;
use std::thread;

use safetensors::SafeTensors;
use safetensors::tensor::TensorView;

use super::super::contract::check;
use super::basis::{Basis, reference};
use super::checkpoint::PastEpoch;
use super::{
    Context, Fitted, ForecastError, Model, NeuralForecaster, Observer, Prediction, Request,
    Watched, network_error,
};
use crate::cancellation::Cancellation;
use crate::nn::{Network, NetworkError, WeightsError};
use crate::stats::median;
use crate::train::{StateMode, inputs_of};
use crate::window::{Batch, KnownInputs, WindowConfig, warm_up};

/// The networks of one fit.
#[derive(Debug)]
pub struct FittedNetwork {
    pub(super) members: Vec<Network>,
    pub(super) basis: Basis,
    /// Rows that a network trained along lanes runs over before a forecast, at the most.
    pub(super) warm_up: usize,
    pub(super) forecaster: NeuralForecaster,
    pub(super) was_stopped: bool,
    /// The epoch whose weights each member has; 0 for those it had in the first when it was stopped.
    pub(super) best_epochs: Vec<usize>,
    pub(super) past: Vec<PastEpoch>,
    /// What they forecast, where that is known already.
    pub(super) ready: Option<Ready>,
}

impl Drop for FittedNetwork {
    fn drop(&mut self) {
        give_back_networks(std::mem::take(&mut self.members));
    }
}

impl Fitted for FittedNetwork {
    fn predict(
        &self,
        context: &Context,
        request: &Request<'_>,
    ) -> Result<Prediction, ForecastError> {
        let members = self.known(context, request.horizon)?;
        let mean = median_forecast(&members);
        let members = if members.len() > 1 { members } else { Vec::new() };
        Ok(Prediction { mean, members, ..Prediction::default() })
    }

    fn parameters(&self) -> usize {
        self.members.iter().map(Network::parameter_count).sum()
    }
}

/// What came of fitting networks once more to every row.
pub enum Refit {
    /// It was ended early by the observer or cancelled.
    Ended,
    Done(Box<FittedNetwork>),
}

impl FittedNetwork {
    /// The networks behind a fitted model; `None` for other models.
    pub fn of(fitted: &dyn Fitted) -> Option<&Self> {
        let any: &dyn Any = fitted;
        any.downcast_ref()
    }

    /// Whether fitting was stopped before its last epoch.
    pub const fn was_stopped(&self) -> bool {
        self.was_stopped
    }

    /// The epoch whose weights each network has; 0 for those it had in the first when it was stopped.
    pub fn best_epochs(&self) -> &[usize] {
        &self.best_epochs
    }

    /// Epochs that another run may go on from, in order.
    pub fn past(&self) -> &[PastEpoch] {
        &self.past
    }

    /// Whether it is to be fitted once more to every row of the series.
    pub const fn wants_refit(&self) -> bool {
        self.forecaster.train.refit && !self.was_stopped
    }

    /// The networks fitted once more to every row of the context, for forecasts of the future.
    ///
    /// # Errors
    /// As [`Model::fit`].
    pub fn refit(
        &self,
        context: &Context,
        cancel: &Cancellation<'_>,
        observer: &mut Observer<'_>,
    ) -> Result<Refit, ForecastError> {
        let refitted = self.forecaster.refit_for(context, &self.best_epochs, cancel, observer)?;
        Ok(refitted.map_or(Refit::Ended, |refitted| Refit::Done(Box::new(refitted))))
    }

    /// The forecast of each member: as it was found while they learned, or else made now, whether
    /// training was stopped or not. Where it was not found, an epoch took no longer than between two
    /// live forecasts, and this takes less than an epoch.
    fn known(&self, context: &Context, horizon: usize) -> Result<Vec<Vec<f64>>, ForecastError> {
        let history = context.target();
        let members = match self.ready.as_ref().and_then(|ready| ready.get(context, horizon)) {
            Some(members) => members,
            None => self.each(history, horizon, &Cancellation::never())?,
        };
        let paths = members.iter().map(Vec::as_slice);
        check(self.forecaster.name(), history, paths)?;
        Ok(members)
    }

    /// The forecast of each member.
    ///
    /// # Errors
    /// Where the history does not serve as input, and where it is cancelled.
    pub(super) fn each(
        &self,
        history: &[f64],
        horizon: usize,
        cancel: &Cancellation<'_>,
    ) -> Result<Vec<Vec<f64>>, ForecastError> {
        let WindowConfig { lookback, horizon: longest, .. } = self.forecaster.window;
        if horizon > longest {
            return Err(ForecastError::HorizonTooLong {
                model: self.forecaster.name().to_owned(),
                asked: horizon,
                longest,
            });
        }
        let span = self.basis.transform.span();
        // A state needs no whole lookback: it is brought up over what there is.
        let needed = span + if self.is_stateful() { 1 } else { lookback };
        let reach = match self.forecaster.train.state_mode {
            StateMode::Stateful => warm_up(history, span, lookback, self.warm_up).len(),
            StateMode::Stateless => lookback,
        };
        let first = history.len().saturating_sub(reach.max(needed - span) + span);
        let is_whole = history[first..].iter().all(|value| !value.is_nan());
        let filled = if is_whole {
            Cow::Borrowed(history)
        } else {
            self.forecaster.filler().fill_for_forecast(history)
        };
        let inputs = &filled[first..];
        let known = inputs.iter().filter(|value| !value.is_nan()).count();
        if known < needed || known < inputs.len() {
            return Err(ForecastError::MissingInput {
                model: self.forecaster.name().to_owned(),
                needed: needed.max(inputs.len()),
                missing: needed.max(inputs.len()) - known,
            });
        }
        self.basis.transform.check_domain(inputs)?;
        let run = |network| {
            let mut forecast = self.run(network, &filled, first, cancel)?;
            forecast.truncate(horizon);
            Ok(forecast)
        };
        self.members
            .iter()
            .map(run)
            .collect::<Result<_, _>>()
            .map_err(|error| network_error("forecasting", error))
    }

    fn is_stateful(&self) -> bool {
        self.forecaster.train.state_mode == StateMode::Stateful
    }

    /// All values of the horizon after `history`, in the series' units, of a network that is shown the
    /// rows from `first_row` on, of which the first ones only make differences.
    fn run(
        &self,
        network: &Network,
        history: &[f64],
        first_row: usize,
        cancel: &Cancellation<'_>,
    ) -> Result<Vec<f64>, NetworkError> {
        let Basis { transform, features, .. } = &self.basis;
        let horizon = self.forecaster.window.horizon;
        let (origin, span) = (history.len(), transform.span());
        let scaled = transform.apply(first_row, &history[first_row..]).split_off(span);
        let known = KnownInputs::of_rows(features, first_row + span..origin + horizon);
        let reference = reference(&self.forecaster.train, self.forecaster.transform.subtract_last);
        let mut batch = Batch::default();
        let level = batch.gather_input(&scaled, &known, reference, horizon);
        let forecast = network.forward(&inputs_of(&batch), cancel)?;
        let levelled: Vec<f64> =
            forecast.into_iter().map(|value| f64::from(value) + level).collect();
        Ok(transform.origin(history).inverse(&levelled))
    }
}

/// The middle value of each row, or the mean of the two in the middle.
pub fn median_forecast<M: AsRef<[f64]>>(members: &[M]) -> Vec<f64> {
    let rows = members.iter().map(|member| member.as_ref().len()).min().unwrap_or(0);
    (0..rows)
        .map(|row| median(members.iter().map(|member| member.as_ref()[row])).unwrap_or(f64::NAN))
        .collect()
}

impl FittedNetwork {
    /// The weights of all members as a safetensors file.
    ///
    /// # Errors
    /// Where candle cannot read a weight.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, ForecastError> {
        of_all(&self.members).map_err(|error| ForecastError::Tensor {
            doing: "laying out the weights",
            source: candle_core::Error::wrap(error),
        })
    }
}

fn of_all(members: &[Network]) -> Result<Vec<u8>, WeightsError> {
    let files: Vec<Vec<u8>> =
        members.iter().map(Network::to_safetensors).collect::<Result<_, _>>()?;
    if let [one] = &files[..] {
        return Ok(one.clone());
    }
    let mut named: Vec<(String, TensorView<'_>)> = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let tensors = SafeTensors::deserialize(file)?.tensors();
        named.extend(tensors.into_iter().map(|(name, view)| (format!("{index}.{name}"), view)));
    }
    named.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(safetensors::serialize(named, None)?)
}

/// Weights whose memory is given back at once.
const FEW: usize = 1 << 20;

/// Drops what it is given, without waiting for it.
pub fn give_back<T: Send + 'static>(memory: T) {
    // Where the system gives no thread, it is dropped here.
    let _ = thread::Builder::new().name("give-back".to_owned()).spawn(move || drop(memory));
}

/// Drops networks, large ones without waiting for it.
pub fn give_back_networks(members: Vec<Network>) {
    if members.iter().map(Network::parameter_count).sum::<usize>() > FEW {
        give_back(members);
    }
}

/// What one network forecast from both origins, the whole horizon each, in the series' units; empty
/// where it could not.
#[derive(Debug, Clone, PartialEq)]
pub struct Origins {
    /// From the row before the hold-out.
    pub holdout: Vec<f64>,
    /// From the last row.
    pub future: Vec<f64>,
}

/// Forecasts of every member of a fit from some contexts.
#[derive(Debug)]
pub struct Ready {
    forecasts: Vec<(Context, Vec<Vec<f64>>)>,
}

impl Ready {
    /// Those of the weights that every member has now.
    pub fn new(watched: &Watched, members: Vec<Origins>) -> Self {
        let (holdout, future) =
            members.into_iter().map(|member| (member.holdout, member.future)).unzip();
        let Watched { holdout: before, future: after } = watched.clone();
        Self { forecasts: vec![(before, holdout), (after, future)] }
    }

    /// Those of the future alone.
    pub fn of_all(context: &Context, future: Vec<Vec<f64>>) -> Self {
        Self { forecasts: vec![(context.clone(), future)] }
    }

    /// The forecasts of `horizon` rows from this very context, where they are known.
    pub fn get(&self, context: &Context, horizon: usize) -> Option<Vec<Vec<f64>>> {
        let is_same = |(known, _): &&(Context, _)| known.has_target_of(context);
        let (_, members) = self.forecasts.iter().find(is_same)?;
        members.iter().map(|member| member.get(..horizon).map(<[f64]>::to_vec)).collect()
    }
}
