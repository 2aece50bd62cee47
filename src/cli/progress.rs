//! Progress bars on standard error, drawn only where someone is looking: their own door to the terminal,
//! as [`super::terminal`] is for lines.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::evaluate::PanelScore;
use crate::forecast::{FitEvent, ModelChoice};
use crate::import;
use crate::series::number::{compact, duration};
use crate::series::visible;
use crate::train::{RangePoint, RangeTest};

use super::terminal::say;

/// The bar of one model's training.
pub struct FitProgress {
    bar: ProgressBar,
}

impl FitProgress {
    /// A bar for a model, silent where `quiet` or where standard error is no terminal.
    pub fn new(model: ModelChoice, quiet: bool) -> Self {
        let target = if quiet || !model.is_network() {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(Some(1), target);
        // The template is a constant; should it ever not parse, the bar's own default is used.
        if let Ok(style) =
            ProgressStyle::with_template("{prefix:>5} {bar:32} epoch {pos}/{len}  {msg}")
        {
            bar.set_style(style);
        }
        bar.set_prefix(model.to_string());
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar }
    }

    /// Moves the bar.
    pub fn hear(&self, event: &FitEvent) {
        if let FitEvent::Epoch(report) = event {
            self.bar.set_length(report.epochs as u64);
            self.bar.set_position(report.epoch as u64);
            self.bar.set_message(format!(
                "{:.0} windows/s  {} left at most",
                report.windows_per_second,
                duration(report.seconds_left)
            ));
        }
        if let FitEvent::Refit { epoch, epochs, share, .. } = event {
            self.bar.set_length(*epochs as u64);
            self.bar.set_position(*epoch as u64);
            self.bar.set_message(format!("once more on all rows, {:.0} % done", share * 100.0));
        }
    }
}

impl FitProgress {
    /// Says, above the bar, that training ends: for the thread that hears Ctrl-C.
    pub fn word_of_stopping(&self, quiet: bool) -> impl FnOnce() + Send + use<> {
        let bar = self.bar.clone();
        move || {
            if !quiet {
                bar.suspend(|| say("stopping with the best weights; Ctrl-C ends at once"));
            }
        }
    }
}

impl Drop for FitProgress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// The bar of a search for a learning rate.
pub struct RatesProgress {
    bar: ProgressBar,
}

impl RatesProgress {
    /// A bar for a network, silent where `quiet` or where standard error is no terminal.
    pub fn new(model: ModelChoice, quiet: bool) -> Self {
        let target =
            if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(RangeTest::STEPS as u64), target);
        // As above: a constant, with a default behind it.
        let template = "{prefix:>5} {bar:32} batch {pos}/{len}  {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_prefix(model.to_string());
        Self { bar }
    }

    /// Moves the bar.
    pub fn hear(&self, point: RangePoint) {
        self.bar.inc(1);
        let RangePoint { learning_rate, loss } = point;
        self.bar.set_message(format!("rate {learning_rate:.1e}  loss {loss:.3}"));
    }
}

impl Drop for RatesProgress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// The bar of models that are scored over many series, one after another.
#[derive(Clone)]
pub struct ScoreProgress {
    bar: ProgressBar,
    quiet: bool,
}

impl ScoreProgress {
    /// A bar, silent where `quiet` or where standard error is no terminal.
    pub fn new(series: usize, quiet: bool) -> Self {
        let target =
            if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(series as u64), target);
        // As above: a constant, with a default behind it.
        let template = "{prefix:18} {bar:24} {pos} of {len} series, {eta} left  {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar, quiet }
    }

    /// Begins with another model.
    pub fn begin(&self, model: ModelChoice) {
        self.bar.reset();
        self.bar.set_prefix(model.to_string());
        self.bar.set_message("");
    }

    /// Moves the bar to so many series; the means are only made where someone is looking.
    pub fn hear(&self, done: usize, score: impl FnOnce() -> PanelScore) {
        self.bar.set_position(done as u64);
        if !self.bar.is_hidden() {
            let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), compact);
            let PanelScore { smape, mase, .. } = score();
            self.bar.set_message(format!("sMAPE {}, MASE {}", number(smape), number(mase)));
        }
    }

    /// Says, above the bar, that the model ends: for the thread that hears Ctrl-C.
    pub fn word_of_stopping(&self) -> impl FnOnce() + Send + use<> {
        let Self { bar, quiet } = self.clone();
        move || {
            if !quiet {
                bar.suspend(|| say("stopping after the series under way; Ctrl-C ends at once"));
            }
        }
    }

    /// Takes the bar away until the next model.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// Readings shorter than this show no bar.
const SHORT_READING: Duration = Duration::from_millis(300);
/// Steps of the bar of a reading.
const SHARES: u64 = 1_000;

/// The bar of a file that takes long to read.
pub struct ReadingProgress {
    file: String,
    quiet: bool,
    started: Instant,
    bar: Option<ProgressBar>,
}

impl ReadingProgress {
    /// A bar for a file, silent where `quiet` or where standard error is no terminal.
    pub fn new(path: &Path, quiet: bool) -> Self {
        let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Self { file, quiet, started: Instant::now(), bar: None }
    }

    /// Moves the bar; never asks for a stop, since Ctrl-C ends the program.
    pub fn hear(&mut self, so_far: import::Progress) -> ControlFlow<()> {
        if self.bar.is_none() && !self.quiet && self.started.elapsed() >= SHORT_READING {
            self.bar = Some(reading_bar(&self.file));
        }
        if let Some(bar) = &self.bar {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "a share from 0 to 1 in thousandths"
            )]
            bar.set_position((so_far.share.clamp(0.0, 1.0) * SHARES as f64) as u64);
            let left = so_far.seconds_left(self.started.elapsed());
            let left = left.map_or(String::new(), |left| format!("  {} left", duration(left)));
            bar.set_message(format!("{}{left}", so_far.stage));
        }
        ControlFlow::Continue(())
    }
}

fn reading_bar(file: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(SHARES), ProgressDrawTarget::stderr());
    // As above: a constant, with a default behind it.
    let template = "reading {prefix} {bar:32} {percent:>3} %  {msg}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_prefix(visible(file).into_owned());
    bar
}

impl Drop for ReadingProgress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
