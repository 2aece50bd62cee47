//! Whether a series is stationary, and how much of it is season: what decides how often it is differenced.
//!
//! KPSS: is a series stationary around a level, or does it wander?
//!
//! Kwiatkowski, Phillips, Schmidt and Shin (1992), "Testing the null hypothesis of stationarity
//! against the alternative of a unit root".
//!
//! Augmented Dickey-Fuller: does a series have a unit root?
//!
//! Said and Dickey (1984); lags by Akaike's criterion up to Schwert's (1989) length; probabilities
//! by `MacKinnon`'s (1994) response surfaces. The counterpart of KPSS, whose null hypothesis is the
//! opposite.
//!
//! Seasonal strength: how much of what moves around the trend is the season.
//!
//! Wang, Smith and Hyndman (2006); Hyndman and Athanasopoulos (2021), section 4.3: one minus the
//! variance of STL's remainder over that of season and remainder together.

use statrs::distribution::{ContinuousCDF, Normal};

use super::{is_constant, known, mean};
use crate::stats::least_squares::{dot, regress};
use crate::stats::{Stl, number};

/// Critical values of table 1 of the paper for a level, with their probabilities.
const CRITICAL: [(f64, f64); 4] = [(0.347, 0.10), (0.463, 0.05), (0.574, 0.025), (0.739, 0.01)];

/// What the test found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KpssTest {
    /// The statistic; larger means less stationary.
    pub statistic: f64,
    /// Probability of a statistic this large from a stationary series, between 0.01 and 0.1, the
    /// ends of the published table.
    pub p_value: f64,
    /// Autocovariances that the long-run variance holds.
    pub lags: usize,
}

/// Tests stationarity around a level, with `⌊3 √n / 13⌋` autocovariances under Bartlett's weights.
/// `None` for fewer than three values or values that are all the same.
pub fn kpss(values: &[f64]) -> Option<KpssTest> {
    let values = known(values);
    if values.len() < 3 || is_constant(&values) {
        return None;
    }
    let lags = lags(values.len());
    let level = mean(&values);
    let residuals: Vec<f64> = values.iter().map(|value| value - level).collect();
    let rows = number(values.len());
    let mut sum = 0.0;
    let partial_sums: f64 = residuals
        .iter()
        .map(|residual| {
            sum += residual;
            sum * sum
        })
        .sum();
    let product = |lag: usize| -> f64 {
        residuals[lag..].iter().zip(&residuals).map(|(a, b)| a * b).sum::<f64>()
    };
    let weight = |lag: usize| 1.0 - number(lag) / (number(lags) + 1.0);
    let covariances: f64 = (1..=lags).map(|lag| 2.0 * weight(lag) * product(lag)).sum();
    let long_run = (product(0) + covariances) / rows;
    let statistic = partial_sums / (rows * rows * long_run);
    statistic.is_finite().then(|| KpssTest { statistic, p_value: p_value(statistic), lags })
}

fn lags(rows: usize) -> usize {
    let exact = 3.0 * number(rows).sqrt() / 13.0;
    (0..rows).take_while(|&lags| number(lags + 1) <= exact).count()
}

/// The table read along straight lines.
fn p_value(statistic: f64) -> f64 {
    let (first, last) = (CRITICAL[0], CRITICAL[CRITICAL.len() - 1]);
    if statistic <= first.0 {
        return first.1;
    }
    CRITICAL.windows(2).find(|pair| statistic <= pair[1].0).map_or(last.1, |pair| {
        let share = (statistic - pair[0].0) / (pair[1].0 - pair[0].0);
        pair[0].1 + share * (pair[1].1 - pair[0].1)
    })
}

/// What the regression holds besides the lags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdfTrend {
    /// A constant: the alternative is a series around a level.
    Constant,
    /// A constant and a line: the alternative is a series around a line.
    Line,
}

/// What the test found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdfTest {
    /// The statistic; more negative means more stationary.
    pub statistic: f64,
    /// Probability of a statistic this low from a series with a unit root.
    pub p_value: f64,
    /// Lagged differences in the regression.
    pub lags: usize,
}

/// `MacKinnon`'s (1994) table 3 for one variable.
struct Surface {
    /// Below this the probability is 0, above `highest` it is 1.
    lowest: f64,
    highest: f64,
    /// Where the polynomial of small probabilities ends.
    split: f64,
    small: [f64; 3],
    large: [f64; 4],
}

