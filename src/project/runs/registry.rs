//! All runs of a folder: to begin one, to find one, to delete one.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::aside::{FoundRun, is_of_a_run};
use super::lock::RunLock;
use super::run::{LOSSES, RECIPE, RECORD, START};
use super::writer::{run_name, stamp, write_checkpoint};
use super::{
    BrokenRun, Continues, DataSource, Digest, EpochRecord, LineFile, Run, RunEvent, RunRecord,
    RunState, RunStatus, RunWriter, RunsError,
};
use crate::forecast::FitCheckpoint;
use crate::nn::kernels::{Isa, cores};
use crate::project::Recipe;
use crate::report::{sync_folder, write_atomically};
use crate::series::Series;

/// Names the folder of runs, for scripts and tests.
const VARIABLE: &str = "TIDEGATE_RUNS";
/// Tries to find a name that is free; a second begins fewer runs.
const NAME_TRIES: u64 = 100;

/// The runs of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registry {
    folder: PathBuf,
}

/// The runs of a folder, newest first, with those that cannot be read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Listing {
    /// Those that can be read.
    pub runs: Vec<Run>,
    /// Those that cannot, and why.
    pub broken: Vec<BrokenRun>,
}

/// A run about to begin.
#[derive(Debug, Clone, Copy)]
pub struct NewRun<'a> {
    /// The model, by the name of the scorecard.
    pub model: &'a str,
    /// Where the rows came from.
    pub data: &'a DataSource,
    /// The series that was read from them.
    pub series: &'a Series,
    /// Every setting.
    pub recipe: &'a Recipe,
    /// Where it goes on from, if it does not begin at the beginning.
    pub start: Option<Start<'a>>,
}

/// An epoch of another run that a run goes on from.
#[derive(Debug, Clone, Copy)]
pub struct Start<'a> {
    /// Name of the other, where that is kept.
    pub run: Option<&'a str>,
    /// How it stood.
    pub checkpoint: &'a FitCheckpoint,
    /// What its epochs until then brought.
    pub epochs: &'a [EpochRecord],
}

impl Registry {
    /// The runs of this folder, which need not exist yet.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The runs of the folder given; else of `TIDEGATE_RUNS`; else of this user's data folder.
    ///
    /// # Errors
    /// Where the system has no such place.
    pub fn find(given: Option<&Path>) -> Result<Self, RunsError> {
        if let Some(folder) = given {
            return Ok(Self::at(folder));
        }
        if let Some(folder) = std::env::var_os(VARIABLE).filter(|folder| !folder.is_empty()) {
            return Ok(Self::at(folder));
        }
        let folders = directories::ProjectDirs::from("", "", "tidegate");
        let folders = folders.ok_or(RunsError::NoFolder)?;
        Ok(Self::at(folders.data_dir().join("runs")))
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Every run, newest first.
    ///
    /// # Errors
    /// Where the folder is there and cannot be read.
    pub fn list(&self) -> Result<Listing, RunsError> {
        let failed = |source| RunsError::read(&self.folder, source);
        let entries = match std::fs::read_dir(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Listing::default()),
            entries => entries.map_err(failed)?,
        };
        let mut listing = Listing::default();
        for entry in entries {
            let path = entry.map_err(failed)?.path();
            let is_hidden =
                path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if is_hidden || !path.is_dir() {
                continue;
            }
            match open(&path) {
                Ok(run) => listing.runs.extend(run),
                Err(error) => listing.broken.push(BrokenRun::new(&path, &error)),
            }
        }
        listing.runs.sort_by(|one, other| other.name.cmp(&one.name));
        listing.broken.sort_by(|one, other| other.name.cmp(&one.name));
        Ok(listing)
    }

