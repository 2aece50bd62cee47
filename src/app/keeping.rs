//! Runs kept on disk by the window: where the run of a training job goes, and what is known of it.
//!
//! Not for the files, which are `project::runs`'. Scoring a panel trains no network and keeps no run.

use std::path::PathBuf;
use std::sync::Arc;

use crate::forecast::{FitCheckpoint, Model};
use crate::project::runs::{self, DataSource, EpochLine, Keeper, NewRun, Registry, Start};

use super::assignment::Assignment;
use super::event::JobEvent;
use super::jobs::JobContext;
use super::learning::CurvePoint;
use super::opening::Source;
use super::state::{AppState, Notice, RunId};
use super::workbench::Workbench;

/// A run on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRun {
    /// Its name: that of its folder.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
}

impl KeptRun {
    fn of(run: &runs::Run) -> Self {
        Self { name: run.name.clone(), folder: run.path.clone() }
    }
}

/// Where the run of a training job goes.
#[derive(Debug, Clone)]
pub enum Keeping {
    /// Nowhere.
    Nowhere,
    /// Into a folder of its own.
    New(Registry),
    /// Into that of the run that is taken up.
    Again(Box<runs::Run>),
}

impl Source {
    /// The same as a run remembers it.
    pub fn data(&self) -> DataSource {
        match self {
            Self::File(path) => DataSource::file(path),
            Self::Sample(sample) => DataSource::sample(*sample),
        }
    }

    /// Where the rows of a run are; `None` for a sample that this program does not have.
    pub fn of_data(data: &DataSource) -> Option<Self> {
        match data {
            DataSource::File(path) => Some(Self::File(path.clone())),
            DataSource::Sample(name) => crate::import::Sample::from_name(name).map(Self::Sample),
        }
    }
}

/// Begins or takes up the run of a job, with the checkpoint that training goes on from. A folder that
/// cannot be written is told of and costs the run, not the training.
///
/// # Errors
/// Where a run cannot be taken up: why.
pub fn keeper(
    context: &JobContext,
    given: &Assignment,
    keeping: &Keeping,
) -> Result<(Keeper, Option<Arc<FitCheckpoint>>), String> {
    let (keeper, from) = match keeping {
        Keeping::Nowhere => return Ok((Keeper::default(), given.from.clone())),
        Keeping::Again(run) => {
            let resumed = run.resume(&given.recipe, &given.series);
            let mut resumed = resumed.map_err(|error| error.to_string())?;
            let from = resumed.from.take().map(Arc::new);
            context.send(JobEvent::Kept(KeptRun::of(resumed.writer.run())));
            (Keeper::resumed(resumed), from)
        }
        Keeping::New(registry) => match begin(registry, given) {
            Ok(writer) => {
                context.send(JobEvent::Kept(KeptRun::of(writer.run())));
                (Keeper::new(writer), given.from.clone())
            }
            Err(error) => {
                context.send(JobEvent::Unkept(format!("no run is kept: {error}")));
                return Ok((Keeper::default(), given.from.clone()));
            }
        },
    };
    let teller = context.clone();
    Ok((keeper.telling(move |note| teller.send(JobEvent::Unwritten(note))), from))
}

fn begin(registry: &Registry, given: &Assignment) -> Result<runs::RunWriter, runs::RunsError> {
    let Assignment { model, recipe, series, source, from, before, .. } = given;
    let Model::Network(cell) = model else { return Err(runs::RunsError::NoFolder) };
    let epochs: Vec<EpochLine> = before.curve.iter().map(EpochLine::from).collect();
    let start = from.as_ref().map(|checkpoint| Start {
        run: before.run.as_ref().map(|run| run.name.as_str()),
        checkpoint,
        epochs: &epochs,
    });
    let data = source.data();
    registry.begin(&NewRun { model: cell.name(), data: &data, series, recipe, start })
}

impl From<&CurvePoint> for EpochLine {
    fn from(point: &CurvePoint) -> Self {
        let CurvePoint { epoch, training, validation, improved } = *point;
        Self { epoch, training, validation, improved }
    }
}

impl From<&EpochLine> for CurvePoint {
    fn from(line: &EpochLine) -> Self {
        let EpochLine { epoch, training, validation, improved } = *line;
        Self { epoch, training, validation, improved }
    }
}

impl Workbench {
    /// Keeps the runs of networks in this folder, as long as the person wants them kept.
    #[must_use]
    pub fn keeping_runs_in(mut self, registry: Registry) -> Self {
        self.state.runs_folder = Some(registry.folder().to_owned());
        self.registry = Some(registry);
        self.look_for_cut_off();
        self
    }

    /// Where the run of an assignment goes.
    pub(super) fn keeping(&self, given: &Assignment) -> Keeping {
        if let Some(run) = &given.again {
            return Keeping::Again(run.clone());
        }
        match &self.registry {
            Some(registry) if self.state.preferences.keep_runs => Keeping::New(registry.clone()),
            _ => Keeping::Nowhere,
        }
    }

    /// Shows a folder in the system's file manager.
    pub(super) fn show_folder(&mut self, folder: PathBuf) {
        let job = self.jobs.start("show folder", move |_| {
            let opener = if cfg!(target_os = "macos") {
                "open"
            } else if cfg!(target_os = "windows") {
                "explorer"
            } else {
                "xdg-open"
            };
            let failed = |why: String| {
                format!("{opener} could not show the folder {}: {why}", folder.display())
            };
            if !folder.is_dir() {
                return Err(failed("it is gone".to_owned()));
            }
            let shown = std::process::Command::new(opener).arg(&folder).status();
            let status = shown.map_err(|error| failed(error.to_string()))?;
            // Windows' explorer answers 1 whatever it did.
            if status.success() || cfg!(target_os = "windows") {
                Ok(super::event::JobEnd::Stopped(None))
            } else {
                Err(failed(status.to_string()))
            }
        });
        self.state.side_jobs.push(job);
    }

    /// Takes a run off the list. Its folder stays; the run can be put back.
    pub(super) fn remove_run(&mut self, id: RunId) {
        let runs = &mut self.state.runs;
        let Some(place) = runs.iter().position(|run| run.id == id) else { return };
        let run = runs.remove(place);
        let stays = if run.kept.is_some() { "; its folder stays" } else { "" };
        let text = format!("{} is off the list{stays}", run.label);
        let undo = Box::new(super::command::Command::PutBackRun(id));
        self.state.removed = Some((place, run));
        self.state.notice = Some(Notice::Undoable { text, undo });
    }

    /// Puts the run back that was taken off the list last.
    pub(super) fn put_back_run(&mut self, id: RunId) {
        if let Some((place, run)) = self.state.removed.take_if(|(_, run)| run.id == id) {
            let runs = &mut self.state.runs;
            runs.insert(place.min(runs.len()), run);
            self.state.notice = None;
        }
    }
}

impl AppState {
    /// Says once that runs are not kept; every time would be a nuisance.
    pub(super) fn tell_unkept(&mut self, why: String) {
        tracing::warn!("{why}");
        if !std::mem::replace(&mut self.told_unkept, true) {
            self.notice = Some(Notice::Error(why));
        }
    }
}
