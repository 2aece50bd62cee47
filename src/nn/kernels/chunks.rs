//! How many threads a call may use, and how a batch is cut for them.

use std::cell::Cell;
use std::num::NonZero;
use std::sync::OnceLock;
use std::thread;

/// Fewer rows than this leave the vector units of a matrix product idle.
const FEWEST_ROWS: usize = 16;
/// Multiply-adds of a whole sequence below which a second thread costs more than it saves. Found by
/// measuring shapes from 16 to 512 units.
const FEWEST_OPERATIONS: usize = 2_000_000;
/// A batch is cut into this many chunks at the most.
const MOST_CHUNKS: usize = 8;

/// Threads that run at once here. Asked once: the answer takes the system many microseconds.
pub fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, NonZero::get))
}

/// Threads for this many asked for, all cores where none is: at least one, and never more than cores.
pub fn clamped_threads(asked: Option<usize>) -> usize {
    asked.unwrap_or_else(cores).clamp(1, cores())
}

thread_local! {
    /// Threads that calls from this thread may use; 0 for all cores.
    static ALLOWED: Cell<usize> = const { Cell::new(0) };
}

/// Threads that a call from this thread may use, itself counted.
pub fn allowed_threads() -> usize {
    match ALLOWED.get() {
        0 => clamped_threads(None),
        allowed => clamped_threads(Some(allowed)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_cover_a_batch_and_are_not_too_small() {
        for batch in 1..300 {
            for operations in [0, FEWEST_OPERATIONS] {
                let rows = rows_per_chunk(batch, operations);
                assert!((1..=batch).contains(&rows) && (rows >= FEWEST_ROWS || rows == batch));
                assert!(batch.div_ceil(rows) <= MOST_CHUNKS);
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
}
