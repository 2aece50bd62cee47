//! How small jobs end, into state: an epoch kept, a folder shown, runs found, forgotten, recalled.

use super::cut_off::WaitingRuns;
use super::event::{JobEnd, JobId, JobOutput};
use super::reduce::Next;
use super::state::{AppState, Notice};

impl AppState {
    /// Takes in how a small job ended; gives the end back where the job is none of them.
    pub(super) fn end_side_job(&mut self, job: JobId, end: JobEnd) -> Result<Next, JobEnd> {
        let is_search = self.cut_off_job == Some(job);
        let place = self.side_jobs.iter().position(|known| *known == job);
        if is_search {
            self.cut_off_job = None;
        } else if let Some(place) = place {
            self.side_jobs.swap_remove(place);
        } else {
            return Err(end);
        }
        match end {
            JobEnd::Finished(JobOutput::Epoch(run)) => self.take_epoch(*run),
            JobEnd::Finished(JobOutput::WaitingRuns(WaitingRuns { cut_off, broken })) => {
                (self.cut_off, self.broken_runs) = (cut_off, broken);
            }
            JobEnd::Finished(JobOutput::Forgotten(forgotten)) => self.take_forgotten(forgotten),
            JobEnd::Finished(JobOutput::Recalled) => return Ok(Next::LookForRuns),
            // Where runs cannot be listed there is nothing to offer.
            JobEnd::Failed(message) if is_search => tracing::warn!("{message}"),
            JobEnd::Failed(message) => self.notice = Some(Notice::Error(message)),
            JobEnd::Finished(_) | JobEnd::Stopped(_) => {}
        }
        Ok(Next::Rest)
    }
}
