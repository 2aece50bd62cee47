//! Values on the boundary of a cache line, kept between calls.
//!
//! A training step of a large layer needs over a hundred megabytes; taken from the system again each
//! time, its pages alone cost a tenth of the step. And a vector load across two cache lines costs two.

/// Bytes of a cache line, and of the widest vector.
const LINE: usize = 64;
/// Values of it.
const LINE_VALUES: usize = LINE / size_of::<f32>();

/// Values of a length that may change; memory is taken only where it was never as long.
#[derive(Debug, Default)]
pub struct Buffer {
    values: Vec<f32>,
    start: usize,
    len: usize,
}

impl Buffer {
    /// Makes it `len` values of unspecified content: who borrows it writes before it reads.
    pub fn resize(&mut self, len: usize) -> &mut [f32] {
        if self.values.len() < len + LINE_VALUES {
            // The old ones go first.
            self.values = Vec::new();
            self.values = vec![0.0; len + LINE_VALUES];
        }
        self.start = self.values.as_ptr().align_offset(LINE).min(LINE_VALUES);
        self.len = len;
        self
    }

    /// Makes it `len` zeros.
    pub fn zeros(&mut self, len: usize) -> &mut [f32] {
        self.resize(len).fill(0.0);
        self
    }

    /// Makes it a copy.
    pub fn copy_from(&mut self, values: &[f32]) {
        self.resize(values.len()).copy_from_slice(values);
    }
}

impl std::ops::Deref for Buffer {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.values[self.start..self.start + self.len]
    }
}

impl std::ops::DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.values[self.start..self.start + self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_aligned_and_taken_once() {
        let mut buffer = Buffer::default();
        assert!(buffer.is_empty());
        buffer.zeros(100)[99] = 1.0;
        let address = buffer.as_ptr();
        assert_eq!(address.align_offset(LINE), 0);
        assert_eq!(buffer.resize(60).len(), 60);
        assert_eq!(buffer.zeros(100).iter().sum::<f32>(), 0.0);
        assert_eq!(buffer.as_ptr(), address);
    }
}
