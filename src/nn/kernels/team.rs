//! How many threads a call may use, how a batch is cut for them, and the threads themselves, kept
//! between calls.
//!
//! A call takes no memory and, where it follows another closely, wakes nobody: helpers look for work a
//! while before they sleep. A pool for general use takes memory for each job, and sends work from
//! outside to its own threads while the caller sleeps.

use std::cell::Cell;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::thread;

/// Times a helper looks for new work before it sleeps: a few tens of microseconds, the time between
/// two products of one step.
const LOOKS: usize = 1_500;

/// What all threads of the team see.
struct Team {
    /// Held by the caller whose work is done.
    in_use: Mutex<()>,
    board: Mutex<Board>,
    wake: Condvar,
    finished: Condvar,
    /// Number of the job on the board.
    number: AtomicU64,
    working: AtomicUsize,
    /// The next piece that nobody took.
    next: AtomicUsize,
    panicked: AtomicBool,
}

#[derive(Default)]
struct Board {
    job: Option<Job>,
    open: usize,
}

/// A job with its lifetime taken away.
#[derive(Clone, Copy)]
struct Job {
    work: *const (dyn Fn(usize) + Sync),
    pieces: usize,
}

// SAFETY: the work is `Sync`, and `Team::run` does not return before the last helper has let go of it.
unsafe impl Send for Job {}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `work` for every piece `0..pieces`, each once, on this thread and at most `threads - 1`
/// others. Which thread takes a piece is chance. Where the team is busy with another caller's work,
/// this thread does all of it.
///
/// # Panics
/// Where `work` does.
pub fn share(pieces: usize, threads: usize, work: &(dyn Fn(usize) + Sync)) {
    let helpers = threads.min(pieces).saturating_sub(1);
    let alone = || (0..pieces).for_each(work);
    if helpers == 0 {
        return alone();
    }
    let team = team();
    // A helper whose work shares out further work finds the team in use.
    let _in_use = match team.in_use.try_lock() {
        Ok(in_use) => in_use,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => return alone(),
    };
    team.run(Job { work: lasting(work), pieces }, helpers);
}

/// Forgets how long the work lives.
const fn lasting<'a>(
    work: &'a (dyn Fn(usize) + Sync + 'a),
) -> *const (dyn Fn(usize) + Sync + 'static) {
    // SAFETY: only the lifetime changes; `Team::run` lets nobody use the reference after it returns.
    let work: &'static (dyn Fn(usize) + Sync) = unsafe { std::mem::transmute(work) };
    std::ptr::from_ref(work)
}

fn team() -> &'static Team {
    static TEAM: OnceLock<Team> = OnceLock::new();
    static STARTED: OnceLock<()> = OnceLock::new();
    let team = TEAM.get_or_init(|| Team {
        in_use: Mutex::default(),
        board: Mutex::default(),
        wake: Condvar::new(),
        finished: Condvar::new(),
        number: AtomicU64::new(0),
        working: AtomicUsize::new(0),
        next: AtomicUsize::new(0),
        panicked: AtomicBool::new(false),
    });
    STARTED.get_or_init(|| {
        for index in 1..cores() {
            let name = format!("kernel-{index}");
            // Where the system gives no thread, the callers do the work themselves.
            let _ = thread::Builder::new().name(name).spawn(|| team.help());
        }
    });
    team
}

impl Team {
    fn run(&self, job: Job, helpers: usize) {
        self.next.store(0, Ordering::Relaxed);
        self.panicked.store(false, Ordering::Relaxed);
        {
            let mut board = lock(&self.board);
            *board = Board { job: Some(job), open: helpers };
            self.number.fetch_add(1, Ordering::Release);
        }
        for _ in 0..helpers {
            self.wake.notify_one();
        }
        let own = catch_unwind(AssertUnwindSafe(|| self.take_pieces(job)));
        // From here on nobody joins, and those who did are waited for.
        *lock(&self.board) = Board::default();
        for _ in 0..LOOKS {
            if self.working.load(Ordering::Acquire) == 0 {
                break;
            }
            std::hint::spin_loop();
        }
        let mut board = lock(&self.board);
        while self.working.load(Ordering::Acquire) > 0 {
            board = self.finished.wait(board).unwrap_or_else(PoisonError::into_inner);
        }
        drop(board);
        if let Err(panic) = own {
            std::panic::resume_unwind(panic);
        }
        assert!(!self.panicked.load(Ordering::Relaxed), "a helper's piece of work panicked");
    }

    fn take_pieces(&self, job: Job) {
        loop {
            let piece = self.next.fetch_add(1, Ordering::Relaxed);
            if piece >= job.pieces {
                return;
            }
            // SAFETY: the caller in `run` keeps the work alive until no helper is at work.
            unsafe { (*job.work)(piece) };
        }
    }

    fn help(&self) {
        let mut seen = 0;
        loop {
            let job = self.next_job(&mut seen);
            let done = catch_unwind(AssertUnwindSafe(|| self.take_pieces(job)));
            if done.is_err() {
                self.panicked.store(true, Ordering::Relaxed);
            }
            let _board = lock(&self.board);
            if self.working.fetch_sub(1, Ordering::Release) == 1 {
                self.finished.notify_one();
            }
        }
    }

    /// Waits for a job that has room, and joins it.
    fn next_job(&self, seen: &mut u64) -> Job {
        for _ in 0..LOOKS {
            if self.number.load(Ordering::Acquire) != *seen {
                break;
            }
            std::hint::spin_loop();
        }
        let mut board = lock(&self.board);
        loop {
            *seen = self.number.load(Ordering::Acquire);
            if let Some(job) = board.job
                && board.open > 0
            {
                board.open -= 1;
                self.working.fetch_add(1, Ordering::Relaxed);
                return job;
            }
            board = self.wake.wait(board).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

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
    fn every_piece_is_done_once_from_any_number_of_callers() {
        let callers = || {
            for pieces in 0..40 {
                let done: Vec<AtomicUsize> = (0..pieces).map(|_| AtomicUsize::new(0)).collect();
                share(pieces, 8, &|piece| {
                    done[piece].fetch_add(1, Ordering::Relaxed);
                });
                assert!(done.iter().all(|count| count.load(Ordering::Relaxed) == 1));
            }
        };
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(callers);
            }
        });
    }

    #[test]
    fn a_panic_reaches_the_caller_and_the_team_works_on() {
        let broken = catch_unwind(|| {
            share(4, 2, &|piece| assert!(piece != 2, "this piece is broken"));
        });
        assert!(broken.is_err());
        let sum = AtomicUsize::new(0);
        share(5, 2, &|piece| {
            sum.fetch_add(piece, Ordering::Relaxed);
        });
        assert_eq!(sum.load(Ordering::Relaxed), 10);
    }

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
