//! How many sines a season needs.
//!
//! Sines are added to a regression on the history without its trend as long as the corrected Akaike
//! criterion falls (De Livera, Hyndman and Snyder 2011, section 3.2, who test the same regression by
//! F-tests). Not for their values, which the model estimates.

use std::f64::consts::TAU;

use crate::stats::number;

/// Sines of one season at most.
const MOST_SINES: usize = 12;
/// Sines that may add nothing in a row before the search stops: shapes may skip one.
const SKIPPED: usize = 2;
/// Two sines with periods this close are one.
const SAME_PERIOD: f64 = 1e-6;

/// Periods in rows with the sines that each needs, one at least. `values` has no missing value, and
/// two of the longest period.
pub(super) fn harmonics(values: &[f64], periods: &[f64]) -> Vec<(f64, usize)> {
    let longest = periods.iter().copied().fold(1.0, f64::max);
    let mut rest = detrended(values, longest);
    let rows = rest.len();
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let mut taken: Vec<f64> = Vec::new();
    let mut chosen = Vec::new();
    for &period in periods {
        let (mut columns, mut sines) = (2 * taken.len(), 0);
        let mut lowest = f64::INFINITY;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "above 2")]
        let most = (((period - 1.0) / 2.0).floor().max(1.0) as usize).min(MOST_SINES);
        let (mut left, mut kept) = (rest.clone(), basis.len());
        for order in 1..=most {
            let own = period / number(order);
            if taken.iter().any(|other| (other / own - 1.0).abs() < SAME_PERIOD) {
                // A shorter season has it already, and those after it are too fine to tell apart.
                break;
            }
            for part in [f64::sin, f64::cos] {
                let angle = |row: usize| TAU * number(row) / own;
                let mut column: Vec<f64> = (0..rows).map(|row| part(angle(row))).collect();
                for unit in &basis {
                    remove(&mut column, unit);
                }
                let length = column.iter().map(|x| x * x).sum::<f64>().sqrt();
                if length > 1e-6 {
                    for x in &mut column {
                        *x /= length;
                    }
                    remove(&mut left, &column);
                    basis.push(column);
                }
            }
            columns += 2;
            let criterion = criterion(&left, columns);
            if criterion < lowest || order == 1 {
                (lowest, sines, kept) = (criterion, order, basis.len());
                rest.clone_from(&left);
            } else if order >= sines + SKIPPED {
                break;
            }
        }
        basis.truncate(kept);
        if sines > 0 {
            taken.extend((1..=sines).map(|order| period / number(order)));
            chosen.push((period, sines));
        }
    }
    chosen
}

fn remove(from: &mut [f64], unit: &[f64]) {
    let share: f64 = from.iter().zip(unit).map(|(a, b)| a * b).sum();
    from.iter_mut().zip(unit).for_each(|(from, unit)| *from -= share * unit);
}

fn criterion(left: &[f64], columns: usize) -> f64 {
    let (rows, parameters) = (number(left.len()), number(columns + 1));
    let squares: f64 = left.iter().map(|x| x * x).sum();
    let room = rows - parameters - 1.0;
    if room <= 0.0 {
        return f64::INFINITY;
    }
    rows * squares.max(f64::MIN_POSITIVE).ln() + 2.0 * parameters * rows / room
}

/// The rows around which one longest period lies, less the mean over it.
fn detrended(values: &[f64], longest: f64) -> Vec<f64> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least 1")]
    let window = (longest.round().max(1.0) as usize).min(values.len());
    let mut sum: f64 = values[..window].iter().sum();
    let half = window / 2;
    (0..=values.len() - window)
        .map(|start| {
            if start > 0 {
                sum += values[start + window - 1] - values[start - 1];
            }
            values[start + half] - sum / number(window)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_sines_as_there_are() {
        let value = |row: usize| {
            let t = TAU * number(row);
            0.1 * number(row)
                + (t / 12.0).sin()
                + 0.5 * (3.0 * t / 12.0).cos()
                + 2.0 * (t / 50.5).cos()
                + 0.1 * (number(row * row) * 0.7).sin()
        };
        let values: Vec<f64> = (0..400).map(value).collect();
        let found = harmonics(&values, &[12.0, 50.5]);
        assert_eq!(found[0], (12.0, 3));
        assert_eq!(found[1].0, 50.5);
        assert!(found[1].1 <= 2, "{found:?}");
    }

    #[test]
    fn a_sine_of_two_seasons_is_taken_once() {
        let values: Vec<f64> = (0..200).map(|row| (TAU * number(row) / 12.0).sin()).collect();
        let found = harmonics(&values, &[12.0, 24.0]);
        assert_eq!(found.iter().map(|(period, _)| *period).collect::<Vec<_>>(), [12.0, 24.0]);
    }
}
