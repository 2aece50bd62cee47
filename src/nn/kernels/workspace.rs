//! Scratch memory kept between calls.
//!
//! A training step of a large layer needs over a hundred megabytes; taken from the system anew each
//! time, its pages alone cost a tenth of the step.

use std::sync::{Arc, Mutex, PoisonError};

/// Buffers not in use at the moment, shared by clones.
#[derive(Debug, Clone, Default)]
pub struct Workspace {
    idle: Arc<Mutex<Vec<Vec<f32>>>>,
}

/// A buffer on loan; it goes back when dropped.
#[derive(Debug)]
pub struct Buffer {
    values: Vec<f32>,
    home: Workspace,
}

impl Workspace {
    /// A buffer of `len` values of unspecified content: the borrower writes before it reads.
    pub fn take(&self, len: usize) -> Buffer {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let smallest_that_fits = idle
            .iter()
            .enumerate()
            .filter(|(_, buffer)| buffer.capacity() >= len)
            .min_by_key(|(_, buffer)| buffer.capacity())
            .map(|(index, _)| index);
        let mut values = match smallest_that_fits {
            Some(index) => idle.swap_remove(index),
            None => Vec::new(),
        };
        drop(idle);
        if values.capacity() < len {
            values = vec![0.0; len];
        }
        values.resize(len, 0.0);
        Buffer { values, home: self.clone() }
    }

    /// A buffer of `len` zeros.
    pub fn take_zeroed(&self, len: usize) -> Buffer {
        let mut buffer = self.take(len);
        buffer.fill(0.0);
        buffer
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let values = std::mem::take(&mut self.values);
        let mut idle = self.home.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(values);
    }
}

impl std::ops::Deref for Buffer {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.values
    }
}

impl std::ops::DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_returned_buffer_is_lent_again() {
        let workspace = Workspace::default();
        let first = workspace.take(100);
        let address = first.as_ptr();
        drop(first);
        let second = workspace.take(60);
        assert_eq!((second.as_ptr(), second.len()), (address, 60));
        assert!(workspace.take_zeroed(10).iter().all(|&value| value == 0.0));
    }
}