const CONSTANT: Surface = Surface {
    lowest: -18.83,
    highest: 2.74,
    split: -1.61,
    small: [2.1659, 1.4412, 0.038_269],
    large: [1.7339, 0.932_02, -0.127_45, -0.010_368],
};
const LINE: Surface = Surface {
    lowest: -16.18,
    highest: 0.7,
    split: -2.89,
    small: [3.2512, 1.6047, 0.049_588],
    large: [2.5261, 0.616_54, -0.379_56, -0.060_285],
};

/// Tests for a unit root. `None` where there are too few values for the regression or they are all
/// the same.
pub fn adf(values: &[f64], trend: AdfTrend) -> Option<AdfTest> {
    let values = known(values);
    if is_constant(&values) {
        return None;
    }
    let most = most_lags(values.len(), trend)?;
    let criterion = |lags: usize| {
        let (squares, rows, columns) = regression(&values, trend, lags, most)
            .map(|fit| (fit.squares, fit.rows, fit.columns))?;
        Some(number(rows) * (squares / number(rows)).ln() + 2.0 * number(columns))
    };
    let lags = (0..=most)
        .filter_map(|lags| Some((criterion(lags)?, lags)))
        .min_by(|a, b| a.0.total_cmp(&b.0))?
        .1;
    let statistic = regression(&values, trend, lags, lags)?.statistic;
    let surface = match trend {
        AdfTrend::Constant => &CONSTANT,
        AdfTrend::Line => &LINE,
    };
    statistic.is_finite().then(|| AdfTest {
        statistic,
        p_value: adf_p_value(surface, statistic),
        lags,
    })
}

/// Schwert's twelve times the fourth root of the hundreds of rows, as far as the rows allow.
fn most_lags(rows: usize, trend: AdfTrend) -> Option<usize> {
    let columns = if trend == AdfTrend::Line { 2 } else { 1 };
    let room = (rows / 2).checked_sub(columns + 1)?;
    let schwert = 12.0 * (number(rows) / 100.0).powf(0.25);
    Some((0..room).take_while(|&lags| number(lags) < schwert).count())
}

struct LagFit {
    statistic: f64,
    squares: f64,
    rows: usize,
    columns: usize,
}

/// Differences on their own `lags`, the terms of the trend and the level before; the first
/// `skipped` differences are left out.
fn regression(values: &[f64], trend: AdfTrend, lags: usize, skipped: usize) -> Option<LagFit> {
    let steps: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let mut target = steps.get(skipped..)?.to_vec();
    let rows = target.len();
    let mut columns = vec![vec![1.0; rows]];
    if trend == AdfTrend::Line {
        columns.push((1..=rows).map(number).collect());
    }
    columns.extend((1..=lags).map(|lag| steps[skipped - lag..steps.len() - lag].to_vec()));
    columns.push(values[skipped..values.len() - 1].to_vec());
    let coefficient = *regress(&mut target, &mut columns).last()?;
    // The level is the last column, so it is orthogonal to all others by now.
    let level = columns.last()?;
    let (squares, free) = (dot(&target, &target), rows.checked_sub(columns.len())?);
    let deviation = (squares / number(free) / dot(level, level)).sqrt();
    Some(LagFit { statistic: coefficient / deviation, squares, rows, columns: columns.len() })
}

fn adf_p_value(surface: &Surface, statistic: f64) -> f64 {
    if statistic > surface.highest {
        return 1.0;
    }
    if statistic < surface.lowest {
        return 0.0;
    }
    let coefficients: &[f64] =
        if statistic <= surface.split { &surface.small } else { &surface.large };
    let quantile = coefficients.iter().rev().fold(0.0, |sum, c| sum * statistic + c);
    Normal::standard().cdf(quantile)
}

/// As the `mstl` of R and statsforecast have it, whose threshold for differencing was found with it.
const STL: Stl = Stl { smoothed_seasons: 11, degree: 0, inner_loops: 5 };

/// Strength of the season of `values`, 0 to 1, without missing values. `None` where there is no
/// season, values for less than two of them, missing values, or values that are all the same.
pub fn seasonal_strength(values: &[f64], season_length: usize) -> Option<f64> {
    if values.iter().any(|value| !value.is_finite()) || is_constant(values) {
        return None;
    }
    let parts = STL.decompose(values, season_length)?;
    let together: Vec<f64> =
        parts.seasonal.iter().zip(&parts.remainder).map(|(s, r)| s + r).collect();
    let all = squares(&together);
    let strength = 1.0 - squares(&parts.remainder) / all;
    strength.is_finite().then(|| strength.clamp(0.0, 1.0))
}

