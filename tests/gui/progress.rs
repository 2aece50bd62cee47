//! What is known of a training before, while and after it runs: its time, its first batches, its score.

use eframe::egui::{PointerButton, Pos2, pos2};
use tidegate::app::{AppState, Learning};

use super::*;

type Gui = Harness<'static, Window>;

fn on_airline() -> Gui {
    let mut harness = window(Scripted::default());
    harness.run_steps(3);
    open_airline(&mut harness);
    harness
}

fn of(state: &AppState) -> &Learning {
    state.learning().expect("a network learns")
}

/// A window whose network would learn for hours, and has done some batches of its first epoch.
fn in_first_epoch() -> Gui {
    let mut harness = on_airline();
    enter(&mut harness, "Hidden size", "768");
    click(&mut harness, Role::Link, "More settings");
    harness.get_by_role_and_label(Role::SpinButton, "Batch size").scroll_to_me();
    harness.run_steps(20);
    enter(&mut harness, "Batch size", "1");
    click(&mut harness, Role::Tab, "Training");
    click(&mut harness, Role::Button, "Train");
    wait_until(&mut harness, "batches", |state| of(state).batches.points().len() > 3);
    harness
}

#[test]
fn train_says_how_long_it_takes_and_offers_fewer_epochs_where_that_is_hours() {
    let mut harness = on_airline();
    wait_until(&mut harness, "the estimate", |state| state.pace().is_some());
    harness.get_by_label_contains("Train: ");
    assert!(harness.query_by_label_contains("Cap epochs at").is_none(), "it takes no hours");
    // However fast the machine, so many take hours.
    enter(&mut harness, "Epochs", "1000000000");
    harness.run_steps(3);
    harness.get_by_label_contains("at most");
    harness.get_by_label_contains("Cap epochs at").click();
    harness.run_steps(4);
    let train = harness.state().state().document.recipe.train.clone();
    assert!(train.epochs < 1_000_000_000 && train.patience <= train.epochs, "{train:?}");
    assert!(harness.query_by_label_contains("Cap epochs at").is_none());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_eq!(harness.state().state().document.recipe.train.epochs, 1_000_000_000);
}

#[test]
fn the_first_epoch_is_drawn_by_batch_and_a_stop_in_it_keeps_what_is_there() {
    let mut harness = in_first_epoch();
    harness.get_by_label("training, by batch");
    let points = of(harness.state().state()).batches.points().to_vec();
    assert!(points.windows(2).all(|pair| pair[0][0] < pair[1][0]) && points[0][0] > 0.0);
    assert!(points.iter().all(|[place, error]| *place <= 1.0 && error.is_finite()));
    click(&mut harness, Role::Button, "Stop");
    wait_until(&mut harness, "the stop", |state| state.learning().is_none());
    let run = harness.state().state().runs.list.last().unwrap();
    assert!(run.model.is_network() && run.report.stopped && run.curve.is_empty());
    assert!(run.report.metrics.is_some() && run.report.future.values.len() == 12);
    harness.get_by_label_contains("stopped in its first epoch");
    harness.get_by_label("It was stopped before its first epoch ended");
}

#[test]
fn the_pace_is_known_after_a_second_of_the_first_epoch() {
    let mut harness = in_first_epoch();
    wait_until(&mut harness, "the pace", |state| {
        of(state).time_left(state.training.progress.as_ref()).is_some()
    });
    assert!(of(harness.state().state()).curve.is_empty(), "before the first epoch is done");
    harness.get_by_label_contains(" windows/s");
    harness.get_by_label_contains(" left at most");
}

#[test]
fn the_score_is_shown_while_the_network_is_trained_once_more() {
    let mut harness = on_airline();
    enter(&mut harness, "Epochs", "20");
    click(&mut harness, Role::Button, "Train");
    wait_until(&mut harness, "the score", |state| state.scored().is_some());
    let (learning, report) = harness.state().state().scored().unwrap();
    let (name, mase) = (learning.label.clone(), report.metrics.unwrap().mase.unwrap());
    assert!(!report.refitted && report.name == name);
    assert!(harness.query_all_by_label(&name).count() > 0);
    harness.get_by_label(&tidegate::series::number::compact(mase));
    wait_until(&mut harness, "the end", |state| state.learning().is_none());
    let run = harness.state().state().runs.list.last().unwrap();
    assert!(run.report.refitted);
    assert_eq!(run.report.metrics.unwrap().mase, Some(mase), "it was the score");
}

#[test]
fn without_validation_rows_no_validation_is_drawn_or_spoken_of() {
    let mut harness = on_airline();
    enter(&mut harness, "Validation rows", "0");
    enter(&mut harness, "Epochs", "3");
    click(&mut harness, Role::Button, "Train");
    wait_until(&mut harness, "training", |state| state.scorecard().len() == 8);
    click(&mut harness, Role::Tab, "Training");
    harness.get_by_label_contains("training error");
    harness.get_by_label("training");
    assert!(harness.query_by_label("validation").is_none(), "there is no such curve");
    assert!(harness.query_by_label_contains("validation error").is_none());
}

/// A press and a release in one frame.
fn tap(harness: &mut Gui, place: Pos2) {
    let button = |pressed| Event::PointerButton {
        pos: place,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::default(),
    };
    let events = [Event::PointerMoved(place), button(true), button(false)];
    harness.input_mut().events.extend(events);
    harness.step();
    harness.run_steps(2);
}

#[test]
fn a_tap_within_one_frame_moves_the_slider_of_epochs() {
    let mut harness = on_airline();
    enter(&mut harness, "Epochs", "40");
    click(&mut harness, Role::Button, "Train");
    wait_until(&mut harness, "training", |state| state.scorecard().len() == 8);
    let slider = harness.get_by_role_and_label(Role::Slider, "epoch").rect();
    let looked_back = |harness: &Gui| {
        let best = harness.get_by_role_and_label(Role::Button, "Best");
        !best.accesskit_node().is_disabled()
    };
    assert!(!looked_back(&harness));
    tap(&mut harness, pos2(slider.left() + 2.0, slider.center().y));
    assert!(looked_back(&harness));
    harness.get_by_label_contains("1 of ");
    let epochs = harness.state().state().runs.list.last().unwrap().curve.len();
    tap(&mut harness, pos2(slider.right() - 2.0, slider.center().y));
    harness.get_by_label_contains(&format!("{epochs} of {epochs} · "));
}
