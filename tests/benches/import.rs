//! Time and peak memory of reading large files: ten million rows of `time,value`, and a long panel of
//! 10,000 series in a million rows; beside polars in Python and pandas where they are installed.
//!
//! `cargo bench --bench import`. `TIDEGATE_PYTHON` names a Python that has polars and pandas
//! (`python3` where it is not set); `TIDEGATE_BENCH_FOLDER` a folder that keeps the files. Each reader
//! runs in a process of its own, so that its high-water mark (Linux) is its own.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use criterion::{Criterion, SamplingMode};
use jiff::civil::DateTime;
use jiff::{SignedDuration, civil::date};
use tidegate::import::{ImportConfig, read_file, read_file_watched};

const ROWS: u32 = 10_000_000;
const SERIES: u32 = 10_000;
const ROWS_EACH: u32 = 100;
/// Runs of each reader, of which the fastest counts: other work on the machine only slows them.
const RUNS: usize = 3;
/// The argument by which this program reads one file and tells what that took.
const CHILD: &str = "--read-once";

/// Prints seconds and the high-water mark in KiB, as our own child does.
const PEER: &str = r#"
import sys, time
library, path = sys.argv[1:]
if library == "polars":
    import polars
    read = lambda: polars.read_csv(path, try_parse_dates=True)
else:
    import pandas
    read = lambda: pandas.read_csv(path, parse_dates=[0])
start = time.perf_counter()
frame = read()
secs = time.perf_counter() - start
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(secs, peak.split()[1])
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == CHILD) {
        return read_once(Path::new(arguments.get(at + 1).ok_or("no file to read")?));
    }
    let temporary = tempfile::tempdir()?;
    let kept = std::env::var_os("TIDEGATE_BENCH_FOLDER").map(PathBuf::from);
    let folder = kept.unwrap_or_else(|| temporary.path().to_owned());
    let panel = folder.join("panel.csv");
    let rows = folder.join("rows.csv");
    write_unless_there(&panel, write_panel)?;
    write_unless_there(&rows, write_rows)?;
    compare(&rows)?;
    measure("tidegate, long panel", &panel, ours)?;
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("import");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    for (name, path) in [("panel of 1 M rows", &panel), ("10 M rows", &rows)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| read_file(path, &ImportConfig::default()));
        });
    }
    group.finish();
    criterion.final_summary();
    Ok(())
}

/// Ten million rows read by us and by others, in one run.
fn compare(rows: &Path) -> Result<(), Box<dyn Error>> {
    let own = measure("tidegate", rows, ours)?;
    let python = std::env::var("TIDEGATE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    for library in ["polars", "pandas"] {
        let read =
            |path: &Path| output(Command::new(&python).args(["-c", PEER, library]).arg(path));
        match measure(&format!("{library} in Python"), rows, read) {
            Ok(theirs) => println!("  tidegate takes {:.2} of that time", own / theirs),
            Err(_) => println!("{library} in Python: skipped, {python} has no {library}"),
        }
    }
    Ok(())
}

fn ours(path: &Path) -> Result<String, Box<dyn Error>> {
    output(Command::new(std::env::current_exe()?).arg(CHILD).arg(path))
}

/// Prints the fastest of some runs and the highest peak; returns the seconds.
fn measure(
    name: &str,
    path: &Path,
    read: impl Fn(&Path) -> Result<String, Box<dyn Error>>,
) -> Result<f64, Box<dyn Error>> {
    let size = in_mb(fs::metadata(path)?.len());
    let (mut fastest, mut highest) = (f64::INFINITY, 0);
    for _ in 0..RUNS {
        let told = read(path)?;
        let (secs, kib) = told.trim().split_once(' ').ok_or("no figures")?;
        fastest = fastest.min(secs.parse()?);
        highest = highest.max(kib.parse::<u64>()?);
    }
    let peak = in_mb(highest * 1024);
    println!(
        "{name}: {size:.1} MB in {fastest:.2} s, peak {peak:.0} MB, {:.2} of the file",
        peak / size
    );
    Ok(fastest)
}

fn output(command: &mut Command) -> Result<String, Box<dyn Error>> {
    let output = command.output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn read_once(path: &Path) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let (mut asked, mut longest) = (start, Duration::ZERO);
    let reading = read_file_watched(path, &ImportConfig::default(), &mut |_| {
        longest = longest.max(asked.elapsed());
        asked = Instant::now();
        ControlFlow::Continue(())
    })?;
    let secs = start.elapsed().as_secs_f64();
    eprintln!("longest time without a question: {} ms", longest.as_millis());
    if !reading.ledger.balances() {
        return Err("rows are lost".into());
    }
    println!("{secs} {}", peak_kib().unwrap_or(0));
    Ok(())
}

fn write_unless_there(
    path: &Path,
    write: fn(&mut BufWriter<File>) -> std::io::Result<()>,
) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let mut out = BufWriter::new(File::create(path)?);
    write(&mut out)?;
    out.flush()
}

/// Seconds from 2000 on, with values of up to seven digits.
fn write_rows(out: &mut BufWriter<File>) -> std::io::Result<()> {
    writeln!(out, "time,value")?;
    let mut now: DateTime = date(2000, 1, 1).at(0, 0, 0, 0);
    for row in 0..ROWS {
        let value = f64::from(row.wrapping_mul(2_654_435_761) % 10_000_000) / 1000.0;
        writeln!(out, "{},{value:.3}", now.strftime("%Y-%m-%d %H:%M:%S"))?;
        now = now.saturating_add(SignedDuration::from_secs(1));
    }
    Ok(())
}

fn write_panel(out: &mut BufWriter<File>) -> std::io::Result<()> {
    writeln!(out, "id,date,value")?;
    for series in 0..SERIES {
        let mut day = date(2020, 1, 1);
        for row in 0..ROWS_EACH {
            let value = f64::from((series * 31 + row * 7) % 1000) / 8.0;
            writeln!(out, "series-{series:05},{day},{value}")?;
            day = day.saturating_add(SignedDuration::from_hours(24));
        }
    }
    Ok(())
}

fn in_mb(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1000).unwrap_or(u32::MAX)) / 1000.0
}

fn peak_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}
