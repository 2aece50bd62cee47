//! A progress bar on standard error, drawn only where someone is looking.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::forecast::FitEvent;
use crate::forecast::Model;
use crate::series::number::duration;

/// The bar of one model's training.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar for a model, silent where `quiet` or where standard error is no terminal.
    pub fn new(model: Model, quiet: bool) -> Self {
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
        bar.set_prefix(model.name());
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
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
