//! Medians and quantiles: on the line between the two values beside the place (type 7 of Hyndman and
//! Fan 1996, "Sample quantiles in statistical packages"), as in `NumPy` and R; and those of the normal
//! distribution.

use statrs::distribution::{ContinuousCDF, Normal};

use super::{number, whole};

/// The middle of the values, or the mean of the middle two; NaN takes no part. `None` where no value
/// is known.
pub fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut known: Vec<f64> = values.into_iter().filter(|value| !value.is_nan()).collect();
    median_of(&mut known)
}

/// As [`median`], of values that are all known, which it reorders.
pub fn median_of(values: &mut [f64]) -> Option<f64> {
    let is_even = values.len().is_multiple_of(2);
    let (below, upper) = upper_middle(values)?;
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // Two infinities of one sign have themselves as their middle.
    let is_between = is_even && lower != upper;
    Some(if is_between { f64::midpoint(lower, upper) } else { upper })
}

/// The middle of the values, or the upper of the middle two, so that it is one of them; NaN takes no
/// part. `None` where no value is known.
pub fn upper_median(values: &[f64]) -> Option<f64> {
    let mut known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    upper_middle(&mut known).map(|(_, upper)| upper)
}

/// The upper middle of values that are all known, and those below it.
fn upper_middle(values: &mut [f64]) -> Option<(&[f64], f64)> {
    let middle = values.len() / 2;
    if middle == values.len() {
        return None;
    }
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    Some((below, upper))
}

/// The value below which a `share` (0 to 1) of the sorted `values` lies; NaN of none.
pub fn quantile_of_sorted(values: &[f64], share: f64) -> f64 {
    let Some(last) = values.len().checked_sub(1) else { return f64::NAN };
    let place = share.clamp(0.0, 1.0) * number(last);
    let below = whole(place).min(last);
    let above = (below + 1).min(last);
    values[below] + (values[above] - values[below]) * (place - number(below))
}

/// As [`quantile_of_sorted`], of values in any order, which it reorders.
pub fn quantile_of(values: &mut [f64], share: f64) -> f64 {
    let Some(last) = values.len().checked_sub(1) else { return f64::NAN };
    let place = share.clamp(0.0, 1.0) * number(last);
    let (_, &mut below, above) =
        values.select_nth_unstable_by(whole(place).min(last), f64::total_cmp);
    let above = above.iter().copied().reduce(f64::min).unwrap_or(below);
    below + (above - below) * place.fract()
}

/// Standard deviations under which a share of a standard normal lies; shares outside 0 to 1 count
/// as the nearest of these, NaN as a half.
pub fn normal_quantile(share: f64) -> f64 {
    let share = if share.is_nan() { 0.5 } else { share.clamp(0.0, 1.0) };
    Normal::standard().inverse_cdf(share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantiles_lie_between_neighbours() {
        assert_eq!(quantile_of_sorted(&[1.0, 2.0, 4.0], 0.75), 3.0);
        assert_eq!(quantile_of_sorted(&[7.0], 0.3), 7.0);
        assert!(quantile_of_sorted(&[], 0.5).is_nan() && quantile_of(&mut [], 0.5).is_nan());
    }

    #[test]
    fn the_middle_or_the_mean_of_the_middle_two() {
        assert_eq!(median([3.0, f64::NAN, 1.0, 2.0]), Some(2.0));
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median([f64::INFINITY; 2]), Some(f64::INFINITY));
        assert_eq!(median([f64::NAN]), None);
        assert_eq!(upper_median(&[4.0, 1.0, f64::NAN, 2.0, 3.0]), Some(3.0));
        assert_eq!(upper_median(&[]), None);
    }

    proptest! {
        #[test]
        fn both_ways_agree(mut values in prop::collection::vec(-1e6..1e6_f64, 1..60), share in 0.0..=1.0_f64) {
            let found = quantile_of(&mut values.clone(), share);
            let half = median(values.iter().copied());
            values.sort_unstable_by(f64::total_cmp);
            prop_assert_eq!(found, quantile_of_sorted(&values, share));
            let expected = quantile_of_sorted(&values, 0.5);
            prop_assert!((half.unwrap() - expected).abs() <= 1e-9 * expected.abs().max(1.0));
        }
    }
}

#[cfg(test)]
mod normal_tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_tables() {
        assert!((normal_quantile(0.975) - 1.959_963_985).abs() < 1e-8);
        assert_eq!((normal_quantile(f64::NAN), normal_quantile(2.0)), (0.0, f64::INFINITY));
    }
}
