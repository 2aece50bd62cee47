//! Members of an ensemble trained side by side, an epoch each at a time.
//!
//! The listener is asked on this thread: between the batches of its own members, and once these are done
//! between those of the others. While it thinks, no member begins another batch. Which thread trains a
//! member changes nothing in it.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::{fmt, thread};

use crate::cancellation::Cancellation;
use crate::nn::kernels::clamped_threads;
use crate::series::number::compact;
use crate::train::{Divergence, Engine, EpochSummary, Flow, TrainError, TrainEvent};

/// What one epoch of every member came to.
#[derive(Debug)]
pub struct Round {
    /// One for each member that ended an epoch.
    pub epochs: Vec<(usize, EpochSummary)>,
    /// A member that met a diverged batch, and stands before the update ahead of it.
    pub diverged: Option<(usize, Box<Divergence>)>,
    /// It was cancelled, perhaps in the middle of a batch.
    pub is_cancelled: bool,
}

/// One member's epoch.
enum MemberEpoch {
    Epoch(EpochSummary),
    Diverged(Box<Divergence>),
    Stopped,
}

/// Threads for `members` in all, and for each.
pub fn share_threads(threads: Option<usize>, members: usize) -> (usize, usize) {
    let allowed = clamped_threads(threads);
    let workers = allowed.min(members.max(1));
    (workers, (allowed / workers).max(1))
}

/// What the threads of a round share.
#[derive(Default)]
struct RoundState {
    stop: AtomicBool,
    /// Held while the listener thinks.
    gate: Mutex<()>,
    /// The listener's thread has no member left and hears of the others'.
    listens: AtomicBool,
}

