//! Missing values of a series: where they are, and what is shown in their place.
//!
//! A series keeps its missing values; what stands in for them is made where an input is needed, and
//! only of what was known by then. A gap that has ended is closed with a look at its end; a gap that
//! is still open at the origin of a forecast is filled by what was before it alone. Not for targets:
//! a filled value is never learned from nor scored.

use std::borrow::Cow;
use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stats::number;

/// What is done about missing values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MissingPolicy {
    /// By the length of the gap: up to an eighth of a season (at least 1 step; 3 where there is no
    /// season) linear, up to a season seasonal, and longer ones are left.
    #[default]
    #[schemars(title = "Auto")]
    Auto,
    /// No input is made up: windows that need a missing one are left out.
    #[schemars(title = "Leave")]
    Leave,
    /// On the line between the values beside the gap.
    #[schemars(title = "Linear")]
    Linear,
    /// Like the season before, moved to meet the values beside the gap; linear where there is no
    /// season before.
    #[schemars(title = "Seasonal")]
    Seasonal,
    /// The last value before the gap repeats.
    #[schemars(title = "Previous")]
    Previous,
    /// A series with any missing value is left out of the panel.
    #[schemars(title = "Drop series")]
    DropSeries,
}

impl MissingPolicy {
    /// Every policy, the default first.
    pub const ALL: [Self; 6] =
        [Self::Auto, Self::Leave, Self::Linear, Self::Seasonal, Self::Previous, Self::DropSeries];

    /// The name in recipe files, flags and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Leave => "leave",
            Self::Linear => "linear",
            Self::Seasonal => "seasonal",
            Self::Previous => "previous",
            Self::DropSeries => "drop-series",
        }
    }
}

/// One season has this many lengths of gaps that a line may bridge: over a longer one the season's
/// shape is lost.
const LINES_PER_SEASON: usize = 8;
/// Longest gap that a line bridges where there is no season.
const LINE_WITHOUT_SEASON: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Line,
    Season {
        /// Whether a line will do where the season before is not known.
        or_line: bool,
    },
    Previous,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filler {
    pub policy: MissingPolicy,
    /// Rows in one season; 1 for none.
    pub season_length: usize,
}

/// Runs of missing values, in order.
pub fn gaps(values: &[f64]) -> Vec<Range<usize>> {
    runs(values, f64::is_nan)
}

/// The longest runs of values of which `holds` is true, in order.
pub fn runs(values: &[f64], holds: impl Fn(f64) -> bool) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (slot, &value) in values.iter().enumerate() {
        if !holds(value) {
            continue;
        }
        match found.last_mut() {
            Some(run) if run.end == slot => run.end = slot + 1,
            _ => found.push(slot..slot + 1),
        }
    }
    found
}

impl Filler {
    /// The longest gap that is bridged by a line under [`MissingPolicy::Auto`], in steps.
    pub fn longest_line(&self) -> usize {
        match self.season_length {
            0 | 1 => LINE_WITHOUT_SEASON,
            season => (season / LINES_PER_SEASON).max(1),
        }
    }

    /// How a gap is filled of which `length` steps are known to be missing.
    fn method(&self, length: usize) -> Option<Method> {
        match self.policy {
            MissingPolicy::Linear => Some(Method::Line),
            MissingPolicy::Previous => Some(Method::Previous),
            MissingPolicy::Seasonal => Some(Method::Season { or_line: true }),
            MissingPolicy::Auto if length <= self.longest_line() => Some(Method::Line),
            MissingPolicy::Auto if self.season_length > 1 && length <= self.season_length => {
                Some(Method::Season { or_line: false })
            }
            MissingPolicy::Auto | MissingPolicy::Leave | MissingPolicy::DropSeries => None,
        }
    }

