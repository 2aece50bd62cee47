//! The fields for numbers: whole ones, ones with a fraction, and ones that may be left to the program.
//!
//! Arrows and a drag keep to a range. What is typed is taken as it is where a check of the recipe says
//! what is wrong with it; where no check does, the field itself keeps to the range and says so.

use std::ops::RangeInclusive;

use crate::stats::{number as as_number, whole as whole_part};

use super::draft_field::{DraftField, Stepping};
use super::number_text::{Complaint, plain, read_fraction, read_whole};

pub fn whole(value: &mut usize, steps: RangeInclusive<usize>) -> DraftField<'_, usize> {
    let now = value.to_string();
    let stepping = steps_of_whole(*value, &steps);
    let read = move |text: &str| as_size(read_whole(text, &now)?, &now);
    DraftField::new(value, ToString::to_string, read).stepping(stepping)
}

/// A whole number that no recipe checks: what is typed has to be in the range.
pub fn whole_within(value: &mut usize, range: RangeInclusive<usize>) -> DraftField<'_, usize> {
    let now = value.to_string();
    let stepping = steps_of_whole(*value, &range);
    let read = move |text: &str| {
        let number = as_size(read_whole(text, &now)?, &now)?;
        let (low, high) = (range.start(), range.end());
        if range.contains(&number) { Ok(number) } else { Err(out_of_range(text, &now, low, high)) }
    };
    DraftField::new(value, ToString::to_string, read).stepping(stepping)
}

/// A whole number that may be left to the program, which `left` is the word for; so is 0.
pub fn whole_or_left<'a>(
    value: &'a mut Option<usize>,
    left: &'a str,
    steps: RangeInclusive<usize>,
) -> DraftField<'a, Option<usize>> {
    let written =
        move |value: &Option<usize>| value.map_or(left.to_owned(), |value| value.to_string());
    let now = written(value);
    let high = *steps.end();
    let read = move |text: &str| {
        let typed = text.trim();
        let first_word = left.split_whitespace().next().unwrap_or(left);
        if typed.eq_ignore_ascii_case(left) || typed.eq_ignore_ascii_case(first_word) {
            return Ok(None);
        }
        let number =
            read_whole(text, &now).map_err(|why| format!("{why} Or type {first_word}."))?;
        Ok(Some(as_size(number, &now)?).filter(|number| *number > 0))
    };
    let number = |value: &Option<usize>| as_number(value.unwrap_or(0));
    let at = move |number: f64| Some(nearest(number, 0, high)).filter(|number| *number > 0);
    let speed = (number(value) / 60.0).clamp(0.05, 20.0);
    DraftField::new(value, written, read).stepping(Stepping {
        number,
        stepped: Box::new(move |value, steps| at(number(value) + steps)),
        at: Box::new(at),
        speed,
        range: [0.0, as_number(high)],
    })
}

/// A seed: any whole number there is.
pub fn seed(value: &mut u64) -> DraftField<'_, u64> {
    let now = value.to_string();
    #[expect(
        clippy::cast_precision_loss,
        reason = "how far a drag has come, and for screen readers"
    )]
    let number = |value: &u64| *value as f64;
    DraftField::new(value, ToString::to_string, move |text| read_whole(text, &now)).stepping(
        Stepping {
            number,
            stepped: Box::new(|value, steps| {
                let step = nearest(steps.abs(), 0, usize::MAX) as u64;
                if steps < 0.0 { value.saturating_sub(step) } else { value.saturating_add(step) }
            }),
            at: Box::new(|number| nearest(number, 0, usize::MAX) as u64),
            speed: 0.1,
            range: [0.0, number(&u64::MAX)],
        },
    )
}

pub fn fraction(value: &mut f64, steps: RangeInclusive<f64>) -> DraftField<'_, f64> {
    let now = plain(*value);
    let stepping = steps_of_fraction(*value, &steps);
    let read = move |text: &str| read_fraction(text, &now);
    DraftField::new(value, |value| plain(*value), read).stepping(stepping)
}

