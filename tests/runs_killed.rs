//! Runs that are killed at any moment and resumed end as runs that never were.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Kills that land on a program at work.
const KILLS: usize = 20;
/// Runs it may take: a kill that comes too late is none.
const MOST_RUNS: usize = 60;

/// The program, keeping its runs in `runs`.
fn tidegate(runs: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("tidegate"));
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("RUST_LOG");
    command.env("TIDEGATE_RUNS", runs).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// Ways of training, each with states of its own to be kept.
const WAYS: [&[&str]; 3] = [&[], &["--ensemble", "2"], &["--stateful", "--chunk", "12"]];

/// A network with everything that has a random position, small enough to be trained in a second.
fn training(runs: &Path, way: &[&str]) -> Command {
    training_of("6", runs, way)
}

/// The same with so many hidden values.
fn training_of(hidden: &str, runs: &Path, way: &[&str]) -> Command {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/airline-passengers.csv");
    let mut command = tidegate(runs);
    command.args(["forecast", "--quiet", "--checkpoint-seconds", "0", "--models", "gru"]);
    command.args(["--layers", "2", "--hidden", hidden, "--lookback", "12", "--epochs", "40"]);
    command.args(["--dropout", "0.1", "--recurrent-dropout", "0.1", "--threads", "1"]);
    command.args(way).arg(data);
    command
}

fn resuming(runs: &Path) -> Command {
    let mut command = tidegate(runs);
    command.args(["resume", "--quiet", "--checkpoint-seconds", "0"]);
    command
}

/// The one run of a folder, once there is a whole one.
fn only_run(runs: &Path) -> Option<PathBuf> {
    let folders = fs::read_dir(runs).ok()?.map(|entry| entry.unwrap().path());
    let mut whole: Vec<PathBuf> = folders.filter(|path| path.join("run.json").is_file()).collect();
    assert!(whole.len() < 2, "{whole:?}");
    whole.pop()
}

/// Whether a run has ended.
fn has_ended(run: &Path) -> bool {
    !fs::read_to_string(run.join("run.json")).unwrap().contains("\"running\"")
}

/// What a run ended with: its losses and its weights, byte by byte.
fn end(run: &Path) -> (String, Vec<u8>) {
    let losses = fs::read_to_string(run.join("losses.jsonl")).unwrap();
    (losses, fs::read(run.join("weights.safetensors")).unwrap())
}

/// What it ended with, the forecasts too: those of the future are of networks trained on all rows.
fn whole_end(run: &Path) -> (String, Vec<u8>, String) {
    let (losses, weights) = end(run);
    (losses, weights, fs::read_to_string(run.join("forecasts.json")).unwrap())
}

/// Waits until a run has as many epochs on disk; whether the program is still at work then.
fn wait_for_epochs(child: &mut Child, runs: &Path, epochs: usize) -> bool {
    loop {
        let has_ended = child.try_wait().unwrap().is_some();
        let losses = only_run(runs).map(|run| fs::read_to_string(run.join("losses.jsonl")));
        let lines = losses.map_or(0, |text| text.unwrap_or_default().matches('\n').count());
        if has_ended || lines >= epochs {
            return !has_ended;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// Kills the program after `moment`; whether it was still at work.
fn kill_after(child: &mut Child, moment: Duration) -> bool {
    std::thread::sleep(moment);
    let was_at_work = child.try_wait().unwrap().is_none();
    // SIGKILL on Unix, TerminateProcess on Windows: nothing of the program runs after it.
    let _ = child.kill();
    let status = child.wait().unwrap();
    was_at_work && !status.success()
}

fn finish(mut command: Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_run_killed_while_it_learns_all_rows_once_more_ends_as_one_that_never_was() {
    let folder = tempfile::tempdir().unwrap();
    for (way, name) in [(WAYS[0], "one"), (WAYS[1], "two")] {
        // Wide enough for the last training to take a while after the last epoch of the first.
        let long = |runs: &Path| training_of("24", runs, way);
        let runs = folder.path().join(format!("whole-{name}"));
        finish(long(&runs));
        let expected = whole_end(&only_run(&runs).unwrap());
        let epochs = expected.0.lines().count();
        let runs = folder.path().join(format!("killed-{name}"));
        let (mut command, mut kills) = (long(&runs), 0);
        for moment in [0, 8, 40] {
            let mut child = command.spawn().unwrap();
            let is_at_work = wait_for_epochs(&mut child, &runs, epochs);
            kills +=
                usize::from(kill_after(&mut child, Duration::from_millis(moment)) && is_at_work);
            if has_ended(&only_run(&runs).unwrap()) {
                break;
            }
            command = resuming(&runs);
        }
        assert!(kills > 0, "no kill came after the last epoch and before the end");
        let run = only_run(&runs).unwrap();
        if !has_ended(&run) {
            finish(command);
        }
        assert!(whole_end(&run) == expected, "{way:?}, {kills} kills");
    }
}

#[test]
fn a_run_killed_at_twenty_random_moments_ends_as_one_that_never_was() {
    let folder = tempfile::tempdir().unwrap();
    let whole = WAYS.map(|way| {
        let runs = folder.path().join(format!("whole{}", way.join("")));
        let started = Instant::now();
        finish(training(&runs, way));
        (started.elapsed(), end(&only_run(&runs).unwrap()))
    });

    let mut random = ChaCha8Rng::seed_from_u64(6);
    let (mut kills, mut resumed_within, mut moments) = (0, 0, Vec::new());
    for number in 0..MOST_RUNS {
        if kills >= KILLS {
            break;
        }
        let runs = folder.path().join(format!("killed-{number}"));
        let way = WAYS[number % WAYS.len()];
        let (whole_time, expected) = &whole[number % WAYS.len()];
        let mut command = training(&runs, way);
        // Taken up and killed again and again until it comes to its end between two kills.
        while kills < KILLS {
            let share = f64::from(random.next_u32()) / f64::from(u32::MAX);
            let moment = whole_time.mul_f64(share);
            let killed = kill_after(&mut command.spawn().unwrap(), moment);
            kills += usize::from(killed);
            moments.extend(killed.then_some(moment.as_millis()));
            let Some(run) = only_run(&runs) else { continue };
            if has_ended(&run) {
                break;
            }
            assert!(killed, "the program ended by itself and left the run open");
            resumed_within += usize::from(run.join("checkpoint.safetensors").is_file());
            command = resuming(&runs);
        }
        let run = only_run(&runs);
        if run.as_ref().is_none_or(|run| !has_ended(run)) {
            finish(command);
        }
        let run = only_run(&runs).expect("a run was begun");
        let (losses, weights) = end(&run);
        assert_eq!(losses, expected.0, "run {number} {way:?}, killed after {moments:?} ms");
        assert!(weights == expected.1, "weights of run {number}, killed after {moments:?} ms");
        let left: Vec<String> = fs::read_dir(&run)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| name.starts_with('.'))
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
    let times = whole.map(|(time, _)| time.as_millis());
    eprintln!(
        "{kills} kills, {resumed_within} with a checkpoint, after {moments:?} ms of {times:?}"
    );
    assert!(kills >= KILLS && resumed_within * 2 > kills, "{kills} kills, {resumed_within} within");
}
