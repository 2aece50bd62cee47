//! Values that stand far from what their neighbours and their season explain.
//!
//! Season and level are taken by medians, which an outlier does not move: the level of each season,
//! what each step of the season differs from it by in the other seasons near (a classical
//! decomposition with medians for means), and the median of the values beside it. What is left is
//! weighed against its own usual size, as in the identifier of Hampel (1974). Not for changing a
//! value, nor for shifts of the level, which last.

use crate::stats::{median_of, number};
use std::borrow::Cow;
use std::ops::Range;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is done about values that stand far from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OutlierPolicy {
    /// They are marked, and used like any other.
    #[default]
    #[schemars(title = "Keep")]
    Keep,
    /// They count as missing: none is learned as a target or scored, and inputs are filled in by the
    /// policy for missing values.
    #[schemars(title = "Mask")]
    Mask,
}

impl OutlierPolicy {
    /// Every policy, the default first.
    pub const ALL: [Self; 2] = [Self::Keep, Self::Mask];

    /// The name in recipe files, flags and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Mask => "mask",
        }
    }
}

/// Median absolute deviations from which a value is an outlier. Of a symmetric distribution this is
/// three interquartile ranges beyond a quartile: "far out" of Tukey (1977, "Exploratory data
/// analysis"), the rule of R's `tsoutliers` (Hyndman and Athanasopoulos 2021, section 13.9), and 4.7
/// standard deviations of a normal one.
const FAR_OUT: f64 = 7.0;
/// Share of what an outlier is out by that it lies beyond the values just beside it.
const JUMP: f64 = 0.5;
/// Fewest values that show what is usual.
const FEWEST_VALUES: usize = 30;
/// Fewest seasons that tell a season from an event.
const FEWEST_SEASONS: usize = 4;
/// Seasons before and after that a step is compared with: seven in all, as STL's smoother.
const SEASONS_BESIDE: usize = 3;
/// Values before and after that a value is compared with; a longer stretch is no outlier but a
/// change.
const VALUES_BESIDE: usize = 5;
/// Fewest values whose usual size is taken together: swings that come and go are no outliers.
const FEWEST_TOGETHER: usize = 64;
/// Where more than one value in this many would stand out, standing out is what the series does.
const RAREST: usize = 25;

/// Slots of outliers, rising. `values` are NaN where missing; `season_length` is rows in one season,
/// 1 for none. A few values that are too large to calculate with are outliers of any series; of the
/// others, a series that is too short to tell, or hardly ever moves, has none.
pub fn outliers(values: &[f64], season_length: usize) -> Vec<usize> {
    let large = too_large(values);
    if large.is_empty() || !are_rare(&large, values) {
        return spikes(values, season_length);
    }
    // The others are weighed without them.
    let mut others = values.to_vec();
    for &slot in &large {
        others[slot] = f64::NAN;
    }
    let mut all = spikes(&others, season_length);
    all.extend(large);
    all.sort_unstable();
    all
}

/// Size from which values break the arithmetic of models: squares of them, added up over millions of
/// rows, stay below the largest number (1.8e308) only for values below it.
const TOO_LARGE: f64 = 1e150;
/// Where more than one value in this many is too large, that is the scale of the series.
const RAREST_TOO_LARGE: usize = 4;

/// Slots of values that are too large to calculate with, rising.
pub fn too_large(values: &[f64]) -> Vec<usize> {
    let is_too_large = |slot: &usize| values[*slot].abs() >= TOO_LARGE;
    (0..values.len()).filter(is_too_large).collect()
}

/// Whether values that are too large are few enough to be signs for "no value".
pub fn are_rare(too_large: &[usize], values: &[f64]) -> bool {
    let known = values.iter().filter(|value| !value.is_nan()).count();
    too_large.len() * RAREST_TOO_LARGE <= known
}

/// Slots of values that stand far from their neighbours and their season.
fn spikes(values: &[f64], season_length: usize) -> Vec<usize> {
    let known = values.iter().filter(|value| !value.is_nan()).count();
    let season_length = season_length.max(1);
    if known < FEWEST_VALUES || (season_length > 1 && values.len() / season_length < FEWEST_SEASONS)
    {
        return Vec::new();
    }
    let mut found = Unusual::of(Cow::Borrowed(values), season_length);
    if season_length > 1 {
        // A season that explains nothing only adds noise.
        let seasonal = without_season(values, season_length);
        let seasonal = Unusual::of(Cow::Owned(seasonal), season_length);
        if seasonal.sizes.overall < found.sizes.overall {
            found = seasonal;
        }
    }
    let far = found.spikes();
    if far.len() * RAREST > known { Vec::new() } else { far }
}

