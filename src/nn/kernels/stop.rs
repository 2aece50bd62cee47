//! A stop that is heard in the middle of long work.
//!
//! Who owns a stop lends it for the length of some work on this thread, as an allowance of threads is
//! lent (`chunks`). Loops ask for it between pieces of a few milliseconds at the most, and return early
//! where it is raised: what they leave is then of no use, and who called them has to ask too. An answer
//! that waits (`waiting`) holds the work where it is; that time is told apart from the work's own.

use std::cell::Cell;
use std::fmt;
use std::ops::Range;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Answers `true` where work is to end early. Asked from several threads, thousands of times a second; an
/// answer may wait.
pub type Stop<'a> = &'a (dyn Fn() -> bool + Sync);

/// Values that are copied or added up between two askings.
const PIECE: usize = 1 << 20;

/// A stop on loan.
struct Lent<'a> {
    stop: Stop<'a>,
    /// Once it was heard it stays raised: some of the work is undone already.
    heard: AtomicBool,
}

impl Lent<'_> {
    fn is_raised(&self) -> bool {
        if self.heard.load(Ordering::Relaxed) {
            return true;
        }
        let raised = (self.stop)();
        if raised {
            self.heard.store(true, Ordering::Relaxed);
        }
        raised
    }
}

/// What work asks, on any thread.
#[derive(Clone, Copy, Default)]
pub struct Ask<'a>(Option<&'a Lent<'a>>);

impl Ask<'_> {
    /// Whether the work is to end.
    #[inline]
    pub fn is_raised(self) -> bool {
        self.0.is_some_and(Lent::is_raised)
    }
}

impl fmt::Debug for Ask<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Ask(a stop)" } else { "Ask(nothing)" })
    }
}

thread_local! {
    /// The stop that work on this thread heeds; null for none.
    static LENT: Cell<*const Lent<'static>> = const { Cell::new(ptr::null()) };
    /// How long this thread has waited where it was asked to.
    static WAITED: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Puts back what was lent before, however the work ends.
struct Restore(*const Lent<'static>);

impl Drop for Restore {
    fn drop(&mut self) {
        LENT.set(self.0);
    }
}

/// Runs `work`, whose loops end early once `stop` answers `true`. A stop lent before is not asked
/// meanwhile.
pub fn heeding<R>(stop: Stop<'_>, work: impl FnOnce() -> R) -> R {
    let lent = Lent { stop, heard: AtomicBool::new(false) };
    let _restore = Restore(LENT.replace(ptr::from_ref(&lent).cast()));
    work()
}

/// Runs `work` to its end, whatever stop was lent.
pub fn heedless<R>(work: impl FnOnce() -> R) -> R {
    let _restore = Restore(LENT.replace(ptr::null()));
    work()
}

/// Runs `work` with what was lent on this thread, to be asked on others.
pub fn with_ask<R>(work: impl FnOnce(Ask<'_>) -> R) -> R {
    let lent = LENT.get();
    // SAFETY: the pointer is null or that of `heeding`, which is still running further down the stack
    // of this thread and puts another in its place before the loan ends; `work` takes an `Ask` of any
    // lifetime, so it cannot keep it.
    work(Ask(unsafe { lent.as_ref() }))
}

/// Whether the work on this thread is to end.
pub fn is_stopped() -> bool {
    with_ask(|Ask(lent)| lent.is_some_and(Lent::is_raised))
}

/// Waits on this thread, as an answer may; the time is told by [`time_waited`].
pub fn waiting(wait: impl FnOnce()) {
    let start = Instant::now();
    wait();
    WAITED.set(WAITED.get() + start.elapsed());
}

/// How long this thread has waited so far. One that waits for another thread's part of a product, which
/// stands alone, has not.
pub fn time_waited() -> Duration {
    WAITED.get()
}

/// Runs `work` on ranges of `0..count` that follow each other, until the stop is raised; `size` is how
/// many values each of them stands for.
pub fn in_pieces(count: usize, size: usize, mut work: impl FnMut(Range<usize>)) {
    let most = (PIECE / size.max(1)).max(1);
    for start in (0..count).step_by(most) {
        if is_stopped() {
            return;
        }
        work(start..count.min(start + most));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;
    use std::thread;

    #[test]
    fn a_stop_is_heard_where_it_was_lent_and_stays_raised() {
        let asked = AtomicUsize::new(0);
        // Raised once, and taken back.
        let once = || asked.fetch_add(1, Ordering::Relaxed) == 2;
        assert!(!is_stopped());
        heeding(&once, || {
            assert!(!is_stopped());
            heedless(|| assert!(!is_stopped()));
            heeding(&|| true, || assert!(is_stopped()));
            assert!(!is_stopped() && is_stopped() && is_stopped());
            with_ask(|ask| {
                thread::scope(|scope| {
                    scope.spawn(move || assert!(ask.is_raised() && !is_stopped()));
                });
            });
        });
        assert!(!is_stopped());
        assert_eq!(asked.into_inner(), 3, "nobody asks on once it was heard");
    }

    #[test]
    fn a_thread_tells_of_its_own_waits_alone() {
        let wait = Duration::from_millis(5);
        let stop = || {
            waiting(|| thread::sleep(wait));
            false
        };
        // Other tests may have waited on this thread.
        let before = time_waited();
        heeding(&stop, || {
            with_ask(|ask| {
                thread::scope(|scope| {
                    scope.spawn(move || {
                        assert!(!ask.is_raised() && !ask.is_raised());
                        assert!(time_waited() >= 2 * wait);
                    });
                });
            });
            assert_eq!(time_waited(), before);
            assert!(!is_stopped());
            assert!(time_waited() >= before + wait);
        });
    }

    #[test]
    fn pieces_cover_all_until_the_stop_is_raised() {
        let count = 3 * PIECE / 2 + 1;
        let mut next = 0;
        in_pieces(count, 2, |range| {
            assert!(range.start == next && range.len() <= PIECE / 2);
            next = range.end;
        });
        assert_eq!(next, count);
        let asked = AtomicUsize::new(0);
        let mut done = 0;
        let second = || asked.fetch_add(1, Ordering::Relaxed) == 1;
        heeding(&second, || in_pieces(count, 2, |range| done += range.len()));
        assert_eq!(done, PIECE / 2);
    }
}
