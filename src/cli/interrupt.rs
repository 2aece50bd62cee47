//! Ctrl-C: the first ends the work under way, of which what is done is kept; one more ends the program.
//!
//! Outside such work, as while a file is read, Ctrl-C ends the program at once: there is nothing to
//! keep.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use signal_hook::consts::SIGINT;
use signal_hook::flag;

/// How soon after Ctrl-C it is answered with a word: sooner than a hand presses again.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// What Ctrl-C has asked for, and what the next one does.
#[derive(Debug, Clone)]
pub struct Interrupts {
    asked: Arc<AtomicBool>,
    ends_program: Arc<AtomicBool>,
}

impl Interrupts {
    /// Listens from now on. Where the program was started with interrupts ignored, as shells start
    /// jobs in the background, they stay so; where the system offers no handler, Ctrl-C ends the
    /// program as before.
    pub fn listen() -> Self {
        let listening = Self {
            asked: Arc::new(AtomicBool::new(false)),
            ends_program: Arc::new(AtomicBool::new(true)),
        };
        if !are_ignored() {
            let Self { asked, ends_program } = &listening;
            // They run in this order: the first Ctrl-C of held work finds `ends_program` unset and sets
            // it for the next one. Whether a later one cannot be had changes nothing of the first.
            let _ = flag::register_conditional_default(SIGINT, Arc::clone(ends_program))
                .and_then(|_| flag::register(SIGINT, Arc::clone(asked)))
                .and_then(|_| flag::register(SIGINT, Arc::clone(ends_program)));
        }
        listening
    }

    /// Whether work has been asked to end.
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Holds the program until the work is done: the first Ctrl-C asks the work to end, and `tell` is
    /// called, in another thread. The work looks at [`Self::is_asked`].
    #[must_use = "the program is held as long as this lives"]
    pub fn hold(&self, tell: impl FnOnce() + Send + 'static) -> Held<'_> {
        self.ends_program.store(false, Ordering::Relaxed);
        let done = Arc::new(AtomicBool::new(false));
        let (over, asked) = (Arc::clone(&done), Arc::clone(&self.asked));
        let watch = move || {
            while !over.load(Ordering::Relaxed) {
                if asked.load(Ordering::Relaxed) {
                    return tell();
                }
                std::thread::park_timeout(BETWEEN_LOOKS);
            }
        };
        // Without the thread nothing is said, and all else holds.
        let watcher = std::thread::Builder::new().name("tidegate-interrupt".to_owned());
        Held { interrupts: self, done, watcher: watcher.spawn(watch).ok() }
    }
}

/// Work that ends by itself after Ctrl-C.
#[derive(Debug)]
pub struct Held<'a> {
    interrupts: &'a Interrupts,
    done: Arc<AtomicBool>,
    watcher: Option<JoinHandle<()>>,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.interrupts.ends_program.store(true, Ordering::Relaxed);
        self.done.store(true, Ordering::Relaxed);
        if let Some(watcher) = self.watcher.take() {
            watcher.thread().unpark();
            // Its one line may be on its way; a panic in it costs the line.
            let _ = watcher.join();
        }
    }
}

/// Whether this program was started with interrupts ignored, where the system tells.
fn are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & (1 << (SIGINT - 1)) != 0)
}
