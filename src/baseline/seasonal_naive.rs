//! Seasonal naive: each row is like the same row one season ago (Hyndman and Athanasopoulos 2021,
//! section 5.2).

use super::naive::naive;

/// Repeats the last season of `history` over `horizon` rows.
///
/// Where the row a season ago is missing, the same row of the latest season that has it is taken,
/// and where no season has it, the last known value. `None` where `history` has no value.
pub fn seasonal_naive(history: &[f64], season_length: usize, horizon: usize) -> Option<Vec<f64>> {
    let season_length = season_length.max(1);
    let mut values = naive(history, horizon)?;
    for (ahead, value) in values.iter_mut().enumerate() {
        let phase = ahead % season_length;
        let seasons_back = (1..=history.len() / season_length)
            .filter_map(|back| history.get(history.len() - back * season_length + phase));
        if let Some(&known) = seasons_back.into_iter().find(|known| known.is_finite()) {
            *value = known;
        }
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_season_repeats() {
        let history = [9.0, 9.0, 9.0, 1.0, 2.0, 3.0];
        assert_eq!(seasonal_naive(&history, 3, 5), Some(vec![1.0, 2.0, 3.0, 1.0, 2.0]));
    }

    #[test]
    fn a_missing_row_is_taken_from_the_season_before() {
        let history = [7.0, 8.0, 9.0, 1.0, f64::NAN, 3.0];
        assert_eq!(seasonal_naive(&history, 3, 3), Some(vec![1.0, 8.0, 3.0]));
    }

    #[test]
    fn less_than_a_season_is_naive() {
        assert_eq!(seasonal_naive(&[4.0, 5.0], 12, 2), Some(vec![5.0, 5.0]));
        assert_eq!(seasonal_naive(&[f64::NAN], 12, 2), None);
    }
}
