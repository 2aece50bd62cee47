//! The kernels' memory: buffers kept between calls, and views of `[steps, batch, width]` values by chunks
//! of rows, which several threads write. Steps are numbered in the order they are taken, so that no cell
//! knows of directions.
//!
//! Buffers begin on a cache line. A training step of a large layer needs over a hundred megabytes; taken from the system again each
//! time, its pages alone cost a tenth of the step. And a vector load across two cache lines costs two.

use std::marker::PhantomData;

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

/// How rows of one chunk stand in `[steps, batch, width]` values.
#[derive(Debug, Clone, Copy)]
pub struct ChunkLayout {
    pub steps: usize,
    pub batch: usize,
    /// First row of the chunk.
    pub first: usize,
    pub rows: usize,
    /// Whether the last step in time is taken first.
    pub reverse: bool,
}

impl ChunkLayout {
    /// Where the rows of `step` begin, in values of this width.
    const fn start(&self, step: usize, width: usize) -> usize {
        let step = if self.reverse { self.steps - 1 - step } else { step };
        (step * self.batch + self.first) * width
    }

    fn check(&self, len: usize, width: usize) {
        assert!(
            self.first + self.rows <= self.batch && len >= self.steps * self.batch * width,
            "rows of a chunk reach past their values"
        );
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Steps<'a> {
    values: &'a [f32],
    layout: ChunkLayout,
    width: usize,
}

impl<'a> Steps<'a> {
    pub fn new(values: &'a [f32], layout: ChunkLayout, width: usize) -> Self {
        layout.check(values.len(), width);
        Self { values, layout, width }
    }

    /// `[rows, width]` of one step.
    pub fn at(&self, step: usize) -> &'a [f32] {
        &self.values[self.layout.start(step, self.width)..][..self.layout.rows * self.width]
    }
}

/// Values whose chunks of rows are written by several threads.
#[derive(Debug)]
pub struct SharedValues<'a> {
    values: *mut f32,
    len: usize,
    borrow: PhantomData<&'a mut [f32]>,
}

// SAFETY: it is a mutable borrow of f32 values; parts are only taken by the unsafe methods, whose
// callers promise that no two overlap.
unsafe impl Send for SharedValues<'_> {}
// SAFETY: as above.
unsafe impl Sync for SharedValues<'_> {}

impl<'a> SharedValues<'a> {
    pub const fn new(values: &'a mut [f32]) -> Self {
        Self { values: values.as_mut_ptr(), len: values.len(), borrow: PhantomData }
    }

    /// The rows of a chunk at every step.
    ///
    /// # Safety
    /// No two chunks in use at the same time have a row in common.
    pub unsafe fn steps(&self, layout: ChunkLayout, width: usize) -> StepsMut<'a> {
        layout.check(self.len, width);
        StepsMut { values: self.values, layout, width, borrow: PhantomData }
    }

    /// The values `first .. first + len`.
    ///
    /// # Safety
    /// No two parts in use at the same time have a value in common.
    pub unsafe fn part(&self, first: usize, len: usize) -> &'a mut [f32] {
        assert!(first <= self.len && len <= self.len - first, "a part reaches past its values");
        // SAFETY: the part lies inside the borrow, and the caller promises that no other overlaps it.
        unsafe { std::slice::from_raw_parts_mut(self.values.add(first), len) }
    }
}

#[derive(Debug)]
pub struct StepsMut<'a> {
    values: *mut f32,
    layout: ChunkLayout,
    width: usize,
    borrow: PhantomData<&'a mut [f32]>,
}

impl StepsMut<'_> {
    /// `[rows, width]` of one step.
    pub fn at(&mut self, step: usize) -> &mut [f32] {
        self.with_previous(step).1
    }

    /// `[rows, width]` of the step before, where there is one, and of this step.
    pub fn with_previous(&mut self, step: usize) -> (Option<&[f32]>, &mut [f32]) {
        assert!(step < self.layout.steps, "a step past the last");
        let len = self.layout.rows * self.width;
        // SAFETY: `ChunkLayout::check` saw that the rows of every step lie inside the values; those of two
        // steps do not overlap; `SharedValues::steps` was promised that no other chunk has these rows; and
        // the borrow of `self` keeps them to the caller.
        unsafe {
            let previous = (step > 0).then(|| {
                let start = self.layout.start(step - 1, self.width);
                std::slice::from_raw_parts(self.values.add(start).cast_const(), len)
            });
            let start = self.layout.start(step, self.width);
            (previous, std::slice::from_raw_parts_mut(self.values.add(start), len))
        }
    }
}

/// Scratch memory of one chunk, handed out piece by piece.
#[derive(Debug)]
pub struct Scratch<'a>(&'a mut [f32]);

impl<'a> Scratch<'a> {
    pub const fn new(values: &'a mut [f32]) -> Self {
        Self(values)
    }

    /// `len` values of unspecified content; fewer where no more are left, which the kernels' sums of
    /// what they need rule out.
    pub fn take(&mut self, len: usize) -> &'a mut [f32] {
        let values = std::mem::take(&mut self.0);
        let (taken, rest) = values.split_at_mut(len.min(values.len()));
        self.0 = rest;
        taken
    }

    /// `len` zeros.
    pub fn zeros(&mut self, len: usize) -> &'a mut [f32] {
        let values = self.take(len);
        values.fill(0.0);
        values
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

    #[test]
    fn chunks_see_their_rows_in_the_order_taken() {
        let (steps, batch, width) = (3, 5, 2);
        let mut values: Vec<f32> = (0..30_u8).map(f32::from).collect();
        let copy = values.clone();
        for reverse in [false, true] {
            for (first, rows) in [(0, 2), (2, 2), (4, 1)] {
                let layout = ChunkLayout { steps, batch, first, rows, reverse };
                let shared = SharedValues::new(&mut values);
                // SAFETY: one chunk at a time.
                let mut written = unsafe { shared.steps(layout, width) };
                let read = Steps::new(&copy, layout, width);
                for step in 0..steps {
                    let time = if reverse { steps - 1 - step } else { step };
                    let start = (time * batch + first) * width;
                    assert_eq!(read.at(step), &copy[start..start + rows * width]);
                    let (previous, now) = written.with_previous(step);
                    assert_eq!(now, read.at(step));
                    assert_eq!(previous, step.checked_sub(1).map(|step| read.at(step)));
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "reach past")]
    fn too_few_values_are_refused() {
        Steps::new(
            &[0.0; 9],
            ChunkLayout { steps: 1, batch: 5, first: 0, rows: 5, reverse: false },
            2,
        );
    }
}
