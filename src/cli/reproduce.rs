//! `tidegate runs reproduce`: a run trained again in memory, and compared to the last bit.

use std::io::Write;

use clap::Args;
use serde::Serialize;

use crate::forecast::{FitEvent, Flow, Model};
use crate::project::runs::{Digest, EpochLine, Run, RunState, RunStatus};

use super::CliError;
use super::keep::RunsFolder;
use super::progress::Progress;

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
    /// Whether every epoch, and the weights where the run has ended with some, came out the same.
    identical: bool,
    /// Epochs that came out the same, from the first on.
    epochs: usize,
    /// The first epoch that did not.
    first_difference: Option<Difference>,
    /// Whether the weights are the same to the last bit; null where the run has none.
    weights: Option<bool>,
}

/// An epoch that came out otherwise, as written then and now; null where there is no such epoch.
#[derive(Debug, Clone, Serialize)]
struct Difference {
    epoch: usize,
    then: Option<EpochLine>,
    now: Option<EpochLine>,
}

/// Runs the subcommand.
pub fn run(args: &ReproduceArgs, out: &mut impl Write) -> Result<(), CliError> {
    let run = args.folder.registry()?.get(&args.run)?;
    let comparison = compare(&run, args.quiet)?;
    if args.json {
        serde_json::to_writer(&mut *out, &comparison)?;
        writeln!(out)?;
    } else {
        writeln!(out, "{}", in_words(&comparison))?;
    }
    if comparison.identical { Ok(()) } else { Err(CliError::NotReproduced { name: run.name }) }
}

fn compare(run: &Run, quiet: bool) -> Result<Comparison<'_>, CliError> {
    let recipe = run.recipe()?;
    let data = run.data(&recipe)?;
    let series = data.reading.target();
    let task = recipe.task(series);
    let model = Model::Network(recipe.model.cell);
    if !quiet {
        notes(run, data.other_bytes);
    }
    let mut epochs = Epochs::of(run)?;
    let progress = Progress::new(model, quiet);
    let fitted =
        recipe.forecaster(model, series).fit(&task.modelled(series), &task.split, &mut |event| {
            progress.hear(&event);
            epochs.hear(&event)
        });
    drop(progress);
    let failed = |error| CliError::Model { model: model.to_string(), source: Box::new(error) };
    let fitted = match fitted {
        Ok(fitted) => Some(fitted),
        // It failed then, and does so again.
        Err(_) if matches!(run.record.state, RunState::Failed(_)) => None,
        Err(error) => return Err(failed(error)),
    };
    let first_difference = epochs.first_difference();
    let weights = match (&fitted, run.record.weights_digest) {
        (Some(fitted), Some(then)) if first_difference.is_none() => {
            let now = fitted.weights().map_err(failed)?;
            Some(now.is_some_and(|now| Digest::of_bytes(&now) == then))
        }
        _ => None,
    };
    Ok(Comparison {
        run: &run.name,
        identical: first_difference.is_none() && weights != Some(false),
        epochs: epochs.same,
        first_difference,
        weights,
    })
}

/// What may explain a difference.
fn notes(run: &Run, other_bytes: bool) {
    let program = env!("CARGO_PKG_VERSION");
    if run.record.program != program {
        eprintln!("note: made by tidegate {}, and this is {program}", run.record.program);
    }
    if other_bytes {
        eprintln!("note: {} has other bytes than then; its series is the same", run.record.data);
    }
}

/// The epochs of then beside those of now.
struct Epochs {
    then: Vec<String>,
    /// Whether the run was ended before it had run its course.
    is_cut: bool,
    same: usize,
    different: Option<Difference>,
}

impl Epochs {
    fn of(run: &Run) -> Result<Self, CliError> {
        let ran_its_course =
            run.status() == RunStatus::Ended && run.record.state == RunState::Finished;
        Ok(Self { then: run.epoch_texts()?, is_cut: !ran_its_course, same: 0, different: None })
    }

    /// Compares an epoch, and ends the training where there is nothing more to compare.
    fn hear(&mut self, event: &FitEvent) -> Flow {
        let FitEvent::Epoch(report) = event else {
            return if self.is_done() { Flow::Stop } else { Flow::Continue };
        };
        if self.is_done() {
            return Flow::Stop;
        }
        let now = EpochLine::of(report);
        let then = self.then.get(self.same);
        // As text, which has all digits: numbers of JSON may lose their last bit when read.
        if then.is_some_and(|then| serde_json::to_string(&now).is_ok_and(|now| now == *then)) {
            self.same += 1;
        } else {
            let then = then.and_then(|then| serde_json::from_str(then).ok());
            self.different = Some(Difference { epoch: now.epoch, then, now: Some(now) });
        }
        if self.is_done() { Flow::Stop } else { Flow::Continue }
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
    let Comparison { run, epochs, .. } = comparison;
    if let Some(Difference { epoch, then, now }) = &comparison.first_difference {
        let losses = |line: &Option<EpochLine>| match line {
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
    match comparison.weights {
        Some(true) => {
            format!("{run} is identical: {epochs} epochs and the weights, to the last bit")
        }
        Some(false) => format!(
            "{run} differs: the errors of {epochs} epochs are the same, the weights are not"
        ),
        None => format!("{run} is identical as far as it got: {epochs} epochs, to the last bit"),
    }
}
