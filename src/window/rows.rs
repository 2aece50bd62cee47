//! The rows that windows are taken from: inputs whose gaps are filled, targets whose gaps are not.
//!
//! What an input row holds depends on the origin of the window: a gap that is still open there is
//! filled by what was before it, the same gap seen from later on by what came after it too. Not for
//! the filling itself (`series::gaps`).

use std::borrow::Cow;
use std::ops::Range;

use crate::series::gaps::{gaps, runs};
use crate::series::{Filler, MissingPolicy, OpenGap};
use crate::transform::Transform;

/// Rows of a series in the network's units.
#[derive(Debug, Clone)]
pub struct Rows<'a> {
    /// One a row, gaps that have ended filled; NaN where they are left.
    inputs: Cow<'a, [f64]>,
    /// One a row, NaN where the value, or one that its difference needs, is missing; `None` where
    /// that is so in no other row than of the inputs.
    targets: Option<Vec<f64>>,
    /// Runs of NaN among the inputs, and among the targets.
    pub(super) no_input: Vec<Range<usize>>,
    no_target: Option<Vec<Range<usize>>>,
    gaps: Option<Gaps<'a>>,
}

/// The gaps of a series, for origins inside them.
#[derive(Debug, Clone)]
struct Gaps<'a> {
    filler: Filler,
    transform: Option<&'a Transform>,
    /// In the series' units, gaps that have ended filled.
    filled: Cow<'a, [f64]>,
    slots: Vec<Range<usize>>,
    /// Each as it is seen from inside it; `None` where nothing is before it.
    open: Vec<Option<OpenGap>>,
    /// Whether the differences inside each reach back to no value that is left missing.
    reaches: Vec<bool>,
}

impl<'a> Rows<'a> {
    /// The rows of a series of `values` (NaN where missing), behind a transform where there is one.
    pub fn new(values: &'a [f64], transform: Option<&'a Transform>, filler: Filler) -> Self {
        let scaled = |values: &Cow<'a, [f64]>| match transform {
            Some(transform) => Cow::Owned(transform.apply(0, values)),
            None => values.clone(),
        };
        let slots = gaps(values);
        if slots.is_empty() {
            let inputs = scaled(&Cow::Borrowed(values));
            let no_input = runs(&inputs, f64::is_nan);
            return Self { inputs, targets: None, no_input, no_target: None, gaps: None };
        }
        let filled = filler.fill_closed(values);
        let (inputs, targets) = (scaled(&filled), scaled(&Cow::Borrowed(values)));
        let no_input = runs(&inputs, f64::is_nan);
        let no_target = Some(runs(&targets, f64::is_nan));
        let span = transform.map_or(0, Transform::span);
        let reaches = reaches(&filled, &slots, span);
        let open = |gap: &Range<usize>| OpenGap::new(&filler, &filled, gap.clone());
        let open = slots.iter().map(open).collect();
        let gaps = Some(Gaps { filler, transform, filled, slots, open, reaches });
        Self { inputs, targets: Some(targets.into_owned()), no_input, no_target, gaps }
    }

    /// The rows of a series that needs no transform, with every gap left.
    pub fn unfilled(values: &'a [f64]) -> Self {
        Self::new(values, None, Filler { policy: MissingPolicy::Leave, season_length: 1 })
    }

    pub fn len(&self) -> usize {
        self.inputs.len()
    }

    pub fn is_empty(&self) -> bool {
        self.inputs.is_empty()
    }

    /// The inputs of a window of these rows, as they are known at its origin: the end of the rows.
    /// NaN where a row has none.
    pub fn inputs(&self, rows: Range<usize>) -> Cow<'_, [f64]> {
        let ended = &self.inputs[rows.clone()];
        let open = self.gaps.as_ref().and_then(|gaps| gaps.open_at(rows.end).zip(Some(gaps)));
        let Some((at, gaps)) = open else { return Cow::Borrowed(ended) };
        let first = gaps.slots[at].start.max(rows.start);
        let tail = gaps.tail(at, rows.end);
        let mut inputs = ended.to_vec();
        let unknown = tail.len() - (rows.end - first);
        inputs[first - rows.start..].copy_from_slice(&tail[unknown..]);
        Cow::Owned(inputs)
    }

    /// The targets of these rows, NaN where there is none.
    pub fn targets(&self, rows: Range<usize>) -> &[f64] {
        &self.targets.as_deref().unwrap_or(&self.inputs)[rows]
    }

    /// Runs of rows without a target.
    pub(super) fn no_target(&self) -> &[Range<usize>] {
        self.no_target.as_ref().unwrap_or(&self.no_input)
    }

    /// Runs of rows without a value.
    pub(super) fn gaps(&self) -> &[Range<usize>] {
        self.gaps.as_ref().map_or(&[], |gaps| &gaps.slots)
    }

    /// Whether what is missing of a gap has an input at an origin inside it or at its end.
    pub(super) fn is_filled_at(&self, gap: usize, origin: usize) -> bool {
        let Some(gaps) = &self.gaps else { return false };
        let Some(open) = &gaps.open[gap] else { return false };
        gaps.reaches[gap]
            && open.is_filled(&gaps.filler, origin)
            && (gaps.transform.is_none_or(|transform| !transform.is_bent())
                || gaps.tail(gap, origin).iter().all(|value| !value.is_nan()))
    }
}

