//! The outline of a long series: smallest and largest value of every bucket of rows, at several
//! bucket sizes, so that a plot of any length is drawn from a few thousand numbers and no extreme
//! is lost.
//!
//! Knows rows and values only, no pixels and no drawing. Each level holds a pair of f64 for every
//! 32, 128, 512, … rows: about 8 % of the data's own memory in all.

use std::ops::Range;
use std::sync::Arc;

/// Rows in a bucket of the finest level.
const FINEST_BUCKET: usize = 32;
/// Buckets of one level in a bucket of the next.
const FACTOR: usize = 4;

/// Smallest and largest known value of a bucket; both NaN where all of it is missing.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Extent {
    low: f64,
    high: f64,
}

impl Extent {
    const NONE: Self = Self { low: f64::NAN, high: f64::NAN };

    fn of(values: &[f64]) -> Self {
        // `min` and `max` of f64 pass over NaN.
        values.iter().fold(Self::NONE, |extent, &value| Self {
            low: extent.low.min(value),
            high: extent.high.max(value),
        })
    }

    fn over(extents: &[Self]) -> Self {
        extents.iter().fold(Self::NONE, |all, extent| Self {
            low: all.low.min(extent.low),
            high: all.high.max(extent.high),
        })
    }
}

#[derive(Debug)]
struct Level {
    bucket: usize,
    extents: Vec<Extent>,
}

/// A series' values with the outlines of its buckets.
#[derive(Debug)]
pub struct Pyramid {
    values: Arc<[f64]>,
    levels: Vec<Level>,
    missing: usize,
}

/// One point of an outline: a row and a value, or a gap.
pub type OutlinePoint = Option<(usize, f64)>;

impl Pyramid {
    /// Builds all levels in one pass over the values and one over each level.
    pub fn new(values: Arc<[f64]>) -> Self {
        let mut levels = Vec::new();
        if values.len() > FINEST_BUCKET {
            let extents: Vec<Extent> = values.chunks(FINEST_BUCKET).map(Extent::of).collect();
            levels.push(Level { bucket: FINEST_BUCKET, extents });
        }
        while let Some(last) = levels.last().filter(|level| level.extents.len() > FACTOR) {
            let extents = last.extents.chunks(FACTOR).map(Extent::over).collect();
            levels.push(Level { bucket: last.bucket * FACTOR, extents });
        }
        let missing = values.iter().filter(|value| value.is_nan()).count();
        Self { values, levels, missing }
    }

    /// The values themselves.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Number of values that are missing, counted once.
    pub const fn missing(&self) -> usize {
        self.missing
    }

    /// Smallest and largest known value, or `None` where all are missing. Looks at a few numbers,
    /// however long the series.
    pub fn extent(&self) -> Option<(f64, f64)> {
        let extent = match self.levels.last() {
            Some(level) => Extent::over(&level.extents),
            None => Extent::of(&self.values),
        };
        (!extent.low.is_nan()).then_some((extent.low, extent.high))
    }

    /// Bytes taken beside the values themselves.
    pub fn overhead_bytes(&self) -> usize {
        self.levels.iter().map(|level| level.extents.len() * size_of::<Extent>()).sum()
    }

    /// The outline of `rows` in at most about four points for each of `columns`: every row where
    /// there is room, else the extremes of buckets. In row order; rows past the end are left out.
    pub fn outline(&self, rows: Range<usize>, columns: usize) -> Vec<OutlinePoint> {
        let rows = rows.start.min(self.values.len())..rows.end.min(self.values.len());
        let wanted = rows.len().div_ceil(columns.max(1) * 2);
        let level = self.levels.iter().rev().find(|level| level.bucket <= wanted);
        match level {
            Some(level) => bucket_outline(level, &rows),
            None if wanted <= 1 => row_outline(&self.values, rows),
            None => chunk_outline(&self.values, rows, wanted),
        }
    }
}

/// The outline of values without a pyramid, for lines that are short.
pub fn row_outline(values: &[f64], rows: Range<usize>) -> Vec<OutlinePoint> {
    rows.filter_map(|row| values.get(row).map(|&value| (!value.is_nan()).then_some((row, value))))
        .collect()
}