    /// Runs that began, did not end, and have no program at work on them; newest first.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub fn interrupted(&self) -> Result<Vec<Run>, RunsError> {
        let mut runs = self.list()?.runs;
        runs.retain(|run| run.status() == RunStatus::Interrupted);
        Ok(runs)
    }

    /// The run of this name, of which the beginning is enough, or its last digits, where no other
    /// run has the same.
    ///
    /// # Errors
    /// Where there is none, or several, or it cannot be read.
    pub fn get(&self, asked: &str) -> Result<Run, RunsError> {
        match self.find_run(asked)? {
            FoundRun::Whole(run) => Ok(*run),
            FoundRun::Broken(BrokenRun { name, why, .. }) => Err(RunsError::Broken { name, why }),
        }
    }

    /// The same, or what is left of it where it cannot be read.
    ///
    /// # Errors
    /// Where there is none, or several.
    pub fn find_run(&self, asked: &str) -> Result<FoundRun, RunsError> {
        let Listing { runs, broken } = self.list()?;
        let whole = runs.into_iter().map(|run| FoundRun::Whole(Box::new(run)));
        let mut all: Vec<FoundRun> =
            whole.chain(broken.into_iter().map(FoundRun::Broken)).collect();
        let is_meant = |run: &FoundRun| {
            let digits = run.name().rsplit('-').next();
            !asked.is_empty() && (run.name().starts_with(asked) || digits == Some(asked))
        };
        let meant: Vec<usize> = (0..all.len()).filter(|&place| is_meant(&all[place])).collect();
        let exact = meant.iter().copied().find(|&place| all[place].name() == asked);
        let names = |places: &[usize]| places.iter().map(|&at| all[at].name().to_owned()).collect();
        match (exact, &meant[..]) {
            (Some(place), _) | (None, &[place]) => Ok(all.swap_remove(place)),
            (None, []) => Err(RunsError::Unknown {
                asked: asked.to_owned(),
                folder: self.folder.clone(),
                known: names(&(0..all.len()).collect::<Vec<_>>()),
            }),
            (None, many) => {
                Err(RunsError::Ambiguous { asked: asked.to_owned(), known: names(many) })
            }
        }
    }

    /// Begins a run under a name that no other has.
    ///
    /// # Errors
    /// Where it would not read back, the folder cannot be written to, or the data cannot be read again.
    pub fn begin(&self, new: &NewRun<'_>) -> Result<RunWriter, RunsError> {
        let now = Timestamp::now();
        let (recipe, record) = (readable_recipe(new.recipe)?, record(new, now)?);
        check_record(&record)?;
        let failed = |source| RunsError::write(&self.folder, source);
        std::fs::create_dir_all(&self.folder).map_err(failed)?;
        self.sweep();
        let (path, lock) = self.free_folder(new, now)?;
        let begin = || {
            sync_folder(&self.folder).map_err(failed)?;
            write_atomically(&path.join(RECIPE), recipe.as_bytes())?;
            if let Some(start) = &new.start {
                write_checkpoint(&path.join(START), start.checkpoint)?;
                let mut losses = LineFile::open(&path.join(LOSSES))?;
                start.epochs.iter().try_for_each(|line| losses.push(line))?;
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let run = Run { name, path: path.clone(), record };
            // The record comes last: a run has all that it begins with.
            let epochs = new.start.as_ref().map_or(0, |start| start.epochs.len());
            RunWriter::take_up(run, lock, (epochs, 0), RunEvent::Started)
        };
        begin().inspect_err(|_| {
            // Nothing of it is of use. What cannot be removed is swept later.
            let _ = std::fs::remove_dir_all(&path);
        })
    }

    /// Makes the folder of a new run and holds it. A folder that is there belongs to another run.
    fn free_folder(
        &self,
        new: &NewRun<'_>,
        now: Timestamp,
    ) -> Result<(PathBuf, RunLock), RunsError> {
        let fraction = u64::from(now.subsec_nanosecond().unsigned_abs());
        let salt = fraction | (u64::from(std::process::id()) << 32);
        let mut taken = None;
        for another in 0..NAME_TRIES {
            let salt = salt.wrapping_add(another);
            let path = self.folder.join(run_name(&new.data.stem(), new.model, now, salt));
            match std::fs::create_dir(&path) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    taken = Some(error);
                    continue;
                }
                Err(source) => return Err(RunsError::write(&path, source)),
            }
            match RunLock::take(&path) {
                Ok(Some(lock)) if path.is_dir() => return Ok((path, lock)),
                // Another program took the empty folder for a leftover.
                Ok(_) => {}
                Err(_) if !path.is_dir() => {}
                Err(error) => {
                    let _ = std::fs::remove_dir_all(&path);
                    return Err(error);
                }
            }
        }
        let source = taken.unwrap_or_else(|| std::io::Error::other("no name is free"));
        Err(RunsError::write(&self.folder, source))
    }

    /// Deletes a run and all its files.
    ///
    /// # Errors
    /// Where a program is at work on it, or it cannot be deleted.
    pub fn delete(&self, run: &Run) -> Result<(), RunsError> {
        run.set_aside()?.remove()
    }
}

