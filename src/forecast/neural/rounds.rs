//! Members of an ensemble trained side by side, an epoch each at a time.
//!
//! The listener is asked between batches of the members on this thread, and for all of them between
//! epochs; which thread trains a member changes nothing in it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::nn::kernels::cores;
use crate::train::{Divergence, Engine, EpochSummary, Flow, TrainError, TrainEvent};

/// What one epoch of every member came to.
#[derive(Debug)]
pub struct Round {
    /// One for each member that ended an epoch.
    pub epochs: Vec<(usize, EpochSummary)>,
    /// A member that met a batch that gave no number, and stands before the update ahead of it.
    pub diverged: Option<(usize, Box<Divergence>)>,
}

/// One member's epoch.
enum Turn {
    Epoch(EpochSummary),
    Diverged(Box<Divergence>),
    Stopped,
}

/// Threads for `members` in all, and for each.
pub fn share_threads(threads: Option<usize>, members: usize) -> (usize, usize) {
    let allowed = threads.unwrap_or_else(cores).clamp(1, cores());
    let workers = allowed.min(members.max(1));
    (workers, (allowed / workers).max(1))
}

/// Trains every member that is not done for an epoch, on `workers` threads.
///
/// # Errors
/// As the tensor library's.
pub fn round(
    engines: &mut [Engine<'_>],
    workers: usize,
    on_batch: &mut dyn FnMut(&mut Engine<'_>, TrainEvent) -> Flow,
) -> Result<Round, TrainError> {
    let (stop, gate) = (AtomicBool::new(false), Mutex::new(()));
    let mut shares: Vec<Vec<(usize, &mut Engine<'_>)>> = Vec::new();
    let active = engines.iter_mut().enumerate().filter(|(_, engine)| !engine.is_done());
    for (place, engine) in active.enumerate() {
        if shares.len() < workers {
            shares.push(Vec::new());
        }
        let share = place % workers;
        shares[share].push(engine);
    }
    let mut shares = shares.into_iter();
    let mine = shares.next().unwrap_or_default();
    let mut turns = thread::scope(|scope| {
        let others: Vec<_> = shares
            .map(|share| {
                scope.spawn(|| {
                    // Held while the listener thinks, so that a pause holds every member.
                    take_turns(share, &stop, &mut |_, _| {
                        drop(gate.lock().unwrap_or_else(PoisonError::into_inner));
                        Flow::Continue
                    })
                })
            })
            .collect();
        let mut turns = take_turns(mine, &stop, &mut |engine, event| {
            let _held = gate.lock().unwrap_or_else(PoisonError::into_inner);
            on_batch(engine, event)
        });
        for other in others {
            match other.join() {
                Ok(found) => turns.extend(found),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        turns
    });
    turns.sort_by_key(|(member, _)| *member);
    let mut round = Round { epochs: Vec::new(), diverged: None };
    for (member, turn) in turns {
        match turn? {
            Turn::Epoch(summary) => round.epochs.push((member, summary)),
            Turn::Diverged(account) => {
                round.diverged.get_or_insert((member, account));
            }
            Turn::Stopped => {}
        }
    }
    Ok(round)
}

type Turns = Vec<(usize, Result<Turn, TrainError>)>;

fn take_turns(
    share: Vec<(usize, &mut Engine<'_>)>,
    stop: &AtomicBool,
    on_batch: &mut dyn FnMut(&mut Engine<'_>, TrainEvent) -> Flow,
) -> Turns {
    let turn = |(member, engine)| (member, take_turn(engine, stop, on_batch));
    share.into_iter().map(turn).collect()
}

fn take_turn(
    engine: &mut Engine<'_>,
    stop: &AtomicBool,
    on_batch: &mut dyn FnMut(&mut Engine<'_>, TrainEvent) -> Flow,
) -> Result<Turn, TrainError> {
    while !stop.load(Ordering::Relaxed) {
        match engine.step() {
            Ok(TrainEvent::Epoch(summary)) => return Ok(Turn::Epoch(summary)),
            Ok(event) => {
                if on_batch(engine, event).ends() {
                    stop.store(true, Ordering::Relaxed);
                }
            }
            Err(TrainError::Diverged(account)) => return Ok(Turn::Diverged(account)),
            Err(error) => return Err(error),
        }
    }
    Ok(Turn::Stopped)
}
