//! Drift: the straight line through the first and the last value goes on (Hyndman and
//! Athanasopoulos 2021, section 5.2).

/// Extends the line from the first to the last known value of `history` over `horizon` rows; one
/// known value gives a flat line, none gives `None`.
pub fn drift(history: &[f64], horizon: usize) -> Option<Vec<f64>> {
    let first = history.iter().position(|value| value.is_finite())?;
    let last = history.iter().rposition(|value| value.is_finite())?;
    let slope =
        if last > first { (history[last] - history[first]) / rows(last - first) } else { 0.0 };
    // Rows missing at the end are passed over on the line.
    let behind = history.len() - 1 - last;
    Some((1..=horizon).map(|ahead| history[last] + slope * rows(behind + ahead)).collect())
}

#[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^53")]
fn rows(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_through_both_ends_goes_on() {
        assert_eq!(drift(&[1.0, 100.0, 3.0], 2), Some(vec![4.0, 5.0]));
    }

    #[test]
    fn missing_ends_stay_on_the_line() {
        assert_eq!(drift(&[f64::NAN, 1.0, 2.0, f64::NAN], 2), Some(vec![4.0, 5.0]));
    }

    #[test]
    fn one_value_is_flat_and_none_is_none() {
        assert_eq!(drift(&[6.0], 2), Some(vec![6.0, 6.0]));
        assert_eq!(drift(&[], 2), None);
    }
}
