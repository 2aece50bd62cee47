//! The baselines of the open series, in a thread.

use crate::app::jobs::{JobContext, JobEnd};
use crate::baseline::Baseline;
use crate::evaluate::{ModelReport, Task};
use crate::forecast::{Fits, Flow, Model};
use crate::project::Recipe;
use crate::series::DatasetSeries;

use super::message::BaselineEvent;

/// Runs baselines, the cheapest first, each reported as soon as it is there. One
/// that cannot be fitted does not keep the others.
pub(super) fn score(
    context: &JobContext<BaselineEvent>,
    mut baselines: Vec<Baseline>,
    series: &DatasetSeries,
    recipe: &Recipe,
    task: &Task,
) -> JobEnd<()> {
    baselines.sort_by_key(|baseline| baseline.cost());
    // The cheapest come first, so a combination finds its members fitted.
    let fits = Fits::default();
    for model in baselines.into_iter().map(Model::Baseline) {
        if context.stop.is_stopped() {
            return JobEnd::Stopped(None);
        }
        let forecaster = recipe.forecaster_sharing(model, &series.target, &fits);
        context.send(
            match ModelReport::make(&*forecaster, series, task, &mut |_| Flow::Continue) {
                Ok(report) => BaselineEvent::Scored(Box::new(report)),
                Err(error) => BaselineEvent::Unfitted(model, error.to_string()),
            },
        );
    }
    JobEnd::Finished(())
}
