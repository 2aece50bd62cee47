//! The process that reads a block of inputs, and says on standard output how it went with each.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use crate::folder;
use crate::memory::take_peak;
use crate::targets::Target;

/// A block of inputs: `target seed first count`.
pub fn run(block: &str) {
    let words: Vec<&str> = block.split(' ').collect();
    let number = |at: usize| words[at].parse::<u64>().expect("a number");
    let (target, seed, first, count) = (Target::named(words[0]), number(1), number(2), number(3));
    let seeds = target.seeds();
    let current = folder().join(format!("{}-{seed}-{first}.input", target.name));
    let mut out = std::io::stdout().lock();
    for at in first..first + count {
        let input = target.input(&seeds, seed, at);
        fs::write(&current, &input).unwrap();
        writeln!(out, "begin {at}").unwrap();
        take_peak();
        let start = Instant::now();
        let answer = target.read(&input);
        let (millis, peak) = (start.elapsed().as_millis(), take_peak());
        match answer {
            Ok(()) => writeln!(out, "end {at} {millis} {peak}"),
            Err(fault) => writeln!(out, "fault {at} {}", fault.replace('\n', " ")),
        }
        .unwrap();
    }
    let _ = fs::remove_file(current);
}

/// Reads one kept input, without a guard, so that a panic shows where it comes from.
pub fn replay(path: &Path) {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let target = Target::named(name.split('-').next().unwrap());
    if !crate::seeds::runs().is_dir() {
        crate::seeds::make_run();
    }
    let start = Instant::now();
    let answer = target.read(&fs::read(path).unwrap());
    println!("{name}: {answer:?} after {:.1?}, {} MiB", start.elapsed(), take_peak() >> 20);
    assert!(answer.is_ok());
}
