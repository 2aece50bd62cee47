//! What a training job is given to do: all that it needs, so that no setting edited and no file
//! opened meanwhile reaches it.

use std::sync::Arc;

use crate::app::document::{Document, ResumedRun, Source};
use crate::app::runs::{KeptRun, PastForecasts, ScoredRun};
use crate::evaluate::ScoringTask;
use crate::forecast::{FitCheckpoint, ModelChoice, PastEpoch};
use crate::project::runs::EpochRecord;
use crate::project::{Recipe, runs};
use crate::series::DatasetSeries;
use crate::train::{Change, Changed, StateMode, TrainConfig};

/// A network to train.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// What it is called, before runs of one name are numbered.
    pub name: String,
    /// The network.
    pub model: ModelChoice,
    /// The settings.
    pub recipe: Recipe,
    /// What it learns.
    pub series: Arc<DatasetSeries>,
    pub fingerprint: u64,
    /// Parts, horizon and season.
    pub task: ScoringTask,
    /// Where the series comes from.
    pub source: Source,
    /// Where an earlier run was, to go on from there.
    pub from: Option<Arc<FitCheckpoint>>,
    pub before: Arc<Before>,
    /// The run on disk that was interrupted and is resumed where its own checkpoint left it.
    pub again: Option<Box<runs::Run>>,
}

/// What was before a network is trained further; nothing for one that begins.
#[derive(Debug, Clone, Default)]
pub struct Before {
    pub run: Option<KeptRun>,
    /// Errors, an epoch each.
    pub curve: Vec<EpochRecord>,
    /// Forecasts of its epochs.
    pub past_forecasts: PastForecasts,
    /// Settings changed.
    pub changes: Vec<Changed>,
    /// Epochs that another run may go on from.
    pub past: Vec<PastEpoch>,
}

impl Assignment {
    /// The network of a recipe on the open series.
    pub fn new(document: &Document, recipe: &Recipe) -> Self {
        let model = ModelChoice::Network(recipe.model.cell);
        Self {
            name: model.to_string(),
            model,
            recipe: recipe.clone(),
            series: Arc::clone(&document.data.with_covariates),
            fingerprint: document.data.fingerprint,
            task: document.derived.task.clone(),
            source: document.source.clone(),
            from: None,
            before: Arc::default(),
            again: None,
        }
    }

    /// The network of a run trained further for so many epochs, from the last epoch up to `epoch` that
    /// it can be resumed from; `None` where there is none.
    pub fn further(run: &ScoredRun, epoch: usize, more: usize) -> Option<Self> {
        let from = run.checkpoint(epoch)?;
        let last = run.curve.last().map_or(0, |point| point.epoch);
        let done = from.state.epochs_done();
        let mut recipe = run.recipe.clone();
        // From the end, `more` are more than it had; an earlier epoch has as many after itself.
        let wanted = if epoch >= last { last } else { done };
        recipe.train.epochs = wanted.saturating_add(more);
        let name =
            if epoch >= last { run.name.clone() } else { format!("{} from {done}", run.label) };
        // What was waited in vain is behind it, or it would end at once.
        recipe.train.patience = recipe.train.patience.saturating_add(more).min(recipe.train.epochs);
        Some(Self {
            name,
            model: run.model,
            recipe,
            series: Arc::clone(&run.series),
            fingerprint: run.fingerprint,
            task: run.task.clone(),
            source: run.source.clone(),
            before: Arc::new(Before::of(run, done)),
            from: Some(from),
            again: None,
        })
    }

    /// The network of a run on disk, to go on where its own checkpoint left it.
    pub fn resumed(document: &Document, recipe: &Recipe, resumed: ResumedRun) -> Self {
        let ResumedRun { run, epochs: curve, changes } = resumed;
        Self {
            before: Arc::new(Before { curve, changes, ..Before::default() }),
            again: Some(Box::new(run)),
            ..Self::new(document, recipe)
        }
    }

    /// Epochs that are done before it begins.
    pub fn epochs_done(&self) -> usize {
        self.from.as_ref().map_or(0, |from| from.state.epochs_done())
    }

    /// What a network that goes on from an epoch of a run is given at the start, to do as that run
    /// did, or, as a branch of it, as the settings now are.
    pub fn change_from(&self, run: &ScoredRun, epoch: usize, now: &TrainConfig) -> Change {
        let done = self.epochs_done();
        if run.curve.last().is_some_and(|last| epoch < last.epoch) {
            // The same settings would lead to the same weights again.
            return difference(&run.recipe.train, now);
        }
        let later = run.changes.iter().filter(|changed| changed.epoch > done);
        later.fold(Change::default(), |before, changed| before.then(changed.change()))
    }

    /// The same trained both ways, each named by its own: one seed, as many passes over the same rows,
    /// and every other setting as it stands. Which rows forecast, where it is left to the state mode, is
    /// each one's own.
    pub fn both_ways(document: &Document, recipe: &Recipe) -> [Self; 2] {
        StateMode::ALL.map(|way| {
            let mut recipe = recipe.clone();
            recipe.train.state_mode = way;
            let assignment = Self::new(document, &recipe);
            Self { name: format!("{} {}", assignment.name, way.name()), ..assignment }
        })
    }
}

impl Before {
    /// A run until an epoch.
    fn of(run: &ScoredRun, epoch: usize) -> Self {
        let (curve, past_forecasts, changes) = run.until(epoch);
        let past = run.report.past.iter().filter(|past| past.epoch <= epoch);
        Self {
            run: run.kept.clone(),
            curve,
            past_forecasts,
            changes,
            past: past.cloned().collect(),
        }
    }
}

/// What a network trained by `before` is given to go on by `now`.
fn difference(before: &TrainConfig, now: &TrainConfig) -> Change {
    Change {
        learning_rate: (now.learning_rate != before.learning_rate).then_some(now.learning_rate),
        gradient_clip: (now.gradient_clip != before.gradient_clip).then_some(now.gradient_clip),
        batch_size: (now.batch_size != before.batch_size).then_some(now.batch_size),
    }
}
