//! Settings changed while a network learns: the latest wish, fetched once a batch.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::train::Change;

/// What was wished for and not yet fetched. Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub struct Steering(Arc<Mutex<Change>>);

impl Steering {
    /// Wishes for a change; what it leaves open stays as wished before.
    pub fn ask(&self, change: Change) {
        let mut wished = self.wished();
        *wished = wished.then(change);
    }

    /// Fetches the wish, if there is one; a setting wished for twice is changed once.
    pub fn take(&self) -> Option<Change> {
        let change = std::mem::take(&mut *self.wished());
        (change != Change::default()).then_some(change)
    }

    fn wished(&self) -> MutexGuard<'_, Change> {
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
