//! Ctrl-C: the first keeps what is done, one more ends the program.
#![cfg(unix)]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Process, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::airline;

/// Exit code of a program that was interrupted.
const INTERRUPTED: Option<i32> = Some(130);
/// What the program says once it has heard the first Ctrl-C.
const HEARD: &str = "Ctrl-C ends at once";

/// Whether this process was started with interrupts ignored, as shells start jobs in the background.
fn ignores_interrupts() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    let ignores = mask.is_some_and(|mask| mask & 0b10 != 0);
    if ignores {
        eprintln!("skipped: interrupts are ignored here, and a child would inherit that");
    }
    ignores
}

fn start(arguments: &[&str], files: &[&Path], runs: &Path) -> Child {
    Process::new(assert_cmd::cargo::cargo_bin("tidegate"))
        .args(arguments)
        .args(files)
        .env_remove("RUST_LOG")
        .env("TIDEGATE_RUNS", runs)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn interrupt(child: &Child) {
    let sent = Process::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// Reads lines until one holds these words, and returns them all.
fn read_until(lines: &mut impl BufRead, words: &str) -> String {
    let mut told = String::new();
    while !told.contains(words) {
        assert!(lines.read_line(&mut told).unwrap() > 0, "it ended early: {told}");
    }
    told
}

/// The folder of the one run, once it has an epoch behind it.
fn run_under_way(child: &mut Child, runs: &Path) -> PathBuf {
    loop {
        assert!(child.try_wait().unwrap().is_none(), "it ended early");
        let folders = fs::read_dir(runs).into_iter().flatten().map(|entry| entry.unwrap().path());
        for run in folders {
            if fs::read_to_string(run.join("losses.jsonl")).is_ok_and(|lines| !lines.is_empty()) {
                return run;
            }
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn record(run: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(run.join("run.json")).unwrap()).unwrap()
}

/// A recipe of training that does not end by itself, and a place for runs.
fn long_training(folder: &Path) -> (String, PathBuf) {
    let recipe = folder.join("long.toml");
    fs::write(&recipe, "[train]\nepochs = 10000000\npatience = 10000000\n").unwrap();
    (recipe.to_str().unwrap().to_owned(), folder.join("runs"))
}

/// Histories and what came after them: 400 series of 144 rows.
fn many_series(folder: &Path) -> [PathBuf; 2] {
    let (mut histories, mut actuals) = ("id".to_owned(), "id,v1,v2\n".to_owned());
    (1..=144).for_each(|row| write!(histories, ",v{row}").unwrap());
    for series in 0..400 {
        write!(histories, "\ns{series}").unwrap();
        (0..144).for_each(|row| write!(histories, ",{}", row * row * 37 % (50 + series)).unwrap());
        writeln!(actuals, "s{series},20,30").unwrap();
    }
    let files = [folder.join("train.csv"), folder.join("test.csv")];
    fs::write(&files[0], histories).unwrap();
    fs::write(&files[1], actuals).unwrap();
    files
}

#[test]
fn an_interrupted_network_keeps_its_best_weights_and_the_next_is_left_out() {
    if ignores_interrupts() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (recipe, runs) = long_training(folder.path());
    let options = ["forecast", "--json", "--models", "lstm,gru,naive", "--recipe", &recipe];
    let mut child = start(&options, &[&airline()], &runs);
    let run = run_under_way(&mut child, &runs);
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), INTERRUPTED);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("gru was not trained"), "{said}");
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let models: Vec<&Value> = json["models"].as_array().unwrap().iter().collect();
    assert_eq!(models.len(), 2, "the network and the baseline: {json}");
    let network = models.iter().find(|model| model["name"] == "lstm").unwrap();
    assert_eq!(network["stopped"], true);
    assert!(network["forecast"].as_array().is_some_and(|rows| !rows.is_empty()));
    let naive = models.iter().find(|model| model["name"] == "naive").unwrap();
    assert!(naive.get("stopped").is_none());
    assert_eq!(record(&run)["state"], "stopped");
    assert!(run.join("weights.safetensors").is_file());
}

/// A resumed run is stopped like a new one, and what was killed before can be resumed.
#[test]
fn a_resumed_run_is_interrupted_too() {
    if ignores_interrupts() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (recipe, runs) = long_training(folder.path());
    let options = ["forecast", "--models", "gru", "--checkpoint-seconds", "0", "--recipe", &recipe];
    let mut child = start(&options, &[&airline()], &runs);
    let run = run_under_way(&mut child, &runs);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(record(&run)["state"], "running");
    let mut child = start(&["resume"], &[], &runs);
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    read_until(&mut lines, "goes on");
    let before = fs::read_to_string(run.join("losses.jsonl")).unwrap().lines().count();
    while fs::read_to_string(run.join("losses.jsonl")).unwrap().lines().count() <= before {
        assert!(child.try_wait().unwrap().is_none(), "it ended early");
        std::thread::sleep(Duration::from_millis(5));
    }
    interrupt(&child);
    let mut told = String::new();
    lines.read_to_string(&mut told).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), INTERRUPTED, "{told}");
    let table = String::from_utf8_lossy(&output.stdout);
    assert!(table.contains("gru: stopped by hand, with the weights of epoch"), "{table}");
    assert_eq!(record(&run)["state"], "stopped");
}