impl Gaps<'_> {
    /// The gap that is not known to have ended at an origin.
    fn open_at(&self, origin: usize) -> Option<usize> {
        let at = self.slots.partition_point(|gap| gap.end < origin);
        self.slots.get(at).filter(|gap| gap.start < origin).map(|_| at)
    }

    /// What stands in the slots of a gap before an origin, transformed.
    fn tail(&self, gap: usize, origin: usize) -> Vec<f64> {
        let start = self.slots[gap].start;
        let open = self.open[gap].as_ref();
        let Some(tail) = open.and_then(|open| open.fill(&self.filler, &self.filled, origin)) else {
            return vec![f64::NAN; origin - start];
        };
        let Some(transform) = self.transform else { return tail };
        let first = start.saturating_sub(transform.span());
        let values = [&self.filled[first..start], &tail].concat();
        transform.apply(first, &values).split_off(start - first)
    }
}

/// For each gap, whether the `span` rows before it have an input each, so that differences inside it
/// have all that they are made of.
fn reaches(filled: &[f64], slots: &[Range<usize>], span: usize) -> Vec<bool> {
    let left = runs(filled, f64::is_nan);
    let mut before = 0;
    let reaches = slots.iter().map(|gap| {
        while left.get(before).is_some_and(|run| run.end <= gap.start) {
            before += 1;
        }
        let known_from = before.checked_sub(1).map_or(0, |last| left[last].end);
        gap.start.checked_sub(span).is_some_and(|first| first >= known_from)
    });
    reaches.collect()
}

/// The stretches among `within`, in time order and apart.
pub fn stretches(rows: &Rows<'_>, within: Range<usize>) -> Vec<Range<usize>> {
    let end = within.end.min(rows.len());
    let mut start = within.start;
    let mut found = Vec::new();
    let missing = rows.no_target();
    let first = missing.partition_point(|run| run.end <= start);
    for run in &missing[first..] {
        if run.start >= end {
            break;
        }
        if run.start > start {
            found.push(start..run.start);
        }
        start = run.end;
    }
    if start < end {
        found.push(start..end);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::{Power, Scaling, TransformConfig};
    use crate::window::{Part, Split, WindowConfig, Windows};
    use proptest::prelude::*;

    fn bits(values: &[f64]) -> Vec<u64> {
        values.iter().map(|value| value.to_bits()).collect()
    }

    proptest! {
        /// The inputs of a window, gathered with the whole series in sight, are those that a forecast
        /// from its origin would be given; and every window that is used has all of them.
        #[test]
        fn a_window_sees_what_a_forecast_from_its_origin_would(
            known in prop::collection::vec(1.0_f64..9.0, 60),
            missing in prop::collection::vec((8_usize..60, 1_usize..9), 1..5),
            policy in prop::sample::select(&MissingPolicy::ALL[..]),
            (difference, seasonal_difference, log) in any::<(bool, bool, bool)>(),
            lookback in 1_usize..7,
        ) {
            let mut values = known;
            for (row, length) in missing {
                values.iter_mut().skip(row).take(length).for_each(|value| *value = f64::NAN);
            }
            let config = TransformConfig {
                difference, seasonal_difference, scaling: Scaling::None,
                power: if log { Power::Log1p } else { Power::None },
                ..TransformConfig::default()
            };
            let transform = Transform::fit(&config, 4, &values).unwrap();
            let filler = Filler { policy, season_length: 4 };
            let rows = Rows::new(&values, Some(&transform), filler);
            for origin in lookback..=60 {
                let filled = filler.fill(&values[..origin]);
                let expected = transform.apply(0, &filled);
                let found = rows.inputs(origin - lookback..origin);
                prop_assert_eq!(bits(&found), bits(&expected[origin - lookback..]), "origin {}", origin);
            }
            let config = WindowConfig { lookback, horizon: 3, validation: 0, test: 0 };
            let windows = Windows::new(&rows, &Split::new(60, &config), &config, Part::Train);
            for &start in windows.starts() {
                let origin = start + lookback;
                prop_assert!(rows.inputs(start..origin).iter().all(|value| !value.is_nan()));
                prop_assert!(rows.targets(origin..origin + 3).iter().any(|value| !value.is_nan()));
            }
            // A target is never made up: it is there only where the series has all it is made of.
            let whole = transform.apply(0, &values);
            prop_assert_eq!(bits(rows.targets(0..60)), bits(&whole));
        }
    }
}
