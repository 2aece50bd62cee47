//! How values become heights: as they are, as logarithms, or as shares of a series' own range. All three
//! rise with the value. And grid lines: steps of 1, 2 or 5 times a power of ten.
//!
//! Labels are in the data's own units. Not for changing the data: only the picture is bent.

use egui_plot::{GridInput, GridMark};

use crate::series::number::{compact_grouped, with_thousands};
use crate::stats::whole;

use super::value_axis;

/// Powers of ten in view from which only powers have lines.
const WIDE: f64 = 3.0;

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum ValueMap {
    #[default]
    AsIs,
    /// The logarithm to base ten; values that are not positive have no place.
    Log,
    Share {
        low: f64,
        high: f64,
    },
}

impl ValueMap {
    /// A number for each kind: plots remember their scale by it.
    pub const fn kind(self) -> u8 {
        match self {
            Self::AsIs => 0,
            Self::Log => 1,
            Self::Share { .. } => 2,
        }
    }

    /// The height of a value; NaN where it has none.
    pub fn place(self, value: f64) -> f64 {
        match self {
            Self::AsIs => value,
            Self::Log if value > 0.0 => value.log10(),
            Self::Log => f64::NAN,
            Self::Share { low, high } if high > low => (value - low) / (high - low),
            Self::Share { .. } => 0.5,
        }
    }

    pub fn value(self, place: f64) -> f64 {
        match self {
            Self::AsIs => place,
            Self::Log => 10_f64.powf(place),
            Self::Share { low, high } => low + place * (high - low),
        }
    }

    /// Grid marks at heights that read well.
    pub fn marks(self, input: GridInput) -> Vec<GridMark> {
        match self {
            Self::Log => log_marks(input),
            _ => value_axis::marks(input),
        }
    }

    pub fn label(self, mark: GridMark) -> String {
        match self {
            Self::AsIs => value_axis::label(mark),
            Self::Log => power_label(10_f64.powf(mark.value)),
            Self::Share { .. } => format!("{:.0} %", mark.value * 100.0),
        }
    }
}

/// Powers of ten; with 2 and 5 between where few powers are in view, and round steps of the values
/// themselves where not even one is.
fn log_marks(input: GridInput) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    if !(low.is_finite() && high.is_finite() && low < high) || high - low > 600.0 {
        return Vec::new();
    }
    if high - low < 1.0 {
        return linear_marks(low, high, input.base_step_size);
    }
    let factors: &[f64] = if high - low >= WIDE { &[1.0] } else { &[1.0, 2.0, 5.0] };
    let step = (input.base_step_size.ceil()).max(1.0);
    let step = if high - low >= WIDE { step } else { 1.0 };
    std::iter::successors(Some((low / step).floor() * step), |power| Some(power + step))
        .take_while(|&power| power <= high)
        .flat_map(|power| factors.iter().map(move |factor| power + factor.log10()))
        .filter(|value| (low..=high).contains(value))
        .map(|value| GridMark { value, step_size: if factors.len() > 1 { 0.3 } else { step } })
        .collect()
}

/// Fewer marks than this tell no distances.
const FEWEST_MARKS: usize = 3;

fn linear_marks(low: f64, high: f64, base_step_size: f64) -> Vec<GridMark> {
    let bounds = (10_f64.powf(low), 10_f64.powf(high));
    // The marks stand closest at the top, where they need as much room as elsewhere.
    let room = bounds.1 - 10_f64.powf(high - base_step_size.min(high - low));
    // A round step may be much longer than the room asks for, and leave too few marks to read by.
    let of_step = |base_step_size| value_axis::marks(GridInput { bounds, base_step_size });
    let marks = of_step(room);
    let marks = if marks.len() < FEWEST_MARKS { of_step(room / 2.0) } else { marks };
    marks
        .iter()
        .filter(|mark| mark.value > 0.0)
        .map(|mark| GridMark { value: mark.value.log10(), step_size: base_step_size * 1.1 })
        .collect()
}

/// A round number as people write it: `0.001`, `20`, `5000`, `1e7`.
fn power_label(value: f64) -> String {
    if !(0.000_9..1e6).contains(&value) {
        let power = (value * (1.0 + 1e-9)).log10().floor();
        let digit = value / 10_f64.powf(power);
        return format!("{}e{power:.0}", digits(digit));
    }
    digits(value)
}

fn digits(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "0" { compact_grouped(value) } else { with_thousands(text) }
}

/// Lines asked for at most, should bounds and step ever disagree.
const MOST_MARKS: usize = 200;