/// The run of a folder; `None` where it is no run's, or that of one being begun.
fn open(path: &Path) -> Result<Option<Run>, RunsError> {
    let run = Run::open(path)?;
    if run.is_none() && is_of_a_run(path) && !RunLock::is_taken(path) {
        return Err(RunsError::NoRecord { path: path.to_owned(), file: RECORD });
    }
    Ok(run)
}

/// The text of a recipe, which reads back as the same.
fn readable_recipe(recipe: &Recipe) -> Result<String, RunsError> {
    let unkeepable = |why: String| RunsError::Unkeepable { what: RECIPE, why };
    let text = recipe.to_toml().map_err(|error| unkeepable(error.to_string()))?;
    let back = Recipe::from_toml(Path::new(RECIPE), &text);
    let back = back.map_err(|error| unkeepable(error.to_string()))?;
    // As text, for a number that is none differs from itself.
    match back.to_toml() {
        Ok(again) if again == text => Ok(text),
        _ => Err(unkeepable("a setting comes back as another".to_owned())),
    }
}

fn check_record(record: &RunRecord) -> Result<(), RunsError> {
    let unkeepable =
        |error: serde_json::Error| RunsError::Unkeepable { what: RECORD, why: error.to_string() };
    let text = serde_json::to_string(record).map_err(unkeepable)?;
    let back: RunRecord = serde_json::from_str(&text).map_err(unkeepable)?;
    if back == *record {
        return Ok(());
    }
    let why = "an entry comes back as another".to_owned();
    Err(RunsError::Unkeepable { what: RECORD, why })
}

fn record(new: &NewRun<'_>, now: Timestamp) -> Result<RunRecord, RunsError> {
    let digest = new.data.digest().map_err(|source| RunsError::Unreadable {
        path: PathBuf::from(new.data.to_string()),
        source,
    })?;
    let train = &new.recipe.train;
    Ok(RunRecord {
        model: new.model.to_owned(),
        data: new.data.clone(),
        data_digest: digest,
        series_digest: Digest::of_series(new.series),
        target: new.series.name.clone(),
        rows: new.series.len(),
        seed: train.seed,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        device: device(),
        threads: train.threads.unwrap_or_else(cores),
        started: stamp(now),
        ended: None,
        process: std::process::id(),
        state: RunState::Running,
        resumed: 0,
        continues: new.start.as_ref().map(|start| Continues {
            run: start.run.map(str::to_owned),
            epoch: start.checkpoint.state.epochs_done(),
            changes: start.checkpoint.state.changes(),
        }),
        metrics: None,
        weights_digest: None,
        unwritten: Vec::new(),
    })
}

/// The processor's kind and the vector instructions used: machines that differ in them differ in the
/// last bits.
fn device() -> String {
    let vectors = match Isa::widest() {
        #[cfg(target_arch = "x86_64")]
        isa if isa.is_avx512() => "avx512",
        #[cfg(target_arch = "x86_64")]
        isa if isa.is_avx2() => "avx2",
        _ => "plain vectors",
    };
    format!("cpu, {} with {vectors}", std::env::consts::ARCH)
}

#[cfg(test)]
#[path = "registry_tests.rs"]
mod tests;
