//! What is being scored and what has come of it, and what the messages of the jobs change.

use std::path::Path;
use std::sync::Arc;

use super::jobs::{
    BaselineEvent, HoldOut, PanelEvent, PanelJob, PanelRow, PanelScores, ScoresMessage, ScoresNews,
    ScoresTable, score_baselines, score_panel_of, write_scores,
};
use crate::app::command::{Notice, say_done, say_error};
use crate::app::document::Document;
use crate::app::jobs::{JobContext, JobEnd, JobId, Jobs, Report};
use crate::baseline::Baseline;
use crate::evaluate::ScoringTask;
use crate::forecast::ModelChoice;
use crate::project::Recipe;
use crate::report::ExportError;

/// Baselines being scored, and the scores of a panel.
#[derive(Debug, Default)]
pub struct ScoresState {
    /// Baselines being computed.
    pub baselines_job: Option<JobId>,
    /// What the baselines were last asked for.
    asked: Option<Box<BaselineRequest>>,
    /// Baselines that could not be fitted, and why.
    pub unfitted: Vec<(ModelChoice, String)>,
    /// Baselines over all series of the open panel, where they were asked for.
    pub panel: Option<PanelScores>,
}

/// What the baselines of the open series are computed for.
#[derive(Debug)]
pub(in crate::app) struct BaselineRequest {
    fingerprint: u64,
    pub(in crate::app) task: ScoringTask,
    pub(in crate::app) recipe: Recipe,
}

impl ScoresState {
    /// What the baselines were last asked for.
    pub(in crate::app) fn asked(&self) -> Option<&BaselineRequest> {
        self.asked.as_deref()
    }

    /// Whether the baselines that were last asked for are those of this document and recipe.
    pub(in crate::app) fn is_asked(&self, document: &Document, recipe: &Recipe) -> bool {
        self.asked.as_ref().is_some_and(|asked| {
            asked.fingerprint == document.data.fingerprint
                && asked.task == document.derived.task
                && asked.recipe.baselines.models == recipe.baselines.models
        })
    }

    /// Stops the baselines; what they still say is not awaited.
    pub(in crate::app) fn stop_baselines<Message>(&mut self, jobs: &Jobs<Message>) {
        self.asked = None;
        if let Some(job) = self.baselines_job.take() {
            jobs.stop(job);
        }
    }

