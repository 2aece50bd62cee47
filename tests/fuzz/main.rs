//! Damaged and hostile files for every reader: text, workbooks, Parquet, recipes, runs, checkpoints.
//!
//! Good files are changed at random (`mutate`, inside of what they are packed in too), and each reader
//! has to answer every one of them with a reading or an error. What counts as a fault is a panic, an
//! abort, an answer later than 30 seconds, or more than 1 GiB of memory. Inputs are read in child
//! processes (`child`), whose allocator counts and ends them at the bound (`memory`), under the eyes of
//! this process (`parent`); it keeps the input of a fault and prints how to try it again.
//!
//! `cargo test --test fuzz` reads the same inputs every time. `TIDEGATE_FUZZ_SECONDS` sets for how long
//! new ones are made instead, `TIDEGATE_FUZZ_SEED` which, and `TIDEGATE_FUZZ_TARGETS` for which readers;
//! `TIDEGATE_FUZZ_REPLAY` names a kept input.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking and says what it does"
)]

mod archive;
mod child;
mod memory;
mod mutate;
mod parent;
mod seeds;
mod targets;

use std::path::PathBuf;

/// A block of inputs, and the process that reads them.
const CHILD: &str = "TIDEGATE_FUZZ_CHILD";
const SECONDS: &str = "TIDEGATE_FUZZ_SECONDS";
const SEED: &str = "TIDEGATE_FUZZ_SEED";
const TARGETS: &str = "TIDEGATE_FUZZ_TARGETS";
const REPLAY: &str = "TIDEGATE_FUZZ_REPLAY";

/// Where inputs and what they need are kept.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("fuzz")
}

fn main() {
    // Who asks for the names of tests, or for one of another program, is not made to wait.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    if let Ok(block) = std::env::var(CHILD) {
        child::run(&block);
    } else if let Some(path) = std::env::var_os(REPLAY) {
        child::replay(&PathBuf::from(path));
    } else {
        parent::run();
    }
}
