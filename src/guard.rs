//! Work that may panic, run so that the panic becomes a value and prints nothing.
//!
//! Parsers of other people answer some damaged files with a panic. What a panic says is of no use to
//! whoever opened the file, so it is kept for the error, and for the log (`RUST_LOG=debug`, with a
//! backtrace). A panic outside of such work is printed as ever.

use std::any::Any;
use std::backtrace::Backtrace;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A panic that was caught.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words())]
pub struct Panic {
    /// What it said.
    pub message: String,
    /// The line of source it came from, where that is known.
    pub place: Option<String>,
}

impl Panic {
    fn words(&self) -> String {
        let Self { message, place } = self;
        place.as_ref().map_or_else(|| message.clone(), |place| format!("{message}, {place}"))
    }
}

thread_local! {
    /// How many guards this thread is inside of.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    /// Where the latest panic in this thread came from.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Guards at work in all threads.
static GUARDS: AtomicUsize = AtomicUsize::new(0);
static HOOK: Once = Once::new();

/// One guard, while its work runs.
struct Guard;

impl Guard {
    fn new() -> Self {
        DEPTH.set(DEPTH.get() + 1);
        GUARDS.fetch_add(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
        GUARDS.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Runs `work`; its panic is caught and not printed.
///
/// What `work` leaves half done in values it shares with its caller stays half done: give it values
/// of its own, or drop them on an error.
///
/// # Errors
/// The panic, where there was one.
///
/// ```
/// let caught = tidegate::guard::quietly(|| [1, 2, 3].iter().skip(3).next().copied().unwrap());
/// assert!(caught.is_err());
/// assert_eq!(tidegate::guard::quietly(|| 1 + 1), Ok(2));
/// ```
pub fn quietly<T>(work: impl FnOnce() -> T) -> Result<T, Panic> {
    HOOK.call_once(|| {
        let print = std::panic::take_hook();
        std::panic::set_hook(Box::new(
            move |info| {
                if is_guarded() { keep(info) } else { print(info) }
            },
        ));
    });
    let guard = Guard::new();
    let done = catch_unwind(AssertUnwindSafe(work));
    drop(guard);
    done.map_err(|payload| Panic {
        message: message_of(payload.as_ref()),
        place: PLACE.with_borrow_mut(Option::take),
    })
}

/// Whether somebody catches a panic of this thread: its own guard, or, in a thread of a pool, the
/// guard of whoever waits for the pool, to whom it hands its panics on.
fn is_guarded() -> bool {
    let in_pool = || rayon::current_thread_index().is_some();
    DEPTH.get() > 0 || (GUARDS.load(Ordering::Relaxed) > 0 && in_pool())
}

fn keep(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string);
    tracing::debug!("a panic was caught: {info}\n{}", Backtrace::force_capture());
    PLACE.with_borrow_mut(|kept| *kept = place);
}

/// What a panic said.
pub(crate) fn message_of(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rayon::prelude::*;

    #[test]
    fn a_panic_becomes_a_value_with_its_words_and_its_place() {
        let caught = quietly(|| -> usize { panic!("row {}", 7) }).unwrap_err();
        assert_eq!(caught.message, "row 7");
        assert!(caught.to_string().contains("guard.rs:"), "{caught}");
        assert_eq!(quietly(|| quietly(|| -> () { panic!("inner") }).is_err()), Ok(true));
    }

    #[test]
    fn a_panic_in_a_pool_is_handed_on_to_the_guard() {
        let broken = |at: usize| if at == 77 { panic!("piece {at}") } else { at };
        let sum = quietly(|| (0..100).into_par_iter().map(broken).sum::<usize>());
        assert_eq!(sum.unwrap_err().message, "piece 77");
        assert_eq!(DEPTH.get(), 0);
    }
}
