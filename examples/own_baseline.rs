//! A baseline of your own: the median of the values at the same place of each season, scored beside
//! built-in ones on the same held-out rows. `cargo run --example own_baseline`

#![allow(clippy::print_stdout, reason = "an example prints its results")]

use std::error::Error;

use tidegate::cancellation::Cancellation;
use tidegate::evaluate::{ModelReport, rank};
use tidegate::forecast::{
    Context, Fitted, Flow, ForecastError, Model, ModelChoice, Observer, Prediction, Request,
    TrainingSet,
};
use tidegate::import::Sample;
use tidegate::project::Recipe;

/// The median of the last `seasons` values at the same place of the season.
#[derive(Debug, Clone)]
struct SeasonalMedian {
    season_length: usize,
    seasons: usize,
}

impl Model for SeasonalMedian {
    fn name(&self) -> &'static str {
        "seasonal-median"
    }

    /// Nothing is estimated ahead of a forecast; a model with weights learns them here.
    fn fit(
        &self,
        _training: &TrainingSet,
        _cancel: &Cancellation<'_>,
        _observer: &mut Observer<'_>,
    ) -> Result<Box<dyn Fitted>, ForecastError> {
        Ok(Box::new(self.clone()))
    }
}

impl Fitted for SeasonalMedian {
    /// A context holds every value before the origin and none after it; NaN marks missing rows.
    fn predict(
        &self,
        context: &Context,
        request: &Request<'_>,
    ) -> Result<Prediction, ForecastError> {
        let history = context.target();
        let at = |ahead: usize| {
            let row = history.len() + ahead;
            let earlier = (1..).map_while(|season| row.checked_sub(season * self.season_length));
            let mut values: Vec<f64> = earlier
                .filter_map(|row| history.get(row).copied().filter(|value| value.is_finite()))
                .take(self.seasons)
                .collect();
            values.sort_by(f64::total_cmp);
            values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
        };
        Ok(Prediction { mean: (0..request.horizon).map(at).collect(), ..Prediction::default() })
    }

    fn parameters(&self) -> usize {
        0
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let reading = Sample::Temperatures.read()?;
    let series = &reading.target_with_covariates();
    let target = &series.target;
    let recipe = Recipe::for_series(target);
    let task = recipe.task(target);
    let own = SeasonalMedian { season_length: task.season_length, seasons: 5 };

    let mut reports = Vec::new();
    for name in ["naive", "seasonal-naive", "theta"] {
        let forecaster = recipe.forecaster(name.parse::<ModelChoice>()?, target);
        reports.push(ModelReport::make(&*forecaster, series, &task, &mut |_| Flow::Continue)?);
    }
    reports.push(ModelReport::make(&own, series, &task, &mut |_| Flow::Continue)?);
    rank(&mut reports);
    for report in &reports {
        let error = report.metrics.map_or(f64::NAN, |metrics| metrics.mae);
        println!("{:<16} mean absolute error {error:.3}", report.name);
    }
    Ok(())
}
