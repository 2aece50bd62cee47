//! Fitting: members trained side by side, reported as one, and once more on all rows.

use crate::cancellation::Cancellation;
use crate::nn::Network;
use crate::stats::ratio;
use crate::train::{Change, Changed, Engine, Flow, TrainConfig, TrainError, TrainEvent};
use crate::window::{Split, WindowConfig};

use super::basis::{Basis, Cuts};
use super::checkpoint::{FitCheckpoint, PastCheckpoints, join, member};
use super::fitted::{FittedNetwork, Origins, Ready, give_back};
use super::reporter::EpochReporter;
use super::rounds::{DivergedBatch, Round, round, share_threads};
use super::{
    Context, FitChange, FitEvent, ForecastError, NeuralForecaster, Observer, TrainingSeries,
    network_error,
};

/// What a listener answered while members were learning, to be done when they have come together.
#[derive(Debug, Default)]
struct Answers {
    change: Option<Change>,
    checkpoint: bool,
    end: Option<Flow>,
}

impl Answers {
    fn hear(&mut self, flow: Flow) {
        match flow {
            Flow::Continue => {}
            Flow::Change(change) => {
                self.change = Some(self.change.map_or(change, |before| before.then(change)));
            }
            Flow::Checkpoint => self.checkpoint = true,
            Flow::Stop | Flow::Discard => self.end = Some(flow),
        }
    }
}

/// A fit on its way.
struct NetworkFit<'a, 'e> {
    cancel: &'a Cancellation<'a>,
    engines: Vec<Engine<'e>>,
    fitted: &'e FittedNetwork,
    reporter: EpochReporter<'a>,
    values: &'a [f64],
    horizon: usize,
    workers: usize,
    past: PastCheckpoints,
    /// For each member what it forecast with its best weights, where that was done.
    best: Vec<Option<Origins>>,
}

impl NeuralForecaster {
    /// Fits from the beginning, or from a checkpoint of the same fit.
    pub(super) fn fit_from(
        &self,
        training: &TrainingSeries,
        from: Option<&FitCheckpoint>,
        cancel: &Cancellation<'_>,
        on_event: &mut Observer<'_>,
    ) -> Result<FittedNetwork, ForecastError> {
        let TrainingSeries { context, split, watched } = training;
        let basis = Basis::fit(self, context, split)?;
        cancel.poll()?;
        let rows = context.target();
        let cuts = Cuts::new(self, rows, split, &basis)?;
        let mut fitted = self.untrained(basis.clone(), cuts.warm_up(), cancel)?;
        let data = cuts.data();
        let (workers, threads) = share_threads(self.train.threads, fitted.members.len());
        let engines: Result<Vec<Engine<'_>>, TrainError> = (0..fitted.members.len())
            .map(|index| {
                let config = TrainConfig { threads: Some(threads), ..self.of_member(index) };
                let dropout = self.model.dropout_of_seed(config.seed);
                let network = &fitted.members[index];
                match from.map(|from| member(from, index)) {
                    None => Engine::new(network, &data, &config, dropout),
                    Some(Some(from)) => Engine::resume(network, &data, &config, dropout, &from),
                    Some(None) => {
                        Err(TrainError::OtherRun { what: "it has another number of networks" })
                    }
                }
            })
            .collect();
        let weights = fitted.members.iter().map(Network::parameter_count).sum();
        let engines = engines.map_err(|error| self.training_error(error, split))?;
        let done = engines.iter().map(Engine::losses);
        let mut fit = NetworkFit {
            cancel,
            reporter: EpochReporter::new(self, training).after(done),
            engines,
            fitted: &fitted,
            values: rows,
            horizon: self.window.horizon,
            workers,
            past: PastCheckpoints::new(weights),
            best: vec![None; fitted.members.len()],
        };
        let end = fit.run(on_event).map_err(|error| error.of(self, split))?;
        let best_epochs = fit.finish(end).map_err(|error| self.training_error(error, split))?;
        let past = fit.past.epochs();
        let best: Option<Vec<Origins>> = std::mem::take(&mut fit.best).into_iter().collect();
        give_back(fit.engines.into_iter().map(Engine::into_memory).collect::<Vec<_>>());
        let Some(best_epochs) = best_epochs.filter(|_| end != Some(Flow::Discard)) else {
            return Err(ForecastError::StoppedEarly);
        };
        (fitted.best_epochs, fitted.past, fitted.was_stopped) = (best_epochs, past, end.is_some());
        fitted.ready = watched.as_ref().zip(best).map(|(watched, best)| Ready::new(watched, best));
        Ok(fitted)
    }

