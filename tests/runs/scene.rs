//! A program run again and again, each time with a fault at another of its system calls.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Calls that make, change, move or remove files, each with the error that it meets.
const CALLS: [(&str, &str); 15] = [
    ("openat", "ENOSPC"),
    ("write", "ENOSPC"),
    ("fsync", "EIO"),
    ("fdatasync", "EIO"),
    ("rename", "ENOSPC"),
    ("renameat", "ENOSPC"),
    ("renameat2", "ENOSPC"),
    ("mkdir", "ENOSPC"),
    ("mkdirat", "ENOSPC"),
    ("ftruncate", "EIO"),
    ("fchmod", "EPERM"),
    ("flock", "ENOLCK"),
    ("unlink", "EACCES"),
    ("unlinkat", "EACCES"),
    ("rmdir", "EACCES"),
];
/// Calls tried in each scene where not all are.
const SAMPLE: usize = 30;
/// Tries every call.
const ALL: &str = "TIDEGATE_ALL_FAULTS";

/// What happens at a call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    Error,
    Kill,
}

/// The n-th call of a kind, of a thread.
pub type Point = (&'static str, &'static str, usize);

/// Whether `strace` is there and may be used here.
pub fn has_strace() -> bool {
    let works = Command::new("strace")
        .args(["-f", "--seccomp-bpf", "-o", "/dev/null", "-e"])
        .args(["inject=fsync:error=EIO:when=1", "true"])
        .stderr(Stdio::null())
        .status();
    let works = works.is_ok_and(|status| status.success());
    if !works {
        eprintln!("skipped: no strace that may inject errors here");
    }
    works
}

/// A program to be run again and again from the same beginning.
pub struct Scene<'a> {
    /// Where it writes.
    pub folder: &'a Path,
    /// Puts the folder back to the beginning.
    pub prepare: &'a dyn Fn(),
    pub program: &'a Path,
    pub arguments: &'a [&'a str],
    pub environment: &'a [(&'a str, &'a Path)],
}

impl Scene<'_> {
    fn run(&self, options: &[String]) -> Output {
        (self.prepare)();
        let mut command = Command::new("strace");
        command.args(["-f", "--seccomp-bpf", "-y"]).args(options).arg(self.program);
        command.args(self.arguments).envs(self.environment.iter().copied());
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("RUST_LOG");
        command.stdin(Stdio::null()).output().unwrap()
    }

    /// The calls of a run without faults: call, its arguments, its number among those of its thread.
    pub fn calls(&self) -> Vec<(String, String, usize)> {
        let log = tempfile::NamedTempFile::new().unwrap();
        // Not every kind of processor has them all.
        let names: Vec<String> = CALLS.iter().map(|(call, _)| format!("?{call}")).collect();
        let path = log.path().display().to_string();
        let output = self.run(&["-o".to_owned(), path, format!("-etrace={}", names.join(","))]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = fs::read_to_string(log.path()).unwrap();
        let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
        let lines = text.lines().filter_map(|line| {
            let (thread, rest) = line.split_once(' ')?;
            let (call, arguments) = rest.trim_start().split_once('(')?;
            let count = counts.entry((thread.to_owned(), call.to_owned())).or_default();
            *count += 1;
            Some((call.to_owned(), arguments.to_owned(), *count))
        });
        lines.collect()
    }

    /// The points where a fault touches what is written: all, or a sample.
    pub fn points(&self, calls: &[(String, String, usize)]) -> Vec<Point> {
        let folder = self.folder.display().to_string();
        let mut points: Vec<Point> = Vec::new();
        for (call, error) in CALLS {
            let of_call = calls
                .iter()
                .filter(|(name, arguments, _)| name == call && arguments.contains(&folder));
            points.extend(of_call.map(|(_, _, number)| (call, error, *number)));
        }
        points.dedup();
        assert!(points.len() > 5, "{points:?}");
        if std::env::var_os(ALL).is_some() {
            return points;
        }
        let most = points.len();
        (0..SAMPLE.min(most)).map(|place| points[place * most / SAMPLE.min(most)]).collect()
    }

    fn with(&self, (call, error, number): Point, fault: Fault) -> Output {
        let what = match fault {
            Fault::Error => format!("error={error}"),
            Fault::Kill => "signal=KILL".to_owned(),
        };
        let inject = format!("-einject={call}:{what}:when={number}");
        self.run(&["-o".to_owned(), "/dev/null".to_owned(), format!("-etrace={call}"), inject])
    }

    /// Tries every point with both faults, in turn where only a sample is tried.
    pub fn try_all(&self, points: &[Point], check: impl Fn(&str, Fault, &Output)) {
        let all = std::env::var_os(ALL).is_some();
        for (place, &point) in points.iter().enumerate() {
            for fault in [Fault::Error, Fault::Kill] {
                if all || (place % 3 == 1) == (fault == Fault::Kill) {
                    let output = self.with(point, fault);
                    let errors = String::from_utf8_lossy(&output.stderr);
                    let told = format!("{fault:?} at {point:?}, {:?}: {errors}", output.status);
                    assert!(!errors.contains("panicked"), "{told}");
                    check(&told, fault, &output);
                }
            }
        }
        eprintln!("{} of the calls that touch {}", points.len(), self.folder.display());
    }
}

/// After every rename the folder of the new name is synced, and before it the file.
pub fn assert_renames_are_synced(calls: &[(String, String, usize)], folder: &Path) {
    let folder_text = folder.display().to_string();
    let mut renames = 0;
    for (place, (call, arguments, _)) in calls.iter().enumerate() {
        if !call.starts_with("rename") || !arguments.contains(&folder_text) {
            continue;
        }
        renames += 1;
        let paths: Vec<&str> = arguments.split('"').skip(1).step_by(2).collect();
        let parent = Path::new(paths[1]).parent().unwrap().display().to_string();
        let is_sync = |(call, arguments, _): &(String, String, usize), path: &str| {
            call == "fsync" && arguments.contains(&format!("<{path}>"))
        };
        assert!(calls[place..].iter().any(|call| is_sync(call, &parent)), "{arguments}");
        let is_file = paths[0].contains(".tidegate-");
        assert!(
            !is_file || calls[..place].iter().any(|call| is_sync(call, paths[0])),
            "{arguments}"
        );
    }
    assert!(renames > 0);
}
