//! What is worth knowing of a series before a model sees it: its distribution, how it resembles
//! itself, its seasons over each other. Made in a job so that no frame waits.
//!
//! Not for forecasts: models never see a study.

use crate::app::jobs::JobId;
use crate::app::look::{Histogram, OverlaidSeasons};
use crate::series::cycle::plausible;
use crate::series::stop::Stop;
use crate::series::{Cycle, Series};
use crate::stats::autocorrelation::{Correlogram, lags};

/// The study of one series with one season length. Parts that the series is too short or too
/// even for are absent.
#[derive(Debug)]
pub struct Study {
    /// Fingerprint of the series.
    pub fingerprint: u64,
    /// Rows in a season that it was made with.
    pub season_length: usize,
    /// Season lengths worth a look: the calendar's, one that the values show, and the one it was made
    /// with.
    pub choices: Vec<(usize, Cycle)>,
    /// How often values occur.
    pub histogram: Option<Histogram>,
    /// How the series resembles itself some rows earlier.
    pub correlogram: Option<Correlogram>,
    /// Seasons over each other.
    pub seasons: Option<OverlaidSeasons>,
}

/// A study under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StudyJob {
    /// The job.
    pub job: JobId,
    /// Fingerprint of the series.
    pub fingerprint: u64,
    /// Rows in a season.
    pub season_length: usize,
}

impl Study {
    /// Studies a series; parts that `stop` cut short are absent.
    pub fn of(series: &Series, fingerprint: u64, season_length: usize, stop: Stop<'_>) -> Self {
        let values = &*series.values;
        let mut choices = plausible(&series.axis, values.len());
        if season_length > 1 && choices.iter().all(|choice| choice.0 != season_length) {
            choices.push((season_length, Cycle::of(&series.axis, season_length)));
        }
        let found = series.found_seasons_before(values.len());
        for own in found.iter().filter(|season| season.cycle == Cycle::Rows) {
            if choices.iter().all(|choice| choice.0 != own.rows) {
                choices.push((own.rows, own.cycle));
            }
        }
        choices.sort_unstable_by_key(|choice| choice.0);
        Self {
            fingerprint,
            season_length,
            choices,
            seasons: OverlaidSeasons::of(&series.axis, values, season_length, stop),
            histogram: Histogram::of(values),
            correlogram: Correlogram::of(values, lags(values.len(), season_length), stop),
        }
    }
}
