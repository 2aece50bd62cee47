//! `tidegate forecast`: read, run every model, print the scorecard and the forecast.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::evaluate::rank;
use crate::export::{ExportError, check_writable, is_same_file, write_forecast_csv};
use crate::forecast::{Fits, Levels, Model};
use crate::import::{ImportConfig, Reading, Sample, read_bytes};
use crate::project::runs::DataSource;
use crate::project::{Problem, Recipe};
use crate::series::Series;

use super::interrupt::Interrupts;
use super::keep::{self, Trained, Training};
use super::network::print_summaries;
use super::print_forecast::{RunNames, print_intervals, print_json, print_tables};
use super::reading::read_with_bar;
use super::{CliError, End, ForecastOptions};

/// Where the rows come from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// A series built into the program.
    Sample(Sample),
}

impl Source {
    fn label(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Sample(sample) => sample.file_name().to_owned(),
        }
    }

    /// The same as a run remembers it.
    fn data(&self) -> DataSource {
        match self {
            Self::File(path) => DataSource::file(path),
            Self::Sample(sample) => DataSource::sample(*sample),
        }
    }

    fn read(&self, config: &ImportConfig, quiet: bool) -> Result<Reading, CliError> {
        Ok(match self {
            Self::File(path) => read_with_bar(path, config, quiet)?,
            Self::Sample(sample) => {
                read_bytes(sample.file_name(), sample.csv().as_bytes(), config)?
            }
        })
    }
}

/// Runs the subcommand. Ctrl-C ends the network that is training, whose best weights are kept, and
/// leaves out those after it; baselines are there in no time.
pub fn run(
    source: &Source,
    options: &ForecastOptions,
    out: &mut impl Write,
) -> Result<End, CliError> {
    let import = options.settings.import()?;
    let reading = source.read(&import, options.quiet)?;
    let series = reading.target();
    let recipe = recipe(options, &import, series)?;
    let modelled = recipe.task(series).modelled(series);
    let models = models(source, options, &recipe, &modelled)?;
    if options.summary {
        print_summaries(&recipe, &modelled, &models, out)?;
        return Ok(End::Complete);
    }
    if let Some(out) = &options.out {
        check_out(source, out)?;
    }
    let task = recipe.task(series);
    if !options.quiet {
        reading.notes.iter().for_each(|note| eprintln!("note: {note}"));
        reading.ledger.entries.iter().for_each(|entry| eprintln!("rows: {entry}"));
    }
    let (mut reports, mut runs, mut all_whole) = (Vec::new(), RunNames::default(), true);
    let (fits, interrupts, quiet) = (Fits::default(), Interrupts::listen(), options.quiet);
    for model in models {
        if model.is_network() && interrupts.is_asked() {
            if !quiet {
                eprintln!("note: {model} was not trained: Ctrl-C came before");
            }
            continue;
        }
        let (recipe, fits, task, interrupts) = (&recipe, &fits, &task, &interrupts);
        let training = Training { model, recipe, fits, series, task, interrupts, quiet };
        let keeper = keep::begin(&options.keep, &source.data(), &training)?;
        let Some(Trained { report, run, is_whole }) = training.report(keeper, None)? else {
            continue;
        };
        all_whole &= is_whole;
        runs.add(&report, run);
        reports.push(report);
    }
    let end = match (interrupts.is_asked(), all_whole) {
        (true, _) => End::Interrupted,
        (false, false) => End::Partial,
        (false, true) => End::Complete,
    };
    if reports.is_empty() {
        return Ok(end);
    }
    rank(&mut reports);
    if let Some(path) = &options.out {
        let levels = options.levels.as_ref().map_or(&[][..], Levels::shares);
        write_forecast_csv(path, reports.iter().map(|report| &report.future), levels)?;
    }
    if options.json {
        print_json(&source.label(), &reading, &task, &reports, &runs, out)?;
    } else {
        print_tables(&source.label(), series, &task, &reports, out)?;
        if let Some(levels) = &options.levels {
            print_intervals(series, &reports, levels, out)?;
        }
    }
    Ok(end)
}

/// The settings with the levels of intervals that were asked for.
fn recipe(
    options: &ForecastOptions,
    import: &ImportConfig,
    series: &Series,
) -> Result<Recipe, CliError> {
    let mut recipe = options.settings.recipe(import, series)?;
    if let Some(levels) = &options.levels {
        recipe.baselines.levels = levels.shares().to_vec();
    }
    Ok(recipe)
}

/// The models to run, each once. Networks that were not asked for by name are left out, with a
/// word, where the data give them no window.
fn models(
    source: &Source,
    options: &ForecastOptions,
    recipe: &Recipe,
    series: &Series,
) -> Result<Vec<Model>, CliError> {
    let refused = |problems: Vec<Problem>| Err(CliError::refused(source.label(), &problems));
    let parts = recipe.check_parts(series);
    if !parts.is_empty() {
        return refused(parts);
    }
    let by_name = options.models.as_ref().map(|list| list.models().to_vec());
    let mut asked = by_name.unwrap_or_else(|| {
        let baselines = recipe.baselines.models.iter().copied().map(Model::Baseline);
        Model::NETWORKS.into_iter().chain(baselines).collect()
    });
    let problems = recipe.check(series);
    if problems.is_empty() || !asked.iter().any(|model| model.is_network()) {
        return Ok(asked);
    }
    let untouched = options.models.is_none() && options.settings.sets_nothing();
    if !untouched {
        return refused(problems);
    }
    if !options.quiet {
        for problem in &problems {
            eprintln!("note: no network was trained: {problem}");
        }
    }
    asked.retain(|model| !model.is_network());
    Ok(asked)
}

/// Refuses, before any work is done, an output that cannot be written or is the input itself.
fn check_out(source: &Source, out: &Path) -> Result<(), CliError> {
    if let Source::File(file) = source
        && is_same_file(file, out)
    {
        return Err(CliError::OutIsInput { file: file.clone() });
    }
    Ok(check_writable(out).map_err(ExportError::from)?)
}
