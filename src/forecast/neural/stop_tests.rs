//! Fits that are stopped anywhere, and listeners that hear of every member.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::basis::{Basis, Cuts};
use super::rounds::round;
use super::tests::{fit_with, forecast, forecaster, training, values};
use super::*;
use crate::cancellation::Control;
use crate::nn::{Cell, Network};
use crate::train::{Engine, StateMode, TrainEvent};

/// A fit that is cancelled when it is polled for time `at`.
fn stopped(forecaster: &NeuralForecaster, at: usize) -> Result<FittedNetwork, ForecastError> {
    let training = training(forecaster, &values());
    let asked = AtomicUsize::new(0);
    let control = || asked.fetch_add(1, Ordering::Relaxed) >= at;
    let cancel = Cancellation::new(&control);
    forecaster.fit_from(training.only()?, None, &cancel, &mut |_| Flow::Continue)
}

#[test]
fn a_fit_stopped_anywhere_keeps_nothing_or_forecasts_with_its_best() {
    for (ensemble, way) in
        [(1, StateMode::Stateless), (1, StateMode::Stateful), (3, StateMode::Stateless)]
    {
        let train = TrainConfig {
            ensemble,
            state_mode: way,
            chunk: 5,
            lane_rows: Some(15),
            batch_size: 3,
            epochs: 4,
            ..TrainConfig::default()
        };
        let forecaster = NeuralForecaster { train, ..forecaster(Cell::Gru) };
        let (mut at, mut early, mut kept, mut ready) = (0, 0, 0, 0);
        loop {
            match stopped(&forecaster, at) {
                Err(ForecastError::StoppedEarly) => early += 1,
                Err(error) => panic!("{error}"),
                Ok(fitted) if !fitted.was_stopped => break,
                Ok(mut fitted) => {
                    kept += 1;
                    let history = values();
                    for rows in [54, 60] {
                        let found = forecast(&fitted, &history[..rows], 4).unwrap();
                        let known = fitted.ready.take();
                        ready += usize::from(known.is_some());
                        let made = forecast(&fitted, &history[..rows], 4).unwrap();
                        assert_eq!(found, made, "{ensemble} {way:?} {at} {rows}");
                        fitted.ready = known;
                    }
                }
            }
            at += 1 + at / 16;
        }
        eprintln!("{ensemble} {way:?}: {early} kept nothing, {kept} their best, {ready} ready");
        assert!(early > 5 && kept > 5 && ready > 0);
    }
}

/// Work with two members about to learn from series of these lengths.
fn with_members<R>(
    lengths: [u32; 2],
    batch_size: usize,
    work: impl FnOnce(&mut [Engine<'_>]) -> R,
) -> R {
    let forecaster = NeuralForecaster {
        train: TrainConfig { batch_size, threads: Some(1), ..TrainConfig::default() },
        ..forecaster(Cell::Gru)
    };
    let all = lengths.map(|rows| {
        let values: Vec<f64> = (0..rows).map(|row| f64::from(row % 8)).collect();
        training(&forecaster, &values)
    });
    let all = all.each_ref().map(|training| training.only().unwrap());
    let bases =
        all.map(|training| Basis::fit(&forecaster, &training.context, &training.split).unwrap());
    let cuts = [0, 1].map(|at| {
        let TrainingSeries { context, split, .. } = all[at];
        Cuts::new(&forecaster, context.target(), split, &bases[at]).unwrap()
    });
    let networks = [1, 2].map(|seed| {
        let known = bases[0].features.width();
        Network::with_known(&forecaster.model, known, 4, seed).unwrap()
    });
    let mut engines = [0, 1].map(|at| {
        let dropout = forecaster.model.dropout_of_seed(1);
        Engine::new(&networks[at], &cuts[at].data(), &forecaster.train, dropout).unwrap()
    });
    work(&mut engines)
}

#[test]
fn the_listener_hears_of_a_member_of_another_thread_once_its_own_are_done() {
    // A few batches an epoch, and so many that nobody would wait for their end.
    with_members([60, 200_000], 1, |engines| {
        let (mut own, mut others) = (0, 0);
        let found = round(engines, 2, &Cancellation::never(), &mut |engine, event| {
            assert!(matches!(event, TrainEvent::Batch { .. }));
            if engine.is_some() {
                own += 1;
                return Flow::Continue;
            }
            others += 1;
            Flow::Stop
        });
        let ended: Vec<usize> = found.unwrap().epochs.iter().map(|(member, _)| *member).collect();
        assert_eq!(ended, [0], "the long epoch was ended by the listener");
        assert!(own > 10 && others >= 1, "{own} {others}");
    });
}

/// Holds work while it is true.
#[derive(Default)]
struct Hold(AtomicBool);

impl Control for Hold {
    fn is_cancelled(&self) -> bool {
        false
    }

    fn wait(&self) -> Duration {
        let start = Instant::now();
        while self.0.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(1));
        }
        start.elapsed()
    }
}

#[test]
fn a_member_that_waits_takes_no_time_from_another() {
    const WAIT: Duration = Duration::from_millis(100);
    let hold = Hold::default();
    let cancel = Cancellation::new(&hold);
    // One batch an epoch, far shorter than the wait.
    with_members([60, 60], 1_000, |engines| {
        for _ in 0..5 {
            let found = round(engines, 2, &cancel, &mut |_, _| {
                hold.0.store(true, Ordering::Relaxed);
                thread::sleep(WAIT);
                hold.0.store(false, Ordering::Relaxed);
                Flow::Continue
            });
            let found = found.unwrap();
            assert_eq!(found.epochs.len(), 2);
            for (member, summary) in &found.epochs {
                let own = Duration::from_secs_f64(summary.training_seconds);
                assert!(own > Duration::ZERO, "member {member}");
            }
        }
    });
}

#[test]
fn a_stopped_fit_still_forecasts() {
    let forecaster = forecaster(Cell::Lstm);
    let fitted = fit_with(&forecaster, &values(), None, &mut |event| match event {
        FitEvent::Epoch(_) => Flow::Stop,
        _ => Flow::Continue,
    });
    let fitted = fitted.unwrap();
    assert!(fitted.was_stopped());
    assert_eq!(forecast(&fitted, &values(), 3).unwrap().len(), 3);
}

#[test]
fn a_stop_in_the_first_epoch_keeps_what_was_learned_until_then() {
    let forecaster = forecaster(Cell::Gru);
    let mut batches = 0;
    let fitted = fit_with(&forecaster, &values(), None, &mut |_| {
        batches += 1;
        Flow::Stop
    });
    let fitted = fitted.unwrap();
    assert_eq!((batches, fitted.best_epochs()), (1, &[0][..]));
    assert!(fitted.was_stopped() && !fitted.wants_refit());
    assert_eq!(forecast(&fitted, &values(), 3).unwrap().len(), 3);
}

#[test]
fn a_fit_discarded_in_the_first_epoch_keeps_nothing_and_says_so() {
    let forecaster = forecaster(Cell::Gru);
    let error = fit_with(&forecaster, &values(), None, &mut |_| Flow::Discard).err();
    assert!(matches!(error, Some(ForecastError::StoppedEarly)));
}

#[test]
fn a_discarded_fit_keeps_nothing() {
    let forecaster = forecaster(Cell::Gru);
    let error = fit_with(&forecaster, &values(), None, &mut |event| match event {
        FitEvent::Epoch(report) if report.epoch == 3 => Flow::Discard,
        _ => Flow::Continue,
    });
    assert!(matches!(error.err(), Some(ForecastError::StoppedEarly)));
}
