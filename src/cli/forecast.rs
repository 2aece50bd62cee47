//! `tidegate forecast`: read, run every model, print the scorecard and the forecast.

use std::path::PathBuf;

use crate::evaluate::ScoringTask;
use crate::forecast::{Fits, Levels, ModelChoice};
use crate::import::{ImportConfig, Reading, Sample, read_bytes};
use crate::project::runs::DataSource;
use crate::project::{Problem, Recipe, setting};
use crate::report::forecast_table;
use crate::series::Series;

use super::args::ForecastOptions;
use super::error::{CliError, End};
use super::keep::{self, Interrupts, KeptTraining};
use super::print_forecast::{print_intervals, print_json, print_summaries, print_tables};
use super::reading::read_with_bar;
use super::results::Results;
use super::terminal::{Destination, Output, on_standard_error, say, say_error};

/// Where the rows come from.
#[derive(Debug, Clone)]
pub enum ForecastSource {
    /// A file.
    File(PathBuf),
    /// A series built into the program.
    Sample(Sample),
}

impl ForecastSource {
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
/// leaves out those after it; baselines are there in no time. What one model fails at costs the others
/// nothing.
pub fn run(
    source: &ForecastSource,
    options: &ForecastOptions,
    out: &mut Output<'_>,
) -> Result<End, CliError> {
    let import = options.settings.import()?;
    let destination = destination(source, options)?;
    let reading = source.read(&import, options.quiet)?;
    if !options.quiet {
        reading.notes.iter().for_each(|note| say(format_args!("note: {note}")));
        reading.ledger.entries.iter().for_each(|entry| say(format_args!("rows: {entry}")));
    }
    let series = reading.target();
    let recipe = recipe(options, &import, series)?;
    say_season_advice(&recipe, series, options.quiet);
    let modelled = recipe.task(series).modelled_target(series);
    let (models, mut results) = models(source, options, &recipe, &modelled)?;
    if options.summary {
        print_summaries(&recipe, &modelled, &models, out)?;
        return Ok(End::Complete);
    }
    let task = recipe.task(series);
    let with_covariates = reading.target_with_covariates();
    let (fits, interrupts, quiet) = (Fits::default(), Interrupts::listen(), options.quiet);
    for model in models {
        if model.is_network() && interrupts.is_asked() {
            if !quiet {
                say(format_args!("note: {model} was not trained: Ctrl-C came before"));
            }
            continue;
        }
        let (recipe, fits, task, interrupts) = (&recipe, &fits, &task, &interrupts);
        let series = &with_covariates;
        let training = KeptTraining { model, recipe, fits, series, task, interrupts, quiet };
        let keeper = keep::begin(&options.keep, &source.data(), &training);
        results.add(model, training.report(keeper, None));
    }
    results.rank(series, &task, quiet);
    let shown = Shown { label: &source.label(), reading: &reading, task: &task, results: &results };
    let written = shown.write(options, destination, out);
    let end = results.end(interrupts.is_asked())?;
    Ok(if written? || end == End::Interrupted { end } else { End::Partial })
}

/// Says where a recipe's season is one that the values hardly keep.
fn say_season_advice(recipe: &Recipe, series: &Series, quiet: bool) {
    if quiet || recipe.baselines.season_length.is_none() {
        return;
    }
    if let Some(advice) = recipe.season_advice(series, &recipe.season_choices(series)) {
        say(format_args!("note: {advice}"));
    }
}

/// Where `--out` writes, found out before any work is done.
fn destination<'a>(
    source: &ForecastSource,
    options: &'a ForecastOptions,
) -> Result<Option<Destination<'a>>, CliError> {
    let Some(out) = &options.out else { return Ok(None) };
    let data = match source {
        ForecastSource::File(file) => Some(("the file that is read", file.as_path())),
        ForecastSource::Sample(_) => None,
    };
    let recipe = options.settings.recipe.as_deref().map(|recipe| ("the recipe", recipe));
    let inputs: Vec<_> = data.into_iter().chain(recipe).collect();
    let destination = Destination::check(out, &inputs)?;
    if destination == Destination::StandardOutput && options.json {
        return Err(CliError::TwoOutputs);
    }
    Ok(Some(destination))
}

