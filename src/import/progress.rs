//! How far a reading is, and whether it shall go on.
//!
//! The reader asks between pieces of its work; not for threads or bars, which belong to whoever
//! answers.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::ops::ControlFlow;
use std::time::Duration;

use super::error::ImportError;

/// What a reading is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Bytes come from the disk, are unpacked and become text.
    Loading,
    /// Records are counted; delimiter and header are found.
    Surveying,
    /// Cells become numbers and dates.
    Parsing,
    /// Columns get their roles.
    Sorting,
    /// Rows are put on the time axis.
    Placing,
    /// The series is looked through for what is special about it; for whoever does so after reading.
    Studying,
}

/// How far a reading is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// What it is doing.
    pub stage: Stage,
    /// Share of the whole work that is done, 0 to 1; it never falls.
    pub share: f64,
}

/// Who hears of the progress and answers whether to go on.
pub type OnProgress<'a> = dyn FnMut(Progress) -> ControlFlow<()> + 'a;

impl Stage {
    /// The shares of the work at which it begins and ends, as measured on ten million rows.
    const fn span(self) -> (f64, f64) {
        match self {
            Self::Loading => (0.0, 0.1),
            Self::Surveying => (0.1, 0.2),
            Self::Parsing => (0.2, 0.8),
            Self::Sorting => (0.8, 0.85),
            Self::Placing => (0.85, 1.0),
            Self::Studying => (1.0, 1.0),
        }
    }
}

/// A share below which the time that is left cannot be told.
const TELLING_SHARE: f64 = 0.05;
/// Seconds of reading before which it cannot be told.
const TELLING_SECONDS: f64 = 0.5;

impl Progress {
    /// Seconds left at the rate so far; `None` until that can be told.
    pub fn seconds_left(&self, elapsed: Duration) -> Option<f64> {
        let (share, elapsed) = (self.share, elapsed.as_secs_f64());
        let telling = share >= TELLING_SHARE && elapsed >= TELLING_SECONDS;
        telling.then(|| elapsed * (1.0 - share).max(0.0) / share)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loading => "loading the file",
            Self::Surveying => "finding rows and columns",
            Self::Parsing => "reading the cells",
            Self::Sorting => "finding out what the columns are",
            Self::Placing => "placing the rows in time",
            Self::Studying => "studying the series",
        })
    }
}

/// Reports the progress of one reading, and knows whether it was stopped.
pub(crate) struct Watch<'a> {
    file: &'a str,
    on_progress: RefCell<&'a mut OnProgress<'a>>,
    furthest: Cell<f64>,
}

impl<'a> Watch<'a> {
    pub fn new(file: &'a str, on_progress: &'a mut OnProgress<'a>) -> Self {
        Self { file, on_progress: RefCell::new(on_progress), furthest: Cell::new(0.0) }
    }

    /// Tells that `done` of `all` parts of a stage are done.
    ///
    /// # Errors
    /// The answer is to stop.
    pub fn tell(&self, stage: Stage, done: usize, all: usize) -> Result<(), ImportError> {
        let (from, to) = stage.span();
        let share = from + (to - from) * ratio(done, all);
        self.furthest.set(self.furthest.get().max(share));
        let progress = Progress { stage, share: self.furthest.get() };
        // Taken only while it answers, and nothing here asks from within.
        let answer = (self.on_progress.borrow_mut())(progress);
        match answer {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(ImportError::Stopped { file: self.file.to_owned() }),
        }
    }
}

/// `done` of `all` as a share, in steps of a thousandth.
fn ratio(done: usize, all: usize) -> f64 {
    let thousandths = done.saturating_mul(1000).checked_div(all).unwrap_or(0).min(1000);
    u32::try_from(thousandths).map_or(1.0, |thousandths| f64::from(thousandths) / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_told_only_once_it_can_be() {
        let left = |share, seconds| {
            let progress = Progress { stage: Stage::Parsing, share };
            progress.seconds_left(Duration::from_secs_f64(seconds))
        };
        assert_eq!(left(0.01, 9.0), None);
        assert_eq!(left(0.5, 0.1), None);
        assert_eq!(left(0.25, 2.0), Some(6.0));
        assert_eq!(left(1.0, 2.0), Some(0.0));
    }

    #[test]
    fn the_share_rises_through_the_stages_and_a_break_stops() {
        let mut told = Vec::new();
        let mut on_progress = |progress: Progress| {
            told.push(progress);
            if told.len() < 4 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let watch = Watch::new("f", &mut on_progress);
        assert!(watch.tell(Stage::Loading, 1, 1).is_ok());
        assert!(watch.tell(Stage::Parsing, 0, 7).is_ok());
        assert!(watch.tell(Stage::Parsing, 7, 7).is_ok());
        let stopped = watch.tell(Stage::Surveying, 0, 0);
        assert!(matches!(stopped, Err(ImportError::Stopped { .. })));
        let shares: Vec<f64> = told.iter().map(|progress| progress.share).collect();
        assert_eq!(shares, [0.1, 0.2, 0.8, 0.8]);
    }
}
