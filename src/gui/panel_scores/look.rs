//! How the scores of a panel are looked at.

use std::sync::Arc;

use crate::app::{PanelRow, PanelScores};
use crate::baseline::Baseline;

use super::columns::Sort;

/// Sorted by MASE, the smallest first.
pub(super) const BEST_FIRST: Sort = Sort { column: 4, descending: false };
/// Sorted by MASE, the largest first.
pub(super) const WORST_FIRST: Sort = Sort { column: 1, descending: true };

/// How the scores are looked at.
#[derive(Debug)]
pub struct PanelLook {
    pub(super) models: Sort,
    pub(super) series: Sort,
    /// The model whose errors are listed; the best where none is named.
    pub(super) baseline: Option<Baseline>,
    /// Words in the names of the series that are listed.
    pub(super) search: String,
}

impl Default for PanelLook {
    fn default() -> Self {
        let (models, series) = (BEST_FIRST, WORST_FIRST);
        Self { models, series, baseline: None, search: String::new() }
    }
}

/// The model whose errors are listed: the one chosen, else the best.
pub(super) fn looked_at<'a>(look: &PanelLook, panel: &'a PanelScores) -> Option<&'a PanelRow> {
    let chosen = panel.rows.iter().find(|row| look.baseline == Some(row.baseline));
    chosen.or_else(|| best(panel)).map(|row| &**row)
}

/// The model with the smallest mean scaled error among those that came through all series; by
/// percentage error where none can be scaled.
fn best(panel: &PanelScores) -> Option<&Arc<PanelRow>> {
    let key = |row: &&Arc<PanelRow>| {
        let score = &row.run.score;
        (score.failed, score.mase.or(score.smape).unwrap_or(f64::INFINITY))
    };
    let order = |a: &&Arc<PanelRow>, b: &&Arc<PanelRow>| {
        let (a, b) = (key(a), key(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    };
    let whole = panel.rows.iter().filter(|row| !row.run.is_cut_short());
    whole.min_by(order).or_else(|| panel.rows.iter().min_by(order))
}
