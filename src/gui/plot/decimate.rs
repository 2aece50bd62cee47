//! Long series in few points: the smallest and the largest value of each pixel column, so that no
//! extreme is lost.
//!
//! Works on the rows in view, in one pass; not a pyramid.

use std::ops::Range;

use crate::series::TimeAxis;

/// Runs of plot points without a gap: one line each.
pub type Segments = Vec<Vec<[f64; 2]>>;

/// Plot points of `rows`, at most about four for each of `columns`; a gap (NaN) ends a segment.
/// `first_row` is the axis row of `values[0]`.
pub fn segments(
    axis: &TimeAxis,
    first_row: usize,
    values: &[f64],
    rows: Range<usize>,
    columns: usize,
) -> Segments {
    let rows = rows.start.min(values.len())..rows.end.min(values.len());
    let bucket = rows.len().div_ceil(columns.max(1) * 2).max(1);
    let point = |row: usize| [axis.plot_x(first_row + row), values[row]];
    let mut segments = Segments::new();
    let mut current = Vec::new();
    let mut start = rows.start;
    while start < rows.end {
        let end = (start + bucket).min(rows.end);
        if bucket == 1 {
            if values[start].is_nan() {
                segments.push(std::mem::take(&mut current));
            } else {
                current.push(point(start));
            }
        } else if let Some((low, high)) = extremes(values, start..end) {
            current.push(point(low.min(high)));
            if low != high {
                current.push(point(low.max(high)));
            }
            if values[start..end].iter().any(|value| value.is_nan()) {
                segments.push(std::mem::take(&mut current));
            }
        } else {
            segments.push(std::mem::take(&mut current));
        }
        start = end;
    }
    segments.push(current);
    segments.retain(|segment| !segment.is_empty());
    segments
}

/// Rows of the smallest and the largest known value.
fn extremes(values: &[f64], rows: Range<usize>) -> Option<(usize, usize)> {
    let known = || rows.clone().filter(|&row| !values[row].is_nan());
    let low = known().min_by(|&a, &b| values[a].total_cmp(&values[b]))?;
    let high = known().max_by(|&a, &b| values[a].total_cmp(&values[b]))?;
    Some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AXIS: TimeAxis = TimeAxis::row_numbers();

    #[test]
    fn a_short_series_is_drawn_whole_with_its_gaps() {
        let values = [1.0, 2.0, f64::NAN, 4.0];
        let expected = vec![vec![[1.0, 1.0], [2.0, 2.0]], vec![[4.0, 4.0]]];
        assert_eq!(segments(&AXIS, 0, &values, 0..4, 100), expected);
    }

    #[test]
    fn a_long_series_keeps_every_extreme_in_few_points() {
        let mut values = vec![0.0; 100_000];
        values[77_777] = 9.0;
        values[33_333] = -9.0;
        let drawn = segments(&AXIS, 0, &values, 0..values.len(), 500).concat();
        assert!(drawn.len() <= 2_000, "{} points", drawn.len());
        assert!(drawn.iter().any(|point| point[1] == 9.0));
        assert!(drawn.iter().any(|point| point[1] == -9.0));
        assert!(drawn.windows(2).all(|pair| pair[0][0] < pair[1][0]), "in time order");
    }

    #[test]
    fn nothing_in_view_is_nothing_drawn() {
        assert!(segments(&AXIS, 0, &[], 0..0, 100).is_empty());
        assert!(segments(&AXIS, 0, &[f64::NAN; 5], 0..5, 100).is_empty());
    }
}
