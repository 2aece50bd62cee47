//! The program: a window, or a subcommand of the same engine. Built without the feature `gui` it has no
//! window.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use tidegate::cli::{self, Cli, End, ForecastSource, say, say_error, say_usage};
use tidegate::guard::{Panic, quietly};
use tidegate::import::Sample;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(cli::Log::default)
        .init();
    let Cli { command, file } = match Cli::try_parse() {
        Ok(call) => call,
        Err(error) => return ExitCode::from(say_usage(&error)),
    };
    let result = match command {
        Some(command) => quietly(|| cli::run(&command, &mut std::io::stdout().lock()))
            .map_err(broke_off)
            .and_then(|result| result.map_err(anyhow::Error::from)),
        None => open_window(file),
    };
    match result {
        Ok(end) => ExitCode::from(end.code()),
        Err(error) => {
            say_error(error);
            ExitCode::FAILURE
        }
    }
}

/// What is said of a panic.
fn broke_off(panic: Panic) -> anyhow::Error {
    anyhow::anyhow!("it broke off inside the program ({panic}); please report this")
}

/// Opens the window; where there is none to be had, does the main job in the terminal.
fn open_window(file: Option<PathBuf>) -> anyhow::Result<End> {
    let Err(why) = run_window(file.clone()) else { return Ok(End::Complete) };
    say(format_args!("No window: {why}; forecasting in the terminal instead."));
    let source = file.map_or(ForecastSource::Sample(Sample::Airline), ForecastSource::File);
    let forecast = || cli::forecast_with_defaults(&source, &mut std::io::stdout().lock());
    Ok(quietly(forecast).map_err(broke_off)??)
}

/// Runs the window until it is closed; the error says why there is none.
#[cfg(feature = "gui")]
fn run_window(file: Option<PathBuf>) -> Result<(), String> {
    let opened = match missing_display() {
        Some(why) => Err(why),
        None => tidegate::gui::run(file).map_err(|error| error.to_string()),
    };
    opened.map_err(|why| format!("{why}. A window needs a display (X11 or Wayland) and OpenGL"))
}

/// Says why there is no window in this build.
#[cfg(not(feature = "gui"))]
fn run_window(_: Option<PathBuf>) -> Result<(), String> {
    Err("this build has the command line alone (it was made without the feature \"gui\")"
        .to_owned())
}

/// Why no window can be opened, where that is plain to see beforehand.
#[cfg(feature = "gui")]
fn missing_display() -> Option<String> {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let needs_display = cfg!(all(unix, not(target_os = "macos")));
    let missing = needs_display && !is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY");
    missing.then(|| "neither DISPLAY nor WAYLAND_DISPLAY is set".to_owned())
}
