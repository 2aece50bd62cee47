//! Linear least squares of few columns.
//!
//! The columns are made orthogonal one after the other (modified Gram-Schmidt; Golub and Van Loan 2013,
//! section 5.2.8). Not for many columns.

/// Columns shorter than this share of their length once the others are taken out are multiples of
/// them and get the coefficient 0.
const DEPENDENT: f64 = 1e-9;

/// Takes out of `target` what the `columns` explain and gives their coefficients; the columns are
/// made orthogonal on the way (modified Gram-Schmidt).
pub fn regress(target: &mut [f64], columns: &mut [Vec<f64>]) -> Vec<f64> {
    let count = columns.len();
    let mut upper = vec![0.0; count * count];
    let mut coefficients = vec![0.0; count];
    for place in 0..count {
        let (before, rest) = columns.split_at_mut(place);
        let column = &mut rest[0];
        let length = dot(column, column);
        for (earlier, other) in before.iter().enumerate() {
            let norm = upper[earlier * count + earlier];
            let share = if norm > 0.0 { dot(other, column) / norm } else { 0.0 };
            upper[earlier * count + place] = share;
            subtract(column, other, share);
        }
        let left = dot(column, column);
        let dependent = left.is_nan() || left <= DEPENDENT * DEPENDENT * length;
        upper[place * count + place] = if dependent { 0.0 } else { left };
        if !dependent {
            coefficients[place] = dot(column, target) / left;
            subtract(target, column, coefficients[place]);
        }
    }
    for place in (0..count).rev() {
        for earlier in 0..place {
            if upper[earlier * count + earlier] > 0.0 {
                coefficients[earlier] -= upper[earlier * count + place] * coefficients[place];
            }
        }
    }
    coefficients
}

/// The coefficients of `columns` (all as long as `target`) that come closest to `target`; a column that
/// those before it explain gets 0. For one target and little data: [`regress`] also leaves what is
/// unexplained, and is the faster on long columns.
pub fn least_squares(columns: &[Vec<f64>], target: &[f64]) -> Vec<f64> {
    let count = columns.len();
    let mut basis: Vec<Vec<f64>> = Vec::with_capacity(count);
    // Upper triangle, column by column; a column that is left out has no entry on its diagonal.
    let mut triangle = vec![vec![0.0; count]; count];
    let mut rest = target.to_vec();
    let mut shares = vec![0.0; count];
    for (at, column) in columns.iter().enumerate() {
        let mut left = column.clone();
        for (before, unit) in basis.iter().enumerate() {
            let share = product(unit, &left);
            triangle[before][at] = share;
            subtract(&mut left, unit, share);
        }
        let length = product(&left, &left).sqrt();
        if length > DEPENDENT * product(column, column).sqrt() {
            for value in &mut left {
                *value /= length;
            }
            triangle[at][at] = length;
            shares[at] = product(&left, &rest);
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

/// Sum of the products of two columns, one after another.
fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Sum of the products of two columns, in four lanes that do not wait for one another.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    // Four sums run side by side.
    let mut sums = [0.0; 4];
    let (a_parts, b_parts) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = a_parts.remainder().iter().zip(b_parts.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a_parts.zip(b_parts) {
        for lane in 0..4 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f64>() + rest
}

/// Takes a share of another column off a column.
pub fn subtract(column: &mut [f64], other: &[f64], share: f64) {
    for (value, other) in column.iter_mut().zip(other) {
        *value -= share * other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_and_a_copy_of_a_column_gets_nothing() {
        let mut target: Vec<f64> = (0..9).map(|x| 3.0 + 2.0 * f64::from(x)).collect();
        let rising: Vec<f64> = (0..9).map(f64::from).collect();
        let mut columns = [vec![1.0; 9], rising.clone(), rising];
        let coefficients = regress(&mut target, &mut columns);
        for (found, expected) in coefficients.iter().zip([3.0, 2.0, 0.0]) {
            assert!((found - expected).abs() < 1e-12, "{found}");
        }
        assert!(target.iter().all(|left| left.abs() < 1e-12));
    }

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