    /// Untrained networks.
    fn untrained(
        &self,
        basis: Basis,
        warm_up: usize,
        cancel: &Cancellation<'_>,
    ) -> Result<FittedNetwork, ForecastError> {
        let known = basis.features.width();
        let members = (0..self.train.ensemble.max(1))
            .map(|index| self.network(known, self.of_member(index).seed, cancel));
        let members = members.collect::<Result<_, _>>()?;
        Ok(FittedNetwork {
            members,
            basis,
            warm_up,
            forecaster: self.clone(),
            was_stopped: false,
            best_epochs: Vec::new(),
            past: Vec::new(),
            ready: None,
        })
    }

    /// An untrained network for `known` numbers beside each value.
    pub(super) fn network(
        &self,
        known: usize,
        seed: u64,
        cancel: &Cancellation<'_>,
    ) -> Result<Network, ForecastError> {
        Network::with_known_unless(&self.model, known, self.window.horizon, seed, cancel)
            .map_err(|error| network_error("building the network", error))
    }

    /// The settings of one member: a seed of its own, the first that of the recipe.
    fn of_member(&self, index: usize) -> TrainConfig {
        /// 2^64 over the golden ratio: seeds far from those that people choose.
        const APART: u64 = 0x9E37_79B9_7F4A_7C15;
        let seed = self.train.seed.wrapping_add(APART.wrapping_mul(index as u64));
        TrainConfig { seed, ..self.train.clone() }
    }

    /// Networks fitted to every row of the series for as many epochs as were best before, scalers and
    /// other transforms too; `None` where the listener ended it, or where it was cancelled.
    pub(super) fn refit_for(
        &self,
        context: &Context,
        epochs: &[usize],
        cancel: &Cancellation<'_>,
        on_event: &mut Observer<'_>,
    ) -> Result<Option<FittedNetwork>, ForecastError> {
        let window = WindowConfig { validation: 0, test: 0, ..self.window.clone() };
        let all = Self { window: window.clone(), ..self.clone() };
        let split = Split::new(context.origin(), &window);
        let basis = Basis::fit(&all, context, &split)?;
        let rows = context.target();
        let cuts = Cuts::new(&all, rows, &split, &basis)?;
        let mut fitted = all.untrained(basis.clone(), cuts.warm_up(), cancel)?;
        let most = epochs.iter().copied().max().unwrap_or(0);
        let networks = ratio(fitted.members.len(), 1);
        for (index, &epochs) in epochs.iter().enumerate().take(fitted.members.len()) {
            // Rates follow the schedule of the fit; patience has had its say there.
            let config = TrainConfig { patience: usize::MAX, ..all.of_member(index) };
            let dropout = all.model.dropout_of_seed(config.seed);
            let error = |error| all.training_error(error, &split);
            let network = &fitted.members[index];
            let mut engine = Engine::new(network, &cuts.data(), &config, dropout).map_err(error)?;
            let went_on = refit_one(&mut engine, epochs, cancel, &mut |epoch, part| {
                let share = (ratio(index, 1) + part) / networks;
                on_event(FitEvent::Refit { member: index, epoch, epochs: most, share })
            });
            give_back(engine.into_memory());
            if !went_on.map_err(error)? {
                return Ok(None);
            }
        }
        // While it can still be cancelled: the forecast of a large network takes its time too.
        let ready = match fitted.each(rows, self.window.horizon, cancel) {
            Err(ForecastError::StoppedEarly) => return Ok(None),
            future => future.ok().map(|future| Ready::of_all(context, future)),
        };
        (fitted.best_epochs, fitted.ready) = (epochs.to_vec(), ready);
        Ok(Some(fitted))
    }
}