/// Squared distances from the mean.
fn squares(values: &[f64]) -> f64 {
    let mean = super::mean(values);
    values.iter().map(|value| (value - mean).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_wanders_and_scattered_values_do_not() {
        let line: Vec<f64> = (0..100).map(f64::from).collect();
        assert!(kpss(&line).unwrap().p_value <= 0.01);
        let scattered: Vec<f64> = (0..100).map(|row| f64::from(row * row * 7 % 23)).collect();
        assert!(kpss(&scattered).unwrap().p_value >= 0.1);
    }

    #[test]
    fn the_statistic_is_that_of_statsmodels() {
        // statsmodels 0.15: kpss([((i * 37) % 19) + 0.1 * i for i in range(60)], "c", nlags=1).
        let values: Vec<f64> =
            (0..60).map(|i| f64::from(i * 37 % 19) + 0.1 * f64::from(i)).collect();
        let test = kpss(&values).unwrap();
        assert_eq!(test.lags, 1);
        assert!((test.statistic - 0.162_312_959_855_359_37).abs() < 1e-10, "{}", test.statistic);
        assert!(test.p_value == 0.1, "{}", test.p_value);
    }

    #[test]
    fn nothing_is_said_of_too_little() {
        assert_eq!(kpss(&[1.0, 2.0]), None);
        assert_eq!(kpss(&[4.0; 50]), None);
        assert_eq!(kpss(&[f64::NAN; 50]), None);
    }
}

#[cfg(test)]
mod adf_tests {
    use super::*;

    /// Statistic, probability and lags of statsmodels 0.15:
    /// `adfuller([(i * i * 7) % 23 for i in range(80)], regression=…)` and
    /// `adfuller(cumsum([(i * 37) % 19 - 8.5 for i in range(80)]))`.
    #[test]
    fn the_test_is_that_of_statsmodels() {
        let level: Vec<f64> = (0..80).map(|i| f64::from(i * i * 7 % 23)).collect();
        let mut sum = 0.0;
        let walk: Vec<f64> = (0..80)
            .map(|i| {
                sum += f64::from(i * 37 % 19) - 8.5;
                sum
            })
            .collect();
        let cases = [
            (&level, AdfTrend::Constant, -2.035_341_669_019_600_5, 0.271_295_145_758_408_3, 12),
            (&level, AdfTrend::Line, -2.040_321_796_395_872, 0.579_309_121_037_361_2, 12),
            (&walk, AdfTrend::Constant, -3.554_087_339_041_818, 0.006_701_937_155_640_137, 1),
        ];
        for (values, trend, statistic, p_value, lags) in cases {
            let test = adf(values, trend).unwrap();
            assert!(
                (test.statistic - statistic).abs() < 1e-8,
                "{} for {statistic}",
                test.statistic
            );
            assert!((test.p_value - p_value).abs() < 1e-8, "{} for {p_value}", test.p_value);
            assert_eq!(test.lags, lags);
        }
    }

    #[test]
    fn nothing_is_said_of_too_little() {
        assert_eq!(adf(&[1.0, 2.0, 4.0], AdfTrend::Line), None);
        assert_eq!(adf(&[1.0; 40], AdfTrend::Constant), None);
    }
}

#[cfg(test)]
mod seasonal_strength_tests {
    use super::*;

    #[test]
    fn a_pure_season_is_strong_and_none_is_weak() {
        let season: Vec<f64> = (0..48).map(|row| f64::from(row % 4)).collect();
        assert!(seasonal_strength(&season, 4).unwrap() > 0.99);
        let other: Vec<f64> = (0..48).map(|row| f64::from(row * row * 7 % 31)).collect();
        assert!(seasonal_strength(&other, 4).unwrap() < 0.6);
    }

    #[test]
    fn nothing_is_said_without_two_seasons() {
        assert_eq!(seasonal_strength(&[1.0, 2.0, 3.0], 2), None);
        assert_eq!(seasonal_strength(&[1.0, 2.0, 3.0], 1), None);
        assert_eq!(seasonal_strength(&[1.0; 30], 3), None);
        assert_eq!(seasonal_strength(&[1.0, f64::NAN, 3.0, 1.0, 2.0, 3.0], 3), None);
    }
}
