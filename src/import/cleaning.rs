//! What the settings do about missing values of each series: which are filled in as inputs, which
//! are left, and which series are dropped for them.
//!
//! It decides; the values of a series stay as the file has them. Not for the filling (`series::gaps`).

use std::ops::Range;

use super::config::ImportConfig;
use super::error::{ImportError, listed};
use crate::series::gaps::runs;
use crate::series::{Filler, MissingPolicy, Panel, Series};

/// What becomes of the missing values of one series.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fate {
    /// Runs of missing values that are not filled in, rising.
    left: Vec<Range<usize>>,
    /// Slots without a value.
    pub missing: usize,
    /// Whether the series is left out for them.
    pub is_dropped: bool,
}

impl Fate {
    /// What the settings say of a series, as of its end: a gap there is filled by what is before it.
    pub fn of(series: &Series, config: &ImportConfig) -> Self {
        let missing = series.missing();
        if missing == 0 {
            return Self::default();
        }
        if config.missing == MissingPolicy::DropSeries {
            return Self { left: Vec::new(), missing, is_dropped: true };
        }
        let filler = Filler { policy: config.missing, season_length: series.season_length() };
        let left = runs(&filler.fill(&series.values), f64::is_nan);
        Self { left, missing, is_dropped: false }
    }

    /// Whether an input stands in for a missing value.
    pub fn is_filled(&self, slot: usize) -> bool {
        let at = self.left.partition_point(|run| run.end <= slot);
        !self.is_dropped && self.left.get(at).is_none_or(|run| slot < run.start)
    }
}

/// The fates of all series of a file.
#[derive(Debug)]
pub(crate) struct Cleaning {
    /// One a series of the panel before any is dropped.
    pub fates: Vec<Fate>,
    /// The place of each among those that are kept.
    pub places: Vec<Option<usize>>,
}

impl Cleaning {
    /// Weighs every series. Those of one key (`per_key` of them) are dropped together.
    ///
    /// # Errors
    /// Where no series is kept.
    pub fn new(
        file: &str,
        panel: &Panel,
        per_key: usize,
        config: &ImportConfig,
    ) -> Result<Self, ImportError> {
        let mut fates: Vec<Fate> =
            panel.series.iter().map(|series| Fate::of(series, config)).collect();
        for key in fates.chunks_mut(per_key.max(1)) {
            let is_dropped = key.iter().any(|fate| fate.is_dropped);
            key.iter_mut().for_each(|fate| fate.is_dropped = is_dropped);
        }
        let mut kept = 0;
        let place = |fate: &Fate| {
            kept += usize::from(!fate.is_dropped);
            (!fate.is_dropped).then(|| kept - 1)
        };
        let places: Vec<Option<usize>> = fates.iter().map(place).collect();
        if kept == 0 && !places.is_empty() {
            return Err(ImportError::AllDropped { file: file.to_owned(), series: places.len() });
        }
        Ok(Self { fates, places })
    }

    /// The places that these series have among those that are kept; `None` where none is.
    pub fn kept(&self, series: Range<usize>) -> Option<Range<usize>> {
        let mut places = self.places.get(series)?.iter().flatten();
        let first = *places.next()?;
        Some(first..places.last().map_or(first, |&last| last) + 1)
    }

    /// The series that are kept.
    pub fn keep(&self, panel: &mut Panel) {
        let mut places = self.places.iter();
        panel.series.retain(|_| places.next().is_some_and(Option::is_some));
    }

    /// Of these missing slots, how many are filled in, in every one of `series`.
    pub fn filled_among(&self, series: Range<usize>, slots: impl Iterator<Item = usize>) -> usize {
        let fates = self.fates.get(series).unwrap_or_default();
        slots.filter(|&slot| fates.iter().all(|fate| fate.is_filled(slot))).count()
    }

    /// Says which series are left out.
    pub fn note(&self, panel: &Panel) -> Option<String> {
        let dropped = panel.series.iter().zip(&self.places).filter(|(_, place)| place.is_none());
        let names: Vec<&str> = dropped.map(|(series, _)| series.name.as_str()).collect();
        (!names.is_empty()).then(|| {
            format!(
                "{} of {} series are left out for their missing values, as import.missing says: {}",
                names.len(),
                panel.series.len(),
                listed(names.into_iter())
            )
        })
    }
}
