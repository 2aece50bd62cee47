//! Tests of moving a view: what is asked for happens, and some of the data stay in view.

use super::*;
use proptest::prelude::*;

const EXTENT: TimeExtent = TimeExtent { time: AxisSpan { low: 0.0, high: 1_000.0 }, least: 4.0 };
const VALUES: AxisSpan = AxisSpan { low: -1.0, high: 3.0 };

/// Shows a view as a plot does whose values in view are always the same.
fn shown(view: &mut InView) -> PlotView {
    let time = view.time_shown(&EXTENT);
    PlotView { time, values: view.values_shown(Some(VALUES), VALUES) }
}

fn moved(steps: &[Move]) -> (InView, PlotView) {
    let mut view = InView::default();
    for &step in steps {
        let before = shown(&mut view);
        view.apply(step, before, &EXTENT);
    }
    let after = shown(&mut view);
    (view, after)
}

#[test]
fn at_first_all_of_time_and_all_values_are_in_view_with_a_margin() {
    let (_, all) = moved(&[]);
    assert_eq!((all.time.low, all.time.high), (-10.0, 1_010.0));
    assert!((all.values.low - -1.2).abs() < 1e-12 && (all.values.high - 3.2).abs() < 1e-12);
}

#[test]
fn a_zoom_keeps_what_is_under_the_pointer_where_it_is_and_leaves_values_to_the_data() {
    let about = 0.75;
    let (_, before) = moved(&[]);
    let (view, after) = moved(&[Move::ZoomTime { factor: 4.0, about }]);
    assert!((after.time.at(about) - before.time.at(about)).abs() < 1e-9);
    assert!((after.time.width() - before.time.width() / 4.0).abs() < 1e-9);
    assert_eq!(view.values, None, "the value axis fits what is in view");
}

#[test]
fn a_pan_moves_values_only_where_they_were_scaled_by_hand() {
    let pan = Move::Pan { time: 0.1, values: 0.2 };
    let zoom = Move::ZoomTime { factor: 4.0, about: 0.5 };
    let (fitting, _) = moved(&[zoom, pan]);
    assert_eq!(fitting.values, None);
    let (_, before) = moved(&[zoom, Move::ScaleValues(2.0)]);
    let (_, after) = moved(&[zoom, Move::ScaleValues(2.0), pan]);
    assert!((after.values.low - before.values.at(0.2)).abs() < 1e-9);
    assert!((after.time.low - before.time.at(0.1)).abs() < 1e-9);
}

#[test]
fn a_box_shows_what_it_holds_and_a_reset_shows_all() {
    let frame = Move::Box { time: [0.6, 0.4], values: Some([0.25, 0.75]) };
    let (_, all) = moved(&[]);
    let (_, boxed) = moved(&[frame]);
    assert!((boxed.time.low - all.time.at(0.4)).abs() < 1e-9);
    assert!((boxed.time.high - all.time.at(0.6)).abs() < 1e-9);
    assert!((boxed.values.low - all.values.at(0.25)).abs() < 1e-9);
    assert_eq!(moved(&[frame, Move::Reset]).1, all);
    let (view, _) = moved(&[frame, Move::FitValues]);
    assert!(view.values.is_none() && view.time.is_some());
    let (view, _) = moved(&[frame, Move::ResetTime]);
    assert!(view.values.is_some() && view.time.is_none());
}

#[test]
fn zooming_out_ends_at_all_of_it_and_zooming_in_at_a_few_rows() {
    let out = Move::ZoomTime { factor: 0.01, about: 0.1 };
    let (_, all) = moved(&[]);
    assert_eq!(moved(&[out, out, out]).1, all);
    let within = Move::ZoomTime { factor: 1e9, about: 0.5 };
    assert!((moved(&[within]).1.time.width() - EXTENT.least).abs() < 1e-9);
}

#[test]
fn values_scaled_by_hand_fit_again_where_they_would_show_nothing() {
    let mut view = InView { time: None, values: Some(AxisSpan::new(100.0, 200.0)) };
    let fitting = InView::default().values_shown(Some(VALUES), VALUES);
    assert_eq!(view.values_shown(Some(VALUES), VALUES), fitting);
    assert_eq!(view.values, None);
    // A gap has no values to fit; the axis stays as it was.
    assert_eq!(view.values_shown(None, VALUES), VALUES);
}

#[test]
fn equal_values_stand_in_the_middle_of_an_axis_of_some_height() {
    for value in [0.0, 5.0, -1e12, 1e-9] {
        let found = Some(AxisSpan::new(value, value));
        let axis = InView::default().values_shown(found, VALUES);
        assert!(axis.low < value && value < axis.high, "{value}: {axis:?}");
    }
}

fn any_move() -> impl Strategy<Value = Move> {
    let share = -50.0..50.0_f64;
    prop_oneof![
        (share.clone(), share.clone()).prop_map(|(time, values)| Move::Pan { time, values }),
        share.clone().prop_map(Move::Lift),
        (1e-6..1e6_f64, 0.0..1.0_f64).prop_map(|(factor, about)| Move::ZoomTime { factor, about }),
        (1e-6..1e6_f64).prop_map(Move::ScaleValues),
        (share.clone(), share.clone(), share.clone(), share)
            .prop_map(|(a, b, c, d)| Move::Box { time: [a, b], values: Some([c, d]) }),
        Just(Move::Reset),
        Just(Move::ResetTime),
        Just(Move::FitValues),
    ]
}

proptest! {
    #[test]
    fn no_sequence_of_moves_loses_the_data(
        steps in proptest::collection::vec(any_move(), 0..40),
    ) {
        let (_, shown) = moved(&steps);
        prop_assert!(shown.time.meets(EXTENT.time), "{shown:?}");
        prop_assert!(shown.values.meets(VALUES), "{shown:?}");
        prop_assert!(shown.time.width() > 0.0 && shown.values.width() > 0.0, "{shown:?}");
        prop_assert!(shown.time.width() <= EXTENT.whole().width() * WIDEST * (1.0 + 1e-9));
    }
}
