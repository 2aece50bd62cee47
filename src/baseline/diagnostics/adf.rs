//! Augmented Dickey-Fuller: does a series have a unit root?
//!
//! Said and Dickey (1984); lags by Akaike's criterion up to Schwert's (1989) length; probabilities
//! by `MacKinnon`'s (1994) response surfaces. The counterpart of KPSS, whose null hypothesis is the
//! opposite.

use statrs::distribution::{ContinuousCDF, Normal};

use super::{is_constant, known};
use crate::stats::least_squares::{dot, regress};
use crate::stats::number;

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
    statistic.is_finite().then(|| AdfTest { statistic, p_value: p_value(surface, statistic), lags })
}

/// Schwert's twelve times the fourth root of the hundreds of rows, as far as the rows allow.
fn most_lags(rows: usize, trend: AdfTrend) -> Option<usize> {
    let columns = if trend == AdfTrend::Line { 2 } else { 1 };
    let room = (rows / 2).checked_sub(columns + 1)?;
    let schwert = 12.0 * (number(rows) / 100.0).powf(0.25);
    Some((0..room).take_while(|&lags| number(lags) < schwert).count())
}

struct Fit {
    statistic: f64,
    squares: f64,
    rows: usize,
    columns: usize,
}

/// Differences on their own `lags`, the terms of the trend and the level before; the first
/// `skipped` differences are left out.
fn regression(values: &[f64], trend: AdfTrend, lags: usize, skipped: usize) -> Option<Fit> {
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
    Some(Fit { statistic: coefficient / deviation, squares, rows, columns: columns.len() })
}

fn p_value(surface: &Surface, statistic: f64) -> f64 {
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

#[cfg(test)]
mod tests {
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
