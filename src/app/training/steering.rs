//! What is wished for while a network learns: settings, fetched once a batch, and how its run is to end.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::train::Change;

/// What becomes of a run whose training is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ending {
    /// It has ended, with its best weights.
    #[default]
    Keep,
    /// Nothing is left of it.
    Discard,
    /// It can be taken up again.
    Leave,
}

/// What was wished for and not yet fetched. Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub struct Steering(Arc<Mutex<Wishes>>);

#[derive(Debug, Default)]
struct Wishes {
    change: Change,
    ending: Ending,
}

impl Steering {
    /// Wishes for a change; what it leaves open stays as wished before.
    pub fn ask(&self, change: Change) {
        let mut wishes = self.wishes();
        wishes.change = wishes.change.then(change);
    }

    /// Fetches the wish, if there is one; a setting wished for twice is changed once.
    pub fn take(&self) -> Option<Change> {
        let change = std::mem::take(&mut self.wishes().change);
        (change != Change::default()).then_some(change)
    }

    /// Says what is to become of the run, before the stop is asked for.
    pub fn end(&self, ending: Ending) {
        self.wishes().ending = ending;
    }

    /// What is to become of the run where training is stopped.
    pub fn ending(&self) -> Ending {
        self.wishes().ending
    }

    fn wishes(&self) -> MutexGuard<'_, Wishes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_wish_for_each_setting_is_fetched_once() {
        let steering = Steering::default();
        let rate = |rate| Change { learning_rate: Some(rate), ..Change::default() };
        let window = steering.clone();
        window.ask(rate(0.1));
        window.ask(Change { batch_size: Some(8), ..Change::default() });
        window.ask(rate(0.2));
        let expected =
            Change { learning_rate: Some(0.2), batch_size: Some(8), ..Change::default() };
        assert_eq!(steering.take(), Some(expected));
        assert_eq!(steering.take(), None);
    }
}
