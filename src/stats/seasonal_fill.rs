//! Missing values filled for decompositions, which know no gaps.
//!
//! Not for fitting: models skip what is missing.

use super::number;

/// Missing values on the line between those of the same place in other seasons, or between their
/// neighbours where that place is never known; as they are where nothing is.
pub fn seasonal_fill(values: &[f64], season_length: usize) -> Vec<f64> {
    let mut filled = values.to_vec();
    if values.iter().all(|value| value.is_finite()) {
        return filled;
    }
    interpolate(&mut filled);
    for place in 0..season_length.max(1) {
        let mut of_place: Vec<f64> =
            values.iter().skip(place).step_by(season_length.max(1)).copied().collect();
        if of_place.iter().any(|value| value.is_finite()) {
            interpolate(&mut of_place);
            let slots = filled.iter_mut().skip(place).step_by(season_length.max(1));
            slots.zip(of_place).for_each(|(slot, value)| *slot = value);
        }
    }
    filled
}

/// Missing values on the line between the known ones beside them, the nearest known one at the
/// ends.
fn interpolate(values: &mut [f64]) {
    let is_known = |row: &usize| values[*row].is_finite();
    let rows: Vec<usize> = (0..values.len()).filter(is_known).collect();
    let (Some(&first), Some(&last)) = (rows.first(), rows.last()) else { return };
    let (start, end) = (values[first], values[last]);
    values[..first].fill(start);
    values[last + 1..].fill(end);
    for pair in rows.windows(2) {
        let (start, end) = (values[pair[0]], values[pair[1]]);
        let rows = number(pair[1] - pair[0]);
        for (value, row) in values[pair[0]..pair[1]].iter_mut().zip(0..).skip(1) {
            *value = start + (end - start) * (number(row) / rows);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_between_known_values_of_a_place() {
        let nan = f64::NAN;
        assert_eq!(
            seasonal_fill(&[nan, 1.0, nan, nan, 4.0, nan], 1),
            [1.0, 1.0, 2.0, 3.0, 4.0, 4.0]
        );
        assert_eq!(
            seasonal_fill(&[1.0, 9.0, nan, nan, 3.0, 7.0], 2),
            [1.0, 9.0, 2.0, 8.0, 3.0, 7.0]
        );
        // A place that is never known stays on the line of its neighbours.
        assert_eq!(seasonal_fill(&[1.0, nan, 3.0, nan], 2), [1.0, 2.0, 3.0, 3.0]);
        assert!(seasonal_fill(&[nan, nan], 2).iter().all(|value| value.is_nan()));
    }
}