/// Grid marks between the bounds of `input`, all of one distance.
pub fn marks(input: GridInput) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    stepped(low, high, nice_step(input.base_step_size.max((high - low) / 50.0)))
}

/// Marks on the multiples of a step between two ends; none where these have no order.
pub fn stepped(low: f64, high: f64, step_size: f64) -> Vec<GridMark> {
    if !(low.is_finite() && high.is_finite() && low < high) {
        return Vec::new();
    }
    std::iter::successors(Some((low / step_size).ceil()), |number| Some(number + 1.0))
        .map(|number| GridMark { value: number * step_size, step_size })
        .take_while(|mark| mark.value <= high)
        .take(MOST_MARKS)
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
        return format!("{:.*e}", whole(digits), mark.value);
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
    use proptest::prelude::*;

    fn labels(low: f64, high: f64, base_step_size: f64) -> Vec<String> {
        let input = GridInput { bounds: (low.log10(), high.log10()), base_step_size };
        let map = ValueMap::Log;
        map.marks(input).into_iter().map(|mark| map.label(mark)).collect()
    }

    #[test]
    fn powers_have_lines_and_labels_are_in_data_units() {
        assert_eq!(labels(0.5, 20_000.0, 0.2), ["1", "10", "100", "1000", "10\u{2009}000"]);
        assert_eq!(labels(90.0, 1_100.0, 0.2), ["100", "200", "500", "1000"]);
        assert_eq!(labels(1e-6, 1e9, 3.0), ["1e-6", "0.001", "1", "1000", "1e6", "1e9"]);
    }

    #[test]
    fn less_than_a_power_in_view_has_round_values() {
        assert_eq!(labels(104.0, 622.0, 0.18), ["200", "400", "600"]);
        assert_eq!(labels(0.011, 0.0185, 0.06), ["0.012", "0.014", "0.016", "0.018"]);
    }

    #[test]
    fn values_that_are_not_positive_have_no_place_on_a_log_axis() {
        assert!(ValueMap::Log.place(0.0).is_nan() && ValueMap::Log.place(-1.0).is_nan());
    }

    #[test]
    fn bounds_without_an_order_have_no_marks() {
        for (low, high) in [(1.0, 0.0), (f64::NAN, 1.0), (-1e300, 1e300)] {
            let input = GridInput { bounds: (low, high), base_step_size: 0.1 };
            assert!(ValueMap::Log.marks(input).is_empty());
        }
    }

    proptest! {
        #[test]
        fn what_is_larger_stands_higher_and_comes_back(a in 1e-6..1e6_f64, b in 1e-6..1e6_f64) {
            for map in [ValueMap::AsIs, ValueMap::Log, ValueMap::Share { low: -3.0, high: 2e6 }] {
                prop_assert_eq!(a < b, map.place(a) < map.place(b));
                prop_assert!((map.value(map.place(a)) - a).abs() <= 1e-6 * a.max(1.0));
            }
        }
    }

    fn plain_labels(low: f64, high: f64, base_step_size: f64) -> Vec<String> {
        marks(GridInput { bounds: (low, high), base_step_size }).into_iter().map(label).collect()
    }

    #[test]
    fn steps_are_round() {
        assert_eq!(plain_labels(95.0, 420.0, 70.0), ["100", "200", "300", "400"]);
        assert_eq!(plain_labels(0.0, 1.0, 0.15), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(plain_labels(-0.06, 0.06, 0.04), ["-0.05", "0.00", "0.05"]);
    }

    #[test]
    fn thousands_stand_apart_and_neighbours_never_share_a_label() {
        let thousands = ["0", "5000", "10\u{2009}000", "15\u{2009}000"];
        assert_eq!(plain_labels(0.0, 15_000.0, 4_000.0), thousands);
        let millions = ["11\u{2009}000\u{2009}000", "11\u{2009}500\u{2009}000"];
        assert_eq!(plain_labels(1.1e7, 1.16e7, 5e5), millions);
        assert_eq!(plain_labels(1e9, 1.02e9, 1e7), ["1.00e9", "1.01e9", "1.02e9"]);
        assert_eq!(plain_labels(0.0, 2.1e-5, 1e-5), ["0.00000", "1e-5", "2e-5"]);
    }

    #[test]
    fn bounds_without_an_order_have_no_plain_marks() {
        assert!(plain_labels(1.0, 1.0, 0.1).is_empty());
        assert!(plain_labels(f64::NAN, 1.0, 0.1).is_empty());
        assert!(plain_labels(-1e300, 1e300, 1e-3).len() <= MOST_MARKS);
    }
}
