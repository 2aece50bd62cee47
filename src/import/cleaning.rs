//! What the settings do about missing values and outliers of each series: which are filled in as
//! inputs, which are left, and which series are dropped for them.
//!
//! It decides; the values of a series stay as the file has them. Not for the filling (`series::gaps`).

use std::borrow::Cow;
use std::ops::Range;

use super::config::ImportConfig;
use super::error::{ImportError, listed};
use crate::series::gaps::gaps;
use crate::series::{Filler, MissingPolicy, OutlierPolicy, Panel, Series, outliers};

/// What becomes of the missing values of one series.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fate {
    /// Runs of missing or masked values that are filled in, rising.
    filled: Vec<Range<usize>>,
    /// Slots of outliers that are masked, rising.
    outliers: Vec<usize>,
    /// Slots without a value.
    pub missing: usize,
    /// Whether the series is left out for them.
    pub is_dropped: bool,
}

impl Fate {
    /// What the settings say of a series, as of its end: a gap there is filled by what is before it.
    pub fn of(series: &Series, config: &ImportConfig) -> Self {
        let missing = series.missing();
        let masks = config.outliers == OutlierPolicy::Mask;
        if missing == 0 && !masks {
            return Self::default();
        }
        if missing > 0 && config.missing == MissingPolicy::DropSeries {
            return Self { missing, is_dropped: true, ..Self::default() };
        }
        let season_length = series.season_length();
        let outliers = if masks { outliers(&series.values, season_length) } else { Vec::new() };
        let mut values = Cow::Borrowed(&series.values[..]);
        for &slot in &outliers {
            values.to_mut()[slot] = f64::NAN;
        }
        let inputs = Filler { policy: config.missing, season_length }.fill(&values);
        let filled = gaps(&values).into_iter().filter(|gap| !inputs[gap.start].is_nan()).collect();
        Self { filled, outliers, missing, is_dropped: false }
    }

    /// Whether the value of a slot is masked for standing far from the others.
    pub fn is_outlier(&self, slot: usize) -> bool {
        self.outliers.binary_search(&slot).is_ok()
    }

    /// Whether an input stands in for a missing value.
    pub fn is_filled(&self, slot: usize) -> bool {
        let at = self.filled.partition_point(|run| run.end <= slot);
        self.filled.get(at).is_some_and(|run| run.contains(&slot))
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
    /// Weighs every series. Those of one key (`per_key` of them) are dropped together; the numbers of
    /// a category have no outliers.
    ///
    /// # Errors
    /// Where no series is kept.
    pub fn new(
        file: &str,
        panel: &Panel,
        per_key: usize,
        is_category: impl Fn(usize) -> bool,
        config: &ImportConfig,
    ) -> Result<Self, ImportError> {
        let plain = ImportConfig { outliers: OutlierPolicy::Keep, ..config.clone() };
        let fate = |(at, series): (usize, &Series)| {
            Fate::of(series, if is_category(at) { &plain } else { config })
        };
        let mut fates: Vec<Fate> = panel.series.iter().enumerate().map(fate).collect();
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