    /// The values as they are known at their end: closed gaps and one at the end are filled where the
    /// policy fills them, the others stay NaN. Every value depends on these values alone.
    pub fn fill<'a>(&self, values: &'a [f64]) -> Cow<'a, [f64]> {
        let mut filled = self.fill_closed(values);
        let open = values.iter().rposition(|value| !value.is_nan()).map_or(0, |last| last + 1);
        if open < values.len()
            && let Some(gap) = OpenGap::new(self, &filled, open..values.len())
            && let Some(tail) = gap.fill(self, &filled, values.len())
        {
            filled.to_mut()[open..].copy_from_slice(&tail);
        }
        filled
    }

    /// As [`Self::fill`], for the input of a forecast: where the default policy would leave a long gap,
    /// a stand-in by its season or a line is better than no forecast at all. The others leave what
    /// they leave.
    pub fn fill_for_forecast<'a>(&self, values: &'a [f64]) -> Cow<'a, [f64]> {
        let filled = self.fill(values);
        if self.policy != MissingPolicy::Auto || !filled.iter().any(|value| value.is_nan()) {
            return filled;
        }
        let seasonal = Self { policy: MissingPolicy::Seasonal, ..*self };
        Cow::Owned(seasonal.fill(&filled).into_owned())
    }

    /// The values with every gap filled that has a value after it, where the policy fills it. What
    /// stands in a gap depends on no value after the one that ends it.
    pub fn fill_closed<'a>(&self, values: &'a [f64]) -> Cow<'a, [f64]> {
        let mut filled = Cow::Borrowed(values);
        for gap in gaps(values) {
            if gap.end == values.len() {
                break;
            }
            if let Some(method) = self.method(gap.len())
                && let Some(steps) = self.closed(&filled, &gap, method)
            {
                filled.to_mut()[gap].copy_from_slice(&steps);
            }
        }
        filled
    }

    /// What stands in a gap whose end is known; `None` where the gap is left.
    fn closed(&self, values: &[f64], gap: &Range<usize>, method: Method) -> Option<Vec<f64>> {
        let before = *values.get(gap.start.checked_sub(1)?)?;
        let after = values[gap.end];
        let steps = number(gap.len() + 1);
        let line = || {
            let at = |step: usize| before + (after - before) * (number(step) / steps);
            (1..=gap.len()).map(at).collect()
        };
        match method {
            Method::Previous => Some(vec![before; gap.len()]),
            Method::Line => Some(line()),
            Method::Season { or_line } => {
                let season = Season::before(self, values, gap);
                let season = season.filter(|season| season.reaches(gap.len()));
                let Some(season) = season else { return or_line.then(line) };
                let last = season.rate_to(gap.end, after);
                let first = season.rate.or(last).unwrap_or(0.0);
                let change = last.map_or(0.0, |last| last - first);
                let rate = |step: usize| first + change * number(step) / steps;
                Some(gap.clone().zip(1..).map(|(slot, step)| season.at(slot, rate(step))).collect())
            }
        }
    }
}

/// The last season before a gap, and how it changes from season to season.
#[derive(Debug, Clone, Copy)]
struct Season<'a> {
    /// Every value before the gap, with those that stand in for missing ones.
    values: &'a [f64],
    length: usize,
    /// Known values at the beginning of the last season; no more than the gap is long are counted.
    known: usize,
    /// What the value before the gap differs by from the one a season before it, where that is known.
    rate: Option<f64>,
    /// None of them is below zero: then neither is what stands in for missing ones.
    is_positive: bool,
}

impl<'a> Season<'a> {
    /// `None` where there is no season, or none before the gap.
    fn before(filler: &Filler, values: &'a [f64], gap: &Range<usize>) -> Option<Self> {
        let length = filler.season_length;
        let first = gap.start.checked_sub(length).filter(|_| length > 1)?;
        let values = &values[..gap.start];
        let before = first.checked_sub(1).map(|before| values[before]);
        let rate = before.map(|before| values[gap.start - 1] - before);
        let known = values[first..].iter().take(gap.len()).take_while(|value| !value.is_nan());
        Some(Self {
            values,
            length,
            known: known.clone().count(),
            rate: rate.filter(|rate| !rate.is_nan()),
            is_positive: known.into_iter().all(|&value| value >= 0.0),
        })
    }

    /// Whether the season can fill a gap of this length.
    fn reaches(&self, gap_length: usize) -> bool {
        gap_length.min(self.length) <= self.known
    }

