//! `tidegate runs reproduce`: a run trained again in memory, and compared to the last bit.

use clap::Args;
use serde::Serialize;

use crate::cancellation::Cancellation;
use crate::evaluate::{Metrics, ModelReport};
use crate::forecast::{FitEvent, Fits, FittedNetwork, Flow, ModelChoice};
use crate::project::runs::{
    Digest, EpochRecord, Replay, Run, RunState, RunStatus, RunsError, StoredForecasts,
};

use super::error::CliError;
use super::keep::{RunsFolder, notes_of_digests};
use super::progress::FitProgress;
use super::terminal::{Output, say};

/// Arguments of `tidegate runs reproduce`.
#[derive(Debug, Args)]
pub struct ReproduceArgs {
    /// The run: its name, the beginning of it, or its last digits
    pub run: String,
    /// Print one JSON object instead of a sentence
    #[arg(long)]
    pub json: bool,
    /// No progress and no notes on standard error
    #[arg(long)]
    pub quiet: bool,
    /// Where runs are kept.
    #[command(flatten)]
    pub folder: RunsFolder,
}

/// What came of it. Field names are part of the interface.
#[derive(Debug, Serialize)]
struct Comparison<'a> {
    run: &'a str,
    /// Whether every epoch, and the weights, forecasts and scores where the run has ended with some, came
    /// out the same.
    identical: bool,
    /// The epoch of another run that it went on from, whose checkpoint it has; 0 for none.
    after: usize,
    /// Epochs after that which came out the same.
    epochs: usize,
    /// The first epoch that did not.
    first_difference: Option<Difference>,
    /// Whether the weights are the same to the last bit; null where the run has none.
    weights: Option<bool>,
    /// Whether their file still is what was written; null where the run has none, or no digest of it.
    weights_file: Option<bool>,
    /// Whether the forecasts are; null where the run has none.
    forecasts: Option<bool>,
    /// Whether the errors on the hold-out in `run.json` are; null where the run has not ended with a
    /// forecast.
    scores: Option<bool>,
}

/// An epoch that came out otherwise, as written then and now; null where there is no such epoch.
#[derive(Debug, Clone, Serialize)]
struct Difference {
    epoch: usize,
    then: Option<EpochRecord>,
    now: Option<EpochRecord>,
}

/// Runs the subcommand.
pub fn run(args: &ReproduceArgs, out: &mut Output<'_>) -> Result<(), CliError> {
    let run = args.folder.registry()?.get(&args.run)?;
    let comparison = compare(&run, args.quiet)?;
    if args.json {
        out.json(&comparison)?;
    } else {
        in_words(&comparison).lines().try_for_each(|line| writeln!(out, "{line}"))?;
    }
    if comparison.identical { Ok(()) } else { Err(CliError::NotReproduced { name: run.name }) }
}

fn compare(run: &Run, quiet: bool) -> Result<Comparison<'_>, CliError> {
    let recipe = run.recipe()?;
    let data = run.data(&recipe)?;
    let series = data.reading.target();
    let task = recipe.task(series);
    let model = ModelChoice::Network(recipe.model.cell);
    if !quiet {
        notes(run, data.other_bytes);
        notes_of_digests(run)?;
    }
    let weights_file = weights_file(run)?;
    let mut again = Again::of(run)?;
    let progress = FitProgress::new(model, quiet);
    let mut listen = |event: FitEvent| {
        progress.hear(&event);
        again.hear(&event)
    };
    let start = run.start()?;
    if let Some(start) = &start {
        run.check_checkpoint(&recipe, series, start)?;
    }
    let forecaster = recipe.forecaster_from(model, series, &Fits::default(), start);
    let (never, series) = (Cancellation::never(), data.reading.target_with_covariates());
    let made = ModelReport::fit(&*forecaster, &series, &task, &never, &mut listen, &mut |_| {});
    let made = made.and_then(|(report, fitted)| {
        let network = FittedNetwork::of(&*fitted);
        Ok((report, network.map(FittedNetwork::to_safetensors).transpose()?))
    });
    drop(progress);
    let made = match made {
        Ok(made) => Some(made),
        // It failed then, and does so again.
        Err(_) if matches!(run.record.state, RunState::Failed(_)) => None,
        Err(error) => {
            return Err(CliError::Model { model: model.to_string(), source: Box::new(error) });
        }
    };
    let first_difference = again.first_difference();
    let ended = made.as_ref().filter(|_| first_difference.is_none() && again.has_an_end());
    let weights = ended
        .zip(run.record.weights_digest)
        .map(|((_, now), then)| now.as_ref().is_some_and(|now| Digest::of_bytes(now) == then));
    let forecasts = match (ended, run.forecasts_text()?) {
        (Some((report, _)), Some(then)) => {
            // Runs of older versions do not say whether they were trained once more.
            let now = StoredForecasts { refitted: again.refitted, ..StoredForecasts::of(report) };
            Some(now.to_json()? == then)
        }
        _ => None,
    };
    let scores = match (ended, forecasts) {
        (Some((report, _)), Some(_)) => Some(as_read(report.metrics)? == run.record.metrics),
        _ => None,
    };
    let same = first_difference.is_none()
        && [weights, weights_file, forecasts, scores].iter().all(|same| *same != Some(false));
    Ok(Comparison {
        run: &run.name,
        identical: same,
        after: again.before,
        epochs: again.same - again.before,
        first_difference,
        weights,
        weights_file,
        forecasts,
        scores,
    })
}

