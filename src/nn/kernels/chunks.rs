//! Rows of a batch shared out over threads, without copying and without raw pointers.

use std::cell::Cell;
use std::num::NonZero;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

/// Fewer rows than this leave the vector units of a matrix product idle.
const FEWEST_ROWS: usize = 16;
/// Multiply-adds of a whole sequence below which waking a thread (tens of microseconds) costs more
/// than it saves. Found by measuring shapes from 16 to 512 units.
const FEWEST_OPERATIONS: usize = 8_000_000;

/// A batch is cut into this many chunks at the most.
const MOST_CHUNKS: usize = 8;

/// Threads that run at once here. Asked once: the answer takes the system many microseconds.
pub fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, NonZero::get))
}

thread_local! {
    /// Threads that calls from this thread may use; 0 for all cores.
    static ALLOWED: Cell<usize> = const { Cell::new(0) };
}

/// Threads that a call from this thread may use, itself counted.
pub fn allowed_threads() -> usize {
    match ALLOWED.get() {
        0 => cores(),
        allowed => allowed.min(cores()),
    }
}

/// Runs `work` with at most `threads` threads, this one counted; `None` allows every core. The
/// results are the same to the last bit whatever is allowed.
pub fn with_threads<R>(threads: Option<usize>, work: impl FnOnce() -> R) -> R {
    struct Restore(usize);
    impl Drop for Restore {
        fn drop(&mut self) {
            ALLOWED.set(self.0);
        }
    }
    let _restore = Restore(ALLOWED.replace(threads.unwrap_or(0)));
    work()
}

/// Rows of a chunk, all but the last the same. `operations` is the number of multiply-adds of the
/// whole call. The answer depends on the shape alone, never on the machine, because sums over
/// chunks are taken chunk by chunk and must come out the same to the last bit.
pub fn rows_per_chunk(batch: usize, operations: usize) -> usize {
    let small = operations < FEWEST_OPERATIONS;
    let most = if small { 1 } else { MOST_CHUNKS.min(batch / FEWEST_ROWS) };
    batch.div_ceil(most.max(1)).next_multiple_of(8).min(batch)
}

/// Splits `[steps, batch, width]` values by batch rows: one list of per-step slices a chunk, in the
/// order the steps are taken.
pub fn split(
    values: &mut [f32],
    batch: usize,
    width: usize,
    chunk_rows: usize,
    reverse: bool,
) -> Vec<Vec<&mut [f32]>> {
    let mut chunks: Vec<Vec<&mut [f32]>> = Vec::new();
    chunks.resize_with(batch.div_ceil(chunk_rows), Vec::new);
    if width == 0 {
        return chunks;
    }
    for step in values.chunks_exact_mut(batch * width) {
        for (chunk, rows) in chunks.iter_mut().zip(step.chunks_mut(chunk_rows * width)) {
            chunk.push(rows);
        }
    }
    if reverse {
        for chunk in &mut chunks {
            chunk.reverse();
        }
    }
    chunks
}

/// As [`split`], for reading.
pub fn split_ref(
    values: &[f32],
    batch: usize,
    width: usize,
    chunk_rows: usize,
    reverse: bool,
) -> Vec<Vec<&[f32]>> {
    let mut chunks: Vec<Vec<&[f32]>> = vec![Vec::new(); batch.div_ceil(chunk_rows)];
    for step in values.chunks_exact(batch * width) {
        for (chunk, rows) in chunks.iter_mut().zip(step.chunks(chunk_rows * width)) {
            chunk.push(rows);
        }
    }
    if reverse {
        for chunk in &mut chunks {
            chunk.reverse();
        }
    }
    chunks
}

/// Runs `work` on every chunk, on this thread and on as many more of a lasting pool as are allowed.
/// Which thread takes a chunk changes nothing in it.
pub fn for_each<T: Send>(chunks: Vec<T>, work: impl Fn(T) + Sync) {
    let helpers = allowed_threads().min(chunks.len()).saturating_sub(1);
    if helpers == 0 {
        chunks.into_iter().for_each(work);
        return;
    }
    let queue = Mutex::new(chunks.into_iter());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let take_turns = || {
        while let Some(chunk) = next() {
            work(chunk);
        }
    };
    rayon::in_place_scope(|scope| {
        for _ in 0..helpers {
            scope.spawn(|_| take_turns());
        }
        take_turns();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_in_one_chunk_at_its_step() {
        let (steps, batch, width) = (3, 5, 2);
        let mut values: Vec<f32> = (0..30_u8).map(f32::from).collect();
        let copy = values.clone();
        for reverse in [false, true] {
            let chunks = split(&mut values, batch, width, 2, reverse);
            assert_eq!(chunks.len(), 3);
            for (index, chunk) in chunks.iter().enumerate() {
                assert_eq!(chunk.len(), steps);
                for (place, rows) in chunk.iter().enumerate() {
                    let step = if reverse { steps - 1 - place } else { place };
                    let first = (step * batch + index * 2) * width;
                    assert_eq!(**rows, copy[first..first + rows.len()]);
                }
            }
        }
    }

    #[test]
    fn an_allowance_ends_with_its_work() {
        assert_eq!(allowed_threads(), cores());
        assert_eq!(with_threads(Some(1), allowed_threads), 1);
        assert_eq!(with_threads(Some(usize::MAX), allowed_threads), cores());
        assert_eq!(allowed_threads(), cores());
    }

    #[test]
    fn every_chunk_is_worked_on_once() {
        for threads in [Some(1), None] {
            let done = Mutex::new(Vec::new());
            with_threads(threads, || {
                for_each((0..20).collect(), |chunk: usize| done.lock().unwrap().push(chunk));
            });
            let mut done = done.into_inner().unwrap();
            done.sort_unstable();
            assert_eq!(done, (0..20).collect::<Vec<_>>());
        }
    }
}
