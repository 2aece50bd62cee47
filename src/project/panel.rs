//! The series of a panel as cases: each cut, masked and scaled as the scorecard of that series is.

use std::sync::Arc;

use crate::evaluate::PanelCase;
use crate::series::DatasetSeries;

use super::Recipe;

impl Recipe {
    /// A series before its held-out rows, and those rows, as models are given and scored on them. A
    /// series that is too short keeps what there is; [`Self::check_parts`] tells of it.
    pub fn panel_case(&self, series: &DatasetSeries) -> PanelCase {
        let task = self.task(&series.target);
        let modelled = task.modelled(series);
        let held_out = task.split.holdout(task.horizon);
        PanelCase {
            history: Arc::new(modelled.before(held_out.start, task.horizon)),
            actual: modelled.target.values[held_out].to_vec(),
            season_length: task.season_length,
        }
    }
}