/// A number with a fraction that no recipe checks: what is typed has to be in the range.
pub fn fraction_within(value: &mut f64, range: RangeInclusive<f64>) -> DraftField<'_, f64> {
    let now = plain(*value);
    let stepping = steps_of_fraction(*value, &range);
    let read = move |text: &str| {
        let number = read_fraction(text, &now)?;
        let (low, high) = (plain(*range.start()), plain(*range.end()));
        if range.contains(&number) { Ok(number) } else { Err(out_of_range(text, &now, low, high)) }
    };
    DraftField::new(value, |value| plain(*value), read).stepping(stepping)
}

fn out_of_range(
    text: &str,
    now: &str,
    low: impl std::fmt::Display,
    high: impl std::fmt::Display,
) -> Complaint {
    format!("{} is out of range, so {now} stays. Type {low} to {high}.", text.trim())
}

fn as_size(number: u64, now: &str) -> Result<usize, Complaint> {
    let too_large = |_| format!("{number} is too large, so {now} stays. Type a smaller number.");
    usize::try_from(number).map_err(too_large)
}

fn steps_of_whole(value: usize, steps: &RangeInclusive<usize>) -> Stepping<'static, usize> {
    // A value outside may step back in, and is not thrown in at the first step.
    let (low, high) = (value.min(*steps.start()), value.max(*steps.end()));
    let number = |value: &usize| as_number(*value);
    Stepping {
        number,
        stepped: Box::new(move |value, steps| nearest(as_number(*value) + steps, low, high)),
        at: Box::new(move |number| nearest(number, low, high)),
        speed: (as_number(value) / 60.0).clamp(0.1, 20.0),
        range: [as_number(low), as_number(high)],
    }
}

fn steps_of_fraction(value: f64, steps: &RangeInclusive<f64>) -> Stepping<'static, f64> {
    let (low, high) = (value.min(*steps.start()), value.max(*steps.end()));
    Stepping {
        number: |value| *value,
        stepped: Box::new(move |value, steps| {
            let step = step_of(*value, steps < 0.0);
            rounded((value / step).round() + steps, step).clamp(low, high)
        }),
        at: Box::new(move |number| number.clamp(low, high)),
        speed: (value.abs() / 100.0).clamp(1e-5, 0.1),
        range: [low, high],
    }
}

/// One in the first digit of a number: 0.001 from 0.005 on, a tenth of that downwards from 0.001.
fn step_of(value: f64, is_down: bool) -> f64 {
    let size = value.abs();
    if size < 1e-9 {
        return 0.1;
    }
    let decade = (size.log10() + 1e-9).floor();
    let towards_zero = is_down == (value > 0.0);
    let is_power = (10f64.powf(decade) / size - 1.0).abs() < 1e-9;
    10f64.powf(if towards_zero && is_power { decade - 1.0 } else { decade })
}

/// So many steps, without the dust of binary fractions behind it.
fn rounded(count: f64, step: f64) -> f64 {
    let value = count * step;
    format!("{value:.12}").parse().unwrap_or(value)
}

fn nearest(number: f64, low: usize, high: usize) -> usize {
    whole_part(number.round()).clamp(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_step_the_first_digit() {
        for (value, is_down, step) in [
            (0.005, false, 0.001),
            (0.001, true, 0.0001),
            (0.001, false, 0.001),
            (1.0, true, 0.1),
            (0.0, false, 0.1),
        ] {
            assert!((step_of(value, is_down) / step - 1.0).abs() < 1e-9, "{value}");
        }
        let stepped = |value: f64, steps: f64| {
            (steps_of_fraction(value, &(1e-6..=1.0)).stepped)(&value, steps)
        };
        assert_eq!(stepped(0.005, 1.0), 0.006);
        assert_eq!(stepped(0.001, -1.0), 0.0009);
        assert_eq!(stepped(1.0, 1.0), 1.0, "no step leads out of the range");
        assert_eq!(stepped(3.0, -1.0), 2.0, "a value outside steps back in");
    }

    #[test]
    fn whole_numbers_step_by_one_within_their_range() {
        let stepped =
            |value: usize, steps: f64| (steps_of_whole(value, &(1..=60)).stepped)(&value, steps);
        assert_eq!((stepped(12, 1.0), stepped(1, -1.0), stepped(60, 1.0)), (13, 1, 60));
        assert_eq!((stepped(120, -1.0), stepped(120, 1.0)), (119, 120));
    }
}
