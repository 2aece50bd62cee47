//! Ctrl-C.

use std::fs;

use super::{RUNS, airline};

/// Whether this process was started with interrupts ignored, as shells start jobs in the background.
#[cfg(unix)]
fn ignores_interrupts() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 0b10 != 0)
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_quietly() {
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command as Process, Stdio};

    if ignores_interrupts() {
        eprintln!("skipped: interrupts are ignored here, and a child would inherit that");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let recipe = folder.path().join("long.toml");
    fs::write(&recipe, "[train]\nepochs = 10000000\npatience = 10000000\n").unwrap();
    let child = Process::new(assert_cmd::cargo::cargo_bin("tidegate"))
        .args(["forecast", "--models", "lstm", "--recipe"])
        .arg(&recipe)
        .arg(airline())
        .env_remove("RUST_LOG")
        .env("TIDEGATE_RUNS", RUNS)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    let sent = Process::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.signal(), Some(2), "ended by the interrupt itself");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "no word of it");
    assert!(output.stdout.is_empty());
}

/// The line of a model is there as soon as the model is done, and an interrupt leaves it.
#[cfg(unix)]
#[test]
fn an_interrupted_score_has_told_of_the_models_that_are_done() {
    use std::fmt::Write as _;
    use std::io::{BufRead, BufReader, Read};
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command as Process, Stdio};

    if ignores_interrupts() {
        eprintln!("skipped: interrupts are ignored here, and a child would inherit that");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (train, test) = (folder.path().join("train.csv"), folder.path().join("test.csv"));
    let (mut histories, mut actuals) = ("id".to_owned(), "id,v1,v2\n".to_owned());
    (1..=144).for_each(|row| write!(histories, ",v{row}").unwrap());
    for series in 0..400 {
        write!(histories, "\ns{series}").unwrap();
        (0..144).for_each(|row| write!(histories, ",{}", row * row * 37 % (50 + series)).unwrap());
        writeln!(actuals, "s{series},20,30").unwrap();
    }
    fs::write(&train, histories).unwrap();
    fs::write(&test, actuals).unwrap();
    let mut child = Process::new(assert_cmd::cargo::cargo_bin("tidegate"))
        .args(["score", "--season-length", "12", "--models", "naive,tbats"])
        .args([&train, &test])
        .env_remove("RUST_LOG")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut told = String::new();
    while !told.contains("\nnaive") {
        assert!(lines.read_line(&mut told).unwrap() > 0, "it ended early: {told}");
    }
    let sent = Process::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    lines.read_to_string(&mut told).unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(2), "ended by the interrupt itself");
    assert!(told.starts_with("model") && !told.contains("tbats"), "{told}");
}
