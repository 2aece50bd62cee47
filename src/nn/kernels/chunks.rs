//! Rows of a batch shared out over threads, without copying and without raw pointers.

use std::num::NonZero;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

/// Fewer rows than this leave the vector units of a matrix product idle.
const FEWEST_ROWS: usize = 16;
/// Multiply-adds of a whole sequence below which starting a thread (tens of microseconds) costs more
/// than it saves. Found by measuring shapes from 16 to 512 units.
const FEWEST_OPERATIONS: usize = 8_000_000;

/// A batch is cut into this many chunks at the most.
const MOST_CHUNKS: usize = 8;

/// Threads that run at once here. Asked once: the answer takes the system many microseconds.
fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, NonZero::get))
}

/// Rows of a chunk, all but the last the same. `operations` is the number of multiply-adds of the
/// whole call. The answer depends on the shape alone, never on the machine, because sums over
/// chunks are taken chunk by chunk and must come out the same to the last bit.
pub fn rows_per_chunk(batch: usize, operations: usize) -> usize {
    let small = operations < FEWEST_OPERATIONS;
    let most = if small { 1 } else { MOST_CHUNKS.min(batch / FEWEST_ROWS) };
    batch.div_ceil(most.max(1)).next_multiple_of(8).min(batch)
}

/// Splits `[steps, batch, width]` values by batch rows: one list of per-step slices a chunk.
pub fn split(
    values: &mut [f32],
    batch: usize,
    width: usize,
    chunk_rows: usize,
) -> Vec<Vec<&mut [f32]>> {
    let mut chunks: Vec<Vec<&mut [f32]>> = Vec::new();
    chunks.resize_with(batch.div_ceil(chunk_rows), Vec::new);
    for step in values.chunks_exact_mut(batch * width) {
        for (chunk, rows) in chunks.iter_mut().zip(step.chunks_mut(chunk_rows * width)) {
            chunk.push(rows);
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
) -> Vec<Vec<&[f32]>> {
    let mut chunks: Vec<Vec<&[f32]>> = vec![Vec::new(); batch.div_ceil(chunk_rows)];
    for step in values.chunks_exact(batch * width) {
        for (chunk, rows) in chunks.iter_mut().zip(step.chunks(chunk_rows * width)) {
            chunk.push(rows);
        }
    }
    chunks
}

/// Runs `work` on every chunk, on this thread and on as many more as there are cores for. Which
/// thread takes a chunk changes nothing in it.
pub fn for_each<T: Send>(chunks: Vec<T>, work: impl Fn(T) + Sync) {
    let helpers = cores().min(chunks.len()).saturating_sub(1);
    let queue = Mutex::new(chunks.into_iter());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let take_turns = || {
        while let Some(chunk) = next() {
            work(chunk);
        }
    };
    thread::scope(|scope| {
        for _ in 0..helpers {
            scope.spawn(take_turns);
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
        let chunks = split(&mut values, batch, width, 2);
        assert_eq!(chunks.len(), 3);
        for (index, chunk) in chunks.iter().enumerate() {
            assert_eq!(chunk.len(), steps);
            for (step, rows) in chunk.iter().enumerate() {
                let first = (step * batch + index * 2) * width;
                assert_eq!(**rows, copy[first..first + rows.len()]);
            }
        }
    }
}
