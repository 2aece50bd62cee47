//! Starts the processes that read, watches them, and keeps the inputs they fail at.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use crate::targets::TARGETS;
use crate::{CHILD, REPLAY, SECONDS, SEED, TARGETS as CHOSEN, folder, seeds};

/// Inputs of each reader where no time is set.
const INPUTS: u64 = 400;
/// Inputs that one process reads.
const BLOCK: u64 = 100;
/// Time that an input may take.
const MOST_TIME: Duration = Duration::from_secs(30);
/// Time that a process may take before its first input.
const MOST_START: Duration = Duration::from_mins(2);
/// Faults after which there is no point in going on.
const MOST_FAULTS: usize = 20;

/// How it went with the inputs of one reader.
#[derive(Default)]
struct Tally {
    inputs: u64,
    longest_millis: u64,
    largest_bytes: u64,
}

#[derive(Default)]
struct Found {
    tallies: BTreeMap<&'static str, Tally>,
    faults: Vec<String>,
}

fn number_of(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable}={text} is no whole number")))
}

pub fn run() {
    fs::create_dir_all(folder()).unwrap();
    seeds::make_run();
    let seed = number_of(SEED).unwrap_or(0);
    let until = number_of(SECONDS).map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let chosen = std::env::var(CHOSEN).unwrap_or_default();
    let names: Vec<&'static str> = TARGETS.iter().map(|target| target.name).collect();
    let names: Vec<&'static str> = names
        .into_iter()
        .filter(|name| chosen.is_empty() || chosen.split(',').any(|chosen| chosen == *name))
        .collect();
    assert!(!names.is_empty(), "{CHOSEN}={chosen} names no reader");
    let (next, found) = (AtomicU64::new(0), Mutex::new(Found::default()));
    let work = || loop {
        let block = next.fetch_add(1, Ordering::Relaxed);
        let (round, place) = (block / names.len() as u64, block % names.len() as u64);
        let is_over = match until {
            Some(until) => Instant::now() >= until,
            None => round * BLOCK >= INPUTS,
        };
        if is_over || found.lock().unwrap().faults.len() >= MOST_FAULTS {
            break;
        }
        read_block(names[usize::try_from(place).unwrap()], seed, round * BLOCK, &found);
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        (0..threads).for_each(|_| drop(scope.spawn(work)));
    });
    let Found { tallies, faults } = found.into_inner().unwrap();
    for (name, Tally { inputs, longest_millis, largest_bytes }) in tallies {
        let megabytes = largest_bytes >> 20;
        println!("{name}: {inputs} inputs, at most {longest_millis} ms and {megabytes} MiB each");
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// Reads a block of inputs; a process that dies is followed by another behind the input it died of.
fn read_block(name: &'static str, seed: u64, first: u64, found: &Mutex<Found>) {
    let mut at = first;
    while at < first + BLOCK {
        let block = format!("{name} {seed} {at} {}", first + BLOCK - at);
        let input = folder().join(format!("{name}-{seed}-{at}.input"));
        let Some((died_at, how)) = watch(name, &block, &input, found) else { return };
        keep(name, seed, died_at, &input, &how, found);
        at = died_at + 1;
    }
}

/// Keeps an input of a fault, and says how to try it again.
fn keep(name: &str, seed: u64, at: u64, input: &PathBuf, how: &str, found: &Mutex<Found>) {
    let kept = folder().join(format!("{name}-{seed}-{at}.fault"));
    fs::copy(input, &kept).unwrap();
    let again = format!("{REPLAY}={} cargo test --test fuzz", kept.display());
    found.lock().unwrap().faults.push(format!("{name} {at}: {how}\n  {again}"));
}

/// Runs one process. The input it died of, and how; `None` where it ended well.
fn watch(
    name: &'static str,
    block: &str,
    input: &PathBuf,
    found: &Mutex<Found>,
) -> Option<(u64, String)> {
    let seed = block.split(' ').nth(1).and_then(|seed| seed.parse().ok()).unwrap_or(0);
    let mut child = Command::new(std::env::current_exe().unwrap())
        .env(CHILD, block)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    let mut current = None;
    loop {
        let most = if current.is_some() { MOST_TIME } else { MOST_START };
        match receiver.recv_timeout(most) {
            Ok(line) => {
                let words: Vec<&str> = line.split(' ').collect();
                let number =
                    |at: usize| words.get(at).and_then(|word| word.parse().ok()).unwrap_or(0);
                match words[0] {
                    "begin" => current = Some(number(1)),
                    "fault" => keep(name, seed, number(1), input, &words[2..].join(" "), found),
                    _ => {
                        let mut found = found.lock().unwrap();
                        let tally = found.tallies.entry(name).or_default();
                        tally.inputs += 1;
                        tally.longest_millis = tally.longest_millis.max(number(2));
                        tally.largest_bytes = tally.largest_bytes.max(number(3));
                    }
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                let _ = child.kill();
                let _ = child.wait();
                return Some((current.unwrap_or(0), format!("no answer in {most:?}")));
            }
            Err(RecvTimeoutError::Disconnected) => {
                let status = child.wait().unwrap();
                if status.success() {
                    return None;
                }
                let how = format!("{status}: aborted, or out of its 1 GiB of memory");
                return Some((current.unwrap_or(0), how));
            }
        }
    }
}