/// The values with outliers masked (NaN), as they are known at each of these origins, rising: those
/// before the first origin are weighed by what is before it alone, those up to the next by what is
/// before that, and so on. So none that is seen from an origin was weighed by what comes after it.
pub fn masked(values: &[f64], season_length: usize, origins: &[usize]) -> Vec<f64> {
    let mut masked = values.to_vec();
    let mut from = 0;
    for &origin in origins {
        let origin = origin.min(values.len());
        if origin <= from {
            continue;
        }
        for slot in outliers(&values[..origin], season_length) {
            if slot >= from {
                masked[slot] = f64::NAN;
            }
        }
        from = origin;
    }
    masked
}

/// Values beside what is usual for them.
struct Unusual<'a> {
    values: Cow<'a, [f64]>,
    /// What each differs by from those beside it.
    differences: Vec<f64>,
    sizes: UsualSizes,
}

impl<'a> Unusual<'a> {
    fn of(values: Cow<'a, [f64]>, season_length: usize) -> Self {
        let differences = beside_neighbours(&values);
        let sizes = usual_sizes(&differences, season_length);
        Self { values, differences, sizes }
    }

    /// Slots that are far out, alone or with a few neighbours on the same side, between an abrupt
    /// beginning and an abrupt end: a slope that ends in a fall is none.
    fn spikes(&self) -> Vec<usize> {
        let mut spikes = Vec::new();
        let is_far = |slot: &usize| self.differences[*slot].abs() > FAR_OUT * self.sizes.at(*slot);
        let far: Vec<usize> = (0..self.values.len()).filter(is_far).collect();
        let sign = |slot: usize| self.differences[slot].signum();
        for run in far.chunk_by(|&one, &next| next == one + 1 && sign(one) == sign(next)) {
            let (first, last) = (run[0], run[run.len() - 1]);
            let before = first.checked_sub(1);
            if self.is_jump(first, before) && self.is_jump(last, Some(last + 1)) {
                spikes.extend_from_slice(run);
            }
        }
        spikes
    }

    /// Whether a value lies well beyond its neighbour, on the side that it lies out on; true where
    /// there is none to compare with.
    fn is_jump(&self, slot: usize, neighbour: Option<usize>) -> bool {
        let neighbour =
            neighbour.and_then(|at| self.values.get(at)).filter(|value| !value.is_nan());
        neighbour.is_none_or(|value| {
            let difference = self.differences[slot];
            (self.values[slot] - value) * difference.signum() > JUMP * difference.abs()
        })
    }
}

/// The values without their season.
fn without_season(values: &[f64], season_length: usize) -> Vec<f64> {
    let levels = SeasonMedians::of(values, season_length);
    let swings: Vec<f64> =
        values.iter().enumerate().map(|(slot, value)| value - levels.at(slot)).collect();
    let season_at = |others: &mut Vec<f64>, slot: usize| {
        others.clear();
        let of_season = |slot: usize| swings.get(slot).copied().filter(|swing| !swing.is_nan());
        for back in 1..=SEASONS_BESIDE {
            others.extend(slot.checked_sub(back * season_length).and_then(of_season));
            others.extend(of_season(slot + back * season_length));
        }
        median_of(others).unwrap_or(0.0)
    };
    let slots = (0..values.len()).into_par_iter();
    slots.map_init(Vec::new, |others, slot| values[slot] - season_at(others, slot)).collect()
}

/// The median of every season of a series, with lines between the middles of the seasons.
struct SeasonMedians {
    season_length: usize,
    medians: Vec<f64>,
}

impl SeasonMedians {
    fn of(values: &[f64], season_length: usize) -> Self {
        let mut season = Vec::with_capacity(season_length);
        let median_of = |chunk: &[f64]| {
            season.clear();
            season.extend(chunk.iter().filter(|value| !value.is_nan()));
            median_of(&mut season).unwrap_or(f64::NAN)
        };
        // What is left over at the end is no whole season.
        let mut medians: Vec<f64> = values.chunks_exact(season_length).map(median_of).collect();
        let mut last = medians.iter().copied().find(|level| !level.is_nan()).unwrap_or(0.0);
        for level in &mut medians {
            if level.is_nan() {
                *level = last;
            }
            last = *level;
        }
        Self { season_length, medians }
    }

