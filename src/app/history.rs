//! Undo and redo of settings.

use std::time::{Duration, Instant};

/// Edits closer together than this are one gesture: a drag is undone as a whole.
const ONE_GESTURE: Duration = Duration::from_millis(700);
/// Steps kept.
const MOST_STEPS: usize = 200;

/// A value's past and future.
#[derive(Debug, Clone)]
pub struct History<T> {
    past: Vec<T>,
    future: Vec<T>,
    last_edit: Option<Instant>,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self { past: Vec::new(), future: Vec::new(), last_edit: None }
    }
}

impl<T> History<T> {
    /// Remembers `before`, the value an edit at `now` is about to replace.
    pub fn record(&mut self, before: T, now: Instant) {
        let same_gesture =
            self.last_edit.is_some_and(|last| now.duration_since(last) < ONE_GESTURE);
        if !same_gesture || self.past.is_empty() {
            self.past.push(before);
            if self.past.len() > MOST_STEPS {
                self.past.remove(0);
            }
        }
        self.future.clear();
        self.last_edit = Some(now);
    }

    /// Remembers `before` as a step of its own, however soon it follows another.
    pub fn record_alone(&mut self, before: T) {
        self.last_edit = None;
        self.record(before, Instant::now());
        self.last_edit = None;
    }

    /// The value before `current`, which becomes the next redo.
    pub fn undo(&mut self, current: T) -> Option<T> {
        let before = self.past.pop()?;
        self.future.push(current);
        self.last_edit = None;
        Some(before)
    }

    /// The value that the last undo took away.
    pub fn redo(&mut self, current: T) -> Option<T> {
        let after = self.future.pop()?;
        self.past.push(current);
        self.last_edit = None;
        Some(after)
    }

    /// Whether there is something to undo.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is something to redo.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undo_and_redo_walk_the_edits() {
        let mut history = History::default();
        let start = Instant::now();
        history.record(1, start);
        history.record(2, start + Duration::from_secs(5));
        assert_eq!(history.undo(3), Some(2));
        assert_eq!(history.undo(2), Some(1));
        assert_eq!(history.undo(1), None);
        assert_eq!(history.redo(1), Some(2));
        history.record(2, start + Duration::from_secs(9));
        assert!(!history.can_redo(), "an edit ends the redo");
    }

    #[test]
    fn a_drag_is_one_step() {
        let mut history = History::default();
        let start = Instant::now();
        for step in 0..50_u32 {
            history.record(step, start + Duration::from_millis(16) * step);
        }
        assert_eq!(history.undo(50), Some(0));
        assert!(!history.can_undo());
    }
}