/// Reports the change that was made last: to this network, or to all of them before the epoch `next`.
fn tell_change(
    engine: &Engine<'_>,
    next: Option<usize>,
    diverged: bool,
    on_event: &mut Observer<'_>,
) -> Flow {
    let Some(&changed) = engine.changes().last() else { return Flow::Continue };
    let changed = next.map_or(changed, |epoch| Changed { epoch, batch: 0, ..changed });
    match on_event(FitEvent::Changed(FitChange { changed, diverged })) {
        Flow::Change(_) => Flow::Continue,
        flow => flow,
    }
}

/// Trains for so many epochs; whether nothing ended it before. Each step says how many epochs are done,
/// and how much of all of them.
fn refit_one(
    engine: &mut Engine<'_>,
    epochs: usize,
    cancel: &Cancellation<'_>,
    on_step: &mut dyn FnMut(usize, f64) -> Flow,
) -> Result<bool, TrainError> {
    while engine.epochs_done() < epochs && !engine.is_done() {
        let inside = match engine.step(cancel) {
            Err(TrainError::Cancelled(_)) => return Ok(false),
            Ok(TrainEvent::Batch { batch, batches, .. }) => ratio(batch, batches),
            event => event.map(|_| 0.0)?,
        };
        let done = engine.epochs_done();
        if on_step(done, (ratio(done, 1) + inside) / ratio(epochs, 1)).ends() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Why a fit ended without networks.
pub(super) enum FitFailure {
    Train(TrainError),
    Diverged(Box<DivergedBatch>),
}

impl FitFailure {
    fn of(self, forecaster: &NeuralForecaster, split: &Split) -> ForecastError {
        match self {
            Self::Train(error) => forecaster.training_error(error, split),
            Self::Diverged(batch) => ForecastError::Diverged(batch),
        }
    }
}

impl From<TrainError> for FitFailure {
    fn from(error: TrainError) -> Self {
        Self::Train(error)
    }
}

impl NetworkFit<'_, '_> {
    /// Rounds of epochs until every member is done; what the listener ended it with, if it did.
    fn run(&mut self, on_event: &mut Observer<'_>) -> Result<Option<Flow>, FitFailure> {
        let error_of = self.reporter.error_of_loss(self.fitted);
        while self.engines.iter().any(|engine| !engine.is_done()) {
            let mut asked = Answers::default();
            let alone = self.engines.len() == 1;
            let found =
                round(&mut self.engines, self.workers, self.cancel, &mut |engine, event| {
                    let Some(event) = FitEvent::of_batch(&event, &error_of) else {
                        return Flow::Continue;
                    };
                    let flow = on_event(event);
                    match (flow, engine) {
                        // One network may change at once; several do so together.
                        (Flow::Change(change), Some(engine)) if alone => {
                            engine.change(change);
                            asked.hear(tell_change(engine, None, false, on_event));
                        }
                        (Flow::Checkpoint, Some(engine)) if alone => {
                            if let Ok(checkpoint) = join(std::slice::from_ref(engine)) {
                                asked.hear(on_event(FitEvent::Checkpoint(Box::new(checkpoint))));
                            }
                        }
                        (flow, _) => asked.hear(flow),
                    }
                    asked.end.unwrap_or_default()
                })?;
            if found.is_cancelled || asked.end.is_some() {
                self.take_back(&found);
            } else {
                self.tell(&found, &mut asked, on_event)?;
            }
            if found.is_cancelled {
                return self.interrupted(asked.end, on_event).map(Some);
            }
            let diverged = found.diverged.is_some();
            let next = found.epochs.iter().map(|(_, summary)| summary.epoch + 1).max();
            if asked.end.is_none()
                && let Some(change) = asked.change.take()
            {
                self.engines.iter_mut().for_each(|engine| engine.change(change));
                let next = next.filter(|_| !alone);
                asked.hear(tell_change(&self.engines[0], next, diverged, on_event));
            }
            if asked.checkpoint {
                let checkpoint = join(&self.engines)?;
                asked.hear(on_event(FitEvent::Checkpoint(Box::new(checkpoint))));
            }
            if asked.end.is_some() {
                return Ok(asked.end);
            }
        }
        Ok(None)
    }

    /// Reports a stop in the middle of a batch, which the networks stand before; what training ends
    /// with.
    fn interrupted(
        &self,
        end: Option<Flow>,
        on_event: &mut Observer<'_>,
    ) -> Result<Flow, FitFailure> {
        let answer = end.unwrap_or_else(|| on_event(FitEvent::Interrupted));
        // Several stand in the middle of epochs of their own, which no checkpoint can describe.
        if answer == Flow::Checkpoint && self.engines.len() == 1 {
            on_event(FitEvent::Checkpoint(Box::new(join(&self.engines)?)));
        }
        Ok(if answer.ends() { answer } else { Flow::Stop })
    }

    /// Reports a round, and keeps checkpoints of it that another run may go on from.
    fn tell(
        &mut self,
        found: &Round,
        asked: &mut Answers,
        on_event: &mut Observer<'_>,
    ) -> Result<(), FitFailure> {
        let epoch = found.epochs.iter().map(|(_, summary)| summary.epoch).max();
        let losses: Vec<_> =
            self.engines.iter().filter_map(|engine| engine.losses().last().copied()).collect();
        if let Some(epoch) = epoch {
            let (fitted, cancel) = (self.fitted, self.cancel);
            let told = self.reporter.epoch(&losses, &found.epochs, fitted, cancel);
            let Ok((report, latest)) = told else {
                self.take_back(found);
                asked.end = Some(Flow::Stop);
                return Ok(());
            };
            for (member, summary) in &found.epochs {
                if summary.improved {
                    self.best[*member] = latest.as_ref().and_then(|all| all.get(*member)).cloned();
                }
            }
            if self.past.wants(epoch) {
                self.past.keep(epoch, join(&self.engines)?);
            }
            asked.hear(on_event(FitEvent::Epoch(report)));
        }
        let Some((member, account)) = &found.diverged else { return Ok(()) };
        let account = (**account).clone();
        let batch = DivergedBatch::new(*member, account, self.values, self.horizon);
        let batch = Box::new(batch);
        match on_event(FitEvent::Diverged(batch.clone())) {
            Flow::Change(change) => asked.change = Some(change),
            flow if flow.ends() => asked.end = Some(flow),
            _ => return Err(FitFailure::Diverged(batch)),
        }
        Ok(())
    }

    /// Takes back what the epochs of a round brought that nobody has seen: there are no forecasts
    /// with the weights after them.
    fn take_back(&mut self, found: &Round) {
        for (member, summary) in &found.epochs {
            if summary.improved {
                self.engines[*member].take_back_best();
            }
        }
    }

    /// Puts the best weights into every network, or those that it has where it was stopped in its first
    /// epoch; which epoch they are of. Nothing where one of them has learned nothing yet.
    fn finish(&mut self, end: Option<Flow>) -> Result<Option<Vec<usize>>, TrainError> {
        if end.is_some() && !self.engines.iter().all(Engine::has_learned) {
            return Ok(None);
        }
        let epochs = self.engines.iter_mut().map(|engine| Ok(engine.finish(end)?.best_epoch));
        epochs.collect::<Result<_, _>>().map(Some)
    }
}
