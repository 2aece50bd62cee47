//! Changes of settings made to a run: which of them hold, and how they are made again.

use std::collections::VecDeque;

use super::{EventLine, RunChange, RunEvent};
use crate::forecast::{FitChange, FitEvent};

/// The changes that hold, in order.
pub fn in_effect(events: &[EventLine]) -> Vec<FitChange> {
    let mut changes = Vec::new();
    for line in events {
        if let RunEvent::Changed(RunChange { number, change }) = line.event {
            changes.truncate(number.saturating_sub(1));
            changes.push(change);
        }
    }
    changes
}

/// Changes to be made again, in their order, each where it was made before.
#[derive(Debug, Clone, Default)]
pub struct Replay {
    due: VecDeque<FitChange>,
}

impl Replay {
    /// All of these are due.
    pub fn new(changes: impl IntoIterator<Item = FitChange>) -> Self {
        Self { due: changes.into_iter().collect() }
    }

    /// The change that is to be answered to this event, if one is; it is due no more then.
    pub fn take(&mut self, event: &FitEvent) -> Option<FitChange> {
        let FitChange { changed, diverged } = self.due.front()?;
        let is_here = match *event {
            FitEvent::Batch { epoch, batch, .. } => {
                !diverged && (changed.epoch, changed.batch) == (epoch, batch)
            }
            FitEvent::Epoch(ref report) => {
                !diverged && (changed.epoch, changed.batch) == (report.epoch + 1, 0)
            }
            FitEvent::Diverged(_) => *diverged,
            FitEvent::Refit { .. }
            | FitEvent::Changed(_)
            | FitEvent::Interrupted
            | FitEvent::Checkpoint(_) => false,
        };
        if is_here { self.due.pop_front() } else { None }
    }

    /// Nothing is due any more: the run goes on otherwise.
    pub fn clear(&mut self) {
        self.due.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::{Changed, Exact};

    fn change(epoch: usize, batch: usize, diverged: bool) -> FitChange {
        let changed = Changed {
            epoch,
            batch,
            learning_rate: Some(Exact(0.1)),
            gradient_clip: None,
            batch_size: None,
        };
        FitChange { changed, diverged }
    }

    fn line(number: usize, change: FitChange) -> EventLine {
        let event = RunEvent::Changed(RunChange { number, change });
        EventLine { time: String::new(), epoch: 0, event }
    }

    fn batch(epoch: usize, batch: usize) -> FitEvent {
        FitEvent::Batch { epoch, batch, batches: 9, error: 1.0, outputs: 32 }
    }

    #[test]
    fn changes_come_again_in_order_and_only_at_their_places() {
        let mut replay = Replay::new([change(2, 3, false), change(2, 3, false)]);
        assert_eq!(replay.take(&batch(2, 2)), None);
        assert_eq!(replay.take(&batch(2, 3)), Some(change(2, 3, false)));
        assert_eq!(replay.take(&batch(2, 4)), None);
        // Training went back, so it comes by the same place again.
        assert_eq!(replay.take(&batch(2, 3)), Some(change(2, 3, false)));
        assert_eq!(replay.take(&batch(2, 3)), None);
        // An answer to a batch without a number is made there, not where training had gone back to.
        assert_eq!(Replay::new([change(2, 3, true)]).take(&batch(2, 3)), None);
    }

    #[test]
    fn a_change_made_after_a_run_was_taken_up_undoes_those_it_took_the_place_of() {
        let [one, two, three] = [1, 5, 3].map(|epoch| change(epoch, 1, false));
        assert_eq!(in_effect(&[line(1, one), line(2, two)]), [one, two]);
        assert_eq!(in_effect(&[line(1, one), line(2, two), line(2, three)]), [one, three]);
        let text = serde_json::to_string(&line(2, two)).unwrap();
        assert!(text.contains("\"number\":2") && text.contains("\"epoch\":5"), "{text}");
        assert_eq!(serde_json::from_str::<EventLine>(&text).unwrap(), line(2, two));
    }
}
