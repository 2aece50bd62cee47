//! Grid lines and labels of a value axis: steps of 1, 2 or 5 times a power of ten.

use egui_plot::{GridInput, GridMark};

use crate::series::number::with_thousands;

/// Lines asked for at most, should bounds and step ever disagree.
pub const MOST_MARKS: usize = 200;

/// Grid marks between the bounds of `input`, all of one distance.
pub fn marks(input: GridInput) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    if !(low.is_finite() && high.is_finite() && low < high) {
        return Vec::new();
    }
    let step_size = nice_step(input.base_step_size.max((high - low) / 50.0));
    let first = (low / step_size).ceil();
    std::iter::successors(Some(first), |number| Some(number + 1.0))
        .map(|number| number * step_size)
        .take_while(|&value| value <= high)
        .take(MOST_MARKS)
        .map(|value| GridMark { value, step_size })
        .collect()
}

/// The smallest of 1, 2 or 5 times a power of ten that is not below `least`.
fn nice_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|&step| step >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

/// A mark's label, with as many decimals as its step needs, and thousands apart.
pub fn label(mark: GridMark) -> String {
    let size = mark.value.abs();
    if size >= LARGEST_PLAIN || (mark.step_size < 1e-4 && size > 0.0) {
        // As many digits as tell it from its neighbours.
        let power = |size: f64| (size.log10() + 1e-9).floor();
        let digits = (power(size) - power(mark.step_size.abs())).clamp(0.0, 6.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 6")]
        return format!("{:.*e}", digits as usize, mark.value);
    }
    let places =
        (0..=5_u8).find(|&places| mark.step_size >= 0.999 * 10_f64.powi(-i32::from(places)));
    // Zero is never written as minus zero.
    with_thousands(&format!("{:.*}", usize::from(places.unwrap_or(5)), mark.value + 0.0))
}

/// Values from here on are written as powers of ten, or they would leave no room for the plot.
const LARGEST_PLAIN: f64 = 1e9;

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64, base_step_size: f64) -> Vec<String> {
        marks(GridInput { bounds: (low, high), base_step_size }).into_iter().map(label).collect()
    }

    #[test]
    fn steps_are_round() {
        assert_eq!(labels(95.0, 420.0, 70.0), ["100", "200", "300", "400"]);
        assert_eq!(labels(0.0, 1.0, 0.15), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(-0.06, 0.06, 0.04), ["-0.05", "0.00", "0.05"]);
    }

    #[test]
    fn thousands_stand_apart_and_neighbours_never_share_a_label() {
        let thousands = ["0", "5000", "10\u{2009}000", "15\u{2009}000"];
        assert_eq!(labels(0.0, 15_000.0, 4_000.0), thousands);
        let millions = ["11\u{2009}000\u{2009}000", "11\u{2009}500\u{2009}000"];
        assert_eq!(labels(1.1e7, 1.16e7, 5e5), millions);
        assert_eq!(labels(1e9, 1.02e9, 1e7), ["1.00e9", "1.01e9", "1.02e9"]);
        assert_eq!(labels(0.0, 2.1e-5, 1e-5), ["0.00000", "1e-5", "2e-5"]);
    }

    #[test]
    fn bounds_without_an_order_have_no_marks() {
        assert!(labels(1.0, 1.0, 0.1).is_empty());
        assert!(labels(f64::NAN, 1.0, 0.1).is_empty());
        assert!(labels(-1e300, 1e300, 1e-3).len() <= MOST_MARKS);
    }
}
