//! Time and peak memory of reading large files: ten million rows of `time,value`, and a long panel
//! of 10,000 series in a million rows.
//!
//! `cargo bench --bench import`, or with a folder as argument to keep the files there for other
//! programs to read. Memory is the process's high-water mark (Linux).

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::civil::DateTime;
use jiff::{SignedDuration, civil::date};
use tidegate::import::{ImportConfig, read_file};

const ROWS: u32 = 10_000_000;
const SERIES: u32 = 10_000;
const ROWS_EACH: u32 = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let temporary = tempfile::tempdir()?;
    let kept = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let folder = kept.map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    let panel = folder.join("panel.csv");
    let long = folder.join("rows.csv");
    write_unless_there(&panel, write_panel)?;
    write_unless_there(&long, write_rows)?;
    // The smaller one first: the high-water mark never falls.
    measure(&panel)?;
    measure(&long)
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

fn measure(path: &Path) -> Result<(), Box<dyn Error>> {
    let size = fs::metadata(path)?.len();
    let start = Instant::now();
    let reading = read_file(path, &ImportConfig::default())?;
    let secs = start.elapsed().as_secs_f64();
    println!(
        "{}: {:.1} MB, {} rows, {} series in {secs:.2} s, peak {}",
        path.display(),
        in_mb(size),
        reading.ledger.rows_read,
        reading.panel.series.len(),
        peak().map_or("unknown".to_owned(), |bytes| {
            format!("{:.0} MB, {:.2} of the file", in_mb(bytes), in_mb(bytes) / in_mb(size))
        })
    );
    Ok(())
}

fn in_mb(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1000).unwrap_or(u32::MAX)) / 1000.0
}

fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<u64>().ok().map(|kib| kib * 1024)
}