    /// Computes those of a document's baselines that are `due`.
    pub(in crate::app) fn start_baselines<Message: From<ScoresMessage> + Send + 'static>(
        &mut self,
        document: &Document,
        recipe: &Recipe,
        due: Vec<Baseline>,
        jobs: &mut Jobs<Message>,
    ) {
        self.unfitted.clear();
        let (series, task) =
            (Arc::clone(&document.data.with_covariates), document.derived.task.clone());
        let (fingerprint, recipe) = (document.data.fingerprint, recipe.clone());
        self.asked = Some(Box::new(BaselineRequest {
            fingerprint,
            task: task.clone(),
            recipe: recipe.clone(),
        }));
        let work = move |context: &JobContext<_>| {
            Ok(score_baselines(context, due, &series, &recipe, &task))
        };
        self.baselines_job = Some(jobs.start("baselines", ScoresMessage::Baselines, work));
    }

    /// The ticked baselines that have not been scored on all series, the cheapest first; none where
    /// there is but one series to forecast.
    pub fn panel_due(&self, document: &Document, recipe: &Recipe) -> Vec<Baseline> {
        if document.data.targets.len() < 2 {
            return Vec::new();
        }
        let hold_out = HoldOut::of(recipe);
        let scored =
            self.panel.as_ref().filter(|panel| panel.is_of(hold_out, &document.data.targets));
        let rows = scored.map_or(&[][..], |panel| &panel.rows);
        let is_done = |baseline: &Baseline| {
            rows.iter().any(|row| {
                row.baseline == *baseline
                    && !row.run.is_cut_short()
                    && row.levels == recipe.baselines.levels
            })
        };
        let mut due = recipe.baselines.models.clone();
        due.retain(|baseline| !is_done(baseline));
        due.sort_by_key(|baseline| baseline.cost());
        due
    }

    /// Scores the ticked baselines that are due on all series of a panel.
    pub(in crate::app) fn score_panel<Message: From<ScoresMessage> + Send + 'static>(
        &mut self,
        document: &Document,
        recipe: &Recipe,
        jobs: &mut Jobs<Message>,
    ) {
        let due = self.panel_due(document, recipe);
        if due.is_empty() || self.panel.as_ref().is_some_and(|panel| panel.job.is_some()) {
            return;
        }
        let (reading, read_by) = (document.data.reading.clone(), document.read_by);
        let (places, hold_out) = (Arc::clone(&document.data.targets), HoldOut::of(recipe));
        let (of, recipe) = (Arc::clone(&places), recipe.clone());
        let id = jobs.start("score panel", ScoresMessage::Panel, move |context| {
            score_panel_of(context, &due, &reading, &of, &recipe)
        });
        let job = Some(PanelJob { id, under_way: None, stopping: false });
        let kept = self.panel.take().filter(|panel| panel.is_of(hold_out, &places));
        let rows = kept.map_or_else(Vec::new, |panel| panel.rows);
        self.panel = Some(PanelScores { read_by, hold_out, places, rows, job });
    }

    /// Asks the scoring of the panel to stop; what is done by then is kept.
    pub(in crate::app) fn stop_panel<Message>(&mut self, jobs: &Jobs<Message>) {
        if let Some(job) = self.panel.as_mut().and_then(|panel| panel.job.as_mut()) {
            job.stopping = true;
            jobs.stop(job.id);
        }
    }

    /// Stops the scoring and forgets its results.
    pub(in crate::app) fn drop_panel<Message>(&mut self, jobs: &Jobs<Message>) {
        self.stop_panel(jobs);
        self.panel = None;
    }

    /// Forgets the scores of a reading that is no longer open. Another series of the same reading
    /// leaves them.
    pub(in crate::app) fn drop_panel_of_before<Message>(
        &mut self,
        open: Option<JobId>,
        jobs: &Jobs<Message>,
    ) {
        if self.panel.as_ref().is_some_and(|panel| open != Some(panel.read_by)) {
            self.drop_panel(jobs);
        }
    }

    /// What writes a table of the ticked baselines' scores, where there is one.
    pub(in crate::app) fn writer(
        &self,
        table: ScoresTable,
        document: &Document,
        recipe: &Recipe,
    ) -> Option<impl FnOnce(&Path) -> Result<(), ExportError> + Send + use<>> {
        let panel = self.panel.as_ref()?;
        let ticked = &recipe.baselines.models;
        let is_ticked = |row: &&Arc<PanelRow>| ticked.contains(&row.baseline);
        let rows: Vec<Arc<PanelRow>> = panel.rows.iter().filter(is_ticked).cloned().collect();
        let series = &document.data.reading.panel.series;
        let name =
            |&place: &usize| series.get(place).map_or_else(String::new, |it| it.name.clone());
        let names: Vec<String> = panel.places.iter().map(name).collect();
        let levels = recipe.baselines.levels.clone();
        Some(move |path: &Path| write_scores(table, path, &rows, &names, &levels))
    }

    /// Takes in one message. Messages of jobs that are no longer awaited change nothing.
    pub(in crate::app) fn reduce(
        &mut self,
        message: ScoresMessage,
        notice: &mut Option<Notice>,
    ) -> ScoresNews {
        match message {
            ScoresMessage::Baselines(job, report) if self.baselines_job == Some(job) => {
                return self.take_baselines(report, notice);
            }
            ScoresMessage::Panel(job, report) => self.take_panel(job, report, notice),
            ScoresMessage::Baselines(..) => {}
        }
        ScoresNews::Nothing
    }

    fn take_baselines(
        &mut self,
        report: Report<BaselineEvent, ()>,
        notice: &mut Option<Notice>,
    ) -> ScoresNews {
        match report {
            Report::Event(BaselineEvent::Scored(report)) => return ScoresNews::Scored(report),
            Report::Event(BaselineEvent::Unfitted(model, message)) => {
                self.unfitted.push((model, message));
            }
            Report::Ended(end) => {
                self.baselines_job = None;
                match end {
                    JobEnd::Finished(()) => return ScoresNews::AllScored,
                    JobEnd::Failed(message) => say_error(notice, message),
                    JobEnd::Stopped(_) => {}
                }
            }
        }
        ScoresNews::Nothing
    }

    fn take_panel(
        &mut self,
        job: JobId,
        report: Report<PanelEvent, ()>,
        notice: &mut Option<Notice>,
    ) {
        let awaited = |panel: &&mut PanelScores| panel.job.as_ref().is_some_and(|it| it.id == job);
        let Some(panel) = self.panel.as_mut().filter(awaited) else { return };
        match report {
            Report::Event(PanelEvent::UnderWay(under_way)) => {
                if let Some(job) = &mut panel.job {
                    job.under_way = Some(*under_way);
                }
            }
            Report::Event(PanelEvent::Row(row)) => panel.take_row(row),
            Report::Ended(end) => {
                panel.job = None;
                match end {
                    JobEnd::Failed(message) => say_error(notice, message),
                    JobEnd::Stopped(_) => say_done(
                        notice,
                        "Stopped scoring all series; what is done is kept.".to_owned(),
                    ),
                    JobEnd::Finished(()) => {}
                }
            }
        }
    }
}
