//! The run on disk of a training job: where it goes, begun or taken up.
//!
//! Not for the files, which are `project::runs`'. Scoring a panel trains no network and keeps no run.

use std::sync::Arc;

use crate::app::jobs::JobContext;
use crate::app::runs::KeptRun;
use crate::forecast::{FitCheckpoint, Model};
use crate::project::runs::{self, Keeper, NewRun, Registry, Start};

use super::assignment::Assignment;
use super::message::TrainingEvent;

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

impl Keeping {
    /// That of an assignment: into a registry, where there is one and runs are to be kept.
    pub(in crate::app) fn of(given: &Assignment, registry: Option<&Registry>) -> Self {
        match (&given.again, registry) {
            (Some(run), _) => Self::Again(run.clone()),
            (None, Some(registry)) => Self::New(registry.clone()),
            (None, None) => Self::Nowhere,
        }
    }
}

/// Begins or takes up the run of a job, with the checkpoint that training goes on from. A folder that
/// cannot be written is reported and costs the run, not the training.
///
/// # Errors
/// Where a run cannot be taken up: why.
pub(super) fn keeper(
    context: &JobContext<TrainingEvent>,
    given: &Assignment,
    keeping: &Keeping,
) -> Result<(Keeper, Option<Arc<FitCheckpoint>>), String> {
    let (keeper, from) = match keeping {
        Keeping::Nowhere => return Ok((Keeper::default(), given.from.clone())),
        Keeping::Again(run) => {
            let resumed = run.resume(&given.recipe, &given.series.target);
            let mut resumed = resumed.map_err(|error| error.to_string())?;
            let from = resumed.from.take().map(Arc::new);
            context.send(TrainingEvent::Kept(KeptRun::of(resumed.writer.run())));
            (Keeper::resumed(resumed), from)
        }
        Keeping::New(registry) => match begin(registry, given) {
            Ok(writer) => {
                context.send(TrainingEvent::Kept(KeptRun::of(writer.run())));
                (Keeper::new(writer), given.from.clone())
            }
            Err(error) => {
                context.send(TrainingEvent::Unkept(format!("no run is kept: {error}")));
                return Ok((Keeper::default(), given.from.clone()));
            }
        },
    };
    let teller = context.clone();
    Ok((keeper.telling(move |note| teller.send(TrainingEvent::Unwritten(note))), from))
}

fn begin(registry: &Registry, given: &Assignment) -> Result<runs::RunWriter, runs::RunsError> {
    let Assignment { model, recipe, series, source, from, before, .. } = given;
    let Model::Network(cell) = model else { return Err(runs::RunsError::NoFolder) };
    let start = from.as_ref().map(|checkpoint| Start {
        run: before.run.as_ref().map(|run| run.name.as_str()),
        checkpoint,
        epochs: &before.curve,
    });
    let (data, series) = (source.data(), &series.target);
    registry.begin(&NewRun { model: cell.name(), data: &data, series, recipe, start })
}
