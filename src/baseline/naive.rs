//! Naive: tomorrow is like today (Hyndman and Athanasopoulos 2021, section 5.2).

/// Repeats the last known value of `history` over `horizon` rows; `None` where there is none.
pub fn naive(history: &[f64], horizon: usize) -> Option<Vec<f64>> {
    let last = history.iter().rev().copied().find(|value| value.is_finite())?;
    Some(vec![last; horizon])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_known_value_repeats() {
        assert_eq!(naive(&[1.0, 5.0, f64::NAN], 3), Some(vec![5.0; 3]));
        assert_eq!(naive(&[f64::NAN], 3), None);
        assert_eq!(naive(&[], 3), None);
    }
}
