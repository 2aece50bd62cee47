//! Linear least squares of few columns.
//!
//! Modified Gram-Schmidt (Golub and Van Loan 2013, section 5.2.8); a column that the ones before it
//! explain gets a coefficient of zero. Not for many columns.

/// A column with less than this part of its length left is explained by those before it.
const EXPLAINED: f64 = 1e-9;

/// The coefficients of `columns` (all as long as `target`) that come closest to `target`.
pub(super) fn least_squares(columns: &[Vec<f64>], target: &[f64]) -> Vec<f64> {
    let count = columns.len();
    let mut basis: Vec<Vec<f64>> = Vec::with_capacity(count);
    // Upper triangle, column by column; a column that is left out has no entry on its diagonal.
    let mut triangle = vec![vec![0.0; count]; count];
    let mut rest = target.to_vec();
    let mut shares = vec![0.0; count];
    for (at, column) in columns.iter().enumerate() {
        let mut left = column.clone();
        for (before, unit) in basis.iter().enumerate() {
            let share = dot(unit, &left);
            triangle[before][at] = share;
            subtract(&mut left, unit, share);
        }
        let length = dot(&left, &left).sqrt();
        if length > EXPLAINED * dot(column, column).sqrt() {
            left.iter_mut().for_each(|value| *value /= length);
            triangle[at][at] = length;
            shares[at] = dot(&left, &rest);
            subtract(&mut rest, &left, shares[at]);
        } else {
            left.fill(0.0);
        }
        basis.push(left);
    }
    let mut coefficients = vec![0.0; count];
    for at in (0..count).rev() {
        if triangle[at][at] > 0.0 {
            let known: f64 =
                (at + 1..count).map(|later| triangle[at][later] * coefficients[later]).sum();
            coefficients[at] = (shares[at] - known) / triangle[at][at];
        }
    }
    coefficients
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn subtract(from: &mut [f64], unit: &[f64], share: f64) {
    from.iter_mut().zip(unit).for_each(|(from, unit)| *from -= share * unit);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_is_found_and_a_repeated_column_left_out() {
        let ones = vec![1.0; 6];
        let line: Vec<f64> = (0..6).map(f64::from).collect();
        let bent: Vec<f64> = line.iter().map(|x| x * x).collect();
        let target: Vec<f64> =
            line.iter().zip(&bent).map(|(x, y)| 3.0 - 2.0 * x + 0.5 * y).collect();
        let found = least_squares(&[ones.clone(), line.clone(), bent.clone()], &target);
        for (found, expected) in found.iter().zip([3.0, -2.0, 0.5]) {
            assert!((found - expected).abs() < 1e-10);
        }
        let twice = least_squares(&[ones.clone(), ones, line, bent], &target);
        assert_eq!(twice[1], 0.0);
        assert!((twice[2] + 2.0).abs() < 1e-10);
        assert_eq!(least_squares(&[], &[1.0]), [0.0; 0]);
    }
}
