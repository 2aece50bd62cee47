//! Runs that are cancelled in the middle of a batch or a validation.

use crate::nn::network_tests::weights_of;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::resume_tests::{Setting, config, go_on, result};
use super::*;
use crate::cancellation::Control;
use crate::train::{Checkpoint, Optimizer, StateMode};

/// Everything that a run goes on from, but for the time it took.
fn standing(engine: &Engine<'_>) -> (serde_json::Value, Vec<(String, Vec<f32>)>) {
    let Checkpoint { state, tensors } = engine.checkpoint().unwrap();
    let mut state = serde_json::to_value(state).unwrap();
    state.as_object_mut().unwrap().remove("elapsed_seconds").unwrap();
    (state, tensors)
}

/// A step that is cancelled when it is polled for time `at`, from 0; how often it was polled.
fn step(engine: &mut Engine<'_>, at: usize) -> (Result<TrainEvent, TrainError>, usize) {
    let asked = AtomicUsize::new(0);
    let control = || asked.fetch_add(1, Ordering::Relaxed) >= at;
    let event = engine.step(&Cancellation::new(&control));
    (event, asked.into_inner())
}

#[test]
fn a_batch_cancelled_anywhere_is_as_if_it_had_not_been_begun() {
    let setting = Setting::sine();
    for way in StateMode::ALL {
        for optimizer in [Optimizer::AdamW, Optimizer::Sgd { momentum: 0.9 }, Optimizer::RmsProp] {
            let data = setting.data(way, true);
            let config = TrainConfig { optimizer, ..config(way) };
            let network = setting.network();
            let mut engine = setting.engine(&network, &data, &config);
            let steps = go_on(&mut engine, 0, usize::MAX);
            let expected = result(&mut engine);
            let mut stops = 0;
            for at in 0..steps {
                let network = setting.network();
                let mut engine = setting.engine(&network, &data, &config);
                go_on(&mut engine, 0, at);
                let before = standing(&engine);
                let mut place = 0;
                // Later and later, until the step is done before it is cancelled.
                while let (Err(error), asked) = step(&mut engine, place) {
                    assert!(matches!(error, TrainError::Cancelled(_)), "{error}");
                    assert_eq!(asked, place + 1, "nobody asks on");
                    assert_eq!(standing(&engine), before, "{way:?} {optimizer:?} {at} {place}");
                    (place, stops) = (place + 1, stops + 1);
                }
                // It is done; the fourth is followed by a change.
                if at + 1 != 4 {
                    go_on(&mut engine, at + 1, usize::MAX);
                    assert_eq!(result(&mut engine), expected, "{way:?} {optimizer:?} step {at}");
                }
            }
            eprintln!("{way:?} {optimizer:?}: {stops} stops in {steps} steps changed nothing");
            assert!(stops > 10 * steps);
        }
    }
}

/// One poll of ten is answered late: in batches, in updates and in validations.
struct Late(AtomicUsize);

impl Late {
    const WAIT: Duration = Duration::from_millis(5);
}

impl Control for Late {
    fn is_cancelled(&self) -> bool {
        false
    }

    fn wait(&self) -> Duration {
        let start = Instant::now();
        if self.0.fetch_add(1, Ordering::Relaxed).is_multiple_of(10) {
            std::thread::sleep(Self::WAIT);
        }
        start.elapsed()
    }
}

#[test]
fn time_spent_waiting_in_the_middle_of_a_step_is_not_the_runs() {
    let setting = Setting::sine();
    for way in StateMode::ALL {
        let data = setting.data(way, true);
        let network = setting.network();
        let mut engine = setting.engine(&network, &data, &config(way));
        let start = Instant::now();
        let late = Late(AtomicUsize::new(0));
        let cancel = Cancellation::new(&late);
        let mut epochs = 0;
        while epochs < 2 {
            let event = engine.step(&cancel).unwrap();
            epochs += usize::from(matches!(event, TrainEvent::Epoch(_)));
        }
        let all = start.elapsed();
        let waited = Late::WAIT * u32::try_from(late.0.into_inner() / 10).unwrap();
        assert!(waited > Duration::ZERO);
        let own = Duration::from_secs_f64(engine.elapsed_seconds);
        assert!(own + waited <= all, "{way:?}: {own:?} and {waited:?} of {all:?}");
    }
}

#[test]
fn a_run_that_is_stopped_has_its_best_weights_or_those_before_the_batch() {
    let setting = Setting::sine();
    for way in StateMode::ALL {
        let data = setting.data(way, true);
        // Weights after every batch, and which of them were the best so far.
        let network = setting.network();
        let mut engine = setting.engine(&network, &data, &config(way));
        let mut weights = vec![weights_of(&network)];
        let mut kept = vec![0];
        while !engine.is_done() {
            let event = engine.step(&Cancellation::never()).unwrap();
            let improved = matches!(event, TrainEvent::Epoch(EpochSummary { improved: true, .. }));
            kept.push(if improved { weights.len() - 1 } else { kept[kept.len() - 1] });
            weights.push(weights_of(&network));
        }
        let mut at = 0;
        loop {
            let network = setting.network();
            let mut engine = setting.engine(&network, &data, &config(way));
            let asked = AtomicUsize::new(0);
            let control = || asked.fetch_add(1, Ordering::Relaxed) == at;
            let mut done = 0;
            let outcome = engine.run(&Cancellation::new(&control), &mut |_, _| {
                done += 1;
                Flow::Continue
            });
            let outcome = outcome.unwrap();
            if !outcome.was_stopped {
                break;
            }
            let expected = if outcome.best_epoch == 0 { done } else { kept[done] };
            assert_eq!(weights_of(&network), weights[expected], "{way:?} at {at}");
            // Few enough runs to be quick, at places that are nothing to each other.
            at += 7;
        }
        eprintln!("{way:?}: stopped at {} places of a run", at / 7);
        assert!(at > 7 * 20);
    }
}
