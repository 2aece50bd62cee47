//! A value that changes too fast for a message each: only the latest is kept.

use std::sync::{Arc, Mutex, PoisonError};

/// The latest value of one job, put there by its thread and read by the window when it next draws.
/// Cheap to clone; all clones are one.
#[derive(Debug)]
pub struct Latest<T>(Arc<Mutex<Option<T>>>);

impl<T: Copy> Latest<T> {
    /// Puts a value in the place of the one before.
    pub fn set(&self, value: T) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }

    /// The latest value, if there is one.
    pub fn get(&self) -> Option<T> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for Latest<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}