    /// The value of the season's slot, and how many seasons before the slot it stands.
    fn of_slot(&self, slot: usize) -> (f64, f64) {
        let (start, steps) = (self.values.len(), slot - self.values.len());
        (self.values[start - self.length + steps % self.length], number(steps / self.length + 1))
    }

    /// What a slot would be with this change a season.
    fn at(&self, slot: usize, rate: f64) -> f64 {
        let (before, seasons) = self.of_slot(slot);
        let value = before + rate * seasons;
        if self.is_positive && value <= 0.0 { before } else { value }
    }

    /// The change a season that leads to the value of a slot.
    fn rate_to(&self, slot: usize, value: f64) -> Option<f64> {
        let (before, seasons) = self.of_slot(slot);
        Some((value - before) / seasons).filter(|rate| !rate.is_nan())
    }
}

/// A gap that may be open at an origin: what is known of it at each of its steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenGap {
    /// Its slots, so far as they are known.
    pub slots: Range<usize>,
    /// Steps from its start that the season before it can fill; `usize::MAX` for all.
    told_by_season: usize,
}

impl OpenGap {
    /// A gap of a series whose closed gaps before it are filled; `None` where nothing is before it.
    pub fn new(filler: &Filler, filled: &[f64], slots: Range<usize>) -> Option<Self> {
        slots.start.checked_sub(1)?;
        // A season may be long and gaps many: it is looked at only where it has a say.
        let by_season = matches!(filler.method(slots.len()), Some(Method::Season { .. }))
            || filler.policy == MissingPolicy::Auto && slots.len() > filler.longest_line();
        let season = by_season.then(|| Season::before(filler, filled, &slots)).flatten();
        let told_by_season = season.map_or(0, |season| match season.known {
            known if known == season.length => usize::MAX,
            known => known,
        });
        Some(Self { slots, told_by_season })
    }

    /// Whether the policy fills it at an origin inside it or at its end.
    pub fn is_filled(&self, filler: &Filler, origin: usize) -> bool {
        let length = origin - self.slots.start;
        match filler.method(length) {
            None => false,
            Some(Method::Season { or_line: false }) => length <= self.told_by_season,
            Some(_) => true,
        }
    }

    /// What stands in its slots before `origin`, by what was known before the gap: `filled` holds
    /// every value before it, closed gaps filled. `None` where it is left.
    pub fn fill(&self, filler: &Filler, filled: &[f64], origin: usize) -> Option<Vec<f64>> {
        if !self.is_filled(filler, origin) {
            return None;
        }
        let (start, length) = (self.slots.start, origin - self.slots.start);
        let by_season = matches!(filler.method(length), Some(Method::Season { .. }));
        if by_season
            && length <= self.told_by_season
            && let Some(season) = Season::before(filler, filled, &(start..origin))
        {
            let rate = season.rate.unwrap_or(0.0);
            return Some((start..origin).map(|slot| season.at(slot, rate)).collect());
        }
        Some(vec![filled[start - 1]; length])
    }
}

/// Slots that a plot draws differently from the others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks {
    /// Runs of slots without a value.
    pub missing: Vec<Range<usize>>,
    /// Slots for which the file has more than one row, rising.
    pub repeated: Vec<usize>,
    /// Runs of slots, missing ones among them, that networks are shown a filled-in value of.
    pub imputed: Vec<Range<usize>>,
    /// Slots whose values lie far from what trend and season explain, rising.
    pub outliers: Vec<usize>,
}

impl Marks {
    /// The marks that the values themselves tell.
    pub fn of_values(values: &[f64]) -> Self {
        Self { missing: gaps(values), ..Self::default() }
    }
}

#[cfg(test)]
#[path = "gaps_tests.rs"]
mod tests;

#[cfg(test)]
mod marks_tests {
    use super::*;

    #[test]
    fn runs_without_a_value_are_found_whole() {
        let nan = f64::NAN;
        let marks = Marks::of_values(&[nan, 1.0, nan, nan, 2.0, nan]);
        assert_eq!(marks.missing, [0..1, 2..4, 5..6]);
        assert!(Marks::of_values(&[]).missing.is_empty());
    }
}
