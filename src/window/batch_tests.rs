//! Tests of gathered windows and their order.

use super::*;
use proptest::prelude::*;

use crate::series::{Filler, MissingPolicy, TimeAxis};
use crate::transform::{FourierTerms, TimeFeatures, TransformConfig};
use crate::window::{Part, Rows, Split, WindowConfig};

fn rows(values: &[f64]) -> Rows<'_> {
    Rows::new(values, None, Filler { policy: MissingPolicy::Auto, season_length: 1 })
}

#[test]
fn gathered_windows_hold_their_rows() {
    let values: Vec<f64> = (0..12).map(f64::from).collect();
    let config = WindowConfig { lookback: 3, horizon: 2, validation: 0, test: 0 };
    let rows = rows(&values);
    let windows = Windows::new(&rows, &Split::new(12, &config), &config, Part::Train);
    let mut batch = Batch::default();
    let known = KnownInputs::default();
    let source = |subtract_last| BatchSource {
        rows: &rows,
        known: &known,
        reference: Reference::of_windows(subtract_last),
    };
    batch.gather(&source(false), &windows, &[4, 0]);
    assert_eq!(batch.inputs, [4.0, 5.0, 6.0, 0.0, 1.0, 2.0]);
    assert_eq!(batch.targets, [7.0, 8.0, 3.0, 4.0]);
    batch.gather(&source(true), &windows, &[4]);
    assert_eq!((&batch.inputs[..], &batch.targets[..]), (&[-2.0, -1.0, 0.0][..], &[1.0, 2.0][..]));
    assert_eq!(batch.gather_input(&values[9..], &known, Reference::WindowEnd, 2), 11.0);
    assert_eq!((&batch.inputs[..], batch.size), (&[-2.0, -1.0, 0.0][..], 1));
}

#[test]
fn known_numbers_stand_beside_their_values_and_reach_over_the_horizon() {
    let values: Vec<f64> = (0..12).map(f64::from).collect();
    let config = WindowConfig { lookback: 2, horizon: 2, validation: 0, test: 0 };
    let rows = rows(&values);
    let windows = Windows::new(&rows, &Split::new(12, &config), &config, Part::Train);
    let fourier = vec![FourierTerms { period: 4.0, pairs: 1 }];
    let settings = TransformConfig { fourier, ..TransformConfig::default() };
    let features = TimeFeatures::new(&settings, &TimeAxis::row_numbers(), 12).unwrap();
    let known = KnownInputs::of_rows(&features, 0..12);
    let mut batch = Batch::default();
    batch.gather(
        &BatchSource { rows: &rows, known: &known, reference: Reference::WindowEnd },
        &windows,
        &[1],
    );
    let rounded = |values: &[f32]| values.iter().map(|v| v.round() + 0.0).collect::<Vec<_>>();
    // Rows 1 and 2, then 3 and 4, of sine and cosine of a quarter turn a row.
    assert_eq!(rounded(&batch.inputs), [-1.0, 1.0, 0.0, 0.0, 0.0, -1.0]);
    assert_eq!(rounded(&batch.ahead), [-1.0, 0.0, 0.0, 1.0]);
    assert_eq!(batch.targets, [1.0, 2.0]);
    // The same window as a forecast would gather it, its horizon past the values.
    let training = batch.clone();
    let known = KnownInputs::of_rows(&features, 1..5);
    assert_eq!(batch.gather_input(&values[1..3], &known, Reference::WindowEnd, 2), 2.0);
    assert_eq!((batch.inputs, batch.ahead), (training.inputs, training.ahead));
}

#[test]
fn a_small_movement_on_a_large_level_keeps_its_digits() {
    let values = [1e9, 1e9 + 0.25, 1e9 + 0.5];
    let mut batch = Batch::default();
    let known = KnownInputs::default();
    batch.gather_input(&values, &known, Reference::WindowEnd, 1);
    assert_eq!(batch.inputs, [-0.5, -0.25, 0.0]);
}

proptest! {
    /// What is known beforehand is the same whatever the values are, targets above all.
    #[test]
    fn known_numbers_tell_nothing_of_values(
        values in prop::collection::vec(-1e3_f64..1e3, 20), position in 0_usize..10,
    ) {
        let config = WindowConfig { lookback: 4, horizon: 3, validation: 0, test: 0 };
        let split = Split::new(20, &config);
        let windows = Windows::new(&rows(&values), &split, &config, Part::Train);
        let fourier = vec![FourierTerms { period: 6.5, pairs: 2 }];
        let settings = TransformConfig { fourier, ..TransformConfig::default() };
        let features = TimeFeatures::new(&settings, &TimeAxis::row_numbers(), 20).unwrap();
        let known = KnownInputs::of_rows(&features, 0..20);
        let gathered = |values: &[f64]| {
            let mut batch = Batch::default();
            let rows = rows(values);
            let source = BatchSource { rows: &rows, known: &known, reference: Reference::Zero };
            batch.gather(&source, &windows, &[position]);
            batch
        };
        let (batch, zeros) = (gathered(&values), gathered(&[0.0; 20]));
        prop_assert_eq!(&batch.ahead, &zeros.ahead);
        for (step, zero) in batch.inputs.chunks(5).zip(zeros.inputs.chunks(5)) {
            prop_assert_eq!(&step[1..], &zero[1..]);
        }
        // And a target changes no input.
        let mut later = values.clone();
        later[position + 4..].fill(7.0);
        prop_assert_eq!(&gathered(&later).inputs, &batch.inputs);
    }
}