/// What there is to show.
struct Shown<'a> {
    label: &'a str,
    reading: &'a Reading,
    task: &'a ScoringTask,
    results: &'a Results,
}

impl Shown<'_> {
    /// Writes the file and prints, each whatever becomes of the other; whether the file is there, where
    /// one was asked for.
    fn write(
        &self,
        options: &ForecastOptions,
        destination: Option<Destination<'_>>,
        out: &mut Output<'_>,
    ) -> Result<bool, CliError> {
        let reports = &self.results.reports;
        let is_shown = options.json && !self.results.failures.is_empty();
        if reports.is_empty() && !is_shown {
            return Ok(true);
        }
        let Some(destination) = destination.filter(|_| !reports.is_empty()) else {
            self.print(options, out)?;
            return Ok(true);
        };
        let levels = options.levels.as_ref().map_or(&[][..], Levels::shares);
        let forecasts = reports.iter().map(|report| &report.future);
        let text = destination.format().contents(&forecast_table(forecasts, levels))?;
        if destination == Destination::StandardOutput {
            if !options.quiet {
                // The file is what was asked for; the tables are for whoever looks on.
                let _ = on_standard_error(|out| self.print(options, out));
            }
            destination.write(&text, out)?;
            return Ok(true);
        }
        let written = destination.write(&text, out);
        let printed = self.print(options, out);
        match written {
            Ok(()) => printed.map(|()| true),
            Err(unwritten) => {
                say_error(unwritten);
                Ok(false)
            }
        }
    }

    fn print(&self, options: &ForecastOptions, out: &mut Output<'_>) -> Result<(), CliError> {
        let Self { label, reading, task, results } = *self;
        if options.json {
            return print_json(label, reading, task, results, out);
        }
        print_tables(label, reading.target(), task, &results.reports, out)?;
        match &options.levels {
            Some(levels) => print_intervals(reading.target(), &results.reports, levels, out),
            None => Ok(()),
        }
    }
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

/// The models to run, each once, and those that cannot be for what is in the data. Networks that were
/// not asked for by name are left out, with a word, where the data give them no window.
fn models(
    source: &ForecastSource,
    options: &ForecastOptions,
    recipe: &Recipe,
    series: &Series,
) -> Result<(Vec<ModelChoice>, Results), CliError> {
    let refused = |problems: Vec<Problem>| Err(CliError::refused(source.label(), &problems));
    let parts = recipe.check_parts(series);
    if !parts.is_empty() {
        return refused(parts);
    }
    let by_name = options.models.as_ref().map(|list| list.models().to_vec());
    let mut asked = by_name.unwrap_or_else(|| {
        let baselines = recipe.baselines.models.iter().copied().map(ModelChoice::Baseline);
        ModelChoice::networks().chain(baselines).collect()
    });
    let mut results = Results::of(asked.len());
    let problems = recipe.check(series);
    if problems.is_empty() || !asked.iter().any(|model| model.is_network()) {
        return Ok((asked, results));
    }
    let untouched = options.models.is_none() && options.settings.sets_nothing();
    let of_values = problems.iter().all(|problem| problem.setting == setting!(import.outliers));
    let others = asked.iter().any(|model| !model.is_network());
    if untouched {
        if !options.quiet {
            for problem in &problems {
                say(format_args!("note: no network was trained: {problem}"));
            }
        }
    } else if of_values && others && !options.summary {
        for &model in asked.iter().filter(|model| model.is_network()) {
            for problem in &problems {
                results.fail(model, problem);
            }
        }
    } else {
        return refused(problems);
    }
    asked.retain(|model| !model.is_network());
    Ok((asked, results))
}
