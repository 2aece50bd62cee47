//! The Box-Cox transform of positive values, with its slope by the exponent (Box and Cox 1964), and the
//! exponent, estimated from positive values (NaN where missing).
//!
//! Guerrero (1993), "Time-series analysis supported by power transformations", as in R's
//! `BoxCox.lambda` and statsmodels' `BoxCox(method="guerrero")`; and maximum likelihood (Box and
//! Cox 1964), as in `SciPy`'s `boxcox_normmax(method="mle")`.

/// Exponents nearer to 0 than this are taken as 0, which is the logarithm.
const LOGARITHM: f64 = 1e-6;

/// `(x^lambda - 1) / lambda` from `ln x`, `ln x` itself where lambda is 0, without cancellation near
/// either.
pub fn box_cox(log: f64, lambda: f64) -> f64 {
    if lambda.abs() < LOGARITHM { log } else { (lambda * log).exp_m1() / lambda }
}

/// The slope of [`box_cox`] by `lambda`.
pub fn slope_by_lambda(log: f64, lambda: f64) -> f64 {
    if lambda.abs() < LOGARITHM {
        return log * log / 2.0;
    }
    let power = (lambda * log).exp();
    (lambda * log * power - (lambda * log).exp_m1()) / (lambda * lambda)
}

/// `ln x` of what [`box_cox`] gave; negative infinity below all that it gives for a positive exponent.
pub fn inverse_log(transformed: f64, lambda: f64) -> f64 {
    if lambda.abs() < LOGARITHM {
        transformed
    } else {
        (lambda * transformed).max(-1.0).ln_1p() / lambda
    }
}

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

/// Cells of the grid of [`golden_section`]: enough to tell the valleys of a smooth curve apart.
const CELLS: u32 = 24;
/// Sections taken: 0.618^40 of two grid cells is below 1e-9 of the interval.
const SECTIONS: usize = 40;

/// Where `function` of one number is smallest on `[low, high]`: a coarse grid finds the valley and golden
/// sections narrow it (Kiefer 1953, "Sequential minimax search for a maximum"). `None` where it is a
/// number nowhere on the grid. Places where it is not finite are never chosen.
pub fn golden_section(low: f64, high: f64, function: impl Fn(f64) -> f64) -> Option<f64> {
    let cost =
        |at: f64| Some(function(at)).filter(|cost| cost.is_finite()).unwrap_or(f64::INFINITY);
    let width = (high - low) / f64::from(CELLS);
    let (best, lowest) = (0..=CELLS)
        .map(|cell| low + width * f64::from(cell))
        .map(|at| (at, cost(at)))
        .min_by(|a, b| a.1.total_cmp(&b.1))?;
    if lowest.is_infinite() {
        return None;
    }
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut left, mut right) = ((best - width).max(low), (best + width).min(high));
    let inner =
        |left: f64, right: f64| (right - golden * (right - left), left + golden * (right - left));
    let (mut a, mut b) = inner(left, right);
    let (mut cost_a, mut cost_b) = (cost(a), cost(b));
    for _ in 0..SECTIONS {
        if cost_a <= cost_b {
            (right, b, cost_b) = (b, a, cost_a);
            a = inner(left, right).0;
            cost_a = cost(a);
        } else {
            (left, a, cost_a) = (a, b, cost_b);
            b = inner(left, right).1;
            cost_b = cost(b);
        }
    }
    let middle = f64::midpoint(left, right);
    // On a border of the interval the grid's own place is the best there is.
    Some(if cost(middle) <= lowest { middle } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_and_its_slope() {
        for lambda in [0.0, 0.3, 1.0] {
            for value in [0.01_f64, 1.0, 7.5] {
                let there = box_cox(value.ln(), lambda);
                assert!((inverse_log(there, lambda).exp() - value).abs() < 1e-12 * value);
                let (low, high) =
                    (box_cox(value.ln(), lambda + 1e-5), box_cox(value.ln(), lambda + 3e-5));
                let slope = slope_by_lambda(value.ln(), lambda + 2e-5);
                assert!(((high - low) / 2e-5 - slope).abs() < 1e-4 * (1.0 + slope.abs()));
            }
        }
        assert_eq!(inverse_log(-5.0, 0.5).exp(), 0.0);
    }
}

#[cfg(test)]
mod box_cox_lambda_tests {
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

#[cfg(test)]
mod golden_section_tests {
    use super::*;

    #[test]
    fn finds_inner_minima_borders_and_the_lower_of_two_valleys() {
        let near = |found: Option<f64>, expected: f64| {
            let found = found.unwrap();
            // A parabola is flat to f64 within 1e-8 of its lowest point.
            assert!((found - expected).abs() < 1e-7, "{found} for {expected}");
        };
        near(golden_section(-1.0, 2.0, |x| (x - 0.3).powi(2)), 0.3);
        near(golden_section(-1.0, 2.0, |x| x), -1.0);
        near(golden_section(-1.0, 2.0, |x| -x), 2.0);
        near(
            golden_section(-2.0, 2.0, |x| (x * x - 1.0).powi(2) + if x < 0.0 { 1.0 } else { 0.0 }),
            1.0,
        );
        assert_eq!(golden_section(-1.0, 2.0, |_| f64::NAN), None);
    }
}
