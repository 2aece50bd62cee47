//! Undo and redo of settings: an edit is a step. A control that is moved for a while, as in a drag,
//! makes one edit when it is let go of.

/// Steps kept.
const MOST_STEPS: usize = 200;

/// A value's past and future.
#[derive(Debug, Clone)]
pub struct History<T> {
    past: Vec<T>,
    future: Vec<T>,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self { past: Vec::new(), future: Vec::new() }
    }
}

impl<T> History<T> {
    /// Remembers `before`, the value that an edit is about to replace.
    pub fn record(&mut self, before: T) {
        self.past.push(before);
        if self.past.len() > MOST_STEPS {
            self.past.remove(0);
        }
        self.future.clear();
    }

    /// The value before `current`, which becomes the next redo.
    pub fn undo(&mut self, current: T) -> Option<T> {
        let before = self.past.pop()?;
        self.future.push(current);
        Some(before)
    }

    /// The value that the last undo took away.
    pub fn redo(&mut self, current: T) -> Option<T> {
        let after = self.future.pop()?;
        self.past.push(current);
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
        history.record(1);
        history.record(2);
        assert_eq!(history.undo(3), Some(2));
        assert_eq!(history.undo(2), Some(1));
        assert_eq!(history.undo(1), None);
        assert_eq!(history.redo(1), Some(2));
        history.record(2);
        assert!(!history.can_redo(), "an edit ends the redo");
    }
}
