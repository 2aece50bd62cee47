//! Runs that are stopped in the middle of a batch, a validation or an update.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::resume_tests::{Setting, config, go_on, result};
use super::*;
use crate::nn::kernels::{heeding, waiting};
use crate::train::{Checkpoint, Optimizer, StateMode};

/// Everything that a run goes on from, but for the time it took.
fn standing(engine: &Engine<'_>) -> (serde_json::Value, Vec<(String, Vec<f32>)>) {
    let Checkpoint { state, tensors } = engine.checkpoint().unwrap();
    let mut state = serde_json::to_value(state).unwrap();
    state.as_object_mut().unwrap().remove("elapsed_seconds").unwrap();
    (state, tensors)
}

/// A step with a stop that is raised when it is asked for time `at`, from 0; how often it was asked.
fn step(engine: &mut Engine<'_>, at: usize) -> (Result<TrainEvent, TrainError>, usize) {
    let asked = AtomicUsize::new(0);
    let stop = || asked.fetch_add(1, Ordering::Relaxed) >= at;
    let event = heeding(&stop, || engine.step());
    (event, asked.into_inner())
}

#[test]
fn a_batch_stopped_anywhere_is_as_if_it_had_not_been_begun() {
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
                // Later and later, until the step is done before it is stopped.
                while let (Err(error), asked) = step(&mut engine, place) {
                    assert!(matches!(error, TrainError::Stopped), "{error}");
                    assert_eq!(asked, place + 1, "nobody asks on");
                    assert_eq!(standing(&engine), before, "{way:?} {optimizer:?} {at} {place}");
                    (place, stops) = (place + 1, stops + 1);
                }
                // It is done, perhaps with a stop raised while it was put away; the fourth is followed
                // by a change.
                if at + 1 != 4 {
                    go_on(&mut engine, at + 1, usize::MAX);
                    assert_eq!(result(&mut engine), expected, "{way:?} {optimizer:?} step {at}");
                }
            }
            eprintln!("{way:?} {optimizer:?}: {stops} stops in {steps} steps changed nothing");
            assert!(stops > 20 * steps);
        }
    }
}

#[test]
fn time_spent_waiting_in_the_middle_of_a_step_is_not_the_runs() {
    const WAIT: Duration = Duration::from_millis(5);
    let setting = Setting::sine();
    for way in StateMode::ALL {
        let data = setting.data(way, true);
        let network = setting.network();
        let mut engine = setting.engine(&network, &data, &config(way));
        let start = Instant::now();
        let asked = AtomicUsize::new(0);
        // One asking of ten is answered late: in batches, in updates and in validations.
        let stop = || {
            if asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(10) {
                waiting(|| std::thread::sleep(WAIT));
            }
            false
        };
        let mut epochs = 0;
        while epochs < 2 {
            let event = heeding(&stop, || engine.step()).unwrap();
            epochs += usize::from(matches!(event, TrainEvent::Epoch(_)));
        }
        let all = start.elapsed();
        let waited = WAIT * u32::try_from(asked.into_inner() / 10).unwrap();
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
        let mut weights = vec![network.snapshot().unwrap()];
        let mut kept = vec![0];
        while !engine.is_done() {
            let event = engine.step().unwrap();
            let improved = matches!(event, TrainEvent::Epoch(EpochSummary { improved: true, .. }));
            kept.push(if improved { weights.len() - 1 } else { kept[kept.len() - 1] });
            weights.push(network.snapshot().unwrap());
        }
        let mut at = 0;
        loop {
            let network = setting.network();
            let mut engine = setting.engine(&network, &data, &config(way));
            let asked = AtomicUsize::new(0);
            let stop = || asked.fetch_add(1, Ordering::Relaxed) == at;
            let mut done = 0;
            let outcome = heeding(&stop, || {
                engine.run(&mut |_, _| {
                    done += 1;
                    Flow::Continue
                })
            });
            let outcome = outcome.unwrap();
            if !outcome.was_stopped {
                break;
            }
            let expected = if outcome.best_epoch == 0 { done } else { kept[done] };
            assert_eq!(network.snapshot().unwrap(), weights[expected], "{way:?} at {at}");
            // Few enough runs to be quick, at places that are nothing to each other.
            at += 23;
        }
        eprintln!("{way:?}: stopped at {} places of a run", at / 23);
        assert!(at > 23 * 20);
    }
}
