//! The exponent of Box-Cox, estimated from positive values (NaN where missing).
//!
//! Guerrero (1993), "Time-series analysis supported by power transformations", as in R's
//! `BoxCox.lambda` and statsmodels' `BoxCox(method="guerrero")`; and maximum likelihood (Box and
//! Cox 1964), as in `SciPy`'s `boxcox_normmax(method="mle")`. Not for applying it (`box_cox`).

use super::box_cox::box_cox;
use super::golden_section;

/// Exponents looked at, as in R's `BoxCox.lambda`.
const RANGE: (f64, f64) = (-1.0, 2.0);

/// The exponent for which the standard deviation of a season, divided by its mean to the power
/// `1 - lambda`, varies least between seasons (coefficient of variation). Seasons are counted back
/// from the last value; one with fewer than two known values has no say. `None` where fewer than
/// two seasons have one, or no season varies.
pub fn guerrero_lambda(values: &[f64], season_length: usize) -> Option<f64> {
    let season_length = season_length.max(2);
    let whole = values.len() - values.len() % season_length;
    let seasons: Vec<(f64, f64)> = values[values.len() - whole..]
        .chunks_exact(season_length)
        .filter_map(|season| mean_and_deviation(season.iter().copied()))
        .collect();
    golden_section(RANGE.0, RANGE.1, |lambda| {
        let ratios = seasons.iter().map(|(mean, deviation)| deviation / mean.powf(1.0 - lambda));
        mean_and_deviation(ratios).map_or(f64::NAN, |(mean, deviation)| deviation / mean)
    })
}

/// The exponent for which the transformed values are likeliest under a normal distribution:
/// the largest `(lambda - 1) sum(ln x) - n / 2 ln(variance)`. `None` where values do not vary.
///
/// Of logs less their mean the first term is zero, so that the smallest deviation decides.
pub fn likeliest_lambda(values: &[f64]) -> Option<f64> {
    let logs: Vec<f64> =
        values.iter().filter(|value| !value.is_nan()).map(|value| value.ln()).collect();
    let (mean, spread) = mean_and_deviation(logs.iter().copied())?;
    if spread <= mean.abs() * 1e-14 {
        return None;
    }
    golden_section(RANGE.0, RANGE.1, |lambda| {
        let transformed = logs.iter().map(|log| box_cox(log - mean, lambda));
        mean_and_deviation(transformed).map_or(f64::NAN, |(_, deviation)| deviation)
    })
}

/// Mean and standard deviation (divisor n - 1) of the known values, at least two.
fn mean_and_deviation(values: impl Iterator<Item = f64> + Clone) -> Option<(f64, f64)> {
    let known = values.filter(|value| !value.is_nan());
    let count = known.clone().fold(0.0, |count, _| count + 1.0);
    if count < 2.0 {
        return None;
    }
    let mean = known.clone().sum::<f64>() / count;
    let variance = known.map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    Some((mean, variance.sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_do_not_vary_or_are_too_few_have_no_exponent() {
        for values in [&[3.0; 24][..], &[1.0, 2.0][..], &[][..], &[f64::NAN; 24][..]] {
            assert_eq!(guerrero_lambda(values, 12), None, "{values:?}");
        }
        for values in [&[3.0; 24][..], &[][..], &[f64::NAN; 24][..]] {
            assert_eq!(likeliest_lambda(values), None, "{values:?}");
        }
    }

    #[test]
    fn the_unit_of_the_values_does_not_matter() {
        let values: Vec<f64> =
            (1..60).map(|row| 1.0 + f64::from(row % 7) * f64::from(row)).collect();
        let larger: Vec<f64> = values.iter().map(|value| value * 1e6).collect();
        for (small, large) in [
            (guerrero_lambda(&values, 7), guerrero_lambda(&larger, 7)),
            (likeliest_lambda(&values), likeliest_lambda(&larger)),
        ] {
            assert!((small.unwrap() - large.unwrap()).abs() < 1e-6, "{small:?} {large:?}");
        }
    }
}
