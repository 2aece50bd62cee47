//! The smallest value of a function of one number on an interval.
//!
//! A coarse grid finds the valley and golden sections narrow it (Kiefer 1953, "Sequential minimax
//! search for a maximum"). Not for more than one number or for noisy functions.

/// Cells of the grid: enough to tell the valleys of a smooth curve apart.
const CELLS: u32 = 24;
/// Sections taken: 0.618^40 of two grid cells is below 1e-9 of the interval.
const SECTIONS: usize = 40;

/// Where `function` is smallest on `[low, high]`, or `None` where it is a number nowhere on the
/// grid. Places where it is not finite are never chosen.
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