fn chunk_outline(values: &[f64], rows: Range<usize>, bucket: usize) -> Vec<OutlinePoint> {
    let starts = rows.clone().step_by(bucket);
    starts
        .flat_map(|start| {
            let end = (start + bucket).min(rows.end);
            extent_points(Extent::of(&values[start..end]), start, end)
        })
        .collect()
}

fn bucket_outline(level: &Level, rows: &Range<usize>) -> Vec<OutlinePoint> {
    let buckets = rows.start / level.bucket..rows.end.div_ceil(level.bucket);
    buckets
        .flat_map(|bucket| {
            let start = bucket * level.bucket;
            let extent = level.extents.get(bucket).copied().unwrap_or(Extent::NONE);
            extent_points(extent, start, start + level.bucket)
        })
        .collect()
}

/// A bucket as its low at the start and its high in the middle, or a gap.
fn extent_points(extent: Extent, start: usize, end: usize) -> Vec<OutlinePoint> {
    if extent.low.is_nan() {
        return vec![None];
    }
    if extent.low == extent.high {
        return vec![Some((start, extent.low))];
    }
    vec![Some((start, extent.low)), Some((usize::midpoint(start, end), extent.high))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn known(outline: &[OutlinePoint]) -> Vec<(usize, f64)> {
        outline.iter().flatten().copied().collect()
    }

    #[test]
    fn a_short_range_is_drawn_whole_with_its_gaps() {
        let pyramid = Pyramid::new(vec![1.0, 2.0, f64::NAN, 4.0].into());
        let expected = [Some((0, 1.0)), Some((1, 2.0)), None, Some((3, 4.0))];
        assert_eq!(pyramid.outline(0..4, 100), expected);
        assert_eq!(pyramid.outline(1..99, 100), expected[1..]);
        assert!(pyramid.outline(9..12, 100).is_empty());
    }

    #[test]
    fn the_levels_cost_little_beside_the_data() {
        let pyramid = Pyramid::new(vec![1.0; 1_000_000].into());
        let data = 1_000_000 * size_of::<f64>();
        assert!(pyramid.overhead_bytes() * 10 < data, "{} bytes", pyramid.overhead_bytes());
    }

    #[test]
    fn the_extent_and_the_missing_are_those_of_all_values() {
        let mut values: Vec<f64> = (0..5_000).map(|row| f64::from(row % 71)).collect();
        values[1_234] = -8.0;
        values[4_999] = f64::NAN;
        let pyramid = Pyramid::new(values.into());
        assert_eq!((pyramid.extent(), pyramid.missing()), (Some((-8.0, 70.0)), 1));
        assert_eq!(Pyramid::new(vec![2.0].into()).extent(), Some((2.0, 2.0)));
        assert_eq!(Pyramid::new(vec![f64::NAN; 99].into()).extent(), None);
    }

    #[test]
    fn a_stretch_without_values_is_a_gap_at_every_zoom() {
        let mut values = vec![1.0; 100_000];
        values[40_000..60_000].fill(f64::NAN);
        let pyramid = Pyramid::new(values.into());
        for columns in [10, 100, 1_000, 100_000] {
            assert!(pyramid.outline(0..100_000, columns).contains(&None), "{columns} columns");
        }
    }

    proptest! {
        #[test]
        fn every_extreme_in_view_is_drawn_in_few_points_and_in_order(
            values in prop::collection::vec(-1e6..1e6_f64, 1..20_000),
            start in 0.0..1.0_f64,
            columns in 1..800_usize,
        ) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
            let start = (start * values.len() as f64) as usize;
            let rows = start..values.len();
            let visible = &values[rows.clone()];
            let low = visible.iter().copied().fold(f64::INFINITY, f64::min);
            let high = visible.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let drawn = known(&Pyramid::new(values.clone().into()).outline(rows, columns));
            prop_assert!(drawn.iter().any(|&(_, value)| value <= low));
            prop_assert!(drawn.iter().any(|&(_, value)| value >= high));
            prop_assert!(drawn.windows(2).all(|pair| pair[0].0 <= pair[1].0));
            prop_assert!(drawn.len() <= 16 * columns + 4, "{} points", drawn.len());
        }
    }
}