    fn at(&self, slot: usize) -> f64 {
        let seasons = number(2 * slot + 1) / number(2 * self.season_length) - 0.5;
        let last = self.medians.len() - 1;
        let before = (slot.saturating_sub(self.season_length / 2) / self.season_length)
            .min(last.saturating_sub(1));
        let (one, next) = (self.medians[before], self.medians[(before + 1).min(last)]);
        one + (next - one) * (seasons - number(before))
    }
}

/// What each value differs by from the median of those beside it. At both ends it is compared with
/// the line through those on its one side, for there a trend is no outlier.
fn beside_neighbours(values: &[f64]) -> Vec<f64> {
    let differ = |beside: &mut Vec<f64>, slot: usize| {
        beside.clear();
        let is_inside = slot >= VALUES_BESIDE && slot + VALUES_BESIDE < values.len();
        if is_inside {
            let range = slot - VALUES_BESIDE..=slot + VALUES_BESIDE;
            beside.extend(range.filter(|&at| at != slot).map(|at| values[at]));
            beside.retain(|value| !value.is_nan());
            return values[slot] - median_of(beside).unwrap_or(f64::NAN);
        }
        let first = slot.saturating_sub(VALUES_BESIDE).min(values.len() - 2 * VALUES_BESIDE - 1);
        values[slot] - line_at(values, first..first + 2 * VALUES_BESIDE + 1, slot)
    };
    (0..values.len()).into_par_iter().map_init(Vec::new, differ).collect()
}

/// The line through the values of a range but that of `slot`, at that slot: the repeated median
/// (Siegel 1982), which half of them may be off without moving.
fn line_at(values: &[f64], range: Range<usize>, slot: usize) -> f64 {
    let points: Vec<(f64, f64)> = range
        .filter(|&at| at != slot && !values[at].is_nan())
        .map(|at| (number(at) - number(slot), values[at]))
        .collect();
    let slope_from = |&(x, y): &(f64, f64)| {
        let others = points.iter().filter(|(other, _)| *other != x);
        median_of(&mut others.map(|(other, value)| (value - y) / (other - x)).collect::<Vec<f64>>())
    };
    let slope =
        median_of(&mut points.iter().filter_map(slope_from).collect::<Vec<f64>>()).unwrap_or(0.0);
    median_of(&mut points.iter().map(|(x, y)| y - slope * x).collect::<Vec<f64>>())
        .unwrap_or(f64::NAN)
}

/// How large differences usually are: the largest of what is usual in the whole series, in this
/// stretch of it, and at this step of the season.
struct UsualSizes {
    overall: f64,
    length: usize,
    of_stretch: Vec<f64>,
    of_step: Vec<f64>,
}

fn usual_sizes(differences: &[f64], season_length: usize) -> UsualSizes {
    let mut sizes = Vec::new();
    let mut usual = |differences: &mut dyn Iterator<Item = f64>| {
        sizes.clear();
        sizes.extend(differences.filter(|value| !value.is_nan()).map(f64::abs));
        median_of(&mut sizes).unwrap_or(0.0)
    };
    let largest = differences.iter().fold(0.0_f64, |most, value| value.abs().max(most));
    let overall = usual(&mut differences.iter().copied());
    let length = season_length.max(FEWEST_TOGETHER);
    let stretches = (0..differences.len()).step_by(length).map(|first| {
        // The last one may be short: it is taken with what is before it.
        let end = (first + length).min(differences.len());
        &differences[end.saturating_sub(length)..end]
    });
    let of_stretch = stretches.map(|stretch| usual(&mut stretch.iter().copied())).collect();
    let of_step = (0..season_length)
        .map(|step| usual(&mut differences.iter().skip(step).step_by(season_length).copied()))
        .collect();
    // Where most differences are nothing but rounding, none is far out.
    let overall = if overall > largest * 1e-12 { overall } else { f64::INFINITY };
    UsualSizes { overall, length, of_stretch, of_step }
}

impl UsualSizes {
    fn at(&self, slot: usize) -> f64 {
        let stretch = slot / self.length;
        let nearer = if slot % self.length < self.length / 2 {
            stretch.checked_sub(1)
        } else {
            Some(stretch + 1)
        };
        let of = |stretch: Option<usize>| {
            stretch.and_then(|at| self.of_stretch.get(at)).copied().unwrap_or(0.0)
        };
        let step = self.of_step[slot % self.of_step.len()];
        self.overall.max(of(Some(stretch))).max(of(nearer)).max(step)
    }
}

#[cfg(test)]
#[path = "outliers_tests.rs"]
mod tests;