/// Whether the file of weights is what the run ended with.
fn weights_file(run: &Run) -> Result<Option<bool>, CliError> {
    match run.weights() {
        Ok(None) if run.record.unwritten.iter().any(|file| file == "weights.safetensors") => {
            Ok(None)
        }
        Ok(found) if run.record.weights_digest.is_some() => Ok(Some(found.is_some())),
        Ok(_) => Ok(None),
        Err(RunsError::Changed { .. }) => Ok(Some(false)),
        Err(error) => Err(error.into()),
    }
}

/// Scores as they come back from a file: numbers of JSON may lose their last bit when read.
fn as_read(scores: Option<Metrics>) -> Result<Option<Metrics>, CliError> {
    let Some(scores) = scores else { return Ok(None) };
    Ok(serde_json::from_str(&serde_json::to_string(&scores)?)?)
}

/// What may explain a difference.
fn notes(run: &Run, other_bytes: bool) {
    let program = env!("CARGO_PKG_VERSION");
    if run.record.program != program {
        say(format_args!("note: made by tidegate {}, and this is {program}", run.record.program));
    }
    if other_bytes {
        say(format_args!(
            "note: {} has other bytes than then; its series is the same",
            run.record.data
        ));
    }
}

/// The first training beside the second.
struct Again {
    then: Vec<String>,
    /// Whether the run was ended before it had run its course.
    is_cut: bool,
    /// Epochs of another run that it went on from.
    before: usize,
    /// Epochs that are the same, those of the other run too.
    same: usize,
    different: Option<Difference>,
    /// Changes that were made then.
    replay: Replay,
    /// Whether it was trained once more on all rows then.
    refitted: Option<bool>,
}

impl Again {
    fn of(run: &Run) -> Result<Self, CliError> {
        let ran_its_course =
            run.status() == RunStatus::Ended && run.record.state == RunState::Finished;
        let before = run.record.continues.as_ref().map_or(0, |continues| continues.epoch);
        Ok(Self {
            then: run.epoch_texts()?,
            is_cut: !ran_its_course,
            before,
            same: before,
            different: None,
            replay: Replay::new(run.changes()?),
            refitted: run.forecasts()?.and_then(|forecasts| forecasts.refitted),
        })
    }

    /// Compares an epoch, makes the changes of then, and ends the training where there is nothing more
    /// to compare.
    fn hear(&mut self, event: &FitEvent) -> Flow {
        if matches!(event, FitEvent::Refit { .. }) {
            // Then it was ended by hand.
            return if self.refitted == Some(false) { Flow::Stop } else { Flow::Continue };
        }
        if let FitEvent::Epoch(report) = event
            && !self.is_done()
        {
            self.compare(&EpochRecord::of(report));
        }
        if self.is_done() {
            return Flow::Stop;
        }
        self.replay
            .take(event)
            .map_or(Flow::Continue, |change| Flow::Change(change.changed.change()))
    }

    fn compare(&mut self, now: &EpochRecord) {
        let then = self.then.get(self.same);
        // As text, which has all digits: numbers of JSON may lose their last bit when read.
        if then.is_some_and(|then| serde_json::to_string(now).is_ok_and(|now| now == *then)) {
            self.same += 1;
        } else {
            let then = then.and_then(|then| serde_json::from_str(then).ok());
            self.different = Some(Difference { epoch: now.epoch, then, now: Some(*now) });
        }
    }

    /// Whether the run ended where it can be ended again: a stop within the first epoch came between
    /// two batches that the run does not record.
    fn has_an_end(&self) -> bool {
        !(self.is_cut && self.then.is_empty())
    }

    fn is_done(&self) -> bool {
        self.different.is_some() || (self.is_cut && self.same == self.then.len())
    }

    fn first_difference(&self) -> Option<Difference> {
        let missing = self.then.get(self.same).map(|then| Difference {
            epoch: self.same + 1,
            then: serde_json::from_str(then).ok(),
            now: None,
        });
        self.different.clone().or(missing)
    }
}

fn in_words(comparison: &Comparison<'_>) -> String {
    let Comparison { run, epochs, after, .. } = comparison;
    if let Some(Difference { epoch, then, now }) = &comparison.first_difference {
        let losses = |line: &Option<EpochRecord>| match line {
            Some(line) => {
                format!("{} in training, {} in validation", line.training, line.validation)
            }
            None => "no such epoch".to_owned(),
        };
        return format!(
            "{run} differs from epoch {epoch} on\n  then {}\n  now  {}",
            losses(then),
            losses(now)
        );
    }
    let epochs = match after {
        0 => format!("{epochs} epochs"),
        after => format!("{epochs} epochs after epoch {after}, where it went on from another run"),
    };
    match (comparison.weights, comparison.forecasts) {
        _ if comparison.weights_file == Some(false) => format!(
            "{run} differs: weights.safetensors has changed since it was written, or is missing; the \
             errors of {epochs} are the same{}",
            if comparison.weights == Some(true) { ", and so were the weights" } else { "" }
        ),
        (Some(false), _) => {
            format!("{run} differs: the errors of {epochs} are the same, the weights are not")
        }
        (_, Some(false)) => {
            format!("{run} differs: {epochs} are the same, the forecasts are not")
        }
        _ if comparison.scores == Some(false) => format!(
            "{run} differs: {epochs}, weights and forecasts are the same, the errors on the hold-out that \
             run.json holds are not; it was changed after the run"
        ),
        (None, _) if comparison.epochs == 0 => {
            format!("{run} ended within its first epoch, so there is nothing to compare")
        }
        (None, _) => format!("{run} is identical as far as it got: {epochs}, to the last bit"),
        (Some(true), None) => format!("{run} is identical: {epochs} and weights, to the last bit"),
        (Some(true), Some(true)) => {
            format!("{run} is identical: {epochs}, weights, forecasts and scores, to the last bit")
        }
    }
}