#[test]
fn an_interrupted_score_tells_of_the_series_that_are_done() {
    if ignores_interrupts() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let files = many_series(folder.path());
    let files = [&*files[0], &*files[1]];
    let options = ["score", "--season-length", "12", "--models", "naive,tbats,drift", "--json"];
    for (json, options) in [(true, &options[..]), (false, &options[..5])] {
        let interrupted = || {
            let mut child = start(options, &files, folder.path());
            let mut lines = BufReader::new(child.stdout.take().unwrap());
            let mut told = read_until(&mut lines, "naive");
            interrupt(&child);
            lines.read_to_string(&mut told).unwrap();
            let said = child.wait_with_output().unwrap();
            assert_eq!(said.status.code(), INTERRUPTED, "{told}");
            let error = String::from_utf8_lossy(&said.stderr);
            let words = if json { &*error } else { &*told };
            let words =
                words.lines().find(|line| line.contains("not scored: ")).unwrap().to_owned();
            (told, words)
        };
        // The interrupt may come between two models, before the second has begun.
        let (told, words) = std::iter::repeat_with(interrupted)
            .take(50)
            .find(|(_, words)| words.contains("interrupted after"))
            .unwrap();
        let done: usize =
            words.split("after ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        assert!(done < 400 && words.contains("of 400 series; not scored: drift"), "{words}");
        if json {
            let line: Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
            assert_eq!((&line["name"], &line["interrupted"]), (&"tbats".into(), &true.into()));
            assert_eq!((&line["series"], &line["of"]), (&done.into(), &400.into()));
        } else {
            assert!(!told.contains("\ndrift"), "{told}");
            assert_eq!(told.contains("\ntbats  "), done > 0, "{told}");
        }
    }
}

/// One series that takes seconds: the first interrupt waits for it, the second does not.
#[test]
fn a_second_interrupt_ends_the_program() {
    if ignores_interrupts() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (train, test) = (folder.path().join("train.csv"), folder.path().join("test.csv"));
    let mut history = "id".to_owned();
    (1..=15_000).for_each(|row| write!(history, ",v{row}").unwrap());
    history.push_str("\na");
    (0..15_000_u32).for_each(|row| write!(history, ",{}", row.wrapping_mul(row) % 97).unwrap());
    fs::write(&train, history).unwrap();
    fs::write(&test, "id,v1\na,50\n").unwrap();
    let options = ["score", "--models", "naive,arima(4,0,4)(2,0,2)[1000]"];
    for _ in 0..5 {
        let mut child = start(&options, &[&train, &test], folder.path());
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        read_until(&mut lines, "\nnaive");
        interrupt(&child);
        let mut line = String::new();
        errors.read_line(&mut line).unwrap();
        if line.is_empty() {
            // The interrupt came between the two models, where nothing is under way.
            assert_eq!(child.wait().unwrap().code(), Some(130));
            continue;
        }
        assert!(line.contains(HEARD), "{line}");
        assert!(child.try_wait().unwrap().is_none(), "the series under way is finished first");
        interrupt(&child);
        assert_eq!(child.wait().unwrap().signal(), Some(2), "ended by the interrupt itself");
        return;
    }
    panic!("no interrupt came while a series was under way");
}