impl RoundState {
    fn gate(&self) -> MutexGuard<'_, ()> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Trains every member that is not done for an epoch, on `workers` threads. The listener is given the
/// engine where its own thread trains it.
///
/// # Errors
/// As the tensor library's.
pub fn round(
    engines: &mut [Engine<'_>],
    workers: usize,
    cancel: &Cancellation<'_>,
    on_batch: &mut dyn FnMut(Option<&mut Engine<'_>>, TrainEvent) -> Flow,
) -> Result<Round, TrainError> {
    let mut shares: Vec<Vec<(usize, &mut Engine<'_>)>> = Vec::new();
    let active = engines.iter_mut().enumerate().filter(|(_, engine)| !engine.is_done());
    for (place, engine) in active.enumerate() {
        if shares.len() < workers {
            shares.push(Vec::new());
        }
        let share = place % workers;
        shares[share].push(engine);
    }
    let mut turns = side_by_side(shares, cancel, on_batch);
    turns.sort_by_key(|(member, _)| *member);
    let mut round = Round { epochs: Vec::new(), diverged: None, is_cancelled: false };
    for (member, turn) in turns {
        match turn {
            Ok(MemberEpoch::Epoch(summary)) => round.epochs.push((member, summary)),
            Ok(MemberEpoch::Diverged(account)) => {
                round.diverged.get_or_insert((member, account));
            }
            Ok(MemberEpoch::Stopped) => {}
            Err(TrainError::Cancelled(_)) => round.is_cancelled = true,
            Err(error) => return Err(error),
        }
    }
    Ok(round)
}

/// Trains the first share on this thread, which listens, and each other on one of its own.
fn side_by_side(
    shares: Vec<Vec<(usize, &mut Engine<'_>)>>,
    cancel: &Cancellation<'_>,
    on_batch: &mut dyn FnMut(Option<&mut Engine<'_>>, TrainEvent) -> Flow,
) -> Turns {
    let shared = &RoundState::default();
    let (tell, told) = mpsc::channel();
    let mut shares = shares.into_iter();
    let mine = shares.next().unwrap_or_default();
    let other = |share, tell: mpsc::Sender<TrainEvent>| {
        take_turns(share, &shared.stop, &cancel.on_this_thread(), &mut |_, event| {
            drop(shared.gate());
            if shared.listens.load(Ordering::Relaxed) {
                // Nobody hears it where the listener has panicked.
                let _ = tell.send(event);
            }
            Flow::Continue
        })
    };
    let other = &other;
    thread::scope(|scope| {
        let others: Vec<_> = shares
            .map(|share| {
                let tell = tell.clone();
                scope.spawn(move || other(share, tell))
            })
            .collect();
        drop(tell);
        let mut turns = take_turns(mine, &shared.stop, cancel, &mut |engine, event| {
            let _held = shared.gate();
            on_batch(Some(engine), event)
        });
        shared.listens.store(true, Ordering::Relaxed);
        for event in told {
            let _held = shared.gate();
            if on_batch(None, event).ends() {
                shared.stop.store(true, Ordering::Relaxed);
            }
        }
        for other in others {
            match other.join() {
                Ok(found) => turns.extend(found),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        turns
    })
}

type Turns = Vec<(usize, Result<MemberEpoch, TrainError>)>;

fn take_turns(
    share: Vec<(usize, &mut Engine<'_>)>,
    stop: &AtomicBool,
    cancel: &Cancellation<'_>,
    on_batch: &mut dyn FnMut(&mut Engine<'_>, TrainEvent) -> Flow,
) -> Turns {
    let turn = |(member, engine)| (member, take_turn(engine, stop, cancel, on_batch));
    share.into_iter().map(turn).collect()
}

fn take_turn(
    engine: &mut Engine<'_>,
    stop: &AtomicBool,
    cancel: &Cancellation<'_>,
    on_batch: &mut dyn FnMut(&mut Engine<'_>, TrainEvent) -> Flow,
) -> Result<MemberEpoch, TrainError> {
    while !stop.load(Ordering::Relaxed) {
        match engine.step(cancel) {
            Ok(TrainEvent::Epoch(summary)) => return Ok(MemberEpoch::Epoch(summary)),
            Ok(event) => {
                if on_batch(engine, event).ends() {
                    stop.store(true, Ordering::Relaxed);
                }
            }
            Err(TrainError::Diverged(account)) => return Ok(MemberEpoch::Diverged(account)),
            Err(error) => return Err(error),
        }
    }
    Ok(MemberEpoch::Stopped)
}

/// What is reported of such a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct DivergedBatch {
    /// Which of the networks of an ensemble met it, from 0.
    pub member: usize,
    /// What the engine knows of it.
    pub account: Divergence,
    /// Its windows or chunks with the largest values, as in the account, in the series' units.
    pub rows: Vec<DivergedRows>,
}

/// Input and target rows of one window or chunk.
#[derive(Debug, Clone, PartialEq)]
pub struct DivergedRows {
    /// Rows of the series: inputs, then targets.
    pub rows: Range<usize>,
    /// Their values in the series' units, NaN where missing.
    pub values: Vec<f64>,
    /// The row of the largest of them, whatever its sign.
    pub largest: Option<usize>,
}

impl DivergedBatch {
    /// An account with the values of the series looked up.
    pub fn new(member: usize, account: Divergence, values: &[f64], horizon: usize) -> Self {
        let rows = account.slots.iter().map(|slot| {
            let end = slot.rows.end.saturating_add(horizon).min(values.len());
            let rows = slot.rows.start.min(end)..end;
            let values = values[rows.clone()].to_vec();
            let known = values.iter().enumerate().filter(|(_, value)| !value.is_nan());
            let largest = known.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
            let largest = largest.map(|(index, _)| rows.start + index);
            DivergedRows { rows, values, largest }
        });
        let rows = rows.collect();
        Self { member, account, rows }
    }
}

impl fmt::Display for DivergedBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Divergence { epoch, batch, loss, gradient_norm, place, .. } = &self.account;
        match gradient_norm {
            Some(norm) => write!(f, "the gradient became {norm}")?,
            None => write!(f, "the loss became {loss}")?,
        }
        write!(f, " in epoch {epoch}, batch {batch} ({place})")?;
        if let Some(DivergedRows { rows, values, largest: Some(largest) }) = self.rows.first() {
            let value = compact(values[largest - rows.start]);
            write!(
                f,
                "; it holds rows {} to {}, the largest value is {value} in row {}",
                rows.start + 1,
                rows.end,
                largest + 1
            )?;
        }
        Ok(())
    }
}
