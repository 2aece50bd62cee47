//! Tests of what stands in for missing values.

use super::*;
use proptest::prelude::*;

const NAN: f64 = f64::NAN;

fn filler(policy: MissingPolicy, season_length: usize) -> Filler {
    Filler { policy, season_length }
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

#[test]
fn each_policy_fills_a_closed_gap_its_way() {
    // A season of four on a rise of one a step, two of whose values are missing.
    let values = [1.0, 7.0, 3.0, 4.0, 5.0, 11.0, NAN, NAN, 9.0, 15.0];
    let of = |policy| filler(policy, 4).fill(&values)[6..8].to_vec();
    assert_eq!(of(MissingPolicy::Previous), [11.0, 11.0]);
    let line = of(MissingPolicy::Linear);
    assert!((line[0] - (11.0 - 2.0 / 3.0)).abs() < 1e-12, "{line:?}");
    assert_eq!(of(MissingPolicy::Seasonal), [7.0, 8.0]);
    assert_eq!(of(MissingPolicy::Auto), [7.0, 8.0], "longer than an eighth of a season");
    for policy in [MissingPolicy::Leave, MissingPolicy::DropSeries] {
        assert!(of(policy).iter().all(|value| value.is_nan()));
    }
}

#[test]
fn auto_goes_by_the_length_of_the_gap() {
    let auto = filler(MissingPolicy::Auto, 24);
    assert_eq!(auto.longest_line(), 3);
    assert_eq!(filler(MissingPolicy::Auto, 7).longest_line(), 1);
    assert_eq!(filler(MissingPolicy::Auto, 1).longest_line(), 3);
    let with_gap = |length: usize| {
        let mut values: Vec<f64> = (0_u32..100).map(|row| f64::from(row % 24)).collect();
        values[50..50 + length].fill(NAN);
        values
    };
    let filled = |length| auto.fill(&with_gap(length))[50..50 + length].to_vec();
    assert_eq!(filled(3), [2.0, 3.0, 4.0]);
    let day: Vec<f64> = (0_u32..24).map(|row| f64::from((row + 2) % 24)).collect();
    assert_eq!(filled(24), day);
    assert!(filled(25).iter().all(|value| value.is_nan()), "longer than a season");
    let without_season = filler(MissingPolicy::Auto, 1);
    assert!(without_season.fill(&with_gap(4))[50].is_nan());
    assert!(!without_season.fill(&with_gap(3))[50].is_nan());
}

#[test]
fn an_open_gap_is_filled_by_what_was_before_it() {
    let values = [1.0, 7.0, 3.0, 4.0, 5.0, 11.0, NAN, NAN];
    let of = |policy| filler(policy, 4).fill(&values)[6..].to_vec();
    assert_eq!(of(MissingPolicy::Linear), [11.0, 11.0]);
    assert_eq!(of(MissingPolicy::Previous), [11.0, 11.0]);
    assert_eq!(of(MissingPolicy::Seasonal), [7.0, 8.0]);
    assert_eq!(filler(MissingPolicy::Auto, 4).fill(&values[..7])[6], 11.0);
}

#[test]
fn what_nothing_is_known_before_is_left() {
    for policy in MissingPolicy::ALL {
        let filled = filler(policy, 3).fill(&[NAN, NAN, 1.0, 2.0]).into_owned();
        assert!(filled[0].is_nan() && filled[1].is_nan());
        assert_eq!(filled[2..], [1.0, 2.0]);
        assert!(filler(policy, 3).fill(&[NAN; 4]).iter().all(|value| value.is_nan()));
        assert!(filler(policy, 0).fill(&[]).is_empty());
    }
}

#[test]
fn what_was_never_negative_is_not_filled_with_less_than_nothing() {
    // The value before the gap is 50 below that of the season before.
    let values = [60.0, 1.0, 51.0, 10.0, 1.0, 1.0, NAN, NAN, 0.5];
    let filled = filler(MissingPolicy::Seasonal, 3).fill(&values).into_owned();
    assert!(filled.iter().all(|&value| value > 0.0), "{filled:?}");
}

/// Values with holes, some of them long.
fn holed() -> impl Strategy<Value = Vec<f64>> {
    let run = (prop::bool::weighted(0.4), 1_usize..9, -50_i32..50);
    prop::collection::vec(run, 1..12).prop_map(|runs| {
        let mut values = Vec::new();
        for (missing, length, level) in runs {
            for step in 0..length {
                let value = f64::from(level) + f64::from(u32::try_from(step % 3).unwrap());
                values.push(if missing { NAN } else { value });
            }
        }
        values
    })
}

fn any_filler() -> impl Strategy<Value = Filler> {
    (prop::sample::select(&MissingPolicy::ALL[..]), 0_usize..8)
        .prop_map(|(policy, season_length)| Filler { policy, season_length })
}

proptest! {
    /// Known values stay, and what is filled at an origin does not depend on anything after it.
    #[test]
    fn nothing_after_an_origin_reaches_what_is_filled_before_it(
        values in holed(), filler in any_filler(), share in 0.0_f64..1.0, noise in -9.0_f64..9.0,
    ) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share")]
        let origin = (number(values.len()) * share) as usize;
        let filled = filler.fill(&values[..origin]).into_owned();
        for (value, filled) in values.iter().zip(&filled) {
            prop_assert!(value.is_nan() || value == filled);
        }
        let mut other = values.clone();
        other[origin..].iter_mut().for_each(|value| {
            *value = if value.is_nan() { noise } else { NAN };
        });
        // Gaps closed with the whole series in sight, then the open one: the same.
        for values in [&values, &other] {
            let mut closed = filler.fill_closed(values).into_owned();
            let open = gaps(values).into_iter().find(|gap| gap.start < origin && origin <= gap.end);
            if let Some(gap) = open {
                let start = gap.start;
                let open = OpenGap::new(&filler, &closed, gap);
                let tail = open.and_then(|open| open.fill(&filler, &closed, origin));
                let tail = tail.unwrap_or_else(|| vec![NAN; origin - start]);
                closed[start..origin].copy_from_slice(&tail);
            }
            prop_assert_eq!(bits(&closed[..origin]), bits(&filled));
        }
    }

    #[test]
    fn explicit_policies_leave_only_what_comes_before_the_first_value(values in holed(), season in 0_usize..8) {
        let first = values.iter().position(|value| !value.is_nan()).unwrap_or(values.len());
        for policy in [MissingPolicy::Linear, MissingPolicy::Seasonal, MissingPolicy::Previous] {
            let filled = filler(policy, season).fill(&values).into_owned();
            prop_assert!(filled[first..].iter().all(|value| value.is_finite()));
        }
    }

    /// A season on a straight line comes back exactly, however long the gap.
    #[test]
    fn a_season_on_a_line_is_filled_as_it_was(
        shape in prop::collection::vec(0.0_f64..10.0, 2..9), slope in 0.0_f64..2.0,
        first in 0_usize..20, length in 1_usize..30, end in prop::bool::ANY,
    ) {
        let season = shape.len();
        let start = 2 * season + first;
        let whole: Vec<f64> = (0..start + length + usize::from(!end) * 3)
            .map(|row| shape[row % season] + slope * number(row)).collect();
        let mut values = whole.clone();
        values[start..start + length].fill(NAN);
        let filled = filler(MissingPolicy::Seasonal, season).fill(&values).into_owned();
        for (slot, (found, value)) in filled.iter().zip(&whole).enumerate() {
            prop_assert!((found - value).abs() < 1e-9, "slot {}: {} for {}", slot, found, value);
        }
    }
}
